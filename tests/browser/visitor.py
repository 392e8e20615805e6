"""Somebody at a real browser, who counts what he has to do: clicks and fields."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

AXE = (Path(__file__).parents[1] / "support" / "vendor" / "axe.min.js").read_text("utf-8")


class Person:
    """Signs in and works; ``steps`` counts clicks and filled fields, ``noise`` collects the console."""

    def __init__(
        self, chromium: Any, base: str, who: str, *, width: int = 1280, scripts: bool = True
    ) -> None:
        from lianxun.demo.people import SAMPLE_PASSWORD

        self.context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.noise: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda e: self.noise.append(str(e)))
        self.base = base
        self.go("/accounts/login/")
        self.page.fill("#id_login", who)
        self.page.fill("#id_password", SAMPLE_PASSWORD)
        self.page.click("main button")
        self.page.wait_for_load_state()
        self.steps = 0

    def _heard(self, message: Any) -> None:
        # The browser notes every refused form and page itself; what they say is tested elsewhere.
        if message.type in ("error", "warning") and not re.search(
            r"status of 4(03|22)", message.text
        ):
            self.noise.append(message.text)

    def go(self, path: str) -> int:
        """Typing an address counts nothing: journeys begin at a page. The status of the answer."""
        answer = self.page.goto(f"{self.base}{path}")
        return int(answer.status) if answer else 0

    def click(self, what: str) -> None:
        self.steps += 1
        self.page.locator(what).first.click()
        self.page.wait_for_load_state()

    def press(self, text: str) -> None:
        """Click the button or link with exactly these words in the main part."""
        self.click(f'main :is(a, button):text-is("{text}")')

    def fill(self, field: str, value: str) -> None:
        self.steps += 1
        self.page.fill(f"#id_{field}", value)

    def choose(self, field: str, label: str) -> None:
        self.steps += 1
        self.page.select_option(f"#id_{field}", label=label)

    def upload(self, field: str, name: str, data: bytes) -> None:
        self.steps += 1
        kind = "application/octet-stream"
        self.page.set_input_files(f"#id_{field}", {"name": name, "mimeType": kind, "buffer": data})

    def text(self) -> str:
        return str(self.page.locator("main").inner_text())

    def english(self) -> list[str]:
        """Words of a program's language on a page for officials; code is marked as such, and the working
        days name the source they are from."""
        text = self.page.evaluate(
            """() => { const whole = document.body.cloneNode(true);
            whole.querySelectorAll('code, pre, kbd, script, style, svg, [lang=en]').forEach(n => n.remove());
            return whole.textContent }"""
        )
        return sorted(
            set(re.findall(r"(?<![\w./_-])[a-z]{4,}(?![\w./_@-])", text))
            - {"xlsx", "docx", "chinesecalendar"}
        )

    def violations(self) -> list[str]:
        """axe-core's findings on the present page; what it found in order is not sent over."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE)
        found = self.page.evaluate(
            """axe.run({resultTypes: ['violations']}).then(result => result.violations.map(
                v => v.id + ' ' + v.nodes[0].html.slice(0, 120)))"""
        )
        return [str(x) for x in found]

    def resize(self, width: int) -> None:
        """Make the window as wide; the pages know no width but that of the window."""
        self.page.set_viewport_size({"width": width, "height": 900})

    def overflow(self) -> int:
        """Pixels by which the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def leave(self) -> None:
        self.context.close()

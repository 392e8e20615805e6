"""The people on stage, the clock, and the addresses seen: what the script and the checks share."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from lianxun.demo.people import SAMPLE_PASSWORD, unit_id
from lianxun.demo.rehearsal.visitor import Answer, RehearsalError, Visitor

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(slots=True)
class Stage:
    """``move`` turns the platform's business clock on by days (demo directories only).

    ``meanwhile`` runs after every scene: strangers try what the scene has made. ``silence``: words that
    no page may show to anybody from now on.
    """

    base: str
    move: Callable[[int], None]
    today: date
    people: dict[str, Visitor] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    secret: set[str] = field(default_factory=set)
    served: set[str] = field(default_factory=set)
    started: float = field(default_factory=time.monotonic)
    silence: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def __getitem__(self, key: str) -> Visitor:
        if key not in self.people:
            visitor = Visitor(self.base, key, self.silence)
            visitor.sign_in(SAMPLE_PASSWORD)
            self.people[key] = visitor
        return self.people[key]

    def say(self, line: str) -> None:
        """One line of the time line, with the business date and the seconds spent."""
        text = f"{self.today:%Y-%m-%d}  {time.monotonic() - self.started:6.1f} 秒  {line}"
        self.story.append(text)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        self.meanwhile()

    def later(self, days: int) -> None:
        if days > 0:
            self.move(days)
            self.today += timedelta(days=days)

    def do(self, who: str, path: str, *, button: str = "", **fields: Any) -> Answer:
        return self[who].submit(path, button=button, **fields)

    def links(self, who: str, path: str, pattern: str) -> list[str]:
        """Addresses on a page that match ``pattern``, in their order, once each."""
        page = self[who].get(path)
        if page.status != 200:
            raise RehearsalError(f"{who} 打不开 {path}（{page.status}）")
        return list(dict.fromkeys(re.findall(pattern, page.text)))

    def decide(self, who: str, words: str, *, opinion: str = "agree", comment: str = "") -> None:
        """Open the inbox, take the matter whose title has ``words``, vote."""
        page = self[who].get("/approvals/")
        for path in dict.fromkeys(re.findall(rf"/approvals/{UUID}/", page.text)):
            matter = self[who].get(path)
            if words in matter.text and "提交意见" in matter.text:
                self.do(who, path, opinion=opinion, comment=comment)
                self.secret.add(path)
                return
        raise RehearsalError(f"{who} 的审批中没有“{words}”")


def unit(code: str) -> str:
    """The id of a sample unit as forms carry it."""
    return str(unit_id(code))

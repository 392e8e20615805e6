"""Every page in a real Chromium, with a story in it: no accessibility violation (axe-core), an empty
console, nothing wider than the screen, one heading, nothing cut in print.

Pages are found as people find them: from the first page along the links, one page of each kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.browser.visitor import Person
from tests.web.test_pages import PAGES

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 90  # pages of one person
looked_at_narrowly: set[tuple[str, ...] | None] = set()
# No pages: files, and the trail of an object, which is empty while no sequencer runs beside the test.
FILES = re.compile(r"\.(xlsx|ics|zip)$|^/documents/[0-9a-f-]{36}/|/clear/$|^/trace/(proof|of)/")


def kind_of(path: str) -> tuple[str, ...] | None:
    """Two addresses of one kind look alike; ``None`` for what is no page."""
    if FILES.search(path):
        return None
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    words = [str(found.kwargs[k]) for k in ("name", "tab", "kind", "topic") if k in found.kwargs]
    return (found.view_name, *words)


def walk(person: Person, first: list[str]) -> Iterator[str]:
    """Addresses in the order in which they are met, one of each kind. No link may lead nowhere."""
    waiting, seen, met = list(first), set(), dict.fromkeys(first, "")
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        status = person.go(path)
        assert status == 200, f"{path}: {status}, linked on {met.get(path)}"
        yield path
        links = person.page.eval_on_selector_all(
            "main a[href], nav a[href]", "all => all.map(a => a.getAttribute('href'))"
        )
        for link in links:
            if link.startswith("/") and "logout" not in link:
                met.setdefault(link, path)
                waiting.append(link)


@pytest.mark.parametrize(
    "who",
    ["coordinator", "leader", "team_head", "discipline", "other_contact", "clerk", "audit_admin"],
)
def test_every_page_is_accessible_quiet_and_fits(
    story: Any, live_server: Any, chromium: Any, who: str
) -> None:
    person = Person(chromium, live_server.url, who)
    found, visited = [], 0
    for path in walk(person, ["/", *PAGES.get(who, [])]):
        visited += 1
        if person.page.locator("h1").count() != 1:
            found.append(f"{path}: {person.page.locator('h1').count()} headings")
        found += [f"{path}: {problem}" for problem in person.violations()]
        found += [f"{path}: “{word}” is no Chinese" for word in person.english()]
        for width in (1280, 390):  # one visit: the same page in two windows
            person.resize(width)
            if person.overflow() > 1:
                found.append(f"{path}: {person.overflow()} px wider than {width}")
        if kind_of(path) not in looked_at_narrowly:  # one of each kind, whoever opens it first
            looked_at_narrowly.add(kind_of(path))
            found += [f"{path} at 390 px: {problem}" for problem in person.violations()]
        person.resize(1280)
    noise = person.noise
    person.leave()
    assert visited >= 6
    assert found == []
    assert noise == []


A4 = {"width": 718, "height": 1047}  # the sheet less 10 mm margins, at 96 pixels to the inch


def test_first_pages_objects_and_boards_print_whole(
    story: Any, live_server: Any, chromium: Any
) -> None:
    """On A4 nothing is cut at the right edge, and a leader's first page is one sheet."""
    import pypdfium2

    person = Person(chromium, live_server.url, "leader")
    cut, paths = (
        [],
        list(walk(person, ["/", "/boards/province/", "/boards/unit/", "/engagements/"])),
    )
    person.page.emulate_media(media="print")
    person.page.set_viewport_size(A4)
    for path in paths:
        person.go(path)
        wide = person.page.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > "
            f"{A4['width']} + 1 && getComputedStyle(e).display !== 'none' "
            "&& !e.closest('.visually-hidden')).map(e => e.tagName + ' ' + e.className)"
        )
        if wide:
            cut.append(f"{path}: {wide[:3]}")
    person.go("/")
    margins = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    sheets = len(pypdfium2.PdfDocument(person.page.pdf(format="A4", margin=margins)))
    person.leave()
    assert cut == []
    assert sheets == 1


def test_what_has_to_be_corrected_is_read_first_and_leads_to_its_fields(
    story: Any, live_server: Any, chromium: Any
) -> None:
    """After a form that came back the focus is on the list of errors; each is a link to its field."""
    clerk = Person(chromium, live_server.url, "clerk")
    clerk.go("/leads/new/form/")
    clerk.page.evaluate("document.querySelector('main form').noValidate = true")
    clerk.press("登记")
    focused = clerk.page.evaluate("document.activeElement.className")
    assert "lx-problem" in focused
    clerk.page.keyboard.press("Tab")
    assert "请选择" in clerk.page.evaluate("document.activeElement.innerText")
    clerk.page.keyboard.press("Enter")
    assert clerk.page.evaluate("location.hash") == "#id_subject_org"
    described = clerk.page.locator("#id_subject_org").get_attribute("aria-describedby")
    assert described == "id_subject_org_error"
    assert clerk.page.locator(f"#{described}").inner_text().startswith("请选择")
    assert clerk.page.locator("#id_title").get_attribute("aria-invalid") == "true"
    clerk.leave()


def test_targets_are_at_least_44_pixels_high(story: Any, live_server: Any, chromium: Any) -> None:
    """Buttons and the map, at 390 px: what is pressed, hit area included, is no smaller (screens.md)."""
    small = []
    person = Person(chromium, live_server.url, "coordinator", width=390)
    for path in ("/", "/leads/", "/boards/unit/", "/gallery/", "/approvals/"):
        person.go(path)
        small += person.page.evaluate(
            """() => [...document.querySelectorAll('main .btn, .lx-nav-fold summary, .lx-tabs a')]
              .filter(e => e.offsetParent && getComputedStyle(e).visibility !== 'hidden')
              .map(e => {
                const more = getComputedStyle(e, '::after');
                const extra = more.content === 'none' ? 0 : -2 * parseFloat(more.top || 0);
                return [e.innerText, e.getBoundingClientRect().height + Math.max(0, extra)];
              })
              .filter(([, height]) => height < 43.5)"""
        )
    person.leave()
    assert small == []


def test_the_first_page_is_walked_by_keyboard_with_a_visible_focus(
    story: Any, live_server: Any, chromium: Any
) -> None:
    person = Person(chromium, live_server.url, "coordinator")
    person.go("/")
    wanted = person.page.locator(
        "a:visible, button:visible, input:visible:not([type=hidden]), summary:visible, select:visible"
    ).count()
    unseen = []
    for number in range(wanted):
        person.page.keyboard.press("Tab")
        shown = person.page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.innerText || e.name, s.outlineStyle !== 'none' || s.boxShadow !== 'none'] })()"
        )
        if shown[0] == "BODY":
            break
        if not shown[2]:
            unseen.append((number, shown))
    person.page.keyboard.press("Escape")
    assert unseen == []
    person.go("/")
    person.page.keyboard.press("/")
    assert person.page.evaluate("document.activeElement.id") == "q"
    person.page.keyboard.type("青松大学")
    person.page.keyboard.press("Enter")
    person.page.wait_for_load_state()
    assert "青松大学" in person.text()
    person.leave()

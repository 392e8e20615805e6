"""Every form there is, found as people find them: from each person's first page along the links.

The table of ``every_form`` is made with it, and the long run holds the table against it. Run as
``pytest -s tests/web/walk.py`` it prints a line for each form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from tests.support.sheets import Kind, Sheet, forms_on, kind_of, parse
from tests.web.test_pages import PAGES, client_of

PEOPLE = (
    "coordinator", "leader", "chair", "team_head", "inspector", "clerk", "guide", "discipline",
    "discipline_head", "development", "finance", "audit", "contact", "other_contact", "neighbour_head",
    "personnel", "custodian_1", "system_admin", "security_admin", "audit_admin",
)  # fmt: skip
EACH = 4  # pages of one kind that one person opens: objects in different states show different acts
MOST = 130  # pages of one person
OBJECT = re.compile(r"/[0-9a-f-]{36}/$")


def links(page: Any) -> list[str]:
    found = page.xpath("//main//a/@href | //nav//a/@href")
    return [a.split("#")[0] for a in found if a.startswith("/")]


def opened(client: Client, path: str) -> Any:
    """The parsed page; ``None`` where there is none."""
    answer = client.get(path)
    if answer.status_code != 200 or answer.streaming or b"<html" not in answer.content[:300]:
        return None
    return parse(answer.content)


def pages(who: str, client: Client) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """(address, the addresses that led there, parsed page), breadth first; a few of each kind."""
    waiting: list[tuple[str, tuple[str, ...]]] = [(p, ()) for p in ("/", *PAGES.get(who, []))]
    seen: set[str] = set()
    met: dict[Kind, int] = {}
    while waiting and len(seen) < MOST:
        path, way = waiting.pop(0)
        kind = kind_of(path)
        several = OBJECT.search(urlsplit(path).path) is not None
        if kind is None or path in seen or met.get(kind, 0) >= (EACH if several else 1):
            continue
        seen.add(path)
        met[kind] = met.get(kind, 0) + 1
        page = opened(client, path)
        if page is None:
            continue
        yield path, way, page
        waiting += [(a, (*way, path)) for a in links(page)]


def walk() -> dict[str, tuple[str, tuple[str, ...], Sheet]]:
    """Key → who met it first, the way there, and the form."""
    found: dict[str, tuple[str, tuple[str, ...], Sheet]] = {}
    for who in PEOPLE:
        for path, way, page in pages(who, client_of(who)):
            for sheet in forms_on(path, page):
                known = found.get(sheet.key)
                if known is None or len(known[1]) > len(way) + 1:
                    found[sheet.key] = (who, (*way, path), sheet)
    return found


def line(who: str, way: tuple[str, ...]) -> str:
    """A row of the table: whoever, from which address, over which kinds of page."""
    steps = [way[0], *(" ".join(kind_of(p) or ()) for p in way[1:])]
    return " > ".join([who, *steps])


def print_table() -> None:
    for key, (who, way, _) in sorted(walk().items()):
        print(f"{key} | {line(who, way)}")

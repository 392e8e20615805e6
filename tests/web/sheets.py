"""Every form there is, found as people find them: from each person's first page along the links.

A form that is written tomorrow is met here without a line being added. ``Sheet`` is one form with the
values a hurried but sensible person would send; ``wrongs`` makes the bad ones of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from lxml import html

from tests.web.test_pages import PAGES, client_of

PEOPLE = (
    "coordinator", "leader", "chair", "team_head", "inspector", "clerk", "guide", "discipline",
    "discipline_head", "development", "finance", "audit", "contact", "other_contact", "neighbour_head",
    "personnel", "custodian_1", "system_admin", "security_admin", "audit_admin",
)  # fmt: skip
EACH = 6  # pages of one kind that one person opens: objects in different states show different acts
MOST = 170  # pages of one person
OUTSIDE = re.compile(
    r"^/(accounts|static|api)/|logout|\.(xlsx|ics|zip)$|^/documents/[0-9a-f-]{36}/"
)
TODAY = timezone.localdate()


@dataclass(frozen=True)
class Place:
    """One field. ``kind``: text, area, number, date, check, radio, select, many, file, hidden."""

    name: str
    kind: str
    value: Any = ""
    options: tuple[str, ...] = ()
    required: bool = False
    longest: int = 0
    label: str = ""


@dataclass(frozen=True)
class Sheet:
    """A form on the page ``path`` as ``who`` sees it. Forms of one ``kind`` are the same form."""

    who: str
    path: str
    kind: tuple[str, ...]
    places: tuple[Place, ...]
    button: tuple[str, str] = ("", "")
    files: bool = field(default=False)

    def filled(self) -> dict[str, Any]:
        """What a sensible person would send."""
        sent: dict[str, Any] = {p.name: p.value for p in self.places if p.value not in ("", ())}
        for place in self.places:
            if place.name not in sent and place.kind != "hidden":
                value = sensible(place)
                if value not in ("", ()):
                    sent[place.name] = value
        if self.button[0]:
            sent[self.button[0]] = self.button[1]
        if any(p.name == "submission_key" for p in self.places):
            sent["submission_key"] = str(uuid4())
        return sent

    @property
    def typed(self) -> tuple[Place, ...]:
        return tuple(p for p in self.places if p.kind != "hidden")


def sensible(place: Place) -> Any:
    if place.kind in ("select", "radio"):
        return next((o for o in place.options if o), "")
    if place.kind == "many":
        return place.options[:1]
    if place.kind == "date":
        return (TODAY + timedelta(days=40)).isoformat()
    if place.kind == "number":
        return "1"
    if place.kind == "check":
        return place.options[0] if place.required else ""
    if place.kind == "file":
        return SimpleUploadedFile("材料.txt", "会议纪要一页".encode())
    return "已核对会议纪要"


# --- finding them ------------------------------------------------------------------------------


def kind_of(path: str) -> tuple[str, ...] | None:
    """Addresses that look alike; ``None`` for what is no page of ours."""
    if OUTSIDE.search(path):
        return None
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    words = [str(found.kwargs[k]) for k in ("name", "tab", "topic", "facet") if k in found.kwargs]
    return (found.view_name, *words)


def pages(who: str, client: Client) -> Iterator[tuple[str, Any]]:
    """(address, parsed page), breadth first; a few of each kind, acts and new forms once."""
    waiting, seen, met = ["/", *PAGES.get(who, [])], set(), dict[tuple[str, ...], int]()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0).split("#")[0]
        kind = kind_of(path)
        objects = re.search(r"/[0-9a-f-]{36}/$", urlsplit(path).path) is not None
        if kind is None or path in seen or met.get(kind, 0) >= (EACH if objects else 1):
            continue
        seen.add(path)
        answer = client.get(path)
        met[kind] = met.get(kind, 0) + 1
        if answer.status_code != 200 or answer.streaming or b"<html" not in answer.content[:300]:
            continue
        page = html.fromstring(answer.content.decode())
        yield path, page
        waiting += [a for a in page.xpath("//main//a/@href | //nav//a/@href") if a.startswith("/")]


def sheets(people: tuple[str, ...] = PEOPLE) -> dict[tuple[str, ...], Sheet]:
    """One sheet of each kind, by whom it was met first."""
    found: dict[tuple[str, ...], Sheet] = {}
    for who in people:
        for path, page in pages(who, client_of(who)):
            for one in on_page(who, path, page):
                found.setdefault(one.kind, one)
    return found


def on_page(who: str, path: str, page: Any) -> Iterator[Sheet]:
    """The forms that are sent in; one for each of its buttons."""
    for form in page.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        goes = form.get("action") or path
        where = kind_of(goes)
        if where is None:
            continue
        places = tuple(_places(form, page))
        buttons = [
            (b.get("name", ""), b.get("value", ""))
            for b in form.xpath(".//button[not(@type) or @type='submit']")
            + (page.xpath(f"//button[@form='{form.get('id')}']") if form.get("id") else [])
        ]
        for name, value in buttons or [("", "")]:
            short = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", value)
            hidden = tuple(p.value for p in places if p.kind == "hidden" and p.name == "act")
            signature = ",".join(sorted(re.sub(r"\d+", "0", p.name) for p in places))
            yield Sheet(
                who,
                goes,
                (*where, *hidden, name, short, signature),
                places,
                (name, value),
                any(p.kind == "file" for p in places),
            )


def _places(form: Any, page: Any) -> Iterator[Place]:
    groups: dict[str, list[Any]] = {}
    for tag in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        if tag.get("name") != "csrfmiddlewaretoken" and tag.get("type") not in ("submit", "button"):
            groups.setdefault(tag.get("name"), []).append(tag)
    for name, tags in groups.items():
        yield _place(name, tags, page)


def _place(name: str, tags: list[Any], page: Any) -> Place:
    tag = tags[0]
    labels = page.xpath("//label[@for=$i]", i=tag.get("id", "")) if tag.get("id") else []
    common: dict[str, Any] = {
        "required": tag.get("required") is not None,
        "label": labels[0].text_content().strip("* \n") if labels else "",
    }
    if tag.tag == "select":
        options = tuple(o.get("value", "") for o in tag.xpath(".//option"))
        chosen = tag.xpath(".//option[@selected]/@value")
        several = tag.get("multiple") is not None
        value: Any = tuple(chosen) if several else (chosen[0] if chosen else "")
        return Place(name, "many" if several else "select", value, options, **common)
    if tag.tag == "textarea":
        longest = int(tag.get("maxlength") or 0)
        return Place(name, "area", (tag.text or "").strip("\n"), longest=longest, **common)
    sort = tag.get("type", "text")
    if sort in ("checkbox", "radio"):
        options = tuple(t.get("value", "on") for t in tags)
        chosen = [t.get("value", "on") for t in tags if t.get("checked") is not None]
        if sort == "radio":
            return Place(name, "radio", chosen[0] if chosen else "", options, **common)
        if len(tags) > 1:
            return Place(name, "many", tuple(chosen), options, **common)
        return Place(name, "check", chosen[0] if chosen else "", options, **common)
    kinds = {"hidden": "hidden", "number": "number", "date": "date", "file": "file"}
    longest = int(tag.get("maxlength") or 0)
    kind = kinds.get(sort, "text")
    return Place(name, kind, tag.get("value") or "", longest=longest, **common)


# --- spoiling them -----------------------------------------------------------------------------

LONG = "长" * 100_000
SURROGATE = b"\xed\xa0\xbd"  # half of a pair, as broken programs send it
ODD = "甲\u202e乙\u200b丙\ufeff😀👨‍👩‍👧é\u0301\U0002a6d6"
HUGE = "9" * 40

# By kind of field: values that can never be right.
NEVER: dict[str, tuple[Any, ...]] = {
    "text": (LONG, "含\x00字符", SURROGATE),
    "area": (LONG, "含\x00字符", SURROGATE),
    "number": ("三", HUGE, "-" + HUGE, "1e400", "NaN", "\x00"),
    "date": ("昨天", "2026-02-30", "0000-00-00", "99999-01-01", "\x00", LONG),
    "select": ("没有这个选项", "\x00", LONG, SURROGATE),
    "radio": ("没有这个选项", "\x00", LONG),
    "many": (("没有这个选项",), ("\x00",), (LONG,)),
    "file": ("不是文件",),
    "hidden": ("不是它", "\x00", HUGE, "-1", LONG, SURROGATE),
    "check": (),
}


def spoiled(sheet: Sheet) -> Iterator[tuple[Place, Any, dict[str, Any]]]:
    """(field, its bad value, everything that is sent): one field wrong, all others sensible."""
    for place in sheet.places:
        for value in NEVER[place.kind]:
            yield place, value, {**sheet.filled(), place.name: value}


def at_once(sheet: Sheet) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything wrong in the same way."""
    hidden = {p.name: p.value for p in sheet.places if p.kind == "hidden"}
    button = {sheet.button[0]: sheet.button[1]} if sheet.button[0] else {}
    typed = [p.name for p in sheet.typed]
    yield "nothing at all", dict(button)
    yield "all empty", {**hidden, **dict.fromkeys(typed, ""), **button}
    yield "all twice", {**hidden, **{n: ["x", "y"] for n in typed}, **button}
    yield "all broken", {**hidden, **dict.fromkeys(typed, SURROGATE), **button}


def body(sent: Mapping[str, Any], *, files: bool) -> dict[str, Any]:
    """Arguments of ``Client.post``: urlencoded by hand, so that broken bytes go over as they are."""
    if files:
        return {"data": {k: _several(v) for k, v in sent.items()}}
    from urllib.parse import urlencode

    pairs = [(k, v) for k, values in sent.items() for v in _listed(values)]
    return {"data": urlencode(pairs), "content_type": "application/x-www-form-urlencoded"}


def _several(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple | list) else [value]

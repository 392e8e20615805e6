"""The forms on a page, as a browser would send them: what a sensible person writes, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, resolve
from django.utils import timezone
from lxml import html

from lianxun.web.forms import LONGEST_TEXT

# Not pages of ours, or nothing to write on: sign-in, files, calendars, one file's own address.
OUTSIDE = re.compile(
    r"^/(accounts|static|api)/|logout|\.(xlsx|ics|zip)$|^/documents/[0-9a-f-]{36}/"
)
Kind = tuple[str, ...]


def kind_of(path: str) -> Kind | None:
    """Addresses that look alike, e.g. ``("leads:act", "screen")``; ``None`` for what is no page of ours."""
    if OUTSIDE.search(path):
        return None
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    words = [str(found.kwargs[k]) for k in ("name", "tab", "topic", "facet") if k in found.kwargs]
    return (found.view_name, *words)


@dataclass(frozen=True)
class Place:
    """One field. ``kind``: text, area, number, date, check, radio, select, many, file, hidden, secret."""

    name: str
    kind: str
    value: Any = ""
    options: tuple[str, ...] = ()
    required: bool = False
    longest: int = 0


@dataclass(frozen=True)
class Sheet:
    """A form with one of its buttons on the page ``path``. Forms of one ``kind`` are the same form."""

    path: str
    kind: Kind
    places: tuple[Place, ...]
    button: tuple[str, str] = ("", "")

    @property
    def typed(self) -> tuple[Place, ...]:
        return tuple(p for p in self.places if p.kind != "hidden")

    @property
    def files(self) -> bool:
        return any(p.kind == "file" for p in self.places)

    @property
    def key(self) -> str:
        """How the table of all forms names it."""
        return " ".join(w for w in (*self.kind, self.button[0]) if w)

    def hidden(self) -> dict[str, Any]:
        sent = {p.name: p.value for p in self.places if p.kind == "hidden"}
        if "submission_key" in sent:
            sent["submission_key"] = str(uuid4())
        return sent | ({self.button[0]: self.button[1]} if self.button[0] else {})

    def filled(self) -> dict[str, Any]:
        """What a sensible person would send."""
        values = {p.name: p.value or sensible(p) for p in self.typed}
        return self.hidden() | {k: v for k, v in values.items() if v not in ("", ())}


def sensible(place: Place) -> Any:
    if place.kind in ("select", "radio"):
        return next((o for o in place.options if o), "")
    if place.kind == "many":
        return place.options[:1]
    if place.kind == "date":
        return (timezone.localdate() + timedelta(days=40)).isoformat()
    if place.kind == "number":
        return "1"
    if place.kind == "check":
        return place.options[0] if place.required else ""
    if place.kind == "file":
        return SimpleUploadedFile("材料.txt", "会议纪要一页".encode())
    return "已核对会议纪要"


def forms_on(path: str, page: Any) -> Iterator[Sheet]:
    """The forms that are sent in; one for each of its buttons."""
    for form in page.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        goes = form.get("action") or path
        where = kind_of(goes)
        if where is None:
            continue
        places = tuple(_places(form))
        inner = tuple(p.value for p in places if p.kind == "hidden" and p.name == "act")
        buttons = form.xpath(".//button[not(@type) or @type='submit']")
        if form.get("id"):
            buttons += page.xpath("//button[@form=$i]", i=form.get("id"))
        pairs = {(b.get("name", ""), b.get("value", "")) for b in buttons} or {("", "")}
        one = Sheet(goes, (*where, *inner), places)
        met = set()
        for pair in sorted(pairs):
            if pair[0] not in met:  # the same button on each row of a list is one
                met.add(pair[0])
                yield replace(one, button=pair)


def _places(form: Any) -> Iterator[Place]:
    groups: dict[str, list[Any]] = {}
    for tag in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        if tag.get("name") != "csrfmiddlewaretoken" and tag.get("type") not in ("submit", "button"):
            groups.setdefault(tag.get("name"), []).append(tag)
    for name, tags in groups.items():
        yield _place(name, tags)


_KINDS = {"hidden": "hidden", "number": "number", "date": "date", "file": "file"}


def _place(name: str, tags: list[Any]) -> Place:
    tag, required = tags[0], tags[0].get("required") is not None
    if tag.tag == "select":
        options = tuple(o.get("value", "") for o in tag.xpath(".//option"))
        chosen = tag.xpath(".//option[@selected]/@value")
        if tag.get("multiple") is not None:
            return Place(name, "many", tuple(chosen), options, required)
        return Place(name, "select", chosen[0] if chosen else "", options, required)
    longest = int(tag.get("maxlength") or 0)
    if tag.tag == "textarea":
        return Place(name, "area", (tag.text or "").strip("\n"), (), required, longest)
    sort = tag.get("type", "text")
    if sort in ("checkbox", "radio"):
        options = tuple(t.get("value", "on") for t in tags)
        chosen = [t.get("value", "on") for t in tags if t.get("checked") is not None]
        if sort == "checkbox" and len(tags) > 1:
            return Place(name, "many", tuple(chosen), options, required)
        kind = "radio" if sort == "radio" else "check"
        return Place(name, kind, chosen[0] if chosen else "", options, required)
    kind = "secret" if sort == "password" else _KINDS.get(sort, "text")
    return Place(name, kind, tag.get("value") or "", (), required, longest)


def parse(content: bytes) -> Any:
    return html.fromstring(content.decode())


# --- spoiling them -----------------------------------------------------------------------------------

BROKEN = b"\xed\xa0\xbd"  # half of a pair, as broken programs send it
LONG = "长" * 100_001
HUGE = "9" * 40
# By kind of field: values that can never be right. The first two of each are tried in every run.
NEVER: Mapping[str, tuple[Any, ...]] = {
    "text": (LONG, "含\x00字符", BROKEN),
    "area": (LONG, "含\x00字符", BROKEN),
    "secret": (LONG, "含\x00字符"),
    "number": ("三", "1e400", HUGE, "-" + HUGE, "NaN", "\x00"),
    "date": ("2026-02-30", "昨天", "0000-00-00", "99999-01-01", "\x00", LONG),
    "select": ("没有这个选项", "\x00", LONG, BROKEN),
    "radio": ("没有这个选项", "\x00", LONG),
    "many": (("没有这个选项",), ("\x00",), (LONG,)),
    "file": ("不是文件",),
    "hidden": ("不是它", "\x00", HUGE, "-1", LONG, BROKEN),
    "check": (),
}


def wrong(place: Place, turn: int) -> Any:
    """A value that this field can never hold; ``None`` where every value is one."""
    values = NEVER[place.kind]
    if not values:
        return None
    value = values[turn % len(values)]
    if value is LONG and place.kind in ("text", "area"):  # one sign more than there is room for
        return "长" * ((place.longest or LONGEST_TEXT) + 1)
    return value


def body(sent: Mapping[str, Any], *, files: bool) -> dict[str, Any]:
    """Arguments of ``Client.post``, so that broken bytes go over as they are: urlencoded by hand, or as a
    list of one where there are files, because Django's client sends a number for each byte of a value."""
    if files:
        lists = (tuple, bytes)
        return {"data": {k: _listed(v) if isinstance(v, lists) else v for k, v in sent.items()}}
    pairs = [(k, v) for k, several in sent.items() for v in _listed(several)]
    return {"data": urlencode(pairs), "content_type": "application/x-www-form-urlencoded"}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple | list) else [value]

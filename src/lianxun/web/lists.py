"""Every list is one thing: filter by URL, choose columns and have them remembered, act on many rows,
take it away as a recorded export.

A room describes its list as data (``Listing``) and gives the one query that fills a page of it;
``list_page`` does the rest. Nothing is read here: the query obeys need-to-know, also for the export.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lianxun.fabric.excel import columns as sheet
from lianxun.fabric.excel import writing
from lianxun.fabric.paging import WHOLE_LIMIT, Page, whole_list
from lianxun.fabric.purposes import PURPOSES, stated
from lianxun.fabric.safefiles import CSV, XLSX
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid
from lianxun.trace.door import noting, operation
from lianxun.web.forms import ActForm
from lianxun.web.many import ManyAct, many_page
from lianxun.web.requests import ActorRequest

Value = str | int | date | None
REMEMBERED = 400 * 24 * 60 * 60  # seconds, the longest a browser keeps a cookie
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``value`` is what an export writes; ``html`` what the page shows where that is more than text."""

    key: str
    label: str
    value: Callable[[Any], Value]
    html: Callable[[Any], SafeString] | None = None
    shown: bool = True
    fixed: bool = False
    number: bool = False

    def cell(self, row: Any) -> SafeString:
        if self.html is not None:
            return self.html(row)
        value = self.value(row)
        return format_html("{}", "—" if value in (None, "") else value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A choice, or a text where ``choices`` is empty. ``name`` is the word in the URL."""

    name: str
    label: str
    choices: Sequence[tuple[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list as data. ``name`` is ASCII: it stands in the trace, the cookie and the test of the act."""

    name: str
    title: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    empty: str = "没有您可以知悉的内容。可以放宽筛选条件后再查。"
    many: Mapping[str, ManyAct] = field(default_factory=dict)
    load: Callable[[ActorRequest, Any], Any] | None = None
    label: Callable[[Any], str] = str
    template: str = "web/list.html"


class ExportForm(ActForm):
    purpose = forms.ChoiceField(
        label="导出用途", choices=[("", "请选择"), *PURPOSES], help_text="每次导出都留痕。"
    )
    format = forms.ChoiceField(
        label="格式", choices=[("xlsx", "Excel（.xlsx）"), ("csv", "CSV（.csv）")]
    )


Query = Callable[[], Page[Any]]


def list_page(request: ActorRequest, listing: Listing, query: Query, **more: Any) -> HttpResponse:
    """A page of ``listing``; ``query`` reads it under the reader's own identity."""
    if "set_columns" in request.GET:
        return _remember(request, listing)
    export = ExportForm(request.POST if "purpose" in request.POST else None)
    if request.method == "POST":
        if ("many" in request.POST or "one" in request.POST) and listing.load is not None:
            return many_page(
                request,
                listing.many,
                load=listing.load,
                label=listing.label,
                back=request.get_full_path(),
            )
        done, data = export.perform(lambda: _exported(request, listing, query, export))
        if done and data is not None:
            return _file(listing, data, export.cleaned_data["format"])
        if done:
            messages.info(request, "此前已导出。需要再次导出请重新填写用途。")
            return HttpResponseRedirect(request.get_full_path())
    # A look is inside the transaction of its page already; a form that was wrong needs one.
    inside = transaction.get_connection().in_atomic_block
    with nullcontext() if inside else transaction.atomic():
        context = _context(request, listing, query()) | {"export": export} | more
        return render(
            request, listing.template, context, status=422 if request.method == "POST" else 200
        )


def _context(request: ActorRequest, listing: Listing, page: Page[Any]) -> dict[str, Any]:
    columns = chosen_columns(request, listing)
    keys = {c.key for c in columns}
    names = {f.name for f in listing.filters}
    many = {
        name: act for name, act in listing.many.items() if any(act.may(row) for row in page.rows)
    }
    return {
        "listing": listing,
        "page": page,
        "columns": columns,
        "all_columns": [(c, c.key in keys) for c in listing.columns],
        "rows": [
            (row, any(a.may(row) for a in many.values()), [(c, c.cell(row)) for c in columns])
            for row in page.rows
        ],
        "many": many,
        "filters": [(f, request.GET.get(f.name, "")) for f in listing.filters],
        "filtered": bool(names & set(request.GET)),
        "kept": [(k, v) for k, v in request.GET.items() if k not in {*names, "page"}],
    }


def embedded(
    request: ActorRequest, listing: Listing, page: Page[Any], *, at: str, title: str = ""
) -> dict[str, Any]:
    """Some rows of a list on another page, with its acts on many: sent to the list's own address ``at``."""
    shown = _context(request, listing, page)
    return shown | {"filters": (), "kept": (), "at": at, "title": title or listing.title}


def chosen_columns(request: ActorRequest, listing: Listing) -> list[Column]:
    """The reader's own choice, else the usual ones; a fixed column is always there."""
    wanted = set(request.COOKIES.get(_cookie(request, listing), "").split("."))
    known = {c.key for c in listing.columns}
    if not wanted & known:
        return [c for c in listing.columns if c.shown or c.fixed]
    return [c for c in listing.columns if c.fixed or c.key in wanted]


def _cookie(request: ActorRequest, listing: Listing) -> str:
    """Two people at one machine keep their own columns."""
    return f"lx-columns-{listing.name}-{str(request.actor.account_id)[-8:]}"


def _remember(request: ActorRequest, listing: Listing) -> HttpResponse:
    wanted = set(request.GET.getlist("columns"))
    keys = [c.key for c in listing.columns if c.key in wanted]
    query = request.GET.copy()
    for name in ("columns", "set_columns"):
        query.pop(name, None)
    answer = HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
    answer.set_cookie(
        _cookie(request, listing),
        ".".join(keys),
        max_age=REMEMBERED,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/",  # the same list may stand on a first page too
    )
    return answer


@operation("web.export_list")
def export_list(
    *, actor: Actor, now: datetime, name: str, purpose: str, query: Query
) -> Sequence[Any]:
    """All rows of a list the actor may see under the filters he set; one record with count and purpose."""
    stated(purpose)
    with whole_list():
        rows = query().rows
    if len(rows) > WHOLE_LIMIT:
        raise Invalid.at(
            "purpose", f"超过 {WHOLE_LIMIT} 行，没有导出。请先用筛选条件缩小范围，再分次导出。"
        )
    noting().about("web.list", actor.account_id, list=name, rows=len(rows), purpose=purpose)
    return rows


def _exported(request: ActorRequest, listing: Listing, query: Query, form: ActForm) -> bytes:
    rows = export_list(
        actor=request.actor,
        now=request.now,
        name=listing.name,
        purpose=form.cleaned_data["purpose"],
        query=query,
    )
    columns = chosen_columns(request, listing)
    if form.cleaned_data["format"] == "csv":
        return as_csv(columns, rows)
    spec = sheet.SheetSpec(
        listing.name,
        listing.title,
        1,
        tuple(sheet.Column(key=c.key, header=c.label) for c in columns),
    )
    return writing.export(spec, ({c.key: _plain(c.value(row)) for c in columns} for row in rows))


def as_csv(columns: Sequence[Column], rows: Sequence[Any]) -> bytes:
    """UTF-8 with a mark, so that Excel reads it; a text that begins like a formula is made harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([c.label for c in columns])
    for row in rows:
        writer.writerow([_harmless(_plain(c.value(row))) for c in columns])
    return text.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> Value:
    """Moments as the Shanghai minute; everything else as it is."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return value


def _harmless(value: Value) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _file(listing: Listing, data: bytes, suffix: str) -> HttpResponse:
    kind = CSV if suffix == "csv" else XLSX
    answer = HttpResponse(data, content_type=kind.content_type)
    name = f"{listing.title}-{timezone.localdate():%Y%m%d}{kind.suffix}"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer

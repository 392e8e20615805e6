"""The three boards, where every number leads to its rows, and the lists behind them."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from lianxun.duties import queries
from lianxun.duties.queries.boards import LINES
from lianxun.duties.records import BoardRow, DutyRecord, LetterRecord
from lianxun.duties.rules import may_issue_bulletin
from lianxun.fabric.paging import Page, page_number, window
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.web.duties.acts import ACTS
from lianxun.web.duties.lists import DUTIES, LETTERS
from lianxun.web.lists import list_page
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest

BOARDS = {
    "province": ("全省总览", queries.province_board),
    "unit": ("成员单位", queries.unit_board),
    "task": ("任务节点", queries.task_board),
}
LAMPS = (Light.RED, Light.YELLOW, Light.GREEN, Light.PAUSED, Light.DONE, Light.DONE_LATE)
FILTERS = ("region", "unit", "code", "light", "state", "board", "engagement")


def board(request: ActorRequest, name: str) -> HttpResponse:
    if name not in BOARDS:
        raise NotFound
    title, load = BOARDS[name]
    number = page_number(request.GET.get("page"))
    more: dict[str, object] = {}
    if name != "province":
        more["filters"] = {k: str(v) for k, v in request.GET.items() if k in FILTERS}
    found = load(actor=request.actor, now=request.now, page=number, **more)
    longest = max((row.total for row in found.rows), default=0)
    rows = [(row, _counts(row), _segments(row, longest)) for row in (*found.rows, found.total)]
    return render(
        request,
        "duties/board.html",
        {
            "page": Page(found.rows, number, found.lines, LINES),
            "rows": rows,
            "sums": [c for c in _counts(found.total) if c[0] in LAMPS[:3]],
            "rate": found.total.on_time_rate,
            "lamps": LAMPS,
            "boards": BOARDS,
            "name": name,
            "title": title,
            "bulletin": bool(may_issue_bulletin(request.actor)),
        },
    )


def _counts(row: BoardRow) -> list[tuple[Light, int, str]]:
    """Each light's number with the address of exactly its rows."""
    query = {k: v for k, v in row.filters.items() if v}
    return [
        (lamp, row.counts.get(lamp, 0), f"/duties/?{urlencode({**query, 'light': lamp.value})}")
        for lamp in LAMPS
    ]


def _segments(row: BoardRow, longest: int) -> list[tuple[str, float, float]]:
    """Segments of a bar whose length is the row's share of the longest: (light, x, width) of 200."""
    x, found = 0.0, []
    for lamp in LAMPS:
        width = 200 * row.counts.get(lamp, 0) / longest if longest else 0.0
        found.append((lamp.value, round(x, 2), round(width, 2)))
        x += width
    return found


def duty_list(request: ActorRequest) -> HttpResponse:
    filters = {k: str(v) for k, v in request.GET.items() if k in FILTERS}
    number = page_number(request.GET.get("page"))

    def query() -> Page[DutyRecord]:
        rows = window(number)
        found = queries.duties(
            actor=request.actor,
            now=request.now,
            filters=filters,
            offset=rows.start,
            limit=rows.stop - rows.start,
        )
        return Page(found.duties, number, found.total)

    return list_page(request, DUTIES, query, where=filters)


def letters(request: ActorRequest) -> HttpResponse:
    """Warning letters; many can be acknowledged at once."""
    waiting = request.GET.get("waiting") == "1"

    def query() -> Page[LetterRecord]:
        found = queries.letters(actor=request.actor, now=request.now, unacknowledged=waiting)
        return Page(found, 1, len(found), max(1, len(found)))

    return list_page(request, LETTERS, query)


def detail(request: ActorRequest, duty_id: UUID) -> HttpResponse:
    """Why is it red: which rule, which count, which calendar, and who has it."""
    found = queries.duty(actor=request.actor, now=request.now, duty_id=duty_id)
    url = object_url(found.duty.object_kind, found.duty.object_id)
    acts = [(name, act) for name, act in ACTS.items() if name in found.permitted]
    return render(request, "duties/detail.html", {"detail": found, "url": url, "acts": acts})


def feed(request: ActorRequest) -> HttpResponse:
    """The actor's deadlines as a calendar file."""
    data = queries.calendar_feed(actor=request.actor, now=request.now)
    answer = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="lianxun.ics"'
    return answer

"""三段衔接 (R-8.1-3): warned before, deterred during, set right afterwards, engagement by engagement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from lianxun.duties import queries as duties
from lianxun.inspection import queries as inspection
from lianxun.inspection.queries.courses import CourseLine
from lianxun.leads import depth as leads
from lianxun.leads.records import PresenceCount
from lianxun.rectification import queries as rectification
from lianxun.rectification.records import PresenceItems
from lianxun.web.measures.cells import Cell, Shown, Table, count, word
from lianxun.web.requests import ActorRequest, year_given

_DASH = Cell("—")
Presences = dict[UUID, tuple[date, date]]


def course(request: ActorRequest, number: int) -> Shown:
    """Three tables of the same engagements; a room the reader has no duty in shows a dash, not a nought."""
    today = timezone.localdate(request.now)
    year = year_given(request.GET.get("year")) or today.year
    page = inspection.courses(actor=request.actor, now=request.now, year=year, page=number)
    lines = page.rows
    spans: Presences = {x.id: span for x in lines if (span := x.on_site(today)) is not None}
    # Before the entry only warnings can be counted; the day before it is today at the earliest.
    known = spans | {x.id: (x.entry_on, x.on_site_end_on) for x in lines if x.id not in spans}
    warned = duties.warned(actor=request.actor, now=request.now, presences=known)
    told = _leads(request, spans)
    items = _items(request, spans)
    at_once = sum(x.at_once for x in items.values())
    answer = (
        f"{year}年 {page.total} 项任务，本页 {len(lines)} 项：进驻前发出预警函 "
        f"{sum(w[0] for w in warned.values())} 份；驻点期间要求立行立改 {at_once} 件，驻点结束前销号 "
        f"{sum(x.at_once_done for x in items.values())} 件；整改事项 "
        f"{sum(x.items for x in items.values())} 件，已销号 {sum(x.closed for x in items.values())} 件。"
    )
    return Shown(
        answer,
        [
            _before(lines, warned),
            _during(lines, spans, warned, told, items),
            _after(lines, spans, warned, items),
        ],
        page,
    )


def _leads(request: ActorRequest, spans: Presences) -> dict[UUID, PresenceCount]:
    if "leads" not in request.actor.duties:
        return {}
    return leads.leads_in_presence(actor=request.actor, now=request.now, presences=spans)


def _items(request: ActorRequest, spans: Presences) -> dict[UUID, PresenceItems]:
    if "rectification" not in request.actor.duties:
        return {}
    return rectification.after_presence(actor=request.actor, now=request.now, presences=spans)


def _named(line: CourseLine) -> Cell:
    return word(f"{line.number} {line.unit_name}")


def _see(line: CourseLine, tab: str) -> Cell:
    return word("查看", reverse("inspection:tab", args=[line.id, tab]))


def _before(lines: Sequence[CourseLine], warned: dict[UUID, tuple[int, int, int]]) -> Table:
    return Table(
        "巡前预警",
        (
            "巡视任务",
            "进驻日",
            "信息会商",
            "首次会商提前",
            "协作重点",
            "协作清单",
            "进驻前预警函",
            "任务",
        ),
        [
            [
                _named(x),
                Cell(f"{x.entry_on:%Y-%m-%d}"),
                Cell(str(x.consultations)),
                _lead(x.lead_days),
                Cell(str(x.focuses)),
                Cell(str(x.list_lines)),
                Cell(str(warned[x.id][0])),
                _see(x, "focus"),
            ]
            for x in lines
        ],
        "这一年没有您可以知悉的巡视任务。",
        "首次会商提前＝第一次信息会商到进驻的天数，工作方案要求会商在进驻前 15 日完成（6.4）；"
        "协作清单是会商列出的风险点和信息需求；预警函按发出日期统计。",
    )


def _lead(days: int | None) -> Cell:
    return Cell("没有会商", hot=True) if days is None else Cell(f"{days} 天", hot=days < 15)


def _during(
    lines: Sequence[CourseLine],
    spans: Presences,
    warned: dict[UUID, tuple[int, int, int]],
    told: dict[UUID, PresenceCount],
    items: dict[UUID, PresenceItems],
) -> Table:
    rows = []
    for x in lines:
        people, quick = told.get(x.id), items.get(x.id)
        rows.append(
            [
                _named(x),
                Cell(str(x.papers)),
                Cell(str(x.immediate)),
                _quick(x, quick, spans.get(x.id)),
                Cell(str(quick.at_once_done)) if quick else _DASH,
                Cell(f"{people.told_before}→{people.told}") if people else _DASH,
                Cell(str(people.handed)) if people else _DASH,
                Cell(str(warned[x.id][1])) if x.id in spans else _DASH,
                _see(x, "papers"),
            ]
        )
    return Table(
        "巡中震慑",
        (
            *("巡视任务", "已签底稿", "立行立改底稿", "驻点立行立改", "驻点时销号"),
            *("群众反映", "驻点时移交", "驻点时预警", "底稿"),
        ),
        rows,
        "这一年没有您可以知悉的巡视任务。",
        "驻点立行立改：驻点期间送达被巡视单位、要求马上整改的事项；驻点时销号的，是巡视组在场时就改到位的。"
        "群众反映：来信来访线索，进驻前同样天数→驻点至今；驻点时移交：驻点期间移交出去的线索。尚未进驻的任务和您没有职责的内容显示“—”。",
    )


def _quick(line: CourseLine, found: PresenceItems | None, span: tuple[date, date] | None) -> Cell:
    if found is None or span is None:
        return _DASH
    return count(
        found.at_once,
        "rectification:items",
        engagement=line.id,
        type="immediate",
        since=span[0],
        until=span[1],
    )


def _after(
    lines: Sequence[CourseLine],
    spans: Presences,
    warned: dict[UUID, tuple[int, int, int]],
    items: dict[UUID, PresenceItems],
) -> Table:
    rows = []
    for x in lines:
        found = items.get(x.id)
        letters = Cell(str(warned[x.id][2])) if x.id in spans else _DASH
        if found is None:
            rows.append([_named(x), _DASH, _DASH, _DASH, _DASH, letters])
            continue
        rows.append(
            [
                _named(x),
                count(found.items, "rectification:items", engagement=x.id),
                count(found.closed, "rectification:items", engagement=x.id, state="closed"),
                count(
                    found.overdue,
                    "rectification:items",
                    engagement=x.id,
                    unfinished="overdue",
                    hot=True,
                ),
                count(
                    found.reopened, "rectification:items", engagement=x.id, reopened="yes", hot=True
                ),
                letters,
            ]
        )
    return Table(
        "巡后整改",
        ("巡视任务", "整改事项", "已销号", "超期未销号", "曾重新整改", "驻点后预警函"),
        rows,
        "这一年没有您可以知悉的巡视任务。",
        "曾重新整改：销号之后因“回头看”、审计发现或问题反弹重新打开过的事项。",
    )

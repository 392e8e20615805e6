"""Leader: what needs my decision, what goes wrong? Coordinator: is anything stuck between two units?"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from lianxun.approvals import queries as approvals
from lianxun.approvals.records import MatterRecord
from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.exchange import queries as exchange
from lianxun.exchange.enums import RequestState
from lianxun.exchange.records import RequestRecord
from lianxun.fabric.paging import Page
from lianxun.kernel.clock import Light
from lianxun.leads import queries as leads
from lianxun.leads.enums import LeadState
from lianxun.leads.records import LeadRecord
from lianxun.web.approvals.lists import LISTING as MATTERS
from lianxun.web.home.parts import (
    HomePage,
    Lane,
    Row,
    Section,
    burning,
    by_unit,
    clocks_of,
    duty_row,
    grouped,
    lanes,
    late_by_engagement,
    running,
    where_it_stands,
)
from lianxun.web.leads.lists import LISTING as LEADS
from lianxun.web.lists import embedded
from lianxun.web.requests import ActorRequest

PER_UNIT = 3  # reasons shown for one unit before “more”
MEETINGS = ("DT-ST-MEETING", "DT-ST-GROUP", "MS-N1A")


def leader(request: ActorRequest) -> HomePage:
    """Decisions waiting (in place and in batch), red lights by unit, one sentence for each engagement."""
    inbox = [m for m in _inbox(request) if m.may_vote]
    studied = [
        x
        for x in leads.leads(actor=request.actor, now=request.now, state=LeadState.STUDY).rows
        if "approve" in x.permitted
    ]
    red = burning(request, Light.RED)
    matters = duties.late(actor=request.actor, now=request.now)
    late = late_by_engagement(matters)
    tasks = running(request)
    waiting, matters_late = len(inbox) + len(studied), len(matters)
    return HomePage(
        answer=f"{waiting} 件等待决定，{matters_late} 件超期，{len(tasks)} 项巡视任务在办。",
        extra={
            "decisions": [
                embedded(request, MATTERS, _page(inbox), at=reverse("approvals:inbox")),
                embedded(
                    request,
                    LEADS,
                    _page(studied),
                    at=f"{reverse('leads:list')}?state={LeadState.STUDY}",
                    title="线索签批",
                ),
            ],
        },
        sections=[
            Section(
                title="红灯（按责任单位）",
                rows=[
                    duty_row(d, times) for _, found in by_unit(red) for d, times in found[:PER_UNIT]
                ],
                empty="没有超期事项。",
                more=("/duties/?light=red&state=open&board=1", f"全部 {matters_late} 件"),
            )
        ],
        lanes=[
            Lane(
                task=t,
                url=reverse("inspection:workspace", args=[t.id]),
                sentence=where_it_stands(t, request, late.get(t.id, 0)),
            )
            for t in tasks
        ],
        lanes_title="巡视任务",
        buttons=((reverse("duties:board", args=["province"]), "全省总览"),),
    )


def coordinator(request: ActorRequest) -> HomePage:
    """The stuck list, then the engagements on their time lines."""
    late = duties.late(actor=request.actor, now=request.now)
    meetings = burning(request, Light.RED, Light.YELLOW, codes=MEETINGS)
    transferred = _leads(request, LeadState.TRANSFERRED)
    disputed = _leads(request, LeadState.OBJECTED)
    objected = _requests(request, RequestState.OBJECTED)
    waiting = _requests(request, *UNANSWERED)
    clocks = clocks_of(request, transferred, disputed, objected, waiting)
    sections = [
        _unsigned(transferred, clocks),
        _objections(disputed, objected, clocks),
        _unanswered(waiting, clocks),
        Section(
            title="会议将到期",
            rows=[duty_row(d, n) for d, n in grouped(meetings)],
            empty="近期没有应开未开的会议。",
        ),
        _handovers(request),
    ]
    stuck = sum(s.count for s in sections[:4])
    mine = [m for m in _inbox(request) if m.may_vote]
    return HomePage(
        answer=(
            f"{stuck} 件卡在单位之间，其中 {sum(r.light == 'red' for s in sections for r in s.rows)} "
            f"件超期；全部超期 {len(late)} 件。"
        ),
        sections=sections,
        lanes=lanes(request, running(request), late_by_engagement(late)),
        lanes_title="今天的任务",
        extra={
            "decisions": [embedded(request, MATTERS, _page(mine), at=reverse("approvals:inbox"))]
        },
        buttons=(
            (reverse("leads:seal"), "登记线索"),
            (reverse("exchange:catalogue"), "提出信息需求"),
        ),
    )


def _inbox(request: ActorRequest) -> Sequence[MatterRecord]:
    if "approvals" not in request.actor.duties:
        return ()
    return approvals.inbox(actor=request.actor, now=request.now)


def _page(rows: Sequence[object]) -> Page[object]:
    return Page(rows, 1, len(rows), max(1, len(rows)))


def _requests(request: ActorRequest, *states: str) -> list[RequestRecord]:
    return [
        r
        for state in states
        for r in exchange.requests(actor=request.actor, now=request.now, state=state).rows
    ]


def _leads(request: ActorRequest, *states: str) -> list[LeadRecord]:
    return [
        x
        for state in states
        for x in leads.leads(actor=request.actor, now=request.now, state=state).rows
    ]


def lead_row(x: LeadRecord, clocks: dict[UUID, DutyRecord], note: str) -> Row:
    clock = clocks.get(x.id)
    return Row(
        text=f"{x.number} {x.title}",
        url=reverse("leads:detail", args=[x.id]),
        light=clock.light.value if clock else "",
        why=clock.why if clock else "",
        why_url=reverse("duties:detail", args=[clock.id]) if clock else "",
        note=note,
    )


def request_row(r: RequestRecord, clocks: dict[UUID, DutyRecord], note: str) -> Row:
    clock = clocks.get(r.id)
    return Row(
        text=f"{r.number} {r.class_name}",
        url=reverse("exchange:detail", args=[r.id]),
        light=clock.light.value if clock else "",
        why=clock.why if clock else "",
        why_url=reverse("duties:detail", args=[clock.id]) if clock else "",
        note=note,
    )


def _unsigned(found: Sequence[LeadRecord], clocks: dict[UUID, DutyRecord]) -> Section:
    return Section(
        title="移交后没有签收",
        rows=[lead_row(x, clocks, f"等{x.recipient_name}签收") for x in found],
        empty="移交的线索都已签收。",
        first=True,
        more=(f"{reverse('leads:list')}?state={LeadState.TRANSFERRED}", "全部待签收"),
    )


def _objections(
    found: Sequence[LeadRecord], asked: Sequence[RequestRecord], clocks: dict[UUID, DutyRecord]
) -> Section:
    rows = [lead_row(x, clocks, f"{x.recipient_name}：{x.objection}") for x in found]
    rows += [request_row(r, clocks, f"{r.provider_name}：{r.answer}") for r in asked]
    return Section(title="有异议待协商", rows=rows, empty="没有未了结的异议。", first=True)


UNANSWERED = {
    RequestState.SENT: "未答复",
    RequestState.ACCEPTED: "已同意、未提供",
    RequestState.RETURNED: "退回后未重报",
}


def _unanswered(found: Sequence[RequestRecord], clocks: dict[UUID, DutyRecord]) -> Section:
    return Section(
        title="信息需求没有办结",
        rows=[
            request_row(r, clocks, f"{r.provider_name} {UNANSWERED[RequestState(r.state)]}")
            for r in found
        ],
        empty="信息需求都已答复。",
        first=True,
        more=(f"{reverse('exchange:requests')}?state={RequestState.SENT}", "全部待答复"),
    )


def _handovers(request: ActorRequest) -> Section:
    found = _leads(request, LeadState.APPROVED)
    return Section(
        title="等待周五移交",
        rows=[lead_row(x, {}, x.subject_name) for x in found],
        empty="没有待移交的线索。",
        more=(f"{reverse('leads:list')}?state={LeadState.APPROVED}", "去移交"),
    )

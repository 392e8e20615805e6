"""What the acts and reads of the daily dispatch share: the day's clocks, the rows, who may."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import day_of, light_filter
from lianxun.duties.enums import (
    DISPATCHED,
    INSTRUCTION_CODE,
    MACHINES,
    DispatchGroup,
    DispatchState,
    DutyState,
    LineState,
)
from lianxun.duties.models import Dispatch, DispatchLine, Duty
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.kernel.calendar import WorkCalendar
from lianxun.kernel.clock import Light
from lianxun.trace.rows import Rows

KIND, LINE = "duties.dispatch", "duties.dispatch_line"
RECEIPTS = frozenset({"DT-LD-RECEIPT", "DT-IN-TASK"})
DISPATCHES = Rows(Dispatch, kind=KIND, noun="日调度", machine=MACHINES["duties_dispatch"])
LINES = Rows(DispatchLine, kind=LINE, noun="调度事项", machine=MACHINES["duties_dispatchline"])
DAYS_BACK = 30  # how long an unanswered instruction is shown with the dispatches after it


def may_dispatch(actor: Actor, owner_path: str) -> Decision:
    """The coordinators of the office that runs the engagement."""
    if not actor.has_role("coordinator") or not {"duties", "inspection"} <= actor.duties:
        return Denied("日调度由巡视办协调人员办理。", "DUT-DISPATCH")
    if not actor.in_own_unit(owner_path):
        return Denied("日调度由承办该任务的巡视办办理。", "DUT-DISPATCH")
    return Allowed("DUT-DISPATCH")


def may_answer(actor: Actor, unit: UUID | None) -> Decision:
    """The unit that got the instruction acknowledges and answers it."""
    if actor.unit_id != unit:
        return Denied("由承办单位签收和回复调度要求。", "DUT-DISPATCH-ANSWER")
    return Allowed("DUT-DISPATCH-ANSWER")


def due_now(now: datetime, calendar: WorkCalendar) -> QuerySet[Duty]:
    """Clocks of engagements that the day has to look at: late, close to their day, or due by the next working day.

    The instructions of earlier dispatches are not among them: they are shown with what came of them.
    """
    today = day_of(now)
    soon = calendar.next_working(date.fromordinal(today.toordinal() + 1))
    burning = light_filter(Light.RED, now) | light_filter(Light.YELLOW, now)
    return (
        Duty.objects.filter(
            burning | Q(due_on__lte=soon),
            state=DutyState.OPEN,
            paused_on__isnull=True,
            starts_on__lte=today,
            engagement__isnull=False,
        )
        .exclude(template_code=INSTRUCTION_CODE)
        .order_by("due_on", "id")
    )


def due_of(engagement: UUID, now: datetime) -> list[Duty]:
    """The day's clocks of one engagement that the acting person sees."""
    return list(due_now(now, current_calendar()).filter(engagement=engagement))


def group_of(duty: Duty) -> DispatchGroup:
    """What a clock is, for who reads the list."""
    if duty.template_code in RECEIPTS:
        return DispatchGroup.RECEIPT
    if duty.object_kind.startswith("exchange."):
        return DispatchGroup.REQUEST
    if duty.node or duty.template_code.startswith("MS-"):
        return DispatchGroup.NODE
    return DispatchGroup.CLOCK


def named(engagements: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Engagement → its number and unit, as its own clocks call it, and the path of the office that runs it."""
    rows = Duty.objects.filter(engagement__in=list(engagements), object_kind=DISPATCHED)
    found = rows.order_by("opened_on", "id").values_list("engagement", "object_title", "owner_path")
    return {ident: (title, path) for ident, title, path in found if ident is not None}


def acts_on(
    line: DispatchLine, actor: Actor, *, open_day: bool, dispatcher: bool
) -> frozenset[str]:
    """Names of the acts to offer on one line."""
    found = set()
    if (
        dispatcher
        and open_day
        and line.state
        in (
            LineState.PENDING,
            LineState.PLANNED,
            LineState.WAIVED,
        )
    ):
        found.add("instruct")
        if not line.forced:
            found.add("waive")
    if may_answer(actor, line.unit):
        if line.state == LineState.SENT:
            found.add("take")
        if line.state == LineState.TAKEN:
            found.add("answer")
    return frozenset(found)


def acts_of(dispatch: Dispatch, actor: Actor) -> frozenset[str]:
    if dispatch.state == DispatchState.CLOSED or not may_dispatch(actor, dispatch.owner_path):
        return frozenset()
    return frozenset({"renew", "close"})

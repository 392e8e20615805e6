"""What the acts of the room share: the rows, the facts, the labels."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.coordination.enums import MACHINES, MeetingKind, MeetingState
from lianxun.coordination.models import About, AgendaItem, Decision, Meeting, PlanLine, YearPlan
from lianxun.coordination.rules import Facts, LineFacts, Promise
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.kernel.problems import Invalid
from lianxun.organisation.models import Unit
from lianxun.trace.rows import Rows

KIND, DECISION = "coordination.meeting", "coordination.decision"
CLOCK = "DT-CD-DECISION"
TOLD = ["leader", "coordinator", "liaison_officer"]  # whom news of a meeting reaches in a unit
MEETINGS = Rows(
    Meeting,
    kind=KIND,
    noun="会议",
    machine=MACHINES["coordination_meeting"],
    related=("body", "minuted_by"),
)
DECISIONS = Rows(
    Decision,
    kind=DECISION,
    noun="议定事项",
    machine=MACHINES["coordination_decision"],
    related=("meeting__body", "unit", "item"),
)


PLANS = Rows(
    YearPlan,
    kind="coordination.year_plan",
    noun="年度计划",
    machine=MACHINES["coordination_yearplan"],
    related=("body",),
)
# Without the plan: the unit that answers for a line need not see the plan.
LINES = Rows(
    PlanLine,
    kind="coordination.plan_line",
    noun="计划事项",
    machine=MACHINES["coordination_planline"],
    related=("unit",),
)


def facts_of(meeting: Meeting, seen: int, units: frozenset[UUID] = frozenset()) -> Facts:
    return Facts(
        state=meeting.state,
        body_path=meeting.body.path,
        region=meeting.region,
        minuted_by=meeting.minuted_by_id,
        items=meeting.items,
        seen=seen,
        inquiry=meeting.kind == MeetingKind.INQUIRY,
        invited=units,
    )


def line_facts(row: PlanLine) -> LineFacts:
    return LineFacts(
        state=row.state,
        unit_path=row.unit.path,
        body_path=row.owner_path,
        region=row.region,
        reported_by=row.reported_by_id,
    )


def promise_of(decision: Decision) -> Promise:
    return Promise(
        state=decision.state,
        unit_id=decision.unit_id,
        unit_path=decision.unit.path,
        reported_by=decision.reported_by_id,
    )


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    """The items the acting person sees."""
    return list(meeting.agenda.order_by("number"))


def tell(
    meeting: Meeting, units: Iterable[UUID], code: NoticeCode, *, now: datetime, but: UUID
) -> None:
    """Point the people of ``units`` to the meeting; not the one who acts."""
    accounts = {a for unit in units for a in accounts_at(unit_id=unit, roles=TOLD)} - {but}
    duties.notify(
        now=now, accounts=sorted(accounts), code=code, object_kind=KIND, object_id=meeting.id
    )


def about_of(row: About) -> dict[str, Any]:
    """What the parts of a meeting carry on from it besides the labels."""
    return {"about_kind": row.about_kind, "about_id": row.about_id}


def invited(meeting: Meeting) -> list[UUID]:
    return list(meeting.invitations.order_by("unit__path").values_list("unit_id", flat=True))


def units_named(place: str, wanted: Iterable[UUID]) -> list[Unit]:
    """Current units by id, in the order of the tree. Raises ``Invalid`` where one is none."""
    ids = set(wanted)
    found = list(Unit.objects.filter(id__in=ids, valid_to__isnull=True).order_by("path"))
    if len(found) != len(ids):
        raise Invalid.at(place, "有的单位不存在或已撤销，请从单位列表中选择。")
    return found


def is_over(meeting: Meeting) -> bool:
    return meeting.state in (MeetingState.CLOSED, MeetingState.CANCELLED)

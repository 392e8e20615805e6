"""Reads of the room: meetings, one meeting with its parts, decisions that are open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Value

from lianxun.access.kinds import KINDS
from lianxun.access.queries import known
from lianxun.coordination import rules
from lianxun.coordination.common import DECISION, KIND, facts_of, promise_of
from lianxun.coordination.enums import (
    BODIES,
    INQUIRED,
    Attendance,
    DecisionState,
    MeetingKind,
    MeetingState,
    Stance,
)
from lianxun.coordination.models import AgendaItem, Decision, Invitation, Meeting, Opinion
from lianxun.coordination.records import (
    AgendaRecord,
    DecisionRecord,
    InvitationRecord,
    MeetingRecord,
    MeetingRow,
    OpinionRecord,
    RoomRecord,
)
from lianxun.coordination.year_queries import plan_line, year_plan, year_plans
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import Shared, within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Appointment, Unit
from lianxun.trace.door import noting, query

__all__ = [
    "decision",
    "decisions",
    "inquired",
    "meeting",
    "meetings",
    "plan_line",
    "room",
    "year_plan",
    "year_plans",
]


@query("coordination.meetings")
def meetings(
    *, actor: Actor, now: datetime, state: str = "", kind: str = "", page: int = 1
) -> Page[MeetingRow]:
    """Meetings the actor may see, the latest first."""
    rows = (
        Meeting.objects.filter(within_reach(actor, kind=KIND, library=rules.ROOM))
        .select_related("body")
        .order_by("-planned_on", "-id")
    )
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    part, total = page_of(rows, page)
    noting().about(KIND, actor.account_id, count=len(part))
    return Page([MeetingRow(**_row(m)) for m in part], page, total)


@query("coordination.meeting")
def meeting(*, actor: Actor, now: datetime, meeting_id: UUID) -> MeetingRecord:
    """One meeting with the parts the actor may see. Raises ``NotFound`` also for who may not know it."""
    row = (
        Meeting.objects.select_related("body", "convened_by", "minuted_by", "confirmed_by")
        .filter(id=meeting_id)
        .first()
    )
    if row is None:
        raise NotFound
    agenda = list(row.agenda.order_by("number"))
    invitations = list(row.invitations.select_related("unit").order_by("unit__path"))
    facts = facts_of(row, len(agenda), frozenset(i.unit_id for i in invitations))
    opinions = row.opinions.select_related("unit", "account") if row.about_id else ()
    names = _names(i.subject_org for i in agenda)
    noting().about(KIND, row.id, revision=row.revision, engagement=row.engagement, level=row.level)
    return MeetingRecord(
        **_row(row),
        revision=row.revision,
        body_id=row.body_id,
        begins=row.begins,
        level=row.level,
        convened_by=row.convened_by.display_name,
        minuted_by=row.minuted_by.display_name if row.minuted_by else "",
        confirmed_by=row.confirmed_by.display_name if row.confirmed_by else "",
        confirmed_at=row.confirmed_at,
        remark=row.remark,
        hidden=row.items - len(agenda),
        agenda=tuple(_item(i, names) for i in agenda),
        outcome=row.outcome,
        about_kind=row.about_kind,
        about_label=KINDS[row.about_kind].label if row.about_kind in KINDS else "",
        about_id=row.about_id,
        opinions=tuple(_opinion(o) for o in opinions),
        invitations=tuple(_invitation(i) for i in invitations),
        decisions=tuple(
            _decision(d, actor)
            for d in _decisions().filter(meeting=row).exclude(state=DecisionState.DROPPED)
        ),
        permitted=rules.permitted(actor, facts),
    )


@query("coordination.decisions")
def decisions(
    *, actor: Actor, now: datetime, state: str = "", mine: bool = False, page: int = 1
) -> Page[DecisionRecord]:
    """Decisions that bind and that the actor may see, by due day; ``mine``: those of the own unit."""
    rows = _decisions().exclude(state__in=[DecisionState.DRAFT, DecisionState.DROPPED])
    rows = rows.filter(_part_of(actor)).order_by("due_on", "id")
    if state:
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(unit_id=actor.unit_id)
    part, total = page_of(rows, page)
    noting().about(DECISION, actor.account_id, count=len(part))
    return Page([_decision(d, actor) for d in part], page, total)


@query("coordination.decision")
def decision(*, actor: Actor, now: datetime, decision_id: UUID) -> DecisionRecord:
    row = _decisions().filter(id=decision_id).first()
    if row is None:
        raise NotFound
    noting().about(DECISION, row.id, revision=row.revision, level=row.level)
    return _decision(row, actor)


@query("coordination.room")
def room(*, actor: Actor, now: datetime) -> RoomRecord:
    """What somebody may begin: the bodies he may convene a meeting of, each with the units of its members."""
    bodies = [
        unit
        for unit in Unit.objects.filter(kind__in=BODIES, valid_to__isnull=True).order_by("path")
        if rules.may_run(actor, body_path=unit.path, region=unit.region)
    ]
    members = Appointment.objects.filter(
        unit__in=bodies, valid_to__isnull=True, person__unit__kind=UnitKind.MEMBER
    ).values_list("person__unit_id", flat=True)
    noting().about(KIND, actor.account_id)
    return RoomRecord(
        bodies=tuple((unit.id, unit.short_name) for unit in bodies),
        members=frozenset(members) if bodies else frozenset(),
    )


@query("coordination.inquired")
def inquired(*, actor: Actor, now: datetime, kind: str, about_id: UUID) -> str:
    """The word for a matter an inquiry can be about. Raises ``NotFound`` where the actor does not see it."""
    if kind not in INQUIRED:
        raise NotFound
    obj = known(kind=kind, object_id=about_id)
    noting().about(kind, about_id, engagement=obj.engagement, level=obj.level)
    return KINDS[kind].label


def _part_of(actor: Actor) -> Q:
    """Decisions within reach, or of a meeting that the actor's unit takes part in."""
    shared = Meeting.objects.filter(Shared("id", Value(KIND))).values("id")
    return within_reach(actor, kind=DECISION, library=rules.ROOM) | Q(meeting__in=shared)


def _decisions() -> QuerySet[Decision]:
    return Decision.objects.select_related(
        "meeting__body", "unit", "item", "reported_by", "checked_by"
    )


def _names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return {}
    return dict(Unit.objects.filter(id__in=wanted).values_list("id", "short_name"))


def _row(m: Meeting) -> dict[str, Any]:
    return {
        "id": m.id,
        "title": m.title,
        "kind": m.kind,
        "kind_label": MeetingKind(m.kind).label,
        "body_name": m.body.short_name,
        "planned_on": m.planned_on,
        "held_on": m.held_on,
        "place": m.place,
        "state": m.state,
        "state_label": MeetingState(m.state).label,
        "items": m.items,
    }


def _item(i: AgendaItem, names: dict[UUID, str]) -> AgendaRecord:
    return AgendaRecord(
        id=i.id,
        number=i.number,
        topic=i.topic,
        minutes=i.minutes,
        level=i.level,
        subject_name=names.get(i.subject_org, "") if i.subject_org else "",
    )


def _invitation(i: Invitation) -> InvitationRecord:
    return InvitationRecord(
        id=i.id,
        unit_id=i.unit_id,
        unit_name=i.unit.short_name,
        attendance=i.attendance,
        attendance_label=Attendance(i.attendance).label if i.attendance else "",
        people=i.people,
    )


def _opinion(o: Opinion) -> OpinionRecord:
    return OpinionRecord(
        unit_name=o.unit.short_name,
        name=o.account.display_name,
        stance=o.stance,
        stance_label=Stance(o.stance).label,
        text=o.text,
        at=o.created_at,
    )


def _decision(d: Decision, actor: Actor) -> DecisionRecord:
    body, promise = d.meeting.body, promise_of(d)
    permitted = set()
    if rules.may_report(actor, promise):
        permitted.add("report")
    if rules.may_check(actor, promise, body_path=body.path, region=d.meeting.region):
        permitted.add("check")
    if d.state == DecisionState.DRAFT and rules.may_decide(actor, facts_of(d.meeting, 0)):
        permitted.add("drop")
    return DecisionRecord(
        id=d.id,
        revision=d.revision,
        meeting_id=d.meeting_id,
        meeting_title=d.meeting.title,
        body_name=body.short_name,
        item_number=d.item.number,
        topic=d.item.topic,
        text=d.text,
        unit_id=d.unit_id,
        unit_name=d.unit.short_name,
        due_on=d.due_on,
        state=d.state,
        state_label=DecisionState(d.state).label,
        level=d.level,
        report=d.report,
        reported_by=d.reported_by.display_name if d.reported_by else "",
        reported_at=d.reported_at,
        finding=d.finding,
        checked_by=d.checked_by.display_name if d.checked_by else "",
        checked_at=d.checked_at,
        permitted=frozenset(permitted),
    )

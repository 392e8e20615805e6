"""The joint team: proposed with an automatic recusal check, open to objection, confirmed with dates."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.access import steps as access
from lianxun.inspection import milestones, rules
from lianxun.inspection.common import facts_of, labels_of, load, note, require
from lianxun.inspection.enums import SeatState, State, TeamGroup, TeamRole
from lianxun.inspection.models import Seat
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Stale, WrongState
from lianxun.organisation import recusal
from lianxun.organisation.models import Person
from lianxun.trace.door import operation


@operation("inspection.propose_seat")
def propose_seat(
    *, actor: Actor, now: datetime, engagement_id: UUID, person_id: UUID, group: str, role: str
) -> bool:
    """Propose a person. Returns True if the recusal check found a conflict: the seat is then recused at
    once and everything about the inspected unit closes to that person."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    person = Person.objects.select_related("unit").filter(id=person_id, active=True).first()
    if person is None:
        raise Invalid.at("person_id", "人员库中没有此人，请从人员列表中选择。")
    if group not in TeamGroup.values or role not in TeamRole.values:
        raise Invalid.at("role", "请选择组别和职务。")
    account = access.account_of_person(person_id=person.id)
    if account is None:
        raise Invalid.at("person_id", "此人还没有账号，请先由系统管理员开通。")
    codes = recusal.conflicts(person_id=person.id, organisation_id=task.unit_id, on=now.date())
    try:
        with transaction.atomic():
            seat = Seat.objects.create(
                created_at=now,
                task=task,
                person=person,
                account_id=account,
                name=person.name,
                home_unit=person.unit.short_name,
                group=group,
                role=role,
                state=SeatState.RECUSED if codes else SeatState.PROPOSED,
                conflict=bool(codes),
                conflict_codes=list(codes),
                proposed_by_id=actor.account_id,
                **labels_of(task).columns(),
            )
    except IntegrityError as clash:
        raise Invalid.at("person_id", "此人已在本任务中。") from clash
    if codes:
        access.recuse(
            actor=actor,
            now=now,
            account_id=account,
            organisation=task.unit_id,
            reason_code=codes[0],
        )
    note(task, seat=str(seat.id), conflict=bool(codes))
    return bool(codes)


@operation("inspection.object_to_seat")
def object_to_seat(
    *, actor: Actor, now: datetime, seat_id: UUID, revision: int, reason: str
) -> None:
    """Any member unit of the engagement, or the person, may object; the office decides on it."""
    seat = _seat(seat_id, revision)
    if seat.state != SeatState.PROPOSED:
        raise WrongState("只能对拟任人员提出异议。")
    if not reason.strip():
        raise Invalid.at("reason", "请写明异议理由。")
    seat.objection, seat.state, seat.revision = (
        reason.strip()[:300],
        SeatState.OBJECTED,
        revision + 1,
    )
    seat.save(update_fields=["objection", "state", "revision"])
    note(seat.task, seat=str(seat.id))


@operation("inspection.replace_seat")
def replace_seat(*, actor: Actor, now: datetime, seat_id: UUID, revision: int) -> None:
    """Take a person off the team; access ends at once."""
    seat = _seat(seat_id, revision)
    task = load(seat.task_id)
    require(rules.may_prepare(actor, facts_of(task)))
    if seat.state == SeatState.REPLACED:
        raise WrongState("此人已不在组内。")
    seat.state, seat.revision = SeatState.REPLACED, revision + 1
    seat.save(update_fields=["state", "revision"])
    access.revoke_membership(now=now, account_id=seat.account_id, engagement=task.id)
    note(task, seat=str(seat.id))


@operation("inspection.confirm_team")
def confirm_team(
    *, actor: Actor, now: datetime, engagement_id: UUID, revision: int, group: str
) -> int:
    """Confirm everybody proposed for a group. Access opens by date: the on-site team from entry until
    the report is decided, the guidance group from feedback to archive (settled.md 5)."""
    task = load(engagement_id, revision)
    require(rules.may_prepare(actor, facts_of(task)))
    if group not in TeamGroup.values:
        raise Invalid.at("group", "请选择组别。")
    seats = list(task.seats.select_for_update().filter(group=group))
    if any(s.state == SeatState.OBJECTED for s in seats):
        raise WrongState("还有异议没有处理，请先确认或替换有异议的人员。")
    proposed = [s for s in seats if s.state == SeatState.PROPOSED]
    if not proposed:
        raise WrongState("没有待确认的人员。")
    start = task.entry_on if group == TeamGroup.ON_SITE else (task.feedback_on or now.date())
    for seat in proposed:
        seat.grant = access.open_membership(
            actor=actor,
            now=now,
            account_id=seat.account_id,
            engagement=task.id,
            purpose=TeamGroup(group).label,
            valid_from=start,
            valid_to=None,
        )
        seat.state, seat.revision = SeatState.CONFIRMED, seat.revision + 1
    Seat.objects.bulk_update(proposed, ["grant", "state", "revision"])
    if group == TeamGroup.ON_SITE and task.state in (State.CONSULTING, State.APPROVED):
        milestones.done(task, "MS-N3", actor=actor, now=now)
    note(task, confirmed=len(proposed))
    return len(proposed)


def _seat(seat_id: UUID, revision: int) -> Seat:
    seat = (
        Seat.objects.select_for_update(of=("self",))
        .select_related("task")
        .filter(id=seat_id)
        .first()
    )
    if seat is None:
        raise NotFound
    if seat.revision != revision:
        raise Stale
    return seat

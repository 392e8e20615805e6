"""The joint team: proposed with an automatic recusal check, open to objection, confirmed with dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.access import steps as access
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.inspection import milestones, rules
from lianxun.inspection.common import (
    SEATS,
    body_of,
    decided_of,
    facts_of,
    labels_of,
    load,
    look_back_purpose,
    note,
    require,
)
from lianxun.inspection.enums import SeatState, State, TeamGroup, TeamRole
from lianxun.inspection.members import last_day
from lianxun.inspection.models import Engagement, Seat
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation import recusal
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Person, Unit
from lianxun.trace.door import operation

SEAT_KIND = "inspection.seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One person of a proposal as a human settled it: ``alternate`` people wait to step in."""

    person_id: UUID
    role: str
    alternate: bool = False
    reason: str = ""


@operation("inspection.propose_seat")
def propose_seat(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    person_id: UUID,
    group: str,
    role: str,
    until: date | None = None,
    reason: str = "",
) -> bool:
    """Propose a person. Returns True if the recusal check found a conflict: the seat is then recused at
    once and everything about the inspected unit closes to that person. ``until`` ends the access of an
    expert on a day, earlier than the team's."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    if until is not None and until < max(now.date(), task.entry_on):
        raise Invalid.at("until", "访问截止日不能早于今天和进驻日。")
    pick = Pick(person_id=person_id, role=role, reason=reason)
    seat = _seat_person(task, pick, group=group, until=until, actor=actor, now=now)
    note(task, seat=str(seat.id), conflict=seat.conflict)
    return seat.conflict


@operation("inspection.propose_team")
def propose_team(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    revision: int,
    group: str,
    picks: Sequence[Pick],
    method: int = 0,
) -> int:
    """Take over a proposal as a whole, alternates included; all of it or nothing.

    ``method`` is the version of the matching rules that suggested it. Returns how many were recused.
    """
    task = load(engagement_id, revision)
    require(rules.may_prepare(actor, facts_of(task)))
    if not picks:
        raise Invalid.at("picks", "请至少选择一人。")
    if len({p.person_id for p in picks}) != len(picks):
        raise Invalid.at("picks", "同一人只能占一个席位。")
    if sum(p.role == TeamRole.HEAD and not p.alternate for p in picks) > 1:
        raise Invalid.at("picks", "只能有一名组长。")
    recused = 0
    for pick in picks:
        seat = _seat_person(task, pick, group=group, until=None, actor=actor, now=now)
        recused += seat.conflict
    task.revision += 1
    task.save(update_fields=["revision"])
    note(task, seats=len(picks), recused=recused, method=method)
    return recused


def _seat_person(
    task: Engagement, pick: Pick, *, group: str, until: date | None, actor: Actor, now: datetime
) -> Seat:
    """One seat: the recusal check decides whether it is offered or closed at once."""
    person = Person.objects.select_related("unit").filter(id=pick.person_id, active=True).first()
    if person is None:
        raise Invalid.at("person_id", "人员库中没有此人，请从人员列表中选择。")
    if group not in TeamGroup.values or pick.role not in TeamRole.values:
        raise Invalid.at("role", "请选择组别和职务。")
    account = access.account_of_person(person_id=person.id)
    if account is None:
        raise Invalid.at("person_id", f"{person.name}还没有账号，请先由系统管理员开通。")
    until = _within_the_stay(task, person.unit, until, today=now.date())
    codes = recusal.conflicts(person_id=person.id, organisation_id=task.unit_id, on=now.date())
    state = SeatState.ALTERNATE if pick.alternate else SeatState.PROPOSED
    try:
        with transaction.atomic():
            seat = Seat.objects.create(
                created_at=now,
                task=task,
                person=person,
                account_id=account,
                name=person.name,
                home_unit=person.unit.short_name,
                home=person.unit,
                title=f"{task.number} {task.unit.short_name}",
                reason=fitting("reason", pick.reason, 300),
                until=until,
                group=group,
                role=pick.role,
                state=SeatState.RECUSED if codes else state,
                conflict=bool(codes),
                conflict_codes=list(codes),
                proposed_by_id=actor.account_id,
                **labels_of(task).columns(),
            )
    except IntegrityError as clash:
        raise Invalid.at("person_id", f"{person.name}已在本任务中。") from clash
    if codes:
        access.recuse(
            actor=actor,
            now=now,
            account_id=account,
            organisation=task.unit_id,
            reason_code=codes[0],
        )
    else:
        _tell_home(seat, task, actor=actor, now=now)
    return seat


def _within_the_stay(
    task: Engagement, home: Unit, until: date | None, *, today: date
) -> date | None:
    """The last day of a seat: that of a unit that joined for a time, unless it is to end earlier (R-4.1-5)."""
    ends = last_day(home.id, decided_of(task))
    if ends is None or ends < today:  # its time is over: who is seated now comes for himself
        return until
    if ends < task.entry_on:
        raise Invalid.at(
            "person_id",
            f"{home.short_name}参与本任务到{ends:%Y年%m月%d日}，早于进驻日；请先延长该单位的参与期限。",
        )
    if until is not None and until > ends:
        raise Invalid.at(
            "until",
            f"{home.short_name}参与本任务到{ends:%Y年%m月%d日}，访问截止日不能更晚；"
            "需要更久的，请先延长该单位的参与期限。",
        )
    return until or ends


def _tell_home(seat: Seat, task: Engagement, *, actor: Actor, now: datetime) -> None:
    """The home unit sees the seat of its person, and may object to it, until the day of entry."""
    if seat.home_id == task.owner_unit:
        return
    access.let_participate(
        actor=actor,
        now=now,
        object_kind=SEAT_KIND,
        object_id=seat.id,
        unit_id=seat.home_id,
        purpose="抽调和异议",
        valid_to=max(task.entry_on, now.date()),
    )


@operation("inspection.object_to_seat")
def object_to_seat(
    *, actor: Actor, now: datetime, seat_id: UUID, revision: int, reason: str
) -> None:
    """The person, the home unit, or the office for others objects; the leading group settles it."""
    seat = SEATS.lock(seat_id, revision)
    require(
        rules.may_object(
            actor, account=seat.account_id, home=seat.home_id, owner_path=seat.owner_path
        )
    )
    if seat.state not in (SeatState.PROPOSED, SeatState.ALTERNATE):
        raise WrongState("只能对拟任和备选人员提出异议。")
    if len(reason.strip()) < 5:
        raise Invalid.at("reason", "请写明异议理由（不少于 5 个字）。")
    seat.objection, seat.objected_by_id = fitting("reason", reason, 300), actor.account_id
    SEATS.move(seat, SeatState.OBJECTED, "objection", "objected_by")
    _tell([seat.proposed_by_id], NoticeCode.RETURNED, seat, now=now)


@operation("inspection.settle_objection")
def settle_objection(
    *, actor: Actor, now: datetime, seat_id: UUID, revision: int, upholds: bool, reason: str
) -> str:
    """The leading group answers an objection: upheld = the person leaves, overruled = back to 拟任.

    Returns the new state.
    """
    seat = SEATS.lock(seat_id, revision)
    task = load(seat.task_id)
    require(
        rules.may_settle(
            actor,
            body_path=body_of(task, UnitKind.LEADING_GROUP).path,
            proposed_by=seat.proposed_by_id,
            objected_by=seat.objected_by_id,
        )
    )
    if seat.state != SeatState.OBJECTED:
        raise WrongState("该人员没有待处理的异议。")
    if not reason.strip():
        raise Invalid.at("reason", "请写明处理意见。")
    seat.settlement, seat.settled_by_id = fitting("reason", reason, 300), actor.account_id
    to = SeatState.REPLACED if upholds else SeatState.PROPOSED
    SEATS.move(seat, to, "settlement", "settled_by", upholds=upholds)
    waiting = [a for a in (seat.proposed_by_id, seat.objected_by_id) if a is not None]
    _tell(waiting, NoticeCode.ANSWERED, seat, now=now)
    return to.value


def _tell(accounts: list[UUID], code: NoticeCode, seat: Seat, *, now: datetime) -> None:
    duties.notify(
        now=now,
        accounts=list(dict.fromkeys(accounts)),
        code=code,
        object_kind=SEAT_KIND,
        object_id=seat.id,
    )


@operation("inspection.replace_seat")
def replace_seat(
    *,
    actor: Actor,
    now: datetime,
    seat_id: UUID,
    revision: int,
    by_seat_id: UUID | None = None,
) -> None:
    """Take a person off the team; access ends at once. An alternate may take the seat over."""
    seat = SEATS.lock(seat_id, revision)
    task = load(seat.task_id)
    require(rules.may_prepare(actor, facts_of(task)))
    if seat.state == SeatState.REPLACED:
        raise WrongState("此人已不在组内。")
    if seat.state == SeatState.OBJECTED:
        raise WrongState("该人员有待处理的异议，请先由领导小组处理。")
    SEATS.move(seat, SeatState.REPLACED)
    access.revoke_membership(now=now, account_id=seat.account_id, engagement=task.id)
    if by_seat_id is not None:
        _step_in(by_seat_id, seat)
    note(task, seat=str(seat.id), by=str(by_seat_id or ""))


def _step_in(alternate_id: UUID, gone: Seat) -> None:
    alternate = Seat.objects.select_for_update().filter(id=alternate_id, task=gone.task_id).first()
    if alternate is None:
        raise NotFound
    if alternate.state != SeatState.ALTERNATE or alternate.group != gone.group:
        raise Invalid.at("by_seat_id", "请从本组备选人员中选择接替的人。")
    alternate.role, alternate.replaces = gone.role, gone
    SEATS.move(alternate, SeatState.PROPOSED, "role", "replaces")


@operation("inspection.confirm_team")
def confirm_team(
    *, actor: Actor, now: datetime, engagement_id: UUID, revision: int, group: str
) -> int:
    """Confirm everybody proposed for a group. Access opens by date: the on-site team from entry until
    the report is decided, the guidance group from feedback to archive (settled.md 5); an expert with an
    own last day until then. Alternates stay outside."""
    task = load(engagement_id, revision)
    require(rules.may_prepare(actor, facts_of(task)))
    if group not in TeamGroup.values:
        raise Invalid.at("group", "请选择组别。")
    seats = list(task.seats.select_for_update(of=("self",)).filter(group=group))
    if any(s.state == SeatState.OBJECTED for s in seats):
        raise WrongState("还有异议没有处理，请先确认或替换有异议的人员。")
    proposed = [s for s in seats if s.state == SeatState.PROPOSED]
    if not proposed:
        raise WrongState("没有待确认的人员。")
    if any(s.account_id == actor.account_id for s in proposed):
        raise WrongState("您本人在待确认的名单中，不能为自己开通权限，请由其他协调人员确认。")
    heads = sum(
        s.role == TeamRole.HEAD and s.state in (SeatState.CONFIRMED, SeatState.PROPOSED)
        for s in seats
    )
    if heads > 1:
        raise WrongState("该组已有或拟有多名组长，请先替换。")
    for seat in proposed:
        seat.grant = _open_access(seat, task, actor=actor, now=now)
        seat.state, seat.revision = SeatState.CONFIRMED, seat.revision + 1
    Seat.objects.bulk_update(proposed, ["grant", "state", "revision"])
    if group == TeamGroup.ON_SITE and task.state in (State.CONSULTING, State.APPROVED):
        milestones.done(task, "MS-N3", actor=actor, now=now)
    if group == TeamGroup.ON_SITE:
        milestones.team_confirmed(task, actor=actor, now=now)
        milestones.done(task, milestones.REINFORCE, actor=actor, now=now)
    note(task, confirmed=len(proposed))
    return len(proposed)


def _open_access(seat: Seat, task: Engagement, *, actor: Actor, now: datetime) -> UUID:
    """Membership between two dates; a look-back team reads the engagement it looks back at as well."""
    on_site = seat.group == TeamGroup.ON_SITE
    start = task.entry_on if on_site else (task.feedback_on or now.date())
    purpose = TeamGroup(seat.group).label
    if on_site and task.look_back_of_id is not None:
        access.open_membership(
            actor=actor,
            now=now,
            account_id=seat.account_id,
            engagement=task.look_back_of_id,
            purpose=look_back_purpose(task.number),
            valid_from=start,
            valid_to=seat.until or task.on_site_end_on,
        )
    return access.open_membership(
        actor=actor,
        now=now,
        account_id=seat.account_id,
        engagement=task.id,
        purpose=purpose,
        valid_from=start,
        valid_to=seat.until,
    )


@operation("inspection.stand_down")
def stand_down(*, actor: Actor, now: datetime, seat_id: UUID, revision: int, reason: str) -> None:
    """A member finds a reason to step aside after all: recused at once, by the own word (R-2, rule 24)."""
    seat = SEATS.lock(seat_id, revision)
    if actor.account_id != seat.account_id:
        raise NotFound
    if seat.state not in (SeatState.PROPOSED, SeatState.ALTERNATE, SeatState.CONFIRMED):
        raise WrongState("本人已不在组内。")
    if len(reason.strip()) < 5:
        raise Invalid.at("reason", "请写明自行回避的情形（不少于 5 个字）。")
    seat.conflict, seat.conflict_codes = True, ["declared"]
    SEATS.move(seat, SeatState.RECUSED, "conflict", "conflict_codes", own_word=True)
    # The recusal closes everything about the unit, whatever membership is still open.
    access.recuse(
        actor=actor,
        now=now,
        account_id=seat.account_id,
        organisation=seat.subject_org or seat.home_id,
        reason_code="declared",
    )
    _tell([seat.proposed_by_id], NoticeCode.RETURNED, seat, now=now)


__all__ = [
    "Pick",
    "confirm_team",
    "object_to_seat",
    "propose_seat",
    "propose_team",
    "replace_seat",
    "settle_objection",
    "stand_down",
]

"""Set and adjust what an engagement concentrates on, and which units take part in it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.access import steps as access
from lianxun.approvals import steps as approvals
from lianxun.fabric.labels import Labels
from lianxun.inspection import rules
from lianxun.inspection.common import (
    SEATS,
    body_of,
    bump,
    decided_of,
    facts_of,
    labels_of,
    load,
    members_on,
    note,
    require,
)
from lianxun.inspection.enums import (
    MACHINES,
    ChangeState,
    FocusState,
    Implementation,
    MemberChangeKind,
    SeatState,
    State,
    TeamKind,
)
from lianxun.inspection.members import last_day
from lianxun.inspection.models import Engagement, Focus, MemberChange, Seat
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows

MATTER = "inspection.members"
LEAST, MOST = 5, 300  # characters of a reason
FOCUSES = Rows(
    Focus,
    kind="inspection.focus",
    noun="协作重点",
    machine=MACHINES["inspection_focus"],
    related=("task",),
)
CHANGES = Rows(
    MemberChange,
    kind="inspection.member_change",
    noun="参与单位调整",
    machine=MACHINES["inspection_memberchange"],
    related=("unit",),
)
_BEFORE = (State.APPROVED, State.CONSULTING, State.PREPARED)
_DURING = (State.ON_SITE, State.EXTENDED)
ADJUSTABLE = (*_BEFORE, *_DURING)


def bad_reason(place: str, reason: str) -> list[FieldError]:
    if LEAST <= len(reason.strip()) <= MOST:
        return []
    return [FieldError(place, f"请写明理由（{LEAST}—{MOST} 字）。")]


@operation("inspection.set_focus")
def set_focus(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    text: str,
    source_id: UUID,
    reason: str,
    axis: str = "",
    consultation_id: UUID | None = None,
) -> UUID:
    """Set one line of the focus. Before the entry a consultation sets it; later it is an adjustment, by the office
    or the head of the team, for the reason that stands with it."""
    task = load(engagement_id)
    require(rules.may_focus(actor, facts_of(task)))
    if task.state not in ADJUSTABLE:
        raise WrongState("协作重点在任务批准之后、驻点结束之前确定和调整。")
    errors = bad_reason("reason", reason)
    meeting = task.consultations.filter(id=consultation_id).first() if consultation_id else None
    if axis not in ("", *Implementation.values):
        errors.append(FieldError("axis", "请选择“四个落实”中的一项，或者留空。"))
    if not LEAST <= len(text.strip()) <= 200:
        errors.append(FieldError("text", f"请写明协作重点（{LEAST}—200 字）。"))
    elif task.focuses.filter(text=text.strip(), state=FocusState.ACTIVE).exists():
        errors.append(FieldError("text", "这条协作重点已经列入。"))
    if not Unit.objects.filter(id=source_id).exists():
        errors.append(FieldError("source_id", "请选择来源单位。"))
    if task.state in _BEFORE and meeting is None:
        errors.append(
            FieldError(
                "consultation_id", "进驻之前的协作重点由信息会商确定，请选择本任务的一次会商。"
            )
        )
    elif consultation_id is not None and meeting is None:
        errors.append(FieldError("consultation_id", "请选择本任务的一次信息会商。"))
    if errors:
        raise Invalid(*errors)
    row = Focus.objects.create(
        created_at=now,
        task=task,
        consultation=meeting,
        number=task.focuses.count() + 1,
        axis=axis,
        text=text.strip(),
        source_id=source_id,
        reason=reason.strip(),
        state=FocusState.ACTIVE,
        set_by_id=actor.account_id,
        **labels_of(task).columns(),
    )
    note(task, focus=str(row.id))
    return row.id


@operation("inspection.drop_focus")
def drop_focus(
    *, actor: Actor, now: datetime, engagement_id: UUID, focus_id: UUID, reason: str
) -> None:
    """Take a line out of the focus, with the reason. It stays in the history, and what was done under it stays."""
    task = load(engagement_id)
    require(rules.may_focus(actor, facts_of(task)))
    if task.state not in ADJUSTABLE:
        raise WrongState("驻点结束之后协作重点不再调整。")
    errors = bad_reason("reason", reason)
    if not task.focuses.filter(id=focus_id).exists():
        errors.append(FieldError("focus_id", "请选择本任务的一条协作重点。"))
    if errors:
        raise Invalid(*errors)
    row = FOCUSES.lock(focus_id)
    row.dropped_on, row.dropped_by_id = now.date(), actor.account_id
    row.dropped_because = reason.strip()
    FOCUSES.move(row, FocusState.DROPPED, "dropped_on", "dropped_by", "dropped_because")


def active_focus(task: Engagement, focus_id: UUID | None) -> Focus | None:
    """The line of the focus that a paper or a list line names. Raises ``Invalid`` where it is none of the task's."""
    if focus_id is None:
        return None
    row = task.focuses.filter(id=focus_id, state=FocusState.ACTIVE).first()
    if row is None:
        raise Invalid.at("focus_id", "请选择本任务现行的一条协作重点。")
    return row


@operation("inspection.propose_member_change")
def propose_member_change(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    unit_id: UUID,
    change: str,
    since: date,
    reason: str,
    until: date | None = None,
) -> UUID:
    """Ask the committee to let a unit join, or leave, the work on this engagement. Returns the matter's id."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    if task.state not in ADJUSTABLE:
        raise WrongState("参与单位在任务批准之后、驻点结束之前调整。")
    unit = Unit.objects.filter(id=unit_id, kind=UnitKind.MEMBER, valid_to__isnull=True).first()
    errors = bad_reason("reason", reason)
    if change not in MemberChangeKind.values:
        errors.append(FieldError("change", "请选择加入或退出。"))
    if unit is None or unit.id == task.unit_id:
        errors.append(FieldError("unit_id", "请选择成员单位；被巡视单位不能参与。"))
    elif words := _does_not_fit(task, unit.id, change, until, now.date()):
        errors.append(FieldError("unit_id", words))
    if since < now.date():
        errors.append(FieldError("since", "起始日期不能早于今天。"))
    if until is not None and (until < since or change == MemberChangeKind.LEAVE):
        errors.append(FieldError("until", "截止日期只在加入时填写，不能早于起始日期。"))
    if errors or unit is None:
        raise Invalid(*errors)
    if task.member_changes.filter(unit=unit, state=ChangeState.PROPOSED).exists():
        raise WrongState("该单位的调整正在审批，请等委员会决定。")
    row = MemberChange.objects.create(
        created_at=now,
        task=task,
        unit=unit,
        change=change,
        since=since,
        until=until,
        reason=reason.strip(),
        state=ChangeState.PROPOSED,
        proposed_by_id=actor.account_id,
        **labels_of(task).columns(),
    )
    word = MemberChangeKind(change).label
    row.matter = approvals.propose(
        actor=actor,
        now=now,
        code=MATTER,
        object_kind="inspection.member_change",
        object_id=row.id,
        title=f"关于{unit.short_name}{word}{task.number}任务协作的请示",
        summary=reason.strip(),
        body_id=body_of(task, UnitKind.COMMITTEE).id,
        labels=Labels.of(row),
    )
    row.save(update_fields=["matter"])
    note(task, change=str(row.id))
    return row.matter


def _does_not_fit(
    task: Engagement, unit: UUID, change: str, until: date | None, today: date
) -> str:
    """Why a unit cannot join or leave, or nothing. One that joined for a time may be asked to stay longer."""
    takes_part = unit in members_on(task, today)
    if change == MemberChangeKind.LEAVE:
        return "" if takes_part else "该单位没有参与本任务。"
    ends = last_day(unit, decided_of(task))
    if not takes_part or (ends is not None and (until is None or until > ends)):
        return ""
    if ends is None:
        return "该单位已参与本任务。"
    return f"该单位参与到{ends:%Y年%m月%d日}；需要延长的，请填写更晚的截止日期。"


def carry_out(*, actor: Actor, now: datetime, change_id: UUID, approved: bool) -> None:
    """The committee has decided: the joint team's units follow, and with a unit that leaves its people's seats,
    their access and what was shared with the unit."""
    row = CHANGES.lock(change_id)
    row.decided_by_id, row.decided_on = actor.account_id, now.date()
    if approved:
        task = load(row.task_id)
        if row.change == MemberChangeKind.JOIN:
            ends = last_day(row.unit_id, decided_of(task))
            row.effect = _joined(task, row, ends, now.date())
        else:
            row.effect = _left(task, row, now)
    to = ChangeState.APPROVED if approved else ChangeState.REFUSED
    CHANGES.move(row, to, "decided_by", "decided_on", "effect")


def _joined(task: Engagement, row: MemberChange, ends: date | None, today: date) -> str:
    """``ends`` is the last day that stood before this decision."""
    if row.unit_id not in task.partners:
        task.partners = [*task.partners, row.unit_id]
        if task.team_kind == TeamKind.SINGLE:
            task.team_kind = TeamKind.JOINT
        bump(task, "partners", "team_kind")
    if ends is not None and ends >= today:
        return _stays(task, row, ends)
    if ends is not None:  # back after its time was over: whoever comes is proposed and checked anew
        for seat in _seats_of(task, row.unit_id).filter(until__lt=today):
            SEATS.move(seat, SeatState.REPLACED)
    if row.until is None:
        return "列为联合检查组成员单位，由巡视办提名组员。"
    return (
        "列为联合检查组成员单位，由巡视办提名组员；"
        f"{row.until:%Y年%m月%d日}之后，其组员席位的访问自动结束。"
    )


def _stays(task: Engagement, row: MemberChange, ends: date) -> str:
    """Seats that end with the unit's time are prolonged with it; an own, other last day stays as it is."""
    seats = list(_seats_of(task, row.unit_id).filter(until=ends))
    for seat in seats:
        seat.until, seat.revision = row.until, seat.revision + 1
        seat.save(update_fields=["until", "revision"])
    accounts = [s.account_id for s in seats]
    access.prolong_memberships(engagement=task.id, accounts=accounts, was=ends, to=row.until)
    if task.look_back_of_id is not None:
        access.prolong_memberships(
            engagement=task.look_back_of_id,
            accounts=accounts,
            was=ends,
            to=row.until or task.on_site_end_on,
        )
    last = f"{row.until:%Y年%m月%d日}" if row.until else "任务结束"
    return f"参与期限延长至{last}，{len(seats)} 个席位随之延长。"


def _seats_of(task: Engagement, unit_id: UUID) -> QuerySet[Seat]:
    return Seat.objects.select_for_update(of=("self",)).filter(
        task=task,
        home_id=unit_id,
        state__in=(SeatState.PROPOSED, SeatState.ALTERNATE, SeatState.CONFIRMED),
    )


def _left(task: Engagement, row: MemberChange, now: datetime) -> str:
    task.partners = [p for p in task.partners if p != row.unit_id]
    if not task.partners:
        task.team_kind = TeamKind.SINGLE
    bump(task, "partners", "team_kind")
    seats = list(_seats_of(task, row.unit_id))
    for seat in seats:
        seat.state, seat.revision = SeatState.REPLACED, seat.revision + 1
        seat.save(update_fields=["state", "revision"])
        access.revoke_membership(now=now, account_id=seat.account_id, engagement=task.id)
    ended = access.end_for_unit(
        now=now,
        unit_id=row.unit_id,
        objects=[task.id, *task.papers.values_list("id", flat=True)],
    )
    return f"{len(seats)} 个席位随之退出，{ended} 项共享随之终止。"


__all__ = [
    "active_focus",
    "carry_out",
    "drop_focus",
    "propose_member_change",
    "set_focus",
]

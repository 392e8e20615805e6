"""改期 of a whole round: one act with its reason; everything counted from the round's days is counted again.

A draft moves at once. An approved round moves when the leading group, which approved it, agrees. ``preview`` tells the
same beforehand; both take the new days from ``moved_tasks`` and ``moved_lines``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate

from lianxun.approvals import steps as approvals
from lianxun.duties import steps as duties
from lianxun.fabric.labels import Labels
from lianxun.inspection import phases, rules
from lianxun.inspection.common import ROUNDS, body_for, require
from lianxun.inspection.enums import MACHINES, DatesState, PhaseTaskState, RoundState, State
from lianxun.inspection.models import Engagement, PhaseTask, Round, RoundDates
from lianxun.inspection.operations.phases import OBJECT
from lianxun.inspection.operations.stages import move_dates
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows

MATTER = "inspection.round_dates"
LEAST, MOST = 5, 300
BEFORE_ENTRY = (State.DRAFT, State.APPROVED, State.CONSULTING, State.PREPARED)
DATES = Rows(
    RoundDates,
    kind="inspection.round_dates",
    noun="轮次改期",
    machine=MACHINES["inspection_rounddates"],
)


@dataclass(frozen=True, slots=True)
class NewDays:
    """Days of one engagement as they would be."""

    task: Engagement
    entry_on: date
    on_site_end_on: date


def moved_tasks(campaign: Round, starts_on: date) -> list[NewDays]:
    """Engagements before their entry, each moved by as many days as the round; days of rest give way to the
    working day before them."""
    by = (starts_on - campaign.starts_on).days
    if by == 0:
        return []
    rows = campaign.engagements.filter(state__in=BEFORE_ENTRY).select_related("unit", "round")
    return [
        NewDays(
            task,
            duties.counted_from(anchor=task.entry_on, days=by),
            duties.counted_from(anchor=task.on_site_end_on, days=by),
        )
        for task in rows.order_by("entry_on", "number")
    ]


def moved_lines(campaign: Round, starts_on: date, ends_on: date) -> list[tuple[PhaseTask, date]]:
    """Open lines of the programme that are counted from the round's days, with their new day. Agreed days stay."""
    templates = {x.code: x for x in phases.programme(localdate(campaign.created_at)).lines}
    days = phases.anchors(starts_on, ends_on)
    found = []
    for row in campaign.phase_tasks.filter(state=PhaseTaskState.OPEN).select_related("unit"):
        template = templates.get(row.code)
        if template is None:
            continue
        new = duties.counted_from(anchor=days[template.anchor], days=template.days)
        if new != row.due_on:
            found.append((row, new))
    return found


def errors_of(
    campaign: Round, *, starts_on: date, ends_on: date, with_tasks: bool, today: date
) -> list[FieldError]:
    errors = []
    if ends_on < starts_on:
        errors.append(FieldError("ends_on", "计划结束不能早于计划开始。"))
    if (starts_on, ends_on) == (campaign.starts_on, campaign.ends_on):
        errors.append(FieldError("starts_on", "日期没有变化，请填写新的日期。"))
    begun = campaign.state == RoundState.APPROVED and campaign.starts_on <= today
    if begun and starts_on != campaign.starts_on:
        errors.append(FieldError("starts_on", "轮次已经开始，只能调整计划结束。"))
    if errors or not with_tasks:
        return errors
    early = [x.task.number for x in moved_tasks(campaign, starts_on) if x.entry_on < today]
    if early:
        errors.append(
            FieldError("starts_on", f"任务 {'、'.join(early)} 的进驻日将早于今天，请另选日期。")
        )
    return errors


@operation("inspection.change_round_dates")
def change_round_dates(
    *,
    actor: Actor,
    now: datetime,
    round_id: UUID,
    revision: int,
    starts_on: date,
    ends_on: date,
    reason: str,
    with_tasks: bool = True,
) -> UUID:
    """Move a draft at once, or ask the leading group to move an approved round. Returns the change's id."""
    campaign = ROUNDS.lock(round_id, revision)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state not in (RoundState.DRAFT, RoundState.APPROVED):
        raise WrongState("轮次正在审批或已经结束，现在不能改期。")
    if campaign.date_changes.filter(state=DatesState.PROPOSED).exists():
        raise WrongState("该轮次的改期正在审批，请等领导小组决定。")
    errors = errors_of(
        campaign, starts_on=starts_on, ends_on=ends_on, with_tasks=with_tasks, today=now.date()
    )
    if not LEAST <= len(reason.strip()) <= MOST:
        errors.append(FieldError("reason", f"请写明改期理由（{LEAST}—{MOST} 字）。"))
    if errors:
        raise Invalid(*errors)
    draft = campaign.state == RoundState.DRAFT
    row = RoundDates.objects.create(
        created_at=now,
        round=campaign,
        old_starts_on=campaign.starts_on,
        old_ends_on=campaign.ends_on,
        starts_on=starts_on,
        ends_on=ends_on,
        with_tasks=with_tasks,
        reason=reason.strip(),
        state=DatesState.DRAFTED if draft else DatesState.PROPOSED,
        proposed_by_id=actor.account_id,
        **Labels.of(campaign).columns(),
    )
    if draft:
        row.effect = _apply(row, campaign, actor=actor, now=now)
        row.save(update_fields=["effect"])
    else:
        row.matter = _ask(row, campaign, actor=actor, now=now)
        row.save(update_fields=["matter"])
        ROUNDS.save(campaign, dates=str(row.id))
    return row.id


def _ask(row: RoundDates, campaign: Round, *, actor: Actor, now: datetime) -> UUID:
    body = body_for(UnitKind.LEADING_GROUP, tier=campaign.tier, owner_path=campaign.owner_path)
    tasks = moved_tasks(campaign, row.starts_on) if row.with_tasks else []
    return approvals.propose(
        actor=actor,
        now=now,
        code=MATTER,
        object_kind="inspection.round",
        object_id=campaign.id,
        title=f"关于调整{campaign.name}起止日期的请示",
        summary=(
            f"由 {row.old_starts_on:%Y-%m-%d}—{row.old_ends_on:%Y-%m-%d} 调整为 "
            f"{row.starts_on:%Y-%m-%d}—{row.ends_on:%Y-%m-%d}。{row.reason}"
        ),
        body_id=body.id,
        labels=Labels.of(campaign),
        facts={"change": str(row.id), "tasks": [str(x.task.id) for x in tasks]},
    )


def _apply(row: RoundDates, campaign: Round, *, actor: Actor, now: datetime) -> str:
    """Count everything again. Returns in one sentence what moved."""
    tasks = moved_tasks(campaign, row.starts_on) if row.with_tasks else []
    lines = moved_lines(campaign, row.starts_on, row.ends_on)
    campaign.starts_on, campaign.ends_on = row.starts_on, row.ends_on
    ROUNDS.save(campaign, "starts_on", "ends_on", dates=str(row.id), tasks=len(tasks))
    reason = f"轮次改期：{row.reason}"[:200]
    for new in tasks:
        task = Engagement.objects.select_for_update(of=("self",)).get(id=new.task.id)
        move_dates(
            task,
            entry_on=new.entry_on,
            on_site_end_on=new.on_site_end_on,
            reason=reason,
            actor=actor,
            now=now,
        )
    for line, day in lines:
        line.due_on, line.revision = day, line.revision + 1
        line.save(update_fields=["due_on", "revision"])
        duties.shift_agreed(
            actor=actor, now=now, object_kind=OBJECT, object_id=line.id, to=day, reason=reason
        )
    return f"{len(tasks)} 个任务、{len(lines)} 项阶段任务随之移动。"


def carry_out(
    *, actor: Actor, now: datetime, approved: bool, change_id: UUID, tasks: list[str]
) -> None:
    """The leading group has decided. Whoever does not see all the engagements that would move cannot decide."""
    row = DATES.lock(change_id)
    row.decided_by_id, row.decided_on = actor.account_id, now.date()
    if approved:
        campaign = ROUNDS.lock(row.round_id)
        if Engagement.objects.filter(id__in=tasks).count() < len(tasks):
            raise WrongState("随之移动的任务中有您须回避的，请领导小组其他成员决定。")
        row.effect = _apply(row, campaign, actor=actor, now=now)
    to = DatesState.APPROVED if approved else DatesState.REFUSED
    DATES.move(row, to, "decided_by", "decided_on", "effect")

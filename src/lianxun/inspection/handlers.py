"""What follows when a body has decided (settled.md 17c), in the transaction of the deciding vote."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.access import steps as access
from lianxun.duties import steps as duties
from lianxun.fabric.handlers import handles
from lianxun.inspection import milestones, preview
from lianxun.inspection.common import KIND, bump, load
from lianxun.inspection.enums import (
    SHARING_STATES,
    PauseState,
    RoundState,
    SeatState,
    State,
    TeamGroup,
    TeamKind,
)
from lianxun.inspection.models import Engagement, Pause, Plan, Round
from lianxun.inspection.operations import consult, dates, focus, pauses, rounds, stages
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState


@handles("approvals.decided")
def decided(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    object_id: UUID,
    state: str,
    matter_id: UUID,
    comment: str,
    facts: dict[str, Any],
) -> None:
    """Carry out the decision about a matter of this room; others pass by."""
    follow = _FOLLOW.get(code)
    if follow is not None:
        told = {**facts, "matter": matter_id}
        follow(actor=actor, now=now, object_id=object_id, approved=state == "approved", facts=told)


def _round(
    *, actor: Actor, now: datetime, object_id: UUID, approved: bool, facts: dict[str, Any]
) -> None:
    campaign = Round.objects.select_for_update().get(id=object_id)
    campaign.state = RoundState.APPROVED if approved else RoundState.DRAFT
    campaign.revision += 1
    campaign.save(update_fields=["state", "revision"])
    if not approved:
        return
    for task in (
        Engagement.objects.select_for_update(of=("self",))
        .select_related("round", "unit")
        .filter(round=campaign, state=State.DRAFT)
    ):
        task.state = State.APPROVED
        bump(task, "state")
        milestones.open_nodes(task, actor=actor, now=now)


def _plan(
    *, actor: Actor, now: datetime, object_id: UUID, approved: bool, facts: dict[str, Any]
) -> None:
    if not approved:
        return
    plan = Plan.objects.select_for_update().get(id=object_id)
    plan.approved_on, plan.revision = now.date(), plan.revision + 1
    plan.save(update_fields=["approved_on", "revision"])
    milestones.done(load(plan.task_id), "MS-N2", actor=actor, now=now)


def _extension(
    *, actor: Actor, now: datetime, object_id: UUID, approved: bool, facts: dict[str, Any]
) -> None:
    if not approved:
        return
    task = load(object_id)
    task.on_site_end_on = date.fromisoformat(facts["to"])
    task.extended, task.state = True, State.EXTENDED
    bump(task, "on_site_end_on", "extended", "state")
    milestones.move_nodes(task, actor=actor, now=now, reason="领导小组批准延期")
    stages.move_look_back_access(task)
    if facts.get("reinforcement"):
        milestones.expect_people(task, facts["reinforcement"], actor=actor, now=now)


def _report(
    *, actor: Actor, now: datetime, object_id: UUID, approved: bool, facts: dict[str, Any]
) -> None:
    if not approved:
        return
    task = load(object_id)
    missing = stages.missing_for(task, State.DECIDED, now.date())
    if missing:
        raise WrongState("；".join(missing) + "。请先退回补齐，再听取汇报。")
    task.state, task.decided_on = State.DECIDED, now.date()
    bump(task, "state", "decided_on")
    milestones.done(task, "MS-REPORT", actor=actor, now=now)
    # The on-site team's access ends with the decided report (settled.md 5).
    closed = access.end_memberships(
        engagement=task.id, purpose=TeamGroup.ON_SITE.label, last_day=now.date()
    )
    seated = task.seats.filter(group=TeamGroup.ON_SITE, state=SeatState.CONFIRMED).count()
    if closed < seated:
        raise RuntimeError(f"{closed} of {seated} memberships were closed with the report")


def _pause(
    *, actor: Actor, now: datetime, object_id: UUID, approved: bool, facts: dict[str, Any]
) -> None:
    pause = Pause.objects.select_for_update().get(id=object_id)
    pause.state = PauseState.ACTIVE if approved else PauseState.REFUSED
    pause.decided_at, pause.revision = now, pause.revision + 1
    pause.save(update_fields=["state", "decided_at", "revision"])
    if approved:
        task = load(pause.task_id)
        task.paused_from, task.state = task.state, State.PAUSED
        bump(task, "paused_from", "state")
        duties.pause_all(actor=actor, now=now, engagement=task.id, reason="领导小组决定暂停")


def _resume(
    *, actor: Actor, now: datetime, object_id: UUID, approved: bool, facts: dict[str, Any]
) -> None:
    """The line goes on where it stopped; clocks and the time on site get the lost days back."""
    if not approved:
        return
    pause = pauses.PAUSES.lock(object_id)
    if pause.state != PauseState.ACTIVE:
        raise WrongState("该任务已经恢复。")
    task = load(pause.task_id)
    pause.resumed_at, pause.resumed_by_id = now, actor.account_id
    pause.resume_matter = facts["matter"]
    pauses.PAUSES.move(pause, PauseState.RESUMED, "resumed_at", "resumed_by", "resume_matter")
    end = preview.end_after(task, pause, now=now)
    task.state, task.paused_from = task.paused_from, ""
    moved, task.on_site_end_on = end != task.on_site_end_on, end
    bump(task, "state", "paused_from", "on_site_end_on")
    duties.resume_all(actor=actor, now=now, engagement=task.id, reason="领导小组决定恢复")
    if moved:
        milestones.move_nodes(task, actor=actor, now=now, reason="领导小组决定恢复，驻点顺延")
        stages.move_look_back_access(task)


def _members(
    *, actor: Actor, now: datetime, object_id: UUID, approved: bool, facts: dict[str, Any]
) -> None:
    focus.carry_out(actor=actor, now=now, change_id=object_id, approved=approved)


def _dates(
    *, actor: Actor, now: datetime, object_id: UUID, approved: bool, facts: dict[str, Any]
) -> None:
    dates.carry_out(
        actor=actor,
        now=now,
        approved=approved,
        change_id=UUID(facts["change"]),
        tasks=facts["tasks"],
    )


_FOLLOW = {
    dates.MATTER: _dates,
    focus.MATTER: _members,
    rounds.MATTER: _round,
    consult.MATTER: _plan,
    stages.EXTENSION: _extension,
    stages.REPORT: _report,
    pauses.MATTER: _pause,
    pauses.RESUME: _resume,
}

__all__ = ["KIND", "decided"]


@handles("exchange.sharing_drafted")
def sharing_drafted(*, engagement: UUID, subject_org: UUID) -> None:
    """A standing agreement of sharing is for a joint team whose inspection is open, about its inspected unit."""
    task = load(engagement)
    if task.team_kind == TeamKind.SINGLE:
        raise WrongState("单独组队的任务不签联动共享约定；联合组队（含巡审联动）的任务才可以。")
    if task.state not in SHARING_STATES:
        raise WrongState("任务批准之后、听取汇报之前才能签联动共享约定。")
    if subject_org != task.unit_id:
        raise Invalid.at("subject_org", "请选择本任务的被巡视单位。")

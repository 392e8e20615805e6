"""“Stop the line”: any member may ask, the leading group decides, resuming needs a recorded decision."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.approvals import steps as approvals
from lianxun.duties import steps as duties
from lianxun.fabric.labels import Labels
from lianxun.inspection import rules
from lianxun.inspection.common import body_of, bump, labels_of, load, note, require
from lianxun.inspection.enums import MACHINES, PAUSABLE, PauseState
from lianxun.inspection.models import Pause
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows

MATTER = "inspection.pause"
PAUSES = Rows(Pause, kind=MATTER, noun="暂停", machine=MACHINES["inspection_pause"])


@operation("inspection.ask_pause")
def ask_pause(*, actor: Actor, now: datetime, engagement_id: UUID, reason: str) -> UUID:
    """Ask to stop an engagement at once (政治偏差一票否决). Whoever sees it may ask."""
    task = load(engagement_id)
    if task.state not in {s.value for s in PAUSABLE}:
        raise WrongState("该任务当前阶段不能暂停。")
    if len(reason.strip()) < 10:
        raise Invalid.at("reason", "请写明暂停理由（不少于 10 个字）。")
    try:
        with transaction.atomic():
            pause = Pause.objects.create(
                created_at=now,
                task=task,
                asked_by_id=actor.account_id,
                reason=reason.strip()[:500],
                state=PauseState.REQUESTED,
                **labels_of(task).columns(),
            )
    except IntegrityError as clash:
        raise WrongState("该任务已有暂停申请或正在暂停。") from clash
    pause.matter = approvals.propose(
        actor=actor,
        now=now,
        code=MATTER,
        object_kind="inspection.pause",
        object_id=pause.id,
        title=f"关于暂停{task.unit.short_name}巡视任务的请示",
        summary=pause.reason,
        body_id=body_of(task, UnitKind.LEADING_GROUP).id,
        labels=Labels.of(pause),
    )
    pause.save(update_fields=["matter"])
    note(task, pause=str(pause.id))
    return pause.id


@operation("inspection.resume")
def resume(*, actor: Actor, now: datetime, pause_id: UUID, revision: int, reason: str) -> None:
    """The leading group lets the engagement go on, and says why; clocks get the lost days back."""
    pause = PAUSES.lock(pause_id, revision)
    task = load(pause.task_id)
    body = body_of(task, UnitKind.LEADING_GROUP)
    require(rules.may_decide_pause(actor, body_path=body.path, asked_by=pause.asked_by_id))
    if pause.state != PauseState.ACTIVE:
        raise WrongState("该任务没有处于暂停中。")
    if not reason.strip():
        raise Invalid.at("reason", "请写明恢复的依据。")
    pause.state, pause.resumed_at, pause.resumed_by_id = PauseState.RESUMED, now, actor.account_id
    pause.resume_reason, pause.revision = reason.strip()[:500], revision + 1
    pause.save(update_fields=["state", "resumed_at", "resumed_by", "resume_reason", "revision"])
    task.state, task.paused_from = task.paused_from, ""
    bump(task, "state", "paused_from")
    duties.resume_all(actor=actor, now=now, engagement=task.id, reason=reason.strip())
    note(task, pause=str(pause.id))

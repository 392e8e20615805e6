"""“Stop the line”: any member may ask, the leading group decides, resuming needs a recorded decision."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.approvals import steps as approvals
from lianxun.approvals.enums import Quorum
from lianxun.fabric.labels import Labels
from lianxun.inspection import rules
from lianxun.inspection.common import body_of, facts_of, labels_of, load, note, require
from lianxun.inspection.enums import MACHINES, PAUSABLE, PauseState
from lianxun.inspection.models import Pause
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows

MATTER = "inspection.pause"
RESUME = "inspection.resume"
MOST = 500  # characters of a reason
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
                reason=fitting("reason", reason, 500),
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


@operation("inspection.ask_resume")
def ask_resume(*, actor: Actor, now: datetime, pause_id: UUID, revision: int, reason: str) -> UUID:
    """Ask the leading group to let the engagement go on, and say why; a majority of it decides.

    Whoever asked for the pause neither proposes nor votes. Returns the id of the matter.
    """
    pause = PAUSES.lock(pause_id, revision)
    task = load(pause.task_id)
    body = body_of(task, UnitKind.LEADING_GROUP)
    require(
        rules.may_ask_resume(actor, facts_of(task), body_path=body.path, asked_by=pause.asked_by_id)
    )
    if pause.state != PauseState.ACTIVE:
        raise WrongState("该任务没有处于暂停中。")
    words = reason.strip()
    if len(words) < 10:
        raise Invalid.at("reason", "请写明恢复的依据（研判结论、整改情况，不少于 10 个字）。")
    if len(words) > MOST:
        raise Invalid.at("reason", f"不超过 {MOST} 字（现为 {len(words)} 字），请精简后再提交。")
    matter = approvals.propose(
        actor=actor,
        now=now,
        code=RESUME,
        object_kind=MATTER,
        object_id=pause.id,
        title=f"关于恢复{task.unit.short_name}巡视任务的请示",
        summary=words,
        body_id=body.id,
        labels=Labels.of(pause),
        quorum=Quorum.MAJORITY,
        barred=[pause.asked_by_id],
    )
    pause.resume_reason = words
    PAUSES.save(pause, "resume_reason")
    note(task, pause=str(pause.id))
    return matter

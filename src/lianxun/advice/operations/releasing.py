"""Which model is in use: proposed by one, confirmed by another, taken back in one click."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.advice import store
from lianxun.advice.common import require
from lianxun.advice.enums import ReleaseKind, ReleaseState, TrainingState
from lianxun.advice.models import ModelVersion, Release, Training
from lianxun.advice.rules import may_confirm, may_keep_models
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Stale, WrongState
from lianxun.trace.door import noting, operation

KIND = "advice.release"
REASON_LIMIT = 300


def _note(row: Release, model: ModelVersion, **detail: Any) -> None:
    noting().about(
        KIND, row.id, revision=row.revision, model=model.name, model_sha256=model.sha256, **detail
    )


def _reason(reason: str) -> str:
    found = reason.strip()
    if not found:
        raise Invalid.at("reason", "请写明理由。")
    if len(found) > REASON_LIMIT:
        raise Invalid.at("reason", f"理由不超过 {REASON_LIMIT} 字。")
    return found


@operation("advice.propose_release")
def propose_release(*, actor: Actor, now: datetime, training_id: UUID, reason: str) -> UUID:
    """Propose the model of a finished training. What lost on the frozen set cannot be proposed."""
    require(may_keep_models(actor))
    row = Training.objects.filter(id=training_id).first()
    if row is None:
        raise NotFound
    if row.state != TrainingState.DONE or row.result is None:
        raise WrongState("训练没有完成，不能提出启用。")
    if row.losses:
        raise WrongState("新模型在冻结测试集上有退步，不能启用：" + "".join(row.losses[:3]))
    if Release.objects.filter(state=ReleaseState.PROPOSED).exists():
        raise WrongState("已有模型在等待复核，请先处理。")
    in_use = store.in_use()
    if in_use is not None and in_use.id == row.result_id:
        raise WrongState("这个模型正在使用。")
    release = Release.objects.create(
        created_at=now,
        kind=ReleaseKind.PROMOTE,
        state=ReleaseState.PROPOSED,
        model=row.result,
        training=row,
        no_loss=True,
        trained_by_id=row.asked_by_id,
        proposed_by_id=actor.account_id,
        reason=_reason(reason),
    )
    _note(release, row.result)
    return release.id


def _load(release_id: UUID, revision: int) -> Release:
    # Without a lock: row security hides a proposal from the UPDATE of whoever made it, and a lock is one.
    row = Release.objects.filter(id=release_id).first()
    if row is None:
        raise NotFound
    if row.revision != revision:
        raise Stale
    if row.state != ReleaseState.PROPOSED:
        raise WrongState(f"该启用事项现为“{ReleaseState(row.state).label}”，不能再复核。")
    return row


def _settle(row: Release, actor: Actor, state: ReleaseState, effective_at: datetime | None) -> None:
    """Write the second person's part, unless somebody was quicker."""
    changed = Release.objects.filter(
        id=row.id, revision=row.revision, state=ReleaseState.PROPOSED
    ).update(
        state=state,
        confirmed_by_id=actor.account_id,
        effective_at=effective_at,
        revision=row.revision + 1,
    )
    if not changed:
        raise Stale
    row.revision += 1
    _note(row, row.model, state=state.value)


@operation("advice.confirm_release")
def confirm_release(*, actor: Actor, now: datetime, release_id: UUID, revision: int) -> None:
    """The second person agrees: the model is in use from now on."""
    row = _load(release_id, revision)
    require(may_confirm(actor, proposed_by=row.proposed_by_id, trained_by=row.trained_by_id))
    _settle(row, actor, ReleaseState.EFFECTIVE, now)


@operation("advice.reject_release")
def reject_release(*, actor: Actor, now: datetime, release_id: UUID, revision: int) -> None:
    """The second person does not agree; the model in use stays."""
    row = _load(release_id, revision)
    require(may_confirm(actor, proposed_by=row.proposed_by_id, trained_by=None))
    _settle(row, actor, ReleaseState.REJECTED, None)


@operation("advice.rollback", kind="safety")
def rollback(*, actor: Actor, now: datetime, reason: str) -> UUID:
    """Back to the model before the present one, at once and by one person: it only closes something."""
    require(may_keep_models(actor))
    before = store.before_present()
    if before is None:
        raise WrongState("没有更早的模型可以回退。")
    row = Release.objects.create(
        created_at=now,
        kind=ReleaseKind.ROLLBACK,
        state=ReleaseState.EFFECTIVE,
        model=before,
        proposed_by_id=actor.account_id,
        effective_at=now,
        reason=_reason(reason),
    )
    _note(row, before)
    return row.id

"""Retraining: asked for by a person, done by the job in the sandbox, cancelled at any time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from lianxun.advice import engine, reading, store, work
from lianxun.advice.common import require
from lianxun.advice.enums import TrainingState
from lianxun.advice.limits import limits
from lianxun.advice.models import Decision, ModelVersion, Training
from lianxun.advice.rules import may_keep_models
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound, Stale, WrongState
from lianxun.leads.texts import lead_texts
from lianxun.trace.door import noting, operation
from lianxun_insight.triage.learning.corrections import (
    Correction,
    CorrectionReason,
    decided_leads,
)
from lianxun_insight.triage.taxonomy import load as load_taxonomy

KIND = "advice.training"
#: Invented leads beside the decided ones, for training and in the frozen set.
BASE, FROZEN_BASE = 3000, 400


def _note(row: Training, **detail: Any) -> None:
    noting().about(KIND, row.id, revision=row.revision, **detail)


def _load(training_id: UUID, revision: int | None = None) -> Training:
    row = Training.objects.select_for_update().filter(id=training_id).first()
    if row is None:
        raise NotFound
    if revision is not None and row.revision != revision:
        raise Stale
    return row


@operation("advice.start_training")
def start_training(*, actor: Actor, now: datetime) -> UUID:
    """Queue a retraining. One at a time, and only with enough decisions to learn from."""
    require(may_keep_models(actor))
    if not engine.installed():
        raise WrongState(engine.MISSING)
    if Training.objects.filter(state__in=["queued", "running"]).exists():
        raise WrongState("已有训练任务在进行，请等它结束或先取消。")
    row = Training.objects.create(
        created_at=now, state=TrainingState.QUEUED, asked_by_id=actor.account_id
    )
    work.queue_training(row.id)
    _note(row)
    return row.id


@operation("advice.cancel_training")
def cancel_training(*, actor: Actor, now: datetime, training_id: UUID, revision: int) -> None:
    """Stop a training: at once while it waits, within about a second while it runs."""
    require(may_keep_models(actor))
    row = _load(training_id, revision)
    if row.state not in ("queued", "running"):
        raise WrongState(f"训练任务现为“{TrainingState(row.state).label}”，不能取消。")
    row.revision += 1
    if row.state == TrainingState.QUEUED:
        row.state, row.finished_at = TrainingState.CANCELLED, now
        row.message = "开始前取消。"
    row.cancel = True
    row.save(update_fields=["revision", "state", "cancel", "message", "finished_at"])
    _note(row)


@dataclass
class Material:
    """What the sandbox gets: decided leads, frozen ones kept apart, the model in use."""

    by: str
    model: str
    archive: bytes
    decided: list[list[Any]] = field(default_factory=list)
    frozen: list[list[Any]] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Put request and current model into the sandbox's folder."""
        (folder / "current").mkdir()
        engine.unpack(self.archive, folder / "current")
        bounds = limits()["training"]
        request = {
            "by": self.by,
            "decided": self.decided,
            "frozen": self.frozen,
            "base": BASE,
            "frozen_base": FROZEN_BASE,
            "cpu_seconds": bounds["cpu_seconds"],
            "memory_mib": bounds["memory_mib"],
        }
        (folder / "request.json").write_text(json.dumps(request, ensure_ascii=False), "utf-8")


@operation("advice.begin_training")
def begin_training(*, actor: Actor, now: datetime, training_id: UUID) -> Material | None:
    """The job takes a queued training and gathers what it learns from. ``None``: nothing to do."""
    row = _load(training_id)
    if row.state != TrainingState.QUEUED:
        _note(row, skipped=row.state)
        return None
    model = store.ensure_installed(now)
    material = _material(row, model)
    fewest = limits()["training"]["fewest_decisions"]
    total = len(material.decided) + len(material.frozen)
    row.revision += 1
    row.decisions = total
    row.frozen = {
        "invented": FROZEN_BASE,
        "decided": len(material.frozen),
        "sha256": _digest(material.frozen),
    }
    if total < fewest:
        row.state, row.finished_at = TrainingState.FAILED, now
        row.message = f"已认定类别的线索只有 {total} 件，少于 {fewest} 件，训练不会有收获。"
    else:
        row.state, row.stage = TrainingState.RUNNING, "启动沙箱"
    row.save()
    _note(row, decisions=total, model=model.name, state=row.state)
    return material if row.state == TrainingState.RUNNING else None


def _material(row: Training, model: ModelVersion) -> Material:
    """Decided leads of what the service may see; the reporter's lines are blank (settled.md 31)."""
    rows = list(Decision.objects.exclude(facet="TP-3").order_by("created_at", "id"))
    texts = lead_texts({d.lead_id for d in rows})
    corrections = [
        Correction(
            str(d.lead_id), d.facet, tuple(d.suggested), frozenset(d.decided),
            CorrectionReason(d.reason), d.note or "—", d.model, d.taxonomy_version,
            str(d.decided_by_id), d.created_at,
        )
        for d in rows
    ]  # fmt: skip
    bodies = {str(i): reading.without_reporter(t.text) for i, t in texts.items() if t.searchable}
    learnt = decided_leads(corrections, bodies, {}, load_taxonomy())
    material = Material(by=str(row.asked_by_id), model=model.name, archive=bytes(model.archive))
    for lead in learnt:
        place = material.frozen if is_frozen(lead.id) else material.decided
        place.append([lead.id, lead.text, sorted(lead.codes), lead.group])
    return material


def is_frozen(lead_id: str) -> bool:
    """A fixed tenth of all leads by the hash of their id: never learnt, in no training, ever."""
    share: float = limits()["training"]["frozen_share"]
    digest = hashlib.sha256(f"frozen:{lead_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def _digest(rows: list[list[Any]]) -> str:
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


@operation("advice.finish_training")
def finish_training(
    *, actor: Actor, now: datetime, training_id: UUID, packed: engine.Packed, answer: dict[str, Any]
) -> None:
    """Keep the new model beside the one in use, with both figures. Nothing is promoted."""
    row = _load(training_id)
    if row.state != TrainingState.RUNNING:
        raise WrongState("训练任务已结束。")
    model = store.keep(packed, now)
    row.state, row.progress, row.finished_at = TrainingState.DONE, 100, now
    row.result, row.before, row.after = model, answer["before"], answer["after"]
    row.losses = answer["losses"]
    row.stage = "完成"
    row.message = (
        "新模型在冻结测试集上有退步，不能启用。"
        if row.losses
        else "新模型在冻结测试集上没有退步，可以提出启用。"
    )
    row.revision += 1
    row.save()
    _note(
        row, model=model.name, model_sha256=model.sha256, losses=len(row.losses),
        frozen_sha256=row.frozen.get("sha256", ""),
    )  # fmt: skip


@operation("advice.stop_training", kind="safety")
def stop_training(
    *, actor: Actor, now: datetime, training_id: UUID, message: str, cancelled: bool
) -> None:
    """The sandbox was ended or failed; the model in use stays."""
    row = _load(training_id)
    if row.state not in ("queued", "running"):
        _note(row, skipped=row.state)
        return
    row.state = TrainingState.CANCELLED if cancelled else TrainingState.FAILED
    row.message, row.finished_at = message[:300], now
    row.revision += 1
    row.save(update_fields=["state", "message", "finished_at", "revision"])
    _note(row, state=row.state)

"""One retraining from begin to end, as the job does it: short acts around a long child process."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from lianxun.advice import engine, running
from lianxun.advice.limits import limits
from lianxun.advice.models import Training
from lianxun.advice.operations import learning
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor


def train(*, actor: Actor, training_id: UUID, clock: Callable[[], datetime]) -> None:
    """Run a queued training to its end, whatever the end is. ``actor`` is the service."""
    material = learning.begin_training(actor=actor, now=clock(), training_id=training_id)
    if material is None:
        return
    # 0700, and gone afterwards with every text in it.
    with tempfile.TemporaryDirectory(prefix="lianxun-training-") as scratch:
        folder = Path(scratch)
        try:
            material.write(folder)
            answer = running.run(
                folder,
                wall_seconds=limits()["training"]["wall_seconds"],
                follow=lambda progress, stage: _follow(actor, training_id, progress, stage),
            )
            packed = engine.pack(folder / "model")
        except running.StoppedError as problem:
            learning.stop_training(
                actor=actor,
                now=clock(),
                training_id=training_id,
                message=str(problem),
                cancelled=problem.cancelled,
            )
            return
    learning.finish_training(
        actor=actor, now=clock(), training_id=training_id, packed=packed, answer=answer
    )


def _follow(actor: Actor, training_id: UUID, progress: int, stage: str) -> bool:
    """Show progress; say whether to go on. No record of its own: beginning and end have theirs."""
    with acting_as(actor.account_id, service=actor.service), transaction.atomic():
        rows = Training.objects.filter(id=training_id)
        if rows.filter(cancel=True).exists():
            return False
        rows.filter(state="running").update(progress=progress, stage=stage)
        return True

"""Jobs of this room, queued by name. The tasks themselves stand in ``lianxun.jobs``, above this room."""

from __future__ import annotations

from uuid import UUID

from lianxun.fabric.later import defer

PREPARE, TRAIN = "advice.prepare", "advice.train"


def queue_prepare(lead_id: UUID) -> None:
    """Read a lead soon; a second call while the first waits changes nothing."""
    defer(PREPARE, lock=f"{PREPARE}:{lead_id}", lead_id=str(lead_id))


def queue_training(training_id: UUID) -> None:
    """Retrain; one after the other."""
    defer(TRAIN, lock=f"{TRAIN}:{training_id}", training_id=str(training_id))

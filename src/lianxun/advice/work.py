"""Jobs of this room, queued by name in the running transaction: no commit, no job.

The tasks themselves stand in ``lianxun.jobs``, above this room.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

PREPARE, TRAIN = "advice.prepare", "advice.train"


def queue_prepare(lead_id: UUID) -> None:
    """Read a lead soon; a second call while the first waits changes nothing."""
    _defer(PREPARE, lock=f"{PREPARE}:{lead_id}", lead_id=str(lead_id))


def queue_training(training_id: UUID) -> None:
    """Retrain; one after the other."""
    _defer(TRAIN, lock=f"{TRAIN}:{training_id}", training_id=str(training_id))


def _defer(name: str, *, lock: str, **arguments: str) -> None:
    try:
        with (
            transaction.atomic()
        ):  # the refusal of a second one must not spoil the caller's transaction
            app.configure_task(name, queueing_lock=lock, allow_unknown=True).defer(**arguments)
    except exceptions.AlreadyEnqueued:
        return

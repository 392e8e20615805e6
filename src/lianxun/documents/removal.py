"""After the commit: what lost its row leaves the disk. Killed in between, the next run finishes it."""

from __future__ import annotations

from datetime import datetime

from lianxun.documents.models import Removal
from lianxun.fabric.later import defer

SERVICE = "retention"
SWEEP = "documents.sweep"


def queue_removal(remover: str, ref: str, *, now: datetime) -> None:
    """Remember what has to go, in the transaction that takes its row away, and start the job after it."""
    Removal.objects.create(remover=remover, ref=ref, created_at=now)
    defer(SWEEP, lock=SWEEP, timestamp=0)

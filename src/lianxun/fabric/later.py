"""Start a job by its name in the running transaction: no commit, no job.

The tasks themselves stand in ``lianxun.jobs``, above every room.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app


def defer(name: str, *, lock: str, **arguments: Any) -> None:
    """Queue the task ``name``; a second call while one with the same ``lock`` waits changes nothing."""
    try:
        # The refusal of a second one must not spoil the caller's transaction.
        with transaction.atomic():
            app.configure_task(name, queueing_lock=lock, allow_unknown=True).defer(**arguments)
    except exceptions.AlreadyEnqueued:
        return

"""Start a job by its name in the running transaction: no commit, no job.

The tasks themselves stand in ``lianxun.jobs``, above every room.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app


def defer(name: str, *, lock: str, **arguments: Any) -> None:
    """Queue the task ``name``; a second call while one with the same ``lock`` waits changes nothing.

    A database that could not take the job (its disk is full) says so in Django's words, as it does for
    every other statement: the caller knows those.
    """
    try:
        # The refusal of a second one must not spoil the caller's transaction.
        with transaction.atomic(), connection.wrap_database_errors:
            try:
                app.configure_task(name, queueing_lock=lock, allow_unknown=True).defer(**arguments)
            except exceptions.ConnectorException as error:
                if isinstance(error.__cause__, psycopg.Error):
                    raise error.__cause__ from None
                raise
    except exceptions.AlreadyEnqueued:
        return

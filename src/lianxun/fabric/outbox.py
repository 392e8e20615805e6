"""News that leaves after commit, at least once and in the order in which it was put.

``put`` writes a row in the transaction of the act; ``drain`` takes rows one by one with
``FOR UPDATE SKIP LOCKED``, calls the handlers of ``outbox.<kind>`` and marks the row in the same
transaction: an effect inside the database happens exactly once. A handler that fails is tried again
with growing pauses; its error is kept, other rows go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lianxun.fabric.handlers import announce
from lianxun.fabric.models import Outbox

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Drained:
    done: int
    failed: int


def put(kind: str, *, key: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Queue news once: the same ``key`` a second time changes nothing."""
    put_all(kind, [(key, payload)], now=now)


def put_all(kind: str, news: Iterable[tuple[str, Mapping[str, Any]]], *, now: datetime) -> None:
    """Queue many (key, payload) at once."""
    Outbox.objects.bulk_create(
        [
            Outbox(kind=kind, key=key, payload=dict(payload), created_at=now, not_before=now)
            for key, payload in news
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def drain(*, now: datetime, limit: int = 200) -> Drained:
    """Deliver what is due, inside the running transaction of the caller."""
    done = failed = 0
    rows = (
        Outbox.objects.select_for_update(skip_locked=True)
        .filter(done_at__isnull=True, not_before__lte=now)
        .order_by("not_before", "id")[:limit]
    )
    for row in rows:
        try:
            with transaction.atomic():
                announce(f"outbox.{row.kind}", payload=row.payload, key=row.key, now=now)
        except Exception as problem:  # noqa: BLE001 - one bad handler must not stop the others' news
            row.attempts += 1
            row.last_error = f"{type(problem).__name__}: {problem}"[:200]
            row.not_before = now + min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
            failed += 1
        else:
            row.attempts += 1
            row.done_at, row.last_error = now, ""
            done += 1
        row.save(update_fields=["attempts", "done_at", "not_before", "last_error"])
    return Drained(done, failed)

"""Asked twice: the second request for the same class about the same organisation and time (R-1.2.3-1). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from lianxun.exchange.records import Asked, AskedCount


def repeated(asked: Sequence[Asked]) -> set[UUID]:
    """Requests, oldest first → ids of those whose class and period, or a part of it, were asked before."""
    before: dict[tuple[UUID, str], list[Asked]] = {}
    found = set()
    for one in asked:
        earlier = before.setdefault((one.subject, one.data_class), [])
        if any(e.period_from <= one.period_to and one.period_from <= e.period_to for e in earlier):
            found.add(one.id)
        earlier.append(one)
    return found


def counted(asked: Sequence[Asked]) -> dict[UUID, AskedCount]:
    """Requests, oldest first → counts by the organisation they are about."""
    again = repeated(asked)
    by_subject: dict[UUID, list[Asked]] = {}
    for one in asked:
        by_subject.setdefault(one.subject, []).append(one)
    return {
        subject: AskedCount(
            asked=len(rows),
            repeated=sum(r.id in again for r in rows),
            reasoned=sum(r.id in again and r.again_reason != "" for r in rows),
        )
        for subject, rows in by_subject.items()
    }

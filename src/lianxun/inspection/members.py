"""Which units take part in an engagement, from who was there at first and what was decided since. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lianxun.inspection.enums import MemberChangeKind


def taking_part(first: Iterable[UUID], changes: Iterable[tuple[UUID, str]]) -> set[UUID]:
    """``changes`` in the order they were decided: unit and join or leave; the last word about a unit holds."""
    found = set(first)
    for unit, change in changes:
        if change == MemberChangeKind.JOIN:
            found.add(unit)
        else:
            found.discard(unit)
    return found

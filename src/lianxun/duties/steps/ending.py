"""What runs out by a day: for rooms that act when a period of theirs has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxun.duties.enums import DayCount, DutyState
from lianxun.duties.models import Duty


@dataclass(frozen=True, slots=True)
class Ends:
    """``template`` in words (“终止线索销毁 6 个月”), ``clause`` as the rule has it."""

    due_on: date
    template: str
    clause: str


def ends_of(*, object_kind: str, template_code: str, by: date) -> dict[UUID, Ends]:
    """Objects whose open, running duty of this code falls due until ``by``."""
    rows = Duty.objects.filter(
        object_kind=object_kind,
        template_code=template_code,
        state=DutyState.OPEN,
        paused_on__isnull=True,
        due_on__lte=by,
    ).order_by("due_on", "id")
    return {
        row.object_id: Ends(
            row.due_on, f"{row.title} {row.amount} {DayCount(row.day_kind).label}", row.clause
        )
        for row in rows
    }

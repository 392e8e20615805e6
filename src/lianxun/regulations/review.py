"""When an institution document is due for which review. Pure (R-6.3-2, R-6.3-3, contradiction C11)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from lianxun.regulations.enums import ReviewKind

TEMPLATES: dict[str, str] = {
    ReviewKind.QUARTERLY: "DT-RG-QUARTER",
    ReviewKind.ANNUAL: "DT-RG-JUNE",
    ReviewKind.BIENNIAL: "DT-RG-BIENNIAL",
}
_SETTLING = 30  # days a document is in force before its first quarterly or June review


def due(kind: str, *, since: date) -> date:
    """The next day of a review after ``since`` (taking effect, or the last review of that kind)."""
    if kind == ReviewKind.BIENNIAL:
        return _in_month(since.year + 2, since.month, since.day)
    if kind == ReviewKind.ANNUAL:
        this = date(since.year, 6, 30)
        return this if (this - since).days >= _SETTLING else date(since.year + 1, 6, 30)
    year, month = since.year, (since.month - 1) // 3 * 3 + 3
    while (_in_month(year, month, 31) - since).days < _SETTLING:
        year, month = (year, month + 3) if month < 12 else (year + 1, 3)
    return _in_month(year, month, 31)


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))

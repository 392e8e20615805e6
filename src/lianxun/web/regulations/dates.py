"""The as-of day of a page: in the URL, today when there is none, never a fault."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from lianxun.web.requests import ActorRequest


def today_of(request: ActorRequest) -> date:
    return timezone.localdate(request.now)


def day_in(request: ActorRequest, name: str = "as_of") -> tuple[date, bool]:
    """(day, whether what was typed could not be read as a day)."""
    raw = request.GET.get(name, "").strip()
    if not raw:
        return today_of(request), False
    try:
        return date.fromisoformat(raw), False
    except ValueError:
        return today_of(request), True

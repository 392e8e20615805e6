"""The request as every view knows it: who acts, one ``now``, and what stands in its address."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from lianxun.kernel.actor import Actor, Decision
from lianxun.kernel.problems import NotFound, Problem


class ActorRequest(HttpRequest):
    """Set up by ``ActorMiddleware``; views behind sign-in may rely on it."""

    actor: Actor
    now: datetime
    htmx: HtmxDetails
    problem: Problem | None
    untraced: bool
    """Set by a view that only tells how far something is: a poll writes no record (settled.md 12)."""
    machine: UUID | None  # set by a machine's call only: the key of its submission, if it gave one


def uuid_given(text: str | None) -> UUID | None:
    """An id out of a URL; nonsense names nothing."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def year_given(text: str | None) -> int | None:
    """A year out of a URL; nonsense names none."""
    if text is None or len(text) != 4 or not (text.isascii() and text.isdigit()):
        return None
    return int(text) if 2000 <= int(text) <= 2099 else None


def day_given(text: str | None) -> date | None:
    """A day out of a URL (2026-11-23); nonsense names none."""
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None


def there_for(decision: Decision) -> None:
    """A page on which somebody may only do what he may not do is not there for him."""
    if not decision:
        raise NotFound


def any_task(request: ActorRequest) -> UUID | None:
    """One of the reader's engagements, for rules that ask whether he works in any."""
    return next(iter(request.actor.engagements), None)

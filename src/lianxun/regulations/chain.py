"""When each version of a work was valid. Pure; the same rule as ``lianxun_insight.articles.library``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lianxun_insight.articles import Validity


@dataclass(frozen=True, slots=True)
class Span:
    """A version's time in force; ``end`` is its last day. ``key`` is the caller's."""

    key: object
    start: date | None
    day: date | None
    end: date | None = None
    repealed: bool = False


def dated(spans: Sequence[Span], *, repealed_on: date | None = None) -> list[Span]:
    """Oldest first, each ending the day before the next begins; the last before ``repealed_on``.

    A repeal not later than the beginning of the last version ends nothing: a new version that repeals
    its predecessor by name supersedes it.
    """
    ordered = sorted(spans, key=lambda s: (s.start or date.min, s.day or date.min))
    out = []
    for index, span in enumerate(ordered):
        following = ordered[index + 1].start if index + 1 < len(ordered) else None
        if following is not None:
            out.append(replace(span, end=following - timedelta(days=1), repealed=False))
        elif index + 1 == len(ordered) and ends_it(span.start, repealed_on):
            assert repealed_on is not None
            out.append(replace(span, end=repealed_on - timedelta(days=1), repealed=True))
        else:
            out.append(replace(span, end=None, repealed=False))
    return out


def ends_it(start: date | None, repealed_on: date | None) -> bool:
    """Whether a repeal on that day ends a version that began at ``start``."""
    return repealed_on is not None and (start is None or start < repealed_on)


def validity(start: date | None, end: date | None, *, repealed: bool, on: date) -> Validity:
    """State of a version on a day."""
    if start is not None and on < start:
        return Validity.NOT_YET
    if end is not None and on > end:
        return Validity.REPEALED if repealed else Validity.SUPERSEDED
    return Validity.IN_FORCE

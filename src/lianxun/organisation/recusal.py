"""Does somebody have to step aside? Facts in, codes out; nobody but the office sees the facts.

Source: 巡视工作条例 2015 art. 12 (任职、地域、公务回避); years after the public practice of 北航 2019: worked
there within 3 years, or for more than 3 years ever; superior and subordinate within 3 years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxun.organisation.enums import RecusalKind
from lianxun.organisation.models import RecusalFact, Unit

YEARS = 3
_ALWAYS = frozenset(
    {
        RecusalKind.WORKS,
        RecusalKind.STUDIED,
        RecusalKind.KIN,
        RecusalKind.TEACHER,
        RecusalKind.NATIVE,
    }
)


@dataclass(frozen=True, slots=True)
class Tie:
    """``since``/``until`` may be unknown; an unknown end means it still holds."""

    kind: str
    since: date | None
    until: date | None


def conflict(tie: Tie, *, on: date) -> bool:
    """Whether this tie makes the person step aside on ``on``."""
    if tie.kind in _ALWAYS:
        return True
    recent = tie.until is None or _years_before(on) <= tie.until
    if tie.kind == RecusalKind.SUPERIOR:
        return recent
    long = (
        tie.since is not None
        and tie.until is not None
        and (tie.until - tie.since).days > YEARS * 365
    )
    return recent or long


def _years_before(day: date) -> date:
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year - YEARS, day=28)


def conflicts(*, person_id: UUID, organisation_id: UUID, on: date) -> tuple[str, ...]:
    """Codes of the ties between a person and an organisation, its superiors or its subordinates."""
    organisation = Unit.objects.get(id=organisation_id)
    facts = RecusalFact.objects.select_related("organisation").filter(person_id=person_id)
    found = {
        f.kind
        for f in facts
        if _related(f.organisation.path, organisation.path)
        and conflict(Tie(f.kind, f.since, f.until), on=on)
    }
    return tuple(sorted(found))


def _related(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)

"""An independent copy of the rule of need-to-know: plain Python, written from security.md §2.3 and
settled.md 4–5, sharing nothing with the product's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass
class Who:
    id: UUID
    unit: UUID
    path: str
    clearance: int
    duties: set[str]
    oversees: tuple[int, int] | None
    compartments: set[str]
    recused: list[tuple[UUID, date, date | None]] = field(default_factory=list)
    memberships: list[tuple[UUID, date, date | None, bool]] = field(default_factory=list)
    shares: list[tuple[UUID, date, date, bool]] = field(default_factory=list)
    joint: list[tuple[UUID, date, date, bool]] = field(default_factory=list)


@dataclass
class What:
    id: UUID
    level: int
    region: int
    owner_path: str
    engagement: UUID | None
    subject: UUID | None
    subject_path: str | None
    addressee_path: str | None
    compartment: str | None


def _in_force(start: date, end: date | None, today: date) -> bool:
    return start <= today and (end is None or today <= end)


def _inside(path: str | None, top: str) -> bool:
    return path is not None and path[: len(top)] == top


def _limits(who: Who, what: What, today: date, *, served: bool) -> bool:
    if what.level > who.clearance:
        return False
    if any(org == what.subject and _in_force(a, b, today) for org, a, b in who.recused):
        return False
    if what.compartment is not None and what.compartment not in who.compartments:
        return False
    if what.subject_path is not None:
        related = _inside(what.subject_path, who.path) or _inside(who.path, what.subject_path)
        if related and not (served and _inside(what.addressee_path, who.path)):
            return False
    return True


def _common(who: Who, what: What, library: str, today: date) -> bool:
    duty = library in who.duties
    if duty and (_inside(what.owner_path, who.path) or _inside(what.addressee_path, who.path)):
        return True
    if duty and who.oversees and who.oversees[0] <= what.region <= who.oversees[1]:
        return True
    return any(
        what.engagement == e and not revoked and _in_force(a, b, today)
        for e, a, b, revoked in who.memberships
    )


def may_read(who: Who, what: What, *, library: str, today: date, served: bool = False) -> bool:
    shared = any(
        i == what.id and not revoked and _in_force(a, b, today)
        for i, a, b, revoked in who.shares + who.joint
    )
    return _limits(who, what, today, served=served) and (
        _common(who, what, library, today) or shared
    )


def may_write(who: Who, what: What, *, library: str, today: date, served: bool = False) -> bool:
    joint = any(
        i == what.id and not revoked and _in_force(a, b, today) for i, a, b, revoked in who.joint
    )
    return _limits(who, what, today, served=served) and (
        _common(who, what, library, today) or joint
    )

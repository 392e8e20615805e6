"""An independent copy of the rule of need-to-know: plain Python, written from security.md §2.3 and
settled.md 4–5, sharing nothing with the product's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass
class Permit:
    """One grant, to a person or to a whole unit."""

    kind: str  # membership, share, participation, break_glass
    to: UUID
    engagement: UUID | None
    object_kind: str
    object_id: UUID | None
    start: date
    end: date | None
    revoked: bool = False
    needs_second: bool = False  # break-glass, and shares of what is sensitive
    seconded: bool = False  # another person agreed
    over: bool = False  # break-glass: its hours are past


@dataclass
class Who:
    id: UUID
    unit: UUID
    path: str
    clearance: int
    duties: set[str]
    oversees: tuple[int, int] | None
    compartments: set[str]
    service: str = ""
    admin: bool = False  # one of the three administrators
    tables: set[str] = field(default_factory=set)
    recused: list[tuple[UUID, date, date | None]] = field(default_factory=list, repr=False)
    permits: list[Permit] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
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
    object_kind: str = ""


@dataclass(frozen=True)
class Shelf:
    """A kind of business rows. ``library`` "" = the room that ``object_kind`` of each row names."""

    table: str
    library: str
    kind: str
    served: bool = False


def _in_force(start: date, end: date | None, today: date) -> bool:
    return start <= today and (end is None or today <= end)


def _inside(path: str | None, top: str) -> bool:
    return path is not None and path[: len(top)] == top


def limits(who: Who, what: What, shelf: Shelf, today: date) -> bool:
    """R1–R4: what nothing lifts, neither a share nor break-glass nor a service identity; and the three
    administrators see no business data, whatever is granted to them."""
    if who.admin:
        return False
    if what.level > who.clearance:
        return False
    if any(org == what.subject and _in_force(a, b, today) for org, a, b in who.recused):
        return False
    if what.compartment is not None and what.compartment not in who.compartments:
        return False
    if what.subject_path is not None:
        related = _inside(what.subject_path, who.path) or _inside(who.path, what.subject_path)
        if related and not (shelf.served and _inside(what.addressee_path, who.path)):
            return False
    return True


def _standing(who: Who, what: What, shelf: Shelf, today: date) -> bool:
    """P1, P2, P3, P6, P7: what opens reading and writing alike."""
    duty = (shelf.library or what.object_kind.split(".")[0]) in who.duties
    if duty and (_inside(what.owner_path, who.path) or _inside(what.addressee_path, who.path)):
        return True
    if duty and who.oversees and who.oversees[0] <= what.region <= who.oversees[1]:
        return True
    if what.engagement is not None and any(
        p.kind == "membership"
        and p.to == who.id
        and p.engagement == what.engagement
        and not p.revoked
        and _in_force(p.start, p.end, today)
        for p in who.permits
    ):
        return True
    return shelf.table in who.tables


READING = frozenset({"share", "participation", "break_glass"})


def permitted(
    who: Who, object_kind: str, object_id: UUID, today: date, kinds: frozenset[str] = READING
) -> bool:
    """P4 and P5."""
    return any(
        p.kind in kinds
        and (p.object_kind, p.object_id) == (object_kind, object_id)
        and not p.revoked
        and _in_force(p.start, p.end, today)
        and (not p.needs_second or p.seconded)
        and not (p.kind == "break_glass" and p.over)
        for p in who.permits
    )


def may_read(who: Who, what: What, shelf: Shelf, today: date) -> bool:
    return limits(who, what, shelf, today) and (
        _standing(who, what, shelf, today) or permitted(who, shelf.kind, what.id, today)
    )


def may_write(who: Who, what: What, shelf: Shelf, today: date) -> bool:
    """Break-glass and shares are for reading."""
    return limits(who, what, shelf, today) and (
        _standing(who, what, shelf, today)
        or permitted(who, shelf.kind, what.id, today, frozenset({"participation"}))
    )


@dataclass(frozen=True)
class Agreement:
    """A standing agreement of sharing for one engagement, signed by both sides or not."""

    id: UUID
    engagement: UUID
    state: str
    start: date
    end: date


def agreed(who: Who, agreement: Agreement, today: date) -> bool:
    """P8: in force, on a day of its period, for a member of its engagement on that day."""
    member = any(
        p.kind == "membership"
        and p.to == who.id
        and p.engagement == agreement.engagement
        and not p.revoked
        and _in_force(p.start, p.end, today)
        for p in who.permits
    )
    running = agreement.state == "in_force"
    return member and running and _in_force(agreement.start, agreement.end, today)

"""What one record says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from lianxun.fabric.levels import Shown
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import digest

ActKind = Literal["read", "write", "export", "permission", "safety"]
"""``safety``: acts that only close something (sign out, revoke, block, change of the clocks); they are
possible whatever the state of the trace."""


Head = tuple[int, bytes]
"""The last record of a writer's chain: its number and its leaf."""
ZERO = b"\0" * 32
"""``prev`` of the first record of a chain."""


@dataclass(slots=True)
class Note:
    """Filled by the operation while it runs; becomes one record at its end.

    ``detail`` holds codes, counts and commitments only — never a name, a number of a person or free
    text (architecture.md §1.5).
    """

    act: str
    obj: str = ""
    obj_id: UUID | None = None
    obj_revision: int = 0
    engagement: UUID | None = None
    level: int = 0
    basis: str = ""
    rule: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    asked: str = ""  # of a query: the digest of what it was asked for
    shown: set[Shown] = field(default_factory=set)  # 敏感 rows that a reader was given to see
    acted: bool = False  # of a form: an operation wrote its record

    def about(
        self,
        obj: str,
        obj_id: UUID,
        *,
        revision: int = 0,
        engagement: UUID | None = None,
        level: int = 0,
        rule: str = "",
        basis: str = "",
        **detail: Any,
    ) -> None:
        """Say what the act was about. ``obj`` is ``room.model`` of the row, ``level`` its level."""
        self.obj, self.obj_id, self.obj_revision = obj, obj_id, revision
        self.engagement, self.level = engagement, level
        self.rule = rule or self.rule
        self.basis = basis or self.basis
        self.detail.update(detail)

    def read(self, other: Note) -> None:
        """Take in a query that this page or act made; it is about the first object read."""
        if self.obj_id is None:
            self.obj, self.obj_id, self.obj_revision = other.obj, other.obj_id, other.obj_revision
            self.engagement, self.rule = other.engagement, self.rule or other.rule
        self.level = max(self.level, other.level)
        self.shown |= other.shown
        said = {"act": other.act, "obj": other.obj, "obj_id": str(other.obj_id or "")}
        asked = {"asked": other.asked} if other.asked else {}
        self.detail.setdefault("reads", []).append({**said, **asked, **other.detail})

    def body(self, actor: Actor | None, *, result: str) -> dict[str, Any]:
        who: dict[str, Any] = {"actor": "", "unit": "", "roles": [], "service": "", "sess": ""}
        if actor is not None:
            who = {
                "actor": str(actor.account_id),
                "unit": str(actor.unit_id),
                "roles": sorted(actor.roles),
                "service": actor.service,
                "sess": digest(actor.session.encode())[:8].hex() if actor.session else "",
                "purpose": actor.purpose,
            }
        return {
            **who,
            "act": self.act,
            "obj": self.obj,
            "obj_id": str(self.obj_id or ""),
            "obj_rev": self.obj_revision,
            "eng": str(self.engagement or ""),
            "level": self.level,
            "basis": self.basis,
            "rule": self.rule,
            "result": result,
            "detail": self.detail | self._also(),
        }

    def _also(self) -> dict[str, Any]:
        """Ids of the 敏感 rows shown beside the object of the record, by kind."""
        found: dict[str, list[str]] = {}
        for kind, row_id in sorted(self.shown):
            if row_id != self.obj_id:
                found.setdefault(kind, []).append(str(row_id))
        return {"beside": found} if found else {}


PART = 1_000
"""Rows that one record names; an entry of the log has at most 65,535 bytes (C2SP tlog-tiles)."""


def parts(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The record, cut where it names more rows than an entry holds: an export of many rows.

    Each part says of how many it is which, and is about the same act and object; what else the detail says
    stands in the first.
    """
    detail: dict[str, Any] = record.get("detail") or {}
    beside: dict[str, list[str]] = detail.get("beside") or {}
    named = [(kind, each) for kind, ids in beside.items() for each in ids]
    if len(named) <= PART:
        return [record]
    slices = [named[start : start + PART] for start in range(0, len(named), PART)]
    made = []
    for number, piece in enumerate(slices, start=1):
        of: dict[str, list[str]] = {}
        for kind, each in piece:
            of.setdefault(kind, []).append(each)
        rest = detail if number == 1 else {}
        made.append({**record, "detail": {**rest, "beside": of, "part": [number, len(slices)]}})
    return made


@dataclass(frozen=True, slots=True)
class Trail:
    """One entry of the log as a reader may see it. Names of people are the caller's to add."""

    seq: int
    at: datetime
    act: str
    result: str
    rule: str
    level: int
    actor: UUID | None
    unit: UUID | None
    obj: str
    obj_id: UUID | None
    revision: int
    purpose: str
    detail: dict[str, Any]
    witnessed: bool
    beside: bool = False
    """The record is about something else: the object stood on its list, in its export, on its page."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A committed record that the sequencer has not yet taken into the log: no number, no proof yet."""

    at: datetime
    act: str
    result: str
    rule: str
    actor: UUID | None
    unit: UUID | None


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a holder needs to verify an entry without the platform (``tools/lianxun_verify.py``)."""

    seq: int
    record: bytes
    proof: bytes
    policy: str
    witnessed: bool
    size: int


@dataclass(frozen=True, slots=True)
class WitnessHealth:
    """One witness and one tree: what it cosigned last, what is wrong (empty = nothing)."""

    name: str
    tree: str
    size: int
    cosigned_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the trace in words and figures; ages in seconds."""

    alarm: int
    word: str
    advice: str
    size: int
    witnessed: int
    waiting_seconds: int
    checkpoint_seconds: int
    quorum_seconds: int | None
    warn: int
    restrict: int
    stop: int
    witnesses: tuple[WitnessHealth, ...]

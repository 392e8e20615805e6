"""What one record says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

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
            self.engagement = other.engagement
        self.level = max(self.level, other.level)
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
            "detail": self.detail,
        }


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

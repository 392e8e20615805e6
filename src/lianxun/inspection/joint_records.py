"""What is handed out about joint inspection tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxun.kernel.clock import Light


@dataclass(frozen=True, slots=True, kw_only=True)
class JointLine:
    """A joint task in a list, with its light today."""

    id: UUID
    number: str
    title: str
    unit_name: str
    due_on: date
    state: str
    state_label: str
    units: tuple[str, ...]
    light: Light
    why: str
    verified_name: str = ""

    @property
    def corroborated(self) -> bool:
        """多方印证: evidence from at least two independent units."""
        return len(self.units) >= 2


@dataclass(frozen=True, slots=True, kw_only=True)
class JointEntryRecord:
    id: UUID
    kind: str
    kind_label: str
    text: str
    unit_name: str
    name: str
    at: datetime
    paper_id: UUID | None
    answers: str
    open_problem: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTaskRecord(JointLine):
    """``part_of`` and ``parts``: number and title of tasks it was split from and into, as far as the reader sees
    them; ``units``: who gave evidence, the inspection office left out."""

    revision: int
    task_id: UUID
    content: str
    focus: str
    lead_name: str
    deputy_name: str
    accepted_at: datetime | None
    result: str
    submitted_on: date | None
    verified_on: date | None
    finding: str
    remark: str
    requests: tuple[UUID, ...]
    entries: tuple[JointEntryRecord, ...]
    part_of: tuple[tuple[UUID, str], ...]
    parts: tuple[tuple[UUID, str], ...]
    permitted: frozenset[str]

"""What the inspection room hands out about working papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianxun.inspection.enums import CorroborationState


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRecord:
    place: str
    place_label: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheckRecord:
    """One verification by a team member of another home unit. ``current``: of the text as signed now."""

    name: str
    home_name: str
    author_home_name: str
    verdict: str
    verdict_label: str
    text: str
    at: datetime
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorroborationRecord:
    """A question to a unit outside of the team, and its answer."""

    id: UUID
    revision: int
    number: str
    unit_id: UUID
    unit_name: str
    question: str
    state: str
    state_label: str
    statement: str
    asked_at: datetime
    answered_at: datetime | None
    permitted: frozenset[str] = frozenset()

    @property
    def confirms(self) -> bool:
        return self.state == CorroborationState.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRecord:
    id: UUID
    revision: int
    number: str
    title: str
    axis: str
    axis_label: str
    course: str
    basis: str
    responsible: str
    state: str
    state_label: str
    immediate: bool
    focus_id: UUID | None
    focus: str
    carried: bool
    carried_from: str
    task_id: UUID
    signatures: tuple[SignatureRecord, ...]
    corroborations: tuple[CorroborationRecord, ...]
    next_place: str
    returned_because: str = ""
    cross_checks: tuple[CrossCheckRecord, ...] = ()
    permitted: frozenset[str] = frozenset()

    @property
    def corroborated(self) -> bool:
        """多方印证: at least two independent units confirm."""
        return sum(c.confirms for c in self.corroborations) >= 2

"""What is handed out about the programme of a round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxun.inspection.enums import RoundPhase
from lianxun.inspection.phases import Span
from lianxun.inspection.records import RoundRecord
from lianxun.kernel.clock import Light


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTaskRecord:
    """A goal of a phase or an item of the preparation list, with its light."""

    id: UUID
    revision: int
    round_id: UUID
    round_name: str
    phase: str
    phase_label: str
    code: str
    goal: bool
    title: str
    force: str
    force_label: str
    unit_id: UUID
    unit_name: str
    due_on: date
    basis: str
    state: str
    state_label: str
    result: str
    reported_on: date | None
    closed_on: date | None
    remark: str
    light: Light
    why: str
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True)
class ForceRow:
    """One of 1+3; ``body`` is empty where the organisation has not set it up."""

    label: str
    body: str
    tasks: int
    closed: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundChart:
    """A round's programme for one wall; ``clocks``: templates of the standing phase."""

    round: RoundRecord
    spans: tuple[Span, ...]
    now_in: RoundPhase | None
    tasks: tuple[PhaseTaskRecord, ...]
    forces: tuple[ForceRow, ...]
    clocks: tuple[str, ...]
    source: str
    permitted: frozenset[str]

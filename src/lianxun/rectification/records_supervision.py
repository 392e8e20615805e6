"""What the rectification room hands out about joint supervision."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxun.kernel.clock import Light
from lianxun.rectification.supervising import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRecord:
    turn: int
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    turn: int
    unit_name: str
    name: str
    verdict: str
    verdict_label: str
    finding: str
    visited_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRecord:
    """One item of a list as it stands today; ``light`` of its own day, ``seen`` = the reader may open it."""

    id: UUID
    item: UUID
    seen: bool
    number: str
    title: str
    why: str
    supervision: UUID
    supervision_number: str
    subject_name: str
    state: str
    state_label: str
    lead_person: str
    lead_unit: str
    due_on: date | None
    days_left: int | None
    light: Light | None
    open: bool
    waiting: bool
    replies: tuple[ReplyRecord, ...]
    findings: tuple[FindingRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRecord:
    id: UUID
    account: UUID
    name: str
    unit_name: str
    role_label: str
    valid_from: date
    valid_to: date
    left_on: date | None
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRecord:
    position: int
    rung: str
    rung_label: str
    number: str
    held_on: date
    demand: str
    name: str
    interviewer: str
    interviewer_as: str
    interviewee: str
    place: str
    pledge: str
    pledge_due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionRecord:
    """``reason``, ``remark``, group and findings are empty for the supervised unit: they are not served."""

    id: UUID
    revision: int
    number: str
    engagement: UUID | None
    subject_org: UUID | None
    subject_name: str
    state: str
    state_label: str
    rules_version: int
    unit_names: tuple[str, ...]
    reason: str
    demand: str
    remark: str
    approved_on: date | None
    notice_number: str
    notice_on: date | None
    due_on: date | None
    turn: int
    received_by: str
    received_at: datetime | None
    result: str
    lifted_on: date | None
    listed: tuple[ListedRecord, ...]
    group: tuple[MemberRecord, ...]
    rungs: tuple[RungRecord, ...]
    next_rung: str
    next_asks: str
    candidates: tuple[tuple[UUID, str], ...]
    level: int
    created_at: datetime
    permitted: frozenset[str]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(state, its word, how many) of the items on the list."""
        found = Counter((s.state, s.state_label) for s in self.listed if s.state)
        return [(state, label, n) for (state, label), n in sorted(found.items())]

    @property
    def red(self) -> int:
        return sum(s.light == Light.RED for s in self.listed)

    @property
    def closed(self) -> int:
        return sum(s.state == "closed" for s in self.listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedItem:
    id: UUID
    number: str
    title: str
    state_label: str
    due_on: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedTask:
    """Items of one engagement that may be brought under joint supervision, and why."""

    engagement: UUID
    subject_name: str
    items: tuple[SuggestedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyToSupervise:
    """What a proposal would choose from: open items of one engagement, suggested ones first."""

    engagement: UUID
    subject_name: str
    items: tuple[SuggestedItem, ...]
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSupervision:
    """What one item's page says of joint supervision. ``lists`` = (id, number, state's word), the newest first;
    ``engagement`` only where one could be proposed today, ``reasons`` for who may propose it."""

    lists: tuple[tuple[UUID, str, str], ...]
    engagement: UUID | None = None
    may_propose: bool = False
    reasons: tuple[Reason, ...] = ()

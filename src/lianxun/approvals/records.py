"""What the approvals room hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

FACT_WORDS = {
    "units": "单位",
    "starts_on": "计划开始",
    "entry_on": "进驻日",
    "from": "原定日期",
    "to": "申请日期",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRecord:
    name: str
    unit_name: str
    opinion: str
    opinion_label: str
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRecord:
    name: str
    unit_name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRecord:
    """A former submission of the same matter and why it came back."""

    id: UUID
    state_label: str
    at: datetime
    votes: tuple[VoteRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterRecord:
    id: UUID
    revision: int
    code: str
    object_kind: str
    object_id: UUID
    title: str
    summary: str
    facts: dict[str, Any]
    body_id: UUID
    body_name: str
    proposed_by: UUID
    proposed_by_name: str
    quorum: str
    quorum_label: str
    state: str
    state_label: str
    engagement: UUID | None
    level: int
    created_at: datetime
    decided_at: datetime | None
    votes: tuple[VoteRecord, ...]
    may_vote: bool
    why_not: str
    may_withdraw: bool = False
    may_comment: bool = False
    comments: tuple[CommentRecord, ...] = ()
    remark: str = ""
    earlier: tuple[EarlierRecord, ...] = ()

    @property
    def round(self) -> int:
        """Which submission of the matter this is, from 1."""
        return len(self.earlier) + 1

    @property
    def facts_in_words(self) -> tuple[tuple[str, str], ...]:
        """The facts as a person reads them; a fact without a word stays in the trace only."""
        found = ((word, self.facts[key]) for key, word in FACT_WORDS.items() if key in self.facts)
        return tuple(
            (word, "、".join(map(str, value)) if isinstance(value, list) else str(value))
            for word, value in found
        )

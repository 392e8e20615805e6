"""What is handed out about standing agreements of sharing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLine:
    """A file that came under an agreement, for who may read it now. ``taken``: from delivery to the first reading."""

    id: UUID
    request_id: UUID
    sharing_id: UUID
    data_class: str
    class_name: str
    provider_name: str
    rows: int
    rows_before: int | None
    correction: str
    replaced: bool
    delivered_at: datetime
    first_read_at: datetime | None

    @property
    def taken(self) -> timedelta | None:
        return self.first_read_at - self.delivered_at if self.first_read_at else None

    @property
    def taken_words(self) -> str:
        return words_of(self.taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedClass:
    """One class of an agreement with its fields, and the request it is delivered to once it is in force."""

    code: str
    name: str
    fields: tuple[str, ...]
    request_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingRecord:
    """``open_today``: it opens data today; ``why_not``: the end of the sentence that says why it does not."""

    id: UUID
    revision: int
    number: str
    engagement: UUID | None
    subject_name: str
    owner_name: str
    provider_id: UUID
    provider_name: str
    classes: tuple[SharedClass, ...]
    purpose: str
    basis: str
    valid_from: date
    valid_to: date
    state: str
    state_label: str
    open_today: bool
    why_not: str
    drafted_by_name: str
    signed_by_name: str
    signed_at: datetime | None
    countersigned_by_name: str
    countersigned_at: datetime | None
    project_number: str
    project_title: str
    project_lead: str
    suspended_side: str
    reason: str
    level: int
    created_at: datetime
    lines: tuple[SharedLine, ...]
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedData:
    """What came for an engagement under its agreements; ``median``: from delivery to first reading (R-4.3-3)."""

    lines: tuple[SharedLine, ...]
    read: int
    median: timedelta | None

    @property
    def median_words(self) -> str:
        return words_of(self.median)


def words_of(span: timedelta | None) -> str:
    """A length of time for people: days and hours, hours and minutes, or minutes; empty for none."""
    if span is None:
        return ""
    minutes = max(0, int(span.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时 {rest} 分" if hours else f"{rest} 分钟"

"""What the duties room hands to others: frozen, complete for a page, without live rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from lianxun.duties.rules import Booking, DoubleBooking
from lianxun.kernel.clock import Light

Booked = Booking  # what the room that keeps teams hands in (``preview_shift``)


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who owes a duty: a unit, perhaps a person of it."""

    unit: UUID
    unit_name: str
    person: UUID | None = None
    person_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRecord:
    """One line of a duty list."""

    id: UUID
    revision: int
    code: str
    title: str
    node: str
    phase: str
    phase_label: str
    clause: str
    object_kind: str
    object_id: UUID
    object_title: str
    engagement: UUID | None
    responsible_unit: UUID
    responsible_unit_name: str
    responsible_person: UUID | None
    responsible_name: str
    role: str
    starts_on: date
    due_on: date
    due_at: datetime | None
    warn_from: date
    provisional: bool
    state: str
    state_label: str
    paused_on: date | None
    extended_to: date | None
    done_on: date | None
    done_at: datetime | None
    light: Light
    days_left: int
    working_days_left: int
    hours_left: int | None
    level: int

    @property
    def library(self) -> str:
        """The room the object lives in (``leads.lead`` → ``leads``)."""
        return self.object_kind.split(".", 1)[0]

    @property
    def why(self) -> str:
        """The light in one line; the duty's page gives rule, count and calendar in full."""
        if self.hours_left is not None and self.light in (Light.RED, Light.YELLOW, Light.GREEN):
            return self._in_hours(self.hours_left)
        day = f"{self.due_on.month}月{self.due_on.day}日"
        if self.light is Light.RED:
            return f"应于{day}完成，已超期 {-self.days_left} 天"
        if self.light in (Light.GREEN, Light.YELLOW):
            left = f"还剩 {self.days_left} 天（{self.working_days_left} 个工作日）"
            return f"应于{day}完成，{left}" + ("，日期暂定" if self.provisional else "")
        if self.due_at is not None and self.done_at is not None:
            return f"应于{_moment(self.due_at)} 前完成，{_moment(self.done_at)} 完成"
        if self.done_on is not None:
            return f"应于{day}完成，{self.done_on.month}月{self.done_on.day}日完成"
        return f"原应于{day}完成，{self.light.word}"

    def _in_hours(self, left: int) -> str:
        end = f"应于{_moment(self.due_at)} 前完成"
        return (
            f"{end}，已超时 {-left} 小时" if self.light is Light.RED else f"{end}，还剩 {left} 小时"
        )


def _moment(at: datetime | None) -> str:
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    kind: str
    kind_label: str
    old_due: date | None
    new_due: date
    reason: str
    on_date: date


@dataclass(frozen=True, slots=True)
class LetterRecord:
    id: UUID
    revision: int
    duty: UUID
    step: str
    step_label: str
    number: str
    duty_title: str
    object_title: str
    due_on: date
    issued_on: date
    to_unit_name: str
    to_roles: tuple[str, ...]
    acknowledged_on: date | None
    docx: UUID | None = None
    pdf: UUID | None = None
    mine: bool = False  # addressed to the reader's own unit, which acknowledges it


@dataclass(frozen=True, slots=True)
class DutyDetail:
    """A duty with its reasons and its history."""

    duty: DutyRecord
    explanation: tuple[str, ...]
    changes: tuple[ChangeRecord, ...]
    letters: tuple[LetterRecord, ...]
    may_extend: bool
    why_not_extend: str
    may_reassign: bool
    may_report: bool = False

    @property
    def revision(self) -> int:
        return self.duty.revision

    @property
    def permitted(self) -> frozenset[str]:
        """Acts that the reader may do with the duty itself."""
        acts = {
            "extend": self.may_extend,
            "reassign": self.may_reassign,
            "report": self.may_report,
        }
        return frozenset(name for name, may in acts.items() if may)


@dataclass(frozen=True, slots=True)
class MyDuties:
    """The page “我的工作”: what burns, what comes, what waits for me."""

    overdue: tuple[DutyRecord, ...]
    due_soon: tuple[DutyRecord, ...]
    waiting: tuple[DutyRecord, ...]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class DutyPage:
    duties: tuple[DutyRecord, ...]
    total: int
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class BoardRow:
    """Counts by light for one key; ``filters`` drills down to exactly the rows counted."""

    key: str
    label: str
    counts: dict[Light, int]
    total: int
    filters: dict[str, str]

    @property
    def on_time_rate(self) -> int | None:
        """Share of finished duties that were in time, in percent; None where none is finished."""
        done = self.counts[Light.DONE] + self.counts[Light.DONE_LATE]
        return round(100 * self.counts[Light.DONE] / done) if done else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """How one unit keeps one kind of clock; ``filters`` with a light lists exactly the rows counted."""

    unit: str
    unit_name: str
    code: str
    title: str
    counts: dict[Light, int]
    filters: dict[str, str]

    @property
    def due(self) -> int:
        """Clocks that had to be met by now: finished ones, and those overdue."""
        return sum(self.counts[x] for x in (Light.DONE, Light.DONE_LATE, Light.RED))

    @property
    def rate(self) -> int | None:
        """Met in time ÷ due, in percent (F4 of the requirements); None where nothing was due yet."""
        return round(100 * self.counts[Light.DONE] / self.due) if self.due else None


@dataclass(frozen=True, slots=True)
class Board:
    """``rows`` are one page of all ``lines``, the worst first; ``total`` is the sum of all of them."""

    name: str
    rows: tuple[BoardRow, ...]
    total: BoardRow
    lines: int


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    id: UUID
    code: str
    text: str
    object_kind: str
    object_id: UUID
    created_at: datetime
    read: bool
    about: str = ""
    """The duty's title, where the reader may see the duty at this moment."""
    open: bool = True
    """Whether the reader sees the object at this moment (access may have ended since)."""


@dataclass(frozen=True, slots=True)
class DateMove:
    """One date that a shift would move."""

    duty: UUID | None
    code: str
    title: str
    object_title: str
    responsible_unit_name: str
    old_due: date | None
    new_due: date | None
    light_before: Light | None
    light_after: Light | None
    off: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a compression, prolongation or extension would do, before anybody approves it."""

    moves: tuple[DateMove, ...]
    added: tuple[DateMove, ...]
    dropped: tuple[DateMove, ...]
    double_booked: tuple[DoubleBooking, ...]
    holidays: tuple[str, ...]

    @property
    def clashes(self) -> int:
        return len(self.double_booked) + sum(1 for m in self.moves + self.added if m.off)


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    id: UUID
    code: str
    preset: str
    preset_label: str
    version: int
    title: str
    node: str
    phase: str
    phase_label: str
    clause: str
    source: str
    confidence: str
    anchor: str
    anchor_label: str
    amount: int
    warn_amount: int | None
    day_kind: str
    day_kind_label: str
    recurrence: str
    recurrence_label: str
    who: str
    role: str
    library: str
    profiles: dict[str, dict[str, int]]
    extension_by: str
    extension_months: int
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    date: date
    is_work: bool
    name: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One year of the working calendar, with the versions that made it."""

    year: int
    version: int
    days: tuple[CalendarDay, ...]
    working_days: int
    provisional: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionRecord:
    number: int
    source: str
    imported_at: datetime
    changed_days: int
    open_duties: int


@dataclass(frozen=True, slots=True)
class CalendarChange:
    date: date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CalendarImport:
    """Result of reading a notice: what would change or has changed."""

    version: int
    changes: tuple[CalendarChange, ...]
    moves: tuple[DateMove, ...] = ()
    applied: bool = False
    years: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class TemplateEffect:
    """Running clocks that keep their day, and (object, day now, day under the new rule) of some."""

    running: int
    sample: tuple[tuple[str, date, date], ...]

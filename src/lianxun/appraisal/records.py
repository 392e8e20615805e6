"""What is handed to screens and interfaces. Points are whole hundredths; ``points`` words them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.appraisal.body import Body, Indicator
from lianxun.appraisal.texts import FEW, UNGRADED, points


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRow:
    id: UUID
    year: int
    version: int
    share: int
    state: str
    state_label: str

    @property
    def title(self) -> str:
        return f"{self.year}年度考核指标体系（第{self.version}版）"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRecord(SchemeRow):
    revision: int
    level: int
    note: str
    answer: str
    drafted_by: str
    decided_by: str
    decided_at: datetime | None
    body: Body
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One unit's total. ``scores``: of each line in the order of the scheme, ``None`` where not scored."""

    id: UUID
    unit_id: UUID
    unit_name: str
    title: str
    state: str
    state_label: str
    total: int | None
    grade: str
    vetoed: bool
    object_until: date | None
    scores: tuple[int | None, ...] = ()

    @property
    def points(self) -> str:
        return points(self.total)

    @property
    def grade_label(self) -> str:
        return (self.grade or UNGRADED) + ("（一票否决）" if self.vetoed else "")

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(points(s) for s in self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    id: UUID
    name: str
    year: int
    quarter: int
    starts_on: date
    ends_on: date
    units: int
    state: str
    state_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRecord(PeriodRow):
    """``hidden``: units the reader has to step aside from."""

    revision: int
    level: int
    scheme_id: UUID
    body: Body
    calculated_by: str
    calculated_at: datetime
    digest: str
    review_until: date | None
    signed_by: str
    signed_at: datetime | None
    answer: str
    open_objections: int
    waiting: int
    hidden: int
    sheets: tuple[SheetRow, ...]
    docx: UUID | None
    pdf: UUID | None
    permitted: frozenset[str]
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecord:
    number: int
    code: str
    group: str
    title: str
    definition: str
    numerator: str
    denominator: str
    source: str
    weight: int
    met: int
    due: int
    effective: int | None
    score: int | None
    treated: int

    @property
    def rate(self) -> str:
        """Percent with one digit, or a dash where nothing was due."""
        return f"{self.met * 1000 // self.due / 10:.1f}%" if self.due else "—"

    @property
    def effective_points(self) -> str:
        return FEW if self.effective is None else points(self.effective)

    @property
    def score_points(self) -> str:
        return points(self.score)

    @property
    def sum(self) -> str:
        """The calculation in one line."""
        if self.effective is None:
            return FEW
        return f"{points(self.effective)} × {self.met} ÷ {self.due} ＝ {points(self.score)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """One counted case. ``title`` is empty where the reader may not see the duty itself."""

    id: UUID
    title: str
    object_title: str
    due_on: date
    done_on: date | None
    in_time: bool
    treatment: str

    @property
    def visible(self) -> bool:
        return bool(self.title)

    @property
    def words(self) -> str:
        if self.treatment:
            return f"裁定：{self.treatment}"
        if self.in_time:
            return "按期办结"
        return "逾期办结" if self.done_on else "超期未办"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRecord:
    id: UUID
    revision: int
    sheet_id: UUID
    sheet_title: str
    unit_name: str
    code: str
    title: str
    reason: str
    case_ids: tuple[UUID, ...]
    state: str
    state_label: str
    filed_by: str
    filed_at: datetime
    finding: str
    decided_by: str
    decided_at: datetime | None
    permitted: frozenset[str]
    late: tuple[CaseRecord, ...] = ()  # cases of the line that were not in time, for who decides


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRecord:
    title: str
    before: dict[str, Any]
    after: dict[str, Any]
    at: datetime

    @property
    def words(self) -> str:
        b, a = self.before, self.after
        return (
            f"{b['met']}/{b['due']} 更正为 {a['met']}/{a['due']}，"
            f"总分 {points(b['total'])} 更正为 {points(a['total'])}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRecord(SheetRow):
    revision: int
    level: int
    period_id: UUID
    scheme_id: UUID
    share: int
    contribution: int | None
    digest: str
    body: Body
    lines: tuple[LineRecord, ...]
    objections: tuple[ObjectionRecord, ...]
    corrections: tuple[CorrectionRecord, ...]
    confirmed_by: str
    confirmed_at: datetime | None
    docx: UUID | None
    pdf: UUID | None
    mine: bool
    permitted: frozenset[str]
    late: tuple[tuple[str, CaseRecord], ...] = ()  # indicator and case, for who may object

    @property
    def contribution_points(self) -> str:
        return points(self.contribution)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCases:
    """One line with the cases it counts; ``hidden`` of them are beyond what the reader may know."""

    sheet_id: UUID
    sheet_title: str
    line: LineRecord
    cases: tuple[CaseRecord, ...]
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecord:
    id: UUID
    revision: int
    kind: str
    kind_label: str
    cause: str
    cause_label: str
    unit_id: UUID
    unit_name: str
    period_id: UUID | None
    state: str
    state_label: str
    level: int
    facts: str
    person_post: str
    person_name: str
    body_name: str
    proposed_by: str
    created_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str
    done_on: date | None
    result: str
    permitted: frozenset[str]

    @property
    def title(self) -> str:
        return f"{self.kind_label}：{self.unit_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingRecord:
    id: UUID
    period_id: UUID
    title: str
    unit_name: str
    total: int | None
    grade: str

    @property
    def points(self) -> str:
        return points(self.total)

    @property
    def grade_label(self) -> str:
        return self.grade or UNGRADED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecord:
    id: UUID
    revision: int
    level: int
    unit_id: UUID
    unit_name: str
    year: int
    quarter: int
    name: str
    done: str
    problems: str
    plans: str
    reported_by: str
    reported_on: date
    due_on: date | None

    @property
    def late(self) -> bool:
        return self.due_on is not None and self.reported_on > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Facts from which somebody may propose something; nothing follows by itself."""

    kind: str
    kind_label: str
    cause: str
    cause_label: str
    cause_key: str
    unit_id: UUID
    unit_name: str
    facts: str
    period_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRecord:
    """What somebody may begin: ``runs`` the office of his region; ``quarters`` of his unit to report
    ((year, quarter, name, due day)); ``units`` and ``teams`` to choose from."""

    runs: bool
    reports: bool
    years: tuple[int, ...]
    quarters: tuple[tuple[int, int, str], ...]
    units: tuple[tuple[UUID, str], ...]
    teams: tuple[tuple[UUID, str], ...]
    periods: tuple[tuple[UUID, str], ...]
    indicators: tuple[Indicator, ...] = ()

"""Reads of citation checks, and of received documents page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.fabric.paging import COUNT_LIMIT, PAGE_SIZE, Page
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.regulations import parsing
from lianxun.regulations.enums import CheckState
from lianxun.regulations.models import CitationCheck, IntakeFile
from lianxun.regulations.places import PageView, page_view
from lianxun.trace.door import noting, query
from lianxun_insight.citations import Status

KIND = "regulations.check"
_SILENT = (Status.FOUND.value, Status.NO_CONTEXT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    id: UUID
    title: str
    as_of: date
    format: str
    account_name: str
    created_at: datetime
    level: int
    counts: tuple[tuple[str, int], ...]
    findings: tuple[dict[str, Any], ...]
    stored: UUID | None
    pages: int
    state: str
    state_label: str
    message: str
    read: int
    of: int

    @property
    def running(self) -> bool:
        """Whether a job still has to read the file."""
        return self.state in (CheckState.WAITING, CheckState.READING)

    @property
    def percent(self) -> int:
        return 100 * self.read // max(1, self.of)

    @property
    def wrong(self) -> tuple[dict[str, Any], ...]:
        """What a person has to correct."""
        return tuple(f for f in self.findings if f["status"] not in _SILENT)

    @property
    def total(self) -> int:
        return sum(n for _, n in self.counts)


@query("regulations.checks")
def checks(*, actor: Actor, now: datetime, page: int = 1) -> Page[CheckRecord]:
    """Checks of the own unit, newest first."""
    rows = (
        CitationCheck.objects.select_related("account")
        .defer("text", "layout")
        .order_by("-created_at", "-id")
    )
    total = rows.order_by()[:COUNT_LIMIT].count()
    start = (page - 1) * PAGE_SIZE
    found = [_record(r, pages=0) for r in rows[start : start + PAGE_SIZE]]
    noting().about(KIND, actor.account_id, count=len(found))
    return Page(found, page, total)


@query("regulations.check")
def check(*, actor: Actor, now: datetime, check_id: UUID) -> CheckRecord:
    row = _row(check_id)
    noting().about(KIND, row.id, revision=row.revision, level=row.level)
    return _record(row, pages=max(1, len((row.layout or {}).get("pages", ()))))


def _row(check_id: UUID) -> CitationCheck:
    row = CitationCheck.objects.select_related("account").filter(id=check_id).first()
    if row is None:
        raise NotFound
    return row


@query("regulations.check_page")
def check_page(
    *, actor: Actor, now: datetime, check_id: UUID, number: int
) -> tuple[CheckRecord, PageView]:
    """One page of the checked text with what is wrong marked where it stands."""
    row = _row(check_id)
    if row.state != CheckState.DONE:
        raise NotFound
    record = _record(row, pages=0)
    document = parsing.document_of(row.text, row.layout, row.format)
    view = page_view(document, number, [(f["start"], f["end"]) for f in record.wrong])
    if view is None:
        raise NotFound
    noting().about(KIND, row.id, revision=row.revision, level=row.level, page=number)
    return record, view


@query("regulations.intake_page")
def intake_page(
    *, actor: Actor, now: datetime, intake_id: UUID, file_id: int, number: int
) -> tuple[str, PageView]:
    """One page of a received file: its words in place, lines that could not be split marked."""
    row = IntakeFile.objects.filter(id=file_id, intake=intake_id).first()
    if row is None or not row.text:
        raise NotFound
    document = parsing.document_of(row.text, row.layout, row.format)
    starts = [0]
    for line in row.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    marks = [
        (starts[n - 1], starts[n] - 1)
        for n in (_line_of(p[0]) for p in row.problems)
        if 0 < n < len(starts)
    ]
    view = page_view(document, number, marks)
    if view is None:
        raise NotFound
    noting().about("regulations.intake", intake_id, file=file_id, page=number)
    return row.name, view


def _line_of(place: str) -> int:
    digits = "".join(c for c in place if c.isdigit())
    return int(digits) if place.startswith("第 ") and digits else 0


def _record(row: CitationCheck, *, pages: int) -> CheckRecord:
    return CheckRecord(
        id=row.id,
        title=row.title,
        as_of=row.as_of,
        format=row.format,
        account_name=row.account.display_name,
        created_at=row.created_at,
        level=row.level,
        counts=tuple(sorted(row.counts.items(), key=lambda c: -c[1])),
        findings=tuple(row.findings),
        stored=row.stored,
        pages=pages,
        state=row.state,
        state_label=CheckState(row.state).label,
        message=row.message,
        read=row.read,
        of=row.pages,
    )

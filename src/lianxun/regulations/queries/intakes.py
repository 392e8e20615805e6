"""Reads of imports: progress, dry run, report."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum

from lianxun.fabric.paging import COUNT_LIMIT, PAGE_SIZE, Page
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.regulations import rules
from lianxun.regulations.enums import WRITTEN, FileOutcome, IntakeState
from lianxun.regulations.models import Intake, IntakeFile
from lianxun.regulations.records import FileRecord, IntakeRecord, IntakeReport
from lianxun.trace.door import noting, query

KIND = "regulations.intake"


@query("regulations.intakes")
def intakes(*, actor: Actor, now: datetime, page: int = 1) -> Page[IntakeRecord]:
    """Imports the actor may see, newest first."""
    rows = Intake.objects.select_related("account").order_by("-created_at", "-id")
    total = rows.order_by()[:COUNT_LIMIT].count()
    start = (page - 1) * PAGE_SIZE
    found = [_record(r, actor) for r in rows[start : start + PAGE_SIZE]]
    noting().about(KIND, actor.account_id, count=len(found))
    return Page(found, page, total)


@query("regulations.intake")
def intake(*, actor: Actor, now: datetime, intake_id: UUID) -> IntakeRecord:
    row = _row(intake_id)
    noting().about(KIND, row.id, revision=row.revision, level=row.level)
    return _record(row, actor)


def _row(intake_id: UUID) -> Intake:
    row = Intake.objects.select_related("account").filter(id=intake_id).first()
    if row is None:
        raise NotFound
    return row


@query("regulations.intake_files")
def intake_files(
    *,
    actor: Actor,
    now: datetime,
    intake_id: UUID,
    outcome: str = "",
    problems_only: bool = False,
    page: int = 1,
) -> Page[FileRecord]:
    """Files of an import, those with something to look at first where ``problems_only``."""
    row = _row(intake_id)
    files = row.files.defer("text", "layout").order_by("id")
    if outcome:
        files = files.filter(outcome=outcome)
    if problems_only:
        files = files.filter(~Q(problems=[]) | ~Q(message=""))
    total = files.order_by().count()
    start = (page - 1) * PAGE_SIZE
    found = [_file(f) for f in files[start : start + PAGE_SIZE]]
    noting().about(KIND, row.id, count=len(found))
    return Page(found, page, total)


@query("regulations.export_intake_report")
def intake_report(*, actor: Actor, now: datetime, intake_id: UUID) -> IntakeReport:
    """What became of every file: the report that is handed out."""
    row = _row(intake_id)
    files = [_file(f) for f in row.files.defer("text", "layout").order_by("id")]
    noting().about(KIND, row.id, count=len(files))
    return IntakeReport(title=row.title, files=files)


def _file(row: IntakeFile) -> FileRecord:
    return FileRecord(
        id=row.id,
        name=row.name,
        outcome=row.outcome,
        outcome_label=FileOutcome(row.outcome).label,
        message=row.message,
        works=tuple((w[0], w[1], w[2], w[3]) for w in row.works),
        problems=tuple((p[0], p[1], p[2]) for p in row.problems),
        lines=row.lines,
        articles=row.articles,
        written=row.written,
        format=row.format,
    )


def _record(row: Intake, actor: Actor) -> IntakeRecord:
    groups = row.files.order_by().values("outcome").annotate(n=Count("id"))
    counts = {g["outcome"]: g["n"] for g in groups}
    sums = row.files.aggregate(
        articles=Sum("articles"),
        written=Sum("written"),
        done=Count("id", filter=Q(done=True)),
        odd=Count("id", filter=~Q(problems=[])),
    )
    return IntakeRecord(
        id=row.id,
        revision=row.revision,
        title=row.title,
        state=row.state,
        state_label=IntakeState(row.state).label,
        total=row.total,
        read=row.total - counts.get(FileOutcome.WAITING, 0),
        written=sums["done"],
        everyone=row.everyone,
        level=row.level,
        account_name=row.account.display_name,
        created_at=row.created_at,
        finished_at=row.finished_at,
        counts=tuple((o, o.label, counts[o]) for o in FileOutcome if counts.get(o)),
        articles=sums["articles"] or 0,
        articles_written=sums["written"] or 0,
        problems=sums["odd"],
        permitted=_permitted(row, actor, counts),
    )


def _permitted(row: Intake, actor: Actor, counts: dict[str, int]) -> frozenset[str]:
    if not rules.may_keep_of(actor, owner_path=row.owner_path):
        return frozenset()
    if row.state == IntakeState.READING:
        return frozenset({"discard"})
    if row.state != IntakeState.READY:
        return frozenset()
    writes = any(counts.get(o) for o in (*WRITTEN, FileOutcome.CONFLICT))
    return frozenset({"accept", "discard"}) if writes else frozenset({"discard"})

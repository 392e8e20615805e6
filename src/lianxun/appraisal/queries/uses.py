"""What followed from results, and the quarterly reports."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.appraisal import rules
from lianxun.appraisal.common import OUTCOME, REPORT, outcome_facts, period_name
from lianxun.appraisal.enums import Cause, OutcomeKind, OutcomeState
from lianxun.appraisal.models import Outcome, QuarterReport
from lianxun.appraisal.records import OutcomeRecord, ReportRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query


@query("appraisal.outcomes")
def outcomes(
    *, actor: Actor, now: datetime, state: str = "", kind: str = "", page: int = 1
) -> Page[OutcomeRecord]:
    """Proposals and decisions the actor may see, the latest first."""
    rows = _outcomes().filter(within_reach(actor, kind=OUTCOME, library=rules.ROOM))
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    part, total = page_of(rows.order_by("-created_at", "-id"), page)
    noting().about(OUTCOME, actor.account_id, count=len(part))
    return Page([_outcome(o, actor) for o in part], page, total)


@query("appraisal.outcome_page")
def outcome(*, actor: Actor, now: datetime, outcome_id: UUID) -> OutcomeRecord:
    row = _outcomes().filter(id=outcome_id).first()
    if row is None:
        raise NotFound
    noting().about(OUTCOME, row.id, revision=row.revision, level=row.level)
    return _outcome(row, actor)


def _outcomes() -> QuerySet[Outcome]:
    return Outcome.objects.select_related("unit", "body", "proposed_by", "decided_by")


def _outcome(o: Outcome, actor: Actor) -> OutcomeRecord:
    return OutcomeRecord(
        id=o.id,
        revision=o.revision,
        kind=o.kind,
        kind_label=OutcomeKind(o.kind).label,
        cause=o.cause,
        cause_label=Cause(o.cause).label,
        unit_id=o.unit_id,
        unit_name=o.unit.short_name,
        period_id=o.period_id,
        state=o.state,
        state_label=OutcomeState(o.state).label,
        level=o.level,
        facts=o.facts,
        person_post=o.person_post,
        person_name=o.person_name,
        body_name=o.body.short_name if o.body else "",
        proposed_by=o.proposed_by.display_name,
        created_at=o.created_at,
        decided_by=o.decided_by.display_name if o.decided_by else "",
        decided_at=o.decided_at,
        answer=o.answer,
        done_on=o.done_on,
        result=o.result,
        permitted=rules.of_outcome(actor, outcome_facts(o, o.body.path if o.body else "")),
    )


@query("appraisal.reports")
def reports(*, actor: Actor, now: datetime, page: int = 1) -> Page[ReportRecord]:
    """Quarterly reports the actor may see, the latest first."""
    rows = QuarterReport.objects.select_related("unit", "reported_by").filter(
        within_reach(actor, kind=REPORT, library=rules.ROOM)
    )
    part, total = page_of(rows.order_by("-year", "-quarter", "unit__path", "id"), page)
    noting().about(REPORT, actor.account_id, count=len(part))
    return Page([_report(r) for r in part], page, total)


@query("appraisal.report")
def report(*, actor: Actor, now: datetime, report_id: UUID) -> ReportRecord:
    row = QuarterReport.objects.select_related("unit", "reported_by").filter(id=report_id).first()
    if row is None:
        raise NotFound
    noting().about(REPORT, row.id, revision=row.revision, level=row.level)
    return _report(row)


def _report(r: QuarterReport) -> ReportRecord:
    return ReportRecord(
        id=r.id,
        revision=r.revision,
        level=r.level,
        unit_id=r.unit_id,
        unit_name=r.unit.short_name,
        year=r.year,
        quarter=r.quarter,
        name=period_name(r.year, r.quarter),
        done=r.done,
        problems=r.problems,
        plans=r.plans,
        reported_by=r.reported_by.display_name,
        reported_on=r.reported_on,
        due_on=r.due_on,
    )

"""Joint assessments as a list and as one object."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.rectification import rules, scoring
from lianxun.rectification.assessment import facts_of, result_of
from lianxun.rectification.common import ASSESSMENTS
from lianxun.rectification.enums import AssessmentState, ItemState
from lianxun.rectification.models import Assessment, Item
from lianxun.rectification.records import (
    AssessmentRecord,
    PartRecord,
    ReadyRecord,
    ScoreRecord,
)
from lianxun.trace.door import noting, query


@query("rectification.assessments")
def assessments(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID | None = None,
    state: str = "",
    page: int = 1,
) -> Page[AssessmentRecord]:
    """Assessments the actor may see, the newest first."""
    reach = within_reach(actor, kind=ASSESSMENTS.kind, library="rectification")
    rows = Assessment.objects.prefetch_related("scores").filter(reach)
    rows = rows.order_by("-created_at", "id")
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    if state:
        rows = rows.filter(state=state)
    part, total = page_of(rows, page)
    found = _records(part, actor, now)
    noting().about(ASSESSMENTS.kind, actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total)


@query("rectification.assessment")
def assessment(*, actor: Actor, now: datetime, assessment_id: UUID) -> AssessmentRecord:
    row = Assessment.objects.prefetch_related("scores").filter(id=assessment_id).first()
    if row is None:
        raise NotFound
    ASSESSMENTS.note(row)
    return _records([row], actor, now)[0]


@query("rectification.ready_to_assess")
def ready_to_assess(*, actor: Actor, now: datetime, engagement_id: UUID) -> ReadyRecord:
    """What an assessment of the engagement would begin with. ``NotFound`` where there is no item or
    who asks may not begin one."""
    rows = list(
        Item.objects.filter(engagement=engagement_id)
        .order_by("number")
        .values_list("number", "state", "subject_org", "owner_unit")
    )
    if not rows or not rules.may_issue(actor):
        raise NotFound
    unit = Unit.objects.get(id=rows[0][2] or rows[0][3])
    running = Assessment.objects.filter(engagement=engagement_id).exclude(
        state=AssessmentState.FINAL
    )
    noting().about(ASSESSMENTS.kind, actor.account_id, engagement=engagement_id)
    return ReadyRecord(
        engagement=engagement_id,
        unit_name=unit.short_name,
        items=len(rows),
        unfinished=tuple(number for number, state, *_ in rows if state != ItemState.CLOSED),
        permitted=frozenset() if running.exists() else frozenset({"open"}),
    )


def _records(rows: list[Assessment], actor: Actor, now: datetime) -> list[AssessmentRecord]:
    ids = {r.subject_org for r in rows if r.subject_org}
    names = dict(Unit.objects.filter(id__in=ids).values_list("id", "short_name"))
    return [_record(r, actor, names, now) for r in rows]


def _record(
    row: Assessment, actor: Actor, names: dict[UUID, str], now: datetime
) -> AssessmentRecord:
    wanted = scoring.scheme(row.scheme)
    facts = facts_of(row)
    permitted = rules.permitted_of_assessment(actor, facts, now.date())
    return AssessmentRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        engagement=row.engagement,
        subject_org=row.subject_org,
        subject_name=names.get(row.subject_org, "") if row.subject_org else "",
        scheme=row.scheme,
        scheme_name=wanted.name if wanted else row.scheme,
        scheme_source=wanted.source if wanted else "",
        scheme_version=row.scheme_version,
        indicators=wanted.indicators if wanted else (),
        state=row.state,
        state_label=AssessmentState(row.state).label,
        turn=row.turn,
        open_reason=row.open_reason,
        basis=row.basis,
        parts=tuple(
            PartRecord(p["name"], p["weight"], Decimal(p["points"]), Decimal(p["spread"]))
            for p in row.parts
        ),
        total=row.total,
        grade=row.grade,
        remark=row.remark,
        worst=wanted.worst if wanted and row.grade == wanted.grades[-1].name else "",
        summary=row.summary,
        # What the committee said to the office is not the assessed unit's, though it sees its assessment.
        returned="" if rules.is_assessed(actor, facts) else row.returned,
        preview=result_of(row) if "merge" in permitted and wanted else None,
        least_units=wanted.least_units if wanted else 0,
        scores=_scores(row, wanted),
        served_on=row.served_on,
        object_until=row.object_until,
        objection=row.objection,
        objection_answer=row.objection_answer,
        final_on=row.final_on,
        level=row.level,
        created_at=row.created_at,
        permitted=permitted,
    )


def _scores(row: Assessment, wanted: scoring.Scheme | None) -> tuple[ScoreRecord, ...]:
    """Of every turn, as far as the reader sees them: units see their own, the office all."""
    names = {i.code: i.name for i in wanted.indicators} if wanted else {}
    return tuple(
        ScoreRecord(
            unit_name=s.unit_name,
            name=s.name,
            turn=s.turn,
            lines=tuple(
                (names.get(code, code), Decimal(points), s.reasons.get(code, ""))
                for code, points in s.deductions.items()
            ),
            at=s.created_at,
        )
        for s in row.scores.all()
    )

"""Schemes, periods with all units, and the published list."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from lianxun.appraisal import rules
from lianxun.appraisal.common import (
    PERIOD,
    SCHEME,
    body_for,
    facts_of,
    period_name,
    today_of,
)
from lianxun.appraisal.enums import PeriodState, SchemeState, SheetState
from lianxun.appraisal.models import Line, Period, Ranking, Scheme, Sheet
from lianxun.appraisal.records import (
    PeriodRecord,
    PeriodRow,
    RankingRecord,
    SchemeRecord,
    SchemeRow,
    SheetRow,
)
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query


@query("appraisal.schemes")
def schemes(*, actor: Actor, now: datetime, page: int = 1) -> Page[SchemeRow]:
    """Schemes the actor may see: the office all, units those in force."""
    reach = within_reach(actor, kind=SCHEME, library=rules.ROOM) | Q(
        state__in=[SchemeState.EFFECTIVE, SchemeState.SUPERSEDED]
    )
    rows = Scheme.objects.filter(reach).defer("body").order_by("-year", "-version", "-id")
    part, total = page_of(rows, page)
    noting().about(SCHEME, actor.account_id, count=len(part))
    return Page([SchemeRow(**_scheme(s)) for s in part], page, total)


@query("appraisal.scheme_page")
def scheme(*, actor: Actor, now: datetime, scheme_id: UUID) -> SchemeRecord:
    row = Scheme.objects.select_related("drafted_by", "decided_by").filter(id=scheme_id).first()
    if row is None:
        raise NotFound
    noting().about(SCHEME, row.id, revision=row.revision, level=row.level)
    may = rules.may_propose_scheme(actor, region=row.region, state=row.state)
    return SchemeRecord(
        **_scheme(row),
        revision=row.revision,
        level=row.level,
        note=row.note,
        answer=row.answer,
        drafted_by=row.drafted_by.display_name,
        decided_by=row.decided_by.display_name if row.decided_by else "",
        decided_at=row.decided_at,
        body=body_for(row),
        permitted=frozenset({"submit"}) if may else frozenset(),
    )


@query("appraisal.periods")
def periods(*, actor: Actor, now: datetime, page: int = 1) -> Page[PeriodRow]:
    """Periods the actor may see, the latest first."""
    rows = Period.objects.filter(within_reach(actor, kind=PERIOD, library=rules.ROOM)).order_by(
        "-year", "-quarter", "-id"
    )
    part, total = page_of(rows, page)
    noting().about(PERIOD, actor.account_id, count=len(part))
    return Page([PeriodRow(**_period(p)) for p in part], page, total)


@query("appraisal.period")
def period(*, actor: Actor, now: datetime, period_id: UUID) -> PeriodRecord:
    """One period with the sheets of all units the actor may see. Five queries whatever it holds."""
    row = (
        Period.objects.select_related("scheme", "calculated_by", "signed_by")
        .filter(id=period_id)
        .first()
    )
    if row is None:
        raise NotFound
    facts = facts_of(row)
    noting().about(PERIOD, row.id, revision=row.revision, level=row.level)
    rows = _sheets(row)
    permitted = rules.of_period(actor, facts, today_of(now))
    closing = rules.may_close(actor, facts, today_of(now))
    return PeriodRecord(
        **_period(row),
        revision=row.revision,
        level=row.level,
        scheme_id=row.scheme_id,
        body=body_for(row.scheme),
        calculated_by=row.calculated_by.display_name,
        calculated_at=row.calculated_at,
        digest=row.digest,
        review_until=row.review_until,
        signed_by=row.signed_by.display_name if row.signed_by else "",
        signed_at=row.signed_at,
        answer=row.answer,
        open_objections=facts.open_objections,
        waiting=facts.waiting,
        hidden=row.units - len(rows),
        sheets=rows,
        docx=row.docx,
        pdf=row.pdf,
        permitted=permitted,
        why_not=closing.reason
        if isinstance(closing, Denied) and row.state == PeriodState.SHOWN
        else "",
    )


def _sheets(row: Period) -> tuple[SheetRow, ...]:
    scores: dict[UUID, list[int | None]] = defaultdict(list)
    lines = Line.objects.filter(sheet__period=row).order_by("number", "id")
    for sheet_id, score in lines.values_list("sheet_id", "score"):
        scores[sheet_id].append(score)
    found = row.sheets.select_related("unit").order_by(
        F("total").desc(nulls_last=True), "unit__path"
    )
    return tuple(SheetRow(**sheet_row(s), scores=tuple(scores[s.id])) for s in found)


@query("appraisal.rankings")
def rankings(*, actor: Actor, now: datetime, page: int = 1) -> Page[RankingRecord]:
    """The published lists, the latest year first, the highest total first. Row security knows the audience."""
    rows = Ranking.objects.order_by(
        "-created_at", F("total").desc(nulls_last=True), "unit_name", "id"
    )
    part, total = page_of(rows, page)
    noting().about(PERIOD, actor.account_id, count=len(part))
    return Page(
        [
            RankingRecord(
                id=r.id,
                period_id=r.period_id,
                title=r.title,
                unit_name=r.unit_name,
                total=r.total,
                grade=r.grade,
            )
            for r in part
        ],
        page,
        total,
    )


def sheet_row(s: Sheet) -> dict[str, Any]:
    return {
        "id": s.id,
        "unit_id": s.unit_id,
        "unit_name": s.unit.short_name,
        "title": s.title,
        "state": s.state,
        "state_label": SheetState(s.state).label,
        "total": s.total,
        "grade": s.grade,
        "vetoed": s.vetoed,
        "object_until": s.object_until,
    }


def _scheme(s: Scheme) -> dict[str, Any]:
    return {
        "id": s.id,
        "year": s.year,
        "version": s.version,
        "share": s.share,
        "state": s.state,
        "state_label": SchemeState(s.state).label,
    }


def _period(p: Period) -> dict[str, Any]:
    return {
        "id": p.id,
        "name": period_name(p.year, p.quarter),
        "year": p.year,
        "quarter": p.quarter,
        "starts_on": p.starts_on,
        "ends_on": p.ends_on,
        "units": p.units,
        "state": p.state,
        "state_label": PeriodState(p.state).label,
    }

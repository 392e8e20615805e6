"""One unit's sheet with its calculation, its objections and corrections, and the cases behind every figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.appraisal import rules
from lianxun.appraisal.body import Body, Indicator
from lianxun.appraisal.common import (
    SHEET,
    body_for,
    cases_of,
    objection_facts,
    sheet_facts,
    today_of,
)
from lianxun.appraisal.enums import ObjectionState, SheetState, Treatment
from lianxun.appraisal.models import Line, Objection, Sheet
from lianxun.appraisal.queries.periods import sheet_row
from lianxun.appraisal.records import (
    CaseRecord,
    CorrectionRecord,
    LineCases,
    LineRecord,
    ObjectionRecord,
    SheetRecord,
    SheetRow,
)
from lianxun.appraisal.scoring import contribution
from lianxun.duties import queries as duties
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query

OVER = (SheetState.DECIDED, SheetState.SIGNED, SheetState.PUBLISHED, SheetState.USED)


@query("appraisal.sheets")
def sheets(*, actor: Actor, now: datetime, mine: bool = False, page: int = 1) -> Page[SheetRow]:
    """Sheets the actor may see; ``mine``: those of the own unit."""
    rows = Sheet.objects.select_related("unit").filter(
        within_reach(actor, kind=SHEET, library=rules.ROOM)
    )
    if mine:
        rows = rows.filter(unit_id=actor.unit_id)
    part, total = page_of(rows.order_by("-created_at", "-id"), page)
    noting().about(SHEET, actor.account_id, count=len(part))
    return Page([SheetRow(**sheet_row(s)) for s in part], page, total)


@query("appraisal.sheet")
def sheet(*, actor: Actor, now: datetime, sheet_id: UUID) -> SheetRecord:
    """One sheet, line by line. Raises ``NotFound`` also for who may not know it."""
    row = Sheet.objects.select_related("unit", "scheme", "confirmed_by").filter(id=sheet_id).first()
    if row is None:
        raise NotFound
    body = body_for(row.scheme)
    by_code = {i.code: i for i in body.indicators}
    lines = row.lines.defer("cases").order_by("number")
    permitted = _permitted(actor, row, now)
    objections = [_objection(o, by_code, actor) for o in _objections().filter(sheet=row)]
    noting().about(SHEET, row.id, revision=row.revision, level=row.level)
    return SheetRecord(
        **sheet_row(row),
        revision=row.revision,
        level=row.level,
        period_id=row.period_id,
        scheme_id=row.scheme_id,
        share=row.share,
        contribution=contribution(row.total, row.share),
        digest=row.digest,
        body=body,
        lines=tuple(_line(x, by_code[x.code], body) for x in lines),
        objections=tuple(objections),
        corrections=tuple(
            CorrectionRecord(
                title=by_code[c.code].title, before=c.before, after=c.after, at=c.created_at
            )
            for c in row.corrections.order_by("created_at", "id")
        ),
        confirmed_by=row.confirmed_by.display_name if row.confirmed_by else "",
        confirmed_at=row.confirmed_at,
        docx=row.docx,
        pdf=row.pdf,
        mine=row.unit_id == actor.unit_id,
        permitted=permitted,
        late=tuple(late_cases(actor=actor, now=now, sheet_id=row.id))
        if "object" in permitted
        else (),
    )


def _permitted(actor: Actor, row: Sheet, now: datetime) -> frozenset[str]:
    found = set()
    if rules.may_answer(actor, sheet_facts(row), today_of(now)):
        found.add("object")
        if row.state == SheetState.SHOWN:
            found.add("confirm")
    if row.state in OVER and rules.may_run(actor, region=row.region):
        found.add("print")
    return frozenset(found)


@query("appraisal.line")
def line_cases(*, actor: Actor, now: datetime, sheet_id: UUID, code: str) -> LineCases:
    """The cases one line counts: those the actor may see by their words, the others as a number."""
    line = Line.objects.select_related("sheet__scheme").filter(sheet_id=sheet_id, code=code).first()
    if line is None:
        raise NotFound
    body = body_for(line.sheet.scheme)
    indicator = next(i for i in body.indicators if i.code == code)
    counted = cases_of(line)
    known = duties.titles(actor=actor, now=now, ids=[c.id for c in counted])
    cases = tuple(
        CaseRecord(
            id=c.id,
            title=known[c.id][0] if c.id in known else "",
            object_title=known[c.id][1] if c.id in known else "",
            due_on=c.due_on,
            done_on=c.done_on,
            in_time=c.in_time,
            treatment=_treatment(line.treated, c.id),
        )
        for c in counted
    )
    noting().about(SHEET, line.sheet_id, level=line.level, code=code)
    return LineCases(
        sheet_id=line.sheet_id,
        sheet_title=line.sheet.title,
        line=_line(line, indicator, body),
        cases=tuple(c for c in cases if c.visible),
        hidden=sum(not c.visible for c in cases),
    )


@query("appraisal.late_cases")
def late_cases(*, actor: Actor, now: datetime, sheet_id: UUID) -> list[tuple[str, CaseRecord]]:
    """The cases of a sheet that were not in time and that the actor may see, each with its indicator's title."""
    row = Sheet.objects.select_related("scheme").filter(id=sheet_id).order_by().first()
    if row is None:
        raise NotFound
    titles = {i.code: i.title for i in body_for(row.scheme).indicators}
    late = [
        (titles[line.code], line, case)
        for line in row.lines.order_by("number")
        for case in cases_of(line)
        if not case.in_time
    ]
    known = duties.titles(actor=actor, now=now, ids=[case.id for _, _, case in late])
    noting().about(SHEET, row.id, level=row.level, count=len(known))
    return [
        (
            title,
            CaseRecord(
                id=c.id,
                title=known[c.id][0],
                object_title=known[c.id][1],
                due_on=c.due_on,
                done_on=c.done_on,
                in_time=c.in_time,
                treatment=_treatment(line.treated, c.id),
            ),
        )
        for title, line, c in late
        if c.id in known
    ]


def _treatment(treated: dict[str, str], case: UUID) -> str:
    chosen = treated.get(str(case))
    return Treatment(chosen).label if chosen else ""


@query("appraisal.objection")
def objection(*, actor: Actor, now: datetime, objection_id: UUID) -> ObjectionRecord:
    row = _objections().select_related("sheet__scheme").filter(id=objection_id).first()
    if row is None:
        raise NotFound
    noting().about(SHEET, row.sheet_id, level=row.level, objection=str(row.id))
    body = body_for(row.sheet.scheme)
    found = _objection(row, {i.code: i for i in body.indicators}, actor)
    if not found.permitted:
        return found
    counted = line_cases(actor=actor, now=now, sheet_id=row.sheet_id, code=row.line.code)
    return replace(found, late=tuple(c for c in counted.cases if not c.in_time))


def _objections() -> QuerySet[Objection]:
    return Objection.objects.select_related(
        "sheet__unit", "line", "filed_by", "decided_by"
    ).order_by("created_at", "id")


def _objection(o: Objection, by_code: dict[str, Indicator], actor: Actor) -> ObjectionRecord:
    return ObjectionRecord(
        id=o.id,
        revision=o.revision,
        sheet_id=o.sheet_id,
        sheet_title=o.sheet.title,
        unit_name=o.sheet.unit.short_name,
        code=o.line.code,
        title=by_code[o.line.code].title,
        reason=o.reason,
        case_ids=tuple(UUID(c) for c in o.cases),
        state=o.state,
        state_label=ObjectionState(o.state).label,
        filed_by=o.filed_by.display_name,
        filed_at=o.created_at,
        finding=o.finding,
        decided_by=o.decided_by.display_name if o.decided_by else "",
        decided_at=o.decided_at,
        permitted=frozenset({"decide"})
        if rules.may_decide(actor, objection_facts(o))
        else frozenset(),
    )


def _line(x: Line, indicator: Indicator, body: Body) -> LineRecord:
    groups = {g.code: g.title for g in body.groups}
    return LineRecord(
        number=x.number,
        code=x.code,
        group=groups[indicator.group],
        title=indicator.title,
        definition=indicator.definition,
        numerator=indicator.numerator,
        denominator=indicator.denominator,
        source=indicator.source,
        weight=x.weight,
        met=x.met,
        due=x.due,
        effective=x.effective,
        score=x.score,
        treated=len(x.treated),
    )

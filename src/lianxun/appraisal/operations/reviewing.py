"""The unit reads its own sheet, confirms it or objects to a line; somebody else decides; corrections are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.access.queries import accounts_overseeing
from lianxun.appraisal import rules
from lianxun.appraisal.common import (
    DECIDE_CLOCK,
    OBJECT_CLOCK,
    OBJECTIONS,
    PERIODS,
    SHEET,
    SHEETS,
    body_for,
    cases_of,
    facts_of,
    grade_of,
    objection_facts,
    scored_of,
    sheet_facts,
    tell,
    today_of,
    worded,
)
from lianxun.appraisal.enums import ObjectionState, PeriodState, SheetState, Treatment
from lianxun.appraisal.models import Correction, Line, Objection, Sheet
from lianxun.appraisal.scoring import spread, tally, total
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

LEAST, MOST = 10, 500  # characters of a reason


@operation("appraisal.confirm_sheet")
def confirm_sheet(*, actor: Actor, now: datetime, sheet_id: UUID, revision: int) -> None:
    """The unit agrees to its sheet as it stands."""
    sheet = SHEETS.lock(sheet_id, revision)
    require(rules.may_answer(actor, sheet_facts(sheet), today_of(now)))
    if sheet.state != SheetState.SHOWN:
        raise WrongState("已提出异议，待裁定后办结。")
    sheet.confirmed_by_id, sheet.confirmed_at = actor.account_id, now
    SHEETS.move(sheet, SheetState.DECIDED, "confirmed_by", "confirmed_at")
    _stop(sheet, actor=actor, now=now, reason="本单位复核无异议")


@operation("appraisal.object")
def object_to(
    *,
    actor: Actor,
    now: datetime,
    sheet_id: UUID,
    revision: int,
    code: str,
    reason: str,
    cases: Sequence[UUID] = (),
) -> UUID:
    """Object to one line with the reason; ``cases`` are the counted ones it is about. Returns the objection."""
    sheet = SHEETS.lock(sheet_id, revision)
    require(rules.may_answer(actor, sheet_facts(sheet), today_of(now)))
    errors = worded("reason", reason, least=LEAST, most=MOST, what="理由")
    line = sheet.lines.filter(code=code).first()
    if line is None:
        errors.append(FieldError("code", "请选择考核表中的一项指标。"))
    elif {str(c) for c in cases} - {raw["id"] for raw in line.cases}:
        errors.append(FieldError("cases", "所指事项须是这一项指标计入的事项。"))
    elif line.objections.filter(state=ObjectionState.FILED).exists():
        errors.append(FieldError("code", "这一项指标已有待裁定的异议。"))
    if errors or line is None:
        raise Invalid(*errors)
    row = Objection.objects.create(
        created_at=now,
        sheet=sheet,
        line=line,
        reason=reason.strip(),
        cases=[str(c) for c in cases],
        state=ObjectionState.FILED,
        filed_by_id=actor.account_id,
        calculated_by=sheet.calculated_by,
        **Labels.of(sheet).columns(),
    )
    if sheet.state == SheetState.SHOWN:
        SHEETS.move(sheet, SheetState.OBJECTED, objection=str(row.id), code=code)
        _stop(sheet, actor=actor, now=now, reason="本单位已提出异议")
    else:
        SHEETS.save(sheet, objection=str(row.id), code=code)
    _ask(sheet, actor=actor, now=now)
    return row.id


def _ask(sheet: Sheet, *, actor: Actor, now: datetime) -> None:
    """The office owes a decision; those who may decide it are told, who calculated is not one of them."""
    owner = Unit.objects.filter(id=sheet.owner_unit).first()
    if owner is not None:
        duties.open_duty(
            actor=actor,
            now=now,
            template_code=DECIDE_CLOCK,
            object_kind=SHEET,
            object_id=sheet.id,
            title=sheet.title,
            responsible=Responsible(owner.id, owner.short_name),
            labels=Labels.of(sheet),
        )
    people = {
        account
        for role in ("leader", "coordinator")
        for account in accounts_overseeing(region=sheet.region, role=role, duty=rules.ROOM)
    }
    people -= {sheet.calculated_by, actor.account_id}
    tell(people, NoticeCode.DECIDE, now=now, kind=SHEET, object_id=sheet.id)


@operation("appraisal.decide_objection")
def decide_objection(
    *,
    actor: Actor,
    now: datetime,
    objection_id: UUID,
    revision: int,
    upheld: bool,
    finding: str,
    treatment: str = "",
    cases: Sequence[UUID] = (),
) -> bool:
    """Decide with the reason. Upheld: ``cases`` of the line are not counted or count as kept, the sheet is
    calculated anew, and what changed is recorded. Returns whether it was upheld."""
    row = OBJECTIONS.lock(objection_id, revision)
    require(rules.may_decide(actor, objection_facts(row)))
    sheet = SHEETS.lock(row.sheet_id)
    errors = worded("finding", finding, least=LEAST, most=MOST, what="裁定理由")
    chosen = [str(c) for c in cases]
    if upheld:
        if treatment not in Treatment.values:
            errors.append(FieldError("treatment", "请选择如何更正：不计入，或视为按期。"))
        if not chosen or set(chosen) - {raw["id"] for raw in row.line.cases}:
            errors.append(FieldError("cases", "请勾选要更正的事项，须是这一项指标计入的事项。"))
    if errors:
        raise Invalid(*errors)
    row.finding, row.decided_by_id, row.decided_at = finding.strip(), actor.account_id, now
    if upheld:
        _correct(sheet, row, dict.fromkeys(chosen, treatment), now=now)
    to = ObjectionState.UPHELD if upheld else ObjectionState.REJECTED
    OBJECTIONS.move(row, to, "finding", "decided_by", "decided_at")
    if not sheet.objections.filter(state=ObjectionState.FILED).exists():
        SHEETS.move(sheet, SheetState.DECIDED)
        duties.fulfil(
            actor=actor,
            now=now,
            object_kind=SHEET,
            object_id=sheet.id,
            template_code=DECIDE_CLOCK,
            reason="异议已经裁定",
        )
    SHEETS.note(sheet, objection=str(row.id), code=row.line.code, to=str(to))
    tell([row.filed_by_id], NoticeCode.ANSWERED, now=now, kind=SHEET, object_id=sheet.id)
    return upheld


def _correct(sheet: Sheet, row: Objection, treated: dict[str, str], *, now: datetime) -> None:
    """Calculate the sheet anew with what was decided; before and after stand in the record."""
    body = body_for(sheet.scheme)
    lines = {line.code: line for line in sheet.lines.order_by("number")}
    line = lines[row.line.code]
    before = _figures(sheet, line)
    line.treated = {**line.treated, **treated}
    indicator = next(i for i in body.indicators if i.code == line.code)
    counted = tally(indicator, cases_of(line), line.treated)
    line.met, line.due = counted.met, counted.due
    for scored in spread(body, [scored_of(x) for x in lines.values()]):
        of = lines[scored.code]
        of.effective, of.score, of.revision = scored.effective, scored.score, of.revision + 1
    fields = ["met", "due", "effective", "score", "treated", "revision"]
    Line.objects.bulk_update(lines.values(), fields)
    sheet.total = total([scored_of(x) for x in lines.values()])
    sheet.grade = grade_of(body, sheet.total, vetoed=sheet.vetoed)
    SHEETS.save(sheet, "total", "grade")
    Correction.objects.create(
        created_at=now,
        sheet=sheet,
        objection=row,
        code=line.code,
        before=before,
        after=_figures(sheet, line) | {"treated": treated},
        **Labels.of(sheet).columns(),
    )


def _figures(sheet: Sheet, line: Line) -> dict[str, Any]:
    return {
        "met": line.met,
        "due": line.due,
        "score": line.score,
        "total": sheet.total,
        "grade": sheet.grade,
    }


@operation("appraisal.close_review")
def close_review(*, actor: Actor, now: datetime, period_id: UUID, revision: int) -> None:
    """The review ends: every unit answered or its time is over, every objection is decided."""
    period = PERIODS.lock(period_id, revision)
    require(rules.may_close(actor, facts_of(period), today_of(now)))
    silent = period.sheets.filter(state=SheetState.SHOWN).select_related("unit").order_by("id")
    for sheet in silent:
        SHEETS.move(sheet, SheetState.DECIDED)
        _stop(sheet, actor=actor, now=now, reason="复核期满，未提出异议", cancelled=True)
    PERIODS.move(period, PeriodState.DECIDED)


def _stop(
    sheet: Sheet, *, actor: Actor, now: datetime, reason: str, cancelled: bool = False
) -> None:
    given: dict[str, Any] = {
        "actor": actor,
        "now": now,
        "object_kind": SHEET,
        "object_id": sheet.id,
        "template_code": OBJECT_CLOCK,
        "reason": reason,
    }
    if cancelled:
        duties.cancel(**given)
    else:
        duties.fulfil(**given)

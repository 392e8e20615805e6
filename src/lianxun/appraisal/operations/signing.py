"""Sign-off by the leading group, publication with the letter to the organisation department, the end of the year."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.appraisal import rules
from lianxun.appraisal.common import (
    PERIOD,
    PERIODS,
    SHEET,
    SHEETS,
    SIGN_OFF,
    TOLD,
    audience_of,
    body_for,
    body_unit,
    facts_of,
    period_name,
    tell,
    today_of,
)
from lianxun.appraisal.enums import OutcomeState, PeriodState, SheetState
from lianxun.appraisal.models import Outcome, Period, Ranking, Sheet
from lianxun.appraisal.texts import result_letter, sheet_document
from lianxun.approvals import steps as approvals
from lianxun.documents import steps as documents
from lianxun.documents.records import Form, Official
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Refused, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

ASIDE = Denied("本期有您须回避的单位，请由无须回避的成员审签。", "APR-ASIDE")


@operation("appraisal.submit_period")
def submit_period(
    *, actor: Actor, now: datetime, period_id: UUID, revision: int, remark: str = ""
) -> UUID:
    """Bring the year's results before the leading group. Who calculated does not vote. Returns the matter."""
    period = PERIODS.lock(period_id, revision)
    require(rules.may_submit(actor, facts_of(period)))
    body = body_unit(UnitKind.LEADING_GROUP, region=period.region)
    name = period_name(period.year, period.quarter)
    matter = approvals.propose(
        actor=actor,
        now=now,
        code=SIGN_OFF,
        object_kind=PERIOD,
        object_id=period.id,
        title=f"{name}成员单位协调对接考核结果",
        body_id=body.id,
        labels=Labels.of(period),
        summary=f"{period.units} 家成员单位，单位复核已结束；事实摘要 {period.digest[:16]}。",
        barred=[period.calculated_by_id],
        remark=remark,
    )
    PERIODS.move(period, PeriodState.SIGNING)
    return matter


def decided(period: Period, *, state: str, comment: str, actor: Actor, now: datetime) -> None:
    """The leading group has decided. Who must step aside from a unit cannot sign the year."""
    period.answer = fitting("comment", comment, 500)
    if state != "approved":
        PERIODS.move(period, PeriodState.DECIDED, "answer")
        return
    sheets = list(period.sheets.select_related("unit").order_by("id"))
    if len(sheets) < period.units:
        raise Refused(ASIDE)
    for sheet in sheets:
        SHEETS.move(sheet, SheetState.SIGNED)
    period.signed_by_id, period.signed_at = actor.account_id, now
    PERIODS.move(period, PeriodState.SIGNED, "answer", "signed_by", "signed_at")


@operation("appraisal.publish")
def publish(*, actor: Actor, now: datetime, period_id: UUID, revision: int) -> tuple[UUID, UUID]:
    """Publish the signed list to the units and print 《年度考核结果通报》 to the organisation department."""
    period = PERIODS.lock(period_id, revision)
    require(rules.may_publish(actor, facts_of(period)))
    owner = Unit.objects.get(id=period.owner_unit)
    name = period_name(period.year, period.quarter)
    sheets = list(period.sheets.select_related("unit").order_by("unit__path"))
    body = body_for(period.scheme)
    ranked = sorted(sheets, key=lambda s: (s.total is None, -(s.total or 0), s.unit.path))
    document = Official(
        issuer=owner.name,
        number=documents.next_number(unit_id=owner.id, code=f"巡考{owner.code}", year=now.year),
        title=f"关于{name}巡视协调对接考核结果的通报",
        addressee="组织部门",
        blocks=result_letter(period, ranked, body),
        signed_by=owner.short_name,
        signed_on=today_of(now),
        level_mark=Level.INTERNAL.label,
        printed_by=owner.short_name,
        form=Form.LETTER,
    )
    period.docx, period.pdf = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=PERIOD,
        object_id=period.id,
        labels=Labels.of(period),
    )
    audience = audience_of(owner)
    Ranking.objects.bulk_create(
        Ranking(
            created_at=now,
            period=period,
            unit=s.unit,
            title=f"{name}考核结果",
            unit_name=s.unit.short_name,
            total=s.total,
            grade=s.grade,
            audience_path=audience,
            **Labels.of(period).columns(),
        )
        for s in ranked
    )
    for sheet in sheets:
        SHEETS.move(sheet, SheetState.PUBLISHED)
        told = accounts_at(unit_id=sheet.unit_id, roles=TOLD)
        tell(told, NoticeCode.ANSWERED, now=now, kind=SHEET, object_id=sheet.id)
    PERIODS.move(period, PeriodState.PUBLISHED, "docx", "pdf", number=document.number)
    return period.docx, period.pdf


@operation("appraisal.finish")
def finish(*, actor: Actor, now: datetime, period_id: UUID, revision: int) -> None:
    """What follows from the year's results is done: at least one use was decided, none is open."""
    period = PERIODS.lock(period_id, revision)
    require(rules.may_finish(actor, facts_of(period)))
    used = list(
        Outcome.objects.filter(period=period).order_by("id").values_list("state", flat=True)
    )
    if not any(s == OutcomeState.DONE for s in used):
        raise WrongState("还没有办理完的结果运用，请先登记评先评优、表扬或其他运用。")
    waiting = sum(s not in (OutcomeState.DONE, OutcomeState.DECLINED) for s in used)
    if waiting:
        raise WrongState(f"还有 {waiting} 件结果运用没有办结。")
    for sheet in period.sheets.select_related("unit").order_by("id"):
        SHEETS.move(sheet, SheetState.USED)
    PERIODS.move(period, PeriodState.USED)


@operation("appraisal.print_sheet")
def print_sheet(*, actor: Actor, now: datetime, sheet_id: UUID, revision: int) -> tuple[UUID, UUID]:
    """Print the unit's 年度考核表 (W26) once its review is over: every line with its calculation."""
    sheet = SHEETS.lock(sheet_id, revision)
    require(rules.may_run(actor, region=sheet.region))
    if sheet.state in (SheetState.DRAFTED, SheetState.SHOWN, SheetState.OBJECTED):
        raise WrongState("复核结束后才能打印考核表。")
    owner = Unit.objects.get(id=sheet.owner_unit)
    document = Official(
        issuer=owner.name,
        number=documents.next_number(
            unit_id=owner.id, code=f"巡核{sheet.unit.code}", year=now.year
        ),
        title=f"巡视协调对接考核表（{sheet.title.removesuffix('考核表')}）",
        addressee=sheet.unit.name,
        blocks=sheet_document(sheet, _lines(sheet), body_for(sheet.scheme)),
        signed_by=owner.short_name,
        signed_on=today_of(now),
        level_mark=Level(sheet.level).label,
        printed_by=owner.short_name,
    )
    sheet.docx, sheet.pdf = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=SHEET,
        object_id=sheet.id,
        labels=Labels.of(sheet),
    )
    SHEETS.save(sheet, "docx", "pdf", number=document.number)
    return sheet.docx, sheet.pdf


def _lines(sheet: Sheet) -> list[tuple[str, int, int, int, int | None, int | None]]:
    rows = sheet.lines.order_by("number")
    return list(rows.values_list("code", "weight", "met", "due", "effective", "score"))

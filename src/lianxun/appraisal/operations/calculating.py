"""Count the cases of a period from fulfilled and overdue duties, and freeze them when the units are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.appraisal import rules
from lianxun.appraisal.body import Body
from lianxun.appraisal.common import (
    COUNTED_LEVEL,
    OBJECT_CLOCK,
    PERIODS,
    SHEET,
    SHEETS,
    TOLD,
    body_for,
    facts_of,
    grade_of,
    period_name,
    raw_of,
    tell,
    today_of,
)
from lianxun.appraisal.enums import PeriodState, SchemeState, SheetState
from lianxun.appraisal.models import Line, Period, Scheme, Sheet
from lianxun.appraisal.scoring import Case, Scored, spread, tally, total
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import canonical, digest
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

Found = dict[UUID, dict[str, list[Case]]]
"""Counted cases: unit → kind of clock → cases."""


def span(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a year (``quarter`` 0) or a quarter."""
    if quarter == 0:
        return date(year, 1, 1), date(year, 12, 31)
    last = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}[quarter]
    return date(year, 3 * quarter - 2, 1), date(year, *last)


@operation("appraisal.calculate")
def calculate(*, actor: Actor, now: datetime, year: int, quarter: int) -> UUID:
    """Open a period and count it for every member unit of the own tier and region. Returns its id."""
    owner = Unit.objects.get(id=actor.unit_id)
    require(rules.may_count(actor, region=owner.region))
    errors = []
    if quarter not in range(5):
        errors.append(FieldError("quarter", "请选择全年或一个季度。"))
    scheme = Scheme.objects.filter(
        owner_unit=owner.id, year=year, state=SchemeState.EFFECTIVE
    ).first()
    if scheme is None:
        errors.append(FieldError("year", f"{year}年还没有经委员会批准的指标体系，请先起草报批。"))
    elif quarter in range(5) and span(year, quarter)[0] > today_of(now):
        errors.append(FieldError("quarter", "该考核期还没有开始。"))
    if errors or scheme is None:
        raise Invalid(*errors)
    if Period.objects.filter(owner_unit=owner.id, year=year, quarter=quarter).exists():
        raise WrongState(f"{period_name(year, quarter)}已经核算，请在该考核期的页面办理。")
    units = _members(actor, owner)
    if not units:
        raise WrongState("本级还没有登记成员单位，请先在“组织”中登记。")
    starts_on, ends_on = span(year, quarter)
    period = Period.objects.create(
        created_at=now,
        scheme=scheme,
        year=year,
        quarter=quarter,
        starts_on=starts_on,
        ends_on=ends_on,
        state=PeriodState.DRAFTED,
        units=len(units),
        calculated_by_id=actor.account_id,
        calculated_at=now,
        level=Level.INTERNAL,
        region=owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
    )
    Sheet.objects.bulk_create(_blank(period, unit, actor=actor, now=now) for unit in units)
    _count(period, actor=actor, now=now)
    PERIODS.note(period, year=year, quarter=quarter, units=len(units))
    return period.id


@operation("appraisal.recount")
def recount(*, actor: Actor, now: datetime, period_id: UUID, revision: int) -> None:
    """Count again while no unit has seen its sheet: duties go on being met."""
    period = PERIODS.lock(period_id, revision)
    require(rules.may_recount(actor, facts_of(period)))
    period.calculated_by_id, period.calculated_at = actor.account_id, now
    Line.objects.filter(sheet__period=period).delete()
    _count(period, actor=actor, now=now)
    PERIODS.save(period, "calculated_by", "calculated_at")


@operation("appraisal.show")
def show(*, actor: Actor, now: datetime, period_id: UUID, revision: int) -> None:
    """Freeze the counted cases with a digest and serve each unit its own sheet; its time to object starts.

    Counts afresh first: what is frozen is what stands at this moment. The period must be over, except an
    interim, which may be shown on its last day.
    """
    period = PERIODS.lock(period_id, revision)
    require(rules.may_recount(actor, facts_of(period)))
    if today_of(now) < period.ends_on:
        raise WrongState(f"考核期到 {period.ends_on:%Y-%m-%d} 结束，结束之后才能送单位复核。")
    Line.objects.filter(sheet__period=period).delete()
    period.calculated_by_id, period.calculated_at = actor.account_id, now
    _count(period, actor=actor, now=now)
    sheets = list(period.sheets.select_related("unit").order_by("unit__path"))
    marks = []
    for sheet in sheets:
        _serve(sheet, actor=actor, now=now)
        marks.append(sheet.digest)
        period.review_until = sheet.object_until
    period.digest = digest("".join(marks).encode()).hex()
    PERIODS.move(
        period, PeriodState.SHOWN, "digest", "review_until", "calculated_by", "calculated_at",
        digest=period.digest,
    )  # fmt: skip


def _members(actor: Actor, owner: Unit) -> list[Unit]:
    low, high = actor.region
    rows = Unit.objects.filter(
        kind=UnitKind.MEMBER,
        tier=owner.tier,
        region__gte=low,
        region__lte=high,
        valid_to__isnull=True,
    )
    return list(rows.order_by("path"))


def _blank(period: Period, unit: Unit, *, actor: Actor, now: datetime) -> Sheet:
    return Sheet(
        created_at=now,
        period=period,
        scheme=period.scheme,
        unit=unit,
        title=f"{unit.short_name}{period_name(period.year, period.quarter)}考核表",
        state=SheetState.DRAFTED,
        share=period.scheme.share,
        calculated_by=actor.account_id,
        **Labels.of(period).columns() | {"subject_org": unit.id, "subject_path": unit.path},
    )


def _count(period: Period, *, actor: Actor, now: datetime) -> None:
    """Lines and totals of every sheet of the period, from the duties as they stand."""
    body = body_for(period.scheme)
    sheets = list(period.sheets.order_by("id"))
    found = _cases(period, body, [s.unit_id for s in sheets], now)
    lines: list[Line] = []
    for sheet in sheets:
        mine = found.get(sheet.unit_id, {})
        counted = {i.code: [c for d in i.duties for c in mine.get(d, [])] for i in body.indicators}
        scored = spread(body, [tally(i, counted[i.code], {}) for i in body.indicators])
        sheet.total = total(scored)
        sheet.grade = grade_of(body, sheet.total)
        sheet.calculated_by = actor.account_id
        lines += _lines(sheet, scored, counted, now)
    Line.objects.bulk_create(lines, batch_size=500)
    Sheet.objects.bulk_update(sheets, ["total", "grade", "calculated_by"])


def _cases(period: Period, body: Body, units: Sequence[UUID], now: datetime) -> Found:
    found: Found = defaultdict(lambda: defaultdict(list))
    for kept in duties.kept_cases(
        now=now,
        units=units,
        codes=body.duties,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        level=COUNTED_LEVEL,
    ):
        found[kept.unit][kept.code].append(Case(kept.id, kept.due_on, kept.done_on, kept.in_time))
    return found


def _lines(
    sheet: Sheet, scored: Sequence[Scored], counted: dict[str, list[Case]], now: datetime
) -> list[Line]:
    return [
        Line(
            created_at=now,
            sheet=sheet,
            number=number,
            code=s.code,
            weight=s.weight,
            met=s.met,
            due=s.due,
            effective=s.effective,
            score=s.score,
            cases=raw_of(counted[s.code]),
            **Labels.of(sheet).columns(),
        )
        for number, s in enumerate(scored, start=1)
    ]


def _serve(sheet: Sheet, *, actor: Actor, now: datetime) -> None:
    """The unit sees its sheet from now on; its clock runs, its people are told."""
    unit = sheet.unit
    lines = sheet.lines.order_by("number")
    sheet.digest = digest(
        canonical({line.code: {"cases": line.cases, "weight": line.weight} for line in lines})
    ).hex()
    sheet.addressee_unit, sheet.addressee_path = unit.id, unit.path
    clock = duties.open_duty(
        actor=actor,
        now=now,
        template_code=OBJECT_CLOCK,
        object_kind=SHEET,
        object_id=sheet.id,
        title=sheet.title,
        responsible=Responsible(unit.id, unit.short_name),
        labels=Labels.of(sheet),
    )
    sheet.object_until = duties.due_day(clock)
    lines.update(addressee_unit=unit.id, addressee_path=unit.path)
    SHEETS.move(
        sheet, SheetState.SHOWN, "digest", "addressee_unit", "addressee_path", "object_until"
    )
    told = accounts_at(unit_id=unit.id, roles=TOLD)
    tell(told, NoticeCode.ARRIVED, now=now, kind=SHEET, object_id=sheet.id)

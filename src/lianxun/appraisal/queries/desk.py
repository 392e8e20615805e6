"""What somebody may begin, and the facts from which the office may propose something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from lianxun.appraisal import rules
from lianxun.appraisal.body import shipped_indicators
from lianxun.appraisal.common import PERIOD, body_for, period_name, today_of
from lianxun.appraisal.enums import Cause, OutcomeKind, PeriodState
from lianxun.appraisal.models import Outcome, Period, QuarterReport
from lianxun.appraisal.records import DeskRecord, Suggestion
from lianxun.appraisal.scoring import late_twice
from lianxun.appraisal.texts import points
from lianxun.duties import steps as duties
from lianxun.exchange import steps as exchange
from lianxun.kernel.actor import Actor
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query

AHEAD_DAYS = 30
_ENDS = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}  # last day of each quarter


@query("appraisal.desk")
def desk(*, actor: Actor, now: datetime) -> DeskRecord:
    """What the actor may begin; empty choices where he may not."""
    today = today_of(now)
    own = Unit.objects.get(id=actor.unit_id)
    runs = bool(rules.may_run(actor, region=own.region))
    reports = bool(rules.may_report(actor)) and own.kind == UnitKind.MEMBER
    noting().about(PERIOD, actor.account_id)
    teams = Unit.objects.filter(kind=UnitKind.TASK_GROUP, region=own.region, valid_to__isnull=True)
    periods = Period.objects.filter(owner_unit=own.id).order_by("-year", "-quarter")
    return DeskRecord(
        runs=runs,
        reports=reports,
        years=(today.year, today.year - 1) if runs else (),
        quarters=_to_report(own, today) if reports else (),
        units=tuple((u.id, u.short_name) for u in members(actor, own)) if runs else (),
        teams=tuple((u.id, u.short_name) for u in teams.order_by("path")) if runs else (),
        indicators=shipped_indicators(today) if runs else (),
        periods=tuple((p.id, period_name(p.year, p.quarter)) for p in periods) if runs else (),
    )


def members(actor: Actor, own: Unit) -> list[Unit]:
    low, high = actor.region
    rows = Unit.objects.filter(
        kind=UnitKind.MEMBER,
        tier=own.tier,
        region__gte=low,
        region__lte=high,
        valid_to__isnull=True,
    )
    return list(rows.order_by("path"))


def _to_report(own: Unit, today: date) -> tuple[tuple[int, int, str], ...]:
    """The quarters of this year and the last that may be reported now; those reported already come last."""
    known = set(QuarterReport.objects.filter(unit=own).values_list("year", "quarter"))
    found = [
        (year, quarter)
        for year in (today.year, today.year - 1)
        for quarter in (4, 3, 2, 1)
        if (date(year, *_ENDS[quarter]) - today).days <= AHEAD_DAYS
    ]
    found.sort(key=lambda q: q in known)
    return tuple((*q, period_name(*q) + ("（已报送）" if q in known else "")) for q in found)


@query("appraisal.suggestions")
def suggestions(*, actor: Actor, now: datetime) -> list[Suggestion]:
    """Facts that the rules attach something to: reported late twice running (9.1), data refused (9.2), the lowest
    grade of the year (5.3). Empty for who does not run the office. Nothing follows by itself."""
    own = Unit.objects.get(id=actor.unit_id)
    noting().about(PERIOD, actor.account_id)
    if not rules.may_run(actor, region=own.region):
        return []
    today = today_of(now)
    units = {u.id: u.short_name for u in members(actor, own)}
    found = [*_late(units, today), *_refused(units, today), *_lowest(own, units)]
    known = set(
        Outcome.objects.filter(unit_id__in=units).values_list("kind", "unit_id", "cause_key")
    )
    return [s for s in found if (s.kind, s.unit_id, s.cause_key) not in known]


def _late(units: dict[UUID, str], today: date) -> Iterable[Suggestion]:
    of: dict[UUID, list[duties.Standing]] = defaultdict(list)
    since = date(today.year - 1, 1, 1)
    for row in duties.quarterly(units=list(units), library=rules.ROOM, since=since):
        of[row.unit].append(row)
    for unit, rows in of.items():
        if late_twice([(r.due_on, r.done_on) for r in rows], today):
            last = [r for r in rows if r.due_on < today or r.done_on is not None][-2:]
            names = "、".join(period_name(r.year, r.quarter) for r in last)
            yield _made(
                OutcomeKind.TALK,
                Cause.LATE_TWICE,
                key=f"{last[-1].year}Q{last[-1].quarter}",
                unit=(unit, units[unit]),
                facts=f"{names}的进展报告连续两次迟报（未报），按规定由巡视组组长约谈（9.1）。",
            )


def _refused(units: dict[UUID, str], today: date) -> Iterable[Suggestion]:
    since = date(today.year, 1, 1)
    for unit, numbers in exchange.refusals(providers=list(units), since=since).items():
        told = f"{'、'.join(numbers[:3])}{'等' if len(numbers) > 3 else ''}"
        facts = (
            f"{today.year}年不予提供数据 {len(numbers)} 件（{told}）；"
            "理由是否成立由协调对接委员会研究，拒不提供的通报批评并诫勉（9.2）。"
        )
        for kind in (OutcomeKind.CRITICISE, OutcomeKind.ADMONISH):
            key = f"{today.year}-{len(numbers)}"
            yield _made(kind, Cause.REFUSED_DATA, key=key, unit=(unit, units[unit]), facts=facts)


def _lowest(own: Unit, units: dict[UUID, str]) -> Iterable[Suggestion]:
    """Of a year whose review is over: the best is proposed for an award, the lowest grade for a veto."""
    rows = Period.objects.filter(
        owner_unit=own.id,
        quarter=0,
        state__in=[PeriodState.DECIDED, PeriodState.SIGNED, PeriodState.PUBLISHED],
    ).select_related("scheme")
    for year in rows.order_by("-year")[:1]:
        body = body_for(year.scheme)
        name = period_name(year.year, 0)
        for sheet in year.sheets.exclude(grade="").order_by("-total", "id"):
            facts = f"{name}考核总分 {points(sheet.total)}，等次“{sheet.grade}”。"
            if sheet.grade == body.grades[-1].label and year.state == PeriodState.DECIDED:
                kind = OutcomeKind.VETO
            elif sheet.grade == body.grades[0].label and year.state != PeriodState.DECIDED:
                kind = OutcomeKind.AWARD
            else:
                continue
            if sheet.unit_id in units:
                yield _made(
                    kind,
                    Cause.RESULT,
                    key=str(year.year),
                    unit=(sheet.unit_id, units[sheet.unit_id]),
                    facts=facts,
                    period=year.id,
                )


def _made(
    kind: OutcomeKind,
    cause: Cause,
    *,
    key: str,
    unit: tuple[UUID, str],
    facts: str,
    period: UUID | None = None,
) -> Suggestion:
    return Suggestion(
        kind=kind.value,
        kind_label=kind.label,
        cause=cause.value,
        cause_label=cause.label,
        cause_key=key,
        unit_id=unit[0],
        unit_name=unit[1],
        facts=facts,
        period_id=period,
    )

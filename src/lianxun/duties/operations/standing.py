"""What is due every week, quarter and year whatever is inspected: opened for a year, reported as done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from lianxun.access.queries import offices_with
from lianxun.duties import rules, steps
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import day_of, template_for
from lianxun.duties.enums import STANDING_KIND, DutyState, Preset
from lianxun.duties.models import Duty, DutyTemplate, WorkDay
from lianxun.duties.operations.tick import may_tick
from lianxun.duties.records import Responsible
from lianxun.duties.steps.recorded import met_by_record
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

DECEMBER = 12


@operation("duties.open_standing")
def open_standing(*, actor: Actor, now: datetime, year: int) -> int:
    """Open the standing duties of ``year`` for the bodies and member units of the keeper's area.

    Days that have passed are left out; a second call adds only what is missing. Returns how many.
    """
    require(rules.may_keep_calendar(actor))
    today = day_of(now)
    if not today.year <= year <= today.year + 1:
        raise Invalid.at("year", f"只能建立 {today.year} 或 {today.year + 1} 年的例行时限。")
    keeper = Keeper(actor.unit_id, actor.unit_path, actor.region)
    opened = _open_year(keeper, year, actor=actor, now=now)
    noting().about("duties.duty", actor.unit_id, year=year, opened=opened)
    return opened


@operation("duties.open_standing_years")
def open_standing_years(*, actor: Actor, now: datetime) -> int:
    """What the platform does by itself: this year's standing duties for every keeper's area, and from
    December on next year's. A second run adds only what is missing. Returns how many."""
    require(may_tick(actor))
    today = day_of(now)
    years = [today.year] + ([today.year + 1] if today.month == DECEMBER else [])
    opened = sum(
        _open_year(keeper, year, actor=actor, now=now)
        for keeper in _keepers()
        for year in years
        if WorkDay.objects.filter(date=date(year, 12, 31)).exists()
    )
    noting().about("duties.duty", actor.account_id, rule="ACC-P6", opened=opened)
    return opened


@dataclass(frozen=True, slots=True)
class Keeper:
    """The office that keeps the calendar of an area: its standing duties belong to it."""

    unit_id: UUID
    unit_path: str
    region: tuple[int, int]


def _keepers() -> list[Keeper]:
    """One keeper for each office, whoever of its people is in post."""
    found: dict[UUID, Keeper] = {}
    for unit_id, path, low, high in offices_with(role="coordinator", duty="organisation"):
        found.setdefault(unit_id, Keeper(unit_id, path, (low, high)))
    return list(found.values())


def _open_year(keeper: Keeper, year: int, *, actor: Actor, now: datetime) -> int:
    _one_at_a_time(keeper.unit_id)
    today = day_of(now)
    templates = list(DutyTemplate.objects.filter(code__startswith="DT-ST-").order_by("code"))
    start, end = max(today, date(year, 1, 1)), date(year, 12, 31)
    units = _units_by_kind(keeper, today)
    known = set(
        Duty.objects.filter(object_kind=STANDING_KIND).values_list(
            "template_code", "object_id", "occurrence"
        )
    )
    opened = 0
    for code in sorted({t.code for t in templates}):
        template = template_for(code=code, presets=(Preset.COMMON,), on=today, templates=templates)
        if template is None:
            continue
        for unit in units.get(template.who, []):
            days = [day for day in _days(template, start, end) if (code, unit.id, day) not in known]
            opened += steps.open_occurrences(
                template,
                days=days,
                actor=actor,
                now=now,
                object_kind=STANDING_KIND,
                object_id=unit.id,
                title=f"{unit.short_name} {year} 年",
                responsible=Responsible(unit.id, unit.short_name),
                labels=_labels(keeper, unit),
            )
    return opened


def _one_at_a_time(keeper: UUID) -> None:
    """The office and the platform itself may open the same year in the same second."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 13))", [str(keeper)])


def _units_by_kind(keeper: Keeper, today: date) -> dict[str, list[Unit]]:
    low, high = keeper.region
    area = Q(region__gte=low, region__lte=high) | Q(
        path__gte=keeper.unit_path, path__lt=keeper.unit_path + "~"
    )
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    own = Unit.objects.get(id=keeper.unit_id)
    found: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(area, current, tier=own.tier).order_by("path"):
        found.setdefault(unit.kind, []).append(unit)
    return found


def _days(template: DutyTemplate, start: date, end: date) -> Iterator[date]:
    for day in rules.occurrences(
        template.recurrence,
        start=start,
        end=end,
        calendar=current_calendar(),
        weekday=template.on_weekday,
        month=template.on_month,
        day=template.on_day,
    ):
        if day <= end:
            yield day


def _labels(keeper: Keeper, unit: Unit) -> Labels:
    return Labels(
        level=Level.INTERNAL,
        region=unit.region,
        owner_unit=keeper.unit_id,
        owner_path=keeper.unit_path,
    )


@operation("duties.report_done")
def report_done(*, actor: Actor, now: datetime, duty_id: UUID, note: str, revision: int) -> None:
    """The responsible unit reports a standing duty as done, with a sentence on what was done."""
    duty = Duty.objects.select_for_update().filter(id=duty_id).first()
    if duty is None:
        raise NotFound
    if duty.object_kind != STANDING_KIND:
        raise WrongState("这一时限随所办事项自动办结，请到该事项的页面办理。")
    if met_by_record(duty):
        raise WrongState(
            "这一时限随登记的记录办结：例行会议请在“协作会商”中登记，季度进展请在“考核评价”中报送。"
        )
    if actor.unit_id != duty.responsible_unit:
        raise Refused(Denied("只有责任单位可以报告完成。", "ACC-DUTY-6"))
    if duty.state != DutyState.OPEN:
        raise WrongState(f"这一时限已是“{DutyState(duty.state).label}”。")
    if duty.revision != revision:
        raise Stale
    if not note.strip():
        raise Invalid.at("note", "请用一句话写明完成情况。")
    steps.fulfil_duty(actor=actor, now=now, duty_id=duty_id, reason=fitting("note", note, 200))
    noting().about(
        "duties.duty", duty.id, revision=revision + 1, rule="ACC-DUTY-6", code=duty.template_code
    )

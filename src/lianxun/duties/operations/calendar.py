"""Import of the next official notice: a new version of the table, then every open duty again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from lianxun.duties import rules
from lianxun.duties.calendar_table import read_table
from lianxun.duties.clocks import clock_of, light_of
from lianxun.duties.enums import DayStatus, DutyState
from lianxun.duties.models import CalendarVersion, Duty, WorkDay
from lianxun.duties.records import CalendarChange, CalendarImport, DateMove
from lianxun.duties.seed import DayRow, ordinary
from lianxun.kernel.actor import Actor
from lianxun.kernel.calendar import Day, WorkCalendar
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require


@operation("duties.import_calendar")
def import_calendar(
    *, actor: Actor, now: datetime, days: Sequence[DayRow], confirm: bool = False
) -> CalendarImport:
    """Take over the years that ``days`` announce; every other day of those years is ordinary.

    Without ``confirm`` nothing is stored: the answer shows the days that would change and those duties
    of the actor's own view that would move. With it, a new version is stored; the platform's next tick
    computes every open duty again, with a line in its history.
    """
    require(rules.may_keep_calendar(actor))
    if not days:
        raise Invalid.at("file", "没有读到任何日期。")
    years = sorted(_years(days))
    last = WorkDay.objects.order_by("-date").values_list("date", flat=True)[0]
    if years != list(range(years[0], years[-1] + 1)) or years[0] > last.year + 1:
        raise Invalid.at("file", f"工作日历现到 {last}，请先导入其后一年的通知，不能跳过年份。")
    table = {row.date: row for row in WorkDay.objects.filter(date__year__in=years)}
    wanted = list(_whole_years(years, days))
    changed = [row for row in wanted if _differs(table.get(row.date), row)]
    version = CalendarVersion.objects.order_by("-number").values_list("number", flat=True)[0]
    changes = tuple(
        CalendarChange(row.date, _words(table.get(row.date)), _row_words(row)) for row in changed
    )
    moves = _would_move(now, version, wanted)
    noting().about(
        "duties.calendar", actor.account_id, years=years, days=len(changed), stored=confirm
    )
    if not confirm:
        return CalendarImport(version, changes, moves, years=tuple(years))
    if not changed:
        raise WrongState("与现有工作日历完全一致，没有可导入的变化。")
    _store(changed, version + 1, actor=actor, now=now)
    return CalendarImport(version + 1, changes, moves, applied=True, years=tuple(years))


def _years(days: Iterable[DayRow]) -> set[int]:
    """The announced years. New Year's holiday may begin in December of the year before."""
    counted: dict[int, int] = {}
    for row in days:
        counted[row.date.year] = counted.get(row.date.year, 0) + 1
    full = {year for year, count in counted.items() if count > 6}
    return full or set(counted)


def _whole_years(years: Sequence[int], days: Sequence[DayRow]) -> Iterable[DayRow]:
    """Every day of the announced years, then announced days outside of them (late December)."""
    given = {row.date: row for row in days}
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            yield given.pop(day) if day in given else ordinary(day, DayStatus.OFFICIAL)
            day += timedelta(days=1)
    yield from given.values()


def _differs(old: WorkDay | None, new: DayRow) -> bool:
    return old is None or (old.is_work, old.name, old.status) != (new.is_work, new.name, new.status)


def _words(row: WorkDay | None) -> str:
    if row is None:
        return "未列入"
    return (
        ("上班" if row.is_work else "休息")
        + (f"（{row.name}）" if row.name else "")
        + ("·暂定" if row.status == DayStatus.PROVISIONAL else "")
    )


def _row_words(row: DayRow) -> str:
    return ("上班" if row.is_work else "休息") + (f"（{row.name}）" if row.name else "")


def _would_move(now: datetime, version: int, wanted: Sequence[DayRow]) -> tuple[DateMove, ...]:
    """Open duties in the actor's view whose day would change under the new table."""
    replaced = {row.date: row for row in wanted}
    rows = WorkDay.objects.order_by("date").values_list("date", "is_work", "name", "status")
    days = {d: Day(d, w, n, s == DayStatus.PROVISIONAL) for d, w, n, s in rows}
    days |= {d: Day(d, r.is_work, r.name, False) for d, r in replaced.items()}
    table = WorkCalendar(days.values(), version=version + 1)
    first = min(replaced)
    moves = []
    open_duties = Duty.objects.filter(state=DutyState.OPEN, due_on__gte=first - timedelta(days=400))
    for duty in open_duties.order_by("due_on", "id").prefetch_related("pauses", "changes"):
        plan = rules.schedule(clock_of(duty), table)
        if plan.due != duty.due_on:
            moves.append(
                DateMove(
                    duty.id,
                    duty.template_code,
                    duty.title,
                    duty.object_title,
                    duty.responsible_unit_name,
                    duty.due_on,
                    plan.due,
                    light_of(duty, now),
                    None,
                    plan.off,
                    plan.provisional,
                )
            )
    return tuple(moves)


def _store(changed: Sequence[DayRow], number: int, *, actor: Actor, now: datetime) -> None:
    old = set(
        WorkDay.objects.filter(date__in=[r.date for r in changed]).values_list("date", flat=True)
    )
    rows = [
        WorkDay(date=r.date, is_work=r.is_work, name=r.name, source=r.source, status=r.status)
        for r in changed
    ]
    WorkDay.objects.bulk_create([r for r in rows if r.date not in old], batch_size=1000)
    WorkDay.objects.bulk_update(
        [r for r in rows if r.date in old], ["is_work", "name", "source", "status"], batch_size=500
    )
    source = next((r.source for r in changed if r.name), changed[0].source)
    CalendarVersion.objects.create(
        number=number,
        source=source,
        imported_at=now,
        imported_by=actor.account_id,
        changed_days=len(changed),
    )
    read_table(number)  # refuses a table with a hole before it is committed

"""Pure rules of due dates, ladders and lights. No database: facts in, explained results out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from lianxun.duties.enums import Anchor, DayCount, Recurrence, Step
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.kernel.calendar import (
    DayKind,
    Due,
    Roll,
    WorkCalendar,
    due_after,
    next_anniversary,
    next_weekday,
)
from lianxun.kernel.clock import Light

# 江津 ladder (domain.md, SM-5): 20 days left, 10 days left, overdue; a clock shorter than 40 days
# scales to 50 % / 25 % / 0 of its length.
GREEN_LEFT, YELLOW_LEFT = 20, 10
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from ``from_on`` until ``to_on``, the first day that counts again."""

    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Extension:
    """Decided on ``on``, the one extension moves the last day to ``to``."""

    on: date
    to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The facts from which every date of a duty follows."""

    anchor: str
    anchor_date: date
    amount: int
    day_kind: str
    roll: str
    opened_on: date
    warn_amount: int | None = None
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    # A recurring duty comes up only in its own window of so many days before its day.
    window_days: int | None = None
    # A clock in hours: its length and its moment; the days above follow from the moment.
    hours: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When it is due, and from when which letter and which light."""

    due: date
    notify_from: date
    warn_from: date
    provisional: bool
    raw: date
    off: str


def schedule(clock: Clock, calendar: WorkCalendar) -> Schedule:
    """Count the clock from its anchor and replay pauses and the extension in order.

    Raises ``kernel.calendar.OutOfCalendar`` if a date leaves the calendar.
    """
    first = due_after(
        clock.anchor_date,
        clock.amount,
        calendar,
        kind=DayKind(clock.day_kind),
        roll=Roll(clock.roll),
    )
    due, provisional = _replayed(clock, first, calendar)
    start = _start(clock, due)
    notify_from, warn_from = ladder(start, due, clock.day_kind, calendar)
    if clock.warn_amount is not None and clock.extension is None:
        warned = due_after(
            clock.anchor_date, clock.warn_amount, calendar, kind=DayKind(clock.day_kind)
        ).day
        warn_from = min(warned + (due - first.day), due)
        notify_from = min(notify_from, warn_from)
    return Schedule(due, notify_from, warn_from, provisional, first.raw, first.off)


def _start(clock: Clock, due: date) -> date:
    if clock.window_days is not None:
        return due - clock.window_days * ONE_DAY
    return clock.anchor_date if clock.amount > 0 else min(clock.opened_on, due)


def _replayed(clock: Clock, first: Due, calendar: WorkCalendar) -> tuple[date, bool]:
    due, provisional = first.day, first.provisional
    events: list[tuple[date, Pause | Extension]] = [(p.from_on, p) for p in clock.pauses]
    if clock.extension is not None:
        events.append((clock.extension.on, clock.extension))
    for _, event in sorted(events, key=lambda e: e[0]):
        if isinstance(event, Extension):
            due = max(due, event.to)
            continue
        moved = after_pause(due, event, clock, calendar)
        if moved != due:
            provisional = provisional or calendar.is_provisional(event.from_on, moved)
        due = moved
    return due, provisional


def after_pause(due: date, pause: Pause, clock: Clock, calendar: WorkCalendar) -> date:
    """The last day after a pause: as many days are left at ``to_on`` as were left at ``from_on``.

    A clock that had already run out stays where it was: pausing does not heal lateness.
    """
    if pause.from_on > due or pause.to_on <= pause.from_on:
        return due
    if clock.day_kind == DayCount.WORKING:
        left = calendar.working_days_between(pause.from_on - ONE_DAY, due)
        return max(due, calendar.working_day(pause.to_on - ONE_DAY, left))
    moved = due + (pause.to_on - pause.from_on)
    return moved if clock.roll == Roll.NONE else calendar.next_working(moved)


def ladder(start: date, due: date, day_kind: str, calendar: WorkCalendar) -> tuple[date, date]:
    """Days of the green and the yellow letter for a clock that runs from ``start`` to ``due``."""
    if day_kind == DayCount.WORKING:
        length = max(0, calendar.working_days_between(start, due))
    else:
        length = max(0, (due - start).days)
    green_left = min(GREEN_LEFT, -(-length // 2))
    yellow_left = min(YELLOW_LEFT, -(-length // 4))

    def back(left: int) -> date:
        if left == 0:
            return due
        return (
            calendar.working_day(due, -left)
            if day_kind == DayCount.WORKING
            else due - left * ONE_DAY
        )

    return back(green_left), back(yellow_left)


def step_due(*, notify_from: date, warn_from: date, due: date, today: date) -> Step | None:
    """The letter that belongs to ``today``: the gravest step reached, or none yet."""
    if today > due:
        return Step.RED
    if today >= warn_from:
        return Step.YELLOW
    return Step.GREEN if today >= notify_from else None


def occurrences(
    recurrence: str,
    *,
    start: date,
    end: date,
    calendar: WorkCalendar,
    weekday: int | None = None,
    month: int | None = None,
    day: int | None = None,
) -> Iterator[date]:
    """Nominal days of a recurring duty between ``start`` and ``end`` (both included), before rolling.

    An annual duty always has its next day, even beyond ``end``: a node that will come is shown.
    """
    if recurrence == Recurrence.ANNUAL:
        yield next_anniversary(start, month or 12, day or 31)
    elif recurrence == Recurrence.QUARTERLY:
        yield from _quarter_ends(start, end)
    elif recurrence == Recurrence.WEEKLY:
        at = next_weekday(start, 4 if weekday is None else weekday)
        while at <= end:
            if calendar.roll(at, Roll.PREVIOUS) >= start:
                yield at
            at += timedelta(days=7)
    elif recurrence == Recurrence.DAILY:
        at = calendar.next_working(start)
        while at <= end:
            yield at
            at = calendar.working_day(at, 1)


def _quarter_ends(start: date, end: date) -> Iterator[date]:
    for year in range(start.year, end.year + 1):
        for month, day in ((3, 31), (6, 30), (9, 30), (12, 31)):
            if start <= date(year, month, day) <= end:
                yield date(year, month, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A person bound to an engagement for some days (the room that keeps teams hands these in)."""

    person: UUID
    name: str
    engagement: UUID
    title: str
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class DoubleBooking:
    person: UUID
    name: str
    other_title: str
    from_on: date
    to_on: date


def double_booked(
    engagement: UUID, from_on: date, to_on: date, bookings: Sequence[Booking]
) -> list[DoubleBooking]:
    """Members of ``engagement`` whom its new period would bind to another engagement at the same time."""
    members = {b.person for b in bookings if b.engagement == engagement}
    clashes = [
        DoubleBooking(b.person, b.name, b.title, max(from_on, b.from_on), min(to_on, b.to_on))
        for b in bookings
        if b.engagement != engagement
        and b.person in members
        and b.from_on <= to_on
        and b.to_on >= from_on
    ]
    return sorted(clashes, key=lambda c: (c.name, c.from_on))


_COUNT_WORDS = {
    DayCount.WORKING: "个工作日",
    DayCount.CALENDAR: "日",
    DayCount.MONTH: "个月",
}


def explain(
    *,
    clock: Clock,
    plan: Schedule,
    light: Light,
    today: date,
    title: str,
    clause: str,
    calendar: WorkCalendar,
    calendar_version: int,
    moved: Sequence[str] = (),
    now: datetime | None = None,
) -> list[str]:
    """Why the light is as it is: which rule, which day count, which calendar. One sentence each.

    ``now`` is asked for by a clock in hours only.
    """
    said = [f"依据：{clause}。", _counting(clock, plan, title)]
    if plan.off:
        said.append(f"{_day(plan.raw)}为{plan.off}，按规则调整。")
    for pause in clock.pauses:
        said.append(f"{_day(pause.from_on)}至{_day(pause.to_on)}暂停计时，相应顺延。")
    if clock.extension is not None:
        said.append(f"{_day(clock.extension.on)}批准延期至{_day(clock.extension.to)}。")
    said += moved
    if clock.due_at is not None and now is not None:
        return [*said, _moment_words(clock.due_at, light, now)]
    said.append(
        f"到期日{_day(plan.due)}，自{_day(plan.warn_from)}起临期；{_now_words(plan, light, today, calendar)}"
    )
    said.append(
        f"按工作日历第{calendar_version}版计算"
        + ("，其中含尚未正式公布的日期，结果为暂定，公布后自动重算。" if plan.provisional else "。")
    )
    return said


def _counting(clock: Clock, plan: Schedule, title: str) -> str:
    if clock.hours is not None and clock.due_at is not None:
        return f"“{title}”须在 {clock.hours} 小时内完成，以时刻计算，节假日不顺延。"
    if clock.anchor == Anchor.EXPLICIT:
        return f"“{title}”的期限为约定日期{_day(clock.anchor_date)}。"
    anchor = Anchor(clock.anchor).label
    if clock.amount == 0:
        return f"“{title}”应于{_day(plan.raw)}前完成。"
    side = "前" if clock.amount < 0 else "后"
    words = f"{abs(clock.amount)} {_COUNT_WORDS[DayCount(clock.day_kind)]}"
    return f"“{title}”自{anchor}{_day(clock.anchor_date)}起算，{side} {words}内（当日不计）。"


def _now_words(plan: Schedule, light: Light, today: date, calendar: WorkCalendar) -> str:
    if light in (Light.DONE, Light.DONE_LATE, Light.PAUSED, Light.CANCELLED):
        return f"{light.word}。"
    if light is Light.RED:
        return f"今天{_day(today)}，已超期 {(today - plan.due).days} 天（{calendar.working_days_between(plan.due, today)} 个工作日）。"
    return f"今天{_day(today)}，还剩 {(plan.due - today).days} 天（{calendar.working_days_between(today, plan.due)} 个工作日）。"


def _moment_words(due_at: datetime, light: Light, now: datetime) -> str:
    """A clock in hours: how it stands at this minute."""
    end = due_at.astimezone(now.tzinfo)
    said = f"到期时刻{_day(end.date())} {end:%H:%M}；"
    if light in (Light.DONE, Light.DONE_LATE, Light.PAUSED, Light.CANCELLED):
        return f"{said}{light.word}。"
    seconds = (now - due_at).total_seconds()
    words = "已超时" if light is Light.RED else "还剩"
    return f"{said}{words} {int(abs(seconds) // 3600)} 小时 {int(abs(seconds) % 3600 // 60)} 分。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def may_extend(actor: Actor, *, body: str, unit_kind: str, already: bool) -> Decision:
    """Once, and only by the body the template names (SM-5: 延期一次，由委员会批准)."""
    if not body:
        return Denied("这一时限不允许延期。", "ACC-DUTY-1")
    if already:
        return Denied("这一时限已延期一次，不能再次延期。", "ACC-DUTY-2")
    if unit_kind != body:
        return Denied("只有规定的审批机构可以批准延期。", "ACC-DUTY-1")
    if not actor.has_role("leader"):
        return Denied("延期须由审批机构的领导批准。", "ACC-DUTY-1")
    return Allowed("ACC-DUTY-1")


def may_keep_calendar(actor: Actor) -> Decision:
    """The working-day calendar and the templates are kept by coordinators who keep the organisation too."""
    if "organisation" in actor.duties and actor.has_role("coordinator"):
        return Allowed("ACC-DUTY-3")
    return Denied("只有负责组织与日历的协调专员可以更新工作日历和时限模板。", "ACC-DUTY-3")


def may_issue_bulletin(actor: Actor) -> Decision:
    """The weekly bulletin is the coordinating office's."""
    if "duties" in actor.duties and actor.has_role("coordinator"):
        return Allowed("ACC-DUTY-7")
    return Denied("周通报由联络员办公室的协调专员印制。", "ACC-DUTY-7")


def may_reassign(actor: Actor, *, responsible_unit: UUID, person: UUID | None) -> Decision:
    """A duty is handed on inside the responsible unit: by whoever has it, or by a leader or liaison."""
    if actor.unit_id != responsible_unit:
        return Denied("只有责任单位可以改派责任人。", "ACC-DUTY-4")
    if actor.has_role("leader", "liaison_officer", "coordinator") or (
        person is not None and person == actor.person_id
    ):
        return Allowed("ACC-DUTY-4")
    return Denied("只有责任人本人或本单位领导、联络员可以改派。", "ACC-DUTY-4")

"""The working-day calendar as a page, and a person's duties as a calendar feed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q
from icalendar import Alarm, Calendar, Event

from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import light_of, waiting_for
from lianxun.duties.enums import DayStatus, DutyState
from lianxun.duties.models import CalendarVersion, Duty, WorkDay
from lianxun.duties.records import CalendarDay, CalendarPage, VersionRecord
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query

FEED_LIMIT = 500


@query("duties.calendar")
def calendar_page(*, actor: Actor, now: datetime, year: int) -> CalendarPage:
    """Every day of a year, how many are worked, and where it comes from. Raises ``NotFound``."""
    rows = list(WorkDay.objects.filter(date__year=year).order_by("date"))
    if not rows:
        raise NotFound(f"工作日历没有 {year} 年。")
    noting().about("duties.calendar", actor.account_id, year=year)
    return CalendarPage(
        year=year,
        version=current_calendar().version,
        days=tuple(
            CalendarDay(r.date, r.is_work, r.name, r.status == DayStatus.PROVISIONAL) for r in rows
        ),
        working_days=sum(r.is_work for r in rows),
        provisional=any(r.status == DayStatus.PROVISIONAL for r in rows),
        sources=tuple(dict.fromkeys(r.source for r in rows if r.name)),
    )


@query("duties.calendar_versions")
def calendar_versions(*, actor: Actor, now: datetime) -> tuple[VersionRecord, ...]:
    """Every import of a notice, newest first, with the duties still computed with it."""
    used = dict(
        Duty.objects.values_list("calendar_version")
        .annotate(n=Count("id", filter=Q(state=DutyState.OPEN)))
        .order_by("calendar_version")
    )
    noting().about("duties.calendar", actor.account_id)
    return tuple(
        VersionRecord(v.number, v.source, v.imported_at, v.changed_days, used.get(v.number, 0))
        for v in CalendarVersion.objects.order_by("-number")
    )


@query("duties.feed")
def calendar_feed(*, actor: Actor, now: datetime) -> bytes:
    """The actor's open duties as an iCalendar file (RFC 5545), all-day events with a warning.

    It leaves the platform: above 内部 only the code and the name of the clock are in it, and never
    what the object is called.
    """
    feed = Calendar()
    feed.add("prodid", "-//Lianxun//duties//ZH")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "联巡时限")
    rows = Duty.objects.filter(waiting_for(actor), state=DutyState.OPEN).order_by("due_on", "id")
    count = 0
    for duty in rows[:FEED_LIMIT]:
        feed.add_component(_event(duty, now))
        count += 1
    noting().about("duties.duty", actor.account_id, count=count)
    data: bytes = feed.to_ical()
    return data


def _event(duty: Duty, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{duty.id}@lianxun")
    event.add("dtstamp", now)
    event.add("sequence", duty.revision)
    event.add("dtstart", duty.due_on)
    event.add("dtend", duty.due_on + timedelta(days=1))
    light = light_of(duty, now)
    open_text = duty.level <= Level.INTERNAL
    title = f"{duty.title}：{duty.object_title}" if open_text else f"{duty.title}（登录查看）"
    event.add(
        "summary", f"{light.shape}{light.word} {title}" + ("（暂定）" if duty.provisional else "")
    )
    event.add("description", duty.clause)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "时限临期")
    alarm.add("trigger", duty.warn_from - duty.due_on)
    event.add_component(alarm)
    return event

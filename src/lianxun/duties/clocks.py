"""From rows to the pure rules and back: the only place that maps a ``Duty`` to a ``Clock``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import timezone

from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.enums import ChangeKind, DayCount, DutyState, Phase, Recurrence, RollTo
from lianxun.duties.models import Duty, DutyChange, DutyTemplate
from lianxun.duties.records import DutyRecord
from lianxun.duties.rules import Clock, Extension, Pause, Schedule, schedule
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.calendar import WorkCalendar
from lianxun.kernel.clock import Light, light


def day_of(now: datetime) -> date:
    """The Shanghai day of a moment (settings.TIME_ZONE): what every rule of this room compares."""
    return timezone.localdate(now)


def clock_of(duty: Duty) -> Clock:
    """The facts of a stored duty. Reads its pauses and its extension (prefetched in lists).

    A clock in hours is its moment: pauses have moved ``due_at`` itself, to the minute.
    """
    if duty.due_at is not None:
        return Clock(
            anchor=duty.anchor,
            anchor_date=day_of(duty.due_at),
            amount=0,
            day_kind=DayCount.CALENDAR,
            roll=RollTo.NONE,
            opened_on=duty.opened_on,
            hours=duty.amount,
            due_at=duty.due_at,
        )
    extension = None
    if duty.extended_to is not None:
        decided = [c for c in duty.changes.all() if c.kind == ChangeKind.EXTENDED]
        extension = Extension(decided[0].on_date if decided else duty.opened_on, duty.extended_to)
    since = duty.anchored_on or date.min
    pauses = tuple(
        Pause(max(p.from_on, since), p.to_on)
        for p in duty.pauses.all()
        if p.to_on is not None and p.to_on > since
    )
    return Clock(
        anchor=duty.anchor,
        anchor_date=duty.anchor_date,
        amount=duty.amount,
        day_kind=duty.day_kind,
        roll=duty.roll,
        opened_on=duty.opened_on,
        warn_amount=duty.warn_amount,
        pauses=pauses,
        extension=extension,
        window_days=duty.window_days,
    )


def apply(duty: Duty, plan: Schedule, calendar: WorkCalendar) -> bool:
    """Put the computed dates on the row; True if the due day moved."""
    moved = duty.due_on != plan.due
    duty.due_on, duty.notify_from, duty.warn_from = plan.due, plan.notify_from, plan.warn_from
    if duty.window_days is not None:
        duty.starts_on = plan.due - timedelta(days=duty.window_days)
    duty.provisional, duty.calendar_version = plan.provisional, calendar.version
    return moved


SCHEDULED = (
    "anchor_date",
    "anchored_on",
    "due_at",
    "due_on",
    "notify_from",
    "warn_from",
    "starts_on",
    "provisional",
    "calendar_version",
    "paused_on",
    "extended_to",
    "revision",
)


def recurring(duties: Iterable[Duty]) -> frozenset[UUID]:
    """Those that come every week or day: a pause does not shift them, it lets those inside it fall away."""
    some = [d for d in duties if d.occurrence is not None]
    codes = set(
        DutyTemplate.objects.filter(
            code__in={d.template_code for d in some},
            recurrence__in=[Recurrence.WEEKLY, Recurrence.DAILY],
        ).values_list("code", flat=True)
    )
    return frozenset(d.id for d in some if d.template_code in codes)


def anchor_anew(duty: Duty, day: date, *, now: datetime) -> None:
    """The clock counts from another day; pauses that ended before somebody decided so are part of it."""
    if day != duty.anchor_date:
        duty.anchor_date, duty.anchored_on = day, day_of(now)


def reschedule(
    duties: Iterable[Duty],
    *,
    actor: Actor,
    now: datetime,
    kind: ChangeKind,
    reason: str,
    always: bool = False,
) -> int:
    """Recompute and store; writes one history row per duty that moved (or every one if ``always``)."""
    calendar = current_calendar()
    changed, history, moved_count = [], [], 0
    for duty in duties:
        old = duty.due_on
        moved = apply(duty, schedule(clock_of(duty), calendar), calendar)
        moved_count += moved
        duty.revision += 1
        changed.append(duty)
        if moved or always:
            history.append(change(duty, actor=actor, now=now, kind=kind, old=old, reason=reason))
    Duty.objects.bulk_update(changed, SCHEDULED, batch_size=500)
    DutyChange.objects.bulk_create(history, batch_size=1000)
    return moved_count


def change(
    duty: Duty, *, actor: Actor, now: datetime, kind: ChangeKind, old: date | None, reason: str = ""
) -> DutyChange:
    return DutyChange(
        duty=duty,
        kind=kind,
        old_due=old,
        new_due=duty.due_on,
        reason=reason,
        by_account=actor.account_id,
        on_date=day_of(now),
        created_at=now,
        object_kind=duty.object_kind,
        **Labels.of(duty).columns(),
    )


def template_for(
    *, code: str, presets: tuple[str, ...], on: date, templates: Iterable[DutyTemplate]
) -> DutyTemplate | None:
    """The newest version valid on ``on``; a preset named earlier wins."""
    fitting = [
        t
        for t in templates
        if t.code == code
        and t.preset in presets
        and t.valid_from <= on
        and (t.valid_to is None or t.valid_to >= on)
    ]
    return min(fitting, key=lambda t: (presets.index(t.preset), -t.version), default=None)


def light_of(duty: Duty, now: datetime) -> Light:
    """The light at a moment. Only a clock in hours changes within the day."""
    return light(
        due=duty.due_on,
        warn_from=duty.warn_from,
        done_on=duty.done_on,
        today=day_of(now),
        paused=duty.paused_on is not None,
        cancelled=duty.state == DutyState.CANCELLED,
        due_at=duty.due_at,
        done_at=duty.done_at,
        now=now,
    )


_BY_MOMENT = Q(due_at__isnull=False, done_at__isnull=False)
_IN_TIME = Q(_BY_MOMENT, done_at__lte=F("due_at")) | Q(~_BY_MOMENT, done_on__lte=F("due_on"))


def light_case(now: datetime) -> Case:
    """``kernel.clock.light`` as SQL; a test holds both against each other on random facts."""
    today = day_of(now)
    return Case(
        When(state=DutyState.CANCELLED, then=Value(Light.CANCELLED.value)),
        When(_IN_TIME, done_on__isnull=False, then=Value(Light.DONE.value)),
        When(done_on__isnull=False, then=Value(Light.DONE_LATE.value)),
        When(paused_on__isnull=False, then=Value(Light.PAUSED.value)),
        When(Q(due_on__lt=today) | Q(due_at__lt=now), then=Value(Light.RED.value)),
        When(warn_from__lte=today, then=Value(Light.YELLOW.value)),
        default=Value(Light.GREEN.value),
        output_field=CharField(),
    )


def light_filter(wanted: Light, now: datetime) -> Q:
    """The rows of one light as an indexable condition (leakproof comparisons only)."""
    today = day_of(now)
    running = Q(state=DutyState.OPEN, paused_on__isnull=True)
    fulfilled = Q(state=DutyState.FULFILLED)
    in_hand = Q(due_at__isnull=True) | Q(due_at__gte=now)
    return {
        Light.CANCELLED: Q(state=DutyState.CANCELLED),
        Light.DONE: fulfilled & _IN_TIME,
        Light.DONE_LATE: fulfilled & ~_IN_TIME,
        Light.PAUSED: Q(state=DutyState.OPEN, paused_on__isnull=False),
        # The day first: it is what the index knows.
        Light.RED: running & Q(due_on__lte=today) & (Q(due_on__lt=today) | Q(due_at__lt=now)),
        Light.YELLOW: running & Q(due_on__gte=today, warn_from__lte=today) & in_hand,
        Light.GREEN: running & Q(due_on__gte=today, warn_from__gt=today),
    }[wanted]


def record(duty: Duty, calendar: WorkCalendar, now: datetime) -> DutyRecord:
    today = day_of(now)
    values: dict[str, Any] = {
        name: getattr(duty, name)
        for name in (
            *("id", "revision", "title", "node", "phase", "clause", "object_kind"),
            *("object_id", "object_title", "engagement", "responsible_unit"),
            *("responsible_unit_name", "responsible_person", "responsible_name", "role"),
            *("starts_on", "due_on", "due_at", "warn_from", "provisional", "state", "paused_on"),
            *("extended_to", "done_on", "done_at", "level"),
        )
    }
    return DutyRecord(
        **values,
        code=duty.template_code,
        phase_label=Phase(duty.phase).label,
        state_label=DutyState(duty.state).label,
        light=light_of(duty, now),
        hours_left=_hours_left(duty, now),
        days_left=(duty.due_on - today).days,
        working_days_left=calendar.working_days_between(today, duty.due_on),
    )


def _hours_left(duty: Duty, now: datetime) -> int | None:
    """Whole hours until the moment of a clock in hours, rounded towards zero; negative when it passed."""
    if duty.due_at is None:
        return None
    return int((duty.due_at - now).total_seconds() / 3600)


def waiting_for(actor: Actor) -> Q:
    """Duties that name the actor, or his unit without naming another person and in a role he has."""
    unit = Q(responsible_unit=actor.unit_id, responsible_person__isnull=True) & (
        Q(role="") | Q(role__in=sorted(actor.roles))
    )
    person: UUID | None = actor.person_id
    return unit if person is None else unit | Q(responsible_person=person)

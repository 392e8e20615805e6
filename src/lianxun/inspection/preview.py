"""What new dates of an engagement would move, before anybody asks for them or approves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate

from lianxun.duties import queries as duties
from lianxun.duties.enums import Anchor
from lianxun.duties.records import Booked, DateMove, Preview
from lianxun.inspection import milestones
from lianxun.inspection.enums import PauseState, SeatState, State
from lianxun.inspection.models import Engagement, Pause, Seat
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound

_ON_SITE = (State.ON_SITE.value, State.EXTENDED.value)
_LIVE = (SeatState.PROPOSED, SeatState.OBJECTED, SeatState.CONFIRMED)


def preview_dates(
    *, actor: Actor, now: datetime, engagement_id: UUID, entry_on: date, on_site_end_on: date
) -> Preview:
    """Every node that would move, appear or fall away; holidays inside; people in two places at once.

    People are compared with the other engagements the actor may see. Nothing is stored.
    """
    task = Engagement.objects.select_related("round").filter(id=engagement_id).first()
    if task is None:
        raise NotFound
    if on_site_end_on <= entry_on:
        raise Invalid.at("on_site_end_on", "驻点结束日必须晚于进驻日。")
    anchors = milestones.anchors(task) | {
        Anchor.ENTRY.value: entry_on,
        Anchor.ON_SITE_END.value: on_site_end_on,
    }
    return duties.preview_shift(
        actor=actor,
        now=now,
        engagement=task.id,
        anchors=anchors,
        preset=task.round.preset,
        bookings=_bookings(task),
    )


def end_after(task: Engagement, pause: Pause, *, now: datetime) -> date:
    """The last day on site if the paused engagement goes on today: what was lost on site is given back.

    A pause before the entry moves nothing (the office sets the days then), nor one after the last day.
    """
    stopped = localdate(pause.decided_at) if pause.decided_at else localdate(now)
    if task.paused_from not in _ON_SITE or stopped > task.on_site_end_on:
        return task.on_site_end_on
    return task.on_site_end_on + (localdate(now) - stopped)


@dataclass(frozen=True, slots=True)
class Resumption:
    """What would move if a paused engagement went on today."""

    was: date
    end: date
    dates: Preview
    clocks: tuple[DateMove, ...]


def preview_resume(*, actor: Actor, now: datetime, engagement_id: UUID) -> Resumption | None:
    """What the leading group's consent would move today; ``None`` while nothing is stopped."""
    pause = (
        Pause.objects.select_related("task__round")
        .filter(task=engagement_id, state=PauseState.ACTIVE)
        .first()
    )
    if pause is None:
        return None
    task = pause.task
    end = end_after(task, pause, now=now)
    anchors = milestones.anchors(task) | {Anchor.ON_SITE_END.value: end}
    return Resumption(
        was=task.on_site_end_on,
        end=end,
        dates=preview_dates(
            actor=actor,
            now=now,
            engagement_id=engagement_id,
            entry_on=task.entry_on,
            on_site_end_on=end,
        ),
        clocks=duties.preview_resume(
            actor=actor, now=now, engagement=engagement_id, anchors=anchors
        ),
    )


def _bookings(task: Engagement) -> list[Booked]:
    """Seats of this team's people, here and elsewhere, with the days their engagements bind them."""
    people = Seat.objects.filter(task=task, state__in=_LIVE).values_list("person_id", flat=True)
    seats = Seat.objects.filter(person_id__in=list(people), state__in=_LIVE)
    return [
        Booked(
            person=seat.person_id,
            name=seat.name,
            engagement=seat.task_id,
            title=seat.task.number,
            from_on=seat.task.entry_on,
            to_on=seat.task.on_site_end_on,
        )
        for seat in seats.select_related("task").order_by("name", "id")
    ]

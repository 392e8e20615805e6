"""What new dates of an engagement would move, before anybody asks for them or approves them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.duties import queries as duties
from lianxun.duties.enums import Anchor
from lianxun.duties.records import Booked, Preview
from lianxun.inspection import milestones
from lianxun.inspection.enums import SeatState
from lianxun.inspection.models import Engagement, Seat
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound

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

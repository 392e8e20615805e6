"""The 12 nodes of an engagement, opened and moved through the duties room."""

from __future__ import annotations

from datetime import date, datetime

from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.inspection.common import body_of, labels_of
from lianxun.inspection.enums import SeatState, TeamGroup, TeamRole
from lianxun.inspection.models import Engagement
from lianxun.kernel.actor import Actor
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit

REINFORCE = "DT-IN-REINFORCE"


def anchors(task: Engagement) -> dict[str, date]:
    """Anchors known so far; a feedback date that comes later opens what counts from it."""
    found = {"entry": task.entry_on, "on_site_end": task.on_site_end_on}
    if task.feedback_on is not None:
        found["feedback"] = task.feedback_on
    return found


def _responsible(task: Engagement) -> dict[str, Responsible]:
    owner = Unit.objects.get(id=task.owner_unit)
    office = Responsible(owner.id, owner.short_name)
    group = body_of(task, UnitKind.LEADING_GROUP)
    committee = body_of(task, UnitKind.COMMITTEE)
    return {
        # Also for “member_unit”: no single unit owes that every unit has done its part; the office sees to it.
        "": office,
        "liaison_office": office,
        "leading_group": Responsible(group.id, group.short_name),
        "coordination_committee": Responsible(committee.id, committee.short_name),
        "team": _team(task) or office,
    }


def _team(task: Engagement) -> Responsible | None:
    """The task group of the confirmed head on site (domain.md, SM-1: the head starts the joint check)."""
    head = (
        task.seats.filter(group=TeamGroup.ON_SITE, role=TeamRole.HEAD, state=SeatState.CONFIRMED)
        .select_related("account__unit")
        .first()
    )
    if head is None or head.account.unit.kind != UnitKind.TASK_GROUP:
        return None
    return Responsible(head.account.unit.id, head.account.unit.short_name)


def team_confirmed(task: Engagement, *, actor: Actor, now: datetime) -> None:
    """The nodes that the team owes are the team's from now on; until here the office held them."""
    team = _team(task)
    if team is not None:
        duties.hand_over(actor=actor, now=now, engagement=task.id, who="team", responsible=team)


def expect_people(task: Engagement, wanted: str, *, actor: Actor, now: datetime) -> None:
    """The extension was approved with more people: the office has days to find them (R-7.3-3)."""
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=REINFORCE,
        object_kind=KIND_OF_TASK,
        object_id=task.id,
        title=f"{task.number} {task.unit.short_name}：{wanted}",
        responsible=_responsible(task)["liaison_office"],
        labels=labels_of(task),
    )


def open_nodes(task: Engagement, *, actor: Actor, now: datetime) -> int:
    """Open every node whose anchor is known; safe to call again."""
    opened = duties.open_milestones(
        actor=actor,
        now=now,
        engagement=task.id,
        title=f"{task.number} {task.unit.short_name}",
        anchors=anchors(task),
        labels=labels_of(task),
        responsible=_responsible(task),
        preset=task.round.preset,
        profile=task.profile,
    )
    return len(opened)


def move_nodes(task: Engagement, *, actor: Actor, now: datetime, reason: str) -> int:
    """Re-anchor open nodes after the dates of the engagement changed."""
    return duties.shift(
        actor=actor,
        now=now,
        engagement=task.id,
        anchors=anchors(task),
        reason=reason,
        title=f"{task.number} {task.unit.short_name}",
        labels=labels_of(task),
        responsible=_responsible(task),
        preset=task.round.preset,
        profile=task.profile,
    )


def done(task: Engagement, code: str, *, actor: Actor, now: datetime) -> None:
    """A node's act happened."""
    duties.fulfil(
        actor=actor,
        now=now,
        object_kind=KIND_OF_TASK,
        object_id=task.id,
        template_code=code,
    )


def end(task: Engagement, code: str, *, actor: Actor, now: datetime, reason: str) -> int:
    """Close running nodes without fulfilment, with the reason on record; ``code`` empty = all."""
    return duties.cancel(
        actor=actor,
        now=now,
        object_kind=KIND_OF_TASK,
        object_id=task.id,
        template_code=code,
        reason=reason,
    )


KIND_OF_TASK = duties.ENGAGEMENT_KIND

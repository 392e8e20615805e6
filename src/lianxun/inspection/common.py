"""Loading and labelling that all acts of the room share."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.inspection.enums import MACHINES, ChangeState
from lianxun.inspection.members import Decided, last_day, taking_part
from lianxun.inspection.models import Engagement, LookBackAsk, PhaseTask, Round, Seat
from lianxun.inspection.rules import Facts, SeatFacts
from lianxun.kernel.problems import NotFound
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.rows import Rows, require

__all__ = [
    "ASKS",
    "ASK_KIND",
    "KIND",
    "PHASE_TASKS",
    "ROUNDS",
    "SEATS",
    "TASKS",
    "body_for",
    "body_of",
    "bump",
    "decided_of",
    "facts_of",
    "labels_of",
    "leading_group_path",
    "load",
    "look_back_purpose",
    "members_on",
    "new_labels",
    "note",
    "partners_on",
    "require",
]

KIND = "inspection.engagement"
ROUNDS = Rows(Round, kind="inspection.round", noun="轮次", machine=MACHINES["inspection_round"])
# Without the engagement: a home unit sees the seat of its person, not the engagement.
SEATS = Rows(Seat, kind="inspection.seat", noun="席位", machine=MACHINES["inspection_seat"])
ASK_KIND = "inspection.look_back_ask"
ASKS = Rows(
    LookBackAsk,
    kind=ASK_KIND,
    noun="“回头看”提请",
    machine=MACHINES["inspection_lookbackask"],
    related=("first",),
)
PHASE_TASKS = Rows(
    PhaseTask,
    kind="inspection.phase_task",
    noun="阶段任务",
    machine=MACHINES["inspection_phasetask"],
    related=("unit",),
)
TASKS = Rows(
    Engagement,
    kind=KIND,
    noun="巡视任务",
    machine=MACHINES["inspection_engagement"],
    related=("round", "unit"),
)


def load(engagement_id: UUID, revision: int | None = None) -> Engagement:
    """Lock an engagement the actor may see. Raises ``NotFound`` or ``Stale``."""
    return TASKS.lock(engagement_id, revision)


def look_back_purpose(number: str) -> str:
    """The purpose of grants that let a look-back team into the engagement it looks back at."""
    return f"“回头看”{number}"[:120]


def facts_of(task: Engagement) -> Facts:
    seats = tuple(
        SeatFacts(s.account_id, s.role, s.group, s.state, s.home_id) for s in task.seats.all()
    )
    return Facts(task.state, task.owner_path, seats, tuple(task.partners))


def decided_of(task: Engagement) -> list[Decided]:
    """What the committee decided about the units of a task, in the order of its decisions."""
    rows = [c for c in task.member_changes.all() if c.state == ChangeState.APPROVED]
    rows.sort(key=lambda c: (c.decided_on or date.max, c.created_at, c.id))
    return [Decided(c.unit_id, c.change, c.until) for c in rows]


def members_on(task: Engagement, on: date) -> set[UUID]:
    """Units that take part on a day: those consulted or joined at first, and what was decided since."""
    first = {u for c in task.consultations.all() for u in c.units} | set(task.partners)
    return taking_part(first, decided_of(task), on)


def partners_on(task: Engagement, on: date) -> list[UUID]:
    """Units of the joint team on a day, without those whose time in it is over."""
    if not task.partners:
        return []
    decided = decided_of(task)
    over = [u for u in task.partners if (day := last_day(u, decided)) is not None and day < on]
    return [u for u in task.partners if u not in over]


def labels_of(task: Engagement) -> Labels:
    return Labels.of(task)


def note(task: Engagement, **detail: Any) -> None:
    """The running act is about this engagement."""
    TASKS.note(task, **detail)


def bump(task: Engagement, *fields: str) -> None:
    task.revision += 1
    task.save(update_fields=["revision", *fields])


def body_of(task: Engagement, kind: UnitKind) -> Unit:
    """The body of the engagement's tier and region that decides: leading group or committee."""
    return body_for(kind, tier=task.round.tier, owner_path=task.owner_path)


def body_for(kind: UnitKind, *, tier: str, owner_path: str) -> Unit:
    """The nearest body of ``kind``: under the same top unit as the owner."""
    top = owner_path.split("/", 1)[0] + "/"
    body = Unit.objects.filter(kind=kind, tier=tier, path__startswith=top).order_by("path").first()
    if body is None:
        raise NotFound(f"本级没有登记“{kind.label}”，请先在“组织”中登记。")
    return body


def leading_group_path(task: Engagement) -> str:
    """Path of the leading group of the engagement's tier; empty where none is registered."""
    try:
        return body_of(task, UnitKind.LEADING_GROUP).path
    except NotFound:
        return ""


def new_labels(*, owner: Unit, subject: Unit | None, engagement: UUID | None) -> Labels:
    """Inspection matters are 敏感; the region is the inspected unit's."""
    return Labels(
        level=Level.SENSITIVE,
        region=subject.region if subject else owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement,
        subject_org=subject.id if subject else None,
        subject_path=subject.path if subject else None,
    )

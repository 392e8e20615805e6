"""Loading, labels and clocks that all acts of the room share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid
from lianxun.organisation.models import Unit
from lianxun.rectification import rules
from lianxun.rectification.enums import MACHINES
from lianxun.rectification.models import Assessment, Item
from lianxun.trace.rows import Rows, require

__all__ = [
    "ASSESSMENTS",
    "EXTENSION",
    "ITEMS",
    "KIND",
    "facts_of",
    "load",
    "move",
    "note",
    "office_of",
    "own_labels",
    "require",
    "start_clock",
    "stop_clock",
    "unit_in_charge",
    "wait_for_numbers",
    "words",
]

KIND = "rectification.item"
EXTENSION = "rectification.extension"
LONGEST = 2000
ITEMS = Rows(Item, kind=KIND, noun="整改事项", machine=MACHINES["rectification_item"])
ASSESSMENTS = Rows(
    Assessment,
    kind="rectification.assessment",
    noun="整改评估",
    machine=MACHINES["rectification_assessment"],
)


def load(item_id: UUID, revision: int | None = None) -> Item:
    """Lock an item the actor may see. Raises ``NotFound`` or ``Stale``."""
    return ITEMS.lock(item_id, revision)


def move(item: Item, to: str, *fields: str, **detail: Any) -> None:
    """Change the state along the machine; raises ``WrongState``."""
    ITEMS.move(item, to, *fields, **detail)


def note(item: Item, **detail: Any) -> None:
    """The running act is about this item."""
    ITEMS.note(item, **detail)


def words(place: str, text: str, missing: str, *, most: int = LONGEST) -> str:
    """A text a person must write: nothing of it is cut off."""
    text = text.strip()
    if not text:
        raise Invalid.at(place, missing)
    if len(text) > most:
        raise Invalid.at(place, f"不超过 {most} 字，现有 {len(text)} 字。")
    return text


def facts_of(item: Item) -> rules.Facts:
    return rules.Facts(
        state=item.state,
        owner_path=item.owner_path,
        unit_path=item.subject_path or "",
        engagement=item.engagement,
        submitted_by=item.submitted_by_id,
        signed_units=frozenset({item.signed_unit} if item.signed_unit else ()),
    )


def own_labels(item: Item | Assessment, actor: Actor) -> dict[str, object]:
    """Labels of what a body writes about an item or an assessment: its own row, blind to the other bodies, and never
    served on the inspected unit."""
    columns = Labels.of(item).columns()
    return columns | {
        "owner_unit": actor.unit_id,
        "owner_path": actor.unit_path,
        "addressee_unit": None,
        "addressee_path": None,
    }


def wait_for_numbers(engagement: UUID) -> None:
    """Two people who number something of one engagement at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(engagement)])


def unit_in_charge(item: Item) -> Responsible:
    unit = Unit.objects.get(id=item.subject_org or item.owner_unit)
    return Responsible(unit.id, unit.short_name)


def office_of(item: Item) -> Responsible:
    unit = Unit.objects.get(id=item.owner_unit)
    return Responsible(unit.id, unit.short_name)


def start_clock(
    item: Item,
    code: str,
    who: Responsible,
    *,
    actor: Actor,
    now: datetime,
    due_on: date | None = None,
) -> None:
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=KIND,
        object_id=item.id,
        title=f"{item.number} 整改事项",
        responsible=who,
        labels=Labels.of(item),
        due_on=due_on,
    )


def stop_clock(item: Item, code: str, *, actor: Actor, now: datetime) -> None:
    duties.fulfil(actor=actor, now=now, object_kind=KIND, object_id=item.id, template_code=code)

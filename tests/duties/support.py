"""Opening duties the way an upper room does: inside an operation of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from lianxun.demo.people import PROVINCE
from lianxun.duties import steps
from lianxun.duties.records import Responsible
from lianxun.fabric.identity import acting_as
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id

MONDAY = date(2026, 3, 2)
T = TypeVar("T")


def at(day: date, hour: int = 9) -> datetime:
    """That hour of the day in Shanghai, as the moment an act carries."""
    return datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)


def labels(of: Actor, *, engagement: UUID | None = None, **more: Any) -> Labels:
    values = {"level": 1, "region": PROVINCE, "owner_unit": of.unit_id, "owner_path": of.unit_path}
    return Labels(**{**values, "engagement": engagement, **more})


def owes(who: Actor, *, personally: bool = False) -> Responsible:
    person = who.person_id if personally else None
    return Responsible(who.unit_id, who.unit_name, person, who.name if personally else "")


def inside(actor: Actor, step: Callable[..., T], **arguments: Any) -> T:
    """Run a step as ``actor`` in a transaction, as an operation would."""
    with acting_as(actor.account_id, service=actor.service), transaction.atomic():
        return step(actor=actor, **arguments)


def opened(actor: Actor, *, code: str = "DT-LD-RECEIPT", on: date = MONDAY, **more: Any) -> UUID:
    """A duty of ``code`` about a new lead, owed by the actor's own unit unless said otherwise."""
    values = {
        "now": at(on),
        "template_code": code,
        "object_kind": "leads.lead",
        "object_id": new_id(),
        "title": "线索移交〔2026〕1号",
        "responsible": owes(actor),
        "labels": labels(actor),
    }
    return inside(actor, steps.open_duty, **{**values, **more})

"""Which rule of need-to-know let somebody read: said in the record of the read (security.md §1.3)."""

from __future__ import annotations

from lianxun.access import rules
from lianxun.access.kinds import KINDS
from lianxun.access.queries import database_now, standing_of, subject_of
from lianxun.access.records import ObjectLabels
from lianxun.fabric.handlers import handles
from lianxun.fabric.models import Labelled
from lianxun.kernel.actor import Actor
from lianxun.trace.records import Note


@handles("trace.read")
def say_why(*, actor: Actor, note: Note, row: Labelled) -> None:
    """The record of a read names the rule that opened its object.

    The row was read, so the database let it through; the rules say by which opening. Only what was handed to
    the person by name or through the unit has to be looked up.
    """
    said = KINDS.get(note.obj)
    if said is None or note.rule:
        return
    obj = ObjectLabels(
        id=row.id,
        table=note.obj,
        library=said.library or str(getattr(row, "object_kind", "")).partition(".")[0],
        level=row.level,
        region=row.region,
        owner_path=row.owner_path,
        engagement=row.engagement,
        subject_org=row.subject_org,
        subject_path=row.subject_path,
        addressee_path=row.addressee_path,
        compartment=row.compartment,
        served=said.served,
    )
    found = rules.explain(standing_of(actor), obj)
    if not found.allowed:
        found = rules.explain(subject_of(actor=actor, kind=note.obj, now=database_now()), obj)
    note.rule = found.deciding[0].rule if found.allowed else "ACC-P9"

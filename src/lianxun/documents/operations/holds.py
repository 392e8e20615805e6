"""法律保全: place and lift. A hold stops destruction, and nothing else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.documents import rules
from lianxun.documents.enums import HoldState
from lianxun.documents.held import held_among, lock_object
from lianxun.documents.keepers import keeper
from lianxun.documents.models import LegalHold
from lianxun.documents.operations.common import HOLDS, ill_worded, text
from lianxun.fabric.handlers import announce
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.trace.door import operation
from lianxun.trace.rows import require


@operation("documents.place_hold")
def place_hold(
    *, actor: Actor, now: datetime, kept_by: str, object_id: UUID, reason: str, basis: str
) -> UUID:
    """Hold something back from destruction. ``kept_by`` names its keeper (``leads.lead``)."""
    found = keeper(kept_by)
    kept = None if found is None else found.find(object_id)
    if kept is None:
        raise NotFound
    require(rules.may_hold(actor, object_kind=kept.object_kind))
    errors = [
        ill_worded(
            "reason", reason, least=5, most=300, missing="请写明保全理由（不少于 5 个字）。"
        ),
        ill_worded("basis", basis, least=2, most=120, missing="请写明依据的文号或案件编号。"),
    ]
    if any(errors):
        raise Invalid(*(e for e in errors if e is not None))
    lock_object(object_id)
    if found is not None and found.find(object_id) is None:  # destroyed while we waited
        raise NotFound
    row = LegalHold.objects.create(
        created_at=now,
        object_kind=kept.object_kind,
        object_id=object_id,
        number=kept.number[:60],
        reason=reason.strip(),
        basis=basis.strip(),
        placed_by_id=actor.account_id,
        state=HoldState.HELD,
        **kept.labels.columns(),
    )
    HOLDS.note(row, kept_by=kept_by, object=str(object_id))
    announce("documents.held", actor=actor, now=now, kept_by=kept_by, object_id=object_id)
    return row.id


@operation("documents.lift_hold")
def lift_hold(*, actor: Actor, now: datetime, hold_id: UUID, revision: int, reason: str) -> None:
    """A leader lets go of what another one held back."""
    row = HOLDS.lock(hold_id, revision)
    require(rules.may_lift(actor, object_kind=row.object_kind, placed_by=row.placed_by_id))
    row.lift_reason = text(
        "reason", reason, least=5, most=300, missing="请写明解除理由（不少于 5 个字）。"
    )
    row.lifted_by_id, row.lifted_at = actor.account_id, now
    HOLDS.move(row, HoldState.LIFTED, "lifted_by", "lifted_at", "lift_reason")
    if not held_among([row.object_id]):
        announce(
            "documents.released",
            actor=actor,
            now=now,
            object_kind=row.object_kind,
            object_id=row.object_id,
        )

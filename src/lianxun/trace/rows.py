"""What an act does with the row it is about, the same in every room: lock it, check it, move it, note it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.db.models import Field

from lianxun.fabric.handlers import announce
from lianxun.fabric.models import Labelled
from lianxun.kernel.actor import Decision, Denied
from lianxun.kernel.machine import Machine
from lianxun.kernel.problems import NotFound, Refused, Stale, WrongState
from lianxun.trace.door import noting

M = TypeVar("M", bound=Labelled)


def require(decision: Decision) -> None:
    """Stop at a refusal; remember the rule that allowed."""
    if isinstance(decision, Denied):
        raise Refused(decision)
    noting().rule = decision.rule


class Rows(Generic[M]):
    """The rows of one model as acts use them.

    ``kind`` is the object kind of the record (``leads.lead``), ``noun`` the word for the person
    (“线索”), ``machine`` the state machine of the column ``state`` if the model has one, ``related``
    the foreign keys that every act reads.
    """

    def __init__(
        self,
        model: type[M],
        *,
        kind: str,
        noun: str,
        machine: Machine | None = None,
        related: tuple[str, ...] = (),
    ) -> None:
        self.model, self.kind, self.noun = model, kind, noun
        self.machine, self.related = machine, related

    def lock(self, row_id: UUID, revision: int | None = None) -> M:
        """The row, locked until the act ends. Raises ``NotFound`` (also for who may not know it) or
        ``Stale`` when it is no longer at ``revision``."""
        rows = self.model._default_manager.all()
        if self.related:
            rows = rows.select_related(*self.related)
        # Unordered: a default order along a relation would drop rows whose relative is not visible.
        row = rows.order_by().select_for_update(of=("self",)).filter(id=row_id).first()
        if row is None:
            raise NotFound
        if revision is not None and row.revision != revision:
            raise Stale
        return row

    def save(self, row: M, *fields: str, **detail: Any) -> None:
        """Store ``fields`` as the next revision and note it."""
        row.revision += 1
        row.save(update_fields=["revision", *fields])
        if "level" in fields:
            announce("trace.level_saved", kind=self.kind, object_id=row.id)
        self.note(row, **detail)

    def move(self, row: M, to: str, *fields: str, **detail: Any) -> None:
        """Change the state along the machine. Raises ``WrongState`` that names both states."""
        if self.machine is None:
            raise TypeError(f"{self.kind} has no state machine")
        old = row.state  # type: ignore[attr-defined]
        if not self.machine.allows(old, to):
            raise WrongState(f"{self.noun}现为“{self.label(old)}”，不能改为“{self.label(to)}”。")
        row.state = str(to)  # type: ignore[attr-defined]
        self.save(row, "state", *fields, to=str(to), **detail)

    def label(self, state: str) -> str:
        """The Chinese word of a state."""
        field = cast("Field[str, str]", self.model._meta.get_field("state"))
        return str(dict(field.flatchoices)[str(state)])

    def note(self, row: M, **detail: Any) -> None:
        """The running act is about ``row``."""
        noting().about(
            self.kind,
            row.id,
            revision=row.revision,
            engagement=row.engagement,
            level=row.level,
            **detail,
        )

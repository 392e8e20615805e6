"""State machines in the database (settled.md 37): one generic trigger, one table of transitions.

``lx.transition(table_name, from_state, to_state)`` is filled by each room's migration from its
``enums``; the trigger refuses any other change of ``state``, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import migrations


class GuardTransitions(migrations.RunSQL):
    """Allow exactly ``transitions`` (pairs of states) on ``table``; ``initial`` states on insert."""

    def __init__(
        self, table: str, *, initial: Iterable[str], transitions: Iterable[tuple[str, str]]
    ) -> None:
        self.table = table
        self.initial = sorted(initial)
        self.transitions = sorted(transitions)
        rows = [("", state) for state in self.initial] + list(self.transitions)
        values = ", ".join(f"('{table}', '{a}', '{b}')" for a, b in rows)
        super().__init__(
            [
                f"delete from lx.transition where table_name = '{table}'",
                f"insert into lx.transition(table_name, from_state, to_state) values {values}",
                f"drop trigger if exists guard_state on {table}",
                f"create trigger guard_state before insert or update of state on {table} "
                "for each row execute function lx.guard_state()",
            ],
            reverse_sql=[
                f"drop trigger if exists guard_state on {table}",
                f"delete from lx.transition where table_name = '{table}'",
            ],
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (
            self.__class__.__name__,
            [self.table],
            {"initial": self.initial, "transitions": self.transitions},
        )

"""State machines in the database (settled.md 37): one generic trigger, one table of transitions.

``lx.transition(table_name, from_state, to_state)`` is filled by each room's migration with what its
``enums`` say on that day; the trigger refuses any other change of ``state``, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import migrations


class GuardTransitions(migrations.RunSQL):
    """Allow exactly ``moves`` (from each state to which) on ``table``; ``initial`` states on insert.

    A later guard of the same table replaces the earlier one.
    """

    def __init__(
        self, table: str, *, initial: Sequence[str], moves: Mapping[str, Sequence[str]]
    ) -> None:
        self.table = table
        self.initial = sorted(initial)
        self.transitions = sorted((a, b) for a, after in moves.items() for b in after)
        rows = [("", state) for state in self.initial] + self.transitions
        values = ", ".join(f"('{table}', '{a}', '{b}')" for a, b in rows)
        super().__init__(
            [
                f"delete from lx.transition where table_name = '{table}'",
                f"insert into lx.transition(table_name, from_state, to_state) values {values}",
                f"drop trigger if exists guard_state on {table}",
                f"create trigger guard_state before insert or update of state on {table} "
                "for each row execute function lx.guard_state()",
            ]
        )

"""A state machine stands twice: in the room's ``enums`` and in its migrations. They must be one."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from lianxun.fabric.transitions import GuardTransitions
from lianxun.kernel.machine import Machine


def declared() -> dict[str, Machine]:
    """``MACHINES`` of every room."""
    found: dict[str, Machine] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("lianxun.") or config.models_module is None:
            continue
        try:
            enums = importlib.import_module(f"{config.name}.enums")
        except ModuleNotFoundError:
            continue
        machines: Mapping[str, Machine] = getattr(enums, "MACHINES", {})
        found |= machines
    return found


def migrated() -> dict[str, Machine]:
    """What the migrations leave in ``lx.transition``: the last guard of each table."""
    loader = MigrationLoader(None)
    found: dict[str, Machine] = {}
    seen = set()
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            if key in seen:
                continue
            seen.add(key)
            for operation in loader.disk_migrations[key].operations:
                if isinstance(operation, GuardTransitions):
                    found[operation.table] = Machine.of(
                        *operation.initial, moves=operation.transitions
                    )
    return found


def test_every_guarded_table_is_declared_and_the_other_way_round() -> None:
    assert sorted(declared()) == sorted(migrated())


@pytest.mark.parametrize("table", sorted(declared()))
def test_the_room_and_its_migrations_know_the_same_moves(table: str) -> None:
    room, database = declared()[table], migrated()[table]
    assert room.initial == database.initial
    assert sorted(room.moves - database.moves) == [], "only in enums.py"
    assert sorted(database.moves - room.moves) == [], "only in the migrations"


@pytest.mark.parametrize("table", sorted(declared()))
def test_every_state_is_a_choice_and_can_be_reached(table: str) -> None:
    machine = declared()[table]
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    choices = {str(value) for value, _ in model._meta.get_field("state").flatchoices}
    assert machine.states == choices
    assert machine.reachable() == choices

"""Several new tables as one migration operation.

For each new model Django draws anew every model that is joined with it, directly or through another: with a
hundred tables around units and accounts a first start spent most of its time there. Here the new models and
what they point at are drawn, once.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.migrations.utils import resolve_relation


def together(*operations: Operation) -> list[Operation]:
    """The operations of a migration: its new tables at once and first, then the rest in its order.

    Fields, constraints and indexes that the rest adds to the new tables are made with them.
    """
    tables: dict[str, migrations.CreateModel] = {}
    rest: list[Operation] = []
    for operation in operations:
        if isinstance(operation, migrations.CreateModel):
            tables[operation.name_lower] = operation
        elif (name := getattr(operation, "model_name_lower", None)) in tables:
            tables[name] = _with(tables[name], operation)
        else:
            rest.append(operation)
    return [CreateTables(*tables.values()), *rest]


def _with(table: migrations.CreateModel, more: Operation) -> migrations.CreateModel:
    fields, options = list(table.fields), dict(table.options)
    if isinstance(more, migrations.AddField):
        fields.append((more.name, more.field))
    elif isinstance(more, migrations.AddConstraint):
        options["constraints"] = [*options.get("constraints", ()), more.constraint]
    elif isinstance(more, migrations.AddIndex):
        options["indexes"] = [*options.get("indexes", ()), more.index]
    else:
        raise TypeError(f"{more} changes a table that is made in the same step")
    return migrations.CreateModel(table.name, fields, options, table.bases, table.managers)


class CreateTables(Operation):
    """Make ``tables``; they may point at each other in the order given, and at what was there before."""

    reversible = False

    def __init__(self, *tables: migrations.CreateModel) -> None:
        self.tables = tables

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # drawn when somebody asks for it
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        near = _with_targets(app_label, self.tables, to_state)
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, near)

    def describe(self) -> str:
        return f"Create {len(self.tables)} tables"


def _with_targets(
    app_label: str, tables: tuple[migrations.CreateModel, ...], state: ProjectState
) -> ProjectState:
    """A state of ``tables`` and everything their keys lead to."""
    near = ProjectState(real_apps=state.real_apps)
    waiting = [(app_label, table.name_lower) for table in tables]
    while waiting:
        key = waiting.pop()
        if key in near.models:
            continue
        near.models[key] = state.models[key]
        for field in state.models[key].fields.values():
            if field.is_relation and field.related_model is not None:
                waiting.append(resolve_relation(field.related_model, *key))
    return near

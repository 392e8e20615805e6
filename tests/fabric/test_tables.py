"""New tables are made in one operation, with what the same step adds to them."""

from __future__ import annotations

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState

from lianxun.fabric.tables import CreateTables, together


def table(name: str, **options: object) -> migrations.CreateModel:
    return migrations.CreateModel(name, [("id", models.AutoField(primary_key=True))], options)


SMALL = models.CheckConstraint(condition=models.Q(size__lt=9), name="box_small")
SIZES = models.Index(fields=["size"], name="box_sizes")


def test_what_a_step_adds_to_its_new_tables_is_made_with_them() -> None:
    steps = together(
        table("Box", ordering=["id"], constraints=[models.UniqueConstraint("id", name="box_one")]),
        migrations.AddField("box", "size", models.IntegerField()),
        table("Lid"),
        migrations.AddField("lid", "box", models.ForeignKey("box", models.CASCADE)),
        migrations.AddConstraint("box", SMALL),
        migrations.AddIndex("box", SIZES),
    )
    (made,) = steps
    assert isinstance(made, CreateTables)
    box, lid = made.tables
    assert [name for name, _ in box.fields] == ["id", "size"]
    assert [name for name, _ in lid.fields] == ["id", "box"]
    assert [c.name for c in box.options["constraints"]] == ["box_one", "box_small"]
    assert (box.options["indexes"], box.options["ordering"]) == ([SIZES], ["id"])


def test_the_state_is_that_of_the_single_operations() -> None:
    def steps() -> list[migrations.operations.base.Operation]:
        return [
            table("Box"),
            migrations.AddField("box", "size", models.IntegerField()),
            migrations.AddConstraint("box", SMALL),
            migrations.AddIndex("box", SIZES),
        ]

    one, many = ProjectState(), ProjectState()
    for step in together(*steps()):
        step.state_forwards("attic", one)
    for step in steps():
        step.state_forwards("attic", many)
    assert one == many


def test_what_is_not_about_the_new_tables_follows_in_its_order() -> None:
    first = migrations.RunSQL("select 1")
    other = migrations.AddField("shelf", "box", models.ForeignKey("box", models.CASCADE))
    made, *rest = together(table("Box"), first, other)
    assert isinstance(made, CreateTables)
    assert rest == [first, other]


def test_a_table_is_not_made_and_changed_in_one_step() -> None:
    with pytest.raises(TypeError, match="made in the same step"):
        together(table("Box"), migrations.RemoveField("box", "id"))

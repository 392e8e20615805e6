"""A database made by another version is told from one that only lacks the newest steps."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.db import connections, migrations, models, transaction

from lianxun.config.prepare import OtherVersionError, migrate, refuse_strangers
from lianxun.fabric.migrating import Executor

KNOWN = [("leads", "0001_tables"), ("leads", "0002_guards")]


def test_steps_that_are_missing_are_applied_not_refused() -> None:
    refuse_strangers([], KNOWN)
    refuse_strangers(KNOWN[:1], KNOWN)
    refuse_strangers([*KNOWN, ("auth", "0099_of_a_package")], KNOWN)


def test_a_step_nobody_knows_is_named() -> None:
    with pytest.raises(OtherVersionError, match=r"leads 0012_about_one 等 2 项.*数据没有改动"):
        refuse_strangers([*KNOWN, ("leads", "0003_speed"), ("leads", "0012_about_one")], KNOWN)


@pytest.mark.django_db(databases=["owner"])
def test_a_database_of_another_version_is_left_alone() -> None:
    said: list[str] = []
    migrate(said.append)
    assert said == []  # the template is up to date
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into django_migrations(app, name, applied) values ('leads', '0099_later', now())"
        )
        with pytest.raises(OtherVersionError, match="leads 0099_later"):
            migrate(said.append)
        transaction.set_rollback(True, using="owner")
    assert said == []


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.django_db(databases=["owner"])
@pytest.mark.parametrize("recorded", [False, True])
def test_a_step_and_its_record_are_one(recorded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its keys are made at its end (Django then records the step after the transaction of its tables)."""
    connection = connections["owner"]
    step = migrations.Migration("0099_later", "fabric")
    step.operations = [
        migrations.CreateModel("First", [("id", models.AutoField(primary_key=True))]),
        migrations.CreateModel(
            "Second",
            [
                ("id", models.AutoField(primary_key=True)),
                ("first", models.ForeignKey("fabric.First", models.CASCADE)),
            ],
        ),
    ]
    executor = Executor(connection)
    state = executor.loader.project_state()
    if not recorded:

        def killed(*_: object) -> None:
            raise Killed

        monkeypatch.setattr(executor.recorder, "record_applied", killed)
    with nullcontext() if recorded else pytest.raises(Killed):
        executor.apply_migration(state, step)
    there = {"fabric_first", "fabric_second"} & set(connection.introspection.table_names())
    assert len(there) == (2 if recorded else 0)
    assert (("fabric", "0099_later") in executor.recorder.applied_migrations()) is recorded


@pytest.mark.django_db(databases=["owner"])
def test_what_follows_the_last_step_is_done_by_the_next_start() -> None:
    """Killed after the last step and before the kinds of objects were learnt: nothing is pending, they are missing."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from lx.kind_table")
        (known,) = cursor.fetchone()
        cursor.execute("delete from lx.kind_table")
        migrate(lambda _: None)
        cursor.execute("select count(*) from lx.kind_table")
        assert cursor.fetchone() == (known,)
        assert known > 10

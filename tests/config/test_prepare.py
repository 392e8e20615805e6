"""A database made by another version is told from one that only lacks the newest steps."""

from __future__ import annotations

import pytest
from django.db import connections, transaction

from lianxun.config.prepare import OtherVersionError, migrate, refuse_strangers

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

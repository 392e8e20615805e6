"""The subject of every rule, as the application loads it and as the database loads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from lianxun.access import operations, queries
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused
from lianxun.organisation.models import Unit


def test_without_identity_there_are_no_rows(cast: Any) -> None:
    assert Unit.objects.count() == 0


def test_with_identity_units_are_known(cast: Any) -> None:
    with acting_as(cast["audit"].account_id):
        assert Unit.objects.filter(code="YL-SJ").exists()


def test_a_tampered_context_is_no_identity(cast: Any) -> None:
    with acting_as(cast["audit"].account_id), connection.cursor() as cursor:
        cursor.execute(
            "select set_config('lx.ctx', replace(current_setting('lx.ctx'), '|2|', '|3|'), true)"
        )
        assert Unit.objects.count() == 0


def test_the_database_and_the_application_load_the_same_subject(cast: Any) -> None:
    actor = cast["city_overseer"]
    with acting_as(actor.account_id), connection.cursor() as cursor:
        cursor.execute("select lx.clearance(), lx.region_lo(), lx.region_hi(), lx.unit_path()")
        assert cursor.fetchone() == (actor.clearance, *actor.region, actor.unit_path)


def test_a_blocked_account_is_nobody(cast: Any) -> None:
    victim = cast["idle"]
    operations.block_account(
        actor=cast["system_admin"], now=cast.now, account_id=victim.account_id, reason="借调结束"
    )
    with pytest.raises(NotFound):
        queries.actor_for(account_id=victim.account_id)


def test_only_the_security_administrator_sets_permissions(cast: Any) -> None:
    wish = {
        "account_id": cast["idle"].account_id,
        "revision": 1,
        "roles": frozenset({"clerk"}),
        "duties": frozenset({"leads"}),
        "clearance": 2,
    }
    with pytest.raises(Refused):
        operations.set_permissions(actor=cast["system_admin"], now=cast.now, **wish)
    operations.set_permissions(actor=cast["security_admin"], now=cast.now, **wish)
    assert cast["idle"].duties == {"leads"}


def test_an_administrator_cannot_hold_business_roles(cast: Any) -> None:
    with pytest.raises(Invalid, match="分设"):
        operations.set_permissions(
            actor=cast["security_admin"],
            now=cast.now,
            account_id=cast["idle"].account_id,
            revision=1,
            roles=frozenset({"system_admin", "clerk"}),
            duties=frozenset(),
            clearance=0,
        )


def test_identity_is_restored_after_an_inner_one(cast: Any) -> None:
    outer, inner = cast["audit"], cast["finance"]
    with acting_as(outer.account_id), transaction.atomic(), connection.cursor() as cursor:
        with acting_as(inner.account_id), transaction.atomic():
            cursor.execute("select lx.account()")
            assert cursor.fetchone() == (inner.account_id,)
        cursor.execute("select lx.account()")
        assert cursor.fetchone() == (outer.account_id,)

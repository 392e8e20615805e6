"""A connection that broke says so in Django's words: only those are answered as "the database is away"."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from lianxun.access.models import Account
from lianxun.fabric.identity import acting_as
from tests.support import cluster
from tests.support.cast import account_id


@pytest.mark.django_db(transaction=True)
def test_nobody_is_let_in_over_a_broken_connection(cast: Any) -> None:
    who = account_id("coordinator")
    with acting_as(who), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        server.execute("select pg_terminate_backend(%s)", [backend])
    with acting_as(who), pytest.raises(OperationalError), transaction.atomic():
        pytest.fail("let in")
    connection.close_if_unusable_or_obsolete()
    with acting_as(who), transaction.atomic():
        assert Account.objects.filter(id=who).exists()

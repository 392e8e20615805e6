"""Who comes in, who fails to and who leaves is in the trace; what was typed is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import HttpRequest
from django.test import Client, RequestFactory

from lianxun.access.models import Account
from tests.trace.conftest import committing as committing  # noqa: PLC0414 - a fixture
from tests.trace.support import make_account

pytestmark = pytest.mark.usefixtures("committing")


def said() -> list[dict[str, Any]]:
    with connections["seq"].cursor() as cursor:
        cursor.execute("select body from trace.inbox order by id")
        return [json.loads(bytes(row[0])) for row in cursor]


@pytest.fixture
def account() -> Account:
    found = Account.objects.get(id=make_account("clerk").account_id)
    found.set_password("right-password")
    found.save()
    return found


def a_request() -> HttpRequest:
    request = RequestFactory().post("/accounts/login/")
    request.session = Client().session
    request.user = AnonymousUser()  # as the middleware leaves it
    return request


def test_coming_in_and_leaving(account: Account) -> None:
    request = a_request()
    login(request, account, "django.contrib.auth.backends.ModelBackend")
    logout(request)
    came, left = said()
    assert (came["act"], came["result"], came["actor"]) == (
        "access.sign_in",
        "allow",
        str(account.id),
    )
    assert (left["act"], left["unit"]) == ("access.sign_out", str(account.unit_id))


@pytest.mark.parametrize("known", [True, False])
def test_a_failed_attempt_names_the_account_but_nothing_typed(
    account: Account, known: bool
) -> None:
    name = account.username if known else "typed-secret-as-name"
    assert authenticate(a_request(), username=name, password="typed-secret") is None
    (record,) = said()
    assert (record["result"], record["rule"]) == ("deny", "ACC-SIGN-IN")
    assert record["actor"] == (str(account.id) if known else "")
    assert "typed-secret" not in json.dumps(record)


def test_a_session_made_by_a_script_is_nobody_coming_in(account: Account) -> None:
    Client().force_login(account)
    assert said() == []

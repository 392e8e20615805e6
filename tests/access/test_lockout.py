"""T13, in part: five wrong passwords close an account's sign-in for a while, the right one included."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from lianxun.access.models import Account
from tests.support.cast import account_id

PASSWORD = "a right password 2026"


@pytest.fixture
def username(cast: Any) -> str:
    cache.clear()
    account = Account.objects.get(id=account_id("clerk"))
    account.set_password(PASSWORD)
    account.save()
    return account.username


def sign_in(username: str, password: str, client: Client | None = None) -> Any:
    data = {"login": username, "password": password}
    return (client or Client()).post("/accounts/login/", data)


def test_the_right_password_signs_in(username: str) -> None:
    assert sign_in(username, PASSWORD).status_code == 302


def test_after_five_wrong_passwords_the_right_one_does_not_help(username: str) -> None:
    for _ in range(5):
        assert sign_in(username, "wrong").status_code == 200
    locked = sign_in(username, PASSWORD)
    assert locked.status_code in (200, 429)
    assert "_auth_user_id" not in locked.client.session


def test_another_account_is_not_closed_with_it(username: str) -> None:
    for _ in range(5):
        sign_in(username, "wrong")
    other = Account.objects.get(id=account_id("coordinator"))
    other.set_password(PASSWORD)
    other.save()
    assert sign_in(other.username, PASSWORD).status_code == 302

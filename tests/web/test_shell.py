"""The frame of every page over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support.cast import account_id


@pytest.fixture
def signed_in(cast: Any) -> Client:
    from lianxun.access.models import Account

    client = Client()
    client.force_login(
        Account.objects.get(id=account_id("audit")),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_home_greets_by_name(signed_in: Client) -> None:
    answer = signed_in.get("/")
    assert answer.status_code == 200
    assert "贺文渊" in answer.content.decode()


def test_unknown_addresses_look_like_invisible_ones(signed_in: Client) -> None:
    answer = signed_in.get("/no-such-page/")
    assert answer.status_code == 404
    assert "没有找到，或者您无权知悉。" in answer.content.decode()


def test_the_gallery_shows_errors_at_their_fields(signed_in: Client) -> None:
    page = signed_in.get("/gallery/").content.decode()
    assert "处需要修改" in page

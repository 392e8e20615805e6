"""A calendar program subscribes to the deadlines: the token is its password, and opens nothing else that way."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client

from lianxun.access import operations as access
from lianxun.access.models import SystemToken
from tests.api.test_api import caller
from tests.duties.support import opened
from tests.support.cast import account_id
from tests.support.recorded import listen

FEED = "/api/v1/duties/calendar.ics"


def program(cast: Any, who: str) -> Client:
    """A calendar program that knows the address, a user name and a password."""
    secret = access.issue_token(
        actor=cast["security_admin"],
        now=cast.now,
        account_id=account_id(who),
        purpose="日历订阅",
        expires_on=cast.now.date().replace(year=cast.now.year + 1),
    )
    word = base64.b64encode(f"calendar:{secret}".encode()).decode()
    return Client(headers={"authorization": f"Basic {word}"})


def test_a_calendar_program_reads_the_deadlines_of_its_account(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(cast["audit"], title="线索移交〔2026〕88号")
    client = program(cast, "audit")
    heard = listen(monkeypatch)
    answer = client.get(FEED)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode().replace("\r\n ", "")
    assert "线索签收回执" in text
    assert [(r["act"], r["result"]) for r in heard] == [("api.calendar", "allow")]
    assert caller(cast, "audit").get(FEED).content == answer.content
    other = program(cast, "finance").get(FEED).content.decode()
    assert "线索签收回执" not in other


def test_the_password_opens_the_calendar_alone(cast: Any) -> None:
    client = program(cast, "audit")
    for path in ("/api/v1/duties", "/api/v1/leads"):
        assert client.get(path).status_code == 401, path
    assert client.get("/duties/feed.ics").status_code == 302  # pages ask for a sign-in


def test_a_wrong_or_ended_password_is_asked_for_again_and_told_nothing(cast: Any) -> None:
    client = program(cast, "audit")
    SystemToken.objects.update(revoked_at=cast.now)
    word = base64.b64encode("审计:猜的".encode()).decode()
    for asking in (client, Client(headers={"authorization": f"Basic {word}"}), Client()):
        answer = asking.get(FEED)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Basic realm="lianxun"'
        assert "VCALENDAR" not in answer.content.decode()
    assert Client().get("/api/v1/duties")["WWW-Authenticate"] == "Bearer"


def test_whose_account_is_closed_has_no_calendar(cast: Any) -> None:
    client = program(cast, "audit")
    access.block_account(
        actor=cast["system_admin"], now=cast.now, account_id=account_id("audit"), reason="离岗"
    )
    assert client.get(FEED).status_code == 401

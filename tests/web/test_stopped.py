"""The trace has stopped: what is 敏感 is not read any more, whichever way it would be shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.leads.models import Lead
from lianxun.trace import clocks
from lianxun.trace.clocks import Alarm
from tests.api.test_api import caller
from tests.leads.support import Desk
from tests.support.cast import account_id
from tests.web.test_pages import client_of

WAYS = (  # (who, address): the lead itself, lists, search, its clock, first pages, the calendar
    ("coordinator", "/leads/{}/"),
    ("coordinator", "/leads/"),
    ("coordinator", "/search/?q=反映采购拆分问题"),
    ("coordinator", "/duties/"),
    ("clerk", "/"),
)
FEED = (
    "clerk",
    "/duties/feed.ics",
)  # names what is internal; of the rest only that there is a clock


@pytest.fixture
def lead(cast: Any) -> UUID:
    return Desk(cast).register(title="反映采购拆分问题")


def level(lead: UUID, value: int) -> str:
    """Give the lead and its clocks a level. Returns the number that pages show."""
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert Lead.objects.filter(id=lead).update(level=value) == 1
        Duty.objects.filter(object_id=lead).update(level=value)
        return Lead.objects.get(id=lead).number


def text(answer: Any) -> str:
    return str(answer.content.decode().replace("\r\n ", ""))


@pytest.mark.parametrize(("who", "way"), WAYS)
def test_nothing_shows_what_is_sensitive(
    cast: Any, lead: UUID, who: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = client_of(who), way.format(lead)
    number = level(lead, 2)
    assert number in text(client.get(url)), "it would be shown"
    monkeypatch.setattr(clocks._look, "alarm", Alarm.STOPPED)
    answer = client.get(url)
    assert answer.status_code == 503, url
    assert number not in text(answer)
    assert "审计管理员" in text(answer)


@pytest.mark.parametrize(("who", "way"), [*WAYS, FEED])
def test_what_is_internal_may_still_be_read(
    cast: Any, lead: UUID, who: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = level(lead, 1)
    monkeypatch.setattr(clocks._look, "alarm", Alarm.STOPPED)
    answer = client_of(who).get(way.format(lead))
    assert answer.status_code == 200, way
    assert number in text(answer), way


@pytest.mark.parametrize("path", ["/api/v1/leads", "/api/v1/leads/{}", "/api/v1/duties"])
def test_neither_does_a_machine_read_it(
    cast: Any, lead: UUID, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = level(lead, 2)  # a token is given while acts are open
    client, url = caller(cast, "coordinator"), path.format(lead)
    assert number in str(client.get(url).json())
    monkeypatch.setattr(clocks._look, "alarm", Alarm.STOPPED)
    answer = client.get(url)
    assert answer.status_code == 503, url
    assert number not in str(answer.json())

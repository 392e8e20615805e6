"""The sign-in of somebody who moves or leaves: closed at once, taken along without any permission, on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianxun.access import operations as access
from lianxun.access import queries
from lianxun.access.models import Account
from lianxun.demo.province import person_id
from lianxun.kernel.problems import NotFound
from lianxun.organisation import operations as organisation
from lianxun.organisation import queries as people
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def change(cast: Any, who: str, **changes: Any) -> None:
    keeper = cast["coordinator"]
    known = people.person(actor=keeper, now=cast.now, person_id=person_id(who)).person
    organisation.change_person(
        actor=keeper,
        now=cast.now,
        person_id=person_id(who),
        revision=known.revision,
        **{"post": known.post, **changes},
    )


def account(who: str) -> Account:
    return Account.objects.get(id=account_id(who))


def test_who_moves_is_signed_out_and_takes_no_permission_along(cast: Any, heard: Recorded) -> None:
    client = client_of("finance")
    assert client.get("/requests/").status_code == 200
    heard.clear()
    change(cast, "finance", unit_id=unit_id("YL-SW"))
    (record,) = heard.of("organisation.change_person")
    assert record["detail"]["accounts_closed"] == {"moved": [str(account_id("finance"))]}
    moved = account("finance")
    assert (moved.unit_id, moved.is_active, moved.clearance) == (unit_id("YL-SW"), False, 0)
    assert (moved.roles, moved.duties, moved.compartments) == ([], [], [])
    assert "调往" in moved.blocked_reason
    with pytest.raises(NotFound):
        queries.actor_for(account_id=account_id("finance"))
    assert client.get("/requests/")["Location"].startswith("/accounts/login/")


def test_opened_again_the_account_sees_nothing_until_permissions_are_given(cast: Any) -> None:
    change(cast, "finance", unit_id=unit_id("YL-SW"))
    access.unblock_account(
        actor=cast["system_admin"],
        now=cast.now,
        account_id=account_id("finance"),
        reason="已核对调令",
    )
    found = cast["finance"]
    assert (found.unit_id, found.duties, found.roles) == (
        unit_id("YL-SW"),
        frozenset(),
        frozenset(),
    )
    access.set_permissions(
        actor=cast["security_admin"],
        now=cast.now,
        account_id=account_id("finance"),
        revision=3,
        roles=frozenset({"liaison_officer"}),
        duties=frozenset({"exchange"}),
        clearance=1,
    )
    assert cast["finance"].duties == {"exchange"}


def test_a_change_within_the_unit_closes_nothing(cast: Any, heard: Recorded) -> None:
    heard.clear()
    change(cast, "finance", post="一级调研员")
    change(cast, "finance", unit_id=unit_id("YL-CZ"))
    assert account("finance").is_active
    assert all("accounts_closed" not in r["detail"] for r in heard)


def test_who_leaves_office_keeps_nothing_open(cast: Any, heard: Recorded) -> None:
    secret = access.issue_token(
        actor=cast["security_admin"],
        now=cast.now,
        account_id=account_id("finance"),
        purpose="单位系统对接",
        expires_on=cast.now.date() + timedelta(days=30),
    )
    assert queries.actor_of_token(secret=secret) is not None
    heard.clear()
    change(cast, "finance", active=False)
    (record,) = heard.of("organisation.change_person")
    assert record["detail"]["accounts_closed"] == {"left": [str(account_id("finance"))]}
    assert not account("finance").is_active
    assert "不在岗" in account("finance").blocked_reason
    assert queries.actor_of_token(secret=secret) is None


def test_the_three_administrators_are_moved_by_nobody_who_keeps_people(cast: Any) -> None:
    """Their accounts belong to no person; a move of people never reaches them."""
    change(cast, "finance", unit_id=unit_id("YL-SW"))
    for admin in ("system_admin", "security_admin", "audit_admin"):
        assert account(admin).is_active

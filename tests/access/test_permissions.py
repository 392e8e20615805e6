"""Two security administrators at one account: the later page is refused, what was typed stays."""

from __future__ import annotations

from typing import Any

import pytest

from lianxun.access import operations, queries
from lianxun.access.models import Account
from lianxun.demo.province import person_id
from lianxun.kernel.problems import Stale
from lianxun.organisation import operations as organisation
from lianxun.organisation import queries as people
from tests.support.cast import account_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of

IDLE = account_id("idle")
PAGE = f"/admin3/{IDLE}/"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def give(cast: Any, *, revision: int, duties: set[str]) -> None:
    operations.set_permissions(
        actor=cast["security_admin"],
        now=cast.now,
        account_id=IDLE,
        revision=revision,
        roles=frozenset({"clerk"}),
        duties=frozenset(duties),
        clearance=1,
    )


def stored() -> Account:
    return Account.objects.get(id=IDLE)


def test_the_last_writer_does_not_win(cast: Any, heard: Recorded) -> None:
    give(cast, revision=1, duties={"leads"})
    heard.clear()
    with pytest.raises(Stale):
        give(cast, revision=1, duties={"exchange"})
    assert (stored().duties, stored().revision) == (["leads"], 2)
    assert heard.of("access.set_permissions") == []
    give(cast, revision=2, duties={"exchange"})
    (record,) = heard.of("access.set_permissions")
    assert (record["obj_rev"], record["detail"]["duties"]) == (3, ["exchange"])


def form(**more: Any) -> dict[str, Any]:
    return {"roles": ["clerk"], "duties": ["exchange"], "clearance": "2", "revision": "1", **more}


def test_a_page_out_of_date_is_refused_and_keeps_what_was_typed(cast: Any) -> None:
    client = client_of("security_admin")
    assert 'name="revision" value="1"' in client.get(PAGE).content.decode()
    give(cast, revision=1, duties={"leads"})
    answer = client.post(PAGE, form(region_lo="530000", region_hi="539999"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "刚被他人修改，请刷新后核对再提交" in page
    assert 'value="530000"' in page
    assert stored().duties == ["leads"]
    assert 'name="revision" value="2"' in client.get(PAGE).content.decode()
    assert client.post(PAGE, form(revision="2")).status_code == 302
    assert stored().duties == ["exchange"]


@pytest.mark.parametrize("sent", ["", "x", None])
def test_a_form_without_its_version_changes_nothing(cast: Any, sent: str | None) -> None:
    given = form(revision=sent)
    if sent is None:
        del given["revision"]
    before = stored().duties
    assert client_of("security_admin").post(PAGE, given).status_code == 422
    assert (stored().duties, stored().revision) == (before, 1)


def test_the_same_form_twice_is_one_change(cast: Any) -> None:
    client = client_of("security_admin")
    sent = form(submission_key="3f2b6f0a-6a0f-4d6e-9d5c-2d9c7a7f0b11")
    assert [client.post(PAGE, sent).status_code for _ in range(2)] == [302, 302]
    assert stored().revision == 2


def test_every_change_of_an_account_is_a_new_version(cast: Any) -> None:
    admin = {"actor": cast["system_admin"], "now": cast.now, "account_id": account_id("finance")}

    def now() -> int:
        return Account.objects.get(id=account_id("finance")).revision

    operations.block_account(**admin, reason="离岗")
    assert now() == 2
    operations.unblock_account(**admin, reason="回岗")
    assert now() == 3
    keeper = cast["coordinator"]
    known = people.person(actor=keeper, now=cast.now, person_id=person_id("finance")).person
    organisation.change_person(
        actor=keeper,
        now=cast.now,
        person_id=person_id("finance"),
        revision=known.revision,
        post=known.post,
        active=False,
    )
    assert now() == 4
    record = queries.account(
        actor=cast["security_admin"], now=cast.now, account_id=account_id("finance")
    )
    assert record.revision == 4

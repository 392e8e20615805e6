"""“撤回提交”: a request handed in too early comes back before anybody checked it."""

from __future__ import annotations

from typing import Any

import pytest

from lianxun.duties import queries as duties
from lianxun.exchange import operations as do
from lianxun.kernel.problems import NotFound, Refused, Stale, WrongState
from tests.exchange.support import CHECKER, OWNER, act, checking, draft, look, sent
from tests.web.test_pages import client_of


def clocks(cast: Any, request: Any) -> list[tuple[str, str]]:
    found = duties.duties_of(
        actor=cast[OWNER], now=cast.now, object_kind="exchange.request", object_id=request
    )
    return [(d.code, d.state) for d in found]


def test_it_is_a_draft_again_and_the_check_is_owed_no_more(cast: Any) -> None:
    found = checking(cast)
    assert "recall" in look(cast, found).permitted
    act(cast, do.recall_request, OWNER, found)
    assert look(cast, found).state == "draft"
    assert clocks(cast, found) == [("DT-EX-CHECK", "cancelled")]
    assert {"change", "submit"} <= look(cast, found).permitted
    act(cast, do.submit_request, OWNER, found)
    assert ("DT-EX-CHECK", "open") in clocks(cast, found)


def test_what_was_checked_left_the_unit_and_is_not_recalled(cast: Any) -> None:
    for found in (draft(cast), sent(cast)):
        assert "recall" not in look(cast, found).permitted
        with pytest.raises(WrongState, match="不能撤回提交"):
            act(cast, do.recall_request, OWNER, found)


def test_only_the_asking_side_and_on_the_present_state(cast: Any) -> None:
    found = checking(cast)
    with pytest.raises(Stale):
        do.recall_request(actor=cast[OWNER], now=cast.now, request_id=found, revision=99)
    revision = look(cast, found).revision
    with pytest.raises((Refused, NotFound)):
        do.recall_request(actor=cast["finance"], now=cast.now, request_id=found, revision=revision)
    assert look(cast, found).state == "compliance_check"


def test_the_checker_finds_nothing_to_check(cast: Any) -> None:
    found = checking(cast)
    revision = look(cast, found).revision
    act(cast, do.recall_request, OWNER, found)
    with pytest.raises(Stale):
        do.check_request(
            actor=cast[CHECKER], now=cast.now, request_id=found, revision=revision, passes=True
        )


def test_handing_in_offers_the_way_back(cast: Any) -> None:
    found = draft(cast)
    client = client_of(OWNER)
    form = client.get(f"/requests/{found}/submit/")
    key = form.context["form"]["submission_key"].value()
    sent_in = {"submission_key": key, "revision": look(cast, found).revision}
    page = client.post(f"/requests/{found}/submit/", sent_in, follow=True).content.decode()
    assert f"/requests/{found}/recall/" in page
    assert "撤销" in page
    back = client.get(f"/requests/{found}/recall/?back=1")
    assert "撤回提交" in back.content.decode()
    key = back.context["form"]["submission_key"].value()
    again = {"submission_key": key, "revision": look(cast, found).revision}
    page = client.post(f"/requests/{found}/recall/", again, follow=True).content.decode()
    assert "已撤回提交" in page
    assert look(cast, found).state == "draft"

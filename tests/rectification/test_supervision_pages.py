"""The pages of joint supervision, by people's clicks and by machine, with what each of them costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.rectification.support import OFFICE, UNIT, closed, look, submitted
from tests.rectification.support_supervision import (
    approved,
    interviewed,
    looked,
    noticed,
    on_site,
    propose,
    proposed,
    seen,
    sham,
    staffed,
)
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of

STRANGERS = ("neighbour", "expired", "other_city", "audit", "system_admin", "security_admin")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def text(answer: Any) -> str:
    return answer.content.decode()


def page(found: Any) -> str:
    return f"/supervisions/{found}/"


def test_the_suggestions_name_the_item_the_reason_and_the_rule(cast: Any) -> None:
    item = sham(cast)
    words = text(client_of(OFFICE).get("/supervisions/suggested/"))
    assert look(cast, item).number in words
    assert "核验发现虚假整改 1 次" in words
    assert "江津三色预警" in words
    assert f"/supervisions/new/{look(cast, item).engagement}/" in words
    for who in (UNIT, "audit", "neighbour"):
        assert look(cast, item).number not in text(client_of(who).get("/supervisions/suggested/"))


def test_proposed_from_the_page_with_one_record(cast: Any, heard: Recorded) -> None:
    item = sham(cast)
    task = look(cast, item).engagement
    office = client_of(OFFICE)
    path = f"/supervisions/new/{task}/"
    assert "核验发现虚假整改 1 次" in text(office.get(path))
    bad = office.post(path, {"items": [str(item)], "units": [str(unit_id("YL-JW"))]})
    assert bad.status_code == 422
    assert "请填写“提请理由”" in text(bad)
    heard.clear()
    done = office.post(
        path,
        {
            "items": [str(item)],
            "units": [str(unit_id("YL-JW")), str(unit_id("YL-ZZ"))],
            "reason": "虚假整改。",
            "demand": "限期整改。",
        },
    )
    assert done.status_code == 302
    assert [r["act"] for r in heard if not r["act"].endswith("ready_to_supervise")] == [
        "rectification.propose_supervision"
    ]
    words = text(office.get(done["Location"]))
    assert "委员会审批中" in words
    assert "虚假整改：核验发现虚假整改 1 次" in words
    for who in (UNIT, *STRANGERS):
        assert client_of(who).get(done["Location"]).status_code == 404
        assert client_of(who).get(path).status_code == 404


def test_the_letter_by_clicks_and_each_of_them_sees_his_own(cast: Any) -> None:
    found = approved(cast)
    office = client_of(OFFICE)
    for who, role in (("discipline", "head"), ("personnel", "member")):
        answer = office.post(
            f"{page(found)}member/",
            {
                "account_id": str(account_id(who)),
                "role": role,
                "until": "2027-02-01",
                "revision": seen(cast, found).revision,
            },
        )
        assert answer.status_code == 302, text(answer)
    answer = office.post(f"{page(found)}notice/", {"revision": seen(cast, found).revision})
    assert answer.status_code == 302, text(answer)
    unit = text(client_of(UNIT).get(page(found)))
    assert "联合督办的通知书" in unit
    assert "督办要求" in unit
    for hidden in ("提请理由", "虚假整改，性质严重", "联合整改督导组</h2>"):
        assert hidden not in unit
    group = text(client_of("discipline").get(page(found)))
    assert "联合整改督导组</h2>" in group
    assert "逐项答复</a>" not in group
    for who in STRANGERS:
        assert client_of(who).get(page(found)).status_code == 404
        assert str(found) not in text(client_of(who).get("/supervisions/"))


@pytest.mark.parametrize("who", ["discipline", UNIT])
def test_what_somebody_may_not_do_is_not_there_for_him(cast: Any, who: str) -> None:
    found = on_site(cast)
    client = client_of(who)
    for name in ("notice", "member", "lift", "interview", "climb", "again", "look", "leave"):
        assert client.get(f"{page(found)}{name}/").status_code == 404, name
    assert client.get(f"{page(found)}find/").status_code == (200 if who != UNIT else 404)


def test_the_counts_of_the_list_lead_to_their_rows(cast: Any) -> None:
    found = noticed(cast)
    office = client_of(OFFICE)
    words = text(office.get(page(found)))
    drill = f"/supervisions/items/?supervision={found}&amp;state=returned"
    assert f'<a href="{drill}">核验退回 1 项</a>' in words
    number = seen(cast, found).listed[0].number
    assert number in text(office.get(drill.replace("&amp;", "&")))
    assert number not in text(office.get(drill.replace("&amp;", "&").replace("returned", "closed")))
    assert number in text(client_of("discipline").get("/supervisions/items/"))
    assert number not in text(client_of("audit").get("/supervisions/items/"))


def test_the_interview_and_the_ladder_stand_on_the_page(cast: Any) -> None:
    words = text(client_of(OFFICE).get(page(interviewed(cast))))
    for said in ("约谈人：省委书记 林知远", "整改承诺", "下一级措施", "通报", "约谈记录.pdf"):
        assert said in words


def test_the_item_leads_to_its_supervision(cast: Any) -> None:
    found = noticed(cast)
    listed = seen(cast, found).listed[0]
    words = text(client_of(UNIT).get(f"/items/{listed.item}/"))
    assert seen(cast, found).number in words


def test_by_machine_as_on_the_page(cast: Any) -> None:
    from tests.api.test_making import caller, send

    found = looked(cast)
    office = caller(cast, OFFICE)
    row = office.get(f"/api/v1/supervisions/{found}").json()
    assert (row["state"], row["listed"][0]["state"]) == ("on_site_check", "returned")
    assert [r["id"] for r in office.get("/api/v1/supervisions").json()["rows"]] == [str(found)]
    assert caller(cast, "neighbour").get(f"/api/v1/supervisions/{found}").status_code == 404
    path = f"/supervisions/{found}/do/lift"
    assert send(office, path, {"revision": row["revision"]}).status_code == 422
    answer = send(office, path, {"revision": row["revision"], "result": "属实。"})
    assert answer.status_code == 200, answer.content.decode()
    assert seen(cast, found).state == "lifted"


def test_a_second_click_and_a_stale_page_do_nothing_twice(cast: Any) -> None:
    found = staffed(cast)
    office = client_of(OFFICE)
    sent = {"revision": seen(cast, found).revision}
    assert office.post(f"{page(found)}notice/", sent).status_code == 302
    assert office.post(f"{page(found)}notice/", sent).status_code == 409
    old = office.post(
        f"{page(found)}member/",
        {
            "account_id": str(account_id("discipline_head")),
            "role": "member",
            "until": "2027-02-01",
            **sent,
        },
    )
    assert old.status_code in (409, 422)
    assert len(seen(cast, found).group) == 2


@pytest.mark.parametrize(
    ("path", "most"),
    [("/supervisions/", 17), ("/supervisions/items/", 14), ("/supervisions/suggested/", 16)],
)
def test_a_list_costs_the_same_for_one_and_for_three(cast: Any, path: str, most: int) -> None:
    client = client_of(OFFICE)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen_here:
            assert client.get(path).status_code == 200
        return len(seen_here)

    noticed(cast)
    propose(cast, sham(cast))
    sham(cast)
    client.get(path)
    few = cost()
    for _ in range(2):
        proposed(cast)
        sham(cast)
    assert cost() == few <= most


def test_a_supervision_costs_a_fixed_number_of_statements(cast: Any) -> None:
    found = looked(cast)
    client = client_of(OFFICE)
    client.get(page(found))
    with CaptureQueriesContext(connection) as taken:
        client.get(page(found))
    assert len(taken) <= 24


def test_an_items_page_says_who_may_propose_and_why(cast: Any) -> None:
    item = sham(cast)
    task = look(cast, item).engagement
    words = text(client_of(OFFICE).get(f"/items/{item}/"))
    assert "核验发现虚假整改 1 次" in words
    assert "沧源红牌公开做法" in words
    assert f"/supervisions/new/{task}/" in words
    for who in ("discipline", "leader"):
        words = text(client_of(who).get(f"/items/{item}/"))
        assert "联合督办由巡视办承担整改职责的同志提请" in words
        assert "虚假整改 1 次" not in words
        assert "/supervisions/new/" not in words
    assert "联合督办" not in text(client_of(UNIT).get(f"/items/{item}/"))
    found = propose(cast, item)
    words = text(client_of(OFFICE).get(f"/items/{item}/"))
    assert f"/supervisions/{found}/" in words
    assert "/supervisions/new/" not in words  # it is pressed already


def test_an_item_in_good_order_is_proposed_only_with_a_persons_reason(cast: Any) -> None:
    item = submitted(cast)
    words = text(client_of(OFFICE).get(f"/items/{item}/"))
    assert "提请情形目前均不成立" in words
    assert "提请" not in text(client_of(OFFICE).get(f"/items/{closed(cast)}/"))

"""The pages of the room through the browser's eyes: what is typed stays, what happened is said."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lianxun.leads import queries
from lianxun.leads.models import Lead
from tests.leads.support import GIVEN, JT, JW, ZZ, Desk
from tests.leads.test_intake import count
from tests.web.test_pages import client_of

FORM = {
    key: GIVEN[key]
    for key in ("source", "discipline", "title", "summary", "object_name", "object_post")
} | {"subject_org": str(JT)}
HERE = "/leads/new/form/"


@pytest.fixture
def clerk(cast: Any) -> Client:
    return client_of("clerk")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_question_that_seals_has_no_field_for_text(clerk: Client) -> None:
    page = text(clerk.get("/leads/new/"))
    assert "先问能否进入平台" in page
    assert "<textarea" not in page
    assert 'type="text"' not in page
    assert 'type="file"' not in page


def test_a_sealed_answer_keeps_nothing_that_came_with_it(clerk: Client) -> None:
    answer = clerk.post(
        "/leads/new/", {"seal_rule": "own_principal", "title": "不该留下", "summary": "不该留下"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/leads/")
    assert "没有保存任何内容" in text(clerk.get("/leads/"))
    assert "不该留下" not in text(clerk.get("/leads/"))


@pytest.mark.parametrize("rule", ["", "x"])
def test_the_question_wants_an_answer(clerk: Client, rule: str) -> None:
    answer = clerk.post("/leads/new/", {"seal_rule": rule})
    assert "lx-field-error" in text(answer)


def test_a_registered_lead_opens_after_saving(clerk: Client) -> None:
    answer = clerk.post(HERE, FORM, follow=True)
    assert answer.status_code == 200
    assert "请由另一名同志甄别" in text(answer)
    assert GIVEN["title"] in text(answer)


def test_save_and_next_leads_back_to_the_question(clerk: Client) -> None:
    answer = clerk.post(HERE, FORM | {"save_next": "1"})
    assert answer["Location"] == "/leads/new/"


def test_two_clicks_register_once(clerk: Client) -> None:
    before, key = count(Lead), str(uuid4())
    for _ in range(2):
        assert clerk.post(HERE, FORM | {"submission_key": key}).status_code == 302
    assert count(Lead) == before + 1


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""},
        {"title": "长" * 121},
        {"summary": ""},
        {"subject_org": "nonsense"},
        {"subject_org": ""},
        {"source": "x"},
        {"discipline": "x"},
        {"object_name": "长" * 41},
        {"reporter_name": "长" * 41},
    ],
)
def test_what_was_typed_stays_on_the_page(clerk: Client, bad: dict[str, str]) -> None:
    answer = clerk.post(HERE, FORM | bad)
    page = text(answer)
    assert answer.status_code == 422
    assert "其余内容都已保留" in page
    if "summary" not in bad:
        assert "八个项目拆分" in page


def test_what_the_operation_refuses_stands_at_its_field(cast: Any) -> None:
    answer = client_of("petitions").post(HERE, FORM | {"subject_org": str(JW)})
    assert answer.status_code in (302, 422)
    own = client_of("discipline").post(HERE, FORM | {"subject_org": str(JW)})
    assert own.status_code == 422
    assert "密封件" in text(own)


def test_a_screener_sees_what_reads_alike_and_links_it(desk: Desk) -> None:
    first, second = desk.register(), desk.register()
    browser = client_of("coordinator")
    page = text(browser.get(f"/leads/{second}/screen/"))
    assert f"{desk.see(first).number} {GIVEN['title']}（" in page
    assert "相近 100%）" in page
    browser.post(
        f"/leads/{second}/screen/",
        {"discipline": "integrity", "duplicate_of": str(first), "revision": "1"},
    )
    assert desk.see(second).duplicate_of == first


def test_an_act_at_an_old_revision_says_so_and_keeps_the_words(desk: Desk) -> None:
    lead = desk.at("screened")
    answer = client_of("coordinator").post(
        f"/leads/{lead}/study/", {"minutes": "写了很久的意见。", "revision": "1"}
    )
    assert answer.status_code == 422
    assert "刚被他人修改" in text(answer)
    assert "写了很久的意见。" in text(answer)


@pytest.mark.parametrize("name", ["screen", "approve", "transfer", "dispose", "nonsense"])
def test_an_act_that_is_not_mine_does_not_exist(desk: Desk, name: str) -> None:
    lead = desk.at("received")
    assert client_of("clerk").get(f"/leads/{lead}/{name}/").status_code == 404


# --- Friday ------------------------------------------------------------------------------------------


def tick(desk: Desk, *leads: Any) -> list[str]:
    return [f"{x}:{desk.see(x).revision}" for x in leads]


def test_friday_hands_over_what_is_ticked_and_shows_each_row(desk: Desk) -> None:
    one, other, left = (desk.at("approved") for _ in range(3))
    browser = client_of("coordinator")
    assert text(browser.get("/leads/handover/")).count('name="row"') == 3
    answer = browser.post(
        "/leads/handover/",
        {"row": tick(desk, one, other), f"to-{one}": str(JW), f"to-{other}": str(ZZ)},
    )
    page = text(answer)
    assert answer.status_code == 200
    assert "办理 2 件" in page
    assert "线移YL-JW〔" in page
    assert "已移交省委组织部" in page
    assert [desk.see(x).state for x in (one, other, left)] == [
        "transferred",
        "transferred",
        "approved",
    ]


def test_a_ticked_row_without_a_unit_is_named_and_the_ticks_stay(desk: Desk) -> None:
    lead = desk.at("approved")
    answer = client_of("coordinator").post("/leads/handover/", {"row": tick(desk, lead)})
    page = text(answer)
    assert answer.status_code == 422
    assert f"请为勾选的线索选择接收单位：{desk.see(lead).number}" in page
    assert "checked" in page


@pytest.mark.parametrize(
    "sent", [{}, {"row": "nonsense"}, {"row": f"{uuid4()}:x"}, {"row": f"{uuid4()}"}]
)
def test_nothing_ticked_is_said(desk: Desk, sent: dict[str, str]) -> None:
    desk.at("approved")
    answer = client_of("coordinator").post("/leads/handover/", sent)
    assert answer.status_code == 422
    assert "请至少勾选一条线索" in text(answer)


def test_a_row_that_was_handed_over_meanwhile_is_answered_not_forgotten(desk: Desk) -> None:
    lead = desk.at("approved")
    ticked = tick(desk, lead)
    desk.transfer(lead)
    answer = client_of("coordinator").post(
        "/leads/handover/", {"row": ticked, f"to-{lead}": str(JW)}
    )
    assert "未办理 1 件" in text(answer)
    assert "刚被他人修改" in text(answer)


def test_friday_twice_hands_over_once(desk: Desk) -> None:
    lead, key = desk.at("approved"), str(uuid4())
    sent = {"row": tick(desk, lead), f"to-{lead}": str(JW), "submission_key": key}
    browser = client_of("coordinator")
    assert browser.post("/leads/handover/", sent).status_code == 200
    again = browser.post("/leads/handover/", sent, follow=True)
    assert "此前已提交，未重复办理" in text(again)


@pytest.mark.parametrize("who", ["clerk", "leader", "discipline", "contact", "system_admin"])
def test_friday_is_the_desks_page_alone(cast: Any, who: str) -> None:
    assert client_of(who).get("/leads/handover/").status_code == 404


def test_the_receiver_signs_the_rows_of_a_sheet(desk: Desk) -> None:
    leads = [desk.at("approved") for _ in range(2)]
    batch = desk.transfer(*leads)
    browser = client_of("discipline")
    page = text(browser.get(f"/leads/batches/{batch}/"))
    assert page.count('name="row"') == 2
    answer = browser.post(f"/leads/batches/{batch}/", {"row": tick(desk, *leads)})
    assert "办理 2 件" in text(answer)
    assert "问题线索移交回执" in text(browser.get(f"/leads/batches/{batch}/"))


def test_the_sender_sees_the_sheet_but_signs_nothing(desk: Desk) -> None:
    lead = desk.at("transferred")
    batch = desk.see(lead).batch_id
    page = text(client_of("coordinator").get(f"/leads/batches/{batch}/"))
    assert 'name="row"' not in page
    assert "待签收" in page


def test_many_are_signed_from_the_list_too(desk: Desk) -> None:
    lead = desk.at("transferred")
    browser = client_of("discipline")
    summary = text(browser.post("/leads/", {"many": "receive", "row": str(lead)}))
    assert "批量签收线索：1 件" in summary
    key = f"{lead}:{desk.see(lead).revision}"
    done = text(browser.post("/leads/", {"many": "receive", "row": key, "confirmed": "1"}))
    assert "已签收" in done
    assert desk.see(lead).state == "received"


@pytest.mark.parametrize(("url", "most"), [("/leads/", 24), ("/leads/handover/", 26)])
def test_a_page_costs_the_same_however_many_leads_it_shows(desk: Desk, url: str, most: int) -> None:
    browser = client_of("coordinator")
    desk.at("approved")
    browser.get(url)
    with CaptureQueriesContext(connection) as few:
        browser.get(url)
    for _ in range(4):
        desk.at("approved")
    with CaptureQueriesContext(connection) as many:
        assert browser.get(url).status_code == 200
    assert len(few) == len(many) <= most


def test_the_list_is_searched_by_number_and_shows_no_reporter(desk: Desk) -> None:
    lead = desk.register()
    number = desk.see(lead).number
    page = text(client_of("coordinator").get("/leads/", {"number": number}))
    assert number in page
    assert not queries.leads(
        actor=desk.cast["coordinator"], now=desk.cast.now, number="线不存在"
    ).rows

"""The pages of destruction, holds and the print queue, through the browser's eyes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxun.documents import operations as do
from lianxun.documents import queries
from tests.documents.support import Store, ended_long_ago, letter
from tests.support.cast import account_id
from tests.web.test_pages import client_of


@pytest.fixture
def lead(shelf: Store) -> UUID:
    return ended_long_ago()


def text(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return str(answer.content.decode())


def test_two_people_destroy_on_their_pages(shelf: Store, lead: UUID) -> None:
    first, second = client_of("coordinator"), client_of("leader")
    answer = first.post("/documents/disposals/draw/", {}, follow=True)
    assert "新列出 1 份清册。" in answer.content.decode()
    (row,) = queries.disposals(actor=shelf.cast["leader"], now=shelf.cast.now).rows
    url = f"/documents/disposals/{row.id}/"
    page = text(first, url)
    assert "审核" in page
    assert f"/leads/{lead}/" in page
    assert f"{url}destroy/" not in page
    answer = first.post(f"{url}review/", {"opinion": "逐条核对，均已期满。", "revision": "1"})
    assert answer.status_code == 302
    assert "监销人不能是审核人" in text(first, url)
    assert first.get(f"{url}destroy/").status_code == 404
    assert "不能撤销" in text(second, f"{url}destroy/")
    answer = second.post(f"{url}destroy/", {"revision": "2"}, follow=True)
    page = answer.content.decode()
    assert "已销毁，销毁清册已存档。" in page
    assert "核对一致" in page
    assert "销毁清册.pdf" in page
    assert f"/leads/{lead}/" not in page, "what is gone has no link"
    assert "（已销毁）" in text(second, f"/leads/{lead}/")


def test_a_second_click_destroys_nothing_twice(shelf: Store, lead: UUID) -> None:
    (disposal,) = shelf.draw()
    shelf.review(disposal)
    client, url = client_of("leader"), f"/documents/disposals/{disposal}/destroy/"
    key = "01a20490-ab77-724a-96bd-0cf7fcb9d15c"
    given = {"revision": "2", "submission_key": key}
    assert client.post(url, given).status_code == 302
    assert client.post(url, given).status_code in {302, 404}
    assert shelf.see(disposal).state == "destroyed"


def test_bad_input_of_a_review_stands_at_its_field(shelf: Store, lead: UUID) -> None:
    (disposal,) = shelf.draw()
    client, url = client_of("coordinator"), f"/documents/disposals/{disposal}/review/"
    answer = client.post(url, {"opinion": "", "keep": "nothing", "revision": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写“审核意见”。" in page
    assert "没有这个选项" in page
    answer = client.post(url, {"opinion": "逐条核对过了。", "revision": "7"})
    assert "刚被他人修改" in answer.content.decode()


def test_what_is_held_is_ticked_to_stay(shelf: Store, lead: UUID) -> None:
    (disposal,) = shelf.draw()
    shelf.hold("leads.lead", lead)
    page = text(client_of("coordinator"), f"/documents/disposals/{disposal}/review/")
    assert "有法律保全，应留存" in page
    assert "checked" in page


def test_a_hold_is_placed_and_lifted_on_the_page(shelf: Store, lead: UUID) -> None:
    client = client_of("coordinator")
    place = f"/documents/holds/new/leads.lead/{lead}/"
    assert place in text(client, f"/leads/{lead}/")
    answer = client.post(place, {"basis": "", "reason": "短"})
    assert answer.status_code == 422
    assert "请填写“依据”。" in answer.content.decode()
    answer = client.post(
        place, {"basis": "云检保〔2026〕3号", "reason": "涉及正在办理的案件。"}, follow=True
    )
    assert "已设定法律保全。" in answer.content.decode()
    (hold,) = shelf.holds(lead, "leader")
    url = f"/documents/holds/{hold}/"
    assert "lift/" not in text(client, url), "who placed it does not lift it"
    assert client.get(f"{url}lift/").status_code == 404
    answer = client_of("leader").post(
        f"{url}lift/", {"reason": "案件已办结。", "revision": "1"}, follow=True
    )
    assert "已解除" in answer.content.decode()


def test_a_document_is_printed_and_settled_on_the_page(shelf: Store) -> None:
    file = shelf.file()
    client = client_of("clerk")
    about = text(client, f"/documents/{file}/about/")
    assert "申请打印" in about
    ask = f"/documents/{file}/print/"
    answer = client.post(ask, {"copies": "0", "purpose": ""})
    assert answer.status_code == 422
    assert "“份数”不小于 1。" in answer.content.decode()
    answer = client.post(ask, {"copies": "2", "purpose": "meeting"}, follow=True)
    assert "已进入打印队列。" in answer.content.decode()
    (row,) = queries.orders(actor=shelf.cast["clerk"], now=shelf.cast.now).rows
    url = f"/documents/prints/{row.id}/"
    assert client.get(f"{url}take/").status_code == 302, "a look takes nothing"
    answer = client.post(f"{url}take/", {"revision": str(row.revision)})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert row.mark in answer["Content-Disposition"]
    assert client.post(f"{url}take/", {"revision": str(row.revision)}).status_code == 409
    settle = {"copies": ["1", "2"], "to": "destroyed", "revision": str(row.revision + 1)}
    answer = client.post(f"{url}settle/", settle)
    assert "纸质文件须由两人共同销毁" in answer.content.decode()
    settle["witness_id"] = str(account_id("coordinator"))
    assert client.post(f"{url}settle/", settle).status_code == 302
    page = text(client, url)
    assert "已销毁" in page
    assert "纸质件已清退" in page


def test_a_sensitive_print_is_let_out_on_the_page(shelf: Store) -> None:
    order = do.ask_print(
        actor=shelf.cast["clerk"],
        now=shelf.cast.now,
        file_id=shelf.file(level=2),
        copies=1,
        purpose="leader",
    )
    url = f"/documents/prints/{order}/"
    assert "由另一名分管领导" in text(client_of("clerk"), url)
    assert client_of("clerk").get(f"{url}release/").status_code == 404
    assert client_of("leader").post(f"{url}release/", {"revision": "1"}).status_code == 302
    assert "可打印" in text(client_of("clerk"), url)


@pytest.mark.parametrize("who", ["finance", "contact", "system_admin", "audit_admin"])
def test_for_strangers_nothing_is_there(shelf: Store, lead: UUID, who: str) -> None:
    (disposal,) = shelf.draw()
    file = shelf.file(level=2)
    order = do.ask_print(
        actor=shelf.cast["clerk"], now=shelf.cast.now, file_id=file, copies=1, purpose="sign"
    )
    hold = shelf.hold("leads.lead", lead)
    client = client_of(who)
    for url in (
        f"disposals/{disposal}/",
        f"disposals/{disposal}/review/",
        f"holds/{hold}/",
        f"holds/new/leads.lead/{lead}/",
        f"prints/{order}/",
        f"prints/{order}/take/",
        f"{file}/about/",
        f"{file}/print/",
    ):
        assert client.get(f"/documents/{url}").status_code == 404, url


def test_lists_export_what_the_reader_sees(shelf: Store, lead: UUID) -> None:
    shelf.draw()
    given = {"purpose": "check", "format": "csv"}
    own = client_of("coordinator").post("/documents/disposals/", given).content.decode("utf-8-sig")
    other = client_of("finance").post("/documents/disposals/", given).content.decode("utf-8-sig")
    assert "问题线索" in own
    assert "问题线索" not in other


@pytest.mark.parametrize("url", ["disposals/", "holds/", "prints/"])
def test_a_longer_list_asks_no_more_questions(shelf: Store, url: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            text(client_of("coordinator"), f"/documents/{url}")
        return len(seen)

    def more() -> None:
        lead = ended_long_ago()
        shelf.draw()
        shelf.hold("leads.lead", lead)
        do.ask_print(
            actor=shelf.cast["clerk"],
            now=shelf.cast.now,
            file_id=shelf.file(content=letter(str(lead))),
            copies=1,
            purpose="sign",
        )

    more()
    count()
    few = count()
    more()
    more()
    assert count() <= few

"""The inbox: on the first page of everybody, read one by one or all at once, and nobody else's business."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from lianxun.duties import queries, steps
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.identity import acting_as
from tests.api.test_acts import a_lead
from tests.support.cast import Cast, account_id
from tests.web.test_pages import client_of

SENT_BACK = "有一件事项被退回，请补正后再报。"


def tell(cast: Cast, who: str, count: int = 1) -> list[UUID]:
    matters = [uuid4() for _ in range(count)]
    with acting_as(account_id("coordinator")), transaction.atomic():
        for matter in matters:
            steps.notify(
                now=cast.now,
                accounts=[account_id(who)],
                code=NoticeCode.RETURNED,
                object_kind="leads.lead",
                object_id=matter,
            )
    return matters


def inbox(cast: Cast, who: str, **more: Any) -> Any:
    return queries.notices(actor=cast[who], now=cast.now, **more)


@pytest.mark.parametrize(
    "who", ["leader", "coordinator", "team_head", "audit", "contact", "clerk", "audit_admin"]
)
def test_the_first_page_shows_what_is_unread_and_leads_to_the_rest(cast: Any, who: str) -> None:
    client = client_of(who)
    assert "未读提醒" not in client.get("/").content.decode().replace("没有未读提醒", "").replace(
        "<strong>未读提醒</strong>", ""
    )
    tell(cast, who, 7)
    page = client.get("/").content.decode()
    assert "未读提醒" in page
    assert "7 件" in page
    assert page.count(SENT_BACK) == 5
    assert "/duties/notices/?state=unread" in page
    client.post("/duties/notices/")
    assert SENT_BACK not in client.get("/").content.decode()


@pytest.mark.parametrize("key", ["audit", "contact", "system_admin"])
def test_everybody_has_an_inbox_of_his_own(cast: Any, key: str) -> None:
    client = client_of(key)
    assert "没有提醒" in client.get("/duties/notices/").content.decode()
    tell(cast, "finance")
    assert "没有提醒" in client.get("/duties/notices/").content.decode()
    assert client.post("/duties/notices/").status_code == 302
    assert inbox(cast, "finance", unread=True).total == 1, "nobody reads for somebody else"


def test_one_is_marked_as_read_and_the_others_stay(cast: Any) -> None:
    client = client_of("audit")
    tell(cast, "audit", 2)
    one, other = inbox(cast, "audit").rows
    assert client.post("/duties/notices/", {"notice": str(one.id)}).status_code == 302
    assert [n.id for n in inbox(cast, "audit", unread=True).rows] == [other.id]
    page = client.get("/duties/notices/?state=unread").content.decode()
    assert (str(other.id) in page, str(one.id) in page) == (True, False)


def test_of_a_notice_that_is_not_there_nothing_is_marked(cast: Any) -> None:
    client = client_of("audit")
    tell(cast, "audit")
    answer = client.post("/duties/notices/", {"notice": "第一条"})
    assert answer.status_code == 422
    assert "请刷新页面后再标记" in answer.content.decode()
    client.post("/duties/notices/", {"notice": str(uuid4())})
    assert inbox(cast, "audit", unread=True).total == 1


def test_somebody_elses_notice_is_not_marked(cast: Any) -> None:
    tell(cast, "audit")
    (theirs,) = inbox(cast, "audit").rows
    client_of("finance").post("/duties/notices/", {"notice": str(theirs.id)})
    assert inbox(cast, "audit", unread=True).total == 1


def test_a_long_inbox_pages(cast: Any) -> None:
    tell(cast, "audit", 23)
    client = client_of("audit")
    pages = [client.get("/duties/notices/", {"page": n}).content.decode() for n in (1, 2)]
    assert [p.count(SENT_BACK) // 2 for p in pages] == [
        20,
        3,
    ]  # once as a link, once for its button
    assert "共 23 条" in pages[0]


def test_a_notice_leads_to_its_matter_only_while_that_is_open_to_its_reader(cast: Any) -> None:
    lead = a_lead(cast)
    with acting_as(account_id("coordinator")), transaction.atomic():
        steps.notify(
            now=cast.now,
            accounts=[account_id("coordinator"), account_id("finance")],
            code=NoticeCode.ANSWERED,
            object_kind="leads.lead",
            object_id=lead,
        )
    for who, sees in (("coordinator", True), ("finance", False)):
        client = client_of(who)
        assert client.get(f"/leads/{lead}/").status_code == (200 if sees else 404)
        for path in ("/", "/duties/notices/"):
            page = client.get(path).content.decode()
            assert "您发起的一件事项有了答复。" in page, (who, path)
            assert (f"/leads/{lead}/" in page) is sees, (who, path)
            assert ("您现在不能查看该事项" in page) is not sees, (who, path)

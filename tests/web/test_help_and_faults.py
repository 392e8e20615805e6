"""Help for every page; error pages that stand without session and database and blame nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from lianxun.web import problems
from lianxun.web.act_words import ROOMS, WORDS, words_of
from lianxun.web.help_topics import TOPICS, topic_of
from tests.web.test_matrix import addresses
from tests.web.test_pages import client_of


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_each_topic_says_for_whom_and_how(cast: Any, topic: str) -> None:
    page = client_of("audit").get(f"/help/{topic}/").content.decode()
    assert TOPICS[topic].title in page
    assert "给谁用" in page
    assert all(step in page for step in TOPICS[topic].steps)


def test_every_page_links_to_its_own_help(cast: Any) -> None:
    client = client_of("coordinator")
    for url, topic in (
        ("/", "home"),
        ("/leads/", "leads"),
        ("/boards/unit/", "duties"),
        ("/approvals/", "approvals"),
        ("/search/?q=x", "lists"),
    ):
        assert f'href="/help/{topic}/"' in client.get(url).content.decode(), url
    assert client.get("/help/nonsense/").status_code == 404


def test_a_room_with_pages_has_a_topic(cast: Any) -> None:
    from django.urls import resolve

    rooms = {resolve(a.split("?")[0]).app_name for a in addresses()} - {""}
    assert {room for room in rooms if topic_of(f"{room}:x") == "lists"} <= {"coordination"}


def request(path: str = "/leads/") -> Any:
    return RequestFactory().get(path)


def test_a_fault_says_what_happened_and_a_number_but_nothing_of_the_matter() -> None:
    try:
        raise ValueError("绝密内容")
    except ValueError:
        answer = problems.fault(request())
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "没有保存任何改动" in page
    assert re.search(r"编号：<code>[0-9a-f]{8}</code>", page)
    assert "绝密内容" not in page
    assert "Traceback" not in page


def test_a_silent_database_is_a_pause_not_a_fault() -> None:
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        answer = problems.fault(request())
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "暂停办理" in answer.content.decode()
    assert "connection refused" not in answer.content.decode()


def test_a_broken_request_is_answered_in_words() -> None:
    answer = problems.bad_request(request())
    assert answer.status_code == 400
    assert "平台没有办理" in answer.content.decode()


def test_a_view_that_breaks_shows_the_page(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from lianxun.web.home import views

    def broken(_: Any) -> Any:
        raise ValueError("bang")

    monkeypatch.setattr(views, "BY_ROLE", (("coordinator", broken),))
    client = client_of("coordinator")
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "平台出错" in answer.content.decode()


def test_the_token_page_says_what_to_do(cast: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of("coordinator").cookies
    answer = strict.post(reverse("approvals:inbox"), {"many": "agree"})
    assert answer.status_code == 403
    assert "刷新后重新提交" in answer.content.decode()


def test_acts_are_read_in_words() -> None:
    assert words_of("leads.transfer") == "移交"
    assert words_of("web.leads:detail") == "查看问题线索"
    assert words_of("web.home") == "查看首页"
    assert words_of("leads.unheard") == "问题线索：unheard"
    assert words_of("nonsense") == "nonsense"
    assert all(act.split(".")[0] in ROOMS and words for act, words in WORDS.items())

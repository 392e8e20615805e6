"""What a person sees when nobody anticipated it: a sentence, never a stack; a dead database is a 503."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from lianxun.access.models import Account
from lianxun.kernel.problems import Unavailable
from lianxun.leads import operations, queries
from tests.support.cast import account_id, unit_id
from tests.web.test_pages import BACKEND


@pytest.fixture
def client(cast: Any) -> Client:
    found = Client(raise_request_exception=False)
    found.force_login(Account.objects.get(id=account_id("coordinator")), backend=BACKEND)
    return found


def failing(error: BaseException) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(("url", "kind"), [("/leads/", "text/html"), ("/api/v1/leads", "json")])
def test_a_database_that_cannot_work_is_a_503(
    client: Client, monkeypatch: pytest.MonkeyPatch, url: str, kind: str
) -> None:
    monkeypatch.setattr("lianxun.access.queries.present", failing(OperationalError("gone")))
    monkeypatch.setattr("lianxun.access.queries.actor_of_token", failing(OperationalError("gone")))
    answer = client.get(url, headers={"authorization": "Bearer x"})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert kind in answer["Content-Type"]
    assert "数据库暂时没有回应" in answer.content.decode()


@pytest.mark.parametrize(
    ("url", "sentence"), [("/leads/", "没有保存任何改动"), ("/nowhere/", "没有找到")]
)
def test_a_fault_is_a_sentence_without_inner_parts(
    client: Client, monkeypatch: pytest.MonkeyPatch, url: str, sentence: str
) -> None:
    monkeypatch.setattr(queries, "leads", failing(KeyError("inner-part")))
    text = client.get(url).content.decode()
    assert sentence in text
    assert "inner-part" not in text
    assert "Traceback" not in text


def test_a_form_that_cannot_be_carried_out_now_is_shown_again_with_503(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "register", failing(Unavailable("暂停办理，请稍后再试。")))
    form = {
        "source": "petition",
        "title": "反映采购问题",
        "summary": "2025年以来多次拆分采购。",
        "discipline": "integrity",
        "subject_org": str(unit_id("YL-JT")),
    }
    answer = client.post("/leads/new/form/", form)
    assert answer.status_code == 503
    assert "暂停办理，请稍后再试。" in answer.content.decode()
    assert "2025年以来多次拆分采购。" in answer.content.decode()


# --- what is written for whoever keeps the machine -------------------------------------------------

SECRET = "0198a1f0-0000-7000-8000-00000000abcd"


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """What the product's own handler, with its filter and formatter, writes from now on."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    (own,) = (h for h in logging.getLogger().handlers if h.filters)
    handler.setFormatter(own.formatter)
    for found in own.filters:
        handler.addFilter(found)
    logging.getLogger().addHandler(handler)
    yield written.getvalue
    logging.getLogger().removeHandler(handler)


def test_a_fault_is_logged_by_the_name_of_the_route(
    client: Client, monkeypatch: pytest.MonkeyPatch, log: Callable[[], str]
) -> None:
    monkeypatch.setattr(queries, "lead", failing(KeyError("内容 of a row")))
    number = client.get(f"/leads/{SECRET}/?q=typed").content.decode()
    assert "编号" in number
    assert "at leads:detail" in log()
    assert "KeyError" in log()
    assert "test_faults.py" in log()  # the places in the code stay
    for secret in (SECRET, "typed", "内容 of a row"):
        assert secret not in log()


def test_a_dead_database_is_logged_by_the_name_of_the_route(
    client: Client, monkeypatch: pytest.MonkeyPatch, log: Callable[[], str]
) -> None:
    monkeypatch.setattr(queries, "lead", failing(OperationalError(f"gone at {SECRET}")))
    assert client.get(f"/leads/{SECRET}/").status_code == 503
    assert "at leads:detail: the database does not answer" in log()
    assert SECRET not in log()


@pytest.mark.parametrize(
    "url", [f"/leads/{SECRET}/", f"/nowhere/{SECRET}/", f"/leads/{SECRET}/screen/?x={SECRET}"]
)
def test_what_is_not_found_or_forbidden_is_logged_without_its_address(
    client: Client, log: Callable[[], str], url: str
) -> None:
    assert client.get(url).status_code == 404
    assert SECRET not in log()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(url, {"x": SECRET}).status_code in (403, 404)
    assert SECRET not in log()

"""The machine interface: same permissions, problems as JSON, one record per call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lianxun.access import operations as access
from lianxun.leads import operations as leads
from lianxun.trace import writer
from tests.support.cast import account_id, unit_id

NOBODYS = "00000000-0000-7000-8000-000000000000"


def caller(cast: Any, key: str) -> Client:
    secret = access.issue_token(
        actor=cast["security_admin"],
        now=cast.now,
        account_id=account_id(key),
        purpose="单位系统对接",
        expires_on=cast.now.date() + timedelta(days=30),
    )
    return Client(headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def lead(cast: Any) -> Any:
    found = leads.register(
        actor=cast["clerk"],
        now=cast.now,
        seal_rule="none",
        source="petition",
        title="反映采购问题",
        summary="2025年以来多次拆分采购。",
        discipline="integrity",
        subject_org=unit_id("YL-JT"),
    )
    leads.screen(
        actor=cast["coordinator"], now=cast.now, lead_id=found, revision=1, discipline="integrity"
    )
    leads.study(
        actor=cast["coordinator"], now=cast.now, lead_id=found, revision=2, minutes="同意移交。"
    )
    leads.approve(actor=cast["leader"], now=cast.now, lead_id=found, revision=3)
    leads.transfer(
        actor=cast["coordinator"], now=cast.now, lead_ids=(found,), recipient_id=unit_id("YL-JW")
    )
    return found


def test_without_a_token_there_is_no_answer(db: None) -> None:
    assert Client().get("/api/v1/leads").status_code == 401
    assert (
        Client(headers={"authorization": "Bearer nonsense"}).get("/api/v1/leads").status_code == 401
    )


def test_the_receiving_unit_signs_by_machine(cast: Any, lead: Any) -> None:
    client = caller(cast, "discipline")
    seen = client.get(f"/api/v1/leads/{lead}").json()
    assert seen["state"] == "transferred"
    answer = client.post(
        f"/api/v1/leads/{lead}/receive",
        {"revision": seen["revision"]},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    stale = client.post(
        f"/api/v1/leads/{lead}/receive",
        {"revision": seen["revision"]},
        content_type="application/json",
    )
    assert stale.status_code == 409


@pytest.mark.parametrize("who", ["finance", "neighbour", "contact"])
def test_the_unseen_and_the_missing_look_alike(cast: Any, lead: Any, who: str) -> None:
    client = caller(cast, who)
    unseen, missing = client.get(f"/api/v1/leads/{lead}"), client.get(f"/api/v1/leads/{NOBODYS}")
    assert (
        (unseen.status_code, unseen.json())
        == (missing.status_code, missing.json())
        == (404, unseen.json())
    )
    assert client.get("/api/v1/leads").json()["rows"] == []


def test_an_administrator_gets_no_token(cast: Any) -> None:
    from lianxun.kernel.problems import Refused

    with pytest.raises(Refused):
        caller(cast, "audit_admin")


@pytest.mark.parametrize(
    "query", ["page=0", "page=99999999999999999999", "page=x", "state=zzz&page=-3"]
)
def test_nonsense_is_422_with_a_sentence(cast: Any, query: str) -> None:
    answer = caller(cast, "discipline").get(f"/api/v1/leads?{query}")
    assert answer.status_code == 422
    assert answer.json()["message"] == "请求内容不符合接口说明。"


def test_the_contract_is_openapi_3_1(cast: Any) -> None:
    contract = caller(cast, "discipline").get("/api/v1/openapi.json").json()
    assert contract["openapi"].startswith("3.1")
    assert len(contract["paths"]) >= 12


def test_one_call_leaves_one_record(cast: Any, lead: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = caller(cast, "discipline")
    written: list[str] = []
    original = writer.append
    monkeypatch.setattr(
        writer,
        "append",
        lambda record, **more: (written.append(record["act"]), original(record, **more))[1],
    )
    client.get("/api/v1/leads")
    client.get(f"/api/v1/leads/{lead}")
    client.get(f"/api/v1/leads/{NOBODYS}")
    assert written == ["api.leads", "api.lead", "api.lead"]
    assert connection.in_atomic_block


def test_regulations_are_looked_up_and_searched(cast: Any) -> None:
    from tests.regulations import support

    support.shelve(cast["coordinator"], cast.now, support.LAW, support.WELL)
    audit = caller(cast, "audit")
    (found,) = audit.get("/api/v1/regulations/lookup", {"text": "水井保护法第四条"}).json()
    assert (found["ok"], found["label"]) == (True, "第四条")
    (wrong,) = audit.get(
        "/api/v1/regulations/lookup", {"text": "水井保护法第九条", "as_of": "2026-01-01"}
    ).json()
    assert (wrong["ok"], wrong["status"]) == (False, "条号不存在")
    answer = audit.get("/api/v1/regulations/search", {"q": "污染水井罚款"}).json()
    assert answer["hits"][0]["key"] in ("a3", "a4")
    assert answer["missing"] == 0


@pytest.mark.parametrize(
    "query", [{}, {"q": ""}, {"q": "x" * 1001}, {"q": "x", "page": "9"}, {"q": "x", "as_of": "y"}]
)
def test_a_bad_regulation_query_is_422(cast: Any, query: dict[str, str]) -> None:
    assert caller(cast, "audit").get("/api/v1/regulations/search", query).status_code == 422


def test_regulations_need_the_duty(cast: Any) -> None:
    answer = caller(cast, "contact").get("/api/v1/regulations/search", {"q": "水井"})
    assert (answer.status_code, answer.json()["code"]) == (403, "refused")

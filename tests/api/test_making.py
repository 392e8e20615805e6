"""What pages make anew, by machine: the page's own form and call, one record, nothing beyond its fields."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client

from lianxun.exchange.models import InfoRequest, RefusalReceipt
from lianxun.fabric.identity import acting_as
from lianxun.inspection.models import Engagement, Round
from lianxun.leads.models import Lead
from lianxun.rectification.models import Assessment, Supervision, SupportPlan
from lianxun.web.makings import MAKINGS
from tests.api.test_api import NOBODYS, caller
from tests.rectification import support as assessing
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded, listen

ROUND = {
    "name": "2027年第一轮巡视",
    "year": 2027,
    "focus": "采购和投资领域廉洁风险",
    "starts_on": "2027-01-10",
    "ends_on": "2027-06-30",
    "preset": "real-practice",
}
LEAD = {
    "seal_rule": "none",
    "source": "petition",
    "subject_org": str(unit_id("YL-JT")),
    "discipline": "integrity",
    "title": "反映拆分采购",
    "summary": "2025年以来多次拆分采购。",
}
REQUEST = {
    "data_class_code": "D14",
    "provider_id": str(unit_id("YL-CZ")),
    "subject_org": str(unit_id("YL-JT")),
    "fields_wanted": ["project_id", "buyer_code", "method"],
    "purpose": "核对中标单位",
    "basis": "巡视工作条例第十八条",
    "period_from": "2025-01-01",
    "period_to": "2025-12-31",
}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def send(client: Client, path: str, body: Any, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


def rows(who: str, model: Any) -> list[Any]:
    with acting_as(account_id(who)), transaction.atomic():
        return list(model.objects.all())


def engagement(day: date) -> dict[str, Any]:
    return {
        "unit_id": str(unit_id("YL-JT")),
        "kind": "regular",
        "profile": "regular",
        "entry_on": day.isoformat(),
        "on_site_end_on": (day + timedelta(days=40)).isoformat(),
    }


def test_a_round_is_opened_filled_and_sent_up(cast: Any, heard: Recorded) -> None:
    client = caller(cast, "coordinator")
    heard.clear()
    made = send(client, "/rounds", ROUND)
    assert made.status_code == 200, made.content.decode()
    assert [(r["act"], r["result"]) for r in heard] == [("inspection.open_round", "allow")]
    found = UUID(made.json()["id"])
    planned = send(client, f"/rounds/{found}/engagements", engagement(date(2027, 2, 1)))
    assert planned.status_code == 200, planned.content.decode()
    (task,) = [t for t in rows("coordinator", Engagement) if t.round_id == found]
    assert task.id == UUID(planned.json()["id"])
    (draft,) = [r for r in rows("coordinator", Round) if r.id == found]
    body = {"revision": draft.revision}
    stale = send(client, f"/rounds/{found}/do/submit", {"revision": 99})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    sent = send(client, f"/rounds/{found}/do/submit", body)
    assert (sent.status_code, sent.json()["code"]) == (409, "wrong_state")
    assert "政治责任清单" in sent.json()["message"]


def test_a_request_is_drafted_once(cast: Any, heard: Recorded) -> None:
    client, key = caller(cast, "coordinator"), str(uuid4())
    heard.clear()
    made = send(client, "/requests", REQUEST, key)
    assert made.status_code == 200, made.content.decode()
    assert [r["act"] for r in heard] == ["exchange.draft_request"]
    again = send(client, "/requests", REQUEST, key)
    assert (again.status_code, again.json()["code"]) == (409, "repeated")
    (row,) = rows("coordinator", InfoRequest)
    assert (str(row.id), row.state, row.fields) == (
        made.json()["id"],
        "draft",
        REQUEST["fields_wanted"],
    )


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"fields_wanted": ["nonsense"]}, "fields_wanted"),
        ({"data_class_code": "D99"}, "data_class_code"),
        ({"provider_id": NOBODYS}, "provider_id"),
        ({"period_to": "2024-01-01"}, "period_to"),
        ({"purpose": " "}, "purpose"),
    ],
)
def test_a_request_that_does_not_fit_names_its_field(
    cast: Any, change: dict[str, Any], place: str
) -> None:
    answer = send(caller(cast, "coordinator"), "/requests", {**REQUEST, **change})
    assert answer.status_code == 422, answer.content.decode()
    assert place in {e["place"] for e in answer.json()["errors"]}
    assert rows("coordinator", InfoRequest) == []


def test_a_question_only_class_is_no_request_and_leaves_its_receipt(cast: Any) -> None:
    answer = send(caller(cast, "coordinator"), "/requests", {**REQUEST, "data_class_code": "D27"})
    assert answer.status_code in (409, 422), answer.content.decode()
    assert rows("coordinator", InfoRequest) == []
    assert rows("coordinator", RefusalReceipt) == []


def test_a_lead_is_registered_without_who_reported_it(cast: Any, heard: Recorded) -> None:
    client = caller(cast, "clerk")
    heard.clear()
    made = send(client, "/leads", LEAD)
    assert made.status_code == 200, made.content.decode()
    assert [r["act"] for r in heard] == ["leads.register"]
    (row,) = rows("coordinator", Lead)
    assert (str(row.id), row.in_vault) == (made.json()["id"], False)


@pytest.mark.parametrize("field", ["reporter_name", "reporter_contact", "reporter_note"])
def test_who_reported_never_travels_by_machine(cast: Any, heard: Recorded, field: str) -> None:
    """Refused and kept nowhere; a field that nobody reads would look as if it were sealed."""
    client = caller(cast, "clerk")
    heard.clear()
    answer = send(client, "/leads", {**LEAD, field: "某甲"})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["place"].endswith(field)
    assert "没有保存" in error["message"]
    assert rows("coordinator", Lead) == []
    assert "某甲" not in str(heard)


@pytest.mark.parametrize("rule", ["", "other", "own_principal", "superior_managed", "state_secret"])
def test_a_lead_that_may_not_enter_is_refused_whole(cast: Any, rule: str) -> None:
    answer = send(caller(cast, "clerk"), "/leads", {**LEAD, "seal_rule": rule})
    assert answer.status_code == 422
    assert "seal_rule" in str(answer.json()["errors"])
    assert rows("coordinator", Lead) == []


def test_who_is_on_no_team_names_no_engagement(cast: Any) -> None:
    answer = send(caller(cast, "clerk"), "/leads", {**LEAD, "engagement_id": NOBODYS})
    assert answer.status_code == 422
    assert [e["place"] for e in answer.json()["errors"]] == ["engagement_id"]
    assert rows("coordinator", Lead) == []


def test_an_assessment_is_opened_and_scored_by_machine(cast: Any, heard: Recorded) -> None:
    item = assessing.closed(cast)
    task = assessing.look(cast, item).engagement
    office = caller(cast, assessing.OFFICE)
    body = {
        "scheme": assessing.SCHEME,
        "units": [str(unit_id(u)) for u in ("YL-JW", "YL-ZZ")],
        "until": assessing.soon(cast).isoformat(),
    }
    heard.clear()
    made = send(office, f"/engagements/{task}/assessments", body)
    assert made.status_code == 200, made.content.decode()
    assert [r["act"] for r in heard] == ["rectification.open_assessment"]
    found = made.json()["id"]
    scorer = caller(cast, assessing.SCORERS[0])
    seen = scorer.get(f"/api/v1/assessments/{found}").json()
    assert seen["permitted"] == ["score"]
    codes = [i["code"] for i in seen["indicators"]]
    points = dict.fromkeys(codes, 0) | {codes[0]: 1.5}
    path = f"/assessments/{found}/do/score"
    missing = send(scorer, path, {"revision": seen["revision"], "points": {codes[0]: 1}})
    assert missing.status_code == 422
    assert f"points_{codes[1]}" in {e["place"] for e in missing.json()["errors"]}
    unsaid = send(scorer, path, {"revision": seen["revision"], "points": points})
    assert unsaid.status_code == 422
    whole = {"revision": seen["revision"], "points": points, "reason": {codes[0]: "三项未见佐证"}}
    assert send(scorer, path, {**whole, "revision": 99}).json()["code"] == "stale"
    heard.clear()
    assert send(scorer, path, whole).status_code == 200
    assert [r["act"] for r in heard] == ["rectification.score"]
    assert [a["id"] for a in office.get("/api/v1/assessments").json()["rows"]] == [found]
    assert len(rows(assessing.OFFICE, Assessment)) == 1


BODIES = {
    "inspection.round.open": ROUND,
    "inspection.round.plan": engagement(date(2027, 2, 1)),
    "exchange.request.draft": REQUEST,
    "leads.lead.register": LEAD,
    "rectification.assessment.open": {
        "scheme": "x",
        "units": [str(unit_id("YL-JW"))],
        "until": "2027-01-01",
    },
    "rectification.supervision.propose": {
        "items": [NOBODYS],
        "units": [str(unit_id("YL-JW")), str(unit_id("YL-ZZ"))],
        "reason": "x",
        "demand": "x",
    },
    "rectification.support_plan.draft": {"aim": "统筹两家力量，帮助补齐短板。"},
}


@pytest.mark.parametrize("who", ["contact", "expired", "neighbour"])
@pytest.mark.parametrize("one", MAKINGS, ids=lambda m: m.name)
def test_who_has_no_business_there_makes_nothing(
    cast: Any, heard: Recorded, one: Any, who: str
) -> None:
    client = caller(cast, who)
    heard.clear()
    answer = send(client, one.path.replace("{object_id}", NOBODYS), BODIES[one.name])
    assert answer.status_code in (403, 404, 422), answer.content.decode()
    assert len(heard) == 1
    if answer.status_code != 422:
        assert heard[0]["result"] == "deny"
    for model in (Round, InfoRequest, Lead, Assessment, Supervision, SupportPlan):
        assert rows(who, model) == []

"""The lists and objects that other systems read: described, permitted, and a sentence where nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_api import NOBODYS, caller

NEW = (
    "/api/v1/duties",
    "/api/v1/letters",
    "/api/v1/engagements",
    "/api/v1/approvals",
    "/api/v1/files",
    "/api/v1/holds",
    "/api/v1/disposals",
    "/api/v1/units",
)


@pytest.mark.parametrize("url", NEW)
@pytest.mark.parametrize("who", ["coordinator", "audit", "neighbour", "contact"])
def test_every_list_answers_as_described(cast: Any, who: str, url: str) -> None:
    client = caller(cast, who)
    answer = client.get(url)
    assert answer.status_code == 200, answer.content.decode()[:500]


@pytest.mark.parametrize(
    "url", ["/duties/{}", "/approvals/{}", "/files/{}/content", "/leads/{}", "/requests/{}"]
)
def test_what_is_not_there_is_a_404_in_words(cast: Any, url: str) -> None:
    answer = caller(cast, "coordinator").get("/api/v1" + url.format(NOBODYS))
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_system_holds_back_and_destroys_nothing(cast: Any) -> None:
    from tests.leads.support import Desk

    client = caller(cast, "coordinator")
    body = {
        "kept_by": "leads.lead",
        "object_id": str(Desk(cast).register()),
        "basis": "云检保〔2026〕3号",
        "reason": "涉及正在办理的案件。",
    }
    made = client.post("/api/v1/holds", body, content_type="application/json")
    assert made.status_code == 200, made.content.decode()
    (row,) = client.get("/api/v1/holds").json()["rows"]
    assert (row["id"], row["state"]) == (made.json()["id"], "held")
    assert caller(cast, "finance").get("/api/v1/holds").json()["total"] == 0
    for change, place in (({"reason": " "}, "reason"), ({"basis": ""}, "basis")):
        answer = client.post("/api/v1/holds", {**body, **change}, content_type="application/json")
        assert answer.status_code == 422
        assert place in answer.content.decode()
    answer = client.post(
        "/api/v1/holds", {**body, "object_id": NOBODYS}, content_type="application/json"
    )
    assert answer.status_code == 404
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths["/api/v1/disposals"]) == {"get"}, "two people destroy, no machine"

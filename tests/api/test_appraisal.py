"""The appraisal by machine: the same reads and acts as the pages, for the same callers."""

from __future__ import annotations

from typing import Any

from tests.api.test_api import caller
from tests.appraisal.support import look, proposed, published, sheet, sheet_id, shown

STRANGERS = ("neighbour", "contact", "other_city")


def test_a_period_and_a_sheet_are_read_by_who_may_and_by_nobody_else(cast: Any) -> None:
    period = shown(cast)
    mine = sheet_id(cast, period)
    office = caller(cast, "coordinator").get(f"/api/v1/appraisal-periods/{period}")
    assert office.status_code == 200, office.content.decode()
    assert len(office.json()["sheets"]) == 13
    unit = caller(cast, "audit").get(f"/api/v1/appraisal-sheets/{mine}").json()
    line = next(x for x in unit["lines"] if x["code"] == "IND-13")
    assert (line["met"], line["due"], line["score"], unit["total"]) == (5, 6, 8333, 8333)
    assert unit["permitted"] == ["confirm", "object"]
    for who in ("finance", *STRANGERS):
        client = caller(cast, who)
        assert client.get(f"/api/v1/appraisal-sheets/{mine}").status_code in (403, 404)
        assert client.get(f"/api/v1/appraisal-periods/{period}").status_code in (403, 404)
        assert str(mine) not in client.get("/api/v1/appraisal-sheets").content.decode()


def test_a_unit_confirms_its_sheet_by_machine_once(cast: Any) -> None:
    period = shown(cast)
    mine = sheet(cast, period, "audit")
    client, url = caller(cast, "audit"), f"/api/v1/appraisal-sheets/{mine.id}/do/confirm"
    body = {"revision": mine.revision}
    assert client.post(url, body, content_type="application/json").status_code == 200
    assert client.post(url, body, content_type="application/json").status_code == 409
    assert sheet(cast, period).state == "decided"
    other = caller(cast, "finance").post(url, body, content_type="application/json")
    assert other.status_code in (403, 404)


def test_lists_of_uses_reports_and_published_results(cast: Any) -> None:
    period, made = published(cast), proposed(cast)
    assert look(cast, period).state == "published"
    office = caller(cast, "coordinator")
    assert [r["id"] for r in office.get("/api/v1/appraisal-outcomes").json()["rows"]] == [str(made)]
    assert office.get(f"/api/v1/appraisal-outcomes/{made}").json()["kind_label"] == "通报表扬"
    assert office.get("/api/v1/progress-reports").json()["rows"] == []
    listed = caller(cast, "finance").get("/api/v1/appraisal-rankings").json()["rows"]
    assert listed[0]["total"] == 8333
    for who in STRANGERS:
        assert caller(cast, who).get(f"/api/v1/appraisal-outcomes/{made}").status_code in (403, 404)

"""Meetings, decisions and the programme of a round by machine: as the pages have them, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_api import caller
from tests.coordination.support import binding, convened, look, see
from tests.support.cast import unit_id
from tests.support.recorded import Recorded, listen


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def test_a_meeting_is_read_by_who_comes_and_by_nobody_else(cast: Any, heard: Recorded) -> None:
    meeting = convened(cast)
    for who in ("coordinator", "audit"):
        heard.clear()
        answer = caller(cast, who).get(f"/api/v1/meetings/{meeting}")
        assert answer.status_code == 200, answer.content.decode()
        assert [i["topic"] for i in answer.json()["agenda"]] == ["通报季度进展", "研究数据共享堵点"]
        assert [(r["act"], r["result"]) for r in heard][-1] == ("api.meeting", "allow")
    for stranger in ("neighbour", "contact"):
        client = caller(cast, stranger)
        assert client.get(f"/api/v1/meetings/{meeting}").status_code == 404
        rows = client.get("/api/v1/meetings")
        assert str(meeting) not in rows.content.decode()


def test_units_are_asked_by_machine_once(cast: Any) -> None:
    meeting, client = convened(cast), caller(cast, "coordinator")
    body = {"units": [str(unit_id("YL-JW"))], "revision": 1}
    url = f"/api/v1/meetings/{meeting}/do/invite"
    assert client.post(url, body, content_type="application/json").status_code == 200
    again = client.post(url, body, content_type="application/json")
    assert (again.status_code, again.json()["errors"][0]["place"]) == (422, "units")
    stale = client.post(url, {**body, "units": [str(unit_id("YL-SW"))]}, "application/json")
    assert stale.status_code == 409
    assert len(look(cast, meeting).invitations) == 3


def test_minutes_have_no_fixed_form_and_are_written_at_the_page(cast: Any) -> None:
    meeting, client = convened(cast), caller(cast, "coordinator")
    url = f"/api/v1/meetings/{meeting}/do/record"
    body = {"held_on": "2026-11-22", "revision": 1}
    assert client.post(url, body, content_type="application/json").status_code == 404
    assert look(cast, meeting).state == "convened"


def test_a_unit_reports_its_decision_by_machine(cast: Any) -> None:
    decision = binding(cast)
    unit = see(cast, decision).unit_name
    client = caller(cast, "audit")
    (row,) = client.get("/api/v1/decisions?mine=true").json()["rows"]
    assert (row["id"], row["unit_name"], row["permitted"]) == (str(decision), unit, ["report"])
    url = f"/api/v1/decisions/{decision}/do/report"
    body = {"report": "口径已统一并印发各单位。", "revision": row["revision"]}
    assert client.post(url, body, content_type="application/json").status_code == 200
    found = client.get(f"/api/v1/decisions/{decision}").json()
    assert (found["state"], found["report"]) == ("reported", "口径已统一并印发各单位。")
    stranger = caller(cast, "neighbour")
    assert stranger.get(f"/api/v1/decisions/{decision}").status_code == 404
    assert stranger.post(url, body, content_type="application/json").status_code == 404

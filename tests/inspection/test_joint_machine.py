"""Joint inspection tasks by machine: the team and the unit that answers read them, nobody else does."""

from __future__ import annotations

from typing import Any

import pytest

from lianxun.inspection import operations as do
from tests.api.test_api import caller
from tests.inspection.support import Play
from tests.inspection.test_joint import accepted, act, planned, working
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of

__all__ = ["working"]
STRANGERS = ("neighbour", "contact")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def test_the_team_and_the_unit_read_a_task_and_its_record(
    cast: Any, working: Play, heard: Recorded
) -> None:
    task = accepted(working)
    words = {"kind": "problem", "text": "缺少两份发票底账，待税务部门核对。"}
    act(working, "finance", do.record_joint_entry, task, **words)
    for who in ("team_head", "coordinator", "finance"):
        client = caller(cast, who)
        heard.clear()
        answer = client.get(f"/api/v1/joint-tasks/{task}")
        assert answer.status_code == 200, answer.content.decode()
        found = answer.json()
        assert (found["state"], found["unit_name"]) == ("in_progress", "省财政厅")
        assert [(e["kind"], e["open_problem"]) for e in found["entries"]] == [("problem", True)]
        assert [(r["act"], r["result"]) for r in heard] == [("api.joint_task", "allow")]
    mine = caller(cast, "finance").get(f"/api/v1/joint-tasks/{task}").json()["permitted"]
    assert mine == sorted(mine)
    assert "entry" in mine
    assert "verify" not in mine


def test_the_list_of_an_engagement_holds_what_the_caller_may_see(cast: Any, working: Play) -> None:
    served, draft = accepted(working), planned(working, title="尚未分派的任务")
    url = f"/api/v1/engagements/{working.id}/joint-tasks"
    head = caller(cast, "team_head").get(url).json()
    assert {r["id"] for r in head["rows"]} == {str(served), str(draft)}
    assert (head["page"], head["total"]) == (1, 2)
    (row,) = caller(cast, "finance").get(url).json()["rows"]
    assert (row["id"], row["corroborated"], row["light"]) == (str(served), False, "green")
    only = caller(cast, "team_head").get(f"{url}?state=planned").json()
    assert [r["title"] for r in only["rows"]] == ["尚未分派的任务"]


def test_the_list_within_reach_is_narrowed_to_the_own_unit(cast: Any, working: Play) -> None:
    task = accepted(working)
    mine = caller(cast, "finance").get("/api/v1/joint-tasks?mine=true").json()["rows"]
    assert str(task) in {r["id"] for r in mine}
    others = caller(cast, "coordinator").get("/api/v1/joint-tasks?mine=true").json()["rows"]
    assert str(task) not in {r["id"] for r in others}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_learns_of_no_task(cast: Any, working: Play, stranger: str) -> None:
    task = accepted(working)
    client = caller(cast, stranger)
    assert client.get(f"/api/v1/joint-tasks/{task}").status_code == 404
    assert client.get(f"/api/v1/engagements/{working.id}/joint-tasks").status_code == 404
    answer = client.get("/api/v1/joint-tasks")
    assert answer.status_code == 200
    assert str(task) not in answer.content.decode()


def test_the_page_that_convenes_a_task_says_what_follows(cast: Any, working: Play) -> None:
    page = client_of("team_head").get(f"/engagements/{working.id}/do/joint_task/").content.decode()
    for words in ("不通知任何单位", "两名不同单位的牵头人", "被巡视单位不能承办", "最后一天"):
        assert words in page, words

"""The programme of a round by machine: as the pages have it, and for nobody else."""

from __future__ import annotations

from lianxun.inspection import operations as inspection
from lianxun.inspection import queries
from tests.api.test_api import caller
from tests.inspection.support import Play


def test_an_item_of_the_programme_is_reported_by_machine(play: Play) -> None:
    play.open_round()
    play.act("coordinator", inspection.lay_out_phases, round_id=play.round_id, revision=1)
    client = caller(play.cast, "coordinator")
    tasks = client.get(f"/api/v1/rounds/{play.round_id}/phase-tasks").json()["tasks"]
    first = next(t for t in tasks if "report" in t["permitted"])
    chart = play.see("coordinator", queries.round_chart, round_id=play.round_id)
    same = next(t for t in chart.tasks if str(t.id) == first["id"])
    assert (first["light"], first["why"]) == (same.light, same.why)
    answer = client.post(
        f"/api/v1/phase-tasks/{first['id']}/do/report",
        {"result": "名单已经领导小组审定。", "revision": first["revision"]},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content.decode()
    assert client.get(f"/api/v1/phase-tasks/{first['id']}").json()["state"] == "reported"
    hidden = caller(play.cast, "contact").get(f"/api/v1/phase-tasks/{first['id']}")
    assert hidden.status_code == 404

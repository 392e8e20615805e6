"""Inner acts that may be taken back: a gate ticked too early, a wrong line of the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from lianxun.inspection import operations as do
from lianxun.kernel.problems import NotFound, Refused, Stale, WrongState
from tests.inspection.support import Play
from tests.support.cast import unit_id
from tests.web.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(play: Play) -> Play:
    play.open_round()
    play.plan()
    play.submit_round()
    play.decide("leader")
    return play


def first_gate(play: Play) -> Any:
    return next(g for g in play.task().gates if g.stage == "consulting")


def passed(play: Play) -> Any:
    gate = first_gate(play)
    play.act(
        "coordinator",
        do.pass_gate,
        gate_id=gate.id,
        revision=gate.revision,
        evidence="会议纪要第3号",
    )
    return first_gate(play)


def withdraw(play: Play, gate: Any, who: str = "coordinator", **more: Any) -> None:
    values = {"gate_id": gate.id, "revision": gate.revision, **more}
    play.act(who, do.withdraw_gate, **values)


def test_a_gate_is_open_again_and_can_be_passed_anew(approved: Play) -> None:
    withdraw(approved, passed(approved))
    gate = first_gate(approved)
    assert (gate.passed_at, gate.passed_by, gate.evidence) == (None, "", "")
    assert passed(approved).passed_at is not None


def test_a_gate_that_was_not_passed_has_nothing_to_take_back(approved: Play) -> None:
    with pytest.raises(WrongState, match="还没有通过"):
        withdraw(approved, first_gate(approved))


def test_a_gate_of_a_stage_that_began_stays_passed(approved: Play) -> None:
    approved.gates("consulting")
    approved.advance("coordinator", "consulting")
    with pytest.raises(WrongState, match="阶段已经开始"):
        withdraw(approved, first_gate(approved))


def test_a_stale_gate_a_stranger_and_an_unknown_gate_are_refused(approved: Play) -> None:
    gate = passed(approved)
    with pytest.raises(Stale):
        withdraw(approved, gate, revision=gate.revision - 1)
    with pytest.raises(NotFound):
        withdraw(approved, gate, gate_id=UUID(int=7))
    with pytest.raises((NotFound, Refused)):
        withdraw(approved, gate, who="finance")
    assert first_gate(approved).passed_at is not None


def add_line(play: Play) -> UUID:
    return play.act(
        "coordinator",
        do.add_line,
        engagement_id=play.id,
        unit_id=unit_id("YL-SJ"),
        risk="采购集中于少数供应商",
    )


def test_a_line_of_the_list_is_dropped(approved: Play) -> None:
    line = add_line(approved)
    approved.act("coordinator", do.drop_line, engagement_id=approved.id, line_id=line)
    assert approved.task().list_lines == ()
    with pytest.raises(NotFound):
        approved.act("coordinator", do.drop_line, engagement_id=approved.id, line_id=line)


def test_a_stranger_drops_no_line(approved: Play) -> None:
    line = add_line(approved)
    with pytest.raises((NotFound, Refused)):
        approved.act("finance", do.drop_line, engagement_id=approved.id, line_id=line)
    assert len(approved.task().list_lines) == 1


def revision_on(client: Any, url: str) -> dict[str, str]:
    """The hidden revision of the form, as a browser sends it."""
    return {"revision": str(client.get(url).context["form"]["revision"].value())}


def test_the_page_offers_the_way_back_right_after_the_act(approved: Play) -> None:
    client, base = client_of("coordinator"), f"/engagements/{approved.id}/"
    gate = first_gate(approved)
    values = {"gate_id": str(gate.id), "evidence": "会议纪要第3号"}
    values |= revision_on(client, f"{base}do/gate/")
    page = client.post(f"{base}do/gate/", values, follow=True).content.decode()
    back = f"{base}do/ungate/?gate_id={gate.id}"
    assert "条目已通过。" in page
    assert f'href="{back}">撤销</a>' in page
    assert client.get(back).context["form"]["gate_id"].value() == str(gate.id)
    values = {"gate_id": str(gate.id)} | revision_on(client, back)
    page = client.post(f"{base}do/ungate/", values, follow=True).content.decode()
    assert "已撤回，该条目为未通过。" in page
    assert first_gate(approved).passed_at is None


def test_a_line_made_on_the_page_is_undone_on_the_page(approved: Play) -> None:
    client, base = client_of("coordinator"), f"/engagements/{approved.id}/"
    values = {"unit_id": str(unit_id("YL-SJ")), "risk": "采购集中"}
    values |= revision_on(client, f"{base}do/line/")
    page = client.post(f"{base}do/line/", values, follow=True).content.decode()
    line = approved.task().list_lines[0].id
    assert f'href="{base}do/unline/?line_id={line}">撤销</a>' in page
    values = {"line_id": str(line)} | revision_on(client, f"{base}do/unline/")
    client.post(f"{base}do/unline/", values)
    assert approved.task().list_lines == ()


def test_nothing_to_take_back_means_no_such_page(approved: Play) -> None:
    client = client_of("coordinator")
    for name in ("ungate", "unline"):
        assert client.get(f"/engagements/{approved.id}/do/{name}/").status_code == 404

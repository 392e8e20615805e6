"""Four ways of disposal, the result, what comes back, and when a doubt has ended."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, Refused, Stale, WrongState
from lianxun.leads.models import Lead
from tests.leads.support import Desk
from tests.support.cast import account_id
from tests.support.recorded import Recorded


def due(lead: UUID) -> dict[str, list[str]]:
    with acting_as(account_id("coordinator")), transaction.atomic():
        rows = Duty.objects.filter(object_kind="leads.lead", object_id=lead).order_by("created_at")
        found: dict[str, list[str]] = {}
        for code, state in rows.values_list("template_code", "state"):
            found.setdefault(code, []).append(state)
        return found


@pytest.mark.parametrize("way", ["inquiry", "prelim", "held", "closed"])
def test_each_of_the_four_ways_stops_the_clock_of_the_opinion(
    desk: Desk, trace: Recorded, way: str
) -> None:
    lead = desk.disposed(way)
    record = desk.see(lead)
    assert (record.state, record.opinion) == (way, "集体研究决定。")
    assert due(lead)["DT-LD-OPINION"] == ["fulfilled"]
    assert ("DT-LD-HELD" in due(lead)) is (way == "held")
    assert trace.of("leads.dispose")[-1]["detail"]["to"] == way


@pytest.mark.parametrize("way", ["", "done", "result", "nonsense"])
def test_there_is_no_fifth_way(desk: Desk, way: str) -> None:
    lead = desk.at("received")
    with pytest.raises(Invalid, match="谈话函询、初步核实、暂存待查或予以了结") as refused:
        desk.act("dispose", "discipline", lead, way=way, opinion="集体研究。")
    assert [e.place for e in refused.value.errors] == ["way"]


@pytest.mark.parametrize(
    ("opinion", "words"), [("", "处置意见和集体研究情况"), ("长" * 501, "不超过 500 字")]
)
def test_an_opinion_is_written_and_not_too_long(desk: Desk, opinion: str, words: str) -> None:
    lead = desk.at("received")
    with pytest.raises(Invalid, match=words):
        desk.act("dispose", "discipline", lead, way="prelim", opinion=opinion)
    assert desk.see(lead).state == "received"


def test_a_held_lead_is_looked_at_again_and_its_clock_starts_anew(desk: Desk) -> None:
    lead = desk.disposed("held")
    desk.act("dispose", "discipline", lead, way="prelim", opinion="有新材料，转初步核实。")
    assert desk.see(lead).state == "prelim"
    assert due(lead)["DT-LD-HELD"] == ["fulfilled"]


def test_an_inquiry_may_become_a_preliminary_check_but_not_be_held(desk: Desk) -> None:
    lead = desk.disposed("inquiry")
    with pytest.raises(WrongState, match="“谈话函询”，不能改为“暂存待查”"):
        desk.act("dispose", "discipline", lead, way="held", opinion="暂存。")
    desk.act("dispose", "discipline", lead, way="prelim", opinion="说明不清，转初步核实。")
    assert desk.see(lead).state == "prelim"


@pytest.mark.parametrize("state", ["transferred", "result", "done"])
def test_an_opinion_has_its_time(desk: Desk, state: str) -> None:
    lead = desk.at(state)
    with pytest.raises(WrongState):
        desk.act("dispose", "discipline", lead, way="prelim", opinion="集体研究。")


@pytest.mark.parametrize(
    ("name", "state", "given"),
    [
        ("dispose", "received", {"way": "prelim", "opinion": "集体研究。"}),
        ("record_result", "prelim", {"outcome": "partly", "result": "部分属实。"}),
        ("feed_back", "result", {}),
    ],
)
def test_only_the_receiver_works_on_it_and_only_at_the_present_state(
    desk: Desk, name: str, state: str, given: dict[str, str]
) -> None:
    lead = desk.at(state)
    before = desk.see(lead)
    with pytest.raises(Refused) as refused:
        desk.act(name, "coordinator", lead, **given)
    assert refused.value.rule == "LEAD-RECEIVE"
    with pytest.raises(Stale):
        desk.act(name, "discipline", lead, revision=before.revision - 1, **given)
    assert desk.see(lead) == before


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "", "result": "有结果。"}, "outcome"),
        ({"outcome": "maybe", "result": "有结果。"}, "outcome"),
        ({"outcome": "partly", "result": " "}, "result"),
        ({"outcome": "partly", "result": "长" * 1001}, "result"),
    ],
)
def test_a_result_says_whether_it_was_true_and_what_came_of_it(
    desk: Desk, given: dict[str, str], field: str
) -> None:
    lead = desk.at("prelim")
    with pytest.raises(Invalid) as refused:
        desk.act("record_result", "discipline", lead, **given)
    assert [e.place for e in refused.value.errors] == [field]


@pytest.mark.parametrize(
    ("outcome", "ended"),
    [("confirmed", False), ("partly", False), ("unfounded", True), ("unverified", True)],
)
def test_a_doubt_that_came_to_nothing_leaves_search_the_same_day(
    desk: Desk, outcome: str, ended: bool
) -> None:
    lead = desk.at("prelim")
    desk.act("record_result", "discipline", lead, outcome=outcome, result="核查结束。")
    record = desk.see(lead)
    assert (record.no_case_on == desk.cast.now.date()) is ended
    assert ("DT-LD-DESTROY" in due(lead)) is ended


def test_feeding_back_stops_the_clock_of_the_result_and_the_desk_closes(desk: Desk) -> None:
    lead = desk.at("fed_back")
    assert due(lead)["DT-LD-RESULT"] == ["fulfilled"]
    with pytest.raises(Refused, match="归口"):
        desk.act("finish", "discipline", lead)
    desk.act("finish", "coordinator", lead)
    assert desk.see(lead).state == "done"
    with pytest.raises(WrongState):
        desk.act("finish", "coordinator", lead)


def test_the_database_wants_the_outcome_of_a_finished_lead(desk: Desk) -> None:
    lead = desk.at("result")
    with (
        acting_as(account_id("coordinator")),
        pytest.raises(IntegrityError, match="lead_result_says_what_came_of_it"),
        transaction.atomic(),
    ):
        Lead.objects.filter(id=lead).update(outcome="")

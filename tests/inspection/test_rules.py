"""Who may do what in an engagement: pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from lianxun.inspection import rules
from lianxun.inspection.enums import FORWARD, PaperState, State
from lianxun.inspection.rules import Facts, SeatFacts
from lianxun.kernel.actor import Actor

OFFICE, BODY, HOME = "0001/0002/", "0001/0003/", UUID(int=7)


def actor(account: int = 1, **more: Any) -> Actor:
    values = {
        "account_id": UUID(int=account),
        "person_id": None,
        "name": "某人",
        "unit_id": HOME,
        "unit_name": "某单位",
        "unit_path": OFFICE,
        "clearance": 2,
        "duties": frozenset({"inspection"}),
        "roles": frozenset({"coordinator"}),
        **more,
    }
    return Actor(**values)


def seat(
    account: int, role: str = "member", group: str = "on_site", state: str = "confirmed"
) -> Any:
    return SeatFacts(UUID(int=account), role, group, state, UUID(int=100 + account))


def facts(state: str = "on_site", *seats: Any) -> Facts:
    return Facts(state, OFFICE, seats)


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ({}, True),
        ({"roles": frozenset({"leader"})}, False),
        ({"duties": frozenset({"leads"})}, False),
        ({"unit_path": "0001/0009/"}, False),
        ({"unit_path": "0001/"}, True),
    ],
)
def test_the_owning_office_prepares(more: Any, allowed: bool) -> None:
    assert bool(rules.may_prepare(actor(**more), facts())) is allowed


@pytest.mark.parametrize("state", ["proposed", "objected", "alternate", "recused", "replaced"])
def test_only_a_confirmed_member_works(state: str) -> None:
    assert rules.may_work(actor(5), facts("on_site", seat(5)))
    refusal = rules.may_work(actor(5), facts("on_site", seat(5, state=state)))
    assert not refusal
    assert refusal.rule == "INS-TEAM"
    assert not rules.may_work(actor(5), facts("on_site", seat(5, group="guidance")))


def test_entry_and_report_are_the_heads() -> None:
    assert rules.may_enter_site(actor(5), facts("prepared", seat(5, "head")))
    assert rules.may_enter_site(actor(5), facts("prepared", seat(5, "deputy"))).rule == "INS-HEAD"


@pytest.mark.parametrize("start", list(State))
def test_only_moves_of_the_machine_can_be_declared(start: State) -> None:
    head = actor(5, roles=frozenset({"coordinator"}))
    for to in State:
        decision = rules.may_advance(head, facts(start.value, seat(5, "head")), to)
        known = (start, to) in FORWARD
        body = to in (State.APPROVED, State.EXTENDED, State.DECIDED)
        assert bool(decision) is (known and not body), (start, to)
        if known and body:
            assert decision.rule == "INS-BODY"


def test_three_different_people_sign_in_their_places() -> None:
    team = (seat(1), seat(2, "deputy"), seat(3, "head"))
    place = PaperState.SIGNED_DEPUTY
    may = rules.may_sign
    assert may(actor(2), facts("on_site", *team), place=place, signed_by=[UUID(int=1)])
    assert may(actor(3), facts("on_site", *team), place=place, signed_by=[]).rule == "INS-DEPUTY"
    assert may(actor(2), facts("on_site", *team), place=place, signed_by=[UUID(int=2)]).rule == (
        "INS-THREE"
    )
    assert may(actor(9), facts("on_site", *team), place=place, signed_by=[]).rule == "INS-TEAM"
    head = PaperState.SIGNED_HEAD
    assert may(actor(1), facts("on_site", *team), place=head, signed_by=[]).rule == "INS-HEAD"


def test_the_places_follow_each_other_and_end() -> None:
    walked = [PaperState.DRAFT]
    while (place := rules.next_place(walked[-1])) is not None:
        walked.append(place)
    assert walked == list(PaperState)


def missing(to: State, **more: Any) -> tuple[str, ...]:
    values = {
        "open_gates": (),
        "has_minutes": True,
        "has_approved_plan": True,
        "has_head": True,
        "unsigned_papers": 0,
        **more,
    }
    return rules.missing_for(to, **values)


@pytest.mark.parametrize(
    ("to", "more", "words"),
    [
        (State.PREPARED, {"has_minutes": False}, "会商纪要"),
        (State.PREPARED, {"has_approved_plan": False}, "尚未批准"),
        (State.PREPARED, {"has_head": False}, "组长"),
        (State.PREPARED, {"partners_without_a_seat": ["省审计厅"]}, "联合单位省审计厅"),
        (State.REPORTING, {"unsigned_papers": 2}, "2 份问题底稿"),
        (State.REPORTING, {"open_corroborations": 1}, "1 份印证函"),
        (State.FED_BACK, {"open_gates": ["G-11"]}, "G-11"),
    ],
)
def test_what_is_missing_is_said_in_words(to: State, more: Any, words: str) -> None:
    assert missing(to) == ()
    assert any(words in sentence for sentence in missing(to, **more))


def test_papers_do_not_hold_up_a_stage_they_do_not_belong_to() -> None:
    assert missing(State.PREPARED, unsigned_papers=3, open_corroborations=3) == ()
    assert missing(State.FED_BACK, has_minutes=False, has_head=False) == ()


def test_corroboration_comes_from_outside() -> None:
    team = facts("on_site", seat(1), seat(2, state="replaced"), seat(3, state="alternate"))
    owner, outside = uuid4(), uuid4()
    assert rules.outside_of_team(outside, owner, team)
    assert not rules.outside_of_team(owner, owner, team)
    assert not rules.outside_of_team(UUID(int=101), owner, team)
    assert rules.outside_of_team(UUID(int=102), owner, team), "who left the team is outside again"
    assert rules.outside_of_team(UUID(int=103), owner, team), "an alternate is not in the team"


def test_who_may_object_to_a_seat() -> None:
    given = {"account": UUID(int=5), "home": HOME, "owner_path": "0001/0009/"}
    liaison = {"roles": frozenset({"liaison_officer"}), "unit_path": "0001/0005/"}
    assert rules.may_object(actor(5, **{**liaison, "unit_id": uuid4()}), **given), "the person"
    assert rules.may_object(actor(6, **liaison), **given), "the home unit"
    assert not rules.may_object(actor(6, **{**liaison, "roles": frozenset({"expert"})}), **given)
    assert rules.may_object(actor(6, unit_path="0001/0009/", unit_id=uuid4()), **given), "office"
    assert rules.may_object(actor(6, unit_id=uuid4()), **given).rule == "INS-OBJECT"


def test_an_objection_is_settled_by_a_third() -> None:
    leader = {"roles": frozenset({"leader"}), "unit_path": BODY}
    given = {"body_path": BODY, "proposed_by": UUID(int=1), "objected_by": UUID(int=2)}
    assert rules.may_settle(actor(3, **leader), **given)
    for maker in (1, 2):
        assert rules.may_settle(actor(maker, **leader), **given).rule == "INS-SETTLE"
    assert not rules.may_settle(actor(3), **given)
    assert not rules.may_settle(actor(3, **{**leader, "unit_path": OFFICE}), **given)


def test_who_stopped_the_line_does_not_start_it_again() -> None:
    leader = {"roles": frozenset({"leader"}), "unit_path": BODY}
    may = rules.may_ask_resume
    assert may(actor(3, **leader), facts(), body_path=BODY, asked_by=UUID(int=4))
    assert may(actor(4, **leader), facts(), body_path=BODY, asked_by=UUID(int=4)).rule == (
        "INS-MAKER-CHECKER"
    )
    stranger = actor(9, roles=frozenset({"liaison_officer"}))
    assert may(stranger, facts(), body_path=BODY, asked_by=UUID(int=4)).rule == "INS-RESUME"


def test_obstacles_and_look_back_belong_to_who_works_there() -> None:
    stranger = actor(9, roles=frozenset({"leader"}))
    assert not rules.may_record_obstacle(stranger, facts())
    assert rules.may_record_obstacle(stranger, facts("on_site", seat(9)))
    assert rules.may_record_obstacle(stranger, facts("rectifying", seat(9, group="guidance")))
    assert rules.may_record_obstacle(actor(), facts())
    assert rules.may_look_back(actor(9), facts("extended", seat(9)))
    assert rules.may_look_back(actor(9), facts("reporting", seat(9))).rule == "INS-LOOK-BACK"


def test_a_round_names_what_keeps_it_open() -> None:
    assert rules.missing_to_close(running=[], open_checks=[]) == ()
    assert rules.missing_to_close(running=["巡1号"], open_checks=["P-07"]) == (
        "任务 巡1号 尚未归档",
        "政治责任清单 P-07 尚未落实",
    )

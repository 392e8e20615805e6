"""Who may do what with a request, a question, a key: pure. Each refusal names its rule and says who can."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.exchange import rules
from lianxun.exchange.enums import MACHINES, RequestState, Rung
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor

OFFICE, PROVIDER, OTHER = "0001/0002/", "0001/0005/", "0001/0009/"
TASK, ME, HER = UUID(int=50), UUID(int=1), UUID(int=2)


def actor(**more: Any) -> Actor:
    values = {
        "account_id": ME,
        "person_id": None,
        "name": "某人",
        "unit_id": UUID(int=7),
        "unit_name": "某单位",
        "unit_path": OFFICE,
        "clearance": 2,
        "duties": frozenset({"exchange"}),
        "roles": frozenset({"coordinator"}),
        **more,
    }
    return Actor(**values)


def member(**more: Any) -> Actor:
    given = {"duties": frozenset(), "roles": frozenset({"inspector"}), "unit_path": OTHER}
    return actor(**{**given, "engagements": frozenset({TASK}), **more})


def said(decision: Any) -> tuple[bool, str]:
    return bool(decision), decision.rule


@pytest.mark.parametrize(
    ("who", "engagement", "allowed"),
    [
        (actor(), None, True),
        (actor(duties=frozenset({"leads"})), None, False),
        (actor(roles=frozenset({"contact"})), None, False),
        (member(), TASK, True),
        (member(), None, False),
        (member(), UUID(int=51), False),
        (member(roles=frozenset({"contact"})), TASK, False),
    ],
)
def test_who_drafts(who: Actor, engagement: UUID | None, allowed: bool) -> None:
    assert said(rules.may_draft(who, engagement=engagement)) == (allowed, "EX-DRAFT")


@pytest.mark.parametrize(
    ("who", "path", "engagement", "expected"),
    [
        (actor(), OFFICE, None, (True, "EX-ASK")),
        (actor(), OTHER, None, (False, "EX-ASK")),
        (member(), OFFICE, TASK, (True, "EX-ASK")),
        (member(), OFFICE, None, (False, "EX-DRAFT")),
        (actor(duties=frozenset()), OFFICE, None, (False, "EX-DRAFT")),
    ],
)
def test_its_own_side_asks(who: Actor, path: str, engagement: Any, expected: Any) -> None:
    assert said(rules.may_ask(who, owner_path=path, engagement=engagement)) == expected


@pytest.mark.parametrize(
    ("who", "drafted_by", "expected"),
    [
        (actor(), HER, (True, "EX-CHECK")),
        (actor(roles=frozenset({"leader"})), HER, (True, "EX-CHECK")),
        (actor(), ME, (False, "EX-MAKER-CHECKER")),
        (actor(roles=frozenset({"liaison_officer"})), HER, (False, "EX-CHECK")),
        (actor(duties=frozenset({"leads"})), HER, (False, "EX-CHECK")),
    ],
)
def test_the_office_checks_and_never_its_drafter(
    who: Actor, drafted_by: UUID, expected: Any
) -> None:
    assert said(rules.may_check(who, drafted_by=drafted_by)) == expected


@pytest.mark.parametrize(
    ("path", "duties", "allowed"),
    [
        (PROVIDER, {"exchange"}, True),
        (PROVIDER + "0001/", {"exchange"}, True),
        ("0001/", {"exchange"}, True),
        (OTHER, {"exchange"}, False),
        (PROVIDER, {"leads"}, False),
        (PROVIDER, set(), False),
    ],
)
def test_only_the_provider_answers(path: str, duties: set[str], allowed: bool) -> None:
    who = actor(unit_path=path, duties=frozenset(duties))
    assert said(rules.may_answer(who, provider_path=PROVIDER)) == (allowed, "EX-PROVIDER")


@pytest.mark.parametrize("rung", list(Rung))
def test_a_provider_refuses_on_the_lowest_rung_only(rung: Rung) -> None:
    who = actor(unit_path=PROVIDER)
    decision = rules.may_refuse(who, provider_path=PROVIDER, rung=rung)
    assert bool(decision) is (rung == Rung.PROVIDER)
    if not decision:
        assert rung.label in decision.reason
        assert "提出异议" in decision.reason


def test_a_stranger_is_no_provider_on_any_rung() -> None:
    who = actor(unit_path=OTHER)
    assert said(rules.may_refuse(who, provider_path=PROVIDER, rung=2)) == (False, "EX-PROVIDER")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (actor(), True),
        (actor(roles=frozenset({"liaison_officer"}), unit_path=OTHER), False),
        (member(), True),
    ],
)
def test_who_climbs_the_last_rung(who: Actor, allowed: bool) -> None:
    assert bool(rules.may_escalate(who, owner_path=OFFICE, engagement=TASK)) is allowed


@pytest.mark.parametrize(
    ("who", "signer", "expected"),
    [
        (actor(), HER, (True, "EX-JUDGE")),
        (actor(), ME, (False, "EX-MAKER-CHECKER")),
        (member(), HER, (True, "EX-JUDGE")),
        (actor(unit_path=OTHER), HER, (False, "EX-JUDGE")),
    ],
)
def test_the_asking_side_judges_and_never_who_signed(
    who: Actor, signer: UUID, expected: Any
) -> None:
    found = rules.may_judge(who, owner_path=OFFICE, engagement=TASK, signer=signer)
    assert said(found) == expected


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (actor(), True),
        (actor(roles=frozenset({"leader"})), True),
        (actor(roles=frozenset({"inspector"})), False),
        (actor(duties=frozenset()), False),
    ],
)
def test_the_office_ends_use(who: Actor, allowed: bool) -> None:
    assert said(rules.may_end(who)) == (allowed, "EX-END")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (actor(), True),
        (actor(duties=frozenset({"leads"})), False),
        (member(), True),
        (actor(unit_path=PROVIDER), True),
        (actor(unit_path=PROVIDER, duties=frozenset()), False),
        (actor(unit_path=OTHER), False),
    ],
)
def test_who_opens_the_data(who: Actor, allowed: bool) -> None:
    found = rules.may_use(who, owner_path=OFFICE, provider_path=PROVIDER, engagement=TASK)
    assert said(found) == (allowed, "EX-USE")


@pytest.mark.parametrize(
    ("roles", "asked_by", "level", "expected"),
    [
        ({"coordinator"}, HER, Level.SENSITIVE, (True, "EX-Q-APPROVE")),
        ({"coordinator"}, ME, Level.SENSITIVE, (False, "EX-MAKER-CHECKER")),
        ({"coordinator"}, HER, Level.CORE, (False, "EX-Q-APPROVE")),
        ({"leader"}, HER, Level.CORE, (True, "EX-Q-APPROVE")),
        ({"leader"}, ME, Level.CORE, (False, "EX-MAKER-CHECKER")),
        ({"inspector"}, HER, Level.SENSITIVE, (False, "EX-Q-APPROVE")),
    ],
)
def test_who_approves_a_question(
    roles: set[str], asked_by: UUID, level: int, expected: Any
) -> None:
    who = actor(roles=frozenset(roles))
    assert said(rules.may_approve_question(who, asked_by=asked_by, level=level)) == expected


@pytest.mark.parametrize(
    ("asked", "approved", "expected"),
    [
        (HER, UUID(int=3), (True, "EX-PROVIDER")),
        (ME, UUID(int=3), (False, "EX-MAKER-CHECKER")),
        (HER, ME, (False, "EX-MAKER-CHECKER")),
        (HER, None, (True, "EX-PROVIDER")),
    ],
)
def test_a_third_answers_a_question(asked: UUID, approved: UUID | None, expected: Any) -> None:
    who = actor(unit_path=PROVIDER)
    found = rules.may_answer_question(
        who, provider_path=PROVIDER, asked_by=asked, approved_by=approved
    )
    assert said(found) == expected


@pytest.mark.parametrize(("approved", "allowed"), [(True, True), (False, False)])
def test_the_provider_learns_whom_it_is_about_once_it_is_approved(
    approved: bool, allowed: bool
) -> None:
    who = actor(unit_path=PROVIDER, roles=frozenset({"liaison_officer"}))
    found = rules.may_see_subject(
        who,
        asked_by=HER,
        owner_path=OFFICE,
        provider_path=PROVIDER,
        engagement=TASK,
        level=Level.SENSITIVE,
        approved=approved,
    )
    assert said(found) == (allowed, "EX-Q-SUBJECT")


@pytest.mark.parametrize(
    ("who", "registered_by", "expected"),
    [
        (actor(), HER, (True, "EX-KEY")),
        (actor(), ME, (False, "EX-MAKER-CHECKER")),
        (actor(unit_path=OTHER, roles=frozenset({"liaison_officer"})), HER, (False, "EX-KEY")),
        (actor(unit_path=OTHER, roles=frozenset({"leader"})), HER, (True, "EX-KEY")),
        (actor(duties=frozenset()), HER, (False, "EX-KEY")),
    ],
)
def test_a_second_person_compares_a_key(who: Actor, registered_by: UUID, expected: Any) -> None:
    found = rules.may_confirm_key(who, registered_by=registered_by, owner_path=OFFICE)
    assert said(found) == expected


@pytest.mark.parametrize("role", ["liaison_officer", "leader", "coordinator"])
def test_who_registers_a_key(role: str) -> None:
    assert rules.may_register_key(actor(roles=frozenset({role})))
    assert not rules.may_register_key(actor(roles=frozenset({role}), duties=frozenset()))
    assert not rules.may_register_key(actor(roles=frozenset({"inspector"})))


roles_of = st.frozensets(st.sampled_from(["leader", "coordinator", "liaison_officer", "contact"]))
duties_of = st.frozensets(st.sampled_from(["exchange", "leads", "rectification"]))
paths = st.sampled_from([OFFICE, PROVIDER, OTHER, "0001/", PROVIDER + "0003/"])


@given(roles_of, duties_of, paths)
def test_nobody_without_the_duty_and_the_engagement_gets_the_data(
    roles: frozenset[str], duties: frozenset[str], path: str
) -> None:
    who = actor(roles=roles, duties=duties - {"exchange"}, unit_path=path)
    assert not rules.may_use(who, owner_path=OFFICE, provider_path=PROVIDER, engagement=TASK)


@given(roles_of, duties_of, paths)
def test_every_refusal_is_a_sentence(
    roles: frozenset[str], duties: frozenset[str], path: str
) -> None:
    who = actor(roles=roles, duties=duties, unit_path=path)
    decisions = [
        rules.may_draft(who, engagement=None),
        rules.may_ask(who, owner_path=OFFICE, engagement=None),
        rules.may_check(who, drafted_by=HER),
        rules.may_answer(who, provider_path=PROVIDER),
        rules.may_judge(who, owner_path=OFFICE, engagement=None, signer=HER),
        rules.may_end(who),
        rules.may_register_key(who),
    ]
    for decision in decisions:
        assert decision.rule.startswith("EX-")
        if not decision:
            assert decision.reason.endswith("。")


def test_what_is_open_for_an_act_can_make_its_move() -> None:
    machine = MACHINES["exchange_inforequest"]
    moves = (rules.OPEN_FOR_DELIVERY | rules.OPEN_FOR_CORRECTION, RequestState.DELIVERED)
    assert all(machine.allows(state, moves[1]) for state in moves[0])
    assert machine.allows(RequestState.DELIVERED, RequestState.IN_USE)
    assert RequestState.EXPIRED not in rules.IN_HAND
    assert RequestState.DESTROYED not in rules.IN_HAND


def test_every_state_of_a_request_ends() -> None:
    """From each state some end (withdrawn, destroyed, or a standing refusal) can be reached."""
    machine = MACHINES["exchange_inforequest"]
    ends = {"withdrawn", "destroyed", "refused"}
    for state in machine.states:
        reached, waiting = {state}, [state]
        while waiting:
            here = waiting.pop()
            following = {b for a, b in machine.moves if a == here} - reached
            reached |= following
            waiting += following
        assert reached & ends, state

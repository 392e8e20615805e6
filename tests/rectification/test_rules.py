"""Who may do what with an item and an assessment: pure. What a reader may not do is absent from the page."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.actor import Actor
from lianxun.rectification import rules
from lianxun.rectification.enums import AssessmentState, ItemState
from lianxun.rectification.rules import AssessmentFacts, Facts

OFFICE, UNIT, OTHER = "0001/0002/", "0001/0008/", "0001/0009/"
TASK, ME, HER = UUID(int=50), UUID(int=1), UUID(int=2)
TODAY = date(2026, 6, 1)


def actor(**more: Any) -> Actor:
    values = {
        "account_id": ME,
        "person_id": None,
        "name": "某人",
        "unit_id": UUID(int=7),
        "unit_name": "某单位",
        "unit_path": OFFICE,
        "clearance": 2,
        "duties": frozenset({"rectification"}),
        "roles": frozenset({"coordinator"}),
        **more,
    }
    return Actor(**values)


CONTACT = actor(unit_path=UNIT, roles=frozenset({"contact"}), unit_id=UUID(int=8))
GUIDE = actor(
    unit_path=OTHER,
    roles=frozenset({"inspector"}),
    engagements=frozenset({TASK}),
    duties=frozenset(),
    unit_id=UUID(int=9),
)
BODY = actor(unit_path=OTHER, roles=frozenset({"liaison_officer"}), unit_id=UUID(int=10))


def facts(state: str = "in_progress", **more: Any) -> Facts:
    return Facts(state, OFFICE, UNIT, TASK, **more)


def said(decision: Any) -> tuple[bool, str]:
    return bool(decision), decision.rule


def test_the_office_issues_and_nobody_else() -> None:
    assert said(rules.may_issue(actor())) == (True, "REC-OFFICE")
    for who in (CONTACT, GUIDE, BODY, actor(duties=frozenset())):
        assert said(rules.may_issue(who)) == (False, "REC-OFFICE")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (CONTACT, True),
        (actor(unit_path="0001/", roles=frozenset({"contact"})), True),
        (actor(unit_path=UNIT, duties=frozenset()), False),
        (actor(unit_path=UNIT + "0001/"), False),
        (actor(), False),
        (GUIDE, False),
    ],
)
def test_the_unit_rectifies(who: Actor, allowed: bool) -> None:
    assert said(rules.may_rectify(who, facts())) == (allowed, "REC-UNIT")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [(actor(), True), (BODY, True), (CONTACT, False), (actor(duties=frozenset({"leads"})), False)],
)
def test_other_bodies_review(who: Actor, allowed: bool) -> None:
    assert said(rules.may_review(who, facts())) == (allowed, "REC-REVIEW")


@pytest.mark.parametrize(
    ("who", "submitted_by", "expected"),
    [
        (GUIDE, HER, (True, "REC-CHECK")),
        (actor(), HER, (True, "REC-CHECK")),
        (actor(), ME, (False, "REC-MAKER-CHECKER")),
        (GUIDE, ME, (False, "REC-MAKER-CHECKER")),
        (CONTACT, HER, (False, "REC-MAKER-CHECKER")),
        (BODY, HER, (False, "REC-CHECK")),
        (actor(roles=frozenset({"leader"})), HER, (False, "REC-CHECK")),
    ],
)
def test_another_checks(who: Actor, submitted_by: UUID, expected: Any) -> None:
    assert said(rules.may_check(who, facts(submitted_by=submitted_by))) == expected


@pytest.mark.parametrize(
    ("who", "signed", "expected"),
    [
        (actor(), (), (True, "REC-CLOSE")),
        (BODY, (UUID(int=7),), (True, "REC-CLOSE")),
        (GUIDE, (UUID(int=7),), (True, "REC-CLOSE")),
        (actor(), (UUID(int=7),), (False, "REC-TWO-BODIES")),
        (CONTACT, (), (False, "REC-CLOSE")),
        (actor(duties=frozenset()), (), (False, "REC-CLOSE")),
        (actor(roles=frozenset({"inspector"})), (), (False, "REC-CLOSE")),
    ],
)
def test_two_bodies_close(who: Actor, signed: Any, expected: Any) -> None:
    assert (
        said(rules.may_close(who, facts("confirmed", signed_units=frozenset(signed)))) == expected
    )


OFFERED = {
    "issued": {"plan"},
    "plan_drafted": {"plan", "submit_plan"},
    "under_review": {"print_plan"},
    "approved": {"start", "report", "print_plan", "extend"},
    "in_progress": {"evidence", "submit", "report", "print_plan", "extend"},
    "submitted": {"print_plan"},
    "returned": {"evidence", "submit", "report", "print_plan", "extend"},
    "confirmed": {"print_plan"},
    "closed": {"print_plan"},
    "reopened": {"evidence", "submit", "report", "print_plan", "extend"},
}


@pytest.mark.parametrize("state", [s.value for s in ItemState])
def test_what_the_unit_is_offered_in_each_state(state: str) -> None:
    assert rules.permitted(CONTACT, facts(state)) == OFFERED[state]


@pytest.mark.parametrize("state", [s.value for s in ItemState])
def test_the_unit_is_never_offered_what_is_others(state: str) -> None:
    never = {"invite", "review", "decide_plan", "check", "close", "reopen", "press", "use"}
    assert not rules.permitted(CONTACT, facts(state)) & never


@pytest.mark.parametrize(
    ("more", "extra"),
    [
        ({"pressed": True}, {"answer_press"}),
        ({"extension": "asked"}, set()),
        ({"extension": "done"}, set()),
    ],
)
def test_letters_and_extensions_change_what_the_unit_is_offered(more: Any, extra: Any) -> None:
    found = rules.permitted(CONTACT, facts("in_progress", **more))
    assert ("answer_press" in found) == bool(extra)
    assert ("extend" in found) == ("extension" not in more)


def test_the_office_presses_once_at_a_time_and_brings_a_wish() -> None:
    assert "press" in rules.permitted(actor(), facts())
    assert "press" not in rules.permitted(actor(), facts(pressed=True))
    assert "press" not in rules.permitted(actor(), facts("closed"))
    assert "bring_extension" in rules.permitted(actor(), facts(extension="asked"))
    assert "bring_extension" not in rules.permitted(actor(), facts())


# --- assessments ---------------------------------------------------------------------------------


def assessed(state: str = "scoring", **more: Any) -> AssessmentFacts:
    asked = frozenset({a.unit_id for a in (BODY, GUIDE, CONTACT, actor())})
    return AssessmentFacts(state, UNIT, TASK, **{"asked": asked, **more})


@pytest.mark.parametrize(
    ("who", "scored", "expected"),
    [
        (BODY, (), (True, "REC-ASSESS")),
        (GUIDE, (), (True, "REC-ASSESS")),
        (BODY, (UUID(int=10),), (False, "REC-ASSESS-ONCE")),
        (CONTACT, (), (False, "REC-ASSESS")),
        (actor(duties=frozenset()), (), (False, "REC-ASSESS")),
    ],
)
def test_units_score_once_and_never_themselves(who: Actor, scored: Any, expected: Any) -> None:
    assert said(rules.may_score(who, assessed(scored=frozenset(scored)))) == expected


@pytest.mark.parametrize("who", [BODY, GUIDE, actor()])
def test_who_was_not_asked_does_not_score(who: Actor) -> None:
    assert said(rules.may_score(who, assessed(asked=frozenset()))) == (False, "REC-ASSESS")
    found = rules.permitted_of_assessment(who, assessed(asked=frozenset()), TODAY)
    assert "score" not in found


def test_who_scored_does_not_merge_and_who_merged_does_not_answer() -> None:
    assert rules.may_merge(actor(), assessed())
    assert said(rules.may_merge(actor(), assessed(scorers=frozenset({ME})))) == (
        False,
        "REC-MAKER-CHECKER",
    )
    assert said(rules.may_answer_objection(actor(), assessed(merged_by=ME))) == (
        False,
        "REC-MAKER-CHECKER",
    )
    assert rules.may_answer_objection(actor(), assessed(merged_by=HER))
    assert not rules.may_answer_objection(BODY, assessed(merged_by=HER))


@pytest.mark.parametrize(
    ("who", "until", "allowed"),
    [
        (CONTACT, date(2026, 6, 30), True),
        (actor(), date(2026, 6, 30), False),
        (actor(), TODAY, False),
        (actor(), date(2026, 5, 31), True),
        (actor(), None, False),
        (BODY, date(2026, 5, 31), False),
    ],
)
def test_who_concludes_and_when(who: Actor, until: date | None, allowed: bool) -> None:
    assert bool(rules.may_conclude(who, assessed("served", object_until=until), TODAY)) is allowed


@pytest.mark.parametrize(
    ("state", "until", "expected"),
    [
        ("scoring", None, set()),
        ("merged", None, set()),
        ("served", date(2026, 6, 2), {"object", "conclude"}),
        ("served", date(2026, 5, 2), {"conclude"}),
        ("objected", date(2026, 6, 2), set()),
        ("final", date(2026, 6, 2), set()),
    ],
)
def test_what_the_assessed_unit_is_offered(state: str, until: Any, expected: set[str]) -> None:
    found = rules.permitted_of_assessment(CONTACT, assessed(state, object_until=until), TODAY)
    assert found == expected


roles_of = st.frozensets(st.sampled_from(["leader", "coordinator", "liaison_officer", "inspector"]))
duties_of = st.frozensets(st.sampled_from(["rectification", "leads"]))
item_states = st.sampled_from([s.value for s in ItemState])
assessment_states = st.sampled_from([s.value for s in AssessmentState])


@given(roles_of, duties_of, item_states)
def test_a_unit_never_checks_or_closes_its_own_whatever_its_roles(
    roles: frozenset[str], duties: frozenset[str], state: str
) -> None:
    who = actor(unit_path=UNIT, roles=roles, duties=duties, engagements=frozenset({TASK}))
    assert not rules.permitted(who, facts(state)) & {"review", "check", "close"}


@given(roles_of, duties_of, assessment_states)
def test_a_unit_never_scores_itself_whatever_its_roles(
    roles: frozenset[str], duties: frozenset[str], state: str
) -> None:
    who = actor(unit_path=UNIT, roles=roles, duties=duties, engagements=frozenset({TASK}))
    assert "score" not in rules.permitted_of_assessment(who, assessed(state), TODAY)


@given(roles_of, item_states)
def test_without_duty_and_engagement_nothing_is_offered(roles: frozenset[str], state: str) -> None:
    who = actor(roles=roles, duties=frozenset(), unit_path=OTHER)
    assert rules.permitted(who, facts(state)) == frozenset()
    assert rules.permitted_of_assessment(who, assessed(), TODAY) == frozenset()


@pytest.mark.parametrize(
    ("duties", "items", "states", "words"),
    [
        ({"rectification"}, 2, [], ""),
        ({"rectification"}, 2, ["final", "final"], ""),
        ({"rectification"}, 0, [], "还没有整改事项"),
        ({"rectification"}, 2, ["final", "scoring"], "正在进行"),
        (set(), 2, [], "由巡视办"),
    ],
)
def test_an_assessment_begins_when_there_are_items_and_none_is_running(
    duties: set[str], items: int, states: list[str], words: str
) -> None:
    """What the button on the page asks and what the act asks are one rule."""
    who = actor(duties=frozenset(duties))
    found = rules.may_open_assessment(who, items=items, states=states)
    assert bool(found) == (words == "")
    assert words in getattr(found, "reason", "")

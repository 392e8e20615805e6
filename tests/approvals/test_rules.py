"""When a matter is decided, and by whom: pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.approvals import rules
from lianxun.approvals.enums import MatterState, Opinion, Quorum
from lianxun.kernel.actor import Actor

BODY = "0001/0002/"
OPINIONS = st.lists(st.sampled_from(Opinion.values), max_size=7)


def voter(**more: Any) -> Actor:
    values = {
        "account_id": UUID(int=1),
        "person_id": None,
        "name": "某人",
        "unit_id": UUID(int=9),
        "unit_name": "领导小组",
        "unit_path": BODY,
        "clearance": 3,
        "duties": frozenset({"approvals"}),
        "roles": frozenset({"leader"}),
        **more,
    }
    return Actor(**values)


def may(actor: Actor, **more: Any) -> Any:
    values = {
        "body_path": BODY,
        "proposed_by": UUID(int=2),
        "voted": frozenset(),
        "state": "pending",
        **more,
    }
    return rules.may_vote(actor, **values)


@pytest.mark.parametrize(
    ("actor", "more", "rule"),
    [
        ({}, {}, "APP-BODY"),
        ({"roles": frozenset({"coordinator"})}, {}, "APP-BODY"),
        ({}, {"state": "approved"}, "APP-STATE"),
        ({}, {"proposed_by": UUID(int=1)}, "APP-MAKER-CHECKER"),
        ({"unit_path": "0001/0003/"}, {}, "APP-BODY"),
        ({"duties": frozenset()}, {}, "APP-DUTY"),
        ({"roles": frozenset({"clerk"})}, {}, "APP-DUTY"),
        ({}, {"voted": frozenset({UUID(int=1)})}, "APP-ONCE"),
    ],
)
def test_members_of_the_body_vote_once(actor: Any, more: Any, rule: str) -> None:
    decision = may(voter(**actor), **more)
    assert decision.rule == rule
    assert bool(decision) is (rule == "APP-BODY" and "unit_path" not in actor)


@pytest.mark.parametrize(
    ("opinions", "quorum", "members", "state"),
    [
        ([], "any", 3, None),
        (["agree"], "any", 3, "approved"),
        (["disagree"], "any", 3, None),
        (["disagree"] * 3, "any", 3, "rejected"),
        (["agree", "agree"], "all", 3, None),
        (["agree"] * 3, "all", 3, "approved"),
        (["agree", "disagree"], "all", 3, "rejected"),
        (["agree"], "majority", 3, None),
        (["agree", "agree"], "majority", 3, "approved"),
        (["disagree", "disagree"], "majority", 4, "rejected"),
        (["agree", "agree", "return"], "all", 3, "returned"),
    ],
)
def test_what_the_opinions_amount_to(
    opinions: list[str], quorum: str, members: int, state: str | None
) -> None:
    assert rules.outcome(opinions, quorum=quorum, members=members) == state


@given(opinions=OPINIONS, quorum=st.sampled_from(Quorum.values), members=st.integers(1, 7))
def test_the_order_of_opinions_does_not_matter(
    opinions: list[str], quorum: str, members: int
) -> None:
    found = rules.outcome(opinions, quorum=quorum, members=members)
    assert rules.outcome(opinions[::-1], quorum=quorum, members=members) == found


@given(opinions=OPINIONS, quorum=st.sampled_from(Quorum.values), members=st.integers(1, 7))
def test_nothing_is_approved_without_consent_or_refused_without_dissent(
    opinions: list[str], quorum: str, members: int
) -> None:
    found = rules.outcome(opinions, quorum=quorum, members=members)
    if found == MatterState.APPROVED:
        assert Opinion.AGREE in opinions
        assert Opinion.RETURN not in opinions
    if found == MatterState.REJECTED:
        assert Opinion.DISAGREE in opinions
    if Opinion.RETURN in opinions:
        assert found == MatterState.RETURNED


@given(members=st.integers(1, 9), agree=st.integers(0, 9))
def test_more_consent_never_turns_an_approval_back(members: int, agree: int) -> None:
    for quorum in Quorum.values:
        before = rules.outcome(["agree"] * agree, quorum=quorum, members=members)
        after = rules.outcome(["agree"] * (agree + 1), quorum=quorum, members=members)
        if before == MatterState.APPROVED:
            assert after == MatterState.APPROVED

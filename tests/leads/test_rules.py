"""The rules alone: no database."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.actor import Actor
from lianxun.leads import rules
from lianxun.leads.enums import TRANSITIONS, WAYS, LeadState
from lianxun.leads.rules import Facts

ENGAGEMENT = UUID(int=7)
STATES = [s.value for s in LeadState]
ROLES = ["leader", "coordinator", "team_leader", "inspector", "liaison_officer", "clerk", "contact"]


def actor(**other: Any) -> Actor:
    given = {
        "account_id": uuid4(),
        "person_id": None,
        "name": "某",
        "unit_id": uuid4(),
        "unit_name": "某单位",
        "unit_path": "0001/",
        "clearance": 2,
        "duties": frozenset({"leads"}),
    }
    return Actor(**given | other)


def facts(state: str, **other: Any) -> Facts:
    return Facts(**{"state": state, "owner_path": "0001/", "engagement": None} | other)


actors = st.builds(
    actor,
    roles=st.frozensets(st.sampled_from(ROLES), max_size=3),
    duties=st.sampled_from([frozenset(), frozenset({"leads"})]),
    engagements=st.sampled_from([frozenset(), frozenset({ENGAGEMENT})]),
    unit_path=st.sampled_from(["0001/", "0002/", "0002/0001/"]),
)
situations = st.builds(
    facts,
    st.sampled_from(STATES),
    engagement=st.sampled_from([None, ENGAGEMENT]),
    recipient_path=st.sampled_from(["", "0002/"]),
    in_vault=st.booleans(),
)
# What an act leads to; acts that change no state are left out.
LEADS_TO = {
    "screen": {"screened"},
    "study": {"under_group_study"},
    "approve": {"approved"},
    "return": {"returned"},
    "forward": {"forwarded"},
    "transfer": {"transferred"},
    "receive": {"received"},
    "object": {"objected"},
    "dispose": {w.value for w in WAYS},
    "result": {"result"},
    "feed_back": {"fed_back"},
    "finish": {"done"},
}


@given(actors, situations)
def test_a_button_never_offers_what_the_state_machine_forbids(who: Actor, what: Facts) -> None:
    for act in rules.permitted(who, what) & set(LEADS_TO):
        assert any((what.state, to) in TRANSITIONS for to in LEADS_TO[act]), act


@given(actors, situations)
def test_a_contact_of_an_inspected_body_is_offered_nothing_to_register(
    who: Actor, what: Facts
) -> None:
    if who.has_role("contact"):
        assert not rules.permitted(who, what) & {"attach", "ask_identity"}


@given(actors, situations)
def test_without_duty_and_membership_nothing_is_offered(who: Actor, what: Facts) -> None:
    if not who.duties and what.engagement not in who.engagements:
        assert rules.permitted(who, what) == frozenset()


@given(actors, situations)
def test_whoever_made_it_never_checks_it(who: Actor, what: Facts) -> None:
    mine = Facts(
        state=what.state,
        owner_path=what.owner_path,
        engagement=what.engagement,
        registered_by=who.account_id,
    )
    assert not rules.may_screen(who, mine)
    assert not rules.may_approve(who, mine)


@given(actors, situations)
def test_an_identity_is_asked_for_only_where_there_is_one(who: Actor, what: Facts) -> None:
    assert "ask_identity" not in rules.permitted(who, what) or what.in_vault


@given(
    st.sampled_from(["0001/", "0001/0002/", "0001/0002/0003/", "0002/"]),
    st.sampled_from(["0001/", "0001/0002/", "0001/0002/0003/", "0002/"]),
)
def test_a_recipient_is_never_the_accused_nor_kin_of_it(recipient: str, subject: str) -> None:
    related = recipient.startswith(subject) or subject.startswith(recipient)
    fits = rules.recipient_fits(recipient_path=recipient, subject_path=subject, clearance_ok=True)
    assert bool(fits) is not related


def test_a_recipient_without_clearance_is_refused_last() -> None:
    assert (
        getattr(
            rules.recipient_fits(recipient_path="0002/", subject_path=None, clearance_ok=False),
            "rule",
            "",
        )
        == "LEAD-CLEARANCE"
    )


@pytest.mark.parametrize(
    ("clearance", "recused", "path", "rule"),
    [
        (1, False, "0009/", "ACC-R1"),
        (2, True, "0009/", "ACC-R2"),
        (2, False, "0001/", "ACC-R3"),
        (2, False, "0001/0005/", "ACC-R3"),
        (2, False, "00", "ACC-R3"),
        (2, False, "0009/", "LEAD-HOLD"),
    ],
)
def test_nobody_writes_down_what_he_may_not_read(
    clearance: int, recused: bool, path: str, rule: str
) -> None:
    org = uuid4()
    who = actor(clearance=clearance, recused_orgs=frozenset({org} if recused else ()))
    assert rules.may_hold(who, level=2, subject_org=org, subject_path=path).rule == rule


def test_ways_shrink_once_one_was_taken() -> None:
    assert [w.value for w in rules.ways_from("received")] == ["inquiry", "prelim", "held", "closed"]
    assert [w.value for w in rules.ways_from("held")] == ["inquiry", "prelim", "closed"]
    assert [w.value for w in rules.ways_from("inquiry")] == ["prelim"]
    assert rules.ways_from("done") == ()


def test_every_state_but_the_ends_leads_somewhere() -> None:
    starts = {a for a, _ in TRANSITIONS}
    assert {s for s in STATES if s not in starts} == {"destroyed"}

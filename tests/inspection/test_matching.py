"""Who might sit in the team: pure rules, held by properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.inspection import matching
from lianxun.inspection.enums import TeamRole
from lianxun.inspection.matching import Candidate, Need, propose
from lianxun.organisation.enums import PoolKind, Skill

ENTRY, END = date(2026, 3, 2), date(2026, 4, 15)


def person(number: int = 1, **more: object) -> Candidate:
    values = {
        "person": UUID(int=number),
        "name": f"人员{number:03d}",
        "unit": UUID(int=900 + number % 4),
        "unit_name": f"单位{number % 4}",
        "pool": "full_time",
        "skills": frozenset({"finance"}),
        "years": 10,
        "available_from": date(2020, 1, 1),
        "available_to": None,
        "declared": True,
    }
    return Candidate(**{**values, **more})  # type: ignore[arg-type]


def ask(needs: list[Need], people: list[Candidate], **more: object) -> matching.Proposal:
    return propose(needs, people, entry_on=ENTRY, end_on=END, **more)  # type: ignore[arg-type]


MEMBER = Need(TeamRole.MEMBER)
PEOPLE = st.lists(
    st.builds(
        person,
        st.integers(1, 40),
        pool=st.sampled_from(PoolKind.values),
        skills=st.frozensets(st.sampled_from(Skill.values), min_size=1, max_size=3),
        years=st.integers(0, 30),
        tasks=st.integers(0, 4),
        recused=st.booleans(),
        has_account=st.booleans(),
        busy_with=st.sampled_from(("", "巡〔2026〕9号")),
        available_to=st.sampled_from((None, END, END - timedelta(days=1))),
        available_from=st.sampled_from((date(2020, 1, 1), ENTRY, ENTRY + timedelta(days=1))),
    ),
    max_size=25,
)
NEEDS = st.lists(
    st.builds(
        Need, st.sampled_from(TeamRole.values), st.sampled_from(("", "finance", "audit", "law"))
    ),
    max_size=7,
)


@given(needs=NEEDS, people=PEOPLE)
def test_nobody_sits_twice_and_nobody_barred_sits_at_all(
    needs: list[Need], people: list[Candidate]
) -> None:
    found = ask(needs, people)
    everybody = [s.candidate for s in (*found.seats, *found.alternates)]
    assert len({c.person for c in everybody}) == len(everybody)
    for c in everybody:
        assert c.has_account
        assert not (c.recused)
        assert not (c.busy_with)
        assert not (c.seated)
        assert c.available_from <= ENTRY
        assert c.available_to is None or c.available_to >= END


@given(needs=NEEDS, people=PEOPLE)
def test_every_seat_is_filled_by_who_fits_or_named_as_empty(
    needs: list[Need], people: list[Candidate]
) -> None:
    found = ask(needs, people)
    assert len(found.seats) + len(found.unfilled) == len(needs)
    roles = matching.rules().roles
    for s in (*found.seats, *found.alternates):
        assert s.candidate.pool in roles[s.role]["pools"]
        assert s.candidate.years >= roles[s.role]["min_years"]
        assert not s.skill or s.skill in s.candidate.skills
        assert any("回避：否" in reason for reason in s.reasons)


@given(needs=NEEDS, people=PEOPLE)
def test_the_order_of_the_pool_does_not_matter(needs: list[Need], people: list[Candidate]) -> None:
    unique = list({c.person: c for c in people}.values())
    assert ask(needs, unique) == ask(needs, unique[::-1])


@given(people=PEOPLE)
def test_everybody_is_either_fit_or_counted_as_excluded(people: list[Candidate]) -> None:
    unique = list({c.person: c for c in people}.values())
    barred = sum(n for _, n in ask([MEMBER], unique).excluded)
    fit = [
        c
        for c in unique
        if not (c.recused or c.busy_with)
        and c.has_account
        and c.available_from <= ENTRY
        and (c.available_to is None or c.available_to >= END)
    ]
    assert barred + len(fit) == len(unique)


def test_a_rare_skill_is_not_spent_on_a_seat_that_anybody_could_take() -> None:
    lawyer = person(1, skills=frozenset({"law"}), years=30)
    other = person(2, years=1)
    found = ask([MEMBER, Need(TeamRole.MEMBER, "law")], [lawyer, other])
    assert [s.candidate for s in found.seats] == [other, lawyer]
    assert found.unfilled == ()


def test_less_burdened_people_come_first() -> None:
    tired, free = person(1, tasks=2), person(2, tasks=0)
    assert ask([MEMBER], [tired, free]).seats[0].candidate == free


def test_people_of_a_partner_unit_come_first_and_it_is_said() -> None:
    inside, partner = person(1), person(2)
    found = ask([MEMBER], [inside, partner], partners=[partner.unit])
    assert found.seats[0].candidate == partner
    assert "来自联合单位单位2" in found.seats[0].text


def test_each_role_has_alternates_that_nobody_else_uses() -> None:
    crowd = [person(n) for n in range(1, 9)]
    found = ask([Need(TeamRole.HEAD), MEMBER], crowd)
    assert len(found.seats) == 2
    assert [s.role for s in found.alternates] == ["head", "head", "member", "member"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"recused": True}, "须回避"),
        ({"busy_with": "巡〔2026〕9号"}, "驻点期间在其他任务"),
        ({"available_to": END - timedelta(days=1)}, "驻点期间不可抽调"),
        ({"available_from": ENTRY + timedelta(days=1)}, "驻点期间不可抽调"),
        ({"has_account": False}, "没有账号"),
        ({"seated": True}, "已在本任务中"),
    ],
)
def test_why_somebody_is_left_out_is_counted_without_a_name(
    change: dict[str, object], why: str
) -> None:
    found = ask([MEMBER], [replace(person(), **change)])
    assert found.seats == ()
    assert found.excluded == ((why, 1),)
    assert found.unfilled == ("成员",)


def test_an_empty_seat_names_the_skill_that_is_missing() -> None:
    assert ask([Need(TeamRole.EXPERT, "land")], [person()]).unfilled == ("专家（土地规划）",)


def test_the_points_in_force_are_dated_and_know_every_role() -> None:
    assert matching.rules().version >= 1
    assert set(matching.rules().roles) == set(TeamRole.values)

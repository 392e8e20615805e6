"""Pure rules: recusal by facts and dates, completeness of units and bodies, codes of regions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.calendar import add_months
from lianxun.kernel.ids import new_id
from lianxun.organisation import regions, rules
from lianxun.organisation.enums import AppointmentKind, RecusalKind, UnitKind
from lianxun.organisation.rules import Fact, Inspected

ON = date(2026, 3, 2)
ORG = Inspected(unit=new_id(), path="0001/0022/", region=970121, names=frozenset({"石桥县住建局"}))
past = st.dates(date(1980, 1, 1), ON)


def reasons(*facts: Fact, org: Inspected = ORG) -> list[str]:
    return rules.recusal_reasons(facts, org, ON)


@given(past)
def test_worked_there_within_three_years_or_not(until: date) -> None:
    fact = Fact(kind=RecusalKind.WORKED, related_unit=ORG.unit, since=until, until=until)
    assert bool(reasons(fact)) == (add_months(until, 36) >= ON)


@given(past, st.integers(0, 4000))
def test_worked_there_longer_than_three_years_counts_for_ever(until: date, length: int) -> None:
    since = until - timedelta(days=length)
    fact = Fact(kind=RecusalKind.WORKED, related_unit=ORG.unit, since=since, until=until)
    recent = add_months(until, 36) >= ON
    assert bool(reasons(fact)) == (recent or length + 1 > 3 * 365.25)


@given(past)
def test_two_short_times_add_up(until: date) -> None:
    early = date(1970, 1, 1)
    times = [
        Fact(
            kind=RecusalKind.WORKED,
            related_unit=ORG.unit,
            since=early,
            until=early + timedelta(days=600),
        ),
        Fact(
            kind=RecusalKind.WORKED,
            related_unit=ORG.unit,
            since=early + timedelta(days=900),
            until=early + timedelta(days=1500),
        ),
    ]
    assert reasons(*times) == ["worked"]
    assert reasons(times[0]) == []


@pytest.mark.parametrize(
    ("fact", "yes"),
    [
        (Fact(kind=RecusalKind.STUDIED, organisation="石桥县住建局"), True),
        (Fact(kind=RecusalKind.STUDIED, organisation="石桥县住建局 "), True),
        (Fact(kind=RecusalKind.STUDIED, organisation="石桥县水利局"), False),
        (Fact(kind=RecusalKind.KIN, related_path="0001/0022/0007/", relation="配偶"), True),
        (Fact(kind=RecusalKind.KIN, related_path="0001/0022/", relation="同学"), False),
        (Fact(kind=RecusalKind.KIN, related_path="0001/0022/"), True),  # unknown counts
        (Fact(kind=RecusalKind.TEACHER, related_path="0001/"), False),
        (Fact(kind=RecusalKind.TEACHER, related_path="0001/", reaches_down=True), True),
        (Fact(kind=RecusalKind.SUPERIOR, related_unit=ORG.unit, until=date(2023, 3, 2)), True),
        (Fact(kind=RecusalKind.SUPERIOR, related_unit=ORG.unit, until=date(2023, 3, 1)), False),
        (Fact(kind=RecusalKind.NATIVE, place=970121), True),
        (Fact(kind=RecusalKind.NATIVE, place=970122), False),
        (Fact(kind=RecusalKind.WORKED, related_unit=ORG.unit), True),
    ],
)
def test_each_kind_of_tie(fact: Fact, yes: bool) -> None:
    assert bool(reasons(fact)) == yes


def test_a_city_body_asks_for_natives_of_the_whole_city() -> None:
    city = Inspected(unit=new_id(), path="x/", region=970100, names=frozenset())
    native = Fact(kind=RecusalKind.NATIVE, place=970121)
    assert reasons(native, org=city) == ["native"]
    province = Inspected(unit=new_id(), path="x/", region=970000, names=frozenset())
    assert reasons(native, org=province) == []


def test_a_member_unit_is_complete_with_head_deputy_and_two_or_three_officers() -> None:
    full = {AppointmentKind.HEAD: 1, AppointmentKind.RESPONSIBLE_DEPUTY: 1}
    for number in range(6):
        found = rules.staffing_gaps(
            new_id(), "甲", {**full, AppointmentKind.LIAISON_OFFICER: number}, ON
        )
        assert (found == []) == (number in (2, 3))
    assert len(rules.staffing_gaps(new_id(), "甲", {}, ON)) == 3


def test_a_tier_lacks_what_it_has_not_set_up() -> None:
    assert len(rules.body_gaps([])) == 6
    assert [g.place for g in rules.body_gaps(k for k in UnitKind if k != UnitKind.LEAD_GROUP)] == [
        "线索核查组"
    ]


@given(st.integers(100000, 999999))
def test_a_region_lies_in_its_own_range(code: int) -> None:
    if regions.problem_with(code):
        return
    low, high = regions.range_of(code)
    assert low <= code <= high
    tier = regions.tier_of(code)
    assert (high - low) == {"province": 9999, "city": 99, "county": 0}[tier.value]


def test_every_shipped_region_has_a_right_code_and_a_parent() -> None:
    names = regions.region_names()
    for code in names:
        assert regions.problem_with(code) == ""
        assert code // 10000 * 10000 in names
    assert len([c for c in names if c % 10000 == 0]) == 35  # 34 of the standard and the sample

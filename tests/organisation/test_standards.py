"""The pool and the year's training beside the dated targets of 6.1: counted, explained, decided by people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.demo.province import person_id
from lianxun.kernel.problems import Invalid
from lianxun.organisation import operations, queries, rules
from lianxun.organisation.enums import PoolKind, Skill, Tier, TrainingMethod
from lianxun.organisation.standards import (
    Pooled,
    methods_of,
    pool_standards,
    training_standards,
)
from tests.organisation.support import NOW, TODAY
from tests.web.test_pages import client_of

FULL, EXPERT = "full_time", "expert"


def full(years: int, tier: str = "province") -> Pooled:
    return Pooled(tier, FULL, ("audit",), years, False)


def expert(*skills: str, senior: bool = True) -> Pooled:
    return Pooled("province", EXPERT, skills, 10, senior)


def by_label(lines: Any) -> dict[str, Any]:
    return {line.label: line for line in lines}


# --- the rule ------------------------------------------------------------------------------------


def test_thirty_full_time_people_with_three_years_are_asked_of_a_province() -> None:
    enough = pool_standards([full(3)] * 30, "province", TODAY)[0]
    assert (enough.wanted, enough.have, enough.missing) == (30, 30, 0)
    short = pool_standards([full(3)] * 29 + [full(2)] * 5, "province", TODAY)[0]
    assert (short.have, short.missing) == (29, 1)
    assert short.why == "专职 34 人，从业满 3 年的 29 人计入。"


def test_lower_tiers_are_asked_for_fewer_and_the_number_is_said_to_be_proposed() -> None:
    asked = [pool_standards([], tier, TODAY)[0] for tier in ("province", "city", "county")]
    numbers = [s.wanted for s in asked]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 3
    assert ["建议值" in s.why for s in asked] == [False, True, True]
    assert len(pool_standards([], "city", TODAY)) == 1  # experts are the province's


def test_ten_experts_with_a_senior_title_are_asked_in_each_of_four_fields() -> None:
    entries = [expert("law")] * 10 + [expert("law", senior=False)] * 5 + [expert("data", "finance")]
    lines = by_label(pool_standards(entries, "province", TODAY))
    fields = ("党建", "财务", "法律", "大数据")
    found = [lines[f"{field}专家（高级职称）"] for field in fields]
    assert [s.wanted for s in found] == [10] * 4
    assert [s.have for s in found] == [0, 1, 10, 1]
    assert [s.missing for s in found] == [10, 9, 0, 9]


@given(
    st.lists(
        st.builds(
            Pooled,
            st.sampled_from(Tier.values),
            st.sampled_from(PoolKind.values),
            st.sets(st.sampled_from(Skill.values), min_size=1),
            st.integers(0, 60),
            st.booleans(),
        )
    ),
    st.builds(
        Pooled,
        st.sampled_from(Tier.values),
        st.sampled_from(PoolKind.values),
        st.sets(st.sampled_from(Skill.values), min_size=1),
        st.integers(0, 60),
        st.booleans(),
    ),
    st.sampled_from(Tier.values),
)
def test_one_more_person_never_makes_it_worse(entries: Any, more: Pooled, tier: str) -> None:
    before = pool_standards(entries, tier, TODAY)
    after = pool_standards([*entries, more], tier, TODAY)
    assert [s.label for s in before] == [s.label for s in after]
    assert all(0 <= b.have <= a.have <= b.have + 1 for a, b in zip(after, before, strict=True))
    if more.tier != tier:
        assert [s.have for s in before] == [s.have for s in after]


def test_a_year_asks_for_two_trainings_in_three_forms() -> None:
    times, forms = training_standards([{"lecture"}, {"lecture", "case"}], 2026, TODAY)
    assert (times.wanted, times.have, times.missing) == (2, 2, 0)
    assert (forms.wanted, forms.have, forms.why) == (3, 2, "尚未采用模拟演练。")
    whole = training_standards([set(TrainingMethod.values)], 2026, TODAY)
    assert (whole[0].missing, whole[1].missing) == (1, 0)


def test_a_drill_is_a_drill_whatever_was_ticked() -> None:
    assert methods_of("drill", []) == {"drill"}
    assert methods_of("class", ["case"]) == {"case"}


def test_the_targets_are_dated_and_sourced() -> None:
    data = rules.parameters("standards", date(2026, 1, 1))
    assert data["source"] == "巡视协调对接工作方案 6.1"
    assert data["valid_from"] <= date(2026, 1, 1)


# --- the room ------------------------------------------------------------------------------------


def pooled(cast: Any, kind: str = FULL, years: int = 3, **more: Any) -> None:
    operations.put_in_pool(
        actor=cast["coordinator"],
        now=NOW,
        person_id=person_id("finance"),
        kind=kind,
        skills=["finance"],
        available_from=TODAY,
        years=years,
        **more,
    )


def line(cast: Any, label: str) -> Any:
    found = queries.pool_standing(actor=cast["coordinator"], now=NOW)
    assert found is not None
    return by_label(found.lines)[label]


def test_who_enters_and_leaves_the_pool_moves_the_count(cast: Any) -> None:
    label = "专职人员（从业满 3 年）"
    before = line(cast, label).have
    pooled(cast, years=2)
    assert line(cast, label).have == before
    pooled(cast, years=3)
    assert line(cast, label).have == before + 1
    pooled(cast, years=3, available_to=TODAY)
    assert line(cast, label).have == before + 1  # the last day counts
    shown = queries.person(actor=cast["coordinator"], now=NOW, person_id=person_id("finance"))
    entry = next(e for e in shown.pool if e.kind == FULL)
    assert entry.available_to == TODAY


def test_an_expert_counts_in_his_field(cast: Any) -> None:
    before = line(cast, "财务专家（高级职称）").have
    pooled(cast, EXPERT, senior_title="正高级会计师")
    assert line(cast, "财务专家（高级职称）").have == before + 1


def test_who_keeps_no_area_is_shown_no_count(cast: Any) -> None:
    for key in ("audit", "leader", "contact", "system_admin"):
        assert queries.pool_standing(actor=cast[key], now=NOW) is None
        assert "与目标对照" not in client_of(key).get("/organisation/pool/").content.decode()


def test_the_page_says_what_is_missing_and_the_number_leads_to_its_rows(cast: Any) -> None:
    pooled(cast)
    client = client_of("coordinator")
    page = client.get("/organisation/pool/").content.decode()
    assert "与目标对照" in page
    assert "由人决定" in page
    assert "还差" in page
    counted = line(cast, "专职人员（从业满 3 年）")
    rows = client.get(f"/organisation/pool/?{counted.rows}")
    assert rows.context["page"].total == counted.have
    assert client.get("/organisation/pool/?years=x&tier=q").status_code == 200


def trained(cast: Any, **more: Any) -> int:
    values = {
        "actor": cast["coordinator"],
        "now": NOW,
        "person_ids": [person_id("finance")],
        "kind": "course",
        "title": "整改协同专题",
        "held_on": date(2026, 2, 3),
        "hours": 8,
        "methods": ["lecture", "case"],
    }
    return operations.record_training(**{**values, **more})


def test_the_forms_of_a_training_are_kept_and_counted(cast: Any) -> None:
    pooled(cast)
    trained(cast)
    found = queries.training(actor=cast["coordinator"], now=NOW, year=2026)
    row = next(r for r in found if r.person_id == person_id("finance"))
    assert row.methods == ("理论授课", "案例研讨")
    standing = queries.pool_standing(actor=cast["coordinator"], now=NOW)
    assert standing is not None
    times, forms = standing.training
    assert (times.have, forms.why) == (1, "尚未采用模拟演练。")
    trained(cast, kind="drill", title="推演", methods=[])
    after = queries.pool_standing(actor=cast["coordinator"], now=NOW)
    assert after is not None
    assert [s.missing for s in after.training] == [0, 0]
    page = client_of("coordinator").get("/organisation/training/?year=2026").content.decode()
    assert "理论授课、案例研讨、模拟演练" in page


def test_full_time_staff_are_told_which_form_they_still_lack() -> None:
    said = rules.training_gap(FULL, 2, 0, TODAY, methods=["lecture"])
    assert said == "还没有参加案例研讨、模拟演练"
    assert rules.training_gap(FULL, 2, 0, TODAY, methods=TrainingMethod.values) == ""
    assert rules.training_gap("liaison_officer", 4, 1, TODAY) == ""


@pytest.mark.parametrize("methods", [["film"], ["lecture", ""]])
def test_an_unknown_form_is_refused_by_its_field(cast: Any, methods: list[str]) -> None:
    with pytest.raises(Invalid) as problem:
        trained(cast, methods=methods)
    assert [e.place for e in problem.value.errors] == ["methods"]
    assert "理论授课、案例研讨、模拟演练" in problem.value.errors[0].message

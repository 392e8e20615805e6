"""People and what they are: seen by those who may, appointed once, told 回避：是/否."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from lianxun.demo.province import person_id
from lianxun.fabric.identity import acting_as
from lianxun.fabric.paging import whole_list
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation import operations, queries
from lianxun.organisation.models import Person, RecusalFact
from tests.organisation.support import NOW, TODAY
from tests.support.cast import unit_id


def names(cast: Any, key: str, **more: Any) -> set[str]:
    with whole_list():
        page = queries.people(actor=cast[key], now=NOW, **more)
    assert page.total == len(page.rows)
    return {p.name for p in page.rows}


def test_administrators_and_the_inspected_organisation_list_nobody(cast: Any) -> None:
    for key in ("system_admin", "security_admin", "audit_admin"):
        assert names(cast, key) == set()
    assert names(cast, "contact") == {"钱立本"}


def test_colleagues_know_whom_to_call_but_not_who_else_works_there(cast: Any) -> None:
    seen = names(cast, "finance")
    assert {"贺文渊", "许若溪"} - seen == {"许若溪"}  # the audit office's liaison officer, no clerk
    assert "卓越然" not in seen  # an expert of the audit office
    assert "卓越然" in names(cast, "audit")  # the same office


def test_the_keeper_sees_the_people_of_the_area(cast: Any) -> None:
    seen = names(cast, "coordinator")
    assert {"卓越然", "傅临江", "方一鸣"} <= seen


def test_a_person_s_page_is_hidden_from_whom_the_person_is_hidden(cast: Any) -> None:
    with pytest.raises(NotFound):
        queries.person(actor=cast["finance"], now=NOW, person_id=person_id("auditor_expert"))
    shown = queries.person(
        actor=cast["coordinator"], now=NOW, person_id=person_id("auditor_expert")
    )
    assert (shown.may_edit, shown.may_see_facts) == (True, True)


def added(cast: Any, **more: Any) -> Any:
    values = {
        "actor": cast["coordinator"],
        "now": NOW,
        "name": "叶知微",
        "unit_id": unit_id("YL-CZ"),
        "post": "四级调研员",
        "code": "P-0001",
    }
    return operations.add_person(**{**values, **more})


def test_a_staff_number_belongs_to_one_person(cast: Any) -> None:
    added(cast)
    with pytest.raises(Invalid, match="该单位已有这个人员编号"):
        added(cast, name="另一人")
    with pytest.raises(Refused):
        added(cast, actor=cast["finance"], code="P-2")
    with pytest.raises(Invalid, match="没有这个单位"):
        added(cast, unit_id=person_id("audit"), code="P-3")


def test_who_changes_the_unit_takes_the_rows_along_and_who_leaves_ends_the_posts(cast: Any) -> None:
    keeper, ident = cast["coordinator"], added(cast)
    operations.appoint(
        actor=keeper,
        now=NOW,
        person_id=ident,
        unit_id=unit_id("YL-CZ"),
        kind="liaison_officer",
        valid_from=TODAY,
    )
    operations.change_person(
        actor=keeper, now=NOW, person_id=ident, revision=1, post="处长", unit_id=unit_id("YL-SW")
    )
    assert "叶知微" in names(cast, "tax")
    with pytest.raises(Stale):
        operations.change_person(actor=keeper, now=NOW, person_id=ident, revision=1, post="处长")
    operations.change_person(
        actor=keeper, now=NOW, person_id=ident, revision=2, post="处长", active=False
    )
    shown = queries.person(actor=keeper, now=NOW, person_id=ident)
    assert not shown.person.active
    assert [a.valid_to for a in shown.appointments] == [TODAY]


def test_an_appointment_makes_a_name_known_until_it_ends(cast: Any) -> None:
    keeper, ident = cast["coordinator"], added(cast)
    assert "叶知微" not in names(cast, "audit")
    today = cast.now.date()
    row = operations.appoint(
        actor=keeper,
        now=NOW,
        person_id=ident,
        unit_id=unit_id("YL-CZ"),
        kind="responsible_deputy",
        valid_from=TODAY,
    )
    assert "叶知微" in names(cast, "audit")
    operations.end_appointment(
        actor=keeper, now=NOW, appointment_id=row, last_day=today - timedelta(days=1), revision=1
    )
    assert "叶知微" not in names(cast, "audit")
    with pytest.raises(WrongState, match="已经结束"):
        operations.end_appointment(
            actor=keeper, now=NOW, appointment_id=row, last_day=today, revision=2
        )


def test_a_unit_has_one_head_and_at_most_three_liaison_officers(cast: Any) -> None:
    keeper = cast["coordinator"]
    people = [added(cast, code=f"Q-{i}", name=f"联络{i}") for i in range(4)]

    def appoint(person: Any, kind: str) -> None:
        operations.appoint(
            actor=keeper,
            now=NOW,
            person_id=person,
            unit_id=unit_id("YL-CZ"),
            kind=kind,
            valid_from=TODAY,
        )

    appoint(people[0], "head")
    with pytest.raises(Invalid, match="先结束原任职"):
        appoint(people[1], "head")
    appoint(people[1], "liaison_officer")
    appoint(people[2], "liaison_officer")  # with the sample's own this makes three
    with pytest.raises(Invalid, match="现已有 3 名"):
        appoint(people[3], "liaison_officer")


def test_gaps_name_what_a_member_unit_lacks(cast: Any) -> None:
    found = {(g.place, g.message) for g in queries.gaps(actor=cast["coordinator"], now=NOW)}
    assert ("省财政厅", "未登记主要负责人。") in found
    assert ("省财政厅", "联络员应为 2—3 名，现有 1 名。") in found
    assert ("省纪委监委", "未明确分管领导。") not in found
    assert not any(place.endswith("组") for place, _ in found)  # the three task groups are there


def test_recusal_is_answered_with_yes_or_no_and_the_facts_stay_hidden(cast: Any) -> None:
    people = [person_id(k) for k in ("idle", "tax", "neighbour", "inspector", "contact")]
    for key in ("coordinator", "team_head", "audit"):
        answer = queries.recusal(
            actor=cast[key], now=NOW, person_ids=people, unit_id=unit_id("YL-JT")
        )
        assert [answer[p] for p in people] == [True, False, False, False, True]
    university = queries.recusal(
        actor=cast["audit"], now=NOW, person_ids=people, unit_id=unit_id("YL-DX")
    )
    assert [university[p] for p in people] == [False, True, True, False, False]
    with acting_as(cast["audit"].account_id), transaction.atomic():
        assert RecusalFact.objects.count() == 0
        assert not Person.objects.filter(id=person_id("idle")).exists()


def test_a_tie_to_a_group_reaches_its_companies(cast: Any) -> None:
    answer = queries.recusal(
        actor=cast["audit"], now=NOW, person_ids=[person_id("idle")], unit_id=unit_id("YL-JT-1")
    )
    assert answer == {person_id("idle"): True}


def test_everybody_declares_the_own_facts_and_nobody_else_s(cast: Any) -> None:
    audit = cast["audit"]
    fact = operations.declare_fact(
        actor=audit,
        now=NOW,
        person_id=audit.person_id,
        kind="studied",
        organisation_name="青松大学",
        until=date(2005, 7, 1),
    )
    assert [
        f.kind for f in queries.person(actor=audit, now=NOW, person_id=audit.person_id).facts
    ] == ["studied"]
    answer = queries.recusal(
        actor=cast["finance"], now=NOW, person_ids=[audit.person_id], unit_id=unit_id("YL-DX")
    )
    assert answer[audit.person_id]
    assert queries.person(actor=cast["finance"], now=NOW, person_id=audit.person_id).facts == ()
    with pytest.raises(Refused, match="本人申报"):
        operations.declare_fact(
            actor=cast["finance"],
            now=NOW,
            person_id=audit.person_id,
            kind="studied",
            organisation_name="x",
        )
    with pytest.raises(Invalid, match="行政区划代码"):
        operations.declare_fact(
            actor=audit, now=NOW, person_id=audit.person_id, kind="native", organisation_name="临江"
        )
    with pytest.raises(Invalid, match="请选择单位"):
        operations.declare_fact(actor=audit, now=NOW, person_id=audit.person_id, kind="worked")
    operations.withdraw_fact(actor=audit, now=NOW, fact_id=fact)
    assert queries.person(actor=audit, now=NOW, person_id=audit.person_id).facts == ()


def test_the_pool_is_filtered_by_skill_and_days(cast: Any) -> None:
    keeper = cast["coordinator"]
    expert = person_id("auditor_expert")
    with pytest.raises(Invalid, match="高级职称"):
        operations.put_in_pool(
            actor=keeper,
            now=NOW,
            person_id=expert,
            kind="expert",
            skills=["audit"],
            available_from=TODAY,
        )
    with pytest.raises(Invalid, match="专长"):
        operations.put_in_pool(
            actor=keeper,
            now=NOW,
            person_id=expert,
            kind="part_time",
            skills=["magic"],
            available_from=TODAY,
        )
    for years in (8, 9):  # the second entry replaces the first
        operations.put_in_pool(
            actor=keeper,
            now=NOW,
            person_id=expert,
            kind="expert",
            skills=["audit", "finance"],
            available_from=TODAY,
            available_to=date(2026, 12, 31),
            senior_title="正高级审计师",
            years=years,
        )
    found = queries.pool(
        actor=keeper,
        now=NOW,
        kind="expert",
        skill="audit",
        available_from=TODAY,
        available_to=date(2026, 6, 1),
    )
    assert [(p.name, p.years, p.facts_declared) for p in found] == [("卓越然", 9, False)]
    longer = queries.pool(actor=keeper, now=NOW, available_to=date(2027, 6, 1))
    assert expert not in {p.person_id for p in longer}
    assert expert not in {p.person_id for p in queries.pool(actor=cast["finance"], now=NOW)}


def test_training_counts_and_says_what_is_missing(cast: Any) -> None:
    keeper = cast["coordinator"]
    arguments = {
        "actor": keeper,
        "now": NOW,
        "person_ids": [person_id("audit")],
        "kind": "class",
        "hours": 8,
    }
    assert (
        operations.record_training(**arguments, title="联络员年度培训班", held_on=date(2026, 2, 3))
        == 1
    )
    assert (
        operations.record_training(**arguments, title="联络员年度培训班", held_on=date(2026, 2, 3))
        == 0
    )
    row = next(r for r in queries.training(actor=keeper, now=NOW, year=2026) if r.name == "贺文渊")
    assert (row.times, row.hours, row.gap) == (1, 8, "培训还差 3 次")
    with pytest.raises(Invalid, match="不能晚于今天"):
        operations.record_training(**arguments, title="以后的班", held_on=date(2026, 3, 3))
    with pytest.raises(Invalid, match="不在可见的人员中"):
        operations.record_training(
            **{**arguments, "person_ids": [unit_id("YL")]}, title="x", held_on=TODAY
        )


def test_the_directory_lists_bodies_and_liaison_officers(cast: Any) -> None:
    found = queries.directory(actor=cast["finance"], now=NOW)
    assert ("省巡视协调对接委员会", "戴云舟", "body_chair") in {
        (a.unit_name, a.person_name, a.kind) for a in found
    }
    only = queries.directory(
        actor=cast["finance"], now=NOW, kinds=["liaison_officer"], unit_id=unit_id("YL-SJ")
    )
    assert [a.person_name for a in only] == ["贺文渊"]
    assert queries.directory(actor=cast["contact"], now=NOW) == ()


def test_the_business_day_is_shanghai_s_even_before_eight_in_the_morning(cast: Any) -> None:
    early = NOW.replace(day=2, hour=17)  # one in the morning of 3 March in Shanghai
    added_on = operations.record_training(
        actor=cast["coordinator"],
        now=early,
        person_ids=[person_id("audit")],
        kind="course",
        title="保密培训",
        held_on=date(2026, 3, 3),
        hours=2,
    )
    assert added_on == 1

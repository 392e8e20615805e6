"""Seats counted day by day: one head, one deputy, 2–3 liaison officers, bodies once in their region."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from lianxun.demo.province import person_id
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation import operations, queries, rules
from lianxun.organisation.enums import ONCE_PER_REGION, AppointmentKind, UnitKind
from lianxun.organisation.models import Person, Unit
from lianxun.organisation.rules import Term, most_at_once
from tests.organisation.support import NOW, TODAY
from tests.support.cast import unit_id

FINANCE = unit_id("YL-CZ")
DAY = timedelta(days=1)

offsets = st.integers(0, 40)
starts = offsets.map(lambda n: TODAY + n * DAY)
terms: st.SearchStrategy[Term] = st.builds(
    lambda first, length: (first, None if length is None else first + length * DAY),
    starts,
    st.none() | st.integers(0, 20),
)


@given(st.lists(terms, max_size=6), terms)
def test_the_most_at_once_is_what_counting_every_day_finds(known: list[Term], term: Term) -> None:
    first, last = term
    every = [first + n * DAY for n in range(((last or TODAY + 90 * DAY) - first).days + 1)]
    by_day = [sum(a <= day and (b is None or day <= b) for a, b in known) for day in every]
    assert most_at_once(known, term) == max(by_day)


@given(st.lists(terms, max_size=6), terms)
def test_a_longer_term_never_meets_fewer(known: list[Term], term: Term) -> None:
    assert most_at_once(known, (term[0], None)) >= most_at_once(known, term)


@pytest.mark.parametrize(
    ("kind", "unit", "fits"),
    [
        (AppointmentKind.BODY_CHAIR, UnitKind.LEADING_GROUP, True),
        (AppointmentKind.BODY_CHAIR, UnitKind.MEMBER, False),
        (AppointmentKind.BODY_MEMBER, UnitKind.TASK_GROUP, True),
        (AppointmentKind.LIAISON_OFFICER, UnitKind.MEMBER, True),
        (AppointmentKind.LIAISON_OFFICER, UnitKind.COMMITTEE, False),
        (AppointmentKind.HEAD, UnitKind.INSPECTED, True),
        (AppointmentKind.STAFF, UnitKind.LIAISON_OFFICE, True),
    ],
)
def test_members_of_a_body_belong_to_a_body(kind: str, unit: str, fits: bool) -> None:
    assert (rules.fit_problem(kind, unit) == "") is fits


def test_only_liaison_officers_wait_for_their_successor() -> None:
    assert "暂缺" in rules.vacancy_problem(AppointmentKind.LIAISON_OFFICER, 1, TODAY)
    assert rules.vacancy_problem(AppointmentKind.LIAISON_OFFICER, 2, TODAY) == ""
    assert rules.vacancy_problem(AppointmentKind.RESPONSIBLE_DEPUTY, 0, TODAY) == ""


def test_the_seats_are_dated_data_with_a_source() -> None:
    seats = rules.parameters("staffing", TODAY)
    assert "2.4.1" in seats["source"]
    assert seats["liaison_officer"] == {"least": 2, "most": 3}


# --- acts ----------------------------------------------------------------------------------------


def somebody(cast: Any, number: int, unit: UUID = FINANCE) -> UUID:
    made: UUID = operations.add_person(
        actor=cast["coordinator"], now=NOW, name=f"人员{number}", unit_id=unit, post="科员"
    )
    return made


def appoint(cast: Any, person: UUID, kind: str = "liaison_officer", **more: Any) -> UUID:
    values = {"unit_id": FINANCE, "valid_from": TODAY, "actor": cast["coordinator"], "now": NOW}
    made: UUID = operations.appoint(person_id=person, kind=kind, **{**values, **more})
    return made


def refused(cast: Any, sentence: str, place: str, **more: Any) -> None:
    with pytest.raises(Invalid, match=sentence) as problem:
        appoint(cast, more.pop("person", None) or somebody(cast, 99), **more)
    assert place in {e.place for e in problem.value.errors}


def test_an_appointment_that_does_not_fit_names_its_field(cast: Any) -> None:
    refused(cast, "请选择任职类别", "kind", kind="king")
    refused(cast, "没有这个单位", "unit_id", unit_id=person_id("audit"))
    refused(cast, "结束日期不能早于开始日期", "valid_to", valid_to=TODAY - DAY)
    refused(cast, "不能早于单位启用的日期", "valid_from", valid_from=date(2019, 1, 1))
    refused(cast, "不能超过 200 字", "basis", basis="长" * 201)
    refused(cast, "不能保存的字符", "basis", basis="含\x00字")
    refused(cast, "这个单位没有", "kind", kind="body_chair")
    refused(cast, "没有这个职位", "post_id", post_id=unit_id("YL"))
    with pytest.raises(NotFound):
        appoint(cast, unit_id("YL"))
    with pytest.raises(Refused):
        appoint(cast, person_id("finance"), actor=cast["finance"], kind="staff")


def test_who_has_left_is_appointed_to_nothing(cast: Any) -> None:
    person = somebody(cast, 1)
    operations.change_person(
        actor=cast["coordinator"], now=NOW, person_id=person, revision=1, post="科员", active=False
    )
    refused(cast, "已不在岗", "person_id", person=person, kind="staff")


def test_one_after_the_other_is_not_two_at_once(cast: Any) -> None:
    """Heads of the past and of the future hold no seat of today."""
    first, second, third = (somebody(cast, n) for n in range(3))
    appoint(cast, first, "head", valid_to=TODAY + 9 * DAY)
    appoint(cast, second, "head", valid_from=TODAY + 10 * DAY, valid_to=TODAY + 19 * DAY)
    refused(cast, "这段时间已有 1 名主要负责人", "kind", person=third, kind="head")
    appoint(cast, third, "head", valid_from=TODAY + 20 * DAY)


def test_the_fourth_officer_comes_when_one_has_gone(cast: Any) -> None:
    people = [somebody(cast, n) for n in range(3)]
    appoint(cast, people[0])
    last = appoint(cast, people[1])  # three with the sample's own
    refused(cast, "联络员为 2—3 名，现已有 3 名", "kind", person=people[2])
    operations.end_appointment(
        actor=cast["coordinator"], now=NOW, appointment_id=last, last_day=TODAY, revision=1
    )
    appoint(cast, people[2], valid_from=TODAY + DAY)


def test_an_officer_goes_when_enough_remain_or_knowingly(cast: Any) -> None:
    only = appoint(cast, somebody(cast, 1))  # two with the sample's own
    end = {"actor": cast["coordinator"], "now": NOW, "appointment_id": only, "revision": 1}
    with pytest.raises(Invalid, match="结束后只剩 1 名") as problem:
        operations.end_appointment(**end, last_day=TODAY)
    assert problem.value.errors[0].place == "vacant"
    operations.end_appointment(**end, last_day=TODAY, vacant=True)
    gaps = {g.message for g in queries.gaps(actor=cast["coordinator"], now=NOW + DAY)}
    assert "联络员应为 2—3 名，现有 1 名。" in gaps


def test_an_end_is_brought_forward_and_never_pushed_out(cast: Any) -> None:
    row = appoint(cast, somebody(cast, 1), "staff", valid_to=TODAY + 30 * DAY)
    end = {"actor": cast["coordinator"], "now": NOW, "appointment_id": row}
    with pytest.raises(WrongState, match="已经结束"):
        operations.end_appointment(**end, last_day=TODAY + 30 * DAY, revision=1)
    with pytest.raises(Invalid, match="不能早于开始日期"):
        operations.end_appointment(**end, last_day=TODAY - DAY, revision=1)
    with pytest.raises(Stale):
        operations.end_appointment(**end, last_day=TODAY, revision=7)
    operations.end_appointment(**end, last_day=TODAY + DAY, revision=1)
    with pytest.raises(NotFound):
        operations.end_appointment(
            **{**end, "appointment_id": unit_id("YL")}, last_day=TODAY, revision=1
        )
    with pytest.raises((Refused, NotFound)):
        operations.end_appointment(**{**end, "actor": cast["tax"]}, last_day=TODAY, revision=2)


def test_a_body_stands_once_in_its_region_also_in_the_database(cast: Any) -> None:
    for kind in ONCE_PER_REGION:
        with pytest.raises(Invalid, match="同一级只设一个"):
            create(cast, kind=kind)
    create(cast, kind="leading_group", region=970100, parent_id=unit_id("LJ"), code="LJ-LG")
    with acting_as(cast["coordinator"].account_id), transaction.atomic():  # noqa: SIM117
        with pytest.raises(IntegrityError, match="body_stands_once"), transaction.atomic():
            Unit.objects.filter(id=FINANCE).update(kind="leading_group")


def create(cast: Any, **more: Any) -> Any:
    values = {
        "actor": cast["coordinator"],
        "now": NOW,
        "code": "NEW",
        "name": "新机构",
        "short_name": "",
        "region": 970000,
        "parent_id": unit_id("YL"),
        "valid_from": TODAY,
        "basis": "文",
    }
    return operations.create_unit(**{**values, **more})


def test_closing_a_unit_ends_what_people_of_other_units_were_for_it(cast: Any) -> None:
    group = create(cast, kind="task_group", code="T9")
    appoint(cast, person_id("auditor_expert"), "body_member", unit_id=group)
    operations.create_post(
        actor=cast["coordinator"],
        now=NOW,
        unit_id=group,
        title="组员",
        leading=False,
        seats=5,
        valid_from=TODAY + 90 * DAY,
    )
    close = {"actor": cast["coordinator"], "now": NOW, "unit_id": group, "basis": "任务结束"}
    with pytest.raises(Invalid, match="1 项任职或职位") as problem:
        operations.close_unit(**close, last_day=TODAY + DAY, revision=1)
    assert problem.value.errors[0].place == "last_day"
    operations.close_unit(**close, last_day=TODAY + 91 * DAY, revision=1)
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        known = Person.objects.get(id=person_id("auditor_expert")).contact_until
    assert known == TODAY + 91 * DAY
    assert queries.unit(actor=cast["coordinator"], now=NOW, unit_id=group).posts == ()
    with pytest.raises(Refused):  # who sees no people cannot tell whether anybody is left
        operations.close_unit(
            **{**close, "actor": cast["system_admin"], "unit_id": unit_id("YL-JT-1")},
            last_day=TODAY,
            revision=1,
        )


def test_who_leaves_office_leaves_every_role_and_the_pool(cast: Any) -> None:
    person = somebody(cast, 1)
    keeper = {"actor": cast["coordinator"], "now": NOW}
    appoint(cast, person, "staff", valid_to=TODAY + 30 * DAY)
    operations.put_in_pool(
        **keeper, person_id=person, kind="full_time", skills=["law"], available_from=TODAY
    )
    operations.change_person(**keeper, person_id=person, revision=1, post="科员", active=False)
    shown = queries.person(**keeper, person_id=person)
    assert [a.valid_to for a in shown.appointments] == [TODAY]
    assert [e.available_to for e in shown.pool] == [TODAY]
    assert shown.permitted == {"change", "fact"}
    with pytest.raises(Invalid, match="已不在岗"):
        operations.put_in_pool(
            **keeper, person_id=person, kind="full_time", skills=["law"], available_from=TODAY
        )


def test_the_pool_is_left_once_and_not_by_others(cast: Any) -> None:
    keeper = {"actor": cast["coordinator"], "now": NOW}
    entry = operations.put_in_pool(
        **keeper,
        person_id=somebody(cast, 1),
        kind="part_time",
        skills=["law"],
        available_from=TODAY,
    )
    with pytest.raises(NotFound):
        operations.leave_pool(
            actor=cast["finance"], now=NOW, entry_id=entry, last_day=TODAY, revision=1
        )
    with pytest.raises(Stale):
        operations.leave_pool(**keeper, entry_id=entry, last_day=TODAY, revision=3)
    operations.leave_pool(**keeper, entry_id=entry, last_day=TODAY, revision=1)
    with pytest.raises(WrongState, match="不需要再办理"):
        operations.leave_pool(**keeper, entry_id=entry, last_day=TODAY, revision=2)


def test_a_post_keeps_its_holders(cast: Any) -> None:
    keeper = {"actor": cast["coordinator"], "now": NOW}
    post = operations.create_post(
        **keeper, unit_id=FINANCE, title="处长", leading=True, seats=2, valid_from=TODAY
    )
    for number in range(2):
        appoint(cast, somebody(cast, number), "staff", post_id=post)
    with pytest.raises(Invalid, match="职数不能少于 2"):
        operations.change_post(
            **keeper, post_id=post, title="处长", leading=True, seats=1, revision=1
        )
    with pytest.raises(Stale):
        operations.change_post(
            **keeper, post_id=post, title="处长", leading=True, seats=3, revision=9
        )
    with pytest.raises(Refused):
        operations.change_post(
            actor=cast["finance"],
            now=NOW,
            post_id=post,
            title="x",
            leading=True,
            seats=3,
            revision=1,
        )
    with pytest.raises(NotFound):
        operations.close_post(**keeper, post_id=FINANCE, last_day=TODAY, revision=1)
    empty = operations.create_post(
        **keeper, unit_id=FINANCE, title="副处长", leading=False, seats=1, valid_from=TODAY
    )
    operations.close_post(**keeper, post_id=empty, last_day=TODAY, revision=1)
    with pytest.raises(WrongState, match="已于"):
        operations.close_post(**keeper, post_id=empty, last_day=TODAY, revision=2)
    refused(cast, "没有设立", "post_id", kind="staff", post_id=empty)
    with pytest.raises(Invalid, match="职数须为 1—200"):
        operations.create_post(
            **keeper, unit_id=FINANCE, title="科员", leading=False, seats=0, valid_from=TODAY
        )

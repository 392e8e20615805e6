"""People who help are named by their own unit, have no ties to the inspected one, and stand by name on line and print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lianxun.access.models import Account, Recusal
from lianxun.demo.people import person_id
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation import operations as organisation
from lianxun.rectification import operations as do
from lianxun.rectification.models import Helper, Support
from lianxun.rectification.papers_support import plan_document
from tests.inspection.support import refused_by_database, sql
from tests.rectification.helping import HELPER, OFFICE, OTHER, UNIT, Plan
from tests.rectification.support import ruled
from tests.support.cast import account_id, unit_id
from tests.support.recorded import listen
from tests.web.test_pages import client_of

TABLE = "rectification_helper"


@pytest.fixture
def plan(cast: Any) -> Plan:
    return Plan(cast)


@pytest.fixture
def colleague(cast: Any) -> UUID:
    """A second person in post at the helping unit."""
    return organisation.add_person(
        actor=cast[OFFICE],
        now=cast.now,
        unit_id=unit_id("YL-CZ"),
        name="施明远",
        post="采购监管处副处长",
    )


def asked(plan: Plan, **more: Any) -> UUID:
    line = plan.add(**more)
    plan.act(do.ask_supports)
    return line


def tied(plan: Plan, person: UUID, who: str = HELPER, **more: Any) -> None:
    """The person declares a tie to the inspected unit."""
    organisation.declare_fact(
        actor=plan.cast[who],
        now=plan.cast.now,
        person_id=person,
        **{"kind": "kin", "organisation_id": unit_id("YL-JT"), "relation": "配偶", **more},
    )


def test_the_unit_says_who_comes_when_it_agrees(plan: Plan, colleague: UUID) -> None:
    line, me = asked(plan), person_id(HELPER)
    plan.on(do.agree_support, HELPER, line, people=[me, colleague])
    assert set(plan.line(line).people) == {"梁思齐", "施明远"}
    assert plan.line(line, HELPER).people == plan.line(line).people
    assert plan.line(line).state == "agreed"


def test_who_is_not_named_again_is_called_back_and_stays_in_the_books(
    plan: Plan, colleague: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, me = asked(plan), person_id(HELPER)
    plan.on(do.agree_support, HELPER, line, people=[me])
    plan.act(do.submit_support_plan)
    ruled(plan.cast, plan.id)
    heard = listen(monkeypatch)
    plan.on(do.name_helpers, HELPER, line, people=[colleague])
    found = plan.line(line)
    assert (found.people, found.people_called_back) == (("施明远",), ("梁思齐",))
    assert len(heard.of("rectification.name_helpers")) == 1
    plan.on(do.name_helpers, HELPER, line, people=[colleague, me])  # comes back: a new row
    found = plan.line(line)
    assert (set(found.people), found.people_called_back) == ({"施明远", "梁思齐"}, ("梁思齐",))


def test_who_has_a_tie_to_the_inspected_unit_is_not_sent(plan: Plan, colleague: UUID) -> None:
    line, me = asked(plan), person_id(HELPER)
    tied(plan, me)
    with pytest.raises(Invalid, match="梁思齐对被巡视单位应当回避") as problem:
        plan.on(do.agree_support, HELPER, line, people=[me, colleague])
    assert [e.place for e in problem.value.errors] == ["people"]
    assert "配偶" not in str(problem.value)  # yes or no, never why
    plan.on(do.agree_support, HELPER, line, people=[colleague])
    with pytest.raises(Invalid, match="应当回避"):
        plan.on(do.name_helpers, HELPER, line, people=[me])
    assert plan.line(line).people == ("施明远",)


def test_a_tie_to_another_unit_does_not_matter(plan: Plan) -> None:
    line, me = asked(plan), person_id(HELPER)
    tied(plan, me, organisation_id=unit_id("YL-DX"))
    plan.on(do.agree_support, HELPER, line, people=[me])
    assert plan.line(line).people == ("梁思齐",)


@pytest.mark.parametrize("strange", ["audit", "contact", ""])
def test_only_people_of_the_helping_unit_come(plan: Plan, strange: str) -> None:
    line = asked(plan)
    with pytest.raises(Invalid, match="本单位在岗人员") as problem:
        plan.on(
            do.agree_support,
            HELPER,
            line,
            people=[person_id(strange) if strange else UUID(int=7)],
        )
    assert [e.place for e in problem.value.errors] == ["people"]


def test_help_other_than_by_people_names_nobody(plan: Plan) -> None:
    line = asked(plan, kind="technical", text="帮助建立预警台账。")
    with pytest.raises(Invalid, match="只有人员支援"):
        plan.on(do.agree_support, HELPER, line, people=[person_id(HELPER)])
    plan.on(do.agree_support, HELPER, line)
    assert "people" not in plan.line(line, HELPER).permitted
    with pytest.raises(Refused):
        plan.on(do.name_helpers, HELPER, line, people=[person_id(HELPER)])


def test_nobody_else_names_and_only_while_help_is_to_come(plan: Plan) -> None:
    line, me = asked(plan), [person_id(HELPER)]
    with pytest.raises(Refused):  # first it agrees
        plan.on(do.name_helpers, HELPER, line, people=me)
    plan.on(do.agree_support, HELPER, line)
    assert "people" in plan.line(line, HELPER).permitted
    assert "people" not in plan.line(line, OFFICE).permitted
    for who in (OFFICE, OTHER, UNIT, "leader"):
        with pytest.raises((Refused, NotFound)):
            plan.on(do.name_helpers, who, line, people=me)
    with pytest.raises(Invalid, match="至少选择一名"):
        plan.on(do.name_helpers, HELPER, line, people=[])
    with pytest.raises(Stale):
        plan.on(do.name_helpers, HELPER, line, people=me, revision=1)
    seen = plan.cast.revision(Support, line)
    plan.on(do.name_helpers, HELPER, line, people=me)
    with pytest.raises(Stale):  # the second click of the same page
        plan.on(do.name_helpers, HELPER, line, people=me, revision=seen)
    plan.act(do.submit_support_plan)
    ruled(plan.cast, plan.id)
    plan.done(line)
    with pytest.raises(Refused):
        plan.on(do.name_helpers, HELPER, line, people=me)


def test_the_print_names_who_comes(plan: Plan) -> None:
    line = asked(plan)
    plan.on(do.agree_support, HELPER, line, people=[person_id(HELPER)])
    plan.act(do.submit_support_plan)
    ruled(plan.cast, plan.id)
    with acting_as(account_id(OFFICE)):
        row = Support.objects.select_related("unit", "plan").get(id=line)
        document = plan_document(
            row.plan, [row], number="1", owner=row.unit, subject=row.unit, now=plan.cast.now
        )
    assert "（支援人员：梁思齐）" in str(document.blocks)
    assert len(plan.act(do.issue_support_plan)) == 2


def test_names_are_for_the_two_units_and_no_stranger(plan: Plan) -> None:
    line = asked(plan)
    plan.on(do.agree_support, HELPER, line, people=[person_id(HELPER)])
    for who, seen in ((OFFICE, 1), (HELPER, 1), (OTHER, 0), (UNIT, 0), ("system_admin", 0)):
        with acting_as(account_id(who)):
            assert Helper.objects.filter(support=line).count() == seen, who


def test_the_form_offers_the_own_unit_and_the_page_shows_the_names(
    plan: Plan, colleague: UUID
) -> None:
    line = asked(plan)
    helper, url = client_of(HELPER), f"/supports/{line}/"
    form = helper.get(f"{url}do/agree/").content.decode()
    assert "施明远" in form
    assert "梁思齐" in form
    given = {"revision": plan.cast.revision(Support, line), "people": [str(person_id("audit"))]}
    assert helper.post(f"{url}do/agree/", given).status_code == 422
    assert helper.post(f"{url}do/agree/", {**given, "people": [str(colleague)]}).status_code == 302
    given = {"revision": plan.cast.revision(Support, line)}
    assert helper.post(f"{url}do/people/", given).status_code == 422
    me = str(person_id(HELPER))
    assert helper.post(f"{url}do/people/", {**given, "people": [me]}).status_code == 302
    page = client_of(OFFICE).get(url).content.decode()
    assert "梁思齐" in page
    assert "已撤回：施明远" in page
    assert (
        "支援人员：梁思齐" in client_of(OFFICE).get(f"/support-plans/{plan.id}/").content.decode()
    )


def test_names_cost_no_more_with_more_lines(plan: Plan) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as said:
            plan.see()
        return len(said)

    plan.on(do.agree_support, HELPER, asked(plan), people=[person_id(HELPER)])
    cost()
    before = cost()
    plan.on(do.agree_support, HELPER, asked(plan), people=[person_id(HELPER)])
    assert cost() == before


# --- the database --------------------------------------------------------------------------------


def copied(plan: Plan, line: UUID, who: str = HELPER, **values: Any) -> None:
    """The helper of the line once more, with other values."""
    given = {"id": str(new_id()), "left_on": None, **values}
    parts = ", ".join(f"'{k}', %s::text" for k in given)
    sql(
        plan.cast,
        who,
        f"insert into {TABLE} select (jsonb_populate_record(h, jsonb_build_object({parts}))).* "
        f"from {TABLE} h where support_id = %s limit 1",
        *given.values(),
        line,
    )


def test_the_database_holds_each_constraint(plan: Plan, colleague: UUID) -> None:
    line, me = asked(plan), str(person_id(HELPER))
    plan.on(do.agree_support, HELPER, line, people=[person_id(HELPER)])
    other = str(colleague)
    with refused_by_database("helper_once_at_a_time"):
        copied(plan, line)
    with refused_by_database("helper_has_a_name_and_days_in_order"):
        copied(plan, line, person_id=other, name="")
    with refused_by_database("helper_has_a_name_and_days_in_order"):
        copied(plan, line, left_on="2020-01-01")
    with refused_by_database("in post at the helping unit"):
        copied(plan, line, person_id=str(person_id("audit")))
    with refused_by_database("agreed to"):
        copied(plan, line, person_id=str(person_id("audit")), addressee_path="0001/")
    for column, value in (("name", "另一人"), ("person_id", other), ("named_on", "2020-01-01")):
        with refused_by_database("written once"):
            sql(
                plan.cast,
                HELPER,
                f"update {TABLE} set {column} = %s where person_id = %s",
                value,
                me,
            )
    copied(plan, line, person_id=other, name="施明远")
    assert set(plan.line(line).people) == {"梁思齐", "施明远"}


def test_who_was_recused_by_decision_is_not_sent_either(plan: Plan, colleague: UUID) -> None:
    line, me = asked(plan), person_id(HELPER)
    plan.on(do.agree_support, HELPER, line, people=[colleague])
    with acting_as(account_id(OFFICE)), transaction.atomic():
        Recusal.objects.create(
            created_at=plan.cast.now,
            account_id=account_id(HELPER),
            organisation_id=unit_id("YL-JT"),
            reason_code="kin",
            valid_from=plan.cast.now.date(),
        )
    # Now the liaison officer himself sees nothing of it; his colleague's row shows what the database says.
    with refused_by_database("not recused"):
        copied(plan, line, OFFICE, person_id=str(me), name="梁思齐")


def test_a_recusal_the_unit_cannot_read_is_said_as_any_other(plan: Plan, colleague: UUID) -> None:
    line, now = asked(plan), plan.cast.now
    with acting_as(account_id("system_admin")), transaction.atomic():
        assert Account.objects.filter(id=account_id("tax")).update(person_id=colleague) == 1
    with acting_as(account_id(OFFICE)), transaction.atomic():
        Recusal.objects.create(
            created_at=now,
            account_id=account_id("tax"),
            organisation_id=unit_id("YL-JT"),
            reason_code="kin",
            valid_from=now.date(),
        )
    with pytest.raises(Invalid, match="施明远对被巡视单位应当回避"):
        plan.on(do.agree_support, HELPER, line, people=[colleague])
    assert plan.line(line).state == "asked"


def test_people_are_named_for_agreed_help_by_people_alone(plan: Plan) -> None:
    first = asked(plan)
    plan.on(do.agree_support, HELPER, first, people=[person_id(HELPER)])
    for more in ({"kind": "data", "text": "提供采购数据比对。"}, {}):
        other = asked(plan, **more)
        with refused_by_database("agreed to"):
            copied(plan, first, support_id=str(other))


def test_a_line_without_an_inspected_unit_sends_nobody(plan: Plan) -> None:
    line = asked(plan)
    sql(
        plan.cast,
        OFFICE,
        "update rectification_support set subject_org = null, subject_path = null where id = %s",
        line,
    )
    with pytest.raises(WrongState, match="没有登记被巡视单位"):
        plan.on(do.agree_support, HELPER, line, people=[person_id(HELPER)])
    with acting_as(account_id(HELPER)):
        assert not Helper.objects.filter(support=line).exists()

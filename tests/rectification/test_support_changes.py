"""Running help is changed with a reason, agreed anew by its unit, put into force with its clocks, and never forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Denied
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale
from lianxun.rectification import operations as do
from lianxun.rectification.models import Support, SupportChange
from lianxun.rectification.rules_support import SupportFacts, may_answer_change
from tests.inspection.support import refused_by_database, sql
from tests.rectification.helping import HELPER, OFFICE, OTHER, UNIT, Plan
from tests.support.cast import account_id
from tests.support.recorded import listen
from tests.web.test_pages import client_of

TABLE = "rectification_supportchange"
WHY = "集团系统改造推迟，支援顺延两个月。"
BETTER = "集团采购内控制度通过第三方评估并运行一个季度。"


@pytest.fixture
def plan(cast: Any) -> Plan:
    return Plan(cast)


@pytest.fixture
def line(plan: Plan) -> UUID:
    return plan.running()


def day(plan: Plan, days: int) -> date:
    return plan.cast.now.date() + timedelta(days=days)


def asked(plan: Plan, line: UUID, who: str = OFFICE, **more: Any) -> None:
    values = {
        "due_on": day(plan, 120),
        "standard": BETTER,
        "inspect_on": day(plan, 130),
        "reason": WHY,
        **more,
    }
    plan.on(do.change_support, who, line, **values)


def put_in_force(plan: Plan, line: UUID, **more: Any) -> None:
    asked(plan, line, **more)
    plan.on(do.agree_change, HELPER, line)
    plan.on(do.apply_change, OFFICE, line)


def running_days(line: UUID) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    with acting_as(account_id(OFFICE)):
        rows = Duty.objects.filter(object_id=line, state="open").order_by("template_code")
        for code, due in rows.values_list("template_code", "due_on"):
            found.setdefault(code, []).append(due)
    return found


# --- the way -------------------------------------------------------------------------------------


def test_a_change_is_asked_agreed_and_put_into_force_with_its_clocks(
    plan: Plan, line: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, clocks = plan.line(line), running_days(line)
    heard = listen(monkeypatch)
    asked(plan, line)
    assert plan.line(line).due_on == before.due_on  # asked is not changed
    plan.on(do.agree_change, HELPER, line)
    assert (plan.line(line).standard, running_days(line)) == (before.standard, clocks)
    plan.on(do.apply_change, OFFICE, line)
    found = plan.line(line)
    assert (found.due_on, found.standard, found.inspect_on) == (
        day(plan, 120),
        BETTER,
        day(plan, 130),
    )
    assert plan.clocks(line) == {
        "DT-RC-SUPPORT": ["cancelled", "open"],
        "DT-RC-INSPECT": ["cancelled", "open"],
    }
    moved = running_days(line)
    assert [len(x) for x in moved.values()] == [1, 1]
    assert all(moved[code][0] > clocks[code][0] for code in clocks)
    (kept,) = found.changes
    assert (kept.state, kept.reason, kept.old_due_on, kept.old_standard) == (
        "done",
        WHY,
        before.due_on,
        before.standard,
    )
    assert kept.done_on == plan.cast.now.date()
    for act in ("change_support", "agree_change", "apply_change"):
        assert len(heard.of(f"rectification.{act}")) == 1, act
    plan.done(line)  # and the help goes on as any other
    assert plan.line(line).state == "closed"


def test_only_the_clock_whose_day_changed_moves(plan: Plan, line: UUID) -> None:
    before = plan.line(line)
    put_in_force(plan, line, due_on=before.due_on, standard=before.standard)
    assert plan.clocks(line) == {"DT-RC-SUPPORT": ["open"], "DT-RC-INSPECT": ["cancelled", "open"]}
    now = plan.line(line)
    put_in_force(plan, line, due_on=now.due_on, inspect_on=now.inspect_on)
    assert [c.number for c in plan.line(line).changes] == [1, 2]
    assert plan.clocks(line)["DT-RC-INSPECT"] == ["cancelled", "open"]


def test_a_refused_change_leaves_the_line_and_another_may_be_asked(plan: Plan, line: UUID) -> None:
    before = plan.line(line)
    asked(plan, line)
    with pytest.raises(Invalid) as problem:
        plan.on(do.refuse_change, HELPER, line, reason="不行")
    assert [e.place for e in problem.value.errors] == ["reason"]
    plan.on(do.refuse_change, HELPER, line, reason="人员下季度另有任务。")
    found = plan.line(line)
    assert (found.due_on, found.changes[0].state, found.changes[0].answer) == (
        before.due_on,
        "refused",
        "人员下季度另有任务。",
    )
    with pytest.raises(Refused):
        plan.on(do.apply_change, OFFICE, line)
    asked(plan, line, due_on=day(plan, 90))
    assert [c.state for c in plan.line(line).changes] == ["refused", "asked"]


@pytest.mark.parametrize("agreed", [False, True])
def test_what_is_reported_or_taken_out_is_not_changed_any_more(
    plan: Plan, line: UUID, agreed: bool
) -> None:
    asked(plan, line)
    if agreed:
        plan.on(do.agree_change, HELPER, line)
    plan.on(do.report_support, HELPER, line, result="两名同志驻点三个月。")
    assert [c.state for c in plan.line(line).changes] == ["lapsed"]
    plan.on(do.check_support, OFFICE, line, met=False, finding="制度没有修订。")
    asked(plan, line)
    plan.on(do.withdraw_support, OFFICE, line, reason="集团已自行整改到位。")
    assert [c.state for c in plan.line(line).changes] == ["lapsed", "lapsed"]
    assert plan.line(line).state == "withdrawn"


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"due_on": 0}, "due_on"),
        ({"inspect_on": 119}, "inspect_on"),
        ({"standard": "好"}, "standard"),
        ({"standard": "长" * 301}, "standard"),
        ({"reason": "改"}, "reason"),
    ],
)
def test_a_change_names_the_field_that_does_not_fit(
    plan: Plan, line: UUID, more: Any, place: str
) -> None:
    given = {k: day(plan, v) if isinstance(v, int) else v for k, v in more.items()}
    with pytest.raises(Invalid) as problem:
        asked(plan, line, **given)
    assert [e.place for e in problem.value.errors] == [place]
    assert plan.line(line).changes == ()


def test_what_changes_nothing_is_no_change(plan: Plan, line: UUID) -> None:
    row = plan.line(line)
    with pytest.raises(Invalid, match="没有改变"):
        asked(plan, line, due_on=row.due_on, standard=row.standard, inspect_on=row.inspect_on)


def test_each_step_is_for_its_own_side(plan: Plan, line: UUID) -> None:
    for who in (HELPER, OTHER, UNIT, "leader", "system_admin"):
        with pytest.raises((Refused, NotFound)):
            asked(plan, line, who)
    with pytest.raises(Refused):
        plan.on(do.agree_change, HELPER, line)  # nothing was asked
    asked(plan, line)
    with pytest.raises(Refused, match="上一次变更"):
        asked(plan, line)
    for who in (OFFICE, OTHER, UNIT, "leader"):
        with pytest.raises((Refused, NotFound)):
            plan.on(do.agree_change, who, line)
        with pytest.raises((Refused, NotFound)):
            plan.on(do.refuse_change, who, line, reason="替支援单位答复。")
    with pytest.raises(Refused):
        plan.on(do.apply_change, OFFICE, line)  # not agreed yet
    assert plan.line(line, HELPER).permitted >= {"agree_change", "refuse_change"}
    plan.on(do.agree_change, HELPER, line)
    with pytest.raises((Refused, NotFound)):
        plan.on(do.apply_change, HELPER, line)
    assert "apply_change" in plan.line(line).permitted


def test_before_the_approval_and_after_the_report_nothing_is_changed(plan: Plan) -> None:
    line = plan.agreed()
    with pytest.raises(Refused, match="支援中"):
        asked(plan, line)
    assert "change" not in plan.line(line).permitted


def test_who_asked_does_not_agree_though_he_may_answer_for_the_unit(plan: Plan) -> None:
    unit = plan.cast[HELPER]
    facts = SupportFacts(
        "open", unit.unit_path, "0009/", change="asked", changed_by=unit.account_id
    )
    refused = may_answer_change(unit, facts)
    assert isinstance(refused, Denied)
    assert refused.rule == "REC-CHECK"
    assert may_answer_change(unit, replace(facts, changed_by=account_id(OFFICE)))


def test_a_stale_page_and_a_second_click_change_nothing(plan: Plan, line: UUID) -> None:
    seen = plan.cast.revision(Support, line)
    asked(plan, line)
    for call, who in ((do.agree_change, HELPER), (do.apply_change, OFFICE)):
        with pytest.raises(Stale):
            plan.on(call, who, line, revision=seen)
        seen = plan.cast.revision(Support, line)
        plan.on(call, who, line)
        with pytest.raises(Stale):
            plan.on(call, who, line, revision=seen)
    assert len(plan.line(line).changes) == 1


def test_changes_are_for_the_two_units_and_no_stranger(plan: Plan, line: UUID) -> None:
    asked(plan, line)
    for who, seen in ((OFFICE, 1), (HELPER, 1), (OTHER, 0), (UNIT, 0), ("system_admin", 0)):
        with acting_as(account_id(who)):
            assert SupportChange.objects.filter(support=line).count() == seen, who


# --- pages ---------------------------------------------------------------------------------------


def test_the_pages_lead_through_a_change_and_show_it(plan: Plan, line: UUID) -> None:
    office, helper, url = client_of(OFFICE), client_of(HELPER), f"/supports/{line}/"
    assert plan.line(line).standard in office.get(f"{url}do/change/").content.decode()
    given = {
        "revision": plan.cast.revision(Support, line),
        "due_on": day(plan, 120).isoformat(),
        "inspect_on": day(plan, 130).isoformat(),
        "standard": BETTER,
        "reason": "改",
    }
    assert office.post(f"{url}do/change/", given).status_code == 422
    assert office.post(f"{url}do/change/", {**given, "reason": WHY}).status_code == 302
    page = helper.get(url).content.decode()
    assert "变更记录" in page
    assert WHY in page
    for client, act in ((helper, "agree_change"), (office, "apply_change")):
        sent = {"revision": plan.cast.revision(Support, line)}
        assert client.post(f"{url}do/{act}/", sent).status_code == 302
    page = office.get(url).content.decode()
    assert "已变更" in page
    assert BETTER in page
    assert client_of(OTHER).get(url).status_code == 404


def test_changes_cost_no_more_with_more_of_them(plan: Plan, line: UUID) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as said:
            plan.see()
        return len(said)

    put_in_force(plan, line)
    cost()
    before = cost()
    asked(plan, line, standard="集团采购内控制度运行半年没有新的问题。")
    assert cost() == before


# --- the database --------------------------------------------------------------------------------


def copied(plan: Plan, line: UUID, **values: Any) -> None:
    """The last change of the line once more, with other values."""
    fresh = json.dumps({"id": str(new_id()), "number": 9, "state": "asked", **values})
    sql(
        plan.cast,
        OFFICE,
        f"insert into {TABLE} select (jsonb_populate_record(c, %s::jsonb)).* from {TABLE} c "
        "where support_id = %s order by number desc limit 1",
        fresh,
        line,
    )


def test_each_constraint_of_a_change_is_tried_here(plan: Plan, line: UUID) -> None:
    asked(plan, line)
    row = plan.line(line)
    tried = {"support_change_one_at_a_time"}
    with refused_by_database("support_change_one_at_a_time"):
        copied(plan, line)
    same = {
        "due_on": row.due_on.isoformat(),
        "standard": row.standard,
        "inspect_on": row.inspect_on.isoformat(),
    }
    for values in ({"reason": ""}, {"standard": ""}, {"inspect_on": "2020-01-01"}, same):
        tried.add("support_change_says_why_and_what")
        with refused_by_database("support_change_says_why_and_what"):
            copied(plan, line, **values)
    helper = plan.cast[HELPER].account_id
    for name, sets in (
        ("support_change_agreed_by_another", "state = 'agreed', answered_by_id = proposed_by_id"),
        ("support_change_agreed_by_another", "state = 'agreed'"),
        ("support_change_refused_says_why", f"state = 'refused', answered_by_id = '{helper}'"),
        ("support_change_refused_says_why", "state = 'refused', answer = '人员不足。'"),
        ("support_change_done_has_a_day", "done_on = current_date"),
    ):
        tried.add(name)
        with refused_by_database(name):
            sql(plan.cast, OFFICE, f"update {TABLE} set {sets} where support_id = %s", line)
    plan.on(do.agree_change, HELPER, line)
    with refused_by_database("support_change_done_has_a_day"):
        sql(plan.cast, OFFICE, f"update {TABLE} set state = 'done' where support_id = %s", line)
    plan.on(do.apply_change, OFFICE, line)
    now = plan.line(line)
    stands = {
        "old_due_on": now.due_on.isoformat(),
        "old_standard": now.standard,
        "old_inspect_on": now.inspect_on.isoformat(),
        "standard": "另一个标准的内容",
        "done_on": None,
    }
    tried.add("support_change_number_once")
    with refused_by_database("support_change_number_once"):
        copied(plan, line, **stands, number=1)
    copied(plan, line, **stands)
    assert tried == {c.name for c in SupportChange._meta.constraints}


@pytest.mark.parametrize(
    ("column", "value"),
    [("due_on", "2099-01-01"), ("standard", "更低的标准"), ("inspect_on", "2099-01-01")],
)
def test_no_line_changes_but_as_its_unit_agreed(
    plan: Plan, line: UUID, column: str, value: str
) -> None:
    change = f"update rectification_support set {column} = %s where id = %s"
    with refused_by_database("as its unit agreed anew"):
        sql(plan.cast, OFFICE, change, value, line)
    asked(plan, line)
    plan.on(do.agree_change, HELPER, line)
    with refused_by_database("as its unit agreed anew"):
        sql(plan.cast, OFFICE, change, value, line)
    with refused_by_database("written once"):
        sql(
            plan.cast,
            OFFICE,
            f"update {TABLE} set {column} = %s where support_id = %s",
            value,
            line,
        )


def test_running_help_alone_is_changed_and_from_what_stands_there(plan: Plan, line: UUID) -> None:
    put_in_force(plan, line)
    with refused_by_database("from what stands there"):
        copied(plan, line)  # starts from days that no longer stand
    with refused_by_database("forbidden transition"):
        sql(plan.cast, OFFICE, f"update {TABLE} set state = 'asked' where support_id = %s", line)

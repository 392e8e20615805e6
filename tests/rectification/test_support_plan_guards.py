"""What the database itself holds of a plan of help and its lines, asked past every operation."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxun.kernel.ids import new_id
from lianxun.rectification import operations as do
from lianxun.rectification.models import Support, SupportPlan
from tests.inspection.support import refused_by_database, sql
from tests.rectification.helping import HELPER, OFFICE, Plan

LINE, PLAN = "rectification_support", "rectification_supportplan"
SAID = {"outcome": "两项支援全部到位。", "ended_on": "2026-01-01", "ended_by_id": "drafted_by_id"}


@pytest.fixture
def plan(cast: Any) -> Plan:
    return Plan(cast)


def changed(plan: Plan, table: str, row: UUID, **values: Any) -> None:
    """One update; a value that names a column of the table is that column."""
    columns = {f.column for f in (Support if table == LINE else SupportPlan)._meta.fields}
    sets = ", ".join(f"{k} = {v}" if v in columns else f"{k} = %s" for k, v in values.items())
    given = [v for v in values.values() if v not in columns]
    sql(plan.cast, OFFICE, f"update {table} set {sets} where id = %s", *given, row)


def copied(plan: Plan, line: UUID, **values: Any) -> None:
    """The same line once more, with other values."""
    fresh = json.dumps({"id": str(new_id()), "number": 9, "state": "draft", **values})
    sql(
        plan.cast,
        OFFICE,
        f"insert into {LINE} select (jsonb_populate_record(s, %s::jsonb)).* from {LINE} s where id = %s",
        fresh,
        line,
    )


# --- every constraint, by its name ---------------------------------------------------------------

ADDED = [
    ("support_number_once", {"number": 1}),
    ("support_says_what_and_how_well", {"text": ""}),
    ("support_says_what_and_how_well", {"standard": ""}),
    ("support_says_what_and_how_well", {"inspect_on": "2020-01-01"}),
    ("support_of_money_says_how_much", {"kind": "funds"}),
    ("support_of_money_says_how_much", {"kind": "funds", "amount": 0}),
    ("support_of_money_says_how_much", {"amount": 500}),
]
DONE = {"result": "已到位。", "reported_on": "2026-01-01"}
MET = {"state": "closed", "finding": "达到标准。", "checked_on": "2026-01-01"}
# The state of the line or plan it starts from, and what is tried.
MOVED = [
    ("support_declined_says_why", "asked", {"state": "declined", "answer": "人手不足。"}),
    (
        "support_reported_says_what_was_done",
        "open",
        {"state": "reported", **DONE, "reported_by_id": None},
    ),
    (
        "support_reported_says_what_was_done",
        "open",
        {"state": "reported", **DONE, "reported_by_id": "answered_by_id", "result": ""},
    ),
    (
        "support_reported_says_what_was_done",
        "open",
        {"state": "reported", **DONE, "reported_by_id": "answered_by_id", "reported_on": None},
    ),
    ("support_checked_by_another", "reported", {**MET, "checked_by_id": "reported_by_id"}),
    ("support_checked_by_another", "reported", {**MET, "checked_by_id": None}),
    ("support_checked_by_another", "reported", {**MET, "checked_by_id": "office", "finding": ""}),
    (
        "support_checked_by_another",
        "reported",
        {**MET, "checked_by_id": "office", "checked_on": None},
    ),
    *(
        ("support_withdrawn_says_why", state, {"state": "withdrawn"})
        for state in ("draft", "asked", "agreed", "open")
    ),
]
PLANS = [
    ("support_plan_approved_by_another", "draft", {"approved_on": "2026-01-01"}),
    (
        "support_plan_approved_by_another",
        "draft",
        {"addressee_unit": "subject_org", "addressee_path": "subject_path"},
    ),
    ("support_plan_approved_by_another", "open", {"approved_by_id": "drafted_by_id"}),
    ("support_plan_approved_by_another", "open", {"approved_on": None}),
    ("support_plan_over_says_how", "draft", SAID),
    ("support_plan_over_says_how", "draft", {"outcome": "还没有办结。"}),
    ("support_plan_over_says_how", "closed", {"state": "ended", **SAID, "outcome": ""}),
    ("support_plan_over_says_how", "closed", {"state": "ended", **SAID, "ended_on": None}),
    ("support_plan_over_says_how", "closed", {"state": "ended", **SAID, "ended_by_id": None}),
]


def brought(plan: Plan, state: str) -> UUID:
    """A line in ``state``, by the acts that lead there."""
    if state == "draft":
        return plan.add()
    if state == "asked":
        line = plan.add()
        plan.act(do.ask_supports)
        return line
    if state == "agreed":
        return plan.agreed()
    line = plan.running()
    if state == "reported":
        plan.on(do.report_support, HELPER, line, result="两名同志驻点三个月。")
    if state == "closed":
        plan.done(line)
    return line


def test_each_constraint_of_both_tables_is_tried_here() -> None:
    named = {c.name for model in (Support, SupportPlan) for c in model._meta.constraints}
    assert named == {name for name, *_ in (*ADDED, *MOVED, *PLANS)}


@pytest.mark.parametrize(("name", "values"), ADDED)
def test_no_line_comes_in_that_says_too_little(plan: Plan, name: str, values: Any) -> None:
    line = plan.add()
    with refused_by_database(name):
        copied(plan, line, **values)
    copied(plan, line)
    assert plan.see().count == 2


@pytest.mark.parametrize(("name", "state", "values"), MOVED)
def test_no_line_moves_without_its_words(plan: Plan, name: str, state: str, values: Any) -> None:
    line = brought(plan, state)
    if values.get("checked_by_id") == "office":
        values = {**values, "checked_by_id": plan.cast[OFFICE].account_id}
    with refused_by_database(name):
        changed(plan, LINE, line, **values)
    assert plan.line(line).state == state


def test_a_line_is_declined_with_words_only(plan: Plan) -> None:
    line = brought(plan, "asked")
    helper = plan.cast[HELPER].account_id
    with refused_by_database("support_declined_says_why"):
        changed(plan, LINE, line, state="declined", answered_by_id=helper)
    changed(plan, LINE, line, state="declined", answered_by_id=helper, answer="人手不足。")
    assert plan.line(line).state == "declined"


@pytest.mark.parametrize(("name", "state", "values"), PLANS)
def test_no_plan_is_in_force_or_over_without_its_words(
    plan: Plan, name: str, state: str, values: Any
) -> None:
    brought(plan, state)
    before = plan.see()
    with refused_by_database(name):
        changed(plan, PLAN, plan.id, **values)
    assert plan.see() == before


# --- triggers ------------------------------------------------------------------------------------


def test_a_plan_comes_into_force_by_the_committee_alone(plan: Plan) -> None:
    line = plan.agreed()
    plan.act(do.submit_support_plan)
    chair = plan.cast["chair"].account_id
    with refused_by_database("the committee approves"):
        changed(
            plan, PLAN, plan.id, state="approved", approved_on="2026-01-01", approved_by_id=chair
        )
    with refused_by_database("binds with the approved plan"):
        changed(plan, LINE, line, state="open")


def test_a_plan_is_over_when_none_of_its_help_runs(plan: Plan) -> None:
    line = plan.add()
    with refused_by_database("none of its help runs"):
        changed(plan, PLAN, plan.id, state="dropped", **SAID)
    plan.on(do.withdraw_support, OFFICE, line, reason="另行安排人员。")
    line = plan.running()
    with refused_by_database("none of its help runs"):
        changed(plan, PLAN, plan.id, state="ended", **SAID)
    with refused_by_database("forbidden transition"):
        changed(plan, PLAN, plan.id, state="dropped", **SAID)
    plan.done(line)
    changed(plan, PLAN, plan.id, state="ended", **SAID)
    with refused_by_database("forbidden transition"):
        changed(plan, PLAN, plan.id, state="approved", outcome="", ended_on=None, ended_by_id=None)


def test_help_is_added_to_a_draft_alone(plan: Plan) -> None:
    line = plan.agreed()
    plan.act(do.submit_support_plan)
    with refused_by_database("help is added to a draft"):
        copied(plan, line)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("plan_number", "另一方案"),
        ("number", 8),
        ("item_id", None),
        ("kind", "policy"),
        ("text", "另一内容的支援"),
        ("amount", 7),
    ],
)
def test_what_a_line_says_was_written_once(plan: Plan, column: str, value: Any) -> None:
    line = plan.add()
    with refused_by_database("written once"):
        changed(plan, LINE, line, **{column: value})


@pytest.mark.parametrize("column", ["number", "aim"])
def test_what_a_plan_says_was_written_once(plan: Plan, column: str) -> None:
    with refused_by_database("written once"):
        changed(plan, PLAN, plan.id, **{column: "另一说法"})


# --- locks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "values"),
    [
        (do.withdraw_support, {"reason": "集团已自行整改到位。"}),
    ],
)
def test_an_act_on_a_line_that_weighs_the_plan_locks_the_plan_first(
    plan: Plan, call: Any, values: Any
) -> None:
    """Submitting and deciding lock the plan, then its lines: the other way round two acts would wait for
    each other."""
    line = plan.running()
    with CaptureQueriesContext(connection) as said:
        plan.on(call, OFFICE, line, **values)
    locked = [
        table
        for q in said.captured_queries
        if "FOR UPDATE" in q["sql"]
        for table in (PLAN, LINE)
        if f'FROM "{table}"' in q["sql"]
    ]
    assert locked == [PLAN, LINE]


def test_dropping_a_plan_locks_it_before_its_lines(plan: Plan) -> None:
    plan.add()
    with CaptureQueriesContext(connection) as said:
        plan.act(do.drop_support_plan, reason="集团已自行整改到位。")
    locked = [q["sql"] for q in said.captured_queries if "FOR UPDATE" in q["sql"]]
    assert [f'FROM "{PLAN}"' in x for x in locked] == [True, False]

"""《整改协同方案》 (W20): who helps with what, agreed by the unit, approved by the committee, checked by another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxun.documents import queries as documents
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Denied
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from lianxun.rectification.rules_support import SupportFacts, may_check_support
from tests.rectification.helping import AIM, HELPER, OFFICE, OTHER, UNIT, Plan
from tests.rectification.support import ruled
from tests.support.cast import account_id, unit_id
from tests.support.notices import notices
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


@pytest.fixture
def plan(cast: Any) -> Plan:
    return Plan(cast)


@pytest.fixture
def agreed(plan: Plan) -> tuple[Plan, UUID]:
    return plan, plan.agreed()


@pytest.fixture
def running(plan: Plan) -> tuple[Plan, UUID]:
    return plan, plan.running()


# --- the way -------------------------------------------------------------------------------------


def test_from_the_draft_to_the_check_against_the_standard(plan: Plan, heard: Recorded) -> None:
    line = plan.add()
    assert (plan.see().state, plan.line(line).state) == ("draft", "draft")
    assert plan.act(do.ask_supports) == 1
    plan.on(do.agree_support, HELPER, line)
    plan.act(do.submit_support_plan)
    assert plan.see().state == "proposed"
    ruled(plan.cast, plan.id)
    found = plan.see()
    assert (found.state, found.approved_by != "", found.lines[0].state) == (
        "approved",
        True,
        "open",
    )
    assert plan.clocks(line) == {"DT-RC-SUPPORT": ["open"], "DT-RC-INSPECT": ["open"]}
    plan.on(do.report_support, HELPER, line, result="两名同志驻点三个月，制度已修订。")
    assert plan.clocks(line)["DT-RC-SUPPORT"] == ["fulfilled"]
    plan.on(do.check_support, OFFICE, line, met=True, finding="对照第三方评估报告，达到标准。")
    assert plan.line(line).state == "closed"
    assert plan.clocks(line)["DT-RC-INSPECT"] == ["fulfilled"]
    assert (plan.see().count, plan.see().closed) == (1, 1)
    for act in (
        "draft_support_plan",
        "add_support",
        "ask_supports",
        "agree_support",
        "check_support",
    ):
        said = heard.of(f"rectification.{act}")
        assert len(said) == (0 if act == "draft_support_plan" else 1), act


def test_what_misses_the_standard_goes_back_and_its_clock_runs_again(
    running: tuple[Plan, UUID],
) -> None:
    plan, line = running
    plan.on(do.report_support, HELPER, line, result="已派一名同志驻点。")
    plan.on(do.check_support, OFFICE, line, met=False, finding="只到位一人，制度没有修订。")
    assert (plan.line(line).state, plan.line(line).finding) == (
        "open",
        "只到位一人，制度没有修订。",
    )
    assert plan.clocks(line)["DT-RC-SUPPORT"] == ["fulfilled", "open"]
    assert plan.clocks(line)["DT-RC-INSPECT"] == ["open"]


def test_a_refused_plan_goes_back_to_the_draft_with_the_word(agreed: tuple[Plan, UUID]) -> None:
    plan, line = agreed
    plan.act(do.submit_support_plan)
    ruled(plan.cast, plan.id, opinion="disagree", comment="先由集团自查，再安排支援。")
    assert (plan.see().state, plan.see().remark) == ("draft", "先由集团自查，再安排支援。")
    assert plan.line(line).state == "agreed"
    assert plan.clocks(line) == {}


def test_a_unit_that_declines_says_why_and_the_office_takes_the_line_out(plan: Plan) -> None:
    line, other = plan.add(), plan.add(unit_id=unit_id("YL-SJ"), text="提供近三年采购审计底稿。")
    plan.act(do.ask_supports)
    plan.on(do.decline_support, HELPER, line, reason="今年人员已全部派出。")
    plan.on(do.agree_support, OTHER, other)
    with pytest.raises(WrongState, match="没有同意"):
        plan.act(do.submit_support_plan)
    plan.on(do.withdraw_support, OFFICE, line, reason="财政厅人员不足，另行安排。")
    plan.act(do.submit_support_plan)
    found = {x.id: x for x in plan.see().lines}
    assert (found[line].state, found[line].answer) == ("withdrawn", "今年人员已全部派出。")
    assert plan.see().count == 1


def test_help_with_money_says_how_much_and_no_other_does(plan: Plan) -> None:
    line = plan.add(kind="funds", amount=1_234_567_89)
    assert plan.line(line).amount == "1,234,567.89 元"
    for more in (
        {"kind": "funds"},
        {"kind": "people", "amount": 5},
        {"kind": "funds", "amount": 0},
    ):
        with pytest.raises(Invalid) as problem:
            plan.add(**more)
        assert [e.place for e in problem.value.errors] == ["amount"]
    assert plan.line(plan.add()).amount == ""


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"unit_id": UUID(int=3)}, "unit_id"),
        ({"unit_id": "YL-JT"}, "unit_id"),
        ({"kind": "luck"}, "kind"),
        ({"text": "短"}, "text"),
        ({"text": "长" * 501}, "text"),
        ({"standard": ""}, "standard"),
        ({"due_on": 0}, "due_on"),
        ({"inspect_on": 59}, "inspect_on"),
        ({"item_id": UUID(int=4)}, "item_id"),
    ],
)
def test_a_line_names_the_field_that_does_not_fit(plan: Plan, more: Any, place: str) -> None:
    for key, value in more.items():
        if isinstance(value, int):
            more = {key: plan.cast.now.date() + timedelta(days=value)}
        elif value == "YL-JT":
            more = {key: unit_id(value)}
    with pytest.raises(Invalid) as problem:
        plan.add(**more)
    assert [e.place for e in problem.value.errors] == [place]
    assert plan.see().lines == ()


def test_who_may_do_what(running: tuple[Plan, UUID]) -> None:
    plan, line = running
    with pytest.raises((Refused, NotFound)):
        plan.on(do.report_support, OTHER, line, result="替别人报告完成。")
    with pytest.raises((Refused, NotFound)):
        plan.on(do.report_support, OFFICE, line, result="替支援单位报告。")
    plan.on(do.report_support, HELPER, line, result="两名同志驻点三个月。")
    with pytest.raises((Refused, NotFound)):
        plan.on(do.check_support, HELPER, line, met=True, finding="自己检查自己。")
    with pytest.raises(Refused):
        plan.on(do.report_support, HELPER, line, result="再报告一次。")


@pytest.mark.parametrize(
    "who", ["leader", "chair", "finance", "contact", "team_head", "system_admin"]
)
def test_only_the_office_keeps_the_plan(plan: Plan, who: str) -> None:
    with pytest.raises((Refused, NotFound)):
        plan.add(who)
    with pytest.raises((Refused, NotFound)):
        do.draft_support_plan(
            actor=plan.cast[who], now=plan.cast.now, engagement_id=plan.engagement, aim=AIM
        )


def test_a_stale_page_and_a_second_click_change_nothing(plan: Plan) -> None:
    line = plan.add()
    with pytest.raises(Stale):
        plan.add(revision=1)
    plan.act(do.ask_supports)
    with pytest.raises(WrongState, match="没有待征求意见"):
        plan.act(do.ask_supports)
    plan.on(do.agree_support, HELPER, line)
    with pytest.raises(Refused):
        plan.on(do.agree_support, HELPER, line)


def test_nothing_is_added_or_taken_out_while_the_committee_decides(
    agreed: tuple[Plan, UUID],
) -> None:
    plan, line = agreed
    plan.act(do.submit_support_plan)
    for call in (plan.add, lambda: plan.act(do.ask_supports)):
        with pytest.raises(WrongState, match="正在审批"):
            call()
    with pytest.raises(WrongState, match="正在审批"):
        plan.on(do.withdraw_support, OFFICE, line, reason="情况有变化。")


def test_a_running_line_is_taken_out_with_its_clocks(running: tuple[Plan, UUID]) -> None:
    plan, line = running
    assert "withdrawn" not in notices(HELPER, line)
    plan.on(do.withdraw_support, OFFICE, line, reason="集团已自行整改到位。")
    assert plan.line(line).state == "withdrawn"
    assert "withdrawn" in notices(HELPER, line)
    assert plan.line(line, HELPER).withdrawn_because == "集团已自行整改到位。"
    assert notices(OTHER, line) == []
    assert plan.clocks(line) == {"DT-RC-SUPPORT": ["cancelled"], "DT-RC-INSPECT": ["cancelled"]}


def test_without_items_or_agreed_lines_there_is_no_plan(cast: Any, plan: Plan) -> None:
    with pytest.raises(WrongState, match="还没有整改事项"):
        do.draft_support_plan(actor=cast[OFFICE], now=cast.now, engagement_id=UUID(int=9), aim=AIM)
    with pytest.raises(WrongState, match="还没有支援单位同意"):
        plan.act(do.submit_support_plan)
    with pytest.raises(WrongState, match="批准之后"):
        plan.act(do.issue_support_plan)


def test_whoever_reported_does_not_check_though_he_may_keep_the_plan(cast: Any) -> None:
    office = cast[OFFICE]
    facts = SupportFacts("reported", "0009/", office.unit_path, office.account_id)
    refused = may_check_support(office, facts)
    assert isinstance(refused, Denied)
    assert refused.rule == "REC-CHECK"
    assert may_check_support(office, replace(facts, reported_by=account_id(HELPER)))


# --- who sees what -------------------------------------------------------------------------------


def test_the_helping_unit_sees_its_line_and_neither_plan_nor_item(plan: Plan) -> None:
    line, other = plan.add(), plan.add(unit_id=unit_id("YL-SJ"), text="提供近三年采购审计底稿。")
    with pytest.raises(NotFound):
        plan.line(line, HELPER)  # not asked yet
    plan.act(do.ask_supports)
    mine = plan.line(line, HELPER)
    assert (mine.text[:4], mine.item, mine.item_title) == ("选派两名", None, "")
    with pytest.raises(NotFound):
        plan.line(other, HELPER)
    with pytest.raises(NotFound):
        plan.see(HELPER)
    assert client_of(HELPER).get(f"/supports/{line}/").status_code == 200
    assert client_of(HELPER).get(f"/supports/{other}/").status_code == 404
    assert client_of(HELPER).get(f"/support-plans/{plan.id}/").status_code == 404


def test_the_inspected_unit_sees_the_plan_once_it_is_approved(agreed: tuple[Plan, UUID]) -> None:
    plan, line = agreed
    with pytest.raises(NotFound):
        plan.see(UNIT)
    plan.act(do.submit_support_plan)
    with pytest.raises(NotFound):
        plan.see(UNIT)
    ruled(plan.cast, plan.id)
    assert plan.see(UNIT).aim == AIM
    with pytest.raises(NotFound):
        plan.line(line, UNIT)  # what others report and the office finds is theirs


@pytest.mark.parametrize(
    "who", ["neighbour", "police", "system_admin", "security_admin", "audit_admin"]
)
def test_strangers_see_neither_plan_nor_line(running: tuple[Plan, UUID], who: str) -> None:
    plan, line = running
    for call in (plan.see, lambda w: plan.line(line, w)):
        with pytest.raises(NotFound):
            call(who)
    client = client_of(who)
    assert client.get(f"/support-plans/{plan.id}/").status_code == 404
    assert client.get(f"/supports/{line}/").status_code == 404


# --- paper and pages -----------------------------------------------------------------------------


def test_the_approved_plan_is_printed_for_the_inspected_unit(running: tuple[Plan, UUID]) -> None:
    plan, _ = running
    seen = plan.see().revision
    plan.act(do.issue_support_plan)
    with acting_as(account_id(OFFICE)):
        files = documents.of_object(
            actor=plan.cast[OFFICE], object_kind="rectification.support_plan", object_id=plan.id
        )
    assert len(files) == 2
    assert all("协同方案" in f.title for f in files)
    with pytest.raises(Stale):  # the second click of the same page
        plan.act(do.issue_support_plan, revision=seen)


def test_the_pages_offer_what_the_reader_may_do(plan: Plan) -> None:
    office = client_of(OFFICE)
    url = f"/support-plans/{plan.id}/"
    assert AIM in office.get(url).content.decode()
    today = plan.cast.now.date()
    given = {
        "revision": plan.see().revision,
        "unit_id": str(unit_id("YL-CZ")),
        "item_id": str(plan.item),
        "kind": "funds",
        "text": "安排专项经费用于系统改造。",
        "amount": "250000.50",
        "due_on": (today + timedelta(days=30)).isoformat(),
        "standard": "系统上线并通过验收。",
        "inspect_on": (today + timedelta(days=40)).isoformat(),
    }
    assert office.post(f"{url}do/line/", {**given, "amount": "-1"}).status_code == 422
    assert office.post(f"{url}do/line/", given).status_code == 302
    (line,) = plan.see().lines
    assert line.amount == "250,000.50 元"
    plan.act(do.ask_supports)
    helper = client_of(HELPER)
    page = helper.get(f"/supports/{line.id}/").content.decode()
    assert "不同意" in page
    assert (
        helper.post(f"/supports/{line.id}/do/agree/", {"revision": line.revision + 1}).status_code
        == 302
    )
    assert plan.line(line.id).state == "agreed"
    assert plan.see().number in office.get("/support-plans/?state=draft").content.decode()


def test_the_list_costs_the_same_with_more_plans(plan: Plan) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as said:
            queries.support_plans(actor=plan.cast[OFFICE], now=plan.cast.now)
        return len(said)

    plan.add()
    cost()
    before = cost()
    Plan(plan.cast).add()
    assert cost() == before


def test_an_items_page_names_its_help_to_who_may_see_it(agreed: tuple[Plan, UUID]) -> None:
    plan, line = agreed
    words = client_of(OFFICE).get(f"/items/{plan.item}/").content.decode()
    assert f"/supports/{line}/" in words
    assert "选派两名采购管理人员" in words
    draft = plan.add(kind="technical", text="尚未征求意见的专家支援。")
    assert (
        f"/supports/{draft}/" not in client_of(OFFICE).get(f"/items/{plan.item}/").content.decode()
    )
    # the inspected unit learns of help with the approved plan, not from the line
    assert f"/supports/{line}/" not in client_of(UNIT).get(f"/items/{plan.item}/").content.decode()


def test_each_act_of_the_way_leaves_one_record(cast: Any, heard: Recorded) -> None:
    plan = Plan(cast)
    line, other = plan.add(), plan.add(unit_id=unit_id("YL-SJ"))
    plan.act(do.ask_supports)
    plan.on(do.agree_support, HELPER, line)
    plan.on(do.decline_support, OTHER, other, reason="本单位人手不足。")
    plan.on(do.withdraw_support, OFFICE, other, reason="改由财政厅承担。")
    plan.act(do.submit_support_plan)
    ruled(cast, plan.id)
    plan.on(do.report_support, HELPER, line, result="已派两人到岗。")
    plan.on(do.check_support, OFFICE, line, met=True, finding="现场查看，人员到岗。")
    plan.act(do.issue_support_plan)
    for act, times in {
        "draft_support_plan": 1,
        "add_support": 2,
        "ask_supports": 1,
        "agree_support": 1,
        "decline_support": 1,
        "withdraw_support": 1,
        "submit_support_plan": 1,
        "report_support": 1,
        "check_support": 1,
        "issue_support_plan": 1,
    }.items():
        assert len(heard.of(f"rectification.{act}")) == times, act

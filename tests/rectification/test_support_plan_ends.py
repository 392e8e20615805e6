"""《整改协同方案》 comes to an end: nothing of it runs and the office says what came of it, or a draft is given up."""

from __future__ import annotations

from typing import Any

import pytest

from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from tests.rectification.helping import HELPER, OFFICE, UNIT, Plan
from tests.rectification.support import ruled
from tests.support.cast import unit_id
from tests.support.notices import notices
from tests.support.recorded import listen
from tests.web.test_pages import client_of

CAME_OF_IT = "采购内控制度通过评估，两项支援全部到位。"
WHY = "集团已自行整改，不再需要支援。"
STRANGERS = ("leader", "chair", "finance", "contact", "team_head", "system_admin")


@pytest.fixture
def plan(cast: Any) -> Plan:
    return Plan(cast)


def test_a_plan_ends_when_every_line_is_closed_or_taken_out(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = plan.add(unit_id=unit_id("YL-SJ"), text="提供近三年采购审计底稿。")
    plan.on(do.withdraw_support, OFFICE, gone, reason="改由财政厅承担。")
    line = plan.running()
    with pytest.raises(WrongState, match="还有 1 项"):
        plan.act(do.end_support_plan, outcome=CAME_OF_IT)
    plan.on(do.report_support, HELPER, line, result="两名同志驻点三个月。")
    with pytest.raises(WrongState, match="还有 1 项"):
        plan.act(do.end_support_plan, outcome=CAME_OF_IT)
    assert "end" not in plan.see().permitted
    plan.on(do.check_support, OFFICE, line, met=True, finding="达到标准，制度已修订。")
    assert "end" in plan.see().permitted
    with pytest.raises(Invalid) as problem:
        plan.act(do.end_support_plan, outcome=" ")
    assert [e.place for e in problem.value.errors] == ["outcome"]
    heard = listen(monkeypatch)
    plan.act(do.end_support_plan, outcome=CAME_OF_IT)
    found = plan.see()
    assert (found.state, found.outcome, found.ended_on) == (
        "ended",
        CAME_OF_IT,
        plan.cast.now.date(),
    )
    assert found.ended_by == plan.see().drafted_by
    assert len(heard.of("rectification.end_support_plan")) == 1
    assert plan.see(UNIT).outcome == CAME_OF_IT  # still served on the inspected unit


def test_an_ended_plan_is_printed_and_nothing_else(plan: Plan) -> None:
    plan.done(plan.running())
    plan.act(do.end_support_plan, outcome=CAME_OF_IT)
    assert plan.see().permitted == {"issue"}
    assert len(plan.act(do.issue_support_plan)) == 2
    for call in (
        plan.add,
        lambda: plan.act(do.ask_supports),
        lambda: plan.act(do.submit_support_plan),
        lambda: plan.act(do.end_support_plan, outcome=CAME_OF_IT),
        lambda: plan.act(do.drop_support_plan, reason=WHY),
    ):
        with pytest.raises(WrongState):
            call()


def test_a_draft_is_given_up_with_its_lines(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = plan.agreed()
    new = plan.add(unit_id=unit_id("YL-SJ"), text="提供近三年采购审计底稿。")
    with pytest.raises(Invalid) as problem:
        plan.act(do.drop_support_plan, reason="不要了")
    assert [e.place for e in problem.value.errors] == ["reason"]
    heard = listen(monkeypatch)
    plan.act(do.drop_support_plan, reason=WHY)
    found = plan.see()
    assert (found.state, found.outcome, found.permitted) == ("dropped", WHY, frozenset())
    assert {(x.id, x.state, x.withdrawn_because) for x in found.lines} == {
        (asked, "withdrawn", WHY),
        (new, "withdrawn", WHY),
    }
    assert plan.line(asked, HELPER).withdrawn_because == WHY  # the unit that agreed reads why
    assert len(heard.of("rectification.drop_support_plan")) == 1
    with pytest.raises(NotFound):
        plan.see(UNIT)  # never approved, never served


def test_what_was_taken_out_before_keeps_its_own_reason(plan: Plan) -> None:
    line = plan.add()
    plan.on(do.withdraw_support, OFFICE, line, reason="财政厅人员不足。")
    plan.act(do.drop_support_plan, reason=WHY)
    assert plan.line(line).withdrawn_because == "财政厅人员不足。"


def test_a_unit_is_told_that_what_it_was_asked_is_off_its_table(plan: Plan) -> None:
    new, declined = plan.add(), plan.add()
    plan.act(do.drop_support_plan, reason=WHY)
    assert notices(HELPER, new) == notices(HELPER, declined) == [], "never asked, never told"
    other = Plan(plan.cast)
    asked, declined = other.add(), other.add()
    other.act(do.ask_supports)
    other.on(do.decline_support, HELPER, declined, reason="人员已经全部派出。")
    other.act(do.drop_support_plan, reason=WHY)
    assert notices(HELPER, asked) == ["arrived", "withdrawn"]
    assert notices(HELPER, declined) == ["arrived"], "who declined has nothing on the table"


def test_a_plan_sent_back_may_be_given_up_and_one_before_the_committee_not(plan: Plan) -> None:
    plan.agreed()
    plan.act(do.submit_support_plan)
    with pytest.raises(WrongState, match="正在审批"):
        plan.act(do.drop_support_plan, reason=WHY)
    with pytest.raises(WrongState, match="已批准的方案"):
        plan.act(do.end_support_plan, outcome=CAME_OF_IT)
    ruled(plan.cast, plan.id, opinion="disagree", comment="先由集团自查，再安排支援。")
    plan.act(do.drop_support_plan, reason=WHY)
    assert plan.see().state == "dropped"


@pytest.mark.parametrize("who", STRANGERS)
def test_the_office_alone_ends_or_gives_up(plan: Plan, who: str) -> None:
    with pytest.raises((Refused, NotFound)):
        plan.act(do.drop_support_plan, who, reason=WHY)
    plan.done(plan.running())
    with pytest.raises((Refused, NotFound)):
        plan.act(do.end_support_plan, who, outcome=CAME_OF_IT)
    assert plan.see().state == "approved"


def test_a_stale_page_and_a_second_click_end_nothing(plan: Plan) -> None:
    plan.done(plan.running())
    with pytest.raises(Stale):
        plan.act(do.end_support_plan, outcome=CAME_OF_IT, revision=1)
    seen = plan.see().revision
    plan.act(do.end_support_plan, outcome=CAME_OF_IT)
    with pytest.raises(Stale):
        plan.act(do.end_support_plan, outcome=CAME_OF_IT, revision=seen)


def test_the_page_offers_both_ends_and_says_how_it_ended(plan: Plan) -> None:
    office, url = client_of(OFFICE), f"/support-plans/{plan.id}/"
    assert "撤销草稿" in office.get(url).content.decode()
    assert "办结方案" not in office.get(url).content.decode()
    plan.done(plan.running())
    page = office.get(url).content.decode()
    assert "办结方案" in page
    assert "撤销草稿" not in page
    given = {"revision": plan.see().revision, "outcome": "好"}
    assert office.post(f"{url}do/end/", given).status_code == 422
    assert office.post(f"{url}do/end/", {**given, "outcome": CAME_OF_IT}).status_code == 302
    page = office.get(url).content.decode()
    assert "办结小结" in page
    assert CAME_OF_IT in page
    ended = queries.support_plans(actor=plan.cast[OFFICE], now=plan.cast.now, state="ended")
    assert [p.id for p in ended.rows] == [plan.id]

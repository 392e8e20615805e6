"""Joint inspection tasks: two leads of different units, a unit that answers, a record, evidence of several units,
a result that somebody else verifies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from lianxun.coordination import operations as coordination
from lianxun.demo.province import person_id
from lianxun.duties import queries as duties
from lianxun.exchange import operations as exchange
from lianxun.exchange.catalogue import needed_fields
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.inspection.models import JointEntry
from lianxun.inspection.queries.joint import evidence_units
from lianxun.kernel.problems import Invalid, NotFound, Problem, Refused, Stale, WrongState
from lianxun.organisation.models import Unit
from tests.inspection.support import TEAM, Play, refused_by_database, sql
from tests.inspection.test_phases import sent
from tests.support.cast import unit_id
from tests.web.test_pages import client_of

MIXED = (*TEAM, ("auditor_expert", "expert"))
RESULT = "比对三年支付凭证，二十一笔未经招标，涉及四家供应商。"


@pytest.fixture
def working(play: Play, monkeypatch: pytest.MonkeyPatch) -> Play:
    """On site, with one member of the audit office in the team."""
    play.team = lambda seats=MIXED: Play.team(play, seats)  # type: ignore[method-assign]
    return play.on_site()


def planned(play: Play, who: str = "team_head", **more: Any) -> UUID:
    values = {
        "engagement_id": play.id,
        "title": "核查采购支付与招标备案",
        "content": "逐笔比对近三年采购支付和招标备案。",
        "unit_id": unit_id("YL-CZ"),
        "due_on": play.today + timedelta(days=9),
        **more,
    }
    return play.act(who, do.plan_joint_task, **values)


def look(play: Play, task: UUID, who: str = "team_head") -> Any:
    return play.see(who, queries.joint_task, task_id=task)


def act(play: Play, who: str, call: Any, task: UUID, **values: Any) -> Any:
    given_ = {"revision": look(play, task, "coordinator").revision, **values}
    return play.act(who, call, task_id=task, **given_)


def seat(play: Play, who: str) -> UUID:
    return next(s.id for s in play.task().seats if s.person_id == person_id(who))


def assigned(play: Play, **more: Any) -> UUID:
    task = planned(play, **more)
    leads = {"lead_id": seat(play, "inspector"), "deputy_id": seat(play, "auditor_expert")}
    act(play, "team_head", do.assign_joint_task, task, **leads)
    return task


def accepted(play: Play, **more: Any) -> UUID:
    task = assigned(play, **more)
    act(play, "finance", do.accept_joint_task, task)
    return task


def enter(play: Play, who: str, task: UUID, kind: str = "evidence", **more: Any) -> UUID:
    values = {"kind": kind, "text": "二十一笔支付没有招标备案。", **more}
    return act(play, who, do.record_joint_entry, task, **values)


def submitted(play: Play) -> UUID:
    task = accepted(play)
    enter(play, "finance", task)
    act(play, "finance", do.submit_joint_task, task, result=RESULT)
    return task


def clocks(play: Play, task: UUID) -> dict[str, str]:
    rows = play.see(
        "coordinator", duties.duties_of, object_kind="duties.joint_task", object_id=task
    )
    return {row.code: row.state for row in rows if row.state != "cancelled"}


# --- the whole way -------------------------------------------------------------------------------


def test_from_plan_to_close_each_by_who_may(working: Play) -> None:
    task = planned(working)
    with pytest.raises(NotFound):  # nobody of the unit knows it before it is assigned
        look(working, task, "finance")
    leads = {"lead_id": seat(working, "inspector"), "deputy_id": seat(working, "auditor_expert")}
    act(working, "team_head", do.assign_joint_task, task, **leads)
    assert clocks(working, task) == {"DT-JT-ACCEPT": "open", "DT-JT-DO": "open"}
    assert look(working, task, "finance").permitted == {"accept"}
    act(working, "finance", do.accept_joint_task, task)
    assert clocks(working, task)["DT-JT-ACCEPT"] == "fulfilled"
    enter(working, "finance", task, "progress")
    assert look(working, task).state == "in_progress"
    enter(working, "finance", task)
    act(working, "finance", do.submit_joint_task, task, result=RESULT)
    assert clocks(working, task) == {"DT-JT-ACCEPT": "fulfilled", "DT-JT-DO": "fulfilled"}
    assert look(working, task).permitted == {"verify", "return"}
    act(working, "team_head", do.verify_joint_task, task, finding="证据充分，同意。")
    act(working, "coordinator", do.close_joint_task, task)
    done = look(working, task, "finance")
    assert (done.state, done.result, done.finding) == ("closed", RESULT, "证据充分，同意。")
    assert done.permitted == frozenset()
    assert done.light.value == "done"


def test_the_unit_accepts_within_one_working_day(working: Play) -> None:
    task = assigned(working)
    rows = working.see("finance", duties.duties_of, object_kind="duties.joint_task", object_id=task)
    table = working.see("coordinator", lambda **_: duties.calendar())
    (row,) = [r for r in rows if r.code == "DT-JT-ACCEPT"]
    days = [working.today + timedelta(days=n) for n in range(1, 12)]
    assert row.due_on == next(d for d in days if table.is_work(d))
    assert row.responsible_unit_name == "省财政厅"


def test_lead_and_deputy_come_from_different_units(working: Play) -> None:
    task = planned(working)
    same = {"lead_id": seat(working, "inspector"), "deputy_id": seat(working, "team_deputy")}
    with pytest.raises(Invalid, match="须来自不同单位") as problem:
        act(working, "team_head", do.assign_joint_task, task, **same)
    assert [e.place for e in problem.value.errors] == ["deputy_id"]
    unknown = {"lead_id": UUID(int=1), "deputy_id": UUID(int=2)}
    with pytest.raises(Invalid) as problem:
        act(working, "team_head", do.assign_joint_task, task, **unknown)
    assert [e.place for e in problem.value.errors] == ["lead_id", "deputy_id"]
    other = assigned(working)
    with refused_by_database("joint_task_leads_of_different_units"):
        sql(
            working.cast,
            "coordinator",
            "update inspection_jointtask set deputy_home = lead_home where id = %s",
            other,
        )
    shown = client_of("finance").get(f"/joint-tasks/{other}/").content.decode()
    assert look(working, other).lead_name in shown
    assert look(working, other).deputy_name in shown


def test_evidence_of_two_independent_units_is_corroboration(working: Play) -> None:
    task = accepted(working)
    enter(working, "finance", task)
    enter(working, "finance", task, text="同一单位的第二份证据。")
    assert (look(working, task).units, look(working, task).corroborated) == (("省财政厅",), False)
    enter(working, "inspector", task, text="巡视办自己的记录不算独立来源。")
    assert not look(working, task).corroborated
    paper = working.paper()
    enter(working, "auditor_expert", task, text="审计底稿显示同一批合同拆分。", paper_id=paper)
    found = look(working, task)
    assert (found.units, found.corroborated) == (("省财政厅", "省审计厅"), True)
    assert found.entries[-1].paper_id == paper
    page = client_of("team_head").get(f"/joint-tasks/{task}/").content.decode()
    assert "已多方印证" in page
    tab = client_of("team_head").get(f"/engagements/{working.id}/tab/joint/").content.decode()
    assert "多方印证" in tab


KINDS = {1: "member_unit", 2: "member_unit", 3: "member_unit", 7: "task_group", 8: "liaison_office"}
UNITS = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(["evidence", "progress", "problem"])),
    max_size=12,
)


@given(UNITS)
def test_only_evidence_counts_each_unit_once_and_the_offices_never(
    rows: list[tuple[int, str]],
) -> None:
    entries = [
        JointEntry(kind=k, unit=Unit(id=UUID(int=n), kind=KINDS[n]), unit_name=str(n))
        for n, k in rows
    ]
    found = evidence_units(entries)
    assert set(found) == {str(n) for n, k in rows if k == "evidence"} - {"7", "8"}
    assert len(found) == len(set(found))


# --- progress and problems -----------------------------------------------------------------------


def test_a_problem_is_solved_before_the_result_goes_in(working: Play) -> None:
    task = accepted(working)
    enter(working, "finance", task)
    problem = enter(working, "finance", task, "problem", text="缺少2024年的备案数据。")
    with pytest.raises(WrongState, match="还有问题没有解决"):
        act(working, "finance", do.submit_joint_task, task, result=RESULT)
    with pytest.raises(Invalid) as refused:
        enter(working, "inspector", task, "solved")
    assert [e.place for e in refused.value.errors] == ["answers_id"]
    enter(working, "inspector", task, "solved", text="发改委已补齐备案。", answers_id=problem)
    assert not any(e.open_problem for e in look(working, task).entries)
    with pytest.raises(Invalid):  # once
        enter(working, "inspector", task, "solved", answers_id=problem)
    act(working, "finance", do.submit_joint_task, task, result=RESULT)
    assert look(working, task).state == "submitted"


def test_no_result_without_evidence(working: Play) -> None:
    task = accepted(working)
    enter(working, "finance", task, "progress")
    with pytest.raises(WrongState, match="还没有登记证据"):
        act(working, "finance", do.submit_joint_task, task, result=RESULT)
    with pytest.raises(Invalid, match="10—1000 字"):
        act(working, "finance", do.submit_joint_task, task, result="短")


def test_data_of_a_request_is_linked(working: Play) -> None:
    task = accepted(working)
    with pytest.raises(Invalid, match="一项信息需求"):
        act(working, "inspector", do.link_joint_request, task, request_id=UUID(int=1))
    made = working.act(
        "coordinator",
        exchange.draft_request,
        engagement_id=working.id,
        subject_org=unit_id("YL-JT"),
        provider_id=unit_id("YL-CZ"),
        data_class_code="D14",
        fields=needed_fields("D14"),
        purpose="核对采购支付凭证",
        basis="巡视协调对接工作办法",
        period_from=working.today - timedelta(days=365),
        period_to=working.today,
    )
    act(working, "team_head", do.link_joint_request, task, request_id=made)
    assert look(working, task).requests == (made,)
    page = client_of("team_head").get(f"/joint-tasks/{task}/").content.decode()
    assert f"/requests/{made}/" in page
    with pytest.raises(Invalid, match="已经关联"):
        act(working, "team_head", do.link_joint_request, task, request_id=made)


def test_a_joint_inquiry_is_about_the_task(working: Play) -> None:
    task = accepted(working)
    page = client_of("coordinator").get(f"/joint-tasks/{task}/").content.decode()
    assert f"/coordination/inquire/inspection.joint_task/{task}/" in page
    asked = client_of("coordinator").get(f"/coordination/inquire/inspection.joint_task/{task}/")
    assert asked.status_code == 200
    meeting = working.act(
        "coordinator",
        coordination.convene_inquiry,
        body_id=unit_id("YL-CC"),
        about_kind="inspection.joint_task",
        about_id=task,
        title="采购支付问题联合研判",
        question="二十一笔支付是否属于规避招标？",
        planned_on=working.today,
        place="省委巡视办会议室",
        units=(unit_id("YL-CZ"),),
    )
    assert meeting


# --- back, on, apart -----------------------------------------------------------------------------


def test_who_hands_in_or_leads_does_not_verify(working: Play) -> None:
    task = submitted(working)
    for who in ("finance", "inspector", "auditor_expert"):
        with pytest.raises(Refused):
            act(working, who, do.verify_joint_task, task, finding="我看可以通过。")
    mine = accepted(working)
    enter(working, "team_head", mine)
    act(working, "team_head", do.submit_joint_task, mine, result=RESULT)
    with pytest.raises(Refused, match="提交人和牵头人以外"):
        act(working, "team_head", do.verify_joint_task, mine, finding="我看可以通过。")
    with refused_by_database("joint_task_verified_by_another"):
        sql(
            working.cast,
            "coordinator",
            "update inspection_jointtask set state = 'verified', verified_by_id = submitted_by_id,"
            " verified_on = current_date where id = %s",
            mine,
        )


def test_what_is_not_enough_goes_back_under_the_same_day(working: Play) -> None:
    task = submitted(working)
    with pytest.raises(Invalid, match="写明理由"):
        act(working, "coordinator", do.return_joint_task, task, reason="缺")
    act(working, "coordinator", do.return_joint_task, task, reason="缺少2024年凭证")
    back = look(working, task, "finance")
    assert (back.state, back.remark) == ("in_progress", "缺少2024年凭证")
    assert clocks(working, task)["DT-JT-DO"] == "open"


def test_another_unit_takes_over_and_accepts_anew(working: Play) -> None:
    task = accepted(working)
    enter(working, "finance", task, "progress")
    given_ = {"reason": "数据主要在国资委"}
    for bad in (unit_id("YL-CZ"), unit_id("YL-JT"), UUID(int=1)):
        with pytest.raises(Invalid) as problem:
            act(working, "team_head", do.reassign_joint_task, task, unit_id=bad, **given_)
        assert [e.place for e in problem.value.errors] == ["unit_id"]
    act(working, "team_head", do.reassign_joint_task, task, unit_id=unit_id("YL-GZ"), **given_)
    with pytest.raises(NotFound):
        look(working, task, "finance")
    found = look(working, task, "assets")
    assert (found.state, found.permitted) == ("assigned", {"accept"})
    assert found.remark == "由省财政厅改派：数据主要在国资委"
    assert len(found.entries) == 1  # the record goes along
    assert clocks(working, task) == {"DT-JT-ACCEPT": "open", "DT-JT-DO": "open"}


def test_a_part_is_closed_before_the_whole_is_verified(working: Play) -> None:
    task = accepted(working)
    values = {
        "title": "核查2024年部分",
        "content": "只核查2024年的支付。",
        "unit_id": unit_id("YL-GZ"),
        "due_on": working.today + timedelta(days=5),
    }
    late = {**values, "due_on": working.today + timedelta(days=10)}
    with pytest.raises(Invalid, match="不能晚于原任务"):
        act(working, "team_head", do.split_joint_task, task, **late)
    part = act(working, "team_head", do.split_joint_task, task, **values)
    assert look(working, part).part_of[0][0] == task
    assert [p for p, _ in look(working, task).parts] == [part]
    enter(working, "finance", task)
    act(working, "finance", do.submit_joint_task, task, result=RESULT)
    with pytest.raises(WrongState, match="拆分出的任务还没有办结"):
        act(working, "coordinator", do.verify_joint_task, task, finding="证据充分。")


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"content": "短"}, "content"),
        ({"content": "长" * 501}, "content"),
        ({"unit_id": UUID(int=1)}, "unit_id"),
        ({"due_on": -1}, "due_on"),
        ({"focus_id": UUID(int=1)}, "focus_id"),
    ],
)
def test_a_task_names_the_field_that_does_not_fit(working: Play, more: Any, place: str) -> None:
    if more.get("due_on") == -1:
        more = {"due_on": working.today - timedelta(days=1)}
    with pytest.raises(Invalid) as problem:
        planned(working, **more)
    assert [e.place for e in problem.value.errors] == [place]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"text": "短"}, "text"),
        ({"text": "长" * 501}, "text"),
        ({"paper_id": UUID(int=1)}, "paper_id"),
        ({"answers_id": UUID(int=1), "kind": "solved"}, "answers_id"),
    ],
)
def test_an_entry_names_the_field_that_does_not_fit(working: Play, more: Any, place: str) -> None:
    task = accepted(working)
    with pytest.raises(Invalid) as problem:
        enter(working, "finance", task, **more)
    assert [e.place for e in problem.value.errors] == [place]


def test_only_the_office_and_the_head_direct(working: Play) -> None:
    for who in ("inspector", "leader"):
        with pytest.raises(Refused, match="巡视办或组长"):
            planned(working, who)
    task = assigned(working)
    with pytest.raises(Refused, match="联络员或分管领导"):
        act(working, "inspector", do.accept_joint_task, task)
    with pytest.raises(Refused, match="签收之后"):
        enter(working, "finance", task)
    with pytest.raises(WrongState, match="待签收"):
        act(working, "coordinator", do.close_joint_task, task)
    with pytest.raises(Stale):
        act(working, "finance", do.accept_joint_task, task, revision=99)
    with refused_by_database("forbidden transition"):
        sql(
            working.cast,
            "coordinator",
            "update inspection_jointtask set state = 'closed' where id = %s",
            task,
        )


def test_nobody_else_sees_a_task_or_its_page(working: Play) -> None:
    task = assigned(working)
    for who in ("audit", "assets", "contact", "neighbour", "system_admin", "audit_admin"):
        with pytest.raises(NotFound):
            look(working, task, who)
        with pytest.raises(Problem):
            working.act(who, do.accept_joint_task, task_id=task, revision=2)
        assert client_of(who).get(f"/joint-tasks/{task}/").status_code in (403, 404)
        lines = client_of(who).get("/joint-tasks/").content.decode()
        assert str(task) not in lines


# --- at the pages --------------------------------------------------------------------------------


def test_everything_is_done_at_the_pages(working: Play) -> None:
    head, unit = client_of("team_head"), client_of("finance")
    base = f"/engagements/{working.id}/do/joint_task/"
    assert sent(head, base, title="").status_code == 422
    fields = {
        "title": "核查采购支付",
        "content": "逐笔比对近三年采购支付。",
        "unit_id": str(unit_id("YL-CZ")),
        "due_on": (working.today + timedelta(days=9)).isoformat(),
    }
    assert "任务已列入" in sent(head, base, **fields).content.decode()
    (line,) = working.see("team_head", queries.joint_tasks, engagement=working.id).rows
    page = f"/joint-tasks/{line.id}/"
    leads = {
        "lead_id": str(seat(working, "inspector")),
        "deputy_id": str(seat(working, "team_deputy")),
    }
    wrong = sent(head, f"{page}do/assign/", **leads)
    assert wrong.status_code == 422
    assert "须来自不同单位" in wrong.content.decode()
    leads["deputy_id"] = str(seat(working, "auditor_expert"))
    assert "任务已分派" in sent(head, f"{page}do/assign/", **leads).content.decode()
    assert "联合检查任务" in unit.get("/").content.decode()
    assert "已签收" in sent(unit, f"{page}do/accept/").content.decode()
    entry = {"kind": "evidence", "text": "二十一笔支付没有招标备案。"}
    assert "已登记" in sent(unit, f"{page}do/entry/", **entry).content.decode()
    assert "等待核验" in sent(unit, f"{page}do/submit/", result=RESULT).content.decode()
    said = sent(head, f"{page}do/verify/", finding="证据充分，同意。").content.decode()
    assert "已核验" in said
    assert "任务已办结" in sent(head, f"{page}do/close/").content.decode()
    mine = unit.get("/joint-tasks/?mine=own&state=closed").content.decode()
    assert "核查采购支付" in mine
    assert "核查采购支付" not in unit.get("/joint-tasks/?state=planned").content.decode()


def test_pages_cost_the_same_with_more_rows(working: Play) -> None:
    task = accepted(working)
    enter(working, "finance", task)
    client = client_of("coordinator")

    def cost(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as said:
            assert client.get(url).status_code == 200
        return len(said)

    urls = ("/joint-tasks/", f"/joint-tasks/{task}/")
    few = [cost(url) for url in urls]
    for _ in range(3):
        enter(working, "finance", task)
        assigned(working)
    assert [cost(url) for url in urls] == few
    assert few[0] <= 11
    assert few[1] <= 24

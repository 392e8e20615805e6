"""The four phases of a round: goals with who answers, days counted backwards, items struck off one by one."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from lianxun.documents import steps as stored
from lianxun.duties import operations as duty_acts
from lianxun.duties import queries as duties
from lianxun.inspection import operations as do
from lianxun.inspection import phases, queries
from lianxun.inspection.enums import Force, RoundPhase
from lianxun.kernel.calendar import add_months
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation.enums import UnitKind
from tests.inspection.support import Play, refused_by_database, sql
from tests.support.cast import unit_id
from tests.web.test_pages import client_of

RESULT = "已成立工作组，名单见领导小组会议纪要第5号。"


@pytest.fixture
def laid(play: Play) -> Play:
    """A round that starts in two months and lasts four, with the standard programme on it."""
    start = add_months(play.today, 2)
    play.open_round(starts_on=start, ends_on=add_months(start, 4))
    play.act("coordinator", do.lay_out_phases, round_id=play.round_id, revision=1)
    return play


def chart(play: Play, who: str = "coordinator") -> Any:
    return play.see(who, queries.round_chart, round_id=play.round_id)


def item(play: Play, code: str, who: str = "coordinator") -> Any:
    return next(t for t in chart(play, who).tasks if t.code == code)


def own(play: Play, unit: str = "YL-SJ", **more: Any) -> UUID:
    values = {
        "round_id": play.round_id,
        "revision": play.round().revision,
        "phase": "prepare",
        "title": "报送近三年审计发现问题",
        "force": "leads",
        "unit_id": unit_id(unit),
        "due_on": play.today + timedelta(days=10),
    }
    return play.act("coordinator", do.add_phase_task, **{**values, **more})


def report(play: Play, who: str, task: Any, result: str = RESULT) -> None:
    play.act(who, do.report_phase_task, task_id=task.id, revision=task.revision, result=result)


# --- the rule ------------------------------------------------------------------------------------


def judged(opened: date, start: date, end: date) -> dict[str, Any]:
    found = phases.spans(opened_on=opened, starts_on=start, ends_on=end, today=start)
    return {s.phase.value: s for s in found}


START = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("end", "fits", "said"),
    [
        (date(2026, 5, 31), False, "不足 3 个月"),
        (date(2026, 6, 1), True, "符合 3—6 个月的要求"),
        (date(2026, 9, 1), True, "符合 3—6 个月的要求"),
        (date(2026, 9, 2), False, "超过 6 个月"),
    ],
)
def test_a_round_takes_three_to_six_months(end: date, fits: bool, said: str) -> None:
    span = judged(date(2026, 1, 5), START, end)["implement"]
    assert (span.fits, span.said) == (fits, said)
    assert "3—6 个月" in span.clause


@pytest.mark.parametrize(
    ("opened", "said"),
    [
        (date(2026, 1, 1), "超过 2 个月"),
        (date(2026, 1, 2), "符合 1—2 个月的要求"),
        (date(2026, 2, 2), "符合 1—2 个月的要求"),
        (date(2026, 2, 3), "不足 1 个月"),
        (START, "不足 1 个月"),
        (date(2026, 4, 1), "不足 1 个月"),
    ],
)
def test_preparation_takes_one_to_two_months(opened: date, said: str) -> None:
    assert judged(opened, START, date(2026, 7, 1))["prepare"].said == said


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 90), st.integers(0, 400))
def test_the_four_phases_follow_one_another_without_a_gap(
    start: date, before: int, length: int
) -> None:
    opened, end = start - timedelta(days=before), start + timedelta(days=length)
    found = phases.spans(opened_on=opened, starts_on=start, ends_on=end, today=start)
    assert [s.phase for s in found] == list(RoundPhase)
    for one, following in pairwise(found):
        assert one.last is not None
        assert one.last + timedelta(days=1) == following.first
    summary = found[2]
    assert summary.fits, summary  # the month of summary is always one month, also in February
    assert found[3].last is None
    assert phases.phase_on(found, end) == RoundPhase.IMPLEMENT
    assert phases.phase_on(found, opened - timedelta(days=1)) is None


def test_the_programme_names_a_goal_for_each_phase_that_ends_and_all_of_one_plus_three() -> None:
    found = phases.programme(START)
    goals = {x.phase for x in found.lines if x.goal}
    assert goals == {"prepare", "implement", "summary"}
    assert {x.force for x in found.lines if x.phase == "prepare"} == set(Force.values)
    assert found.phases["standing"].clocks == ("DT-ST-TUNE", "DT-ST-REVISE")
    assert all(x.anchor in phases.ANCHORS for x in found.lines)


# --- laying out ----------------------------------------------------------------------------------


def test_days_are_counted_backwards_from_the_round_and_never_fall_on_a_holiday(laid: Play) -> None:
    table = laid.see("coordinator", lambda **_: duties.calendar())
    start = chart(laid).round.starts_on
    first = item(laid, "C-01")
    nominal = start - timedelta(days=55)
    assert table.is_work(first.due_on)
    assert first.due_on == table.previous_working(nominal)
    assert first.basis == "全面实施开始日前 55 日"
    assert all(table.is_work(t.due_on) for t in chart(laid).tasks)


def test_each_line_is_a_clock_of_the_unit_that_answers(laid: Play) -> None:
    found = item(laid, "C-05")
    assert found.unit_name == "督导组"  # the body that exists
    clocks = laid.see(
        "coordinator", duties.duties_of, object_kind="duties.phase_task", object_id=found.id
    )
    assert [(c.due_on, c.responsible_unit_name) for c in clocks] == [(found.due_on, "督导组")]


def test_one_plus_three_are_bodies_of_the_tier(laid: Play) -> None:
    found = {f.label: f for f in chart(laid).forces}
    assert list(found) == ["筹备工作组", "综合协调专班", "线索核查专班", "整改督导专班"]
    assert found["筹备工作组"].body == "省委巡视工作领导小组"
    assert found["整改督导专班"].body == "整改督导组"
    assert found["线索核查专班"].body == "线索核查组"
    assert found["综合协调专班"].body == "综合协调组"
    assert sum(f.tasks for f in found.values()) == len(phases.programme(START).lines)


def test_where_a_body_is_missing_the_office_carries_its_lines(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(phases.BODIES, Force.LEADS, UnitKind.OTHER)  # nowhere set up in the sample
    play.open_round()
    play.act("coordinator", do.lay_out_phases, round_id=play.round_id, revision=1)
    assert item(play, "C-04").unit_id == play.cast["coordinator"].unit_id
    found = {f.label: f for f in chart(play).forces}
    assert found["线索核查专班"].body == ""
    page = client_of("coordinator").get(f"/rounds/{play.round_id}/chart/").content.decode()
    assert "未设立，暂由巡视办承担" in page


def test_it_is_laid_out_once(laid: Play) -> None:
    with pytest.raises(WrongState, match="全部列入"):
        laid.act(
            "coordinator",
            do.lay_out_phases,
            round_id=laid.round_id,
            revision=laid.round().revision,
        )
    with pytest.raises(Stale):
        laid.act("coordinator", do.lay_out_phases, round_id=laid.round_id, revision=1)


@pytest.mark.parametrize("who", ["leader", "audit", "inspector"])
def test_only_the_office_lays_out(play: Play, who: str) -> None:
    play.open_round()
    with pytest.raises((Refused, NotFound)):
        play.act(who, do.lay_out_phases, round_id=play.round_id, revision=1)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"phase": "later"}, "phase"),
        ({"force": "army"}, "force"),
        ({"title": " "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"unit_id": UUID(int=1)}, "unit_id"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
    ],
)
def test_a_line_of_one_s_own_names_the_field_that_does_not_fit(
    laid: Play, more: Any, place: str
) -> None:
    with pytest.raises(Invalid) as problem:
        own(laid, **more)
    assert [e.place for e in problem.value.errors] == [place]


# --- item by item --------------------------------------------------------------------------------


def test_an_item_is_reported_by_its_unit_and_struck_off_by_the_office(laid: Play) -> None:
    made = own(laid)
    task = laid.see("audit", queries.phase_task, task_id=made)
    assert (task.code, task.permitted) == ("Z-01", {"report"})
    report(laid, "audit", task)
    waiting = laid.see("coordinator", queries.phase_task, task_id=made)
    assert (waiting.state, waiting.result) == ("reported", RESULT)
    assert {"strike", "return"} <= waiting.permitted
    clock = laid.see("audit", duties.duties_of, object_kind="duties.phase_task", object_id=made)
    assert [c.state for c in clock] == ["fulfilled"]
    laid.act("coordinator", do.strike_phase_task, task_id=made, revision=waiting.revision)
    done = laid.see("audit", queries.phase_task, task_id=made)
    assert (done.state, done.closed_on, done.permitted) == ("closed", laid.today, frozenset())


def test_what_is_not_enough_goes_back_under_the_same_day(laid: Play) -> None:
    made = own(laid)
    report(laid, "audit", laid.see("audit", queries.phase_task, task_id=made))
    task = laid.see("coordinator", queries.phase_task, task_id=made)
    given_ = {"task_id": made, "revision": task.revision}
    with pytest.raises(Invalid, match="还缺什么"):
        laid.act("coordinator", do.return_phase_task, **given_, reason=" ")
    laid.act("coordinator", do.return_phase_task, **given_, reason="缺少2024年数据")
    back = laid.see("audit", queries.phase_task, task_id=made)
    assert (back.state, back.remark) == ("open", "缺少2024年数据")
    clocks = laid.see("audit", duties.duties_of, object_kind="duties.phase_task", object_id=made)
    assert sorted(c.state for c in clocks) == ["fulfilled", "open"]
    assert len({c.due_on for c in clocks}) == 1


def test_who_reported_does_not_strike_off(laid: Play) -> None:
    task = item(laid, "C-04")
    report(laid, "coordinator", task)
    again = item(laid, "C-04")
    assert again.permitted == frozenset()
    with pytest.raises(Refused, match="不能自己销号"):
        laid.act("coordinator", do.strike_phase_task, task_id=task.id, revision=again.revision)
    with refused_by_database("phase_task_struck_off_by_another"):
        sql(
            laid.cast,
            "coordinator",
            "update inspection_phasetask set state = 'closed', closed_on = current_date, "
            "closed_by_id = reported_by_id where id = %s",
            task.id,
        )
    laid.act("leader", do.strike_phase_task, task_id=task.id, revision=again.revision)
    assert item(laid, "C-04").state == "closed"


def test_another_unit_neither_sees_nor_reports_it(laid: Play) -> None:
    made = own(laid)
    for who in ("finance", "contact", "system_admin", "neighbour"):
        with pytest.raises(NotFound):
            laid.see(who, queries.phase_task, task_id=made)
        with pytest.raises(NotFound):
            laid.act(who, do.report_phase_task, task_id=made, revision=1, result=RESULT)
    with pytest.raises(NotFound):  # nor does the unit of an item see the whole chart
        chart(laid, "audit")


def test_an_item_moves_only_along_its_way(laid: Play) -> None:
    made = own(laid)
    with pytest.raises(WrongState, match="办理中"):
        laid.act("coordinator", do.strike_phase_task, task_id=made, revision=1)
    with pytest.raises(Invalid, match="不少于 5 个字"):
        laid.act("audit", do.report_phase_task, task_id=made, revision=1, result="好")
    with pytest.raises(Stale):
        laid.act("audit", do.report_phase_task, task_id=made, revision=9, result=RESULT)
    with refused_by_database("forbidden transition"):
        sql(
            laid.cast,
            "coordinator",
            "update inspection_phasetask set state = 'closed', result = 'x' where id = %s",
            made,
        )


def test_what_does_not_apply_is_withdrawn_with_its_reason(laid: Play) -> None:
    task = item(laid, "C-06")
    given_ = {"task_id": task.id, "revision": task.revision}
    with pytest.raises(Invalid, match="撤销的理由"):
        laid.act("coordinator", do.withdraw_phase_task, **given_, reason="")
    laid.act("coordinator", do.withdraw_phase_task, **given_, reason="平台已在上一轮核对")
    gone = item(laid, "C-06")
    assert (gone.state, gone.light.value) == ("withdrawn", "cancelled")
    clocks = laid.see(
        "coordinator", duties.duties_of, object_kind="duties.phase_task", object_id=task.id
    )
    assert [c.state for c in clocks] == ["cancelled"]


def test_a_round_does_not_end_with_open_items(laid: Play) -> None:
    from lianxun.inspection.rules import missing_to_close

    assert missing_to_close(running=(), open_checks=(), open_tasks=["C-02"]) == (
        "阶段任务 C-02 尚未销号",
    )


# --- on paper and on the wall --------------------------------------------------------------------


def test_the_preparation_list_is_printed_as_it_stands(laid: Play) -> None:
    made = own(laid)
    report(laid, "audit", laid.see("audit", queries.phase_task, task_id=made))
    laid.act("coordinator", do.strike_phase_task, task_id=made, revision=2)
    docx, _ = laid.act(
        "coordinator",
        do.issue_preparation_list,
        round_id=laid.round_id,
        revision=laid.round().revision,
    )
    file = laid.see("coordinator", lambda **_: stored.open_bytes(docx).read())
    paper = Document(BytesIO(file))
    said = "\n".join(p.text for p in paper.paragraphs)
    cells = [c.text for t in paper.tables for row in t.rows for c in row.cells]
    assert "筹备工作清单" in said
    assert "已销号 1 项" in said
    assert any("销号" in c and str(laid.today.year) in c for c in cells)
    assert not any("形成协调对接工作评估报告" in c for c in cells)  # another phase


def test_an_empty_list_is_not_printed(play: Play) -> None:
    play.open_round()
    with pytest.raises(WrongState, match="还没有条目"):
        play.act("coordinator", do.issue_preparation_list, round_id=play.round_id, revision=1)


def test_the_wall_chart_shows_phases_forces_units_and_lights(laid: Play) -> None:
    made = own(laid)
    office = laid.cast["coordinator"]
    duty_acts.open_standing(actor=office, now=laid.now, year=laid.today.year)
    page = client_of("coordinator").get(f"/rounds/{laid.round_id}/chart/").content.decode()
    for words in (
        "筹备启动",
        "全面实施",
        "总结提升",
        "常态化运行",
        "符合 3—6 个月的要求",
        "筹备力量：1+3",
        "筹备工作清单",
        "协调对接机制季度微调",
        "协调对接机制年度修订",
        "省审计厅",
        "增加阶段任务",
    ):
        assert words in page, words
    assert f"/phase-tasks/{made}/" in page
    assert client_of("audit").get(f"/rounds/{laid.round_id}/chart/").status_code == 404
    assert "增加阶段任务" not in (
        client_of("leader").get(f"/rounds/{laid.round_id}/chart/").content.decode()
    )


def test_an_empty_chart_says_what_to_do(play: Play) -> None:
    play.open_round()
    page = client_of("coordinator").get(f"/rounds/{play.round_id}/chart/").content.decode()
    assert "还没有阶段任务" in page
    assert "do/phases/" in page
    play.act("coordinator", do.lay_out_phases, round_id=play.round_id, revision=1)
    page = client_of("coordinator").get(f"/rounds/{play.round_id}/chart/").content.decode()
    assert "do/phases/" not in page  # everything of the standard programme is there


def sent(client: Client, url: str, **fields: Any) -> Any:
    form = client.get(url).context["form"]
    key = form["submission_key"].value()
    revision = form["revision"].value() if "revision" in form.fields else ""
    return client.post(url, {"submission_key": key, "revision": revision, **fields}, follow=True)


def test_everything_is_done_at_the_pages(play: Play) -> None:
    play.open_round(starts_on=add_months(play.today, 2), ends_on=add_months(play.today, 6))
    office, unit = client_of("coordinator"), client_of("audit")
    base = f"/rounds/{play.round_id}/do/"
    assert "阶段任务已列出" in sent(office, f"{base}phases/").content.decode()
    bad = sent(office, f"{base}phase_task/", title="", phase="prepare")
    assert bad.status_code == 422
    made = sent(
        office,
        f"{base}phase_task/",
        title="报送近三年审计发现问题",
        phase="prepare",
        force="leads",
        unit_id=str(unit_id("YL-SJ")),
        due_on=(play.today + timedelta(days=9)).isoformat(),
    )
    assert "阶段任务已增加" in made.content.decode()
    task = item(play, "Z-01")
    page = f"/phase-tasks/{task.id}/"
    assert "报告完成" in unit.get(page).content.decode()
    mine = unit.get("/").content.decode()
    assert "阶段任务" in mine
    assert sent(unit, f"{page}do/report/", result="好").status_code == 422
    assert "等待销号" in sent(unit, f"{page}do/report/", result=RESULT).content.decode()
    assert "已销号" in sent(office, f"{page}do/strike/").content.decode()
    assert "已印制" in sent(office, f"{base}preparation/").content.decode()
    assert client_of("finance").get(page).status_code == 404


def test_the_chart_costs_the_same_with_more_items(laid: Play) -> None:
    client = client_of("coordinator")
    url = f"/rounds/{laid.round_id}/chart/"

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as said:
            assert client.get(url).status_code == 200
        return len(said)

    few = cost()
    for number in range(3):
        own(laid, title=f"任务{number}")
    assert cost() == few <= 26

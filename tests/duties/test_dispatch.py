"""日调度: the list of the day, instructions and what comes of them, what the day after shows, what stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxun.duties import operations as do
from lianxun.duties import queries
from lianxun.duties.records import Responsible
from lianxun.kernel.clock import Light
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.coordination.support import recuse
from tests.duties.dispatching import OFFICE, WORDS, Day
from tests.duties.support import at, labels, opened
from tests.duties.test_bulletin import said
from tests.inspection.support import Play, refused_by_database, sql
from tests.support.cast import unit_id
from tests.support.recorded import listen
from tests.web.test_pages import client_of


@pytest.fixture
def day(cast: Any) -> Day:
    return Day(Play(cast))


def places(problem: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {e.place: e.message for e in problem.value.errors}


def owed(day: Day, code: str = "DT-EX-SUPPLY", ago: int = 30, **more: Any) -> UUID:
    """A clock of the engagement that the finance office owes, as an upper room opens it."""
    finance = day.cast["finance"]
    given = {
        "code": code,
        "on": day.day - timedelta(days=ago),
        "object_kind": "exchange.request",
        "object_id": new_id(),
        "title": "信需〔2026〕1号",
        "labels": labels(day.cast[OFFICE], engagement=day.play.id),
        "responsible": Responsible(finance.unit_id, finance.unit_name),
        **more,
    }
    return opened(day.cast[OFFICE], **given)


def test_the_days_list_holds_what_is_late_near_or_due_and_nothing_else(day: Day) -> None:
    late, fresh = owed(day), owed(day, code="DT-EX-SUPPLY", ago=0)
    receipt = owed(day, code="DT-LD-RECEIPT", object_kind="leads.lead")
    found = day.look(day.begin())
    lines = {x.duty: x for x in found.lines}
    assert fresh not in lines
    assert (lines[late].group_label, lines[late].light) == ("信息需求", Light.RED)
    assert lines[receipt].group_label == "待签收回执"
    nodes = [x for x in found.lines if x.group == "node"]
    assert {x.light for x in nodes} >= {Light.RED}
    assert all(x.forced == (x.light is Light.RED) for x in nodes if x.title != "通知被巡视单位")
    assert not lines[late].forced, "only nodes force"
    assert found.title.startswith("巡"), found.title
    assert found.permitted == {"renew", "close"}


def test_the_desk_shows_the_engagement_before_and_after(day: Day) -> None:
    (row,) = [r for r in day.see(queries.dispatch_desk).rows if r.engagement == day.play.id]
    assert (row.may_begin, row.dispatch_id, row.state_label) == (True, None, "未调度")
    assert row.red >= row.red_nodes > 0
    made = day.begin()
    (row,) = [r for r in day.see(queries.dispatch_desk).rows if r.engagement == day.play.id]
    assert (row.may_begin, row.dispatch_id, row.state_label) == (False, made, "调度中")
    assert len(day.look(made).lines) == row.clocks


def test_one_dispatch_a_day_on_working_days_one_day_after_the_other(day: Day) -> None:
    first = day.begin()
    with pytest.raises(WrongState, match="今天的日调度已经开始"):
        day.begin()
    day.tomorrow()
    with pytest.raises(WrongState, match="的日调度还没有办结"):
        day.begin()
    saturday = day.day + timedelta(days=(5 - day.day.weekday()) % 7)
    with pytest.raises(WrongState, match="不是工作日"):
        do.begin_dispatch(actor=day.cast[OFFICE], now=at(saturday), engagement_id=day.play.id)
    assert day.see(queries.dispatches, engagement=day.play.id).rows[0].id == first


@pytest.mark.parametrize("who", ["leader", "chair"])
def test_who_does_not_run_the_engagement_is_refused(day: Day, who: str) -> None:
    with pytest.raises(Refused, match="日调度由") as refused:
        day.begin(who)
    assert refused.value.rule == "DUT-DISPATCH"


@pytest.mark.parametrize(
    "who", ["neighbour", "contact", "expired", "system_admin", "security_admin", "audit_admin"]
)
def test_strangers_find_nothing(day: Day, who: str) -> None:
    made = day.arranged()
    line = day.look(made).lines[0].id
    with pytest.raises((NotFound, Refused)):
        day.begin(who)
    day.close(made)
    with pytest.raises(NotFound):
        day.look(made, who)
    if day.line(line).unit_id != day.cast[who].unit_id:
        with pytest.raises(NotFound):
            day.line(line, who)
    assert made not in [r.id for r in day.see(queries.dispatches, who).rows]


def test_a_recused_colleague_of_the_office_sees_none_of_it(day: Day) -> None:
    made = day.begin()
    recuse(day.cast, OFFICE, "YL-JT")
    with pytest.raises(NotFound):
        day.look(made)
    assert day.play.id not in [r.engagement for r in day.see(queries.dispatch_desk).rows]


def test_a_red_node_forces_an_instruction(day: Day, cast: Any) -> None:
    made = day.begin()
    node = next(x for x in day.look(made).lines if x.forced)
    assert node.permitted == {"instruct"}
    with pytest.raises(WrongState, match="红灯节点必须下达调度要求"):
        day.on(node.id, do.waive_line, reason="先放一放再说")
    with refused_by_database("dispatch_red_node_is_instructed"):
        sql(
            cast,
            OFFICE,
            "update duties_dispatchline set state = 'waived', reason = '先放一放', decided_by = %s where id = %s",
            cast[OFFICE].account_id,
            node.id,
        )


def test_a_line_is_instructed_waived_and_instructed_again_until_the_day_is_closed(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = owed(day)
    made = day.begin()
    line = next(x for x in day.look(made).lines if x.duty == late)
    heard = listen(monkeypatch)
    day.on(line.id, do.waive_line, reason="提供单位已来电说明")
    assert (day.line(line.id).state_label, day.line(line.id).reason) == (
        "不需办理",
        "提供单位已来电说明",
    )
    day.instruct(line)
    day.instruct(line, instruction="明日上午补报，并说明原因")
    found = day.line(line.id)
    assert (found.state_label, found.instruction, found.reason) == (
        "已安排，待下达",
        "明日上午补报，并说明原因",
        "",
    )
    assert found.unit_id == line.owed_by
    assert len(heard.of("duties.waive_line")) == 1
    assert len(heard.of("duties.instruct")) == 2
    with pytest.raises(NotFound):
        day.line(line.id, "finance")


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("instruction", "办", "请写明调度要求"),
        ("instruction", "办" * 301, "现为 301 字"),
        ("by_day", -1, "从调度当日起"),
        ("by_day", 40, "一个月以内"),
        ("unit_id", new_id(), "请从单位列表中选择"),
        ("unit_id", unit_id("YL-CZ"), "没有人能知悉这一事项"),
    ],
)
def test_a_bad_instruction_is_named(day: Day, place: str, value: Any, words: str) -> None:
    audit = day.cast["audit"]
    late = owed(day, responsible=Responsible(audit.unit_id, audit.unit_name))
    line = next(x for x in day.look(day.begin()).lines if x.duty == late)
    if place == "by_day":
        value = day.day + timedelta(days=value)
    with pytest.raises(Invalid) as bad:
        day.instruct(line, **{place: value})
    assert words in places(bad)[place]
    assert day.line(line.id).state == "pending"


def test_closing_sends_each_instruction_as_a_clock_of_its_unit(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = owed(day)
    made = day.arranged()
    heard = listen(monkeypatch)
    sent = day.close(made, words="集中补报会商材料")
    line = next(x for x in day.look(made).lines if x.duty == late)
    assert sent == len(day.look(made).lines)
    (clock,) = day.see(
        queries.duties_of, "finance", object_kind="duties.dispatch_line", object_id=line.id
    )
    assert (clock.due_on, clock.responsible_unit, clock.title) == (
        line.by_day,
        line.owed_by,
        "日调度要求",
    )
    assert "信需" not in clock.object_title, "the title says nothing of the matter"
    assert len(heard.of("duties.close_dispatch")) == 1
    for wrong in (do.instruct, do.waive_line):
        given = (
            {"instruction": WORDS, "by_day": day.day} if wrong is do.instruct else {"reason": WORDS}
        )
        with pytest.raises(WrongState, match="已经办结"):
            day.on(line.id, wrong, **given)
    with pytest.raises(WrongState, match="已经办结"):
        day.close(made)


def test_nothing_closes_while_a_line_is_undecided(day: Day) -> None:
    made = day.begin()
    with pytest.raises(WrongState, match=r"还有 \d+ 项没有安排"):
        day.close(made)
    with pytest.raises(Stale):
        day.close(made, revision=7)


def test_the_unit_takes_and_answers_and_the_next_day_shows_it(day: Day) -> None:
    late = owed(day)
    made = day.arranged()
    day.close(made)
    line = next(x for x in day.look(made).lines if x.duty == late).id
    assert day.line(line, "finance").permitted == {"take"}
    assert day.line(line).permitted == frozenset()
    with pytest.raises(Refused, match="由承办单位签收和回复"):
        day.on(line, do.take_instruction)
    with pytest.raises(WrongState):
        day.on(line, do.answer_instruction, "finance", result="已补报材料")
    day.on(line, do.take_instruction, "finance")
    with pytest.raises(Invalid, match="请写明办理结果"):
        day.on(line, do.answer_instruction, "finance", result="好")
    day.on(line, do.answer_instruction, "finance", result="已补报全部采购数据")
    (clock,) = day.see(
        queries.duties_of, "finance", object_kind="duties.dispatch_line", object_id=line
    )
    assert clock.state == "fulfilled"
    day.tomorrow()
    after = day.look(day.begin())
    shown = {x.id: x for x in after.earlier}
    assert (shown[line].state_label, shown[line].result) == ("已回复", "已补报全部采购数据")
    assert {x.state for x in after.earlier} == {"done", "sent"}


def test_what_came_up_since_joins_the_list_and_what_was_decided_stays(day: Day) -> None:
    made = day.begin()
    first = day.look(made).lines[0]
    day.instruct(first)
    late = owed(day)
    added = day.act(do.renew_dispatch, dispatch_id=made, revision=day.look(made).revision)
    lines = {x.duty: x for x in day.look(made).lines}
    assert (added, late in lines, lines[first.duty].instruction) == (1, True, WORDS)


def test_the_database_keeps_what_was_sent(day: Day, cast: Any) -> None:
    made = day.arranged()
    day.close(made)
    line = day.look(made).lines[0].id
    change = "update duties_dispatchline set {} where id = %s"
    for what in (
        "instruction = '改口'",
        "by_day = by_day + 5",
        "light = 'green'",
        "forced = false",
    ):
        with refused_by_database("stands|written once"):
            sql(cast, OFFICE, change.format(what), line)
    with refused_by_database("written once|stands|transition"):
        sql(cast, OFFICE, "update duties_dispatch set on_date = on_date + 1 where id = %s", made)


def test_the_weekly_bulletin_counts_dispatches(day: Day) -> None:
    made = day.arranged()
    lines = day.close(made)
    docx, _ = day.act(do.issue_bulletin, words="本周抓紧补报会商材料。")
    words = said(day.cast, docx)
    assert f"本周日调度 1 次，列入 {lines} 项，下达要求 {lines} 项，已回复 0 项" in words


def test_the_pages_from_the_desk_to_the_answer(day: Day) -> None:
    """Through the client on a working day: begin, arrange, close, take, answer; bad input is named."""
    late = owed(day)
    office, finance = client_of(OFFICE), client_of("finance")
    made = day.begin()
    line = next(x for x in day.look(made).lines if x.duty == late)
    page = office.get(f"/duties/dispatch/{made}/").content.decode()
    assert "必须下达" in page
    assert "还有" in page
    url = f"/duties/dispatch/lines/{line.id}/"
    values = {"revision": line.revision, "instruction": "", "by_day": "后天", "unit_id": "x"}
    answer = office.post(f"{url}instruct/", values)
    bad = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写“调度要求”。" in bad
    assert "“办理期限”应为日期" in bad
    assert "“承办单位”中没有这个选项" in bad
    values |= {
        "instruction": WORDS,
        "by_day": f"{day.day + timedelta(days=1):%Y-%m-%d}",
        "unit_id": str(line.owed_by),
    }
    assert office.post(f"{url}instruct/", values).status_code == 302
    for other in day.look(made).lines:
        if other.state == "pending":
            day.instruct(other)
    close = {"revision": day.look(made).revision, "words": "集中补报"}
    assert office.post(f"/duties/dispatch/{made}/close/", close).status_code == 302
    assert WORDS in finance.get(url).content.decode()
    revision = day.line(line.id).revision
    assert finance.post(f"{url}take/", {"revision": revision}).status_code == 302
    sent = {"revision": revision + 1, "result": "已补报全部数据"}
    assert finance.post(f"{url}answer/", sent).status_code == 302
    assert "已补报全部数据" in office.get(url).content.decode()
    assert "日调度" in office.get("/boards/unit/").content.decode()


def test_the_pages_ask_the_database_a_fixed_number_of_times(day: Day) -> None:
    made = day.arranged()
    office = client_of(OFFICE)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert office.get(f"/duties/dispatch/{made}/").status_code == 200
            assert office.get("/duties/dispatch/").status_code == 200
        counts.append(len(seen))
        for _ in range(3):
            owed(day)
        day.act(do.renew_dispatch, dispatch_id=made, revision=day.look(made).revision)
    assert counts[0] == counts[1] <= 45, counts

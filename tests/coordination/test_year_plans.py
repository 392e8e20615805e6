"""The committee's plan of a year: drafted, agreed, approved where it says so; each line a clock that another person
strikes off; adjusted in the middle of the year with its reason; what stays open is carried over."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from docx import Document

from lianxun.approvals import operations as approvals
from lianxun.approvals import queries as matters
from lianxun.coordination import operations as do
from lianxun.coordination import queries
from lianxun.documents import steps as stored
from lianxun.duties import queries as duties
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.coordination.support import COMMITTEE, OFFICE, today
from tests.inspection.support import refused_by_database, sql
from tests.inspection.test_phases import sent
from tests.support.cast import Cast, unit_id
from tests.support.notices import notices
from tests.web.test_pages import client_of

AIM = "统筹信息共享、线索移交和整改督导，逐项销号。"
DONE = "口径说明和字段对照表已印发各成员单位。"


def see(cast: Cast, who: str, query: Any, **fields: Any) -> Any:
    actor = cast[who]
    with acting_as(actor.account_id), transaction.atomic():
        return query(actor=actor, now=cast.now, **fields)


def drafted(cast: Cast, who: str = OFFICE, **more: Any) -> UUID:
    values = {"body_id": unit_id(COMMITTEE), "year": cast.now.year, "aim": AIM, **more}
    return do.draft_year_plan(actor=cast[who], now=cast.now, **values)


def look(cast: Cast, plan: UUID, who: str = OFFICE) -> Any:
    return see(cast, who, queries.year_plan, plan_id=plan)


def act(cast: Cast, who: str, call: Any, plan: UUID, **more: Any) -> Any:
    values = {"revision": look(cast, plan).revision, **more}
    return call(actor=cast[who], now=cast.now, plan_id=plan, **values)


def add(cast: Cast, plan: UUID, who: str = OFFICE, **more: Any) -> UUID:
    values = {
        "text": "建立工程审计数据统一口径",
        "unit_id": unit_id("YL-SJ"),
        "due_on": date(look(cast, plan).year, 12, 31),
        "source": "standing",
        "source_name": "协调对接委员会职责",
        **more,
    }
    return act(cast, who, do.add_plan_line, plan, **values)


def decide(cast: Cast, who: str, opinion: str = "agree", comment: str = "") -> None:
    waiting = see(cast, who, matters.inbox)
    matter = next(m for m in waiting if m.may_vote and "年度协调对接计划" in m.title)
    approvals.vote(
        actor=cast[who],
        now=cast.now,
        matter_id=matter.id,
        revision=matter.revision,
        opinion=opinion,
        comment=comment,
    )


def submitted(cast: Cast, **more: Any) -> UUID:
    plan = drafted(cast, **more)
    add(cast, plan)
    act(cast, OFFICE, do.submit_year_plan, plan)
    return plan


def in_force(cast: Cast, **more: Any) -> UUID:
    plan = submitted(cast, **more)
    decide(cast, "chair")
    return plan


def line_of(cast: Cast, plan: UUID, number: int = 1) -> Any:
    return look(cast, plan).lines[number - 1]


def judge(cast: Cast, who: str, call: Any, line: Any, **more: Any) -> None:
    values = {"line_id": line.id, "revision": line.revision, **more}
    call(actor=cast[who], now=cast.now, **values)


# --- drafted, agreed, approved -------------------------------------------------------------------


def test_the_committee_agrees_and_every_line_becomes_a_clock(cast: Cast) -> None:
    plan = submitted(cast)
    with pytest.raises(NotFound):  # before it binds, the unit knows nothing of it
        see(cast, "audit", queries.plan_line, line_id=line_of(cast, plan).id)
    decide(cast, "chair")
    found = look(cast, plan)
    assert (found.state, found.agreed_on, found.approved_on) == (
        "approved",
        today(cast),
        today(cast),
    )
    assert found.agreed_by != found.drafted_by
    (line,) = found.lines
    assert (line.state, line.unit_name, line.source_label) == ("open", "省审计厅", "常态职责")
    clock = see(
        cast, "audit", duties.duties_of, object_kind="coordination.plan_line", object_id=line.id
    )
    assert [(c.code, c.state, c.due_on) for c in clock] == [("DT-CD-PLAN", "open", line.due_on)]


def test_the_leading_group_approves_where_the_plan_says_so(cast: Cast) -> None:
    plan = in_force(cast, to_group=True)
    waiting = look(cast, plan)
    assert (waiting.state, waiting.lines[0].state) == ("agreed", "draft")
    decide(cast, "leader")
    assert look(cast, plan).state == "approved"
    assert line_of(cast, plan).state == "open"


@pytest.mark.parametrize(("who", "to_group"), [("chair", False), ("leader", True)])
def test_what_is_not_agreed_to_goes_back_to_the_draft(cast: Cast, who: str, to_group: bool) -> None:
    plan = submitted(cast, to_group=to_group)
    if to_group:
        decide(cast, "chair")
    decide(cast, who, "return", "请补充整改督导方面的事项。")
    found = look(cast, plan)
    assert (found.state, found.lines[0].state) == ("draft", "draft")
    add(cast, plan, text="补充整改督导事项")
    act(cast, OFFICE, do.submit_year_plan, plan)
    assert look(cast, plan).state == "proposed"


def test_no_plan_comes_into_force_by_hand(cast: Cast) -> None:
    plan = submitted(cast)
    with refused_by_database("the committee agrees"):
        sql(
            cast,
            OFFICE,
            "update coordination_yearplan set state = 'agreed', agreed_on = current_date, "
            "agreed_by_id = (select id from access_account where id <> drafted_by_id limit 1) "
            "where id = %s",
            plan,
        )
    with refused_by_database("forbidden transition"):
        sql(cast, OFFICE, "update coordination_yearplan set state = 'approved' where id = %s", plan)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"body_id": "YL-LG"}, "body_id"),
        ({"year": 2020}, "year"),
        ({"aim": "短"}, "aim"),
        ({"aim": "长" * 2001}, "aim"),
    ],
)
def test_a_draft_names_the_field_that_does_not_fit(cast: Cast, more: Any, place: str) -> None:
    if "body_id" in more:
        more = {"body_id": unit_id(more["body_id"])}
    with pytest.raises(Invalid) as problem:
        drafted(cast, **more)
    assert [e.place for e in problem.value.errors] == [place]


def test_one_plan_a_year_by_who_runs_the_committee(cast: Cast) -> None:
    drafted(cast)
    with pytest.raises(Invalid, match="已经起草"):
        drafted(cast)
    for who in ("audit", "contact", "inspector"):
        with pytest.raises((Refused, NotFound, Invalid)):
            drafted(cast, who, year=cast.now.year + 1)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"text": "短"}, "text"),
        ({"text": "长" * 201}, "text"),
        ({"unit_id": UUID(int=1)}, "unit_id"),
        ({"due_on": date(2019, 1, 1)}, "due_on"),
        ({"source": "rumour"}, "source"),
        ({"source_name": " "}, "source_name"),
    ],
)
def test_a_line_names_the_field_that_does_not_fit(cast: Cast, more: Any, place: str) -> None:
    plan = drafted(cast)
    with pytest.raises(Invalid) as problem:
        add(cast, plan, **more)
    assert [e.place for e in problem.value.errors] == [place]


def test_an_empty_plan_is_not_submitted_and_a_stale_page_not_acted_upon(cast: Cast) -> None:
    plan = drafted(cast)
    with pytest.raises(WrongState, match="还没有事项"):
        act(cast, OFFICE, do.submit_year_plan, plan)
    with pytest.raises(Stale):
        add(cast, plan, revision=9)
    with pytest.raises(WrongState, match="批准之后"):
        act(cast, OFFICE, do.issue_year_plan, plan)


# --- line by line --------------------------------------------------------------------------------


def test_a_line_is_reported_by_its_unit_and_struck_off_by_another(cast: Cast) -> None:
    plan = in_force(cast)
    line = see(cast, "audit", queries.plan_line, line_id=line_of(cast, plan).id)
    assert line.permitted == {"report"}
    with pytest.raises(Invalid, match="完成情况"):
        judge(cast, "audit", do.report_plan_line, line, result="好")
    judge(cast, "audit", do.report_plan_line, line, result=DONE)
    waiting = line_of(cast, plan)
    assert (waiting.state, waiting.permitted) == ("reported", {"strike", "return"})
    with pytest.raises(WrongState, match="请销号或退回"):
        judge(cast, "chair", do.withdraw_plan_line, waiting, reason="职责已划转其他单位")
    with pytest.raises(Refused):
        judge(cast, "audit", do.strike_plan_line, waiting)
    with refused_by_database("plan_line_struck_off_by_another"):
        sql(
            cast,
            OFFICE,
            "update coordination_planline set state = 'closed', closed_on = current_date, "
            "closed_by_id = reported_by_id where id = %s",
            waiting.id,
        )
    judge(cast, "chair", do.strike_plan_line, waiting)
    done = line_of(cast, plan)
    assert (done.state, done.closed_on, done.light.value) == ("closed", today(cast), "done")
    assert (look(cast, plan).count, look(cast, plan).closed) == (1, 1)


def test_what_is_not_enough_goes_back_under_the_same_day(cast: Cast) -> None:
    plan = in_force(cast)
    judge(cast, "audit", do.report_plan_line, line_of(cast, plan), result=DONE)
    with pytest.raises(Invalid, match="还缺什么"):
        judge(cast, "chair", do.return_plan_line, line_of(cast, plan), reason=" ")
    judge(cast, "chair", do.return_plan_line, line_of(cast, plan), reason="缺少印发文件")
    back = line_of(cast, plan)
    assert (back.state, back.remark) == ("open", "缺少印发文件")
    clocks = see(
        cast, "audit", duties.duties_of, object_kind="coordination.plan_line", object_id=back.id
    )
    assert sorted(c.state for c in clocks) == ["fulfilled", "open"]


def test_in_the_middle_of_the_year_a_line_comes_or_goes_with_its_reason(cast: Cast) -> None:
    plan = in_force(cast)
    with pytest.raises(Invalid) as problem:
        add(cast, plan, text="临时增加的事项")
    assert [e.place for e in problem.value.errors] == ["reason"]
    made = add(cast, plan, text="临时增加的事项", unit_id=unit_id("YL-CZ"), reason="上级部署新任务")
    new = see(cast, "finance", queries.plan_line, line_id=made)
    assert (new.state, new.adjusted_because) == ("open", "上级部署新任务")
    with pytest.raises(Invalid, match="理由"):
        judge(cast, OFFICE, do.withdraw_plan_line, line_of(cast, plan), reason="")
    going = line_of(cast, plan)
    judge(cast, OFFICE, do.withdraw_plan_line, going, reason="职责已划转其他单位")
    gone = line_of(cast, plan)
    assert "withdrawn" in notices("audit", going.id)
    assert notices("finance", going.id) == []
    assert (gone.state, gone.light.value, look(cast, plan).count) == ("withdrawn", "cancelled", 1)
    page = client_of(OFFICE).get(f"/coordination/plans/{plan}/").content.decode()
    assert "年中调整：上级部署新任务" in page
    assert "年中调整：职责已划转其他单位" in page


def test_what_is_open_at_the_end_is_carried_into_the_next_plan_once(cast: Cast) -> None:
    old = in_force(cast)
    add(cast, old, text="年内办结的事项", reason="上级部署新任务")
    second = line_of(cast, old, 2)
    judge(cast, "audit", do.report_plan_line, second, result=DONE)
    judge(cast, "chair", do.strike_plan_line, line_of(cast, old, 2))
    new = drafted(cast, year=cast.now.year + 1)
    assert act(cast, OFFICE, do.carry_over, new) == 1
    (line,) = look(cast, new).lines
    assert (line.carried, line.source_label, line.due_on) == (
        True,
        "上年结转",
        date(cast.now.year + 1, 12, 31),
    )
    assert line.source_name == f"{cast.now.year}年计划第1项"
    with pytest.raises(WrongState, match="没有可以结转"):
        act(cast, OFFICE, do.carry_over, new)


def test_what_is_carried_over_has_one_clock(cast: Cast) -> None:
    old = in_force(cast)
    for text in ("报告了还没有销号的事项", "批准之前办结的事项"):
        add(cast, old, text=text, reason="上级部署新任务")
    for number in (2, 3):
        judge(cast, "audit", do.report_plan_line, line_of(cast, old, number), result=DONE)
    new = drafted(cast, year=cast.now.year + 1)
    assert act(cast, OFFICE, do.carry_over, new) == 3
    act(cast, OFFICE, do.submit_year_plan, new)
    judge(cast, "chair", do.strike_plan_line, line_of(cast, old, 3))
    decide(cast, "chair")
    assert [line.state for line in look(cast, old).lines] == ["withdrawn", "withdrawn", "closed"]
    assert line_of(cast, old).adjusted_because == f"结转至{cast.now.year + 1}年计划第1项"
    assert [line.state for line in look(cast, new).lines] == ["open", "open", "withdrawn"]
    assert line_of(cast, new, 3).adjusted_because == "上年已经办结销号，不再结转"
    for line, states in ((line_of(cast, old), ["cancelled"]), (line_of(cast, new), ["open"])):
        clocks = see(
            cast, "audit", duties.duties_of, object_kind="coordination.plan_line", object_id=line.id
        )
        assert [c.state for c in clocks] == states


@pytest.mark.parametrize("step", ["agreed", "approved"])
def test_who_drafted_is_not_written_as_who_agreed_or_approved(cast: Cast, step: str) -> None:
    plan = in_force(cast)
    with refused_by_database(f"year_plan_{step}_by_another"):
        sql(
            cast,
            OFFICE,
            f"update coordination_yearplan set {step}_by_id = drafted_by_id where id = %s",
            plan,
        )


def test_it_is_printed_as_it_stands(cast: Cast) -> None:
    plan = in_force(cast)
    judge(cast, "audit", do.report_plan_line, line_of(cast, plan), result=DONE)
    judge(cast, "chair", do.strike_plan_line, line_of(cast, plan))
    docx, _ = act(cast, OFFICE, do.issue_year_plan, plan)
    body = see(cast, OFFICE, lambda **_: stored.open_bytes(docx).read())
    paper = Document(BytesIO(body))
    cells = [c.text for t in paper.tables for row in t.rows for c in row.cells]
    assert "建立工程审计数据统一口径" in cells
    assert "省审计厅" in cells
    assert any("销号" in c and str(cast.now.year) in c for c in cells)
    assert any("已销号 1 项" in p.text for p in paper.paragraphs)


def test_strangers_see_neither_plan_nor_line(cast: Cast) -> None:
    plan = in_force(cast)
    line = line_of(cast, plan)
    for who in ("finance", "contact", "system_admin", "security_admin", "audit_admin"):
        with pytest.raises(NotFound):
            see(cast, who, queries.plan_line, line_id=line.id)
        with pytest.raises(NotFound):
            look(cast, plan, who)
        assert client_of(who).get(f"/coordination/plans/{plan}/").status_code in (403, 404)
        assert client_of(who).get(f"/coordination/lines/{line.id}/").status_code in (403, 404)
    assert client_of("audit").get(f"/coordination/plans/{plan}/").status_code == 404
    assert client_of("audit").get(f"/coordination/lines/{line.id}/").status_code == 200


# --- at the pages --------------------------------------------------------------------------------


def test_everything_is_done_at_the_pages(cast: Cast) -> None:
    office, chair, unit = client_of(OFFICE), client_of("chair"), client_of("audit")
    new = "/coordination/plans/new/"
    assert sent(office, new, aim="").status_code == 422
    made = sent(
        office,
        new,
        body_id=str(unit_id(COMMITTEE)),
        year=str(cast.now.year),
        aim=AIM,
    )
    assert "年度计划已起草" in made.content.decode()
    (row,) = see(cast, OFFICE, queries.year_plans).rows
    base = f"/coordination/plans/{row.id}/"
    assert sent(office, f"{base}do/line/", text="").status_code == 422
    fields = {
        "text": "建立工程审计数据统一口径",
        "unit_id": str(unit_id("YL-SJ")),
        "due_on": f"{cast.now.year}-12-31",
        "source": "standing",
        "source_name": "委员会职责",
    }
    assert "事项已列入" in sent(office, f"{base}do/line/", **fields).content.decode()
    assert "已提请" in sent(office, f"{base}do/submit/").content.decode()
    decide(cast, "chair")
    line = line_of(cast, row.id)
    page = f"/coordination/lines/{line.id}/"
    said = sent(unit, f"{page}do/report/", result=DONE).content.decode()
    assert "等待销号" in said
    assert "已销号" in sent(chair, f"{page}do/strike/").content.decode()
    assert "已印制" in sent(office, f"{base}do/issue/").content.decode()
    drill = office.get(f"{base}?unit={unit_id('YL-SJ')}").content.decode()
    assert "计划事项：省审计厅" in drill
    assert "年度计划" in office.get("/coordination/plans/").content.decode()
    assert client_of("audit").get(new).status_code == 404


def test_the_year_costs_the_same_with_more_lines(cast: Cast) -> None:
    plan = in_force(cast)
    client = client_of(OFFICE)

    def cost(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as said:
            assert client.get(url).status_code == 200
        return len(said)

    urls = (f"/coordination/plans/{plan}/", "/coordination/plans/")
    few = [cost(url) for url in urls]
    for number in range(3):
        add(cast, plan, text=f"临时增加的事项{number}", reason="上级部署新任务")
    assert [cost(url) for url in urls] == few
    assert max(few) <= 20

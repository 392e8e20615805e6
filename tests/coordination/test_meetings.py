"""A meeting from its call to its confirmed minutes: happy paths, refusals, what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lianxun.coordination import operations as do
from lianxun.coordination import queries
from lianxun.coordination.models import AgendaItem, Meeting
from lianxun.duties import operations as duty_acts
from lianxun.duties import queries as duties
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.coordination.support import (
    CHAIR,
    GROUP,
    OFFICE,
    WORDS,
    act,
    asked,
    closed,
    convened,
    decided,
    held,
    judge,
    look,
    minutes_of,
    recuse,
    see,
    today,
)
from tests.support.cast import account_id, unit_id
from tests.support.recorded import listen


def errors_of(problem: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {e.place: e.message for e in problem.value.errors}


def test_a_meeting_is_called_with_agenda_and_units(cast: Any) -> None:
    found = look(cast, convened(cast))
    assert (found.state_label, found.kind_label, found.body_name) == (
        "已通知",
        "定期会商",
        "协调委员会",
    )
    assert [(i.number, i.topic) for i in found.agenda] == [
        (1, "通报季度进展"),
        (2, "研究数据共享堵点"),
    ]
    assert [i.unit_name for i in found.invitations] == ["省审计厅", "省财政厅"]
    assert found.permitted == {"invite", "item", "cancel", "record", "decision"}


@pytest.mark.parametrize("who", ["audit", "inspector", "contact", "clerk", "city_overseer"])
def test_only_the_body_and_its_office_call_a_meeting(cast: Any, who: str) -> None:
    with pytest.raises(Refused, match="召集机构") as refused:
        convened(cast, who)
    assert refused.value.rule == "COO-RUN"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("kind", "inquiry", "会议类别"),
        ("kind", "", "会议类别"),
        ("title", " ", "会议名称"),
        ("title", "会" * 121, "会议名称"),
        ("place", "", "地点"),
        ("place", "楼" * 81, "地点"),
        ("topics", ["题" * 201], "第 1 项议题不超过 200 字（现为 201 字）"),
        ("topics", ["议题"] * 31, "不超过 30 项"),
        ("level", 9, "级别"),
        ("units", (new_id(),), "有的单位不存在"),
        ("body_id", new_id(), "召集机构"),
    ],
)
def test_what_is_wrong_is_named_at_its_field(
    cast: Any, place: str, value: object, words: str
) -> None:
    with pytest.raises(Invalid) as problem:
        convened(cast, **{place: value})
    assert words in errors_of(problem)[place]
    with acting_as(account_id(OFFICE)), transaction.atomic():
        assert not Meeting.objects.exists()


@pytest.mark.parametrize("days", [-367, 367])
def test_a_meeting_lies_within_a_year(cast: Any, days: int) -> None:
    with pytest.raises(Invalid) as problem:
        convened(cast, planned_on=today(cast) + timedelta(days=days))
    assert "一年以内" in errors_of(problem)["planned_on"]


def test_more_units_and_items_until_it_is_held(cast: Any) -> None:
    meeting = convened(cast)
    act(cast, do.invite, meeting, units=(unit_id("YL-XF"), unit_id("YL-SJ")))
    with pytest.raises(Invalid) as problem:
        act(cast, do.invite, meeting, units=(unit_id("YL-SJ"),))
    assert "还没有通知的单位" in errors_of(problem)["units"]
    act(cast, do.add_item, meeting, topic="研究信访件办理")
    found = look(cast, meeting)
    assert {i.unit_name for i in found.invitations} == {"省审计厅", "省财政厅", "省信访局"}
    assert (found.items, found.agenda[-1].number) == (3, 3)
    for bad, place in ((" ", "topic"), ("题" * 201, "topic")):
        with pytest.raises(Invalid) as problem:
            act(cast, do.add_item, meeting, topic=bad)
        assert place in errors_of(problem)
    with pytest.raises(Invalid) as problem:
        act(cast, do.add_item, meeting, topic="密级过低", level=0)
    assert "级别" in errors_of(problem)["level"]
    held(cast, meeting)
    for call, values in (
        (do.invite, {"units": (unit_id("YL-JW"),)}),
        (do.add_item, {"topic": "迟到的议题"}),
        (do.cancel, {"reason": "临时有事不开了"}),
    ):
        with pytest.raises(Refused, match="已经召开"):
            act(cast, call, meeting, **values)


def test_a_cancelled_meeting_says_why_and_is_over(cast: Any) -> None:
    meeting = convened(cast)
    with pytest.raises(Invalid) as problem:
        act(cast, do.cancel, meeting, reason="不开")
    assert "不少于 5 个字" in errors_of(problem)["reason"]
    act(cast, do.cancel, meeting, reason="与省委全会时间冲突")
    found = look(cast, meeting, "audit")
    assert (found.state_label, found.remark) == ("已取消", "与省委全会时间冲突")
    assert look(cast, meeting).permitted == frozenset()
    told = [n.text for n in duties.notices(actor=cast["audit"], now=cast.now).rows]
    assert told.count("请您参加的一次会议已取消。") == 1


def test_minutes_are_complete_or_not_taken(cast: Any) -> None:
    meeting = convened(cast)
    found = look(cast, meeting)
    with pytest.raises(Invalid) as problem:
        held(
            cast,
            meeting,
            held_on=today(cast) + timedelta(days=1),
            minutes={found.agenda[0].id: "太短"},
            attendance={found.invitations[0].id: ("present", "")},
        )
    errors = errors_of(problem)
    assert "不能晚于今天" in errors["held_on"]
    assert "议题 1" in errors[f"minutes_{found.agenda[0].id}"]
    assert "议题 2" in errors[f"minutes_{found.agenda[1].id}"]
    assert "参会人员" in errors[f"people_{found.invitations[0].id}"]
    assert "出席情况" in errors[f"attendance_{found.invitations[1].id}"]
    assert look(cast, meeting).state == "convened"
    with pytest.raises(Invalid) as problem:
        held(cast, meeting, minutes={i.id: "长" * 5001 for i in found.agenda})
    assert "现为 5001 字" in errors_of(problem)[f"minutes_{found.agenda[0].id}"]


def test_a_meeting_without_agenda_has_no_minutes(cast: Any) -> None:
    meeting = convened(cast, topics=[])
    assert "record" not in look(cast, meeting).permitted
    with pytest.raises(Invalid) as problem:
        held(cast, meeting)
    assert "请先增加议题" in errors_of(problem)["minutes"]


def test_minutes_are_confirmed_by_another(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    with pytest.raises(Refused, match="记录人以外的人") as refused:
        act(cast, do.confirm, meeting, OFFICE)
    assert refused.value.rule == "COO-CONFIRM"
    assert "confirm" not in look(cast, meeting).permitted
    assert {"confirm", "return"} <= look(cast, meeting, CHAIR).permitted
    closed(cast, meeting)
    found = look(cast, meeting, "audit")
    assert (found.state, found.minuted_by, found.confirmed_by) == ("closed", "许若溪", "戴云舟")
    assert {i.minutes for i in found.agenda} == {WORDS}
    with pytest.raises(Refused, match="没有等待确认"):
        act(cast, do.confirm, meeting, CHAIR)


def test_the_database_holds_the_second_person_too(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    with acting_as(account_id(OFFICE)), transaction.atomic():
        for change in (
            {"confirmed_by_id": account_id(OFFICE)},
            {"state": "closed"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Meeting.objects.filter(id=meeting).update(**change)
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            AgendaItem.objects.filter(meeting=meeting).update(topic="别的议题")


def test_minutes_go_back_and_come_again(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    with pytest.raises(Invalid) as problem:
        act(cast, do.return_minutes, meeting, CHAIR, reason="改")
    assert "退回理由" in errors_of(problem)["reason"]
    act(cast, do.return_minutes, meeting, CHAIR, reason="第二项议题没有写结论")
    found = look(cast, meeting)
    assert (found.state_label, found.remark) == ("纪要退回修改", "第二项议题没有写结论")
    held(cast, meeting, minutes={i.id: "补充后的纪要，议定两条。" for i in found.agenda})
    closed(cast, meeting)
    assert look(cast, meeting).agenda[1].minutes == "补充后的纪要，议定两条。"


def test_who_is_asked_to_come_reads_and_does_not_run_it(cast: Any) -> None:
    meeting = convened(cast)
    assert look(cast, meeting, "audit").permitted == frozenset()
    with pytest.raises(Refused):
        act(cast, do.record, meeting, "audit", **minutes_of(cast, meeting))


@pytest.mark.parametrize(
    "who",
    [
        *("tax", "inspector", "contact", "city_overseer", "other_city", "expired"),
        *("system_admin", "security_admin", "audit_admin"),
    ],
)
def test_for_everybody_else_there_is_no_meeting(cast: Any, who: str) -> None:
    meeting = held(cast, convened(cast))
    decision = decided(cast, meeting)
    with pytest.raises(NotFound):
        look(cast, meeting, who)
    with pytest.raises(NotFound):
        see(cast, decision, who)
    actor = cast[who]
    with acting_as(actor.account_id), transaction.atomic():
        assert queries.meetings(actor=actor, now=cast.now).total == 0
        assert queries.decisions(actor=actor, now=cast.now).total == 0
        assert not AgendaItem.objects.filter(meeting=meeting).exists()
    with pytest.raises(NotFound):
        do.cancel(actor=actor, now=cast.now, meeting_id=meeting, revision=1, reason="不知道的会议")


@pytest.mark.parametrize(
    "call",
    [
        lambda c, m, r: do.cancel(
            actor=c[OFFICE], now=c.now, meeting_id=m, revision=r, reason="时间冲突改期"
        ),
        lambda c, m, r: do.record(
            actor=c[OFFICE], now=c.now, meeting_id=m, revision=r, **minutes_of(c, m)
        ),
        lambda c, m, r: do.add_item(
            actor=c[OFFICE], now=c.now, meeting_id=m, revision=r, topic="又一项"
        ),
    ],
)
def test_a_stale_page_changes_nothing(cast: Any, call: Callable[[Any, Any, int], object]) -> None:
    meeting = convened(cast)
    with pytest.raises(Stale):
        call(cast, meeting, look(cast, meeting).revision + 1)


# The wall and recusal


def test_an_item_about_an_inspected_organisation_is_behind_the_wall(cast: Any) -> None:
    """``tax`` has to step aside from the university: of the meeting it sees everything else."""
    meeting = convened(cast, units=(unit_id("YL-SJ"), unit_id("YL-SW")))
    secret = act(cast, do.add_item, meeting, topic="研究青松大学整改", subject_id=unit_id("YL-DX"))
    recuse(cast, "tax", "YL-DX")
    held(cast, meeting)
    decision = decided(cast, meeting, item_id=secret)
    closed(cast, meeting)
    audit, tax = look(cast, meeting, "audit"), look(cast, meeting, "tax")
    assert [i.topic for i in audit.agenda][-1] == "研究青松大学整改"
    assert (len(audit.agenda), len(tax.agenda), tax.hidden) == (3, 2, 1)
    assert "青松大学" not in repr(tax)
    assert (len(audit.decisions), len(tax.decisions)) == (1, 0)
    with pytest.raises(NotFound):
        see(cast, decision, "tax")


@pytest.mark.parametrize(("who", "call"), [("chair", "confirm"), ("deputy_leader", "record")])
def test_who_does_not_see_the_whole_agenda_neither_writes_nor_confirms(
    cast: Any, who: str, call: str
) -> None:
    body = "YL-LG" if who == "deputy_leader" else "YL-CC"
    meeting = convened(cast, body_id=unit_id(body))
    act(cast, do.add_item, meeting, topic="研究青松大学整改", subject_id=unit_id("YL-DX"))
    minutes = minutes_of(cast, meeting)
    recuse(cast, who, "YL-DX")
    if call == "confirm":
        held(cast, meeting)
        with pytest.raises(Refused, match="须回避的议题") as refused:
            act(cast, do.confirm, meeting, who)
    else:
        with pytest.raises(Refused, match="须回避的议题") as refused:
            act(cast, do.record, meeting, who, **minutes)
    assert refused.value.rule == "COO-ASIDE"
    assert call not in look(cast, meeting, who).permitted


# What was decided


def test_a_decision_binds_with_the_confirmed_minutes(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    decision = decided(cast, meeting)
    assert see(cast, decision, "audit").state_label == "随纪要待确认"
    assert clocks(cast, decision) == []
    closed(cast, meeting)
    (clock,) = clocks(cast, decision)
    due = today(cast) + timedelta(days=10)
    assert (clock.due_on, clock.responsible_unit_name, clock.state) == (due, "省审计厅", "open")
    found = see(cast, decision, "audit")
    assert (found.state_label, found.permitted) == ("办理中", {"report"})
    with pytest.raises(Refused, match="不能再增减"):
        decided(cast, meeting)


def clocks(cast: Any, decision: Any, who: str = "audit") -> Any:
    actor = cast[who]
    with acting_as(actor.account_id), transaction.atomic():
        return list(
            duties.duties_of(
                actor=actor, now=cast.now, object_kind="coordination.decision", object_id=decision
            )
        )


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("item_id", new_id(), "本次会议的一项议题"),
        ("text", "短", "5—300 字"),
        ("text", "长" * 301, "5—300 字"),
        ("unit_id", unit_id("YL-SW"), "参会单位或召集机构"),
        ("due_on", -1, "不能早于会议和今天"),
        ("due_on", 400, "一年以内"),
    ],
)
def test_a_decision_names_item_unit_and_day(cast: Any, place: str, value: Any, words: str) -> None:
    meeting = convened(cast)
    if place == "due_on":
        value = today(cast) + timedelta(days=value)
    with pytest.raises(Invalid) as problem:
        decided(cast, meeting, **{place: value})
    assert words in errors_of(problem)[place]


def test_a_mistaken_decision_is_dropped_before_the_minutes_bind(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    mistaken, right = decided(cast, meeting), decided(cast, meeting, text="十五日内反馈共享目录")
    judge(cast, do.drop_decision, mistaken, OFFICE)
    closed(cast, meeting)
    assert [d.text for d in look(cast, meeting).decisions] == ["十五日内反馈共享目录"]
    assert clocks(cast, mistaken) == []
    with pytest.raises(Refused):
        judge(cast, do.drop_decision, right, OFFICE)


def test_the_unit_reports_and_another_checks(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    decision = decided(cast, meeting)
    closed(cast, meeting)
    with pytest.raises(Refused, match="责任单位") as refused:
        judge(cast, do.report_decision, decision, OFFICE, report="数据已经补齐")
    assert refused.value.rule == "COO-REPORT"
    with pytest.raises(NotFound):  # it reads the decision, and has nothing to write to it
        judge(cast, do.report_decision, decision, "finance", report="数据已经补齐")
    with pytest.raises(Invalid) as problem:
        judge(cast, do.report_decision, decision, "audit", report="好")
    assert "不少于 5 个字" in errors_of(problem)["report"]
    judge(cast, do.report_decision, decision, "audit", report="数据已经补齐")
    with pytest.raises(Refused, match="不能报告"):
        judge(cast, do.report_decision, decision, "audit", report="再次报告一遍")
    with pytest.raises(Refused):
        judge(cast, do.check_decision, decision, "audit", accepts=True)
    with pytest.raises(Invalid) as problem:
        judge(cast, do.check_decision, decision, OFFICE, accepts=False)
    assert "退回须写明理由" in errors_of(problem)["finding"]
    judge(cast, do.check_decision, decision, OFFICE, accepts=False, finding="缺工程类数据")
    assert (see(cast, decision).state, clocks(cast, decision)[0].state) == ("open", "open")
    judge(cast, do.report_decision, decision, "audit", report="工程类数据已补齐")
    judge(cast, do.check_decision, decision, CHAIR, accepts=True)
    found = see(cast, decision, "audit")
    assert (found.state_label, found.checked_by) == ("已办结", "戴云舟")
    assert clocks(cast, decision)[0].state == "fulfilled"


def test_what_the_body_owes_itself_is_checked_by_another_person(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    decision = decided(cast, meeting, unit_id=unit_id("YL-CC"))
    closed(cast, meeting)
    judge(cast, do.report_decision, decision, CHAIR, report="委员会已经发文")
    with pytest.raises(Refused, match="报告人以外的人") as refused:
        judge(cast, do.check_decision, decision, CHAIR, accepts=True)
    assert refused.value.rule == "COO-CHECK"
    judge(cast, do.check_decision, decision, OFFICE, accepts=True)


def test_the_unit_an_item_is_about_does_not_answer_for_it(cast: Any) -> None:
    meeting = convened(cast)
    item = act(cast, do.add_item, meeting, topic="审计厅自身整改", subject_id=unit_id("YL-SJ"))
    with pytest.raises(Invalid) as problem:
        decided(cast, meeting, item_id=item)
    assert "涉及该单位本身" in errors_of(problem)["unit_id"]


# The quarter


def quarters(cast: Any, code: str) -> list[Any]:
    with acting_as(account_id(OFFICE)), transaction.atomic():
        page = duties.duties(actor=cast[OFFICE], now=cast.now, filters={"code": code}, limit=50)
    return sorted(page.duties, key=lambda d: d.due_on)


@pytest.mark.parametrize(("body", "code"), [("YL-CC", "DT-ST-MEETING"), (GROUP, "DT-ST-GROUP")])
def test_the_confirmed_minutes_meet_the_quarter(cast: Any, body: str, code: str) -> None:
    duty_acts.open_standing(actor=cast[OFFICE], now=cast.now, year=today(cast).year)
    other = {"YL-CC": "DT-ST-GROUP", GROUP: "DT-ST-MEETING"}[body]
    first = quarters(cast, code)[0]
    meeting = held(cast, convened(cast, body_id=unit_id(body)))
    assert quarters(cast, code)[0].state == "open"
    act(cast, do.confirm, meeting, CHAIR if body == "YL-CC" else "leader")
    after = quarters(cast, code)
    assert (after[0].id, after[0].state) == (first.id, "fulfilled")
    assert {d.state for d in after[1:]} <= {"open"}
    assert {d.state for d in quarters(cast, other)} == {"open"}


def test_a_joint_meeting_does_not_stand_for_the_quarter(cast: Any) -> None:
    duty_acts.open_standing(actor=cast[OFFICE], now=cast.now, year=today(cast).year)
    closed(cast, held(cast, convened(cast, kind="joint")))
    assert {d.state for d in quarters(cast, "DT-ST-MEETING")} == {"open"}


def test_a_sentence_does_not_stand_for_a_meeting(cast: Any) -> None:
    duty_acts.open_standing(actor=cast[OFFICE], now=cast.now, year=today(cast).year)
    clock = quarters(cast, "DT-ST-MEETING")[0]
    with pytest.raises(WrongState, match="协作会商"):
        duty_acts.report_done(
            actor=cast[CHAIR], now=cast.now, duty_id=clock.id, note="开过了", revision=1
        )


# The trace


def test_every_act_leaves_one_record(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = listen(monkeypatch)
    meeting = held(cast, convened(cast))
    decision = decided(cast, meeting)
    closed(cast, meeting)
    judge(cast, do.report_decision, decision, "audit", report="数据已经补齐")
    judge(cast, do.check_decision, decision, OFFICE, accepts=True)
    for act_name, kind, ident in (
        ("coordination.convene", "coordination.meeting", meeting),
        ("coordination.record", "coordination.meeting", meeting),
        ("coordination.add_decision", "coordination.meeting", meeting),
        ("coordination.confirm", "coordination.meeting", meeting),
        ("coordination.report_decision", "coordination.decision", decision),
        ("coordination.check_decision", "coordination.decision", decision),
    ):
        (body,) = heard.of(act_name)
        assert str(ident) in repr(body), act_name
        assert kind in repr(body), act_name
        assert WORDS not in repr(body)


def test_who_is_asked_is_told_once(cast: Any) -> None:
    meeting = convened(cast, units=asked(cast)["units"])
    inbox = [
        n for n in duties.notices(actor=cast["audit"], now=cast.now).rows if n.object_id == meeting
    ]
    assert [n.text for n in inbox] == ["有一次会议请您参加，请查看时间和议题。"]
    assert not [
        n for n in duties.notices(actor=cast["tax"], now=cast.now).rows if n.object_id == meeting
    ]

"""Every act on an item: what it does, whom it refuses, what it says about bad input."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from lianxun.approvals import operations as approvals
from lianxun.approvals.models import Matter
from lianxun.documents import queries as documents
from lianxun.fabric.handlers import announce
from lianxun.kernel.clock import Light
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from lianxun.trace.door import operation
from tests.exchange.support import as_app, clocks, office
from tests.rectification.support import (
    BODY,
    OFFICE,
    PLAN,
    UNIT,
    act,
    closed,
    confirmed,
    evidence,
    in_progress,
    issued,
    look,
    planned,
    reviewed,
    soon,
    submitted,
)
from tests.support.cast import unit_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def places(problem: Any) -> set[str]:
    return {e.place for e in problem.value.errors}


# --- issuing -----------------------------------------------------------------------------------


def test_one_issue_one_number_and_the_units_clock_runs(cast: Any, heard: Recorded) -> None:
    engagement = new_id()
    first = issued(cast, engagement_id=engagement)
    second = issued(cast, engagement_id=engagement, title="另一问题")
    assert look(cast, first).number.endswith("号-改001")
    assert look(cast, second).number.endswith("号-改002")
    assert clocks(first) == {"DT-RC-ITEM"}
    assert [r["rule"] for r in heard.of("rectification.issue_item")] == ["REC-OFFICE"] * 2


def test_bad_input_of_an_issue_is_named_by_field(cast: Any) -> None:
    with pytest.raises(Invalid) as problem:
        issued(cast, unit_id=new_id(), title=" ", type="x", due_on=cast.now.date())
    assert places(problem) == {"unit_id", "title", "type", "due_on"}


@pytest.mark.parametrize("who", ["contact", "discipline", "guide", "inspector", "leader"])
def test_only_the_office_issues_and_invites(cast: Any, who: str) -> None:
    item = issued(cast)
    with pytest.raises((Refused, NotFound)):
        do.invite(
            actor=cast[who],
            now=cast.now,
            item_id=item,
            revision=1,
            units=(unit_id("YL-JW"),),
            until=soon(cast),
        )


@pytest.mark.parametrize(
    ("units", "days", "place"),
    [
        ((), 20, "units"),
        ((new_id(),), 20, "units"),
        ((unit_id("YL-LO"),), 20, "units"),
        ((unit_id("YL-JT"),), 20, "units"),
        ((unit_id("YL-JT-1"),), 20, "units"),
        ((unit_id("YL"),), 20, "units"),
        ((unit_id("YL-JW"),), 0, "until"),
    ],
    ids=["none", "unknown", "the-office", "the-unit", "below-it", "above-it", "no-time"],
)
def test_an_invitation_that_does_not_fit(cast: Any, units: Any, days: int, place: str) -> None:
    with pytest.raises(Invalid) as problem:
        act(cast, do.invite, OFFICE, issued(cast), units=units, until=soon(cast, days))
    assert places(problem) == {place}


# --- the plan ----------------------------------------------------------------------------------


def test_a_plan_is_whole_or_not_kept(cast: Any) -> None:
    item = issued(cast)
    with pytest.raises(Invalid) as problem:
        act(cast, do.draft_plan, UNIT, item, **{**PLAN, "measures": " ", "standard": ""})
    assert places(problem) == {"measures", "standard"}
    with pytest.raises(Invalid, match="不超过 60 字"):
        act(cast, do.draft_plan, UNIT, item, **{**PLAN, "lead_person": "长" * 61})
    assert look(cast, item).state == "issued"


@pytest.mark.parametrize("who", [OFFICE, "guide", "leader"])
def test_the_plan_is_the_units_own(cast: Any, who: str) -> None:
    item = issued(cast)
    with pytest.raises((Refused, NotFound)):
        act(cast, do.draft_plan, who, item, **PLAN)


def test_a_plan_is_mended_until_it_is_handed_in(cast: Any) -> None:
    item = planned(cast)
    act(cast, do.draft_plan, UNIT, item, **{**PLAN, "measures": "重新招标"})
    assert look(cast, item).measures == "重新招标"
    act(cast, do.submit_plan, UNIT, item, signed_by="董事长 周行远")
    with pytest.raises(WrongState, match="方案不能修改"):
        act(cast, do.draft_plan, UNIT, item, **PLAN)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"signed_by": " "}, "signed_by"),
        ({"signed_by": "长" * 41}, "signed_by"),
        ({"signed_by": "周行远", "tomorrow": True}, "signed_on"),
    ],
)
def test_the_head_signs_before_it_is_handed_in(
    cast: Any, given: dict[str, Any], place: str
) -> None:
    item = planned(cast)
    if given.pop("tomorrow", False):
        given["signed_on"] = soon(cast, 1)
    with pytest.raises(Invalid) as problem:
        act(cast, do.submit_plan, UNIT, item, **given)
    assert places(problem) == {place}


def test_the_signed_plan_is_printed_as_an_official_document(cast: Any) -> None:
    item = planned(cast)
    with pytest.raises(WrongState, match="签发"):
        act(cast, do.print_plan, UNIT, item)
    act(cast, do.submit_plan, UNIT, item, signed_by="董事长 周行远")
    act(cast, do.print_plan, UNIT, item)
    with office():
        files = documents.of_object(
            actor=cast[OFFICE], object_kind="rectification.item", object_id=item
        )
    assert {f.suffix for f in files} == {".docx", ".pdf"}
    assert files[0].title == "关于下属公司未经招标集中采购问题的整改方案"


def test_reviews_are_blind_and_once_for_each_body(cast: Any) -> None:
    item = reviewed(cast)
    with pytest.raises(Invalid, match="选择审核意见"):
        act(cast, do.review_plan, BODY, item, opinion="maybe")
    with pytest.raises(Invalid, match="具体意见"):
        act(cast, do.review_plan, BODY, item, opinion="revise", text="")
    act(cast, do.review_plan, BODY, item, opinion="revise", text="措施不够具体。")
    with pytest.raises(WrongState, match="已提出"):
        act(cast, do.review_plan, BODY, item, opinion="agree")
    assert look(cast, item, "personnel").reviews == ()
    assert look(cast, item, UNIT).reviews == ()
    assert len(look(cast, item).reviews) == 1
    with pytest.raises(Refused, match="自己的方案"):
        act(cast, do.review_plan, UNIT, item, opinion="agree")


def test_the_office_answers_with_one_voice(cast: Any) -> None:
    item = reviewed(cast)
    act(cast, do.review_plan, BODY, item, opinion="revise", text="措施不够具体。")
    with pytest.raises(WrongState, match="要求修改"):
        act(cast, do.decide_plan, OFFICE, item, approves=True)
    with pytest.raises(Invalid, match="修改意见"):
        act(cast, do.decide_plan, OFFICE, item, approves=False)
    act(cast, do.decide_plan, OFFICE, item, approves=False, merged="请细化到季度。")
    back = look(cast, item, UNIT)
    assert (back.state, back.plan_answer) == ("plan_drafted", "请细化到季度。")
    act(cast, do.submit_plan, UNIT, item, signed_by="董事长 周行远")
    act(cast, do.review_plan, BODY, item, opinion="agree")  # a new round, a new opinion
    act(cast, do.decide_plan, OFFICE, item, approves=True)
    assert look(cast, item).state == "approved"


def test_an_opinion_comes_only_while_the_plan_is_under_review(cast: Any) -> None:
    with pytest.raises(WrongState, match="不在审核中"):
        act(cast, do.review_plan, BODY, planned(cast), opinion="agree")


# --- doing -------------------------------------------------------------------------------------


def test_progress_is_reported_in_two_kinds_and_kept(cast: Any) -> None:
    item = in_progress(cast)
    given = {"kind": "progress", "percent": 40, "text": "已修订办法。", "obstacle": "人手不足"}
    for change, place in (
        ({"kind": "x"}, "kind"),
        ({"percent": 101}, "percent"),
        ({"text": ""}, "text"),
    ):
        with pytest.raises(Invalid) as problem:
            act(cast, do.report_progress, UNIT, item, **{**given, **change})
        assert places(problem) == {place}
    act(cast, do.report_progress, UNIT, item, **given)
    act(cast, do.report_progress, UNIT, item, **{**given, "kind": "head", "percent": 60})
    found = look(cast, item).reports
    assert [(r.kind_label, r.percent) for r in found] == [
        ("整改进展情况报告", 40),
        ("主要负责人组织落实情况报告", 60),
    ]
    with pytest.raises(IntegrityError, match="percent is written once"):
        as_app("update rectification_report set percent = 99 where item_id = %s", [item])


def test_progress_is_the_units_and_only_while_it_works(cast: Any) -> None:
    given = {"kind": "progress", "percent": 10, "text": "启动。"}
    with pytest.raises(Refused):
        act(cast, do.report_progress, OFFICE, in_progress(cast), **given)
    with pytest.raises(WrongState, match="整改期间"):
        act(cast, do.report_progress, UNIT, planned(cast), **given)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"MZ\x00\x01", "不是"), (b"<html>", "网页")],
    ids=["program", "page"],
)
def test_evidence_of_a_wrong_kind_is_refused_and_counts_nothing(
    cast: Any, data: bytes, words: str
) -> None:
    item = in_progress(cast)
    with pytest.raises(Invalid, match=words):
        evidence(cast, item, data=data)
    with pytest.raises(Invalid, match="至少上传一份佐证"):
        act(cast, do.submit, UNIT, item, progress="已完成。")


def test_evidence_is_the_units_and_only_while_it_works(cast: Any) -> None:
    with pytest.raises(Refused):
        evidence(cast, in_progress(cast), OFFICE)
    with pytest.raises(WrongState, match="整改期间"):
        evidence(cast, planned(cast))


def test_a_printed_plan_is_no_evidence(cast: Any) -> None:
    item = in_progress(cast)
    act(cast, do.print_plan, UNIT, item)
    with pytest.raises(Invalid, match="至少上传一份佐证"):
        act(cast, do.submit, UNIT, item, progress="已完成。")


def test_handing_in_says_what_was_done_and_the_check_clock_runs(cast: Any) -> None:
    item = in_progress(cast)
    evidence(cast, item)
    with pytest.raises(Invalid, match="整改情况"):
        act(cast, do.submit, UNIT, item, progress=" ")
    act(cast, do.submit, UNIT, item, progress="已完成。")
    assert clocks(item) == {"DT-RC-CHECK"}
    with pytest.raises(WrongState, match="不能改为"):
        act(cast, do.submit, UNIT, item, progress="再报一次。")


def test_a_stale_page_hands_nothing_in(cast: Any) -> None:
    item = in_progress(cast)
    evidence(cast, item)
    with pytest.raises(Stale):
        act(cast, do.submit, UNIT, item, progress="已完成。", revision=1)


# --- checking ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["sham", "insufficient"])
def test_what_does_not_hold_goes_back_and_needs_new_evidence(cast: Any, verdict: str) -> None:
    item = submitted(cast)
    with pytest.raises(Invalid, match="新的完成期限"):
        act(cast, do.check, OFFICE, item, verdict=verdict, finding="台账系补造。")
    act(
        cast,
        do.check,
        OFFICE,
        item,
        verdict=verdict,
        finding="台账系补造。",
        new_due_on=soon(cast),
    )
    back = look(cast, item)
    assert (back.state, back.due_on) == ("returned", soon(cast))
    assert back.sham_times == (verdict == "sham")
    assert clocks(item) == {"DT-RC-ITEM"}
    with pytest.raises(Invalid, match="至少上传一份佐证"):
        act(cast, do.submit, UNIT, item, progress="已更正。")
    evidence(cast, item)
    act(cast, do.submit, UNIT, item, progress="已更正，附原始凭证。")
    act(cast, do.check, OFFICE, item, verdict="confirmed", finding="属实。")
    assert look(cast, item).state == "confirmed"


def test_a_check_names_verdict_and_finding(cast: Any) -> None:
    with pytest.raises(Invalid) as problem:
        act(cast, do.check, OFFICE, submitted(cast), verdict="x", finding="")
    assert places(problem) >= {"verdict", "finding"}


@pytest.mark.parametrize("who", [UNIT, BODY, "leader"])
def test_checking_is_the_guidance_groups_or_the_offices(cast: Any, who: str) -> None:
    with pytest.raises(Refused):
        act(cast, do.check, who, submitted(cast), verdict="confirmed", finding="属实。")


def test_two_different_bodies_strike_a_number_off(cast: Any, heard: Recorded) -> None:
    item = confirmed(cast)
    with pytest.raises(Refused, match="自己的销号单"):
        act(cast, do.sign_close_out, UNIT, item)
    assert act(cast, do.sign_close_out, OFFICE, item) is False
    with pytest.raises(Refused, match="另一单位"):
        act(cast, do.sign_close_out, OFFICE, item)
    assert act(cast, do.sign_close_out, BODY, item) is True
    assert look(cast, item).state == "closed"
    assert '"signed":2' in json.dumps(heard.of("rectification.sign_close_out")[-1]).replace(" ", "")


def test_the_close_out_sheet_is_printed_once_it_is_closed(cast: Any) -> None:
    item = confirmed(cast)
    with pytest.raises(WrongState, match="已销号"):
        act(cast, do.print_close_out, OFFICE, item)
    act(cast, do.sign_close_out, OFFICE, item)
    act(cast, do.sign_close_out, BODY, item)
    act(cast, do.print_close_out, OFFICE, item)
    with office():
        files = documents.of_object(
            actor=cast[OFFICE], object_kind="rectification.item", object_id=item
        )
    assert any("销号单" in f.title for f in files)


def test_nothing_is_signed_before_it_was_checked(cast: Any) -> None:
    with pytest.raises(WrongState, match="核验通过"):
        act(cast, do.sign_close_out, OFFICE, submitted(cast))


# --- extension, reopening, look-back -----------------------------------------------------------


def test_an_extension_is_the_committees_and_moves_the_day_once(cast: Any) -> None:
    item = in_progress(cast)
    to = look(cast, item).due_on + timedelta(days=30)
    with pytest.raises(Invalid, match="晚于原期限"):
        act(cast, do.ask_extension, UNIT, item, to=look(cast, item).due_on, reason="难")
    with pytest.raises(Invalid, match="延期理由"):
        act(cast, do.ask_extension, UNIT, item, to=to, reason=" ")
    with pytest.raises(Refused):
        act(cast, do.ask_extension, OFFICE, item, to=to, reason="代办。")
    act(cast, do.ask_extension, UNIT, item, to=to, reason="涉及历史遗留。")
    with pytest.raises(WrongState, match="正在办理"):
        act(cast, do.ask_extension, UNIT, item, to=to, reason="再问一次。")
    with pytest.raises(Invalid, match="办理意见"):
        act(cast, do.bring_extension, OFFICE, item, supports=True, opinion="")
    act(cast, do.bring_extension, OFFICE, item, supports=True, opinion="属实，建议延期。")
    decide(cast, item, "agree")
    now = look(cast, item)
    assert (now.due_on, now.extension_to) == (to, None)
    with pytest.raises(WrongState, match="只能延期一次"):
        act(cast, do.ask_extension, UNIT, item, to=to + timedelta(days=1), reason="再延。")


def decide(cast: Any, item: UUID, opinion: str, comment: str = "") -> None:
    with office():
        matter = Matter.objects.get(object_id=item, state="pending")
    approvals.vote(
        actor=cast["chair"],
        now=cast.now,
        matter_id=matter.id,
        revision=matter.revision,
        opinion=opinion,
        comment=comment,
    )


def test_an_extension_may_be_sent_back_by_the_office_or_the_committee(cast: Any) -> None:
    item = in_progress(cast)
    due = look(cast, item).due_on
    with pytest.raises(WrongState, match="没有等待"):
        act(cast, do.bring_extension, OFFICE, item, supports=True, opinion="属实。")
    act(cast, do.ask_extension, UNIT, item, to=due + timedelta(days=9), reason="涉及历史遗留。")
    act(cast, do.bring_extension, OFFICE, item, supports=False, opinion="理由不足。")
    assert look(cast, item, UNIT).plan_answer == "理由不足。"
    act(cast, do.ask_extension, UNIT, item, to=due + timedelta(days=9), reason="补充理由。")
    act(cast, do.bring_extension, OFFICE, item, supports=True, opinion="请审议。")
    decide(cast, item, "disagree", "不延。")
    now = look(cast, item, UNIT)
    assert (now.due_on, now.extension_to, now.plan_answer) == (due, None, "不延。")


@pytest.mark.parametrize(
    ("change", "place"),
    [({"cause": "x"}, "cause"), ({"text": ""}, "text"), ({"due_on": None}, "due_on")],
)
def test_a_reopening_says_why_and_until_when(cast: Any, change: dict[str, Any], place: str) -> None:
    item = closed(cast)
    given = {"cause": "rebound", "text": "再次发现。", "due_on": soon(cast), **change}
    given["due_on"] = given["due_on"] or cast.now.date()
    with pytest.raises(Invalid) as problem:
        act(cast, do.reopen, OFFICE, item, **given)
    assert places(problem) == {place}


def test_a_reopened_item_begins_again_without_its_old_proofs(cast: Any) -> None:
    item = closed(cast)
    act(cast, do.reopen, OFFICE, item, cause="audit", text="审计发现。", due_on=soon(cast))
    assert clocks(item) == {"DT-RC-ITEM"}
    with pytest.raises(Invalid, match="佐证"):
        act(cast, do.submit, UNIT, item, progress="已再改。")
    evidence(cast, item)
    act(cast, do.submit, UNIT, item, progress="已再改。")
    act(cast, do.check, OFFICE, item, verdict="confirmed", finding="属实。")
    act(cast, do.sign_close_out, OFFICE, item)
    act(cast, do.sign_close_out, BODY, item)
    assert look(cast, item).closed_on is not None
    assert look(cast, item).reopened_times == 1


@operation("test.look_back")
def found(*, actor: Any, now: Any, **facts: Any) -> None:
    announce("inspection.look_back_found", actor=actor, now=now, **facts)


def looked(cast: Any, item: UUID, **changes: Any) -> None:
    given = {
        "engagement": look(cast, item).engagement,
        "item_kind": "rectification.item",
        "item_id": item,
        "verdict": "sham",
        "text": "现场核查发现仍在拆分采购。",
        "due_on": soon(cast),
        "basis": "巡〔2026〕9号",
    }
    found(actor=cast[OFFICE], now=cast.now, **{**given, **changes})


def test_a_look_back_brings_a_closed_item_back(cast: Any) -> None:
    item = closed(cast)
    looked(cast, item)
    back = look(cast, item)
    assert (back.state, back.reopened_times, back.due_on) == ("reopened", 1, soon(cast))


def test_a_sound_item_stays_closed_and_other_kinds_are_not_ours(cast: Any) -> None:
    item = closed(cast)
    looked(cast, item, verdict="sound", due_on=None)
    looked(cast, item, item_kind="leads.lead")
    assert look(cast, item).state == "closed"


def test_a_look_back_at_an_open_item_or_another_engagement_is_refused(cast: Any) -> None:
    item = confirmed(cast)
    with pytest.raises(WrongState, match="尚未销号"):
        looked(cast, item)
    with pytest.raises(Invalid, match="原巡视任务"):
        looked(cast, item, engagement=new_id())


# --- pressing and results ----------------------------------------------------------------------


def test_a_pressed_letter_has_a_number_a_clock_and_an_answer(cast: Any) -> None:
    item = in_progress(cast)
    with pytest.raises(Invalid, match="督办要求"):
        act(cast, do.press, OFFICE, item, demand="", due_on=soon(cast))
    with pytest.raises(Invalid, match="晚于今天"):
        act(cast, do.press, OFFICE, item, demand="请说明。", due_on=cast.now.date())
    with pytest.raises(Refused):
        act(cast, do.press, BODY, item, demand="请说明。", due_on=soon(cast))
    act(cast, do.press, OFFICE, item, demand="请说明迟缓原因。", due_on=soon(cast))
    (letter,) = look(cast, item, UNIT).presses
    assert letter.number.startswith("督YL-JT〔")
    assert "DT-RC-JOINT" in clocks(item)
    assert "answer_press" in look(cast, item, UNIT).permitted
    with pytest.raises(WrongState, match="还没有答复"):
        act(cast, do.press, OFFICE, item, demand="再催。", due_on=soon(cast))
    with pytest.raises(Invalid, match="办理情况"):
        act(cast, do.answer_press, UNIT, item, answer=" ")
    act(cast, do.answer_press, UNIT, item, answer="已调整专班，月底前完成。")
    assert "DT-RC-JOINT" not in clocks(item)
    with pytest.raises(WrongState, match="没有等待答复"):
        act(cast, do.answer_press, UNIT, item, answer="再答。")


def test_a_closed_item_is_not_pressed(cast: Any) -> None:
    with pytest.raises(WrongState, match="不需要督办"):
        act(cast, do.press, OFFICE, confirmed(cast), demand="请说明。", due_on=soon(cast))


USE: dict[str, Any] = {
    "kind": "rule",
    "recipient_id": unit_id("YL-GZ"),
    "text": "修订省属企业采购管理办法",
    "document": "国资发〔2026〕12号",
}


def test_results_are_kept_with_recipient_and_document(cast: Any) -> None:
    item = closed(cast)
    today = cast.now.date()
    act(cast, do.record_use, OFFICE, item, used_on=today, **USE)
    money = {**USE, "kind": "money", "amount": 1_200_000_00}
    act(cast, do.record_use, OFFICE, item, used_on=today, **money)
    assert [(u.kind_label, u.amount) for u in look(cast, item).uses] == [
        ("形成制度", None),
        ("追缴挽损", 1_200_000_00),
    ]
    assert look(cast, item, UNIT).uses == ()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "x"}, "kind"),
        ({"recipient_id": new_id()}, "recipient_id"),
        ({"kind": "money"}, "amount"),
        ({"amount": 5}, "amount"),
        ({"text": ""}, "text"),
        ({"document": " "}, "document"),
        ({"text": "长" * 501}, "text"),
    ],
)
def test_a_result_that_does_not_fit_names_its_field(
    cast: Any, change: dict[str, Any], place: str
) -> None:
    with pytest.raises(Invalid) as problem:
        act(
            cast,
            do.record_use,
            OFFICE,
            confirmed(cast),
            used_on=cast.now.date(),
            **{**USE, **change},
        )
    assert places(problem) == {place}


def test_no_result_without_a_check_and_none_from_the_future(cast: Any) -> None:
    with pytest.raises(WrongState, match="核验通过之后"):
        act(cast, do.record_use, OFFICE, submitted(cast), used_on=cast.now.date(), **USE)
    with pytest.raises(Invalid, match="晚于今天"):
        act(cast, do.record_use, OFFICE, confirmed(cast), used_on=soon(cast), **USE)


def test_the_database_keeps_no_money_without_an_amount(cast: Any) -> None:
    """An unknown comparison is not enough: "amount > 0" alone lets an empty amount pass."""
    item = confirmed(cast)
    money = {**USE, "kind": "money", "amount": 1_200_000_00}
    act(cast, do.record_use, OFFICE, item, used_on=cast.now.date(), **money)
    copy = (
        "insert into rectification_use select (jsonb_populate_record(u, jsonb_build_object("
        "'id', gen_random_uuid(), 'amount', %s::bigint))).* from rectification_use u where item_id = %s"
    )
    with pytest.raises(IntegrityError, match="use_of_money_has_an_amount"):
        as_app(copy, [None, item], who=OFFICE)
    assert as_app(copy, [5, item], who=OFFICE) == 1


# --- who sees what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["other_contact", "neighbour", "audit", "other_city", "system_admin"]
)
def test_strangers_see_and_do_nothing(cast: Any, who: str) -> None:
    item = in_progress(cast)
    with pytest.raises(NotFound):
        look(cast, item, who)
    with pytest.raises(NotFound):
        act(cast, do.start, who, item)
    assert queries.items(actor=cast[who], now=cast.now).rows == []


def test_the_list_filters_by_state_and_words(cast: Any) -> None:
    one, two = issued(cast), planned(cast, title="干部档案审核把关不严")
    ids = lambda **more: {  # noqa: E731 - read below
        r.id for r in queries.items(actor=cast[OFFICE], now=cast.now, **more).rows
    }
    assert ids() == {one, two}
    assert ids(state="issued") == {one}
    assert ids(search="干部档案") == {two}
    assert ids(engagement=look(cast, two).engagement) == {two}


# --- what the database refuses, whoever asks ---------------------------------------------------


@pytest.mark.parametrize(
    ("make", "sql", "rule"),
    [
        (reviewed, "set signed_by = ''", "signed_by_the_head"),
        (submitted, "set evidence_count = 0", "handed_in_with_evidence"),
        (submitted, "set state = 'confirmed'", "confirmed_by_another"),
        (
            submitted,
            "set state = 'confirmed', checked_by_id = submitted_by_id",
            "confirmed_by_another",
        ),
        (confirmed, "set state = 'closed', closed_on = current_date", "closed_by_two_bodies"),
        (
            confirmed,
            "set state = 'closed', closed_on = current_date, signed_unit = owner_unit, "
            "second_unit = owner_unit",
            "closed_by_two_bodies",
        ),
        (
            confirmed,
            "set state = 'closed', closed_on = current_date, signed_unit = owner_unit, "
            "second_unit = subject_org",
            "closed_by_two_bodies",
        ),
        (issued, "set state = 'closed'", "rectification_item"),
        (closed, "set closed_on = null", "closed_has_a_date"),
    ],
)
def test_the_database_holds_the_rules_of_an_item(cast: Any, make: Any, sql: str, rule: str) -> None:
    item = make(cast)
    with pytest.raises(Exception, match=rule):
        as_app(f"update rectification_item {sql} where id = %s", [item])


@pytest.mark.parametrize(
    ("table", "sql", "rule"),
    [
        ("check", "set checker_id = submitted_by_id", "written once|check_by_another"),
        ("check", "set finding = 'x'", "finding is written once"),
        ("review", "set opinion = 'revise', text = 'x'", "written once"),
    ],
)
def test_checks_and_reviews_stay_as_they_were(cast: Any, table: str, sql: str, rule: str) -> None:
    item = confirmed(cast)
    who = OFFICE if table == "check" else BODY
    with pytest.raises(IntegrityError, match=rule):
        as_app(f"update rectification_{table} {sql} where item_id = %s", [item], who=who)


def test_a_unit_cannot_close_its_item_by_hand(cast: Any) -> None:
    item = confirmed(cast)
    with pytest.raises(IntegrityError):
        as_app(
            "update rectification_item set state = 'closed', closed_on = current_date where id = %s",
            [item],
            who=UNIT,
        )


def test_the_ledger_shows_each_items_light_and_why(cast: Any) -> None:
    late, done = issued(cast), closed(cast)

    def line(item: Any, who: str = OFFICE, **more: Any) -> Any:
        task = look(cast, item).engagement
        rows = queries.items(actor=cast[who], **{"now": cast.now, "engagement": task, **more}).rows
        return next(r for r in rows if r.id == item)

    assert line(late).light == Light.GREEN
    due = look(cast, late).due_on
    behind = line(late, now=cast.now + timedelta(days=61))
    assert behind.light == Light.RED
    assert f"{due:%m月%d日}".lstrip("0") in behind.why
    assert line(late, UNIT).light == Light.GREEN
    struck = line(done)
    assert (struck.light, struck.why) == (Light.DONE, f"{cast.now.date():%Y年%m月%d日}销号")
    words = client_of(OFFICE).get("/items/").content.decode()
    assert struck.why in words
    assert "按期完成" in words


def test_the_units_first_page_leaves_out_what_was_struck_off(cast: Any) -> None:
    gone, waiting = closed(cast, title="已经办结的旧事项"), issued(cast, title="等待办理的新事项")
    words = client_of(UNIT).get("/").content.decode()
    assert look(cast, waiting).title in words
    assert look(cast, gone).title not in words

"""Joint supervision act by act (SM-6): suggested, proposed, approved, staffed, served, answered, looked at, lifted
or taken up the ladder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from lianxun.access.models import Account, Recusal
from lianxun.documents import queries as documents
from lianxun.exchange import operations as answer
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from tests.exchange import support as exchange
from tests.exchange.support import as_app, clocks
from tests.rectification.support import (
    OFFICE,
    UNIT,
    assess,
    closed,
    issued,
    look,
    ruled,
    score,
    soon,
    submitted,
)
from tests.rectification.support import step as scored
from tests.rectification.support_supervision import (
    GROUP,
    approved,
    climb,
    find,
    interview,
    interviewed,
    looked,
    member,
    noticed,
    on_site,
    propose,
    proposed,
    reply,
    seen,
    sham,
    staffed,
    step,
)
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded, listen

KIND = "rectification.supervision"
LIFT = (
    "update rectification_supervision set state = 'lifted', result = 'x', lifted_on = '2026-11-23',"
    " concluded_by_id = '{}' where id = '{}'"
)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def places(problem: Any) -> set[str]:
    return {e.place for e in problem.value.errors}


def papers(cast: Any, found: Any, who: str) -> list[str]:
    with acting_as(account_id(who)), transaction.atomic():
        files = documents.of_object(actor=cast[who], object_kind=KIND, object_id=found)
    return sorted(f.title + f.suffix for f in files)


# --- suggested and proposed --------------------------------------------------------------------


def test_a_sham_item_is_suggested_with_its_reason_until_it_is_supervised(cast: Any) -> None:
    item = sham(cast)
    (task,) = [
        t
        for t in queries.suggested(actor=cast[OFFICE], now=cast.now)
        if t.engagement == look(cast, item).engagement
    ]
    (one,) = task.items
    assert [r.trigger.code for r in one.reasons] == ["SV-SHAM"]
    assert one.reasons[0].words == "核验发现虚假整改 1 次"
    propose(cast, item)
    left = queries.suggested(actor=cast[OFFICE], now=cast.now)
    assert task.engagement not in {t.engagement for t in left}


@pytest.mark.parametrize("who", [UNIT, "discipline", "neighbour", "system_admin"])
def test_who_may_not_propose_gets_no_suggestions(cast: Any, who: str) -> None:
    item = sham(cast)
    assert queries.suggested(actor=cast[who], now=cast.now) == []
    task = look(cast, item).engagement
    with pytest.raises(NotFound):
        queries.ready_to_supervise(actor=cast[who], now=cast.now, engagement_id=task)
    with pytest.raises((Refused, NotFound)):
        propose(cast, item, who)


def test_a_proposal_waits_for_the_committee_and_nobody_else_knows(
    cast: Any, heard: Recorded
) -> None:
    found = proposed(cast)
    now = seen(cast, found)
    assert (now.state, now.turn, now.rules_version) == ("proposed", 1, 1)
    assert now.number.endswith("号-督1")
    assert now.unit_names == ("省纪委监委", "省委组织部")
    assert (now.listed[0].why, now.listed[0].open) == ("虚假整改：核验发现虚假整改 1 次", True)
    assert now.permitted == frozenset()
    for who in (UNIT, "discipline", "neighbour", "other_city", "system_admin"):
        with pytest.raises(NotFound):
            seen(cast, found, who)
    (record,) = heard.of("rectification.propose_supervision")
    assert (record["result"], record["rule"]) == ("allow", "REC-OFFICE")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"items": ()}, "items"),
        ({"items": (new_id(),)}, "items"),
        ({"units": ()}, "units"),
        ({"units": (unit_id("YL-JW"),)}, "units"),
        ({"units": (unit_id("YL-JW"), unit_id("YL-JT"))}, "units"),
        ({"units": (unit_id("YL-JW"), unit_id("YL"))}, "units"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 1001}, "reason"),
        ({"demand": ""}, "demand"),
    ],
    ids=["nothing", "unknown", "nobody", "one", "itself", "above", "why", "long", "what"],
)
def test_a_proposal_that_does_not_fit_names_its_field(
    cast: Any, change: dict[str, Any], place: str
) -> None:
    with pytest.raises(Invalid) as problem:
        propose(cast, submitted(cast), **change)
    assert place in places(problem)


def test_what_is_settled_or_supervised_already_is_not_proposed(cast: Any) -> None:
    with pytest.raises(Invalid, match="已核验通过或销号"):
        propose(cast, closed(cast))
    item = sham(cast)
    propose(cast, item)
    with pytest.raises(Invalid, match="已在另一项联合督办中") as problem:
        propose(cast, item)
    assert places(problem) == {"items"}


def test_what_the_committee_does_not_approve_is_dropped_and_may_be_proposed_anew(cast: Any) -> None:
    item = sham(cast)
    found = propose(cast, item)
    ruled(cast, found, "disagree", "先由督导组核实。")
    now = seen(cast, found)
    assert (now.state, now.remark, now.listed[0].open) == ("dropped", "先由督导组核实。", False)
    assert clocks(found) == set()
    assert seen(cast, propose(cast, item)).number.endswith("-督2")


# --- the group ---------------------------------------------------------------------------------


def test_a_member_sees_the_list_and_its_items_and_nothing_else_of_the_engagement(cast: Any) -> None:
    item = sham(cast)
    found = propose(cast, item)
    ruled(cast, found)
    other = closed(cast)
    with pytest.raises(NotFound):
        seen(cast, found, "audit")
    again = propose(cast, sham(cast), units=(unit_id("YL-SJ"), unit_id("YL-CZ")))
    ruled(cast, again)
    member(cast, again, "audit")
    now = seen(cast, again, "audit")
    assert [line.seen for line in now.listed] == [True]
    assert look(cast, now.listed[0].item, "audit").number == now.listed[0].number
    lines = queries.supervised(actor=cast["audit"], now=cast.now).rows
    assert [line.supervision for line in lines] == [again]
    assert now.permitted == frozenset()
    for hidden in (item, other):
        with pytest.raises(NotFound):
            look(cast, hidden, "audit")
    with pytest.raises(NotFound):  # a colleague of the same unit is not in the group
        seen(cast, again, "auditor_expert")


def test_membership_ends_by_its_day_and_by_leaving(cast: Any) -> None:
    found = staffed(cast)
    gone = next(m for m in seen(cast, found).group if m.account == account_id("personnel"))
    step(cast, do.leave_group, OFFICE, found, member_id=gone.id)
    with pytest.raises(NotFound):
        seen(cast, found, "personnel")
    with pytest.raises(Invalid, match="现在的督导组成员"):
        step(cast, do.leave_group, OFFICE, found, member_id=gone.id)
    assert seen(cast, found, "discipline").number
    ran_out = (
        "update access_grant set valid_from = lx.today() - 2, valid_to = lx.today() - 1 "
        f"where account_id = '{account_id('discipline')}' and object_id = '{found}'"
    )
    assert as_app(ran_out, who=OFFICE) == 1
    with pytest.raises(NotFound):
        seen(cast, found, "discipline")
    with pytest.raises(NotFound):
        step(cast, do.receive_notice, "discipline", found)


def test_who_is_behind_his_day_is_in_the_group_no_more(cast: Any) -> None:
    found = on_site(cast)
    later = cast.now + timedelta(days=61)
    with pytest.raises(Refused, match="联合整改督导组成员"):
        find(cast, found, "discipline", now=later)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"account_id": account_id("finance")}, "account_id"),
        ({"account_id": new_id()}, "account_id"),
        ({"account_id": account_id("escrow_1")}, "account_id"),
        ({"role": "chief"}, "role"),
        ({"until": None}, "until"),
    ],
    ids=["other-unit", "nobody", "without-duty", "role", "no-time"],
)
def test_a_member_that_does_not_fit_names_its_field(
    cast: Any, change: dict[str, Any], place: str
) -> None:
    found = approved(cast)
    given = {**change, "until": cast.now.date()} if "until" in change else change
    with pytest.raises(Invalid) as problem:
        member(cast, found, "personnel", **given)
    assert places(problem) == {place}


def test_nobody_is_twice_in_the_group_and_it_has_one_head(cast: Any) -> None:
    found = approved(cast)
    member(cast, found, "discipline")
    for who in ("discipline", "personnel"):
        with pytest.raises(Invalid, match="已在督导组中，或督导组已有组长"):
            member(cast, found, who, role="head")


def test_who_is_recused_is_not_taken_in_and_nobody_learns_why(cast: Any) -> None:
    found = approved(cast)
    with acting_as(account_id(OFFICE)), transaction.atomic():
        Recusal.objects.create(
            created_at=cast.now,
            account_id=account_id("personnel"),
            organisation_id=unit_id("YL-JT"),
            reason_code="kin",
            valid_from=cast.now.date(),
        )
    with pytest.raises(Invalid, match="不能知悉本事项") as problem:
        member(cast, found, "personnel")
    assert places(problem) == {"account_id"}
    assert seen(cast, found).group == ()


# --- the letter --------------------------------------------------------------------------------


def test_the_letter_is_served_with_its_list_and_fifteen_days(cast: Any, heard: Recorded) -> None:
    found = staffed(cast)
    assert clocks(found) == {"DT-RC-NOTICE"}
    step(cast, do.send_notice, OFFICE, found)
    now = seen(cast, found, UNIT)
    assert (now.state, now.notice_number[:2]) == ("notice", "联督")
    assert now.due_on >= cast.now.date() + timedelta(days=15)
    assert (now.reason, now.group, now.permitted) == ("", (), {"receive", "reply"})
    assert clocks(found) == {"DT-RC-JOINT", "DT-RC-SITE"}
    title = "关于对示范投资集团 1 项整改事项联合督办的通知书"
    for who in (UNIT, OFFICE, *GROUP):
        assert papers(cast, found, who) == [f"{title}.docx", f"{title}.pdf"]
    assert papers(cast, found, "neighbour") == []
    assert heard.of("rectification.send_notice")[0]["detail"]["to"] == "notice"
    member(cast, found, "discipline_head")  # who comes later reads the letter, too
    assert len(papers(cast, found, "discipline_head")) == 2


def test_no_letter_without_people_of_two_units(cast: Any) -> None:
    found = approved(cast)
    member(cast, found, "discipline")
    member(cast, found, "discipline_head", role="member")
    with pytest.raises(WrongState, match="2 个以上督办单位"):
        step(cast, do.send_notice, OFFICE, found)
    with pytest.raises(IntegrityError, match="two units"):
        as_app(
            "update rectification_supervision set state = 'notice', notice_number = 'x', "
            "notice_on = '2026-11-23', due_on = '2026-12-08', addressee_unit = subject_org, "
            f"addressee_path = subject_path where id = '{found}'",
            who=OFFICE,
        )


def test_a_letter_is_not_sent_before_approval_nor_twice_nor_for_yesterday(cast: Any) -> None:
    with pytest.raises(WrongState, match="批准之后"):
        step(cast, do.send_notice, OFFICE, proposed(cast))
    found = staffed(cast)
    with pytest.raises(Invalid, match="晚于今天"):
        step(cast, do.send_notice, OFFICE, found, due_on=cast.now.date())
    step(cast, do.send_notice, OFFICE, found, due_on=soon(cast, 10))
    assert seen(cast, found).due_on == soon(cast, 10)
    with pytest.raises(WrongState, match="只发一次"):
        step(cast, do.send_notice, OFFICE, found)
    with pytest.raises(Stale):
        step(cast, do.receive_notice, UNIT, found, revision=1)


# --- answered and looked at --------------------------------------------------------------------


def test_received_then_answered_item_by_item_and_the_group_looks(cast: Any) -> None:
    found = noticed(cast)
    step(cast, do.receive_notice, UNIT, found)
    assert (seen(cast, found).state, seen(cast, found).received_by) == ("responding", "钱立本")
    reply(cast, found)
    now = seen(cast, found)
    assert (now.state, now.listed[0].waiting) == ("on_site_check", False)
    assert now.listed[0].replies[0].text == "已查明原因，补正台账。"
    assert clocks(found) == {"DT-RC-SITE"}
    with pytest.raises(WrongState, match="不是答复阶段"):
        reply(cast, found)


@pytest.mark.parametrize("who", ["discipline", OFFICE])
def test_only_the_unit_receives_and_answers(cast: Any, who: str) -> None:
    found = noticed(cast)
    for call in (
        lambda: step(cast, do.receive_notice, who, found),
        lambda: reply(cast, found, who),
    ):
        with pytest.raises(Refused):
            call()


def test_an_answer_that_does_not_fit_names_its_field(cast: Any) -> None:
    found = noticed(cast)
    for change, place in (
        ({"text": " "}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"listed_id": new_id()}, "listed_id"),
    ):
        with pytest.raises(Invalid) as problem:
            reply(cast, found, **change)
        assert places(problem) == {place}


def test_who_says_nothing_is_looked_at_once_the_days_are_over(cast: Any) -> None:
    found = noticed(cast)
    with pytest.raises(WrongState, match="未满"):
        step(cast, do.look_on_site, OFFICE, found)
    later = cast.now + timedelta(days=30)
    assert "look" in seen(cast, found, now=later).permitted
    step(cast, do.look_on_site, OFFICE, found, now=later)
    assert seen(cast, found).state == "on_site_check"


def test_two_units_find_each_once_and_the_supervised_unit_never(cast: Any) -> None:
    found = on_site(cast)
    find(cast, found, "discipline")
    with pytest.raises(Invalid, match="本单位已对"):
        find(cast, found, "discipline")
    for who in (UNIT, OFFICE):
        with pytest.raises(Refused):
            find(cast, found, who)
    for who in ("neighbour", "audit", "system_admin"):
        with pytest.raises(NotFound):
            find(cast, found, who)
    assert seen(cast, found, UNIT).listed[0].findings == ()
    assert clocks(found) == {"DT-RC-SITE"}
    find(cast, found, "personnel")
    assert clocks(found) == set()
    assert seen(cast, found).permitted >= {"lift"}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"finding": " "}, "finding"),
        ({"finding": "长" * 501}, "finding"),
        ({"verdict": "fine"}, "verdict"),
        ({"listed_id": new_id()}, "listed_id"),
        ({"visited_on": "tomorrow"}, "visited_on"),
    ],
    ids=["empty", "long", "verdict", "listed", "future"],
)
def test_a_finding_that_does_not_fit_names_its_field(
    cast: Any, change: dict[str, Any], place: str
) -> None:
    found = on_site(cast)
    given = {"visited_on": soon(cast, 1)} if "visited_on" in change else change
    with pytest.raises(Invalid) as problem:
        find(cast, found, "discipline", **given)
    assert places(problem) == {place}


def test_the_database_takes_no_finding_of_the_unit_or_of_a_stranger(cast: Any) -> None:
    found = on_site(cast)
    find(cast, found, "discipline")
    copy = (
        "insert into rectification_sitefinding select (jsonb_populate_record(f, jsonb_build_object("
        "'id', gen_random_uuid(), {}))).* from rectification_sitefinding f"
    )
    for change, said in (
        ("'turn', 2", "in the group"),
        (f"'unit_id', '{unit_id('YL-SJ')}'", "in the group"),
        ("'finding', ''", "site_finding"),
    ):
        with pytest.raises(IntegrityError, match=said):
            as_app(copy.format(change), who="discipline")
    with pytest.raises(IntegrityError, match="written once"):
        as_app("update rectification_sitefinding set verdict = 'sham'", who="discipline")


# --- lifted ------------------------------------------------------------------------------------


def test_lifted_when_two_units_found_everything_sound_and_the_group_sees_it_no_more(
    cast: Any, heard: Recorded
) -> None:
    found = looked(cast)
    item = seen(cast, found).listed[0].item
    step(cast, do.lift_supervision, OFFICE, found, result="两个单位现场核查属实。")
    now = seen(cast, found, UNIT)
    assert (now.state, now.result, now.lifted_on) == (
        "lifted",
        "两个单位现场核查属实。",
        cast.now.date(),
    )
    assert not now.listed[0].open
    for who in GROUP:
        with pytest.raises(NotFound):
            seen(cast, found, who)
    assert look(cast, item).state == "returned"  # it goes its ordinary way on
    assert heard.of("rectification.lift_supervision")[0]["rule"] == "REC-OFFICE"


def test_not_lifted_on_one_unit_or_on_a_bad_finding(cast: Any) -> None:
    found = on_site(cast)
    find(cast, found, "discipline")
    with pytest.raises(WrongState, match="两个以上单位"):
        step(cast, do.lift_supervision, OFFICE, found, result="属实。")
    lift = LIFT.format(account_id(OFFICE), found)
    with pytest.raises(IntegrityError, match="two units found"):
        as_app(lift, who=OFFICE)
    find(cast, found, "personnel", "sham")
    with pytest.raises(WrongState, match="不能解除"):
        step(cast, do.lift_supervision, OFFICE, found, result="属实。")
    with pytest.raises(IntegrityError, match="two units found"):
        as_app(lift, who=OFFICE)
    with pytest.raises(Invalid, match="请写明督办结果"):
        step(cast, do.lift_supervision, OFFICE, found, result=" ")


def test_who_found_does_not_conclude(cast: Any) -> None:
    found = looked(cast)
    for who in GROUP:
        with pytest.raises(Refused, match="不能作出督办结论"):
            step(cast, do.lift_supervision, who, found, result="属实。")


# --- the ladder --------------------------------------------------------------------------------


def test_the_head_is_interviewed_and_the_promise_is_a_clock(cast: Any, heard: Recorded) -> None:
    found = looked(cast, "insufficient")
    assert seen(cast, found).permitted >= {"interview"}
    interview(cast, found)
    now = seen(cast, found, UNIT)
    (rung,) = now.rungs
    assert (now.state, rung.rung_label, rung.position) == ("escalated", "约谈", 1)
    assert (rung.interviewer, rung.interviewer_as) == ("省委书记 林知远", "党委（党组）主要负责人")
    assert rung.number.startswith("约谈")
    assert rung.pledge_due_on == cast.now.date() + timedelta(days=30)
    assert clocks(found) == {"DT-RC-PLEDGE"}
    assert "约谈记录.pdf" in papers(cast, found, UNIT)
    assert "约谈记录.pdf" in papers(cast, found, "discipline")
    assert heard.of("rectification.interview_head")[0]["detail"]["rung"] == "interview"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"interviewer": " "}, "interviewer"),
        ({"interviewee": ""}, "interviewee"),
        ({"place": ""}, "place"),
        ({"pledge": ""}, "pledge"),
        ({"demand": ""}, "demand"),
        ({"interviewer_as": "friend"}, "interviewer_as"),
        ({"pledge_due_on": "today"}, "pledge_due_on"),
        ({"held_on": "tomorrow"}, "held_on"),
        ({"interviewer": "长" * 61}, "interviewer"),
    ],
)
def test_an_interview_that_is_not_whole_names_its_field(
    cast: Any, change: dict[str, Any], place: str
) -> None:
    found = looked(cast, "insufficient")
    days = {"today": cast.now.date(), "tomorrow": soon(cast, 1)}
    with pytest.raises(Invalid) as problem:
        interview(cast, found, **{k: days.get(v, v) for k, v in change.items()})
    assert places(problem) == {place}


def test_rungs_are_climbed_one_after_the_other_and_the_unit_answers_anew(cast: Any) -> None:
    found = looked(cast, "sham")
    with pytest.raises(WrongState, match="下一级是“约谈”"):
        climb(cast, found)
    interview(cast, found)
    step(cast, do.ask_again, OFFICE, found, due_on=soon(cast, 10))
    now = seen(cast, found)
    assert (now.state, now.turn, now.due_on) == ("responding", 2, soon(cast, 10))
    assert now.listed[0].waiting
    reply(cast, found, text="第二次答复：已全部更正。")
    assert clocks(found) == {"DT-RC-SITE"}  # the promise was kept with the answer
    find(cast, found, "discipline", "insufficient")
    find(cast, found, "personnel")
    with pytest.raises(WrongState, match="下一级是“通报”"):
        interview(cast, found)
    climb(cast, found)
    climb(cast, found, demand="建议追究补造台账人员责任。")
    assert [r.rung for r in seen(cast, found).rungs] == ["interview", "circular", "accountability"]
    # a proposal to hold people to account is not the unit's to read
    assert [r.rung for r in seen(cast, found, UNIT).rungs] == ["interview", "circular"]
    assert "关于示范投资集团整改不力的问责建议.pdf" not in papers(cast, found, UNIT)
    assert "关于示范投资集团整改不力的问责建议.pdf" in papers(cast, found, OFFICE)
    climb(cast, found, demand="提请开展“回头看”。")
    assert "关于提请对示范投资集团开展“回头看”的函.docx" in papers(cast, found, OFFICE)
    assert clocks(found) == set()
    now = seen(cast, found)
    assert (now.next_rung, now.listed[0].open) == ("", False)
    assert "again" not in now.permitted
    with pytest.raises(WrongState, match="再次答复"):
        step(cast, do.ask_again, OFFICE, found)
    with pytest.raises(WrongState, match="最后一级"):
        climb(cast, found)


def test_what_is_sound_is_not_escalated_and_not_before_two_units_looked(cast: Any) -> None:
    found = on_site(cast)
    with pytest.raises(WrongState, match="两个以上单位"):
        interview(cast, found)
    for who in GROUP:
        find(cast, found, who)
    with pytest.raises(WrongState, match="应当解除督办"):
        interview(cast, found)
    with pytest.raises(IntegrityError, match="rung of the ladder"):
        as_app(
            f"update rectification_supervision set state = 'escalated' where id = '{found}'",
            who=OFFICE,
        )


def test_the_database_leaves_no_rung_out_and_no_move_that_the_machine_has_not(cast: Any) -> None:
    found = interviewed(cast)
    copy = (
        "insert into rectification_escalation select (jsonb_populate_record(e, jsonb_build_object("
        "'id', gen_random_uuid(), 'position', 3, 'rung', 'circular', 'interviewer', '', "
        "'interviewee', ''))).* from rectification_escalation e"
    )
    with pytest.raises(IntegrityError, match="no rung"):
        as_app(copy, who=OFFICE)
    with pytest.raises(DatabaseError):
        as_app(
            f"update rectification_supervision set state = 'notice' where id = '{found}'",
            who=OFFICE,
        )
    with pytest.raises(IntegrityError, match="written once"):
        as_app("update rectification_escalation set pledge = 'x'", who=OFFICE)


def test_an_item_above_the_office_counts_when_a_supervision_is_lifted(cast: Any) -> None:
    item = sham(cast)
    task = look(cast, item)
    second = sham(cast, engagement_id=task.engagement, engagement_number="x")
    found = propose(cast, item, items=(item, second))
    ruled(cast, found)
    for who in GROUP:
        member(cast, found, who)
    step(cast, do.send_notice, OFFICE, found)
    for line in seen(cast, found).listed:
        reply(cast, found, listed_id=line.id)
    sound, hidden = (line.id for line in seen(cast, found).listed)
    for who in GROUP:
        find(cast, found, who, listed_id=sound)
    raised = f"update rectification_supervised set level = 3 where id = '{hidden}'"
    Account.objects.filter(id=account_id("personnel")).update(clearance=3)
    assert as_app(raised, who="leader") == 1
    Account.objects.filter(id=account_id(OFFICE)).update(clearance=2)
    assert [line.id for line in seen(cast, found).listed] == [sound]  # all the office sees is sound
    with pytest.raises(WrongState) as problem:
        step(cast, do.lift_supervision, OFFICE, found, result="属实。")
    assert "两个以上单位" in str(problem.value)  # not a word about what he may not know
    with pytest.raises(IntegrityError, match="two units found"):
        as_app(LIFT.format(account_id(OFFICE), found), who=OFFICE)
    for who in GROUP:
        copy = (
            "insert into rectification_sitefinding select (jsonb_populate_record(f, "
            f"jsonb_build_object('id', gen_random_uuid(), 'supervised_id', '{hidden}'))).* "
            f"from rectification_sitefinding f where account_id = '{account_id(who)}'"
            f" and supervised_id = '{sound}'"
        )
        assert as_app(copy, who=who) == 1
    step(cast, do.lift_supervision, OFFICE, found, result="属实。")
    assert seen(cast, found).state == "lifted"


# --- what makes the platform suggest one, as it stands in the database ---------------------------


def suggested(cast: Any, item: Any, who: str = OFFICE, **more: Any) -> dict[str, str]:
    """Trigger → words of one item in the office's list; empty where it is not listed."""
    given = {"now": cast.now, **more}
    tasks = queries.suggested(actor=cast[who], **given)
    return {
        r.trigger.code: r.words for t in tasks for i in t.items if i.id == item for r in i.reasons
    }


def test_an_item_is_listed_from_the_thirty_first_day_behind_its_day(cast: Any) -> None:
    item = issued(cast)
    due = look(cast, item).due_on
    assert suggested(cast, item, now=cast.now + timedelta(days=90)) == {}
    late = suggested(cast, item, now=cast.now + timedelta(days=91))
    assert late == {"SV-RED": f"超期 31 日（期限 {due:%Y年%m月%d日}）"}


def test_an_item_of_a_unit_that_refused_data_without_ground_is_listed(cast: Any) -> None:
    item = issued(cast, unit_id=unit_id("YL-CZ"))
    asked = exchange.refused(cast)  # the unit says that it has no such data
    assert suggested(cast, item) == {}
    exchange.act(cast, answer.contest_refusal, OFFICE, asked, reason="应当提供。")
    assert suggested(cast, item) == {}
    exchange.act(
        cast, answer.settle_refusal, "chair", asked, result="supply", outcome="同意按季提供。"
    )
    number = exchange.look(cast, asked).number
    assert suggested(cast, item) == {"SV-DATA": f"应提供而未提供：{number}"}
    exchange.hand_in(cast, asked)
    assert suggested(cast, item) == {}  # it was met


def test_an_item_of_a_task_with_the_lowest_grade_in_force_is_listed(cast: Any) -> None:
    item = submitted(cast)
    task = look(cast, item).engagement
    as_app("update rectification_item set sham_times = 5 where id = %s", [item])
    found = assess(cast, task, open_reason="虚假整改，继续督办。")
    for who in GROUP:
        score(cast, found, who)
    scored(cast, do.merge_scores, OFFICE, found, summary="一票否决。")
    ruled(cast, found)
    assert set(suggested(cast, item)) == {"SV-SHAM"}  # the unit may still object
    scored(cast, do.conclude_assessment, UNIT, found)
    assert suggested(cast, item) == {
        "SV-SHAM": "核验发现虚假整改 5 次",
        "SV-WORST": "整改评估等次为“差”",
    }

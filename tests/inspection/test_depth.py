"""Look-back, coverage, obstacles, pauses, documents, and the guards behind the stages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lianxun.documents import queries as documents
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as ledger
from tests.inspection.support import Play, refused_by_database, sql
from tests.support.cast import account_id, unit_id


def obstacle(play: Play, who: str = "coordinator", **more: Any) -> UUID:
    values = {"text": "投资台账口径不一", "between": "省国资委、集团", **more}
    return play.act(who, do.record_obstacle, engagement_id=play.id, **values)


@pytest.mark.parametrize(
    ("more", "places"),
    [({"text": " "}, ["text"]), ({"text": "", "between": ""}, ["text", "between"])],
)
def test_an_obstacle_names_what_stood_between_whom(
    play: Play, more: Any, places: list[str]
) -> None:
    play.approved()
    with pytest.raises(Invalid) as problem:
        obstacle(play, **more)
    assert [e.place for e in problem.value.errors] == places


def test_an_obstacle_is_removed_once_and_says_how(play: Play, cast: Any) -> None:
    play.approved()
    found = obstacle(play)
    remove = {"obstacle_id": found, "how": "统一口径，按月交换"}
    with pytest.raises(Invalid, match="打通的办法"):
        play.act("coordinator", do.remove_obstacle, obstacle_id=found, revision=1, how=" ")
    with refused_by_database("obstacle_removed_says_how"):
        sql(
            cast,
            "coordinator",
            "update inspection_obstacle set removed_on = current_date where id = %s",
            found,
        )
    play.act("coordinator", do.remove_obstacle, revision=1, **remove)
    with pytest.raises(WrongState, match="已经打通"):
        play.act("coordinator", do.remove_obstacle, revision=2, **remove)
    with pytest.raises(Stale):
        play.act("coordinator", do.remove_obstacle, revision=1, **remove)
    shown = play.see("coordinator", queries.obstacles, removed=True).rows
    assert [(o.text, o.how) for o in shown] == [("投资台账口径不一", "统一口径，按月交换")]
    assert play.see("coordinator", queries.obstacles, removed=False).rows == []


def test_who_only_sees_an_engagement_records_no_obstacle(play: Play) -> None:
    play.approved()
    with pytest.raises(Refused, match="堵点"):
        obstacle(play, "leader")
    with pytest.raises(NotFound):
        obstacle(play, "neighbour")


def test_coverage_counts_depth_and_puts_the_unvisited_first(play: Play) -> None:
    play.on_site()
    paper = play.paper()
    for unit, who in (("YL-CZ", "finance"), ("YL-GZ", "assets")):
        asked = play.act(
            "inspector",
            do.ask_corroboration,
            paper_id=paper,
            unit_id=unit_id(unit),
            question="该公司采购是否有招标备案记录？",
        )
        play.act(
            who,
            do.answer_corroboration,
            corroboration_id=asked,
            revision=1,
            answer="confirmed",
            statement="没有备案",
        )
    lines = play.see("coordinator", queries.coverage)
    by_unit = {line.unit_id: line for line in lines}
    group = by_unit[unit_id("YL-JT")]
    assert (group.visits, group.papers, group.signed) == (1, 1, 0)
    assert (group.confirmations, group.corroborated) == (2, 1)
    assert by_unit[unit_id("YL-DX")].visits == 0
    assert lines[-1].unit_id == unit_id("YL-JT"), "never inspected stands first"


def test_coverage_shows_only_the_readers_area(play: Play) -> None:
    play.approved()
    shown = {x.unit_id for x in play.see("city_overseer", queries.coverage)}
    assert unit_id("YL-JT") not in shown
    assert unit_id("LJ-ZJ") in shown


# The stages in the database


def test_no_stage_is_entered_past_its_gates(play: Play, cast: Any) -> None:
    play.approved()
    with refused_by_database("gates are open: G-01, G-02"):
        sql(
            cast,
            "coordinator",
            "update inspection_engagement set state = 'consulting' where id = %s",
            play.id,
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("state = 'paused', paused_from = 'approved'", "decision of the leading group"),
        ("state = 'on_site'", "forbidden transition|gates are open"),
        ("extended = true", "extended by a decision"),
        ("kind = 'special'", "never change"),
        ("on_site_end_on = entry_on", "engagement_ends_after_entry"),
        ("team_kind = 'joint'", "engagement_joint_team_names_its_partners"),
    ],
)
def test_the_database_takes_no_short_cut(play: Play, cast: Any, change: str, words: str) -> None:
    play.approved()
    with refused_by_database(words):
        sql(
            cast,
            "coordinator",
            f"update inspection_engagement set {change} where id = %s",
            play.id,
        )


def test_on_site_dates_move_by_an_extension_only(play: Play, cast: Any) -> None:
    play.on_site()
    with refused_by_database("move by an extension only"):
        sql(
            cast,
            "coordinator",
            "update inspection_engagement set on_site_end_on = on_site_end_on + 7 where id = %s",
            play.id,
        )


def test_an_approved_plan_never_changes(play: Play, cast: Any) -> None:
    play.prepared()
    with refused_by_database("approved plan never changes"):
        sql(cast, "coordinator", "update inspection_plan set aim = 'x' where task_id = %s", play.id)


def test_a_gate_passes_with_evidence_alone(play: Play, cast: Any) -> None:
    play.approved()
    gate = play.task().gates[0]
    with pytest.raises(Invalid, match="依据"):
        play.act("coordinator", do.pass_gate, gate_id=gate.id, revision=1, evidence=" ")
    with refused_by_database("gate_passed_has_evidence"):
        sql(
            cast,
            "coordinator",
            "update inspection_gate set passed_at = now(), passed_by_id = %s where id = %s",
            account_id("coordinator"),
            gate.id,
        )
    play.gates("consulting")
    with pytest.raises(WrongState, match="已经通过"):
        play.act("coordinator", do.pass_gate, gate_id=gate.id, revision=2, evidence="再次")


# Pause


def paused(play: Play) -> Any:
    play.on_site()
    play.act(
        "inspector",
        do.ask_pause,
        engagement_id=play.id,
        reason="发现协作事项偏离监督重点，需研判。",
    )
    play.decide("leader", "暂停")
    return next(p for p in play.task().pauses if p.state == "active")


RESUME = "研判认为不存在政治偏差，可以恢复。"


def ask_resume(play: Play, pause: Any, who: str = "coordinator", reason: str = RESUME) -> Any:
    now = next(p for p in play.task().pauses if p.id == pause.id)
    return play.act(who, do.ask_resume, pause_id=now.id, revision=now.revision, reason=reason)


def test_a_pause_goes_on_by_the_groups_decision_where_it_stopped(play: Play) -> None:
    pause = paused(play)
    matter = ask_resume(play, pause)
    assert play.task().state == "paused", "to ask is not to decide"
    play.decide("leader", "恢复")
    assert play.task().state == "paused", "one of two is no majority"
    play.decide("deputy_leader", "恢复")
    task = play.task()
    assert task.state == "on_site"
    found = next(p for p in task.pauses if p.id == pause.id)
    assert (found.state, found.resume_reason, found.resume_matter) == ("resumed", RESUME, matter)
    with pytest.raises(WrongState, match="没有处于暂停"):
        ask_resume(play, found)


def test_who_may_bring_the_resumption_before_the_group(play: Play) -> None:
    pause = paused(play)
    for who, words, rule in (
        ("inspector", "申请暂停的人不能自己提请恢复", "INS-MAKER-CHECKER"),
        ("team_deputy", "由巡视办、组长或领导小组成员提请", "INS-RESUME"),
    ):
        with pytest.raises(Refused, match=words) as refusal:
            ask_resume(play, pause, who)
        assert refusal.value.rule == rule
    with pytest.raises(NotFound):
        ask_resume(play, pause, "neighbour")
    for reason, words in ((" ", "不少于 10 个字"), ("好" * 501, "不超过 500 字（现为 501 字）")):
        with pytest.raises(Invalid, match=words) as problem:
            ask_resume(play, pause, reason=reason)
        assert [e.place for e in problem.value.errors] == ["reason"]
    ask_resume(play, pause, "team_head")
    with pytest.raises(WrongState, match="正在审批，不能重复提请"):
        ask_resume(play, pause)


def test_a_resumption_returned_comes_back_with_the_remark(play: Play) -> None:
    from lianxun.approvals import queries as matters

    pause = paused(play)
    first = ask_resume(play, pause)
    play.decide("leader", "恢复", "return", "请补充研判报告。")
    assert play.task().state == "paused"
    again = ask_resume(play, pause, reason="已补充研判报告第2号，不存在偏差。")
    matter = play.see("leader", matters.matter, matter_id=again)
    assert (matter.round, [e.id for e in matter.earlier]) == (2, [first])
    assert [v.comment for v in matter.earlier[0].votes] == ["请补充研判报告。"]
    play.decide("leader", "恢复")
    play.decide("deputy_leader", "恢复")
    assert play.task().state == "on_site"


def test_who_asked_for_the_pause_has_no_vote_on_its_end(play: Play) -> None:
    """A leader who stopped the line does not set it going again."""
    from lianxun.approvals import queries as matters

    play.on_site()
    reason = "协作要求偏离监督重点，请研判。"
    play.act("leader", do.ask_pause, engagement_id=play.id, reason=reason)
    play.decide("deputy_leader", "暂停")
    pause = next(p for p in play.task().pauses if p.state == "active")
    matter = ask_resume(play, pause)
    seen = play.see("leader", matters.matter, matter_id=matter)
    assert (seen.may_vote, seen.why_not) == (False, "本事项由您的申请引起，不能由您表决。")
    play.decide("deputy_leader", "恢复")
    assert play.task().state == "on_site", "the other one is the whole majority"


def test_the_database_lets_no_single_hand_stop_or_resume(play: Play, cast: Any) -> None:
    pause = paused(play)
    with refused_by_database("goes on where it stopped"):
        sql(
            cast,
            "leader",
            "update inspection_engagement set state = 'reporting', paused_from = '' where id = %s",
            play.id,
        )
    resumed = (
        "update inspection_pause set state = 'resumed', resume_reason = 'x', resumed_at = now(), "
    )
    with refused_by_database("resumed by a recorded decision"):
        sql(cast, "leader", resumed + "resumed_by_id = lx.account() where id = %s", pause.id)
    with refused_by_database("resumed by a recorded decision"):
        matter = f"resume_matter = '{pause.matter}', "
        sql(
            cast,
            "leader",
            resumed + matter + "resumed_by_id = lx.account() where id = %s",
            pause.id,
        )


def test_there_is_one_pause_at_a_time(play: Play) -> None:
    play.approved()
    ask = {"engagement_id": play.id, "reason": "协作要求偏离监督重点，请研判。"}
    with pytest.raises(Invalid, match="不少于 10 个字"):
        play.act("coordinator", do.ask_pause, engagement_id=play.id, reason="不行")
    play.act("coordinator", do.ask_pause, **ask)
    with pytest.raises(WrongState, match="已有暂停申请"):
        play.act("coordinator", do.ask_pause, **ask)


# Documents


def test_minutes_list_and_plan_become_documents(play: Play) -> None:
    play.approved()
    play.through("coordinator", "consulting")
    meeting = play.consult()
    with pytest.raises(WrongState, match="尚未批准"):
        play.act("coordinator", do.issue_plan, engagement_id=play.id)
    with pytest.raises(WrongState, match="还没有条目"):
        play.act("coordinator", do.issue_list, engagement_id=play.id)
    play.act(
        "coordinator",
        do.add_line,
        engagement_id=play.id,
        unit_id=unit_id("YL-SJ"),
        risk="下属公司采购集中",
        consultation_id=meeting,
    )
    play.act("coordinator", do.issue_minutes, engagement_id=play.id, consultation_id=meeting)
    play.act("coordinator", do.issue_list, engagement_id=play.id)
    made = play.draft_plan()
    play.act("coordinator", do.submit_plan, plan_id=made, revision=1)
    play.decide("chair", "协作方案")
    play.act("coordinator", do.issue_plan, engagement_id=play.id)
    files = play.see("coordinator", documents.files, engagement=play.id).rows
    titles = {f.title for f in files}
    assert any("会商纪要" in t for t in titles)
    assert any("巡前协作清单" in t for t in titles)
    assert any("协作方案" in t for t in titles)


# Look-back


def closed_item(play: Play) -> Any:
    """An item of the first engagement, closed by two bodies."""
    play.on_site()
    play.fed_back()
    task = play.task()
    return play.act(
        "coordinator",
        rectify.issue_item,
        engagement_id=play.id,
        engagement_number=task.number,
        unit_id=task.unit_id,
        title="下属公司未经招标集中采购",
        type="immediate",
        due_on=play.today + timedelta(days=30),
    )


def test_only_a_look_back_looks_back(play: Play) -> None:
    play.on_site()
    with pytest.raises(WrongState, match="回头看"):
        play.act(
            "inspector",
            do.record_look_back,
            engagement_id=play.id,
            item_kind="rectification.item",
            item_id=play.id,
            item_title="x",
            verdict="sham",
            text="没有整改的证据在现场",
        )


def test_a_look_back_finds_and_reopens_or_refuses(play: Play) -> None:
    item = closed_item(play)
    first = play.id
    play.through("coordinator", "rectifying")
    play.on_site(kind="look_back", look_back_of=first)
    shown = play.see("inspector", ledger.item, item_id=item)
    assert shown.id == item, "the look-back team reads what it looks back at"
    given = {
        "engagement_id": play.id,
        "item_kind": "rectification.item",
        "item_id": item,
        "item_title": shown.title,
        "text": "现场抽查，采购仍未招标。",
    }
    with pytest.raises(Invalid, match="重新整改期限"):
        play.act("inspector", do.record_look_back, **given, verdict="sham")
    with pytest.raises(WrongState, match="尚未销号"):
        play.act(
            "inspector",
            do.record_look_back,
            **given,
            verdict="sham",
            due_on=play.today + timedelta(days=20),
        )
    assert play.task().findings == (), "the finding stands or falls with what follows from it"
    play.act("inspector", do.record_look_back, **given, verdict="sound")
    assert [f.verdict for f in play.task().findings] == ["sound"]
    with pytest.raises(WrongState, match="已核查登记"):
        play.act("inspector", do.record_look_back, **given, verdict="sound")

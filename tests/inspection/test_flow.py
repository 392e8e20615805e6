"""One engagement from plan to on-site papers, through operations only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianxun.approvals import operations as approvals
from lianxun.approvals import queries as matters
from lianxun.demo.province import person_id
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.kernel.problems import Invalid, NotFound, WrongState
from tests.support.cast import unit_id


def decide(cast: Any, who: str, opinion: str = "agree") -> None:
    actor = cast[who]
    waiting = [m for m in matters.inbox(actor=actor, now=cast.now) if m.may_vote]
    assert waiting, "nothing waits for this body"
    approvals.vote(
        actor=actor,
        now=cast.now,
        matter_id=waiting[0].id,
        revision=waiting[0].revision,
        opinion=opinion,
    )


@pytest.fixture
def approved(cast: Any) -> Any:
    """An engagement of the sample investment group, approved by the leading group."""
    office, today = cast["coordinator"], cast.now.date()
    round_id = do.open_round(
        actor=office,
        now=cast.now,
        name="2026年第四轮巡视",
        year=2026,
        focus="国企改革深化提升行动落实情况",
        starts_on=today,
        ends_on=today + timedelta(days=120),
    )
    task = do.plan_engagement(
        actor=office,
        now=cast.now,
        round_id=round_id,
        unit_id=unit_id("YL-JT"),
        kind="regular",
        profile="regular",
        entry_on=today,
        on_site_end_on=today + timedelta(days=45),
    )
    answer_checks(cast, round_id)
    found, *_ = queries.round_page(actor=office, now=cast.now, round_id=round_id)
    do.submit_round(actor=office, now=cast.now, round_id=round_id, revision=found.revision)
    decide(cast, "leader")
    return queries.engagement(actor=office, now=cast.now, engagement_id=task)


def answer_checks(cast: Any, round_id: Any) -> None:
    office = cast["coordinator"]
    found, *_ = queries.round_page(actor=office, now=cast.now, round_id=round_id)
    for number, check in enumerate(c for c in found.checks if c.phase == "deploy"):
        do.pass_check(
            actor=office,
            now=cast.now,
            check_id=check.id,
            revision=found.revision + number,
            evidence="领导小组会议纪要第5号",
        )


def pass_gates(cast: Any, task: Any, stage: str) -> None:
    office = cast["coordinator"]
    for gate in queries.engagement(actor=office, now=cast.now, engagement_id=task.id).gates:
        if gate.stage == stage:
            do.pass_gate(
                actor=office,
                now=cast.now,
                gate_id=gate.id,
                revision=gate.revision,
                evidence="会议纪要第3号",
            )


def advance(cast: Any, who: str, task: Any, to: str) -> None:
    now = queries.engagement(actor=cast["coordinator"], now=cast.now, engagement_id=task.id)
    do.advance(actor=cast[who], now=cast.now, engagement_id=task.id, revision=now.revision, to=to)


def test_an_approved_round_opens_its_engagements_and_their_nodes(cast: Any, approved: Any) -> None:
    from lianxun.duties import queries as duties

    assert approved.state == "approved"
    nodes = duties.timeline(actor=cast["coordinator"], now=cast.now, engagement=approved.id)
    assert {"MS-N1A", "MS-N2", "MS-N4"} <= {n.code for n in nodes}


def test_the_inspected_unit_and_strangers_see_nothing(cast: Any, approved: Any) -> None:
    for stranger in ("contact", "neighbour", "audit", "system_admin", "other_city", "expired"):
        with pytest.raises(NotFound):
            queries.engagement(actor=cast[stranger], now=cast.now, engagement_id=approved.id)


def test_a_stage_names_everything_that_is_missing(cast: Any, approved: Any) -> None:
    with pytest.raises(WrongState, match="G-01"):
        advance(cast, "coordinator", approved, "consulting")


def ready(cast: Any, task: Any) -> None:
    office = cast["coordinator"]
    pass_gates(cast, task, "consulting")
    advance(cast, "coordinator", task, "consulting")
    do.record_consultation(
        actor=office,
        now=cast.now,
        engagement_id=task.id,
        held_on=cast.now.date(),
        place="省委巡视办会议室",
        units=(unit_id("YL-SJ"), unit_id("YL-CZ")),
        minutes="审计、财政通报近三年有关情况，提出三个风险点。",
    )
    do.add_line(
        actor=office,
        now=cast.now,
        engagement_id=task.id,
        unit_id=unit_id("YL-SJ"),
        risk="下属公司采购集中",
    )
    do.add_line(
        actor=office,
        now=cast.now,
        engagement_id=task.id,
        unit_id=unit_id("YL-CZ"),
        data_class_code="D14",
        due_on=cast.now.date() + timedelta(days=14),
    )
    do.set_focus(
        actor=office,
        now=cast.now,
        engagement_id=task.id,
        consultation_id=queries.engagement(actor=office, now=cast.now, engagement_id=task.id)
        .consultations[0]
        .id,
        text="下属公司采购集中",
        source_id=unit_id("YL-SJ"),
        reason="审计通报的风险点",
    )
    plan = do.draft_plan(
        actor=office,
        now=cast.now,
        engagement_id=task.id,
        aim="掌握采购和投资情况",
        focus="四个落实",
        secrecy="按工作秘密管理",
        emergency="联络办值班电话",
    )
    do.submit_plan(actor=office, now=cast.now, plan_id=plan, revision=1)
    decide(cast, "chair")
    for key, role in (("team_head", "head"), ("team_deputy", "deputy"), ("inspector", "member")):
        conflict = do.propose_seat(
            actor=office,
            now=cast.now,
            engagement_id=task.id,
            person_id=person_id(key),
            group="on_site",
            role=role,
        )
        assert not conflict
    state = queries.engagement(actor=office, now=cast.now, engagement_id=task.id)
    do.confirm_team(
        actor=office, now=cast.now, engagement_id=task.id, revision=state.revision, group="on_site"
    )
    pass_gates(cast, task, "prepared")
    advance(cast, "coordinator", task, "prepared")
    pass_gates(cast, task, "on_site")
    advance(cast, "team_head", task, "on_site")


def test_a_person_with_a_tie_is_recused_at_once(cast: Any, approved: Any) -> None:
    assert do.propose_seat(
        actor=cast["coordinator"],
        now=cast.now,
        engagement_id=approved.id,
        person_id=person_id("idle"),
        group="on_site",
        role="member",
    )
    assert unit_id("YL-JT") in cast["idle"].recused_orgs


def test_three_different_people_sign_a_paper(cast: Any, approved: Any) -> None:
    ready(cast, approved)
    paper = do.draft_paper(
        actor=cast["inspector"],
        now=cast.now,
        engagement_id=approved.id,
        title="下属公司未经招标集中采购",
        axis="policy",
        course="调阅合同十二份，谈话三人。",
        basis="招标投标法第三条",
        responsible="示范置业",
    )
    for who, revision in (("inspector", 1), ("team_deputy", 2), ("team_head", 3)):
        do.sign_paper(actor=cast[who], now=cast.now, paper_id=paper, revision=revision)
    signed = queries.paper(actor=cast["inspector"], now=cast.now, paper_id=paper)
    assert signed.state == "signed_head"
    assert [s.name for s in signed.signatures] == ["方一鸣", "罗知秋", "顾长青"]


def test_members_see_the_engagement_from_entry_and_neighbours_never(
    cast: Any, approved: Any
) -> None:
    with pytest.raises(NotFound):
        queries.engagement(actor=cast["inspector"], now=cast.now, engagement_id=approved.id)
    ready(cast, approved)
    assert queries.engagement(actor=cast["inspector"], now=cast.now, engagement_id=approved.id)
    with pytest.raises(NotFound):
        queries.engagement(actor=cast["neighbour"], now=cast.now, engagement_id=approved.id)


def test_a_pause_stops_the_line_until_the_group_resumes_it(cast: Any, approved: Any) -> None:
    ready(cast, approved)
    pause = do.ask_pause(
        actor=cast["inspector"],
        now=cast.now,
        engagement_id=approved.id,
        reason="发现协作事项偏离监督重点，需研判。",
    )
    decide(cast, "leader")
    paused = queries.engagement(actor=cast["coordinator"], now=cast.now, engagement_id=approved.id)
    assert paused.state == "paused"
    do.ask_resume(
        actor=cast["coordinator"],
        now=cast.now,
        pause_id=pause,
        revision=2,
        reason="研判认为不存在政治偏差。",
    )
    decide(cast, "leader")
    still = queries.engagement(actor=cast["coordinator"], now=cast.now, engagement_id=approved.id)
    assert still.state == "paused", "one of two is no majority"
    decide(cast, "deputy_leader")
    again = queries.engagement(actor=cast["coordinator"], now=cast.now, engagement_id=approved.id)
    assert again.state == "on_site"


def test_the_collaboration_list_becomes_a_document(cast: Any, approved: Any) -> None:
    ready(cast, approved)
    docx, pdf = do.issue_list(actor=cast["coordinator"], now=cast.now, engagement_id=approved.id)
    assert docx != pdf


def test_a_round_without_focus_is_refused_at_its_field(cast: Any) -> None:
    with pytest.raises(Invalid, match="监督重点"):
        do.open_round(
            actor=cast["coordinator"],
            now=cast.now,
            name="x",
            year=2026,
            focus=" ",
            starts_on=cast.now.date(),
            ends_on=cast.now.date(),
        )


def test_the_teams_access_ends_with_the_decided_report(cast: Any, approved: Any) -> None:
    """The deciding vote is the leader's, who granted nothing: the update must reach the grants all the same."""
    from lianxun.access.models import Grant
    from lianxun.fabric.identity import acting_as

    ready(cast, approved)
    for gate_stage in ("reporting", "decided"):
        pass_gates(cast, approved, gate_stage)
    advance(cast, "team_head", approved, "reporting")
    now = queries.engagement(actor=cast["team_head"], now=cast.now, engagement_id=approved.id)
    do.submit_report(
        actor=cast["team_head"],
        now=cast.now,
        engagement_id=approved.id,
        revision=now.revision,
        summary="发现两个方面问题，移交线索两件。",
    )
    decide(cast, "leader")
    with acting_as(cast["coordinator"].account_id):
        ends = set(Grant.objects.filter(engagement=approved.id).values_list("valid_to", flat=True))
    assert ends == {cast.now.date()}

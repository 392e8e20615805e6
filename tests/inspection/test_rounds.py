"""A round: its focus, its political checklist, its list, its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lianxun.inspection import definition, queries
from lianxun.inspection import operations as do
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.inspection.support import Play, refused_by_database, sql
from tests.support.cast import unit_id
from tests.web.test_pages import client_of


def refused(call: Any, *places: str) -> Invalid:
    with pytest.raises(Invalid) as problem:
        call()
    assert {e.place for e in problem.value.errors} == set(places), problem.value
    return problem.value


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 81}, "name"),
        ({"focus": ""}, "focus"),
        ({"year": 1899}, "year"),
        ({"preset": "fast"}, "preset"),
    ],
)
def test_a_round_names_the_field_that_does_not_fit(play: Play, more: Any, place: str) -> None:
    refused(lambda: play.open_round(**more), place)


def test_every_problem_of_a_round_is_said_at_once(play: Play) -> None:
    refused(
        lambda: play.open_round(name="", focus="", ends_on=play.today - timedelta(days=1)),
        "name",
        "focus",
        "ends_on",
    )
    assert play.see("coordinator", queries.rounds) == []


@pytest.mark.parametrize("who", ["leader", "inspector", "audit", "contact", "system_admin"])
def test_only_the_office_opens_a_round(play: Play, who: str) -> None:
    with pytest.raises(Refused, match="巡视办"):
        play.act(
            who,
            do.open_round,
            name="x",
            year=2026,
            focus="y",
            starts_on=play.today,
            ends_on=play.today,
        )


def test_a_round_comes_with_the_whole_political_checklist(play: Play) -> None:
    play.open_round()
    found = play.round()
    assert [c.code for c in found.checks] == [c.code for c in definition.current().checks]
    assert {c.phase for c in found.checks} == {"deploy", "run", "close"}
    assert all(c.source for c in found.checks)


def test_open_lines_of_the_checklist_bar_the_submission_and_are_named(
    play: Play, cast: Any
) -> None:
    """凡协调必先问政治 (R-5.3-2)."""
    from lianxun.approvals import queries as matters

    play.open_round()
    play.plan()
    first = play.round().checks[0]
    play.act(
        "coordinator",
        do.pass_check,
        check_id=first.id,
        revision=play.round().revision,
        evidence="省委常委会纪要第5号",
    )
    with pytest.raises(WrongState) as problem:
        play.submit_as_it_is()
    assert "政治责任清单（部署环节）还有 2 条未落实：P-02“" in problem.value.message
    assert "P-03“" in problem.value.message
    assert "P-01" not in problem.value.message
    assert "逐条写明落实情况和依据" in problem.value.message
    assert play.round().state == "draft"
    assert play.see("leader", matters.inbox) == []
    with refused_by_database("when the political checklist of its deployment is answered"):
        sql(
            cast,
            "coordinator",
            "update inspection_round set state = 'proposed' where id = %s",
            play.round_id,
        )
    play.answer_checks()
    matter = play.see("leader", matters.matter, matter_id=play.submit_as_it_is())
    assert matter.facts["units"] == ["云岭示范投资集团"]


def test_only_the_lines_of_the_deployment_bar_the_submission(play: Play) -> None:
    play.open_round()
    play.plan()
    play.submit_round()
    assert {c.phase for c in play.round().checks if c.passed_at is None} == {"run", "close"}


def test_a_line_of_the_checklist_is_answered_once_with_evidence(play: Play) -> None:
    play.open_round()
    check = play.round().checks[0]
    given = {"check_id": check.id, "revision": 1}
    refused(
        lambda: play.act("coordinator", do.pass_check, **given, evidence=" "),
        "evidence",
    )
    play.act("coordinator", do.pass_check, **given, evidence="常委会纪要")
    with pytest.raises(Stale):
        play.act("coordinator", do.pass_check, **given, evidence="再一次")
    with pytest.raises(WrongState, match="已经落实"):
        play.act("coordinator", do.pass_check, check_id=check.id, revision=2, evidence="再一次")
    with pytest.raises(NotFound):
        play.act("audit", do.pass_check, check_id=check.id, revision=2, evidence="x")


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"unit_id": uuid4()}, "unit_id"),
        ({"kind": "surprise"}, "kind"),
        ({"profile": "tiny"}, "profile"),
        ({"team_kind": "army"}, "team_kind"),
        ({"team_kind": "joint"}, "partners"),
        ({"partners": (unit_id("YL-SJ"),)}, "partners"),
        ({"team_kind": "joint", "partners": (unit_id("YL-JT"),)}, "partners"),
        ({"team_kind": "joint", "partners": (unit_id("YL-SJ"), unit_id("YL-SJ"))}, "partners"),
        ({"kind": "look_back"}, "look_back_of"),
        ({"kind": "look_back", "look_back_of": uuid4()}, "look_back_of"),
        ({"look_back_of": uuid4()}, "look_back_of"),
    ],
)
def test_planning_names_the_field_that_does_not_fit(play: Play, more: Any, place: str) -> None:
    play.open_round()
    refused(lambda: play.plan(**more), place)


def test_the_end_comes_after_the_entry(play: Play) -> None:
    play.open_round()
    refused(lambda: play.plan(on_site_end_on=play.today), "on_site_end_on")


@pytest.mark.parametrize(
    ("profile", "days", "fits"),
    [
        ("regular", 55, True),
        ("regular", 70, False),
        ("county", 27, True),
        ("county", 40, False),
        ("large_enterprise", 85, True),
        ("large_enterprise", 100, False),
    ],
)
def test_time_on_site_is_elastic_by_profile(
    play: Play, profile: str, days: int, fits: bool
) -> None:
    """County 1 month, large enterprise up to 3, others 2 (R-7.3-1): the template says so."""
    play.open_round()
    end = play.today + timedelta(days=days)
    if fits:
        assert play.plan(profile=profile, on_site_end_on=end)
        return
    problem = refused(lambda: play.plan(profile=profile, on_site_end_on=end), "on_site_end_on")
    assert "最长到" in problem.message


def test_a_unit_stands_once_on_the_list(play: Play) -> None:
    play.open_round()
    play.plan()
    problem = refused(play.plan, "unit_id")
    assert "已列入本轮次" in problem.message


def test_with_audit_is_a_joint_team_with_the_audit_department(play: Play) -> None:
    play.open_round()
    play.plan(with_audit=True)
    task = play.task()
    assert (task.team_kind, task.partner_names, task.with_audit) == ("audit", ("省审计厅",), True)


def test_an_engagement_keeps_the_definition_it_was_opened_under(play: Play, cast: Any) -> None:
    play.open_round()
    play.plan()
    assert play.task().definition_version == definition.current().version
    with refused_by_database("never change"):
        sql(
            cast,
            "coordinator",
            "update inspection_engagement set definition_version = 99 where id = %s",
            play.id,
        )


def test_a_round_with_nobody_on_it_is_not_submitted(play: Play) -> None:
    play.open_round()
    with pytest.raises(Invalid, match="还没有列入"):
        play.submit_round()


def test_a_submitted_round_takes_nobody_more_and_is_not_submitted_twice(play: Play) -> None:
    play.open_round()
    play.plan()
    play.submit_round()
    with pytest.raises(WrongState, match="不能再增加"):
        play.plan(unit_id=unit_id("YL-DX"))
    with pytest.raises(WrongState, match="不在起草"):
        play.submit_round()


@pytest.mark.parametrize("opinion", ["disagree", "return"])
def test_a_round_not_agreed_to_is_a_draft_again(play: Play, opinion: str) -> None:
    play.open_round()
    play.plan()
    play.submit_round()
    play.decide("leader", "任务安排", opinion, "重点不明确")
    if opinion == "disagree":
        assert play.round().state == "proposed", "one of two is no refusal yet"
        play.decide("deputy_leader", "任务安排", opinion, "重点不明确")
    assert (play.round().state, play.task().state) == ("draft", "draft")
    play.plan(unit_id=unit_id("YL-DX"))


def test_a_round_ends_with_what_became_of_its_focus(play: Play, cast: Any) -> None:
    play.on_site()
    close = {"round_id": play.round_id, "result": "发现采购问题三个，推动建立集中采购制度。"}
    with pytest.raises(WrongState) as problem:
        play.act("coordinator", do.close_round, revision=play.round().revision, **close)
    assert f"任务 {play.task().number} 尚未归档" in problem.value.message
    assert "政治责任清单 P-04 尚未落实" in problem.value.message
    for check in (c for c in play.round().checks if c.passed_at is None):
        play.act(
            "coordinator",
            do.pass_check,
            check_id=check.id,
            revision=play.round().revision,
            evidence="已核对",
        )
    play.archived()
    refused(
        lambda: play.act(
            "coordinator",
            do.close_round,
            round_id=play.round_id,
            revision=play.round().revision,
            result="都好",
        ),
        "result",
    )
    play.act("coordinator", do.close_round, revision=play.round().revision, **close)
    found = play.round()
    assert (found.state, found.closed_on, found.result) == ("closed", play.today, close["result"])
    with pytest.raises(WrongState, match="不能结束"):
        play.act("coordinator", do.close_round, revision=found.revision, **close)
    with pytest.raises(WrongState, match="不再变动"):
        play.act(
            "coordinator",
            do.pass_check,
            check_id=found.checks[0].id,
            revision=found.revision,
            evidence="补记",
        )


def test_the_database_closes_no_round_before_its_time(play: Play, cast: Any) -> None:
    play.approved()
    with refused_by_database("engagements are archived"):
        sql(
            cast,
            "coordinator",
            "update inspection_round set state = 'closed', result = 'x', closed_on = current_date, "
            "closed_by_id = %s where id = %s",
            cast["coordinator"].account_id,
            play.round_id,
        )


def test_the_database_closes_no_round_without_a_result(play: Play, cast: Any) -> None:
    play.approved()
    with refused_by_database("round_closed_says_what_became_of_its_focus|archived"):
        sql(
            cast,
            "coordinator",
            "update inspection_round set state = 'closed' where id = %s",
            play.round_id,
        )


def test_the_database_approves_no_round_by_itself(play: Play, cast: Any) -> None:
    play.open_round()
    play.plan()
    play.submit_round()
    with refused_by_database("approved by the leading group"):
        sql(
            cast,
            "coordinator",
            "update inspection_round set state = 'approved' where id = %s",
            play.round_id,
        )


def test_a_round_keeps_the_version_of_its_checklist(play: Play, cast: Any) -> None:
    play.open_round()
    assert play.round().definition_version == definition.current().version
    page = client_of("coordinator").get(f"/rounds/{play.round_id}/").content.decode()
    assert f"政治责任清单（第 {definition.current().version} 版）" in page
    with refused_by_database("definition_version"):
        sql(
            cast,
            "coordinator",
            "update inspection_round set definition_version = 9 where id = %s",
            play.round_id,
        )

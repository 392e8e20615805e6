"""The joint team: suggested, proposed as a whole, objected to, replaced, let in and out by date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lianxun.access.models import Grant
from lianxun.demo.province import person_id
from lianxun.duties.models import Notice
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.inspection.operations import Pick
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.inspection.support import Play, refused_by_database, sql
from tests.support.cast import account_id, unit_id


@pytest.fixture
def staffed(play: Play) -> Play:
    """Approved, entry in ten days: the team is being put together."""
    entry = play.today + timedelta(days=10)
    return play.approved(entry_on=entry, on_site_end_on=entry + timedelta(days=40))


def picks(*people: tuple[str, str, bool]) -> list[Pick]:
    return [
        Pick(person_id=person_id(key), role=role, alternate=alternate)
        for key, role, alternate in people
    ]


def propose(play: Play, *people: tuple[str, str, bool], **more: Any) -> int:
    values = {"revision": play.task().revision, "group": "on_site", "method": 1, **more}
    return play.act(
        "coordinator", do.propose_team, engagement_id=play.id, picks=picks(*people), **values
    )


def test_the_suggestion_fills_the_team_from_the_pool_and_says_why(staffed: Play) -> None:
    found = staffed.see(
        "coordinator",
        queries.suggest_team,
        engagement_id=staffed.id,
        skills=("finance",),
        experts=("audit",),
        members=2,
    )
    roles = [s.role for s in found.seats]
    assert roles[:2] == ["head", "deputy"]
    assert "expert" in roles
    assert all(s.reasons for s in found.seats)
    named = {s.candidate.name for s in (*found.seats, *found.alternates)}
    assert "蓝闲" not in named, "who has to step aside is not named"
    assert ("须回避", 1) in found.excluded


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"members": 0}, "members"),
        ({"members": 31}, "members"),
        ({"members": 1, "skills": ("law", "audit")}, "members"),
        ({"skills": ("flying",)}, "skills"),
        ({"experts": ("flying",)}, "skills"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_at_its_field(
    staffed: Play, more: Any, place: str
) -> None:
    with pytest.raises(Invalid) as problem:
        staffed.see("coordinator", queries.suggest_team, engagement_id=staffed.id, **more)
    assert problem.value.errors[0].place == place


def test_only_the_office_asks_for_a_suggestion(staffed: Play) -> None:
    with pytest.raises(Refused):
        staffed.see("leader", queries.suggest_team, engagement_id=staffed.id)
    with pytest.raises(NotFound):
        staffed.see("neighbour", queries.suggest_team, engagement_id=staffed.id)


def test_a_proposal_is_taken_over_as_a_whole_with_alternates(staffed: Play) -> None:
    recused = propose(
        staffed,
        ("team_head", "head", False),
        ("inspector", "member", False),
        ("idle", "member", False),
        ("guide", "member", True),
    )
    assert recused == 1
    states = {s.name: s.state for s in staffed.task().seats}
    assert states == {
        "顾长青": "proposed",
        "方一鸣": "proposed",
        "蓝闲": "recused",
        "阮南星": "alternate",
    }
    assert staffed.confirm() == 2, "alternates stay outside"
    assert staffed.seat_of("guide").state == "alternate"


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ((), "至少选择一人"),
        ((("inspector", "member", False), ("inspector", "member", True)), "只能占一个席位"),
        ((("team_head", "head", False), ("inspector", "head", False)), "一名组长"),
        ((("team_head", "king", False),), "组别和职务"),
    ],
)
def test_a_proposal_that_does_not_fit_leaves_nothing_behind(
    staffed: Play, people: Any, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        propose(staffed, ("neighbour", "member", False), *people) if people else propose(staffed)
    assert staffed.task().seats == ()


def test_a_stale_or_unknown_proposal_is_refused(staffed: Play) -> None:
    with pytest.raises(Stale):
        propose(staffed, ("inspector", "member", False), revision=99)
    with pytest.raises(Invalid, match="人员库中没有此人"):
        staffed.act(
            "coordinator",
            do.propose_team,
            engagement_id=staffed.id,
            revision=staffed.task().revision,
            group="on_site",
            picks=[Pick(person_id=uuid4(), role="member")],
        )


def test_a_person_sits_once(staffed: Play) -> None:
    staffed.seat("inspector")
    with pytest.raises(Invalid, match="方一鸣已在本任务中"):
        staffed.seat("inspector")


def test_the_home_unit_sees_its_persons_seat_and_objects(staffed: Play) -> None:
    seat = staffed.seat("auditor_expert", "expert")
    shown = staffed.see("audit", queries.seat, seat_id=seat.id)
    assert shown.permitted == {"object"}
    assert "示范投资集团" in shown.title
    with pytest.raises(NotFound):
        staffed.see("audit", queries.engagement, engagement_id=staffed.id)
    for stranger in ("finance", "contact", "neighbour", "system_admin"):
        with pytest.raises(NotFound):
            staffed.see(stranger, queries.seat, seat_id=seat.id)
    staffed.act("audit", do.object_to_seat, seat_id=seat.id, revision=1, reason="同期承担审计项目")
    assert staffed.seat_of("auditor_expert").state == "objected"
    with pytest.raises(WrongState, match="还有异议没有处理"):
        staffed.confirm()


def objected(play: Play) -> Any:
    seat = play.seat("auditor_expert", "expert")
    play.act("audit", do.object_to_seat, seat_id=seat.id, revision=1, reason="同期承担审计项目")
    return play.seat_of("auditor_expert")


def settle(play: Play, who: str, seat: Any, **more: Any) -> str:
    values = {"revision": seat.revision, "upholds": True, "reason": "确有冲突", **more}
    return play.act(who, do.settle_objection, seat_id=seat.id, **values)


@pytest.mark.parametrize(("upholds", "state"), [(True, "replaced"), (False, "proposed")])
def test_the_leading_group_settles_and_both_sides_are_told(
    staffed: Play, upholds: bool, state: str
) -> None:
    seat = objected(staffed)
    assert settle(staffed, "leader", seat, upholds=upholds) == state
    after = staffed.seat_of("auditor_expert")
    assert (after.state, after.settlement) == (state, "确有冲突")
    for who in ("coordinator", "audit"):
        with acting_as(account_id(who)):
            assert Notice.objects.filter(code="answered", object_id=seat.id).exists(), who


@pytest.mark.parametrize("who", ["coordinator", "chair"])
def test_nobody_else_settles_an_objection(staffed: Play, who: str) -> None:
    seat = objected(staffed)
    with pytest.raises(Refused):
        settle(staffed, who, seat)


def test_settling_needs_a_reason_an_objection_and_the_present_revision(staffed: Play) -> None:
    seat = objected(staffed)
    with pytest.raises(Invalid, match="处理意见"):
        settle(staffed, "leader", seat, reason=" ")
    with pytest.raises(Stale):
        settle(staffed, "leader", seat, revision=1)
    settle(staffed, "leader", seat, upholds=False)
    with pytest.raises(WrongState, match="没有待处理"):
        settle(staffed, "leader", staffed.seat_of("auditor_expert"))


def test_an_objection_needs_words_and_an_open_seat(staffed: Play) -> None:
    seat = staffed.seat("inspector")
    given = {"seat_id": seat.id, "revision": seat.revision}
    with pytest.raises(Invalid, match="异议理由"):
        staffed.act("coordinator", do.object_to_seat, **given, reason="不")
    staffed.confirm()
    after = staffed.seat_of("inspector")
    with pytest.raises(WrongState, match="拟任和备选"):
        staffed.act(
            "coordinator",
            do.object_to_seat,
            seat_id=seat.id,
            revision=after.revision,
            reason="被巡视单位提出异议",
        )


def test_an_alternate_steps_in_for_who_is_replaced(staffed: Play) -> None:
    propose(
        staffed,
        ("team_head", "head", False),
        ("team_deputy", "deputy", False),
        ("guide", "member", True),
    )
    staffed.confirm()
    gone, waiting = staffed.seat_of("team_deputy"), staffed.seat_of("guide")
    staffed.act(
        "coordinator",
        do.replace_seat,
        seat_id=gone.id,
        revision=gone.revision,
        by_seat_id=waiting.id,
    )
    stepped_in = staffed.seat_of("guide")
    assert (stepped_in.state, stepped_in.role, stepped_in.replaces) == (
        "proposed",
        "deputy",
        "罗知秋",
    )
    with acting_as(account_id("coordinator")):
        grant = Grant.objects.get(account_id=account_id("team_deputy"), engagement=staffed.id)
    assert grant.revoked_at is not None
    with pytest.raises(WrongState, match="已不在组内"):
        staffed.act("coordinator", do.replace_seat, seat_id=gone.id, revision=gone.revision + 1)


def test_only_an_alternate_of_the_group_steps_in(staffed: Play) -> None:
    head = staffed.seat("team_head", "head")
    other = staffed.seat("inspector")
    given = {"seat_id": head.id, "revision": head.revision}
    with pytest.raises(Invalid, match="备选人员"):
        staffed.act("coordinator", do.replace_seat, **given, by_seat_id=other.id)
    with pytest.raises(NotFound):
        staffed.act("coordinator", do.replace_seat, **given, by_seat_id=uuid4())
    assert staffed.seat_of("team_head").state == "proposed", "nothing half-done"
    with pytest.raises(NotFound):
        staffed.act("neighbour", do.replace_seat, **given)


def test_a_member_steps_aside_by_the_own_word_and_sees_nothing_more(staffed: Play) -> None:
    seat = staffed.seat("inspector")
    with pytest.raises(Invalid, match="情形"):
        staffed.act("inspector", do.stand_down, seat_id=seat.id, revision=1, reason="有")
    staffed.act(
        "inspector", do.stand_down, seat_id=seat.id, revision=1, reason="配偶在该单位下属公司任职"
    )
    after = staffed.seat_of("inspector")
    assert (after.state, after.conflict) == ("recused", True)
    assert "配偶" not in str(after), "others learn only 回避：是"
    assert unit_id("YL-JT") in staffed.cast["inspector"].recused_orgs
    with pytest.raises(NotFound):
        staffed.see("inspector", queries.seat, seat_id=seat.id)


def test_nobody_steps_aside_for_another(staffed: Play) -> None:
    seat = staffed.seat("inspector")
    with pytest.raises(NotFound):
        staffed.act("coordinator", do.stand_down, seat_id=seat.id, revision=1, reason="替他回避")


def test_access_opens_and_closes_by_date(staffed: Play) -> None:
    until = staffed.task().entry_on + timedelta(days=5)
    staffed.seat("team_head", "head")
    staffed.seat("auditor_expert", "expert", until=until)
    staffed.confirm()
    with acting_as(account_id("coordinator")):
        grants = {
            g.account_id: (g.valid_from, g.valid_to)
            for g in Grant.objects.filter(engagement=staffed.id, kind="membership")
        }
    entry = staffed.task().entry_on
    assert grants[account_id("team_head")] == (entry, None)
    assert grants[account_id("auditor_expert")] == (entry, until)
    with pytest.raises(NotFound):
        staffed.see("team_head", queries.engagement, engagement_id=staffed.id)


def test_an_end_of_access_before_the_entry_is_refused(staffed: Play) -> None:
    with pytest.raises(Invalid, match="访问截止日"):
        staffed.seat("auditor_expert", "expert", until=staffed.today)


def test_confirming_needs_somebody_and_one_head(staffed: Play) -> None:
    with pytest.raises(WrongState, match="没有待确认"):
        staffed.confirm()
    with pytest.raises(Invalid, match="组别"):
        staffed.confirm("choir")
    staffed.seat("team_head", "head")
    staffed.seat("neighbour_head", "head")
    with pytest.raises(WrongState, match="多名组长"):
        staffed.confirm()


def test_nobody_opens_access_for_himself(staffed: Play) -> None:
    staffed.seat("team_head", "head")
    staffed.seat("coordinator")
    with pytest.raises(WrongState, match="不能为自己开通权限"):
        staffed.confirm()
    assert {s.state for s in staffed.task().seats} == {"proposed"}


def test_a_joint_team_is_ready_when_every_partner_sits(play: Play) -> None:
    play.approved(with_audit=True)
    play.through("coordinator", "consulting")
    play.consult()
    made = play.draft_plan()
    play.act("coordinator", do.submit_plan, plan_id=made, revision=1)
    play.decide("chair", "协作方案")
    play.team()
    play.gates("prepared")
    with pytest.raises(WrongState, match="联合单位省审计厅还没有确认的组员"):
        play.advance("coordinator", "prepared")
    play.seat("auditor_expert", "expert")
    play.confirm()
    play.advance("coordinator", "prepared")
    assert play.task().state == "prepared"


def test_the_database_seats_nobody_who_must_step_aside(staffed: Play, cast: Any) -> None:
    staffed.seat("idle")
    with refused_by_database("forbidden transition|seat_with_conflict"):
        sql(
            cast,
            "coordinator",
            "update inspection_seat set state = 'confirmed' where task_id = %s",
            staffed.id,
        )


def test_the_database_lets_neither_proposer_nor_objector_settle(staffed: Play, cast: Any) -> None:
    seat = objected(staffed)
    for who in ("coordinator", "audit"):
        with refused_by_database("seat_objection_settled_by_a_third"):
            sql(
                cast,
                "coordinator",
                "update inspection_seat set state = 'proposed', settlement = '无碍', "
                "settled_by_id = %s where id = %s",
                account_id(who),
                seat.id,
            )


def test_the_database_takes_no_objection_without_words(staffed: Play, cast: Any) -> None:
    seat = staffed.seat("inspector")
    with refused_by_database("seat_objected_says_why"):
        sql(
            cast,
            "coordinator",
            "update inspection_seat set state = 'objected' where id = %s",
            seat.id,
        )

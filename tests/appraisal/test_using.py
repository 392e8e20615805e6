"""Use of results: praise, criticism, admonition, veto and interview are proposed with facts and decided by people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianxun.appraisal import operations as do
from lianxun.appraisal import queries
from lianxun.duties import queries as duties
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from tests.appraisal.support import (
    CHAIR,
    FINANCE,
    LEADER,
    OFFICE,
    act,
    look,
    outcome,
    proposed,
    published,
    reviewed,
    see,
    sheet,
    use,
    use_decided,
    vote,
)
from tests.exchange.support import refused
from tests.support.cast import unit_id


def test_a_commendation_from_the_proposal_to_its_record(cast: Any) -> None:
    ident = proposed(cast, person_post="联络员", person_name="贺文渊", consented=True)
    with pytest.raises(NotFound):
        outcome(cast, ident, "audit")  # nobody hears of what nobody decided
    use_decided(cast, ident)
    assert outcome(cast, ident, "audit").state == "decided"
    use(cast, do.complete_outcome, ident, done_on=cast.now.date(), result="在季度会议上通报表扬。")
    found = outcome(cast, ident)
    assert (found.state, found.decided_by, found.person_name) == ("done", "戴云舟", "贺文渊")
    with pytest.raises(NotFound):
        outcome(cast, ident, "finance")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"person_name": "贺文渊"}, "person_name"),
        ({"kind": "criticise", "person_post": "联络员"}, "person_post"),
        ({"kind": "xyz"}, "kind"),
        ({"cause": ""}, "cause"),
        ({"unit_id": unit_id("YL-JT")}, "unit_id"),
        ({"unit_id": unit_id("LJ-SJ")}, "unit_id"),
        ({"facts": "好"}, "facts"),
        ({"kind": "veto"}, "period_id"),
    ],
)
def test_a_proposal_is_complete_and_blames_no_person(
    cast: Any, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(Invalid) as problem:
        proposed(cast, **changes)
    assert place in [e.place for e in problem.value.errors]


def test_a_veto_is_the_leading_groups_decision_and_the_lowest_grade(cast: Any) -> None:
    period = reviewed(cast)
    assert sheet(cast, period).grade == "良好"
    ident = proposed(cast, kind="veto", cause="refused_data", period_id=period)
    matter = use(cast, do.submit_outcome, ident)
    with pytest.raises(Refused, match="只有审批机构的成员"):
        vote(cast, matter, CHAIR)  # not the committee's matter
    vote(cast, matter, LEADER)
    vetoed = sheet(cast, period)
    assert (vetoed.vetoed, vetoed.grade, vetoed.points) == (True, "较差", "83.33")


def test_refused_data_is_a_fact_from_which_two_things_may_be_proposed(cast: Any) -> None:
    refused(cast)
    found = [s for s in see(cast, OFFICE, queries.suggestions) if s.cause == "refused_data"]
    assert {s.kind for s in found} == {"criticise", "admonish"}
    assert see(cast, "audit", queries.suggestions) == []
    first = found[0]
    proposed(
        cast, kind=first.kind, cause=first.cause, unit_id=first.unit_id, facts=first.facts,
        cause_key=first.cause_key,
    )  # fmt: skip
    left = [s for s in see(cast, OFFICE, queries.suggestions) if s.cause == "refused_data"]
    assert [s.kind for s in left] == [found[1].kind]
    with pytest.raises(WrongState, match="同一事实"):
        proposed(
            cast, kind=first.kind, cause=first.cause, unit_id=first.unit_id, facts=first.facts,
            cause_key=first.cause_key,
        )  # fmt: skip


def talk(cast: Any) -> Any:
    ident = proposed(cast, kind="talk", cause="late_twice", unit_id=unit_id(FINANCE))
    use(cast, do.submit_outcome, ident, team_id=unit_id("YL-T1"))
    return ident


def test_an_interview_is_the_team_heads_decision(cast: Any) -> None:
    ident = talk(cast)
    assert outcome(cast, ident, "team_head").permitted == {"talk"}
    with pytest.raises(NotFound):
        outcome(cast, ident, "neighbour_head")
    use(cast, do.decide_talk, ident, "team_head", holds=True, answer="连续两次迟报，应当约谈。")
    clocks = see(
        cast, "team_head", duties.duties_of, object_kind="appraisal.outcome", object_id=ident
    )
    assert [c.code for c in clocks] == ["DT-AS-TALK"]
    use(
        cast, do.complete_outcome, ident, "team_head",
        done_on=cast.now.date(), result="约谈分管领导，承诺按季报送。",
    )  # fmt: skip
    found = outcome(cast, ident)
    assert (found.state, found.decided_by) == ("done", "顾长青")
    clocks = see(cast, OFFICE, duties.duties_of, object_kind="appraisal.outcome", object_id=ident)
    assert [c.state for c in clocks] == ["fulfilled"]


def test_the_team_head_may_decide_against_it(cast: Any) -> None:
    ident = talk(cast)
    with pytest.raises(Refused, match="巡视组组长"):
        use(cast, do.decide_talk, ident, OFFICE, holds=True, answer="应当约谈。")
    use(cast, do.decide_talk, ident, "team_head", holds=False, answer="迟报系系统原因，不约谈。")
    assert outcome(cast, ident).state == "declined"


def test_an_interview_needs_a_team_with_a_head(cast: Any) -> None:
    ident = proposed(cast, kind="talk", cause="late_twice")
    with pytest.raises(Invalid) as problem:
        use(cast, do.submit_outcome, ident, team_id=unit_id("YL-SJ"))
    assert problem.value.errors[0].place == "team_id"


def test_a_proposal_may_be_taken_back_before_it_is_submitted(cast: Any) -> None:
    ident = proposed(cast)
    use(cast, do.drop_outcome, ident, answer="事实需要再核对。")
    assert outcome(cast, ident).state == "declined"
    with pytest.raises(Refused) as refusal:
        use(cast, do.submit_outcome, ident)
    assert refusal.value.rule == "APR-STATE"


def test_what_a_body_returns_may_be_submitted_again_and_what_it_refuses_ends(cast: Any) -> None:
    ident = proposed(cast)
    vote(cast, use(cast, do.submit_outcome, ident), CHAIR, "return", "请补充事实。")
    assert outcome(cast, ident).state == "proposed"
    vote(
        cast,
        use(cast, do.submit_outcome, ident, remark="已补充。"),
        CHAIR,
        "disagree",
        "不予表扬。",
    )
    assert outcome(cast, ident).state == "declined"


def test_a_year_is_used_when_something_followed_and_nothing_waits(cast: Any) -> None:
    period = published(cast)
    with pytest.raises(WrongState, match="还没有办理完的结果运用"):
        act(cast, do.finish, period)
    ident = proposed(cast, kind="award", period_id=period)
    vote(cast, use(cast, do.submit_outcome, ident), LEADER)
    with pytest.raises(Invalid):
        use(
            cast, do.complete_outcome, ident,
            done_on=cast.now.date() + timedelta(days=2), result="列入全省先进单位名单。",
        )  # fmt: skip
    use(cast, do.complete_outcome, ident, done_on=cast.now.date(), result="列入全省先进单位名单。")
    act(cast, do.finish, period)
    found = look(cast, period)
    assert found.state == "used"
    assert {s.state for s in found.sheets} == {"used"}

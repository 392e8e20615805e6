"""A refusal climbs: provider → negotiation → committee → leading group; each rung once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from lianxun.approvals import operations as approvals
from lianxun.approvals.models import Matter
from lianxun.exchange import operations as do
from lianxun.kernel.problems import Invalid, Refused, WrongState
from tests.exchange.support import (
    CHECKER,
    OWNER,
    PROVIDER,
    act,
    clocks,
    hand_in,
    look,
    office,
    refused,
)


def negotiating(cast: Any) -> UUID:
    found = refused(cast)
    act(cast, do.contest_refusal, OWNER, found, reason="财政一体化系统可以导出。")
    return found


def at_committee(cast: Any) -> UUID:
    found = negotiating(cast)
    act(cast, do.settle_refusal, CHECKER, found, result="committee", outcome="协商两次未果。")
    return found


def rule(cast: Any, found: UUID, who: str, opinion: str, comment: str = "") -> None:
    with office():
        matter = Matter.objects.get(object_id=found, state="pending")
    approvals.vote(
        actor=cast[who],
        now=cast.now,
        matter_id=matter.id,
        revision=matter.revision,
        opinion=opinion,
        comment=comment,
    )


def upheld(cast: Any) -> UUID:
    found = negotiating(cast)
    act(cast, do.settle_refusal, "leader", found, result="committee", outcome="协商未果。")
    rule(cast, found, "chair", "disagree", "理由成立。")
    return found


def test_the_asking_side_contests_and_three_days_run(cast: Any) -> None:
    found = refused(cast)
    assert "contest" in look(cast, found).permitted
    with pytest.raises(Invalid, match="不同意的理由"):
        act(cast, do.contest_refusal, OWNER, found, reason=" ")
    with pytest.raises(Refused, match="提出需求的单位"):
        act(cast, do.contest_refusal, CHECKER, found, reason="应当提供。")
    act(cast, do.contest_refusal, OWNER, found, reason="应当提供。")
    now = look(cast, found)
    assert (now.state, now.rung_label) == ("negotiating", "联络员办公室协商")
    assert clocks(found) == {"DT-EX-NEGOTIATE"}


def test_negotiation_may_end_in_supply(cast: Any) -> None:
    found = negotiating(cast)
    with pytest.raises(Refused, match="起草人自己"):
        act(cast, do.settle_refusal, OWNER, found, result="supply", outcome="同意。")
    with pytest.raises(Invalid, match="协商结果"):
        act(cast, do.settle_refusal, CHECKER, found, result="maybe", outcome="再议。")
    act(cast, do.settle_refusal, CHECKER, found, result="supply", outcome="同意按季提供。")
    assert look(cast, found).state == "sent"
    assert clocks(found) == {"DT-EX-REPLY", "DT-EX-SUPPLY"}


def test_what_was_negotiated_is_not_refused_again(cast: Any) -> None:
    found = negotiating(cast)
    act(cast, do.settle_refusal, CHECKER, found, result="supply", outcome="同意按季提供。")
    assert "refuse" not in look(cast, found, PROVIDER).permitted
    with pytest.raises(Refused, match="不能再次不予提供"):
        act(cast, do.refuse_request, PROVIDER, found, ground="not_held", reason="再想想。")


def test_negotiation_may_end_with_the_refusal_standing(cast: Any) -> None:
    found = negotiating(cast)
    act(cast, do.settle_refusal, CHECKER, found, result="stands", outcome="确无此数据。")
    now = look(cast, found)
    assert (now.state, now.rung) == ("refused", 1)
    assert "contest" not in now.permitted
    assert clocks(found) == set()
    with pytest.raises(WrongState, match="已经协商或裁定"):
        act(cast, do.contest_refusal, OWNER, found, reason="还是要。")


def test_the_committee_rules_that_it_must_be_supplied(cast: Any) -> None:
    found = negotiating(cast)
    act(cast, do.settle_refusal, "leader", found, result="committee", outcome="协商未果。")
    assert look(cast, found).state == "at_committee"
    with office():
        matter = Matter.objects.get(object_id=found)
    assert "本单位不掌握该类信息" in matter.summary
    rule(cast, found, "chair", "agree", "系统中已有，应当提供。")
    now = look(cast, found)
    assert (now.state, now.rung_label) == ("sent", "协调对接委员会裁定")
    assert now.statements[-1].kind_label == "裁定"
    assert clocks(found) >= {"DT-EX-REPLY", "DT-EX-SUPPLY"}
    hand_in(cast, found)
    assert look(cast, found).state == "delivered"


def test_a_member_of_the_committee_who_brought_it_does_not_rule(cast: Any) -> None:
    """The chair is the only voter of the sample's committee: what he brings finds nobody who may rule."""
    with pytest.raises(WrongState, match="没有可以表决的成员"):
        at_committee(cast)


def test_an_upheld_refusal_goes_to_the_leading_group_and_no_further(cast: Any) -> None:
    found = upheld(cast)
    now = look(cast, found)
    assert (now.state, now.rung) == ("refused", 2)
    assert "appeal" in now.permitted
    with pytest.raises(Invalid, match="领导小组"):
        act(cast, do.appeal_refusal, OWNER, found, reason="")
    act(cast, do.appeal_refusal, OWNER, found, reason="涉及重大利益输送。")
    assert look(cast, found).state == "at_group"
    rule(cast, found, "leader", "disagree", "不予提供成立。")
    assert look(cast, found).state == "at_group"  # the other member has not spoken
    rule(cast, found, "deputy_leader", "disagree", "同意上述意见。")
    final = look(cast, found)
    assert (final.state, final.rung_label) == ("refused", "领导小组裁定")
    assert not final.permitted & {"appeal", "contest"}
    with pytest.raises(WrongState, match="委员会裁定"):
        act(cast, do.appeal_refusal, OWNER, found, reason="再来。")


def test_the_leading_group_may_order_it(cast: Any) -> None:
    found = upheld(cast)
    act(cast, do.appeal_refusal, OWNER, found, reason="涉及重大利益输送。")
    rule(cast, found, "leader", "agree")
    assert look(cast, found).state == "sent"
    assert look(cast, found).statements[-1].text == "领导小组裁定：应当提供。"


def test_a_fresh_refusal_cannot_skip_the_ladder(cast: Any) -> None:
    found = refused(cast)
    with pytest.raises(WrongState, match="委员会裁定"):
        act(cast, do.appeal_refusal, OWNER, found, reason="直接裁定。")
    with pytest.raises(WrongState, match="不能改为"):
        act(cast, do.settle_refusal, CHECKER, found, result="supply", outcome="同意。")


def test_the_whole_climb_reads_as_a_story(cast: Any) -> None:
    found = upheld(cast)
    said = [s.kind_label for s in look(cast, found).statements]
    assert said == ["不予提供理由", "不同意不予提供", "协商结果", "裁定"]
    assert [s.kind_label for s in look(cast, found, PROVIDER).statements] == said

"""Remarks, what came back and was brought again, who has no voice, who is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from lianxun.approvals import operations as do
from lianxun.approvals import queries, rules
from lianxun.approvals.enums import Quorum
from lianxun.duties.models import Notice
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.approvals.test_matters import propose, see, vote
from tests.approvals.test_rules import BODY, may, voter
from tests.inspection.support import refused_by_database, sql
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def comment(cast: Any, matter: UUID, who: str, text: str, **more: Any) -> UUID:
    values = {"revision": see(cast, matter, "leader").revision, **more}
    return do.comment(actor=cast[who], now=cast.now, matter_id=matter, text=text, **values)


def notices(matter: UUID, who: str) -> list[str]:
    with acting_as(account_id(who)), transaction.atomic():
        rows = Notice.objects.filter(object_id=matter, account=account_id(who))
        return sorted(rows.values_list("code", flat=True))


# --- remarks -----------------------------------------------------------------------------------------


def test_proposer_and_body_talk_and_it_decides_nothing(cast: Any, trace: Recorded) -> None:
    matter = propose(cast)
    comment(cast, matter, "leader", "请说明经费来源。")
    comment(cast, matter, "coordinator", "由办公经费列支。")
    found = see(cast, matter)
    assert [(c.name, c.text) for c in found.comments] == [
        ("沈明远", "请说明经费来源。"),
        ("许若溪", "由办公经费列支。"),
    ]
    assert (found.state, found.may_vote, found.may_comment) == ("pending", True, True)
    first, _ = trace.of("approvals.comment")
    assert first["rule"] == "APP-COMMENT"
    assert "经费" not in str(trace.of("approvals.comment"))


@pytest.mark.parametrize(
    ("text", "words"), [(" ", "请填写留言。"), ("长" * 501, "不超过 500 字（现为 501 字）")]
)
def test_a_bad_remark_is_placed(cast: Any, text: str, words: str) -> None:
    matter = propose(cast)
    with pytest.raises(Invalid, match=words) as refused:
        comment(cast, matter, "leader", text)
    assert [e.place for e in refused.value.errors] == ["text"]
    assert see(cast, matter).comments == ()


def test_who_has_no_part_in_it_leaves_no_remark(cast: Any) -> None:
    matter = propose(cast)
    with pytest.raises(Refused, match="只有提请人和审批机构的成员可以留言") as refused:
        comment(cast, matter, "chair", "我也说一句。")
    assert refused.value.rule == "APP-COMMENT"
    for stranger in ("finance", "contact", "system_admin"):
        with pytest.raises(NotFound):
            comment(cast, matter, stranger, "看看。")


def test_after_the_decision_and_at_an_old_revision_nobody_speaks(cast: Any) -> None:
    matter = propose(cast)
    with pytest.raises(Stale):
        comment(cast, matter, "leader", "晚了。", revision=9)
    vote(cast, matter)
    with pytest.raises(Refused, match="已经办结，不能再留言") as refused:
        comment(cast, matter, "leader", "晚了。")
    assert refused.value.rule == "APP-STATE"


def test_the_database_keeps_every_word(cast: Any) -> None:
    matter = propose(cast)
    said = comment(cast, matter, "leader", "请说明经费来源。")
    for statement, ident in (
        ("update approvals_comment set text = '另一句' where id = %s", said),
        ("update approvals_matter set title = '另一件事' where id = %s", matter),
        ("update approvals_matter set summary = '另一种说法' where id = %s", matter),
    ):
        with refused_by_database("written once"):
            sql(cast, "leader", statement, ident)


def test_a_remark_is_left_on_the_page(cast: Any) -> None:
    matter = propose(cast)
    url, client = f"/approvals/{matter}/", client_of("leader")
    answer = client.post(url, {"text": "请补充附件。", "revision": "1"}, follow=True)
    assert "请补充附件。" in answer.content.decode()
    answer = client.post(url, {"text": " ", "revision": "1"})
    assert answer.status_code == 422
    assert "请填写“留言”。" in answer.content.decode()
    assert see(cast, matter).state == "pending"


def test_an_opinion_too_long_is_refused_and_not_cut(cast: Any) -> None:
    matter = propose(cast)
    with pytest.raises(Invalid, match="说明不超过 500 字（现为 501 字）") as refused:
        vote(cast, matter, opinion="disagree", comment="不" * 501)
    assert [e.place for e in refused.value.errors] == ["comment"]
    assert see(cast, matter).votes == ()


def test_a_title_too_long_is_refused_and_not_cut(cast: Any) -> None:
    with pytest.raises(Invalid, match="事项名称不超过 200 字"):
        propose(cast, title="长" * 201)


# --- returned and brought again ----------------------------------------------------------------------


def test_what_was_returned_comes_back_with_its_history(cast: Any) -> None:
    about = uuid4()
    first = propose(cast, object_id=about)
    vote(cast, first, opinion="return", comment="重点不明确，请修改。")
    second = propose(cast, object_id=about, remark="已逐项明确重点。")
    vote(cast, second, opinion="return", comment="还差责任分工。")
    third = propose(cast, object_id=about)
    found = see(cast, third)
    assert found.round == 3
    assert [e.id for e in found.earlier] == [first, second]
    assert [v.comment for e in found.earlier for v in e.votes] == [
        "重点不明确，请修改。",
        "还差责任分工。",
    ]
    assert see(cast, second).remark == "已逐项明确重点。"
    page = client_of("leader").get(f"/approvals/{third}/").content.decode()
    assert "此前提请（这是第 3 次）" in page
    assert "还差责任分工。" in page


def test_what_was_agreed_or_withdrawn_is_no_earlier_attempt(cast: Any) -> None:
    about = uuid4()
    first = propose(cast, object_id=about)
    do.withdraw(actor=cast["coordinator"], now=cast.now, matter_id=first, revision=1)
    second = propose(cast, object_id=about)
    assert see(cast, second).round == 1
    vote(cast, second)
    assert see(cast, propose(cast, object_id=about)).round == 1


def test_the_page_says_what_to_do_with_what_came_back(cast: Any) -> None:
    matter = propose(cast)
    vote(cast, matter, opinion="return", comment="请补充附件。")
    page = client_of("coordinator").get(f"/approvals/{matter}/").content.decode()
    assert "已退回修改：请按下面的意见修改后，在原事项页面再次提请" in page
    assert "请补充附件。" in page


# --- who has no voice, who is told -------------------------------------------------------------------


def test_whose_own_request_it_is_neither_votes_nor_counts(cast: Any) -> None:
    barred = [account_id("leader")]
    matter = propose(cast, quorum=Quorum.MAJORITY, barred=barred)
    found = see(cast, matter)
    assert (found.may_vote, found.why_not) == (False, "本事项由您的申请引起，不能由您表决。")
    assert found.facts_in_words == ()
    with pytest.raises(Refused) as refused:
        vote(cast, matter)
    assert refused.value.rule == "APP-MAKER-CHECKER"
    assert vote(cast, matter, "deputy_leader") == "approved"


def test_a_body_without_voters_is_not_asked(cast: Any) -> None:
    barred = [account_id("leader"), account_id("deputy_leader")]
    with pytest.raises(WrongState, match="没有可以表决的成员"):
        propose(cast, barred=barred)
    assert queries.inbox(actor=cast["leader"], now=cast.now) == []


def test_voters_are_told_of_the_matter_and_the_proposer_of_the_answer(cast: Any) -> None:
    matter = propose(cast)
    assert notices(matter, "leader") == notices(matter, "deputy_leader") == ["decide"]
    assert notices(matter, "coordinator") == []
    vote(cast, matter, opinion="return", comment="请补充附件。")
    assert notices(matter, "coordinator") == ["returned"]
    other = propose(cast)
    vote(cast, other)
    assert notices(other, "coordinator") == ["answered"]


def test_who_is_barred_is_not_told(cast: Any) -> None:
    matter = propose(cast, barred=[account_id("leader")])
    assert notices(matter, "leader") == []


def test_the_committee_is_asked_without_its_proposer(cast: Any) -> None:
    """chair proposes to his own committee: nobody else there, so nobody could decide."""
    from tests.approvals.test_matters import proposing

    with pytest.raises(WrongState, match="没有可以表决的成员"):
        proposing(
            actor=cast["chair"],
            now=cast.now,
            code="test.matter",
            object_kind="inspection.engagement",
            object_id=uuid4(),
            title="关于某事的请示",
            body_id=unit_id("YL-CC"),
        )


# --- pure --------------------------------------------------------------------------------------------


def test_a_barred_person_is_refused_before_anything_else() -> None:
    me = voter()
    assert may(me)
    denied = may(me, barred=frozenset({me.account_id}))
    assert denied.rule == "APP-MAKER-CHECKER"


@pytest.mark.parametrize(
    ("more", "state", "rule"),
    [
        ({}, "pending", "APP-COMMENT"),
        ({"unit_path": "0001/0003/"}, "pending", "APP-COMMENT"),
        ({"duties": frozenset()}, "pending", "APP-COMMENT"),
        ({}, "approved", "APP-STATE"),
    ],
)
def test_who_may_leave_a_remark(more: Any, state: str, rule: str) -> None:
    found = rules.may_comment(voter(**more), body_path=BODY, proposed_by=UUID(int=2), state=state)
    assert bool(found) == (more == {} and state == "pending")
    assert found.rule == rule


def test_the_proposer_may_always_answer_while_it_is_open() -> None:
    me = voter(unit_path="0009/", duties=frozenset())
    assert rules.may_comment(me, body_path=BODY, proposed_by=me.account_id, state="pending")

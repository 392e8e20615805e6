"""A matter from its proposal to the decision, and what the database thinks of short cuts."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from lianxun.access import recusal
from lianxun.approvals import operations as do
from lianxun.approvals import queries, steps
from lianxun.approvals.enums import Quorum
from lianxun.approvals.models import Vote
from lianxun.duties import queries as duties
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.trace.door import operation
from tests.duties.support import labels
from tests.inspection.support import refused_by_database, sql
from tests.support.cast import account_id, unit_id
from tests.web.test_pages import client_of


@operation("approvals.test_propose")
def proposing(*, actor: Any, now: Any, **values: Any) -> UUID:
    """An upper room's act that asks a body."""
    return steps.propose(actor=actor, now=now, **{"labels": labels(actor), **values})


def propose(cast: Any, **more: Any) -> UUID:
    values = {
        "code": "test.matter",
        "object_kind": "inspection.engagement",
        "object_id": uuid4(),
        "title": "关于某事的请示",
        "summary": "请予审批。",
        "body_id": unit_id("YL-LG"),
        **more,
    }
    return proposing(actor=cast["coordinator"], now=cast.now, **values)


def see(cast: Any, matter: UUID, who: str = "leader") -> Any:
    with acting_as(account_id(who)):
        return queries.matter(actor=cast[who], now=cast.now, matter_id=matter)


def vote(cast: Any, matter: UUID, who: str = "leader", opinion: str = "agree", **more: Any) -> str:
    values = {"revision": see(cast, matter, who).revision, "comment": "", **more}
    return do.vote(actor=cast[who], now=cast.now, matter_id=matter, opinion=opinion, **values)


def test_one_consent_decides_and_is_carried_out_at_once(cast: Any) -> None:
    matter = propose(cast)
    assert vote(cast, matter) == "approved"
    found = see(cast, matter)
    assert (found.state, found.votes[0].name, found.decided_at) == (
        "approved",
        "沈明远",
        found.decided_at,
    )
    assert found.decided_at is not None
    with pytest.raises(Refused, match="已经办结"):
        vote(cast, matter, "deputy_leader")


def test_countersigning_needs_everybody(cast: Any) -> None:
    matter = propose(cast, quorum=Quorum.ALL)
    assert vote(cast, matter) == "pending"
    with pytest.raises(Refused, match="已经表决"):
        vote(cast, matter)
    assert vote(cast, matter, "deputy_leader") == "approved"


def test_who_is_recused_neither_counts_nor_is_told(cast: Any) -> None:
    of_group = cast["contact"]
    group, path = of_group.unit_id, of_group.unit_path
    about = labels(cast["coordinator"], subject_org=group, subject_path=path)
    recusal.declare_recusal(
        actor=cast["deputy_leader"], now=cast.now, organisation=group, reason_code="interest"
    )
    matter = propose(cast, quorum=Quorum.ALL, labels=about)
    other = propose(cast, quorum=Quorum.ALL)
    told = {
        who: {n.object_id for n in duties.notices(actor=cast[who], now=cast.now).rows}
        for who in ("leader", "deputy_leader")
    }
    assert told == {"leader": {matter, other}, "deputy_leader": {other}}
    assert vote(cast, matter) == "approved"
    assert vote(cast, other) == "pending"  # about nobody he is recused from: both count


def recused_voters(cast: Any, who: str, matter: UUID) -> list[UUID]:
    """What the database answers to whoever knows the id of a matter."""
    with acting_as(account_id(who)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select lx.recused_voters(%s)", [matter])
        return [row[0] for row in cursor.fetchall()]


def test_who_is_recused_is_answered_to_those_who_know_the_matter_only(cast: Any) -> None:
    of_group = cast["contact"]
    about = labels(
        cast["coordinator"], subject_org=of_group.unit_id, subject_path=of_group.unit_path
    )
    recusal.declare_recusal(
        actor=cast["deputy_leader"],
        now=cast.now,
        organisation=of_group.unit_id,
        reason_code="interest",
    )
    matter = propose(cast, quorum=Quorum.ALL, labels=about)
    recused = [account_id("deputy_leader")]
    for knows in ("leader", "coordinator"):
        assert recused_voters(cast, knows, matter) == recused, knows
    # Another unit, an administrator, whom it is about, who is recused himself, nobody.
    for stranger in ("finance", "security_admin", "contact", "deputy_leader"):
        assert recused_voters(cast, stranger, matter) == [], stranger
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select lx.recused_voters(%s)", [matter])
        assert cursor.fetchall() == []


def test_the_question_behind_it_is_open_to_nobody(cast: Any) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        sql(cast, "leader", "select lx.may_read('approvals_matter'::regclass, %s)", uuid4())


def test_a_body_without_voters_says_the_same_whatever_the_cause(cast: Any) -> None:
    """Nobody learns from the refusal whether somebody is barred or stands down."""
    of_group = cast["contact"]
    about = labels(
        cast["coordinator"], subject_org=of_group.unit_id, subject_path=of_group.unit_path
    )
    said = []
    barred = [account_id("leader"), account_id("deputy_leader")]
    with pytest.raises(WrongState) as refused:
        propose(cast, barred=barred)
    said.append(str(refused.value))
    for who in ("leader", "deputy_leader"):
        recusal.declare_recusal(
            actor=cast[who], now=cast.now, organisation=of_group.unit_id, reason_code="interest"
        )
    with pytest.raises(WrongState) as refused:
        propose(cast, labels=about)
    said.append(str(refused.value))
    assert said[0] == said[1]
    assert "须回避的成员" in said[0]


def test_one_refusal_ends_a_countersigning(cast: Any) -> None:
    matter = propose(cast, quorum=Quorum.ALL)
    assert vote(cast, matter, opinion="disagree", comment="依据不足") == "rejected"


@pytest.mark.parametrize("opinion", ["disagree", "return"])
def test_whoever_says_no_says_why(cast: Any, opinion: str) -> None:
    matter = propose(cast)
    with pytest.raises(Invalid, match="须写明理由"):
        vote(cast, matter, opinion=opinion, comment=" ")
    assert see(cast, matter).votes == ()


def test_an_opinion_that_does_not_exist_is_refused_at_its_field(cast: Any) -> None:
    with pytest.raises(Invalid) as problem:
        vote(cast, propose(cast), opinion="maybe")
    assert problem.value.errors[0].place == "opinion"


@pytest.mark.parametrize(("who", "words"), [("chair", "审批机构的成员"), ("coordinator", "提请人")])
def test_outsiders_and_the_proposer_do_not_vote(cast: Any, who: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        vote(cast, propose(cast), who)


@pytest.mark.parametrize("who", ["audit", "contact", "inspector", "neighbour", "system_admin"])
def test_strangers_know_of_no_matter(cast: Any, who: str) -> None:
    matter = propose(cast)
    with pytest.raises(NotFound):
        see(cast, matter, who)
    with pytest.raises(NotFound):
        do.vote(actor=cast[who], now=cast.now, matter_id=matter, revision=1, opinion="agree")


def test_a_vote_on_what_has_changed_is_stale(cast: Any) -> None:
    matter = propose(cast, quorum=Quorum.ALL)
    vote(cast, matter)
    with pytest.raises(Stale):
        vote(cast, matter, "deputy_leader", revision=1)


def test_the_same_matter_is_proposed_once_at_a_time(cast: Any) -> None:
    one = uuid4()
    matter = propose(cast, object_id=one)
    with pytest.raises(WrongState, match="正在审批"):
        propose(cast, object_id=one)
    vote(cast, matter)
    assert propose(cast, object_id=one) != matter


def test_an_unknown_body_is_refused(cast: Any) -> None:
    with pytest.raises(Invalid, match="审批机构"):
        propose(cast, body_id=uuid4())


def test_the_proposer_takes_a_matter_back_while_it_waits(cast: Any) -> None:
    matter = propose(cast)
    assert see(cast, matter, "coordinator").may_withdraw
    assert not see(cast, matter).may_withdraw
    with pytest.raises(Refused, match="提请人可以撤回"):
        do.withdraw(actor=cast["leader"], now=cast.now, matter_id=matter, revision=1)
    do.withdraw(actor=cast["coordinator"], now=cast.now, matter_id=matter, revision=1)
    assert see(cast, matter).state == "withdrawn"
    with pytest.raises(WrongState, match="不能撤回"):
        do.withdraw(actor=cast["coordinator"], now=cast.now, matter_id=matter, revision=2)


def test_the_facts_are_read_in_words(cast: Any) -> None:
    matter = propose(cast, facts={"units": ["甲", "乙"], "to": "2026-12-01", "secret_code": 7})
    assert see(cast, matter).facts_in_words == (("单位", "甲、乙"), ("申请日期", "2026-12-01"))


def test_what_waits_for_somebody_is_counted(cast: Any) -> None:
    with acting_as(account_id("leader")):
        before = queries.waiting_count(actor=cast["leader"])
    propose(cast)
    with acting_as(account_id("leader")):
        assert queries.waiting_count(actor=cast["leader"]) == before + 1


# The database


def test_nothing_is_approved_without_a_vote(cast: Any) -> None:
    matter = propose(cast)
    with refused_by_database("needs the vote"):
        sql(
            cast,
            "leader",
            "update approvals_matter set state = 'approved', decided_at = now() where id = %s",
            matter,
        )


def test_what_was_asked_never_changes(cast: Any) -> None:
    matter = propose(cast)
    with refused_by_database("never changes"):
        sql(
            cast,
            "leader",
            'update approvals_matter set facts = \'{"to": "2099-01-01"}\' where id = %s',
            matter,
        )


def test_only_the_proposer_withdraws(cast: Any) -> None:
    matter = propose(cast)
    with refused_by_database("only the proposer"):
        sql(
            cast,
            "leader",
            "update approvals_matter set state = 'withdrawn', decided_at = now() where id = %s",
            matter,
        )


def test_a_decided_matter_stays_decided(cast: Any) -> None:
    matter = propose(cast)
    vote(cast, matter)
    with refused_by_database("forbidden transition|needs the vote"):
        sql(cast, "leader", "update approvals_matter set state = 'pending' where id = %s", matter)


def columns() -> list[str]:
    return [f.column for f in Vote._meta.concrete_fields]


def test_a_vote_names_the_true_proposer_and_never_changes(cast: Any) -> None:
    matter = propose(cast, quorum=Quorum.ALL)
    vote(cast, matter)
    names = ", ".join(columns())
    forged = ", ".join(
        {
            "id": "gen_random_uuid()",
            "account_id": f"'{account_id('coordinator')}'",
            "proposed_by_id": f"'{account_id('leader')}'",
        }.get(c, c)
        for c in columns()
    )
    with refused_by_database("names the proposer"):
        sql(
            cast,
            "leader",
            f"insert into approvals_vote ({names}) select {forged} from approvals_vote "
            "where matter_id = %s",
            matter,
        )
    with refused_by_database("a vote never changes"):
        sql(
            cast,
            "leader",
            "update approvals_vote set opinion = 'disagree', comment = 'x' where matter_id = %s",
            matter,
        )


def test_the_proposer_does_not_vote_in_the_database_either(cast: Any) -> None:
    matter = propose(cast, quorum=Quorum.ALL)
    vote(cast, matter)
    names = ", ".join(columns())
    own = ", ".join(
        {"id": "gen_random_uuid()", "account_id": "proposed_by_id"}.get(c, c) for c in columns()
    )
    with refused_by_database("vote_not_by_the_proposer"):
        sql(
            cast,
            "leader",
            f"insert into approvals_vote ({names}) select {own} from approvals_vote "
            "where matter_id = %s",
            matter,
        )


# The pages


def test_the_page_offers_the_vote_to_members_and_the_way_back_to_the_proposer(cast: Any) -> None:
    matter = propose(cast)
    page = f"/approvals/{matter}/"
    leader = client_of("leader").get(page).content.decode()
    assert "提交意见" in leader
    assert "撤回" not in leader
    office = client_of("coordinator")
    assert "提请人不能审批自己提请的事项" in office.get(page).content.decode()
    assert office.post(page, {"withdraw": "1"}).status_code == 302
    assert see(cast, matter).state == "withdrawn"
    assert client_of("audit").get(page).status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"opinion": "disagree", "comment": "", "revision": 1}, "须写明理由"),
        ({"opinion": "maybe", "revision": 1}, "1 处需要修改"),
        ({"opinion": "agree", "revision": 9}, "刚被他人修改"),
        ({"opinion": "agree", "comment": "长" * 501, "revision": 1}, "500"),
        ({}, "需要修改"),
    ],
)
def test_a_vote_that_does_not_fit_is_shown_again(cast: Any, form: Any, words: str) -> None:
    matter = propose(cast)
    answer = client_of("leader").post(f"/approvals/{matter}/", {"x": "1", **form})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert see(cast, matter).state == "pending"


def test_a_double_click_votes_once(cast: Any) -> None:
    matter = propose(cast)
    form = {"opinion": "agree", "comment": "", "revision": 1, "submission_key": str(uuid4())}
    client = client_of("leader")
    assert [client.post(f"/approvals/{matter}/", form).status_code for _ in range(2)] == [302, 302]
    assert len(see(cast, matter).votes) == 1

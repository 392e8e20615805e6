"""Institution documents before a body (room approvals): adopted, refused, returned, withdrawn; every refusal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from lianxun.approvals import operations as approvals
from lianxun.approvals import queries as matters
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.regulations import operations
from lianxun.regulations.models import Work
from tests.regulations.support import reading
from tests.regulations.test_institutions import (
    FIRST,
    SECOND,
    clocks,
    drafted,
    in_force,
    look,
    publish,
    step,
)
from tests.support.recorded import listen
from tests.web.test_pages import client_of

GROUP = {"body": UnitKind.LEADING_GROUP.value, "effective_on": FIRST}


@pytest.fixture
def drafter(cast: Any) -> Actor:
    found: Actor = cast["coordinator"]
    return found


@pytest.fixture
def reviewer(cast: Any) -> Actor:
    found: Actor = cast["chair"]
    return found


@pytest.fixture
def document(drafter: Actor, now: datetime) -> UUID:
    """Drafted and handed to review."""
    ident = drafted(drafter, now)
    step(operations.submit, drafter, now, ident)
    return ident


def bring(reviewer: Actor, now: datetime, ident: UUID, **more: Any) -> UUID:
    found: UUID = step(operations.bring, reviewer, now, ident, **(GROUP | more))
    return found


def vote(cast: Any, matter: UUID, opinion: str, who: str = "leader", comment: str = "") -> str:
    with reading(cast[who]):
        revision = matters.matter(actor=cast[who], now=cast.now, matter_id=matter).revision
    return approvals.vote(
        actor=cast[who],
        now=cast.now,
        matter_id=matter,
        revision=revision,
        opinion=opinion,
        comment=comment,
    )


def test_a_document_waits_before_its_body_and_nobody_goes_around_it(
    cast: Any, reviewer: Actor, now: datetime, document: UUID
) -> None:
    matter = bring(reviewer, now, document, document_number="云巡协〔2026〕12号")
    found = look(reviewer, now, document)
    assert (found.state, found.matter, found.permitted) == ("review", matter, frozenset())
    for act, more in (
        (operations.publish, {"decided_by": "会议", "effective_on": FIRST}),
        (operations.return_, {"opinion": "再改"}),
        (operations.bring, GROUP),
    ):
        with pytest.raises(WrongState, match="已提请审批"):
            step(act, cast["deputy_leader"], now, document, **more)
    with reading(cast["leader"]):
        seen = matters.matter(actor=cast["leader"], now=now, matter_id=matter)
    assert "关于提请审议《" in seen.title
    with reading(reviewer):
        assert not Work.objects.filter(title=found.title).exists()


def test_consent_puts_it_in_force_with_its_clocks_and_its_number(
    cast: Any, drafter: Actor, reviewer: Actor, now: datetime, document: UUID, monkeypatch: Any
) -> None:
    matter = bring(reviewer, now, document, document_number="云巡协〔2026〕12号")
    heard = listen(monkeypatch)
    assert vote(cast, matter, "agree") == "approved"
    found = look(drafter, now, document)
    assert (found.state, found.matter, found.effective_on) == ("effective", None, FIRST)
    assert found.document_number == "云巡协〔2026〕12号"
    assert "领导小组" in found.decided_by
    assert found.decided_by.endswith("审批同意")
    assert found.reviewed_by == "戴云舟"
    with reading(cast["audit"]):
        work = Work.objects.get(title=found.title)
        assert (work.everyone, work.versions.get().valid_from) == (True, FIRST)
    assert len(clocks(drafter, now, document)) == 3
    assert len(heard.of("approvals.vote")) == 1


@pytest.mark.parametrize(
    ("opinion", "comment", "said"),
    [("disagree", "与上位规定不一致", "与上位规定不一致"), ("return", "第三条再核", "第三条再核")],
)
def test_a_refusal_sends_it_back_to_the_drafter_with_what_was_said(
    cast: Any,
    drafter: Actor,
    reviewer: Actor,
    now: datetime,
    document: UUID,
    opinion: str,
    comment: str,
    said: str,
) -> None:
    # Under 会签 one refusal ends the matter; otherwise the others may still agree.
    vote(cast, bring(reviewer, now, document, all_sign=True), opinion, comment=comment)
    found = look(drafter, now, document)
    assert (found.state, found.matter, found.opinion) == ("draft", None, said)
    assert found.permitted == {"edit", "submit"}
    step(operations.submit, drafter, now, document)
    assert vote(cast, bring(reviewer, now, document), "agree") == "approved"


def test_a_withdrawn_matter_leaves_it_with_the_reviewer(
    cast: Any, reviewer: Actor, now: datetime, document: UUID
) -> None:
    matter = bring(reviewer, now, document)
    with reading(reviewer):
        revision = matters.matter(actor=reviewer, now=now, matter_id=matter).revision
    approvals.withdraw(actor=reviewer, now=now, matter_id=matter, revision=revision)
    found = look(cast["deputy_leader"], now, document)
    assert (found.state, found.matter) == ("review", None)
    assert found.permitted == {"bring", "publish", "return"}


def test_all_members_sign_where_that_is_asked(
    cast: Any, drafter: Actor, reviewer: Actor, now: datetime, document: UUID
) -> None:
    matter = bring(reviewer, now, document, all_sign=True)
    assert vote(cast, matter, "agree") == "pending"
    assert look(drafter, now, document).state == "review"
    assert vote(cast, matter, "agree", who="deputy_leader") == "approved"
    assert look(drafter, now, document).state == "effective"


def test_the_next_edition_replaces_the_one_in_force(
    cast: Any, drafter: Actor, reviewer: Actor, now: datetime
) -> None:
    old = in_force(drafter, reviewer, now)
    new = step(operations.revise, drafter, now, old, reason="按评估意见修订")
    step(operations.submit, drafter, now, new)
    with pytest.raises(Invalid) as bad:
        bring(reviewer, now, new, effective_on=FIRST)
    assert bad.value.errors[0].place == "effective_on"
    vote(cast, bring(reviewer, now, new, effective_on=SECOND), "agree")
    assert look(drafter, now, old).state == "superseded"
    assert look(drafter, now, new).state == "effective"


def test_what_the_reviewer_says_is_checked_before_the_body_is_asked(
    cast: Any, reviewer: Actor, now: datetime, document: UUID
) -> None:
    with pytest.raises(Invalid) as bad:
        bring(reviewer, now, document, body="county_body")
    assert bad.value.errors[0].place == "body"
    assert look(reviewer, now, document).matter is None


def test_a_document_above_internal_is_not_for_everyone(
    cast: Any, drafter: Actor, reviewer: Actor, now: datetime
) -> None:
    ident = drafted(drafter, now, level=2)
    step(operations.submit, drafter, now, ident)
    with pytest.raises(Invalid) as bad:
        bring(reviewer, now, ident, everyone=True)
    assert bad.value.errors[0].place == "everyone"
    assert vote(cast, bring(reviewer, now, ident, everyone=False), "agree") == "approved"


def test_the_drafter_and_who_lacks_the_duty_bring_nothing(
    cast: Any, drafter: Actor, now: datetime, document: UUID
) -> None:
    with pytest.raises(Refused) as refused:
        bring(drafter, now, document)
    assert refused.value.rule == "REG-MAKER-CHECKER"
    revision = look(drafter, now, document).revision
    with pytest.raises((Refused, NotFound)):
        operations.bring(
            actor=cast["contact"], now=now, institution_id=document, revision=revision, **GROUP
        )


def test_a_draft_and_a_document_in_force_are_not_brought(
    cast: Any, drafter: Actor, reviewer: Actor, now: datetime
) -> None:
    ident = drafted(drafter, now)
    revision = look(drafter, now, ident).revision
    with pytest.raises((WrongState, NotFound)):
        operations.bring(actor=reviewer, now=now, institution_id=ident, revision=revision, **GROUP)
    step(operations.submit, drafter, now, ident)
    publish(reviewer, now, ident)
    with pytest.raises(WrongState, match="施行"):
        bring(reviewer, now, ident)


def test_the_pages_bring_it_and_show_that_it_waits(
    cast: Any, reviewer: Actor, now: datetime, document: UUID
) -> None:
    chair = client_of("chair")
    page = chair.get(f"/regulations/institutions/{document}/").content.decode()
    assert "提请审议" in page
    form = chair.get(f"/regulations/institutions/{document}/do/bring/").content.decode()
    assert "审议机构" in form
    with reading(cast["chair"]):
        assert Unit.objects.filter(kind=UnitKind.LEADING_GROUP).exists()
    bring(reviewer, now, document)
    page = chair.get(f"/regulations/institutions/{document}/").content.decode()
    assert "已提请审议，等待结果" in page
    assert "/approvals/" in page

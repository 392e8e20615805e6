"""Acts of participants."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.approvals import rules
from lianxun.approvals.enums import MACHINES, MatterState, Opinion
from lianxun.approvals.models import Comment, Matter, Vote
from lianxun.approvals.people import barred_of, entitled
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, Refused, WrongState
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows, require

MOST = 500  # characters of a remark
MATTER = "approvals.matter"
MATTERS = Rows(Matter, kind=MATTER, noun="审批事项", machine=MACHINES["approvals_matter"])


@operation("approvals.vote")
def vote(
    *, actor: Actor, now: datetime, matter_id: UUID, revision: int, opinion: str, comment: str = ""
) -> str:
    """Say 同意 / 不同意 / 退回; the vote that decides carries the decision out at once.

    Returns the state of the matter afterwards. Raises ``Stale`` if somebody voted in between.
    """
    matter = MATTERS.lock(matter_id, revision)
    voted = list(matter.votes.all())
    decision = rules.may_vote(
        actor,
        body_path=matter.body.path,
        proposed_by=matter.proposed_by_id,
        voted=frozenset(v.account_id for v in voted),
        state=matter.state,
        barred=barred_of(matter),
    )
    require(decision)
    if opinion not in Opinion.values:
        raise Invalid.at("opinion", "请选择同意、不同意或退回修改。")
    if opinion != Opinion.AGREE and not comment.strip():
        raise Invalid.at("comment", "不同意或退回须写明理由。")
    if len(comment.strip()) > MOST:
        raise Invalid.at(
            "comment", f"说明不超过 {MOST} 字（现为 {len(comment.strip())} 字），请精简后再提交。"
        )
    Vote.objects.create(
        created_at=now,
        matter=matter,
        account_id=actor.account_id,
        proposed_by_id=matter.proposed_by_id,
        opinion=opinion,
        comment=comment.strip(),
        **Labels.of(matter).columns(),
    )
    state = rules.outcome(
        [*(v.opinion for v in voted), opinion],
        quorum=matter.quorum,
        members=len(entitled(matter)),
    )
    _settle(matter, state, actor=actor, now=now, comment=comment, opinion=opinion)
    return matter.state


@operation("approvals.withdraw")
def withdraw(*, actor: Actor, now: datetime, matter_id: UUID, revision: int) -> None:
    """The proposer takes a matter back while it is pending."""
    matter = MATTERS.lock(matter_id, revision)
    if matter.proposed_by_id != actor.account_id:
        raise Refused(Denied("只有提请人可以撤回。", "APP-WITHDRAW"))
    if matter.state != MatterState.PENDING:
        raise WrongState("该事项已经办结，不能撤回。")
    _settle(matter, MatterState.WITHDRAWN, actor=actor, now=now, comment="")


@operation("approvals.comment")
def comment(*, actor: Actor, now: datetime, matter_id: UUID, revision: int, text: str) -> UUID:
    """Leave a remark on an open matter: a question, an answer, what was changed. Decides nothing."""
    matter = MATTERS.lock(matter_id, revision)
    decision = rules.may_comment(
        actor, body_path=matter.body.path, proposed_by=matter.proposed_by_id, state=matter.state
    )
    require(decision)
    words = text.strip()
    if not words:
        raise Invalid.at("text", "请填写留言。")
    if len(words) > MOST:
        raise Invalid.at("text", f"留言不超过 {MOST} 字（现为 {len(words)} 字），请精简后再提交。")
    row = Comment.objects.create(
        created_at=now,
        object_kind=matter.object_kind,
        matter=matter,
        account_id=actor.account_id,
        text=words,
        **Labels.of(matter).columns(),
    )
    MATTERS.note(matter, comment=str(row.id), code=matter.code)
    return row.id


def _settle(
    matter: Matter,
    state: MatterState | None,
    *,
    actor: Actor,
    now: datetime,
    comment: str,
    **said: str,
) -> None:
    """One vote more; the one that decides carries the decision out."""
    if state is None:
        MATTERS.save(matter, code=matter.code, **said)
    else:
        matter.decided_at = now
        MATTERS.move(matter, state, "decided_at", code=matter.code, **said)
    if state is not None:
        _answer(matter, state, now)
        announce(
            "approvals.decided",
            actor=actor,
            now=now,
            code=matter.code,
            object_id=matter.object_id,
            state=str(state),
            matter_id=matter.id,
            comment=comment,
            facts=matter.facts,
        )
        MATTERS.note(matter)  # what follows noted its own rows; the act is about the matter


def _answer(matter: Matter, state: MatterState, now: datetime) -> None:
    """Whoever proposed learns that there is an answer; what it says stands on the matter."""
    if state == MatterState.WITHDRAWN:
        return
    code = NoticeCode.RETURNED if state == MatterState.RETURNED else NoticeCode.ANSWERED
    duties.notify(
        now=now,
        accounts=[matter.proposed_by_id],
        code=code,
        object_kind=MATTER,
        object_id=matter.id,
    )

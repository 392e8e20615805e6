"""Acts of participants."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.access.models import Account
from lianxun.approvals import rules
from lianxun.approvals.enums import MatterState, Opinion
from lianxun.approvals.models import Matter, Vote
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.trace.door import noting, operation


@operation("approvals.vote")
def vote(
    *, actor: Actor, now: datetime, matter_id: UUID, revision: int, opinion: str, comment: str = ""
) -> str:
    """Say 同意 / 不同意 / 退回; the vote that decides carries the decision out at once.

    Returns the state of the matter afterwards. Raises ``Stale`` if somebody voted in between.
    """
    matter = _matter(matter_id, revision)
    voted = list(matter.votes.all())
    decision = rules.may_vote(
        actor,
        body_path=matter.body.path,
        proposed_by=matter.proposed_by_id,
        voted=frozenset(v.account_id for v in voted),
        state=matter.state,
    )
    if isinstance(decision, Denied):
        raise Refused(decision)
    if opinion not in Opinion.values:
        raise Invalid.at("opinion", "请选择同意、不同意或退回修改。")
    if opinion != Opinion.AGREE and not comment.strip():
        raise Invalid.at("comment", "不同意或退回须写明理由。")
    Vote.objects.create(
        created_at=now,
        matter=matter,
        account_id=actor.account_id,
        proposed_by_id=matter.proposed_by_id,
        opinion=opinion,
        comment=comment.strip()[:500],
        **Labels.of(matter).columns(),
    )
    state = rules.outcome(
        [*(v.opinion for v in voted), opinion],
        quorum=matter.quorum,
        members=entitled(matter),
    )
    noting().about(
        "approvals.matter",
        matter.id,
        revision=matter.revision + 1,
        engagement=matter.engagement,
        level=matter.level,
        rule=decision.rule,
        opinion=opinion,
        code=matter.code,
    )
    _settle(matter, state, actor=actor, now=now, comment=comment)
    return matter.state


@operation("approvals.withdraw")
def withdraw(*, actor: Actor, now: datetime, matter_id: UUID, revision: int) -> None:
    """The proposer takes a matter back while it is pending."""
    matter = _matter(matter_id, revision)
    if matter.proposed_by_id != actor.account_id:
        raise Refused(Denied("只有提请人可以撤回。", "APP-WITHDRAW"))
    if matter.state != MatterState.PENDING:
        raise WrongState("该事项已经办结，不能撤回。")
    noting().about("approvals.matter", matter.id, revision=matter.revision + 1, code=matter.code)
    _settle(matter, MatterState.WITHDRAWN, actor=actor, now=now, comment="")


def entitled(matter: Matter) -> int:
    """How many people of the body may vote on it (the proposer not counted)."""
    return (
        Account.objects.filter(
            unit__path__startswith=matter.body.path,
            is_active=True,
            duties__contains=["approvals"],
            roles__overlap=["leader", "coordinator"],
        )
        .exclude(id=matter.proposed_by_id)
        .count()
    )


def _matter(matter_id: UUID, revision: int) -> Matter:
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise NotFound
    if matter.revision != revision:
        raise Stale
    return matter


def _settle(
    matter: Matter, state: MatterState | None, *, actor: Actor, now: datetime, comment: str
) -> None:
    matter.revision += 1
    if state is not None:
        matter.state, matter.decided_at = state, now
    matter.save(update_fields=["revision", "state", "decided_at"])
    if state is not None:
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

"""Reads of the approvals room: the inbox of a body, the history of an object."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.approvals import rules
from lianxun.approvals.enums import MatterState, Opinion, Quorum
from lianxun.approvals.models import Matter, Vote
from lianxun.approvals.people import barred_of
from lianxun.approvals.records import CommentRecord, EarlierRecord, MatterRecord, VoteRecord
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query

MOST_EARLIER = 20  # submissions shown of one matter


def _rows() -> QuerySet[Matter]:
    return Matter.objects.select_related("body", "proposed_by").prefetch_related(
        "votes__account__unit", "comments__account__unit"
    )


def _record(matter: Matter, actor: Actor, earlier: tuple[EarlierRecord, ...] = ()) -> MatterRecord:
    votes = list(matter.votes.all())
    decision = rules.may_vote(
        actor,
        body_path=matter.body.path,
        proposed_by=matter.proposed_by_id,
        voted=frozenset(v.account_id for v in votes),
        state=matter.state,
        barred=barred_of(matter),
    )
    return MatterRecord(
        id=matter.id,
        revision=matter.revision,
        code=matter.code,
        object_kind=matter.object_kind,
        object_id=matter.object_id,
        title=matter.title,
        summary=matter.summary,
        facts=matter.facts,
        body_id=matter.body_id,
        body_name=matter.body.name,
        proposed_by=matter.proposed_by_id,
        proposed_by_name=matter.proposed_by.display_name,
        quorum=matter.quorum,
        quorum_label=Quorum(matter.quorum).label,
        state=matter.state,
        state_label=MatterState(matter.state).label,
        engagement=matter.engagement,
        level=matter.level,
        created_at=matter.created_at,
        decided_at=matter.decided_at,
        votes=tuple(_vote(v) for v in votes),
        may_vote=bool(decision),
        why_not=decision.reason if isinstance(decision, Denied) else "",
        may_withdraw=matter.state == MatterState.PENDING
        and matter.proposed_by_id == actor.account_id,
        may_comment=bool(
            rules.may_comment(
                actor,
                body_path=matter.body.path,
                proposed_by=matter.proposed_by_id,
                state=matter.state,
            )
        ),
        comments=tuple(
            CommentRecord(
                name=c.account.display_name,
                unit_name=c.account.unit.name,
                text=c.text,
                at=c.created_at,
            )
            for c in matter.comments.all()
        ),
        remark=matter.remark,
        earlier=earlier,
    )


def _vote(v: Vote) -> VoteRecord:
    return VoteRecord(
        name=v.account.display_name,
        unit_name=v.account.unit.name,
        opinion=v.opinion,
        opinion_label=Opinion(v.opinion).label,
        comment=v.comment,
        at=v.created_at,
    )


def _earlier(matter: Matter) -> tuple[EarlierRecord, ...]:
    """Former submissions the reader may see, oldest first."""
    found: list[EarlierRecord] = []
    before = matter.previous_id
    while before is not None and len(found) < MOST_EARLIER:
        row = _rows().filter(id=before).first()
        if row is None:
            break
        found.append(
            EarlierRecord(
                id=row.id,
                state_label=MatterState(row.state).label,
                at=row.created_at,
                votes=tuple(_vote(v) for v in row.votes.all()),
            )
        )
        before = row.previous_id
    return tuple(reversed(found))


@query("approvals.inbox")
def inbox(
    *, actor: Actor, now: datetime, state: str = MatterState.PENDING, limit: int = 100
) -> list[MatterRecord]:
    """Matters the actor may see in ``state``, oldest first; those waiting for him say so."""
    rows = _rows().filter(within_reach(actor, kind="approvals.matter"), state=state)
    rows = rows.order_by("created_at", "id")[:limit]
    found = [_record(m, actor) for m in rows]
    noting().about("approvals.matter", actor.account_id, count=len(found))
    return found


@query("approvals.matter")
def matter(*, actor: Actor, now: datetime, matter_id: UUID) -> MatterRecord:
    row = _rows().filter(id=matter_id).first()
    if row is None:
        raise NotFound
    noting().about("approvals.matter", row.id, engagement=row.engagement, level=row.level)
    return _record(row, actor, _earlier(row))


def of_object(*, actor: Actor, object_kind: str, object_id: UUID) -> list[MatterRecord]:
    """Every matter about one object, newest first (part of that object's page)."""
    rows = _rows().filter(object_kind=object_kind, object_id=object_id)
    return [_record(m, actor) for m in rows]


def waiting_count(*, actor: Actor) -> int:
    """How many matters wait for the actor's vote (his first page)."""
    return sum(
        _record(m, actor).may_vote
        for m in _rows().filter(
            within_reach(actor, kind="approvals.matter"), state=MatterState.PENDING
        )[:500]
    )

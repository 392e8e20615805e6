"""Parts of acts that upper rooms call inside their own operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from lianxun.exchange.common import (
    KIND,
    QUESTION_KIND,
    cancel_clocks,
    say,
)
from lianxun.exchange.enums import (
    MACHINES,
    QuestionState,
    RequestState,
    SharingState,
    StatementKind,
)
from lianxun.exchange.models import InfoRequest, Question, Sharing
from lianxun.exchange.operations.ending import shred
from lianxun.kernel.actor import Actor
from lianxun.trace.door import noting

_ENDED = "任务归档，停止使用"


@dataclass(frozen=True, slots=True)
class Ended:
    """How many requests lost their use, how many were closed unanswered, how many questions destroyed, how many
    agreements of sharing ended."""

    expired: int
    closed: int
    questions: int
    sharings: int


@dataclass(frozen=True, slots=True)
class Requested:
    """How many requests left their unit, how many were answered with data, how many refused."""

    sent: int
    supplied: int
    refused: int


def request_counts(*, engagements: Sequence[UUID]) -> Requested:
    """Requests of ``engagements`` that the actor may see, for a report an upper room writes."""
    rows = InfoRequest.objects.filter(engagement__in=list(engagements), sent_at__isnull=False)
    counts = rows.aggregate(
        sent=Count("id", distinct=True),
        supplied=Count("id", filter=Q(deliveries__isnull=False), distinct=True),
        refused=Count("id", filter=Q(state=RequestState.REFUSED), distinct=True),
    )
    return Requested(counts["sent"], counts["supplied"], counts["refused"])


def refusals(*, providers: Sequence[UUID], since: date) -> dict[UUID, list[str]]:
    """Requests that a provider does not answer with data, by their numbers, made from ``since`` on: the facts
    for whoever judges whether the reason holds. Only those the actor may see."""
    found: dict[UUID, list[str]] = {}
    rows = InfoRequest.objects.filter(
        provider_id__in=list(providers), state=RequestState.REFUSED, created_at__date__gte=since
    )
    for provider, number in rows.order_by("number", "id").values_list("provider_id", "number"):
        found.setdefault(provider, []).append(number)
    return found


def end_access(*, actor: Actor, now: datetime, engagement: UUID) -> Ended:
    """The engagement is archived: nobody uses its data any more, open requests end, questions are destroyed.

    Afterwards each request in use stands at 已到期 until its destruction is recorded with witnesses.
    """
    expired = closed = 0
    for row in (
        InfoRequest.objects.select_for_update(of=("self",))
        .filter(engagement=engagement)
        .select_related("provider")
        .order_by("id")
    ):
        if row.state in (RequestState.IN_USE, RequestState.DELIVERED):
            _move(row, RequestState.EXPIRED)
            expired += 1
        elif MACHINES["exchange_inforequest"].allows(row.state, RequestState.WITHDRAWN):
            _move(row, RequestState.WITHDRAWN)
            say(row, StatementKind.WITHDRAWAL, _ENDED, actor=actor, now=now)
            closed += 1
        else:
            continue
        cancel_clocks(KIND, row.id, actor=actor, now=now, reason=_ENDED)
    questions = _end_questions(actor=actor, now=now, engagement=engagement)
    sharings = _end_sharings(engagement=engagement)
    found = Ended(expired, closed, questions, sharings)
    noting().detail["exchange"] = {
        "expired": expired,
        "closed": closed,
        "questions": questions,
        "sharings": sharings,
    }
    return found


def _end_sharings(*, engagement: UUID) -> int:
    """What is signed ends, what is not is withdrawn: nobody of the team reads anything under it from now on."""
    rows = Sharing.objects.select_for_update(of=("self",)).filter(engagement=engagement)
    ended = 0
    for row in rows.order_by("id"):
        machine = MACHINES["exchange_sharing"]
        to = next(
            (
                s
                for s in (SharingState.ENDED, SharingState.WITHDRAWN)
                if machine.allows(row.state, s)
            ),
            None,
        )
        if to is not None:
            row.state, row.reason, row.revision = to, _ENDED, row.revision + 1
            row.save(update_fields=["state", "reason", "revision"])
            ended += 1
    return ended


def _move(row: InfoRequest, to: RequestState) -> None:
    row.state, row.revision = to, row.revision + 1
    row.save(update_fields=["state", "revision"])


def _end_questions(*, actor: Actor, now: datetime, engagement: UUID) -> int:
    gone = []
    rows = Question.objects.select_for_update(of=("self",)).filter(engagement=engagement)
    for row in rows.exclude(state=QuestionState.DESTROYED).order_by("id"):
        if row.state in (QuestionState.ASKED, QuestionState.APPROVED):
            row.state, row.revision = QuestionState.WITHDRAWN, row.revision + 1
            row.save(update_fields=["state", "revision"])
            cancel_clocks(QUESTION_KIND, row.id, actor=actor, now=now, reason=_ENDED)
        row.state, row.revision = QuestionState.DESTROYED, row.revision + 1
        row.save(update_fields=["state", "revision"])
        gone.append(row.id)
    shred(gone, of=engagement, now=now)
    return len(gone)

"""Single questions as lists and as one object; never whom they are about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.exchange import rules, subjects
from lianxun.exchange.catalogue import data_class
from lianxun.exchange.enums import Answer, QuestionState
from lianxun.exchange.models import Question
from lianxun.exchange.records import QuestionRecord
from lianxun.fabric.paging import COUNT_LIMIT, Page, window
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.queries.choices import unit_names
from lianxun.trace.door import noting, query

_RELATED = ("provider", "asked_by", "approved_by", "answered_by")


@query("exchange.questions")
def questions(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID | None = None,
    state: str = "",
    mine: bool = False,
    page: int = 1,
) -> Page[QuestionRecord]:
    """Questions the actor may see. ``mine`` = served on the own unit."""
    rows = Question.objects.select_related(*_RELATED).order_by("-created_at", "-id")
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    if state:
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(
            addressee_path__gte=actor.unit_path, addressee_path__lt=actor.unit_path + "~"
        )
    total = rows.order_by()[:COUNT_LIMIT].count()
    found = _records(list(rows[window(page)]), actor)
    noting().about("exchange.question", actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total)


@query("exchange.question")
def question(*, actor: Actor, now: datetime, question_id: UUID) -> QuestionRecord:
    row = Question.objects.select_related(*_RELATED).filter(id=question_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "exchange.question",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    return _records([row], actor)[0]


def _records(rows: list[Question], actor: Actor) -> list[QuestionRecord]:
    names = unit_names(
        {r.owner_unit for r in rows} | {r.subject_org for r in rows if r.subject_org}
    )
    return [_record(row, actor, names) for row in rows]


def _record(row: Question, actor: Actor, names: dict[UUID, str]) -> QuestionRecord:
    return QuestionRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        engagement=row.engagement,
        subject_name=names.get(row.subject_org, "") if row.subject_org else "",
        owner_name=names.get(row.owner_unit, ""),
        provider_name=row.provider.short_name,
        data_class=row.data_class,
        class_name=data_class(row.data_class).name_zh,
        ask=subjects.asks(row.data_class),
        purpose=row.purpose,
        basis=row.basis,
        necessity=row.necessity,
        candidate_from=row.candidate_from,
        urgent=row.urgent,
        state=row.state,
        state_label=QuestionState(row.state).label,
        answer=row.answer,
        answer_label=Answer(row.answer).label if row.answer else "",
        note=row.note,
        asked_by_name=row.asked_by.display_name,
        approved_by_name=row.approved_by.display_name if row.approved_by else "",
        answered_by_name=row.answered_by.display_name if row.answered_by else "",
        level=row.level,
        created_at=row.created_at,
        approved_at=row.approved_at,
        answered_at=row.answered_at,
        permitted=_permitted(row, actor),
    )


def _permitted(row: Question, actor: Actor) -> frozenset[str]:
    found = set()
    if row.state == QuestionState.ASKED and rules.may_approve_question(
        actor, asked_by=row.asked_by_id, level=row.level
    ):
        found.add("approve")
    if row.state == QuestionState.APPROVED and rules.may_answer_question(
        actor,
        provider_path=row.provider.path,
        asked_by=row.asked_by_id,
        approved_by=row.approved_by_id,
    ):
        found |= {"answer", "refuse"}
    if row.state in (QuestionState.ASKED, QuestionState.APPROVED) and rules.may_ask(
        actor, owner_path=row.owner_path, engagement=row.engagement
    ):
        found.add("withdraw")
    if row.state != QuestionState.DESTROYED and rules.may_see_subject(
        actor,
        asked_by=row.asked_by_id,
        owner_path=row.owner_path,
        provider_path=row.provider.path,
        engagement=row.engagement,
        level=row.level,
        approved=row.approved_by_id is not None,
    ):
        found.add("subject")
    return frozenset(found)

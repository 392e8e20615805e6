"""多方印证: the team asks units outside of it; each answers for itself, blind to paper and others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.access.queries import accounts_at
from lianxun.documents import steps as documents
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.inspection import rules
from lianxun.inspection.common import facts_of, require
from lianxun.inspection.enums import ANSWERS, MACHINES, CorroborationState
from lianxun.inspection.models import Corroboration
from lianxun.inspection.operations.papers import PAPERS
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows

KIND = "inspection.corroboration"
CLOCK = "DT-IN-CORROB"
# The library in a duty's kind opens it: member units work with requests, not with inspections.
DUTY_KIND = "exchange.corroboration"
# Without the paper: who answers never sees it.
ASKED = Rows(Corroboration, kind=KIND, noun="印证函", machine=MACHINES["inspection_corroboration"])


@operation("inspection.ask_corroboration")
def ask_corroboration(
    *, actor: Actor, now: datetime, paper_id: UUID, unit_id: UUID, question: str
) -> UUID:
    """Ask a unit outside of the team whether a fact is so. The question alone reaches it."""
    paper = PAPERS.lock(paper_id)
    facts = facts_of(paper.task)
    require(rules.may_work(actor, facts))
    if paper.task.state not in ("on_site", "extended"):
        raise WrongState("印证函在驻点期间发出。")
    unit = Unit.objects.filter(id=unit_id, kind=UnitKind.MEMBER).first()
    if unit is None:
        raise Invalid.at("unit_id", "请从成员单位中选择。")
    require(rules.outside_of_team(unit.id, paper.owner_unit, facts))
    if len(question.strip()) < 10:
        raise Invalid.at("question", "请写明需印证的事实（不少于 10 个字），不要照抄底稿定性。")
    if len(question.strip()) > 500:
        raise Invalid.at("question", "需印证的事实不超过 500 字。")
    labels = replace(Labels.of(paper), addressee_unit=unit.id, addressee_path=unit.path)
    # Drawn, not counted: the unit learns nothing about how many papers or questions there are.
    number = documents.draw_number(unit_id=actor.unit_id, code="印", year=now.year)
    try:
        with transaction.atomic():
            row = Corroboration.objects.create(
                created_at=now,
                paper=paper,
                number=number,
                unit=unit,
                question=question.strip(),
                asked_by_id=actor.account_id,
                state=CorroborationState.ASKED,
                **labels.columns(),
            )
    except IntegrityError as clash:
        raise Invalid.at("unit_id", "该单位已收到这份底稿的印证函。") from clash
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=CLOCK,
        object_kind=DUTY_KIND,
        object_id=row.id,
        title=f"印证函 {number}",
        responsible=Responsible(unit.id, unit.short_name),
        labels=labels,
    )
    duties.notify(
        now=now,
        accounts=accounts_at(unit_id=unit.id, roles=["liaison_officer"]),
        code=NoticeCode.ARRIVED,
        object_kind=KIND,
        object_id=row.id,
    )
    ASKED.note(row)
    return row.id


@operation("inspection.answer_corroboration")
def answer_corroboration(
    *,
    actor: Actor,
    now: datetime,
    corroboration_id: UUID,
    revision: int,
    answer: str,
    statement: str,
) -> None:
    """The unit's own statement, once: 属实, 不属实 or 不掌握, and what it rests on."""
    row = ASKED.lock(corroboration_id, revision)
    require(rules.may_answer(actor, row.unit_id))
    if answer not in {a.value for a in ANSWERS}:
        raise Invalid.at("answer", "请选择属实、不属实或不掌握。")
    if not statement.strip():
        raise Invalid.at("statement", "请写明印证的依据。")
    row.statement, row.answered_at = fitting("statement", statement, 500), now
    row.answered_by_id = actor.account_id
    ASKED.move(row, answer, "statement", "answered_at", "answered_by")
    duties.fulfil(
        actor=actor, now=now, object_kind=DUTY_KIND, object_id=row.id, template_code=CLOCK
    )
    duties.notify(
        now=now,
        accounts=[row.asked_by_id],
        code=NoticeCode.ANSWERED,
        object_kind=KIND,
        object_id=row.id,
    )


@operation("inspection.withdraw_corroboration")
def withdraw_corroboration(
    *, actor: Actor, now: datetime, corroboration_id: UUID, revision: int
) -> None:
    """The team takes an unanswered question back; its clock ends with the reason."""
    row = ASKED.lock(corroboration_id, revision)
    paper = PAPERS.lock(row.paper_id)
    require(rules.may_work(actor, facts_of(paper.task)))
    ASKED.move(row, CorroborationState.WITHDRAWN)
    duties.cancel(
        actor=actor, now=now, object_kind=DUTY_KIND, object_id=row.id, reason="印证函已撤回"
    )
    duties.notify(
        now=now,
        accounts=accounts_at(unit_id=row.unit_id, roles=["liaison_officer"]),
        code=NoticeCode.WITHDRAWN,
        object_kind=KIND,
        object_id=row.id,
    )

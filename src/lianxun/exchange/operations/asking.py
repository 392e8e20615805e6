"""Single questions of the question-only classes (settled.md 27): asked, approved singly, answered once.

Never in bulk: one question is one person or one firm, each has its own approval, its own record and a
daily limit; whom it is about lies sealed beside the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from lianxun.documents import steps as documents
from lianxun.exchange import keys, rules, subjects
from lianxun.exchange.catalogue import data_class, is_known, question_only, questions
from lianxun.exchange.common import (
    QUESTION_KIND,
    QUESTIONS,
    cancel_clocks,
    owner_of,
    provider_of,
    start_clock,
    stop_clocks,
)
from lianxun.exchange.enums import Answer, QuestionState, ReceiptStage
from lianxun.exchange.models import Question
from lianxun.exchange.negative import stop_at
from lianxun.exchange.operations.answering import words
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

_TEXTS = {
    "purpose": ("用途", 300),
    "basis": ("依据", 300),
    "necessity": ("必要性（为什么非问不可）", 300),
    "candidate_from": ("候选来源（从哪份材料发现此人或企业）", 200),
}


@operation("exchange.ask_question")
def ask_question(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    subject_org: UUID,
    provider_id: UUID,
    data_class_code: str,
    subject: Mapping[str, str],
    purpose: str,
    basis: str,
    necessity: str,
    candidate_from: str,
    urgent: bool = False,
) -> UUID:
    """Ask one question about one person or firm. Raises ``Invalid`` by field, ``WrongState`` at a limit."""
    require(rules.may_draft(actor, engagement=engagement_id))
    texts = {
        "purpose": purpose,
        "basis": basis,
        "necessity": necessity,
        "candidate_from": candidate_from,
    }
    provider, org = _check(provider_id, subject_org, data_class_code, texts)
    stop_at(*texts.values(), place="purpose", stage=ReceiptStage.QUESTION)
    about = subjects.checked(data_class_code, subject)
    _keep_limits(actor.account_id, engagement_id, now)
    owner = Unit.objects.get(id=actor.unit_id)
    labels = Labels(
        level=max(data_class(data_class_code).level, Level.SENSITIVE),
        region=org.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement_id,
        subject_org=org.id,
        subject_path=org.path,
    )
    question_id = new_id()
    row = Question(
        id=question_id,
        created_at=now,
        number=documents.draw_number(unit_id=actor.unit_id, code="信核", year=now.year),
        provider=provider,
        data_class=data_class_code,
        sealed=subjects.seal(
            about, key=keys.make(question_id), question=question_id, level=labels.level
        ),
        urgent=urgent,
        state=QuestionState.ASKED,
        asked_by_id=actor.account_id,
        **{name: text.strip() for name, text in texts.items()},
        **labels.columns(),
    )
    try:
        row.save(force_insert=True)
        start_clock(row, "DT-EX-CHECK", owner_of(row), actor=actor, now=now)
    except BaseException:
        keys.forget(question_id)
        raise
    QUESTIONS.note(row, data_class=row.data_class)
    return row.id


def _check(
    provider_id: UUID, subject_org: UUID, code: str, texts: Mapping[str, str]
) -> tuple[Unit, Unit]:
    errors = []
    ids = (provider_id, subject_org)
    units = {u.id: u for u in Unit.objects.filter(id__in=ids, valid_to__isnull=True)}
    if provider_id not in units:
        errors.append(FieldError("provider_id", "请选择核验单位。"))
    if subject_org not in units:
        errors.append(FieldError("subject_org", "请选择涉及的被巡视单位。"))
    if not is_known(code) or not question_only(code):
        errors.append(FieldError("data_class_code", "该类信息不办理单项核验，请提出信息需求。"))
    for place, text in texts.items():
        label, most = _TEXTS[place]
        if not text.strip():
            errors.append(FieldError(place, f"请填写{label}。"))
        elif len(text) > most:
            errors.append(FieldError(place, f"{label}不超过 {most} 字，现有 {len(text)} 字。"))
    if errors:
        raise Invalid(*errors)
    return units[provider_id], units[subject_org]


def _keep_limits(account: UUID, engagement: UUID, now: datetime) -> None:
    limits = questions()["limits"]
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Question.objects.filter(
        asked_by_id=account, created_at__gte=day, created_at__lt=day + timedelta(days=1)
    ).count()
    if today >= limits["per_account_per_day"]:
        raise WrongState(
            f"每人每天最多提出 {limits['per_account_per_day']} 件核验，今天已满；"
            "需要成批比对的，请改走数据类需求或由核验单位本地比对。"
        )
    if Question.objects.filter(engagement=engagement).count() >= limits["per_engagement"]:
        raise WrongState(f"本任务的核验已达 {limits['per_engagement']} 件上限，请先研究必要性。")


@operation("exchange.approve_question")
def approve_question(
    *, actor: Actor, now: datetime, question_id: UUID, revision: int, passes: bool, note: str = ""
) -> None:
    """Approve this one question (it is then served on the provider) or decline it with the reason."""
    row = QUESTIONS.lock(question_id, revision)
    require(rules.may_approve_question(actor, asked_by=row.asked_by_id, level=row.level))
    if not passes:
        row.note = words("note", note, "不批准须写明理由。")[:500]
        QUESTIONS.move(row, QuestionState.DECLINED, "note")
        stop_clocks(row, "DT-EX-CHECK", actor=actor, now=now)
        return
    row.approved_by_id, row.approved_at = actor.account_id, now
    row.addressee_unit, row.addressee_path = row.provider_id, row.provider.path
    QUESTIONS.move(
        row,
        QuestionState.APPROVED,
        "approved_by",
        "approved_at",
        "addressee_unit",
        "addressee_path",
    )
    stop_clocks(row, "DT-EX-CHECK", actor=actor, now=now)
    code = "DT-EX-URGENT" if row.urgent else "DT-EX-REPLY"
    start_clock(row, code, provider_of(row), actor=actor, now=now)


@operation("exchange.answer_question")
def answer_question(
    *, actor: Actor, now: datetime, question_id: UUID, revision: int, answer: str, note: str = ""
) -> None:
    """The provider answers yes, no, or cannot tell; nothing else leaves his files."""
    row = QUESTIONS.lock(question_id, revision)
    require(
        rules.may_answer_question(
            actor,
            provider_path=row.provider.path,
            asked_by=row.asked_by_id,
            approved_by=row.approved_by_id,
        )
    )
    if answer not in Answer.values:
        raise Invalid.at("answer", "请选择“是”“否”或“无法核实”。")
    if answer == Answer.UNKNOWN and not note.strip():
        raise Invalid.at("note", "无法核实的，请说明原因。")
    row.answer, row.note = answer, fitting("note", note, 500)
    row.answered_by_id, row.answered_at = actor.account_id, now
    QUESTIONS.move(row, QuestionState.ANSWERED, "answer", "note", "answered_by", "answered_at")
    stop_clocks(row, "DT-EX-REPLY", "DT-EX-URGENT", actor=actor, now=now)


@operation("exchange.refuse_question")
def refuse_question(
    *, actor: Actor, now: datetime, question_id: UUID, revision: int, note: str
) -> None:
    """The provider does not answer, and says why."""
    row = QUESTIONS.lock(question_id, revision)
    require(
        rules.may_answer_question(
            actor,
            provider_path=row.provider.path,
            asked_by=row.asked_by_id,
            approved_by=row.approved_by_id,
        )
    )
    row.note = words("note", note, "不予答复须写明理由。")[:500]
    QUESTIONS.move(row, QuestionState.REFUSED, "note")
    stop_clocks(row, "DT-EX-REPLY", "DT-EX-URGENT", actor=actor, now=now)


@operation("exchange.withdraw_question")
def withdraw_question(*, actor: Actor, now: datetime, question_id: UUID, revision: int) -> None:
    """Whoever asked takes it back while it is not answered."""
    row = QUESTIONS.lock(question_id, revision)
    require(rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement))
    QUESTIONS.move(row, QuestionState.WITHDRAWN)
    cancel_clocks(QUESTION_KIND, row.id, actor=actor, now=now, reason="核验已撤回")

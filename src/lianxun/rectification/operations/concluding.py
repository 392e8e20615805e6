"""The joint assessment once the committee spoke: served, objected to, answered, final, printed
(R-4.2-4, R-5.3-8; domain.md §2 rule 25, §3 SM-5)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import WrongState
from lianxun.organisation.models import Unit
from lianxun.rectification import rules
from lianxun.rectification.assessment import ASSESSMENT, ask, clock, facts_of, scheme_of, stop
from lianxun.rectification.common import ASSESSMENTS, require, words
from lianxun.rectification.enums import AssessmentState
from lianxun.rectification.models import Assessment
from lianxun.rectification.papers import assessment_document
from lianxun.trace.door import operation

KEPT = ("parts", "total", "grade", "remark", "summary")


def decided(
    row: Assessment,
    *,
    approved: bool,
    comment: str,
    facts: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """The committee decided (handler of ``approvals.decided``): served on the unit, or scored anew."""
    if row.state != AssessmentState.MERGED:
        return
    if not approved:
        row.returned = (comment.strip() or "协调对接委员会退回重新评分。")[:500]
        _again(row, "returned", actor=actor, now=now)
        return
    for name in KEPT:
        setattr(row, name, Decimal(facts[name]) if name == "total" else facts[name])
    unit = Unit.objects.get(id=row.subject_org or row.owner_unit)
    row.addressee_unit, row.addressee_path = unit.id, unit.path
    row.served_on, row.returned = now.date(), ""
    who = Responsible(unit.id, unit.short_name)
    row.object_until = duties.due_day(clock(row, "DT-RC-OBJECT", who, actor=actor, now=now))
    ASSESSMENTS.move(
        row,
        AssessmentState.SERVED,
        *KEPT,
        "addressee_unit",
        "addressee_path",
        "served_on",
        "object_until",
        "returned",
        grade=row.grade,
    )
    duties.fulfil(
        actor=actor,
        now=now,
        object_kind=ASSESSMENT,
        object_id=row.id,
        template_code="DT-RC-ASSESS",
    )


def _again(row: Assessment, *fields: str, actor: Actor, now: datetime) -> None:
    """A new turn of scores by the same units; what came of the last one stands no longer."""
    row.turn += 1
    row.parts, row.total, row.grade, row.remark, row.summary = [], None, "", "", ""
    ASSESSMENTS.move(row, AssessmentState.SCORING, "turn", *KEPT, *fields, turn=row.turn)
    ask(row, actor=actor, now=now)


@operation("rectification.object_assessment")
def object_assessment(
    *, actor: Actor, now: datetime, assessment_id: UUID, revision: int, reason: str
) -> None:
    """The unit objects, with its reasons, while its clock (30 days) runs."""
    row = ASSESSMENTS.lock(assessment_id, revision)
    require(rules.may_be_assessed(actor, facts_of(row)))
    said = words("reason", reason, "请写明异议的事项和理由。")
    if row.state != AssessmentState.SERVED:
        raise WrongState("只有已送达、尚未生效的评估结论可以提出异议。")
    if row.object_until is None or now.date() > row.object_until:
        raise WrongState(f"异议期已于 {row.object_until:%Y年%m月%d日} 届满，不能再提出异议。")
    row.objection, row.objected_by_id = said, actor.account_id
    ASSESSMENTS.move(row, AssessmentState.OBJECTED, "objection", "objected_by")
    stop(row, "DT-RC-OBJECT", actor=actor, now=now)


@operation("rectification.answer_objection")
def answer_objection(
    *, actor: Actor, now: datetime, assessment_id: UUID, revision: int, stands: bool, answer: str
) -> None:
    """The office answers, by somebody other than who merged: the result stands, or is scored anew."""
    row = ASSESSMENTS.lock(assessment_id, revision)
    require(rules.may_answer_objection(actor, facts_of(row)))
    row.objection_answer = words("answer", answer, "请写明异议答复。")
    if row.state != AssessmentState.OBJECTED:
        raise WrongState("没有等待答复的异议。")
    if stands:
        row.final_on = now.date()
        ASSESSMENTS.move(row, AssessmentState.FINAL, "objection_answer", "final_on")
        return
    _again(row, "objection_answer", actor=actor, now=now)
    owner = Unit.objects.get(id=row.owner_unit)
    clock(row, "DT-RC-ASSESS", Responsible(owner.id, owner.short_name), actor=actor, now=now)


@operation("rectification.conclude_assessment")
def conclude_assessment(*, actor: Actor, now: datetime, assessment_id: UUID, revision: int) -> None:
    """It stands: the unit says that it has no objection, or the office after its days are over."""
    row = ASSESSMENTS.lock(assessment_id, revision)
    require(rules.may_conclude(actor, facts_of(row), now.date()))
    row.final_on = now.date()
    ASSESSMENTS.move(row, AssessmentState.FINAL, "final_on")
    stop(row, "DT-RC-OBJECT", actor=actor, now=now)


@operation("rectification.print_assessment")
def print_assessment(
    *, actor: Actor, now: datetime, assessment_id: UUID, revision: int
) -> tuple[UUID, UUID]:
    """The report of the assessment (W24) as DOCX and PDF, once it was served."""
    row = ASSESSMENTS.lock(assessment_id, revision)
    require(rules.may_issue(actor))
    if row.state not in (AssessmentState.SERVED, AssessmentState.FINAL):
        raise WrongState("评估结论送达之后才能印制评估报告。")
    made = documents.issue(
        actor=actor,
        now=now,
        document=assessment_document(
            row,
            Unit.objects.get(id=row.owner_unit),
            Unit.objects.get(id=row.subject_org or row.owner_unit),
            scheme_of(row).name,
            now,
        ),
        object_kind=ASSESSMENT,
        object_id=row.id,
        labels=Labels.of(row),
    )
    ASSESSMENTS.note(row)
    return made

"""The plan: drafted by the unit, signed by its head, reviewed blind, answered with one voice."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.rectification import rules
from lianxun.rectification.common import (
    KIND,
    facts_of,
    load,
    move,
    note,
    own_labels,
    require,
    stop_clock,
)
from lianxun.rectification.enums import ItemState, ReviewOpinion
from lianxun.rectification.models import Review
from lianxun.rectification.papers import plan_document
from lianxun.trace.door import operation


@operation("rectification.draft_plan")
def draft_plan(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    lead_person: str,
    lead_unit: str,
    measures: str,
    standard: str,
    institution: str = "",
) -> None:
    """The unit writes responsibility, measures, standard and institution."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    if len(lead_person) > 60 or len(lead_unit) > 120:
        raise Invalid.at("lead_person", "责任领导不超过 60 字，责任部门不超过 120 字。")
    values = {
        "lead_person": (lead_person, "请填写责任领导。"),
        "lead_unit": (lead_unit, "请填写责任部门。"),
        "measures": (measures, "请填写整改措施。"),
        "standard": (standard, "请填写完成标准。"),
    }
    errors = [FieldError(k, words) for k, (text, words) in values.items() if not text.strip()]
    if errors:
        raise Invalid(*errors)
    for name, (text, _) in values.items():
        setattr(item, name, text.strip())
    item.institution = institution.strip()
    if item.state not in (ItemState.ISSUED, ItemState.PLAN_DRAFTED):
        raise WrongState(
            f"整改事项现为“{ItemState(item.state).label}”，方案不能修改；需要修改的请由巡视办退回。"
        )
    fields = (*values, "institution")
    if item.state == ItemState.PLAN_DRAFTED:
        item.revision += 1
        item.save(update_fields=["revision", *fields])
        note(item)
    else:
        move(item, ItemState.PLAN_DRAFTED, *fields)


@operation("rectification.submit_plan")
def submit_plan(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    signed_by: str,
    signed_on: date | None = None,
) -> None:
    """The head has signed (who, when); the plan goes to the reviewing bodies."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    signed_on = signed_on or now.date()
    errors = []
    if not signed_by.strip():
        errors.append(FieldError("signed_by", "整改方案须由主要负责人签发，请填写签发人。"))
    elif len(signed_by.strip()) > 40:
        errors.append(FieldError("signed_by", "签发人不超过 40 字。"))
    if signed_on > now.date():
        errors.append(FieldError("signed_on", "签发日期不能晚于今天。"))
    if errors:
        raise Invalid(*errors)
    item.signed_by, item.signed_on = signed_by.strip(), signed_on
    move(item, ItemState.UNDER_REVIEW, "signed_by", "signed_on")
    stop_clock(item, "DT-RC-PLAN", actor=actor, now=now)


@operation("rectification.print_plan")
def print_plan(*, actor: Actor, now: datetime, item_id: UUID, revision: int) -> tuple[UUID, UUID]:
    """The signed plan as an official document (W19); returns the DOCX and the PDF."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    if not item.signed_by or item.signed_on is None:
        raise WrongState("方案还没有签发报送，不能印制；请先报送整改方案。")
    unit = Unit.objects.get(id=actor.unit_id)
    made = documents.issue(
        actor=actor,
        now=now,
        document=plan_document(item, unit, now),
        object_kind=KIND,
        object_id=item.id,
        labels=Labels.of(item),
    )
    note(item)
    return made


@operation("rectification.review_plan")
def review_plan(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int, opinion: str, text: str = ""
) -> None:
    """One reviewing body gives its opinion on the plan."""
    item = load(item_id, revision)
    require(rules.may_review(actor, facts_of(item)))
    if item.state != ItemState.UNDER_REVIEW:
        raise WrongState("方案不在审核中。")
    if opinion not in ReviewOpinion.values:
        raise Invalid.at("opinion", "请选择审核意见。")
    if opinion == ReviewOpinion.REVISE and not text.strip():
        raise Invalid.at("text", "需修改的，请写明具体意见。")
    turn = item.plan_round
    if item.reviews.filter(unit_id=actor.unit_id, round=turn).exists():
        raise WrongState("本单位已提出审核意见。")
    Review.objects.create(
        created_at=now,
        item=item,
        unit_id=actor.unit_id,
        account_id=actor.account_id,
        opinion=opinion,
        text=fitting("text", text, 500),
        round=turn,
        **own_labels(item, actor),
    )
    note(item, opinion=opinion)


@operation("rectification.decide_plan")
def decide_plan(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int, approves: bool, merged: str = ""
) -> None:
    """The office merges the opinions into one answer: the plan stands, or goes back with what to mend."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    if (
        approves
        and item.reviews.filter(opinion=ReviewOpinion.REVISE, round=item.plan_round).exists()
    ):
        raise WrongState("还有审核单位要求修改，不能直接通过；请退回修改。")
    if not approves and not merged.strip():
        raise Invalid.at("merged", "退回须写明归口后的修改意见。")
    if approves:
        move(item, ItemState.APPROVED)
        return
    item.plan_round, item.plan_answer = item.plan_round + 1, fitting("merged", merged, 500)
    move(item, ItemState.PLAN_DRAFTED, "plan_round", "plan_answer")


@operation("rectification.start")
def start(*, actor: Actor, now: datetime, item_id: UUID, revision: int) -> None:
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    move(item, ItemState.IN_PROGRESS)

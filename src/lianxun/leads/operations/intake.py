"""From registration to the head's signature. The question that seals comes before any text field."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.duties.records import Responsible
from lianxun.fabric.handlers import announce
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.leads import rules, sources
from lianxun.leads.enums import Discipline, LeadState, SealRule, Source
from lianxun.leads.models import Lead, SealedRefusal
from lianxun.leads.operations.common import (
    facts_of,
    load,
    move,
    note,
    open_clock,
    require,
    stop_clock,
)
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation


@operation("leads.refuse_sealed")
def refuse_sealed(*, actor: Actor, now: datetime, rule: str) -> UUID:
    """A lead that may not enter: keep rule, date and desk, and nothing else."""
    require(rules.may_register(actor, engagement=None))
    if rule not in SealRule.values or rule == SealRule.NONE:
        raise Invalid.at("rule", "请选择不予登记的情形。")
    desk = Unit.objects.get(id=actor.unit_id)
    row = SealedRefusal.objects.create(
        created_at=now,
        rule=rule,
        level=Level.INTERNAL,
        region=desk.region,
        owner_unit=desk.id,
        owner_path=desk.path,
    )
    noting().about("leads.refusal", row.id, rule=rule)
    return row.id


@operation("leads.register")
def register(
    *,
    actor: Actor,
    now: datetime,
    seal_rule: str,
    source: str,
    title: str,
    summary: str,
    discipline: str,
    subject_org: UUID,
    engagement_id: UUID | None = None,
    object_name: str = "",
    object_post: str = "",
    named: bool = False,
    reporter: sources.Identity | None = None,
) -> UUID:
    """Register a lead. The reporter's identity goes to the vault in the same transaction, or nothing does."""
    require(rules.may_register(actor, engagement=engagement_id))
    if seal_rule != SealRule.NONE:
        raise Invalid.at("seal_rule", "该线索不得进入平台，请走密封件渠道；平台只记录规则和日期。")
    subject = _check(source, title, summary, discipline, subject_org)
    desk = Unit.objects.get(id=actor.unit_id)
    lead = Lead.objects.create(
        id=new_id(),
        created_at=now,
        number=documents.draw_number(unit_id=actor.unit_id, code=f"线{desk.code}", year=now.year),
        source=source,
        title=title.strip(),
        summary=summary.strip(),
        object_name=object_name.strip(),
        object_post=object_post.strip(),
        discipline=discipline,
        named=named,
        in_vault=reporter is not None,
        state=LeadState.REGISTERED,
        registered_by_id=actor.account_id,
        level=Level.SENSITIVE,
        region=subject.region,
        owner_unit=desk.id,
        owner_path=desk.path,
        engagement=engagement_id,
        subject_org=subject.id,
        subject_path=subject.path,
    )
    if reporter is not None:
        try:
            sources.put(lead=lead.id, identity=reporter)
        except sources.CustodyError as problem:
            raise WrongState(str(problem)) from problem
    note(lead, source=source, in_vault=lead.in_vault)
    open_clock(lead, "DT-LD-SORT", Responsible(desk.id, desk.short_name), actor=actor, now=now)
    announce("leads.registered", lead_id=lead.id, now=now)
    return lead.id


def _check(source: str, title: str, summary: str, discipline: str, subject_org: UUID) -> Unit:
    errors = []
    subject = Unit.objects.filter(id=subject_org).first()
    if subject is None:
        errors.append(FieldError("subject_org", "请选择被反映的单位。"))
    if source not in Source.values:
        errors.append(FieldError("source", "请选择来源。"))
    if discipline not in Discipline.values:
        errors.append(FieldError("discipline", "请选择所涉纪律。"))
    if not title.strip():
        errors.append(FieldError("title", "请用一句话写明主要问题。"))
    elif len(title) > 120:
        errors.append(FieldError("title", "主要问题不超过 120 字。"))
    if not summary.strip():
        errors.append(FieldError("summary", "请填写问题摘要（时间、地点、人物、金额、经过）。"))
    elif len(summary) > 10_000:
        errors.append(FieldError("summary", "问题摘要不超过 10000 字，详细材料请作为附件。"))
    if errors or subject is None:
        raise Invalid(*errors)
    return subject


@operation("leads.screen")
def screen(
    *,
    actor: Actor,
    now: datetime,
    lead_id: UUID,
    revision: int,
    discipline: str,
    duplicate_of: UUID | None = None,
) -> None:
    """Another person judges the class and links duplicates; nothing is deleted or merged."""
    lead = load(lead_id, revision)
    require(rules.may_screen(actor, facts_of(lead)))
    if discipline not in Discipline.values:
        raise Invalid.at("discipline", "请选择所涉纪律。")
    if duplicate_of is not None and (
        duplicate_of == lead.id or not Lead.objects.filter(id=duplicate_of).exists()
    ):
        raise Invalid.at("duplicate_of", "没有找到要关联的线索。")
    lead.discipline, lead.duplicate_of_id = discipline, duplicate_of
    lead.screened_by_id = actor.account_id
    move(lead, LeadState.SCREENED, "discipline", "duplicate_of", "screened_by")
    stop_clock(lead, "DT-LD-SORT", actor=actor, now=now)


@operation("leads.return")
def return_lead(*, actor: Actor, now: datetime, lead_id: UUID, revision: int, reason: str) -> None:
    """Not for this platform, or too thin: back, with the reason."""
    _end(actor, now, lead_id, revision, reason, LeadState.RETURNED)


@operation("leads.forward")
def forward(*, actor: Actor, now: datetime, lead_id: UUID, revision: int, reason: str) -> None:
    """Business complaint: to the department in charge, on paper, with the reason kept here."""
    _end(actor, now, lead_id, revision, reason, LeadState.FORWARDED)


def _end(  # noqa: PLR0917 - private: the two public acts above are keyword-only
    actor: Actor, now: datetime, lead_id: UUID, revision: int, reason: str, to: LeadState
) -> None:
    lead = load(lead_id, revision)
    require(rules.may_screen(actor, facts_of(lead)))
    if not reason.strip():
        raise Invalid.at("reason", "请写明理由。")
    lead.return_reason = reason.strip()[:300]
    move(lead, to, "return_reason")
    stop_clock(lead, "DT-LD-SORT", actor=actor, now=now)


@operation("leads.study")
def study(*, actor: Actor, now: datetime, lead_id: UUID, revision: int, minutes: str) -> None:
    """The group studied it (组务会 / 集体研究); its opinion is kept."""
    lead = load(lead_id, revision)
    require(rules.may_screen(actor, facts_of(lead)))
    if not minutes.strip():
        raise Invalid.at("minutes", "请填写集体研究意见。")
    lead.study_minutes = minutes.strip()[:500]
    move(lead, LeadState.STUDY, "study_minutes")


@operation("leads.approve")
def approve(*, actor: Actor, now: datetime, lead_id: UUID, revision: int) -> None:
    """The head signs: ready for the Friday hand-over."""
    lead = load(lead_id, revision)
    require(rules.may_approve(actor, facts_of(lead)))
    lead.approved_by_id = actor.account_id
    move(lead, LeadState.APPROVED, "approved_by")

"""From registration to the head's signature. The question that seals comes before any text field."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices

from lianxun.documents import steps as documents
from lianxun.duties.records import Responsible
from lianxun.fabric.handlers import announce
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.leads import rules, sources
from lianxun.leads.enums import Discipline, LeadState, SealRule, Source
from lianxun.leads.models import Lead, SealedRefusal
from lianxun.leads.operations.common import (
    LEADS,
    commitment_of,
    end_doubt,
    facts_of,
    ill_worded,
    move,
    open_clock,
    require,
    stop_clock,
    words,
)
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation

LEVEL = Level.SENSITIVE  # every lead: 敏感 (data-catalogue.md D30)


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
    subject = _check(
        actor,
        engagement_id,
        subject_org,
        choices={"source": (source, Source), "discipline": (discipline, Discipline)},
        texts={
            "title": (title, 120, "请用一句话写明主要问题。"),
            "summary": (summary, 10_000, "请填写问题摘要（时间、地点、人物、金额、经过）。"),
            "object_name": (object_name, 40, ""),
            "object_post": (object_post, 60, ""),
        },
    )
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
        level=LEVEL,
        region=subject.region,
        owner_unit=desk.id,
        owner_path=desk.path,
        engagement=engagement_id,
        subject_org=subject.id,
        subject_path=subject.path,
        salt=secrets.token_bytes(16),
    )
    if reporter is not None:
        try:
            sources.put(lead=lead.id, identity=reporter)
        except sources.CustodyError as problem:
            raise WrongState(str(problem)) from problem
    LEADS.note(lead, source=source, in_vault=lead.in_vault, pd=[commitment_of(lead)])
    sorted_by = rules.sorting_clock(source)
    open_clock(lead, sorted_by, Responsible(desk.id, desk.short_name), actor=actor, now=now)
    announce("leads.registered", lead_id=lead.id, now=now)
    return lead.id


def _check(
    actor: Actor,
    engagement: UUID | None,
    subject_org: UUID,
    *,
    choices: Mapping[str, tuple[str, type[TextChoices]]],
    texts: Mapping[str, tuple[str, int, str]],
) -> Unit:
    """The organisation the lead is about. Raises ``Invalid`` with every problem at its field."""
    subject = Unit.objects.filter(id=subject_org).first()
    found = [
        ill_worded(place, text, most=most, missing=missing)
        for place, (text, most, missing) in texts.items()
    ]
    errors = [error for error in found if error is not None]
    for place, (value, allowed) in choices.items():
        if value not in allowed.values:
            errors.append(FieldError(place, "请从列表中选择。"))
    if engagement is not None and engagement not in actor.engagements:
        errors.append(FieldError("engagement_id", "您今日不是该巡视任务的成员，请重新选择任务。"))
    if subject is None:
        errors.append(FieldError("subject_org", "请选择被反映的单位。"))
    else:
        may = rules.may_hold(actor, level=LEVEL, subject_org=subject.id, subject_path=subject.path)
        if isinstance(may, Denied):
            errors.append(FieldError("subject_org", may.reason))
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
    lead = LEADS.lock(lead_id, revision)
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
    stop_clock(lead, rules.sorting_clock(lead.source), actor=actor, now=now)


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
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_end(actor, facts_of(lead)))
    lead.return_reason = words("reason", reason, most=300, missing="请写明理由。")
    end_doubt(lead, actor=actor, now=now)
    move(lead, to, "return_reason", "no_case_on")
    stop_clock(lead, rules.sorting_clock(lead.source), actor=actor, now=now)


@operation("leads.study")
def study(*, actor: Actor, now: datetime, lead_id: UUID, revision: int, minutes: str) -> None:
    """The group studied it (组务会 / 集体研究); its opinion is kept."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_screen(actor, facts_of(lead)))
    lead.study_minutes = words("minutes", minutes, most=500, missing="请填写集体研究意见。")
    move(lead, LeadState.STUDY, "study_minutes")


@operation("leads.approve")
def approve(*, actor: Actor, now: datetime, lead_id: UUID, revision: int) -> None:
    """The head signs: ready for the Friday hand-over."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_approve(actor, facts_of(lead)))
    lead.approved_by_id = actor.account_id
    move(lead, LeadState.APPROVED, "approved_by")

"""Print one of the shipped rule texts with the body's own name, office and day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from lianxun.documents import rules
from lianxun.documents.numbers import next_number
from lianxun.documents.records import Official
from lianxun.documents.rule_texts import blocks, rule_texts
from lianxun.documents.steps import issue
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

KIND = "documents.rules"
LATEST = timedelta(days=366)


@operation("documents.issue_rules")
def issue_rules(
    *, actor: Actor, now: datetime, text: str, office: str, effective_on: date
) -> tuple[UUID, UUID]:
    """Fill the text for the actor's unit and keep it as DOCX and PDF; returns both file ids."""
    require(rules.may_issue_rules(actor))
    wanted = next((t for t in rule_texts(now.date()) if t.key == text), None)
    errors = []
    if wanted is None:
        errors.append(FieldError("text", "请选择要印制的制度文本。"))
    if not office.strip():
        errors.append(FieldError("office", "请填写负责日常管理的部门。"))
    if len(office.strip()) > 40:
        errors.append(FieldError("office", f"不超过 40 字，现有 {len(office.strip())} 字。"))
    if not now.date() <= effective_on <= now.date() + LATEST:
        errors.append(FieldError("effective_on", "施行日期须在今天之后一年之内。"))
    if errors or wanted is None:
        raise Invalid(*errors)
    owner = Unit.objects.get(id=actor.unit_id)
    document = Official(
        issuer=owner.name,
        number=next_number(unit_id=owner.id, code=f"{wanted.code}{owner.code}", year=now.year),
        title=f"{owner.name}{wanted.title}",
        addressee="各成员单位",
        blocks=blocks(wanted, body=owner.name, office=office.strip(), effective=effective_on),
        signed_by=owner.short_name,
        signed_on=now.date(),
        level_mark=Level.INTERNAL.label,
        printed_by=owner.short_name,
    )
    files = issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=KIND,
        object_id=owner.id,
        labels=Labels(
            level=Level.INTERNAL,
            region=owner.region,
            owner_unit=owner.id,
            owner_path=owner.path,
        ),
    )
    noting().about(KIND, owner.id, text=text, number=document.number)
    return files

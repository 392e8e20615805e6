"""Loading, moving and noting that all acts of the room share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import canonical, commitment
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.leads.enums import MACHINES, LeadState
from lianxun.leads.models import Lead
from lianxun.leads.rules import Facts
from lianxun.organisation.models import Unit
from lianxun.trace.rows import Rows, require

__all__ = [
    "KIND",
    "LEADS",
    "commitment_of",
    "end_doubt",
    "facts_of",
    "ill_worded",
    "move",
    "open_clock",
    "require",
    "stop_clock",
    "words",
]

KIND = "leads.lead"
LEADS = Rows(Lead, kind=KIND, noun="线索", machine=MACHINES["leads_lead"])


def words(place: str, value: str, *, most: int, missing: str) -> str:
    """``value`` without blank ends. Raises ``Invalid`` at ``place`` when empty or longer than ``most``:
    what somebody wrote is never cut off silently."""
    problem = ill_worded(place, value, most=most, missing=missing)
    if problem is not None:
        raise Invalid(problem)
    return value.strip()


def ill_worded(place: str, value: str, *, most: int, missing: str = "") -> FieldError | None:
    """The problem of a text field, or ``None``; ``missing`` is empty for an optional one."""
    text = value.strip()
    if not text and missing:
        return FieldError(place, missing)
    if len(text) > most:
        return FieldError(place, f"不超过 {most} 字（现为 {len(text)} 字），请精简后再提交。")
    if "\x00" in text:
        return FieldError(place, "含有无法保存的字符，请删除后重新输入。")
    return None


def facts_of(lead: Lead) -> Facts:
    return Facts(
        state=lead.state,
        owner_path=lead.owner_path,
        engagement=lead.engagement,
        registered_by=lead.registered_by_id,
        screened_by=lead.screened_by_id,
        recipient_path=lead.addressee_path or "",
        subject_path=lead.subject_path or "",
        in_vault=lead.in_vault,
    )


def commitment_of(lead: Lead) -> str:
    """Salted commitment to the words of a lead (hex); it stands in the trace since registration."""
    words = {
        "title": lead.title,
        "summary": lead.summary,
        "object_name": lead.object_name,
        "object_post": lead.object_post,
    }
    return commitment(bytes(lead.salt), canonical(words).decode())


def move(lead: Lead, to: LeadState, *fields: str, **detail: Any) -> None:
    """Change the state, and tell the rooms above."""
    LEADS.move(lead, to, *fields, **detail)
    announce("leads.moved", lead_id=lead.id, state=to.value, no_case=lead.no_case_on is not None)


def open_clock(lead: Lead, code: str, who: Responsible, *, actor: Actor, now: datetime) -> None:
    """Start a clock; its title shows the number only, never the matter."""
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=KIND,
        object_id=lead.id,
        title=f"线索 {lead.number}",
        responsible=who,
        labels=Labels.of(lead),
    )


def end_doubt(lead: Lead, *, actor: Actor, now: datetime) -> None:
    """No case came of it: out of search today, destroyed by two people after the dated period."""
    lead.no_case_on = now.date()
    unit = Unit.objects.get(id=lead.owner_unit)
    open_clock(lead, "DT-LD-DESTROY", Responsible(unit.id, unit.short_name), actor=actor, now=now)


def stop_clock(lead: Lead, code: str, *, actor: Actor, now: datetime) -> None:
    duties.fulfil(actor=actor, now=now, object_kind=KIND, object_id=lead.id, template_code=code)

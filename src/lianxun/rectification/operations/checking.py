"""Look whether it is done; two bodies strike the number off."""

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
    start_clock,
    stop_clock,
    unit_in_charge,
)
from lianxun.rectification.enums import ItemState, Verdict
from lianxun.rectification.models import Check, CloseOut
from lianxun.rectification.papers import close_out_document
from lianxun.trace.door import operation


@operation("rectification.check")
def check(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    verdict: str,
    finding: str,
    on_site: bool = False,
    new_due_on: date | None = None,
) -> None:
    """Somebody else looks: confirmed, insufficient or sham. The last two go back with a new day."""
    item = load(item_id, revision)
    require(rules.may_check(actor, facts_of(item)))
    errors = []
    if verdict not in Verdict.values:
        errors.append(FieldError("verdict", "请选择核验结论。"))
    if not finding.strip():
        errors.append(FieldError("finding", "请写明核验情况。"))
    if verdict != Verdict.CONFIRMED and (new_due_on is None or new_due_on <= now.date()):
        errors.append(FieldError("new_due_on", "退回须给出新的完成期限（晚于今天）。"))
    if errors:
        raise Invalid(*errors)
    if item.submitted_by_id is None:
        raise WrongState("该事项还没有报送。")
    Check.objects.create(
        created_at=now,
        item=item,
        submitted_by_id=item.submitted_by_id,
        checker_id=actor.account_id,
        checker_name=actor.name,
        on_site=on_site,
        verdict=verdict,
        finding=fitting("finding", finding, 500),
        **own_labels(item, actor),
    )
    stop_clock(item, "DT-RC-CHECK", actor=actor, now=now)
    if verdict == Verdict.CONFIRMED:
        item.checked_by_id = actor.account_id
        move(item, ItemState.CONFIRMED, "checked_by", verdict=verdict)
        return
    item.due_on = new_due_on or item.due_on
    item.evidence_count = 0  # what did not hold proves nothing: the next hand-in needs new evidence
    item.sham_times += verdict == Verdict.SHAM
    move(item, ItemState.RETURNED, "due_on", "evidence_count", "sham_times", verdict=verdict)
    start_clock(item, "DT-RC-ITEM", unit_in_charge(item), actor=actor, now=now, due_on=item.due_on)


@operation("rectification.sign_close_out")
def sign_close_out(*, actor: Actor, now: datetime, item_id: UUID, revision: int) -> bool:
    """Sign the close-out sheet; returns True when this was the second body and the number is struck off."""
    item = load(item_id, revision)
    facts = facts_of(item)
    require(rules.may_close(actor, facts))
    if item.state != ItemState.CONFIRMED:
        raise WrongState("只有核验通过的事项可以销号。")
    unit = Unit.objects.get(id=actor.unit_id)
    CloseOut.objects.create(
        created_at=now,
        item=item,
        unit=unit,
        unit_name=unit.short_name,
        account_id=actor.account_id,
        name=actor.name,
        turn=item.reopened_times,
        **own_labels(item, actor),
    )
    if not facts.signed_units:
        item.signed_unit, item.revision = actor.unit_id, item.revision + 1
        item.save(update_fields=["revision", "signed_unit"])
        note(item, signed=1)
        return False
    item.closed_on, item.second_unit = now.date(), actor.unit_id
    move(item, ItemState.CLOSED, "closed_on", "second_unit", signed=2)
    return True


@operation("rectification.print_close_out")
def print_close_out(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int
) -> tuple[UUID, UUID]:
    """The close-out sheet (W22) of a closed item; returns the DOCX and the PDF."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    if item.state != ItemState.CLOSED:
        raise WrongState("只有已销号的事项可以印制销号单。")
    names = list(
        Unit.objects.filter(id__in=[u for u in (item.signed_unit, item.second_unit) if u])
        .order_by("path")
        .values_list("name", flat=True)
    )
    owner = Unit.objects.get(id=item.owner_unit)
    made = documents.issue(
        actor=actor,
        now=now,
        document=close_out_document(item, owner, names, now),
        object_kind=KIND,
        object_id=item.id,
        labels=Labels.of(item),
    )
    note(item)
    return made

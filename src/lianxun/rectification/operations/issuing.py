"""Give an issue its number, invite other bodies, bring a closed one back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.access import steps as access
from lianxun.duties.records import Responsible
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.rectification import rules
from lianxun.rectification.common import (
    KIND,
    load,
    move,
    note,
    own_labels,
    require,
    start_clock,
    unit_in_charge,
    wait_for_numbers,
)
from lianxun.rectification.enums import ItemState, ItemType, ReopenCause
from lianxun.rectification.models import Item, Reopening
from lianxun.trace.door import operation


@operation("rectification.issue_item")
def issue_item(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    engagement_number: str,
    unit_id: UUID,
    title: str,
    type: str,
    due_on: date,
    detail: str = "",
    paper_id: UUID | None = None,
) -> UUID:
    """One issue of the feedback becomes one number, served on the unit."""
    require(rules.may_issue(actor))
    unit = Unit.objects.filter(id=unit_id).first()
    errors = []
    if unit is None:
        errors.append(FieldError("unit_id", "没有这个单位。"))
    if not title.strip():
        errors.append(FieldError("title", "请写明问题。"))
    if type not in ItemType.values:
        errors.append(FieldError("type", "请选择整改类型。"))
    if due_on <= now.date():
        errors.append(FieldError("due_on", "完成期限须晚于今天。"))
    if errors or unit is None:
        raise Invalid(*errors)
    owner = Unit.objects.get(id=actor.unit_id)
    number = _number(engagement_id, engagement_number)
    item = Item.objects.create(
        created_at=now,
        number=number,
        title=fitting("title", title, 300),
        detail=detail.strip(),
        paper=paper_id,
        type=type,
        due_on=due_on,
        state=ItemState.ISSUED,
        level=Level.INTERNAL,
        region=unit.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement_id,
        subject_org=unit.id,
        subject_path=unit.path,
        addressee_unit=unit.id,
        addressee_path=unit.path,
    )
    start_clock(
        item,
        "DT-RC-ITEM",
        Responsible(unit.id, unit.short_name),
        actor=actor,
        now=now,
        due_on=due_on,
    )
    note(item)
    return item.id


@operation("rectification.invite")
def invite(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    units: tuple[UUID, ...],
    until: date,
) -> None:
    """Ask other bodies to review, check and sign this item together with the office (五方会审)."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    known = list(Unit.objects.filter(id__in=units))
    if not known or len(known) != len(set(units)):
        raise Invalid.at("units", "请选择会同办理的单位。")
    if any(
        (item.subject_path or "").startswith(u.path) or u.path.startswith(item.subject_path or "~")
        for u in known
    ):
        raise Invalid.at("units", "被巡视单位及其上下级不能参加审核和销号。")
    if actor.unit_id in units:
        raise Invalid.at("units", "本单位本就办理，不必选入；请选择其他单位。")
    if until <= now.date():
        raise Invalid.at("until", "会同办理的期限须晚于今天。")
    for unit in known:
        access.let_participate(
            actor=actor,
            now=now,
            object_kind=KIND,
            object_id=item.id,
            unit_id=unit.id,
            purpose="整改方案会审与销号",
            valid_to=until,
        )
    item.revision += 1
    item.save(update_fields=["revision"])
    note(item, units=len(known))


@operation("rectification.reopen")
def reopen(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    cause: str,
    text: str,
    due_on: date,
) -> None:
    """A closed number comes back: look-back, audit or rebound."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    bring_back(item, actor=actor, now=now, cause=cause, text=text, due_on=due_on)


def bring_back(
    item: Item, *, actor: Actor, now: datetime, cause: str, text: str, due_on: date
) -> None:
    """Reopen a closed item inside the running act; whoever may do that was decided before."""
    errors = []
    if cause not in ReopenCause.values:
        errors.append(FieldError("cause", "请选择起因。"))
    if not text.strip():
        errors.append(FieldError("text", "请写明发现的情况。"))
    if due_on <= now.date():
        errors.append(FieldError("due_on", "完成期限须晚于今天。"))
    if errors:
        raise Invalid(*errors)
    item.closed_on, item.due_on = None, due_on
    item.signed_unit = item.second_unit = item.checked_by_id = None
    item.evidence_count = 0
    item.reopened_times += 1
    move(
        item,
        ItemState.REOPENED,
        "closed_on",
        "due_on",
        "signed_unit",
        "second_unit",
        "checked_by",
        "evidence_count",
        "reopened_times",
        cause=cause,
    )
    Reopening.objects.create(
        created_at=now,
        item=item,
        cause=cause,
        account_id=actor.account_id,
        text=fitting("text", text, 500),
        **own_labels(item, actor),
    )
    start_clock(item, "DT-RC-ITEM", unit_in_charge(item), actor=actor, now=now, due_on=due_on)


def _number(engagement: UUID, base: str) -> str:
    """One issue, one number; two people issuing at once wait for each other."""
    wait_for_numbers(engagement)
    last = (
        Item.objects.filter(engagement=engagement, number__startswith=f"{base}-改")
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{base}-改{int(last.rsplit('改', 1)[1]) + 1 if last else 1:03d}"

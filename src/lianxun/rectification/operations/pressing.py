"""Press for what is late, and keep what an item led to."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.rectification import rules
from lianxun.rectification.common import (
    KIND,
    facts_of,
    load,
    note,
    own_labels,
    require,
    start_clock,
    stop_clock,
    unit_in_charge,
    words,
)
from lianxun.rectification.enums import ItemState, UseKind
from lianxun.rectification.models import Press, Use
from lianxun.rectification.papers import press_document
from lianxun.trace.door import operation


@operation("rectification.press")
def press(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int, demand: str, due_on: date
) -> UUID:
    """Send the unit a numbered letter (督办函): its clock runs, the document lies with the item."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    if item.state in (ItemState.CLOSED, ItemState.CONFIRMED):
        raise WrongState("已核验通过或销号的事项不需要督办。")
    if item.presses.filter(answered_at__isnull=True).exists():
        raise WrongState("上一份督办函还没有答复，不能重复发出。")
    said = words("demand", demand, "请写明督办要求。")
    if due_on <= now.date():
        raise Invalid.at("due_on", "答复期限须晚于今天。")
    unit = Unit.objects.get(id=item.subject_org or item.owner_unit)
    owner = Unit.objects.get(id=item.owner_unit)
    row = Press.objects.create(
        created_at=now,
        item=item,
        number=documents.next_number(unit_id=actor.unit_id, code=f"督{unit.code}", year=now.year),
        demand=said,
        due_on=due_on,
        account_id=actor.account_id,
        **Labels.of(item).columns(),
    )
    documents.issue(
        actor=actor,
        now=now,
        document=press_document(item, row, owner, unit, now),
        object_kind=KIND,
        object_id=item.id,
        labels=Labels.of(item),
    )
    start_clock(item, "DT-RC-JOINT", unit_in_charge(item), actor=actor, now=now, due_on=due_on)
    note(item, press=str(row.id))
    return row.id


@operation("rectification.answer_press")
def answer_press(*, actor: Actor, now: datetime, item_id: UUID, revision: int, answer: str) -> None:
    """The unit answers the open letter."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    said = words("answer", answer, "请写明办理情况。")
    row = item.presses.select_for_update().filter(answered_at__isnull=True).first()
    if row is None:
        raise WrongState("没有等待答复的督办函。")
    row.answer, row.answered_by_id, row.answered_at = said, actor.account_id, now
    row.revision += 1
    row.save(update_fields=["answer", "answered_by", "answered_at", "revision"])
    stop_clock(item, "DT-RC-JOINT", actor=actor, now=now)
    note(item, press=str(row.id))


@operation("rectification.record_use")
def record_use(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    kind: str,
    recipient_id: UUID,
    text: str,
    document: str,
    used_on: date,
    amount: int | None = None,
) -> UUID:
    """What the item led to: a rule, a task, a penalty, money (分), a result for people."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    if item.state not in (ItemState.CONFIRMED, ItemState.CLOSED):
        raise WrongState("核验通过之后才能登记成果运用。")
    recipient = Unit.objects.filter(id=recipient_id).first()
    errors = []
    if kind not in UseKind.values:
        errors.append(FieldError("kind", "请选择成果类别。"))
    if recipient is None:
        errors.append(FieldError("recipient_id", "请选择运用单位。"))
    if (kind == UseKind.MONEY) != (amount is not None and amount > 0):
        errors.append(FieldError("amount", "追缴挽损须填写大于 0 的金额，其他类别不填金额。"))
    if used_on > now.date():
        errors.append(FieldError("used_on", "日期不能晚于今天。"))
    if errors or recipient is None:
        raise Invalid(*errors)
    row = Use.objects.create(
        created_at=now,
        item=item,
        kind=kind,
        recipient=recipient,
        text=words("text", text, "请写明成果内容。", most=500),
        document=words("document", document, "请填写文件名称、文号或凭证号。", most=200),
        amount=amount,
        used_on=used_on,
        account_id=actor.account_id,
        **own_labels(item, actor),
    )
    note(item, use=kind)
    return row.id

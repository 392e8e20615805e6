"""“回头看”: what the new team finds about earlier rectification; what is not sound comes back by itself."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.fabric.handlers import announce
from lianxun.inspection import rules
from lianxun.inspection.common import facts_of, labels_of, load, note, require
from lianxun.inspection.enums import Kind, LookBackVerdict
from lianxun.inspection.models import LookBackAsk, LookBackFinding
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.trace.door import operation

FOUND = "inspection.look_back_found"


@operation("inspection.record_look_back")
def record_look_back(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    item_kind: str,
    item_id: UUID,
    item_title: str,
    verdict: str,
    text: str,
    due_on: date | None = None,
) -> UUID:
    """Write down what became of one earlier item.

    整改不到位 and 虚假整改 are announced (``inspection.look_back_found``): the room that keeps the item
    reopens it in this transaction, under the identity of the team, or refuses and nothing is stored.
    """
    task = load(engagement_id)
    if task.kind != Kind.LOOK_BACK or task.look_back_of_id is None:
        raise WrongState("只有“回头看”任务可以核查以往整改。")
    require(rules.may_look_back(actor, facts_of(task)))
    errors = []
    if verdict not in LookBackVerdict.values:
        errors.append(FieldError("verdict", "请选择核查结论。"))
    if len(text.strip()) < 10:
        errors.append(FieldError("text", "请写明核查情况（不少于 10 个字）。"))
    sound = verdict == LookBackVerdict.SOUND
    if not sound and due_on is None:
        errors.append(FieldError("due_on", "整改不到位的须写明重新整改期限。"))
    if not sound and due_on is not None and due_on <= now.date():
        errors.append(FieldError("due_on", "重新整改期限须晚于今天。"))
    if errors:
        raise Invalid(*errors)
    try:
        with transaction.atomic():
            row = LookBackFinding.objects.create(
                created_at=now,
                task=task,
                item_kind=item_kind,
                item_id=item_id,
                item_title=item_title[:200],
                verdict=verdict,
                text=fitting("text", text, 500),
                due_on=None if sound else due_on,
                found_by_id=actor.account_id,
                **labels_of(task).columns(),
            )
    except IntegrityError as clash:
        raise WrongState("该事项已核查登记。") from clash
    announce(
        FOUND,
        actor=actor,
        now=now,
        engagement=task.look_back_of_id,
        item_kind=item_kind,
        item_id=item_id,
        verdict=verdict,
        text=row.text,
        due_on=row.due_on,
        basis=task.number,
        asked=LookBackAsk.objects.filter(task=task, items__contains=[item_id]).exists(),
    )
    note(task, finding=str(row.id), verdict=verdict)
    return row.id

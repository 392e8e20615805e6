"""What follows when a body has decided, in the transaction of the deciding vote."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.duties import steps as duties
from lianxun.fabric.handlers import handles
from lianxun.inspection.records import Figure
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.rectification.assessment import ASSESSMENT
from lianxun.rectification.common import ASSESSMENTS, EXTENSION, ITEMS, KIND, load
from lianxun.rectification.enums import ItemState, ReopenCause
from lianxun.rectification.models import Item
from lianxun.rectification.operations import bring_back, concluding, supervising, supporting
from lianxun.rectification.supervision import KIND as SUPERVISION
from lianxun.rectification.supervision import SUPERVISIONS
from lianxun.rectification.supporting import PLAN as SUPPORT_PLAN
from lianxun.rectification.supporting import PLANS


@handles("approvals.decided")
def decided(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    object_id: UUID,
    state: str,
    matter_id: UUID,
    comment: str,
    facts: dict[str, Any],
) -> None:
    """An approved extension moves the item's own day and its clock, once; a decided assessment is served;
    a joint supervision may begin."""
    if code == ASSESSMENT:
        concluding.decided(
            ASSESSMENTS.lock(object_id),
            approved=state == "approved",
            comment=comment,
            facts=facts,
            actor=actor,
            now=now,
        )
    if code == SUPERVISION:
        supervising.decided(
            SUPERVISIONS.lock(object_id),
            approved=state == "approved",
            comment=comment,
            actor=actor,
            now=now,
        )
    if code == SUPPORT_PLAN:
        supporting.decided(
            PLANS.lock(object_id),
            approved=state == "approved",
            comment=comment,
            actor=actor,
            now=now,
        )
    if code != EXTENSION:
        return
    item = load(object_id)
    item.extension_to = None
    if state != "approved":
        item.plan_answer = (comment.strip() or "协调对接委员会未批准延期。")[:500]
        ITEMS.save(item, "extension_to", "plan_answer")
        return
    item.extended = True
    for duty_id in duties.open_ids(object_kind=KIND, object_id=item.id, template_code="DT-RC-ITEM"):
        item.due_on = duties.extend(
            actor=actor,
            now=now,
            duty_id=duty_id,
            to=date.fromisoformat(facts["to"]),
            reason="协调对接委员会批准延期",
            body_kind=UnitKind.COMMITTEE,
        )
    ITEMS.save(item, "due_on", "extension_to", "extended")


@handles("inspection.look_back_found")
def looked_back(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID,
    item_kind: str,
    item_id: UUID,
    verdict: str,
    text: str,
    due_on: date | None,
    basis: str,
    asked: bool = False,
) -> None:
    """What a look-back found not to be sound comes back by itself; the finding stands or falls with it. An item that
    a supervision asked to look at (``asked``) may be open still: it stays open, and the finding stands beside it."""
    if item_kind != KIND:
        return
    item = load(item_id)
    if item.engagement != engagement:
        raise Invalid.at("item_id", "请选择原巡视任务的整改事项。")
    if verdict == "sound" or due_on is None:
        return
    if item.state != ItemState.CLOSED:
        if asked:
            return
        raise WrongState(
            f"整改事项现为“{ItemState(item.state).label}”，尚未销号，按原程序核验，不须重新整改。"
        )
    bring_back(
        item,
        actor=actor,
        now=now,
        cause=ReopenCause.LOOK_BACK,
        text=f"{basis}：{text}"[:500],
        due_on=due_on,
    )


@handles("inspection.evaluating")
def add_figures(*, engagements: list[UUID], figures: list[Figure]) -> None:
    """What the ledger knows of a round goes into the evaluation of its coordination (W27)."""
    rows = Item.objects.filter(engagement__in=engagements)
    closed = rows.filter(state=ItemState.CLOSED).count()
    sham = rows.filter(sham_times__gt=0).count()
    words = f"下达 {rows.count()} 件，已销号 {closed} 件，发现虚假整改 {sham} 件"
    figures.append(Figure("整改事项", words))

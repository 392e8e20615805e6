"""Evidence, progress, handing in, asking for more time."""

from __future__ import annotations

from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from lianxun.approvals import steps as approvals
from lianxun.documents import steps as documents
from lianxun.documents.enums import FileRole
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.queries import body_above
from lianxun.rectification import rules
from lianxun.rectification.common import (
    EXTENSION,
    ITEMS,
    KIND,
    LONGEST,
    facts_of,
    load,
    move,
    note,
    office_of,
    require,
    start_clock,
    stop_clock,
    words,
)
from lianxun.rectification.enums import ItemState, ReportKind
from lianxun.rectification.models import Report
from lianxun.trace.door import operation


@operation("rectification.add_evidence")
def add_evidence(
    *, actor: Actor, now: datetime, item_id: UUID, stream: BinaryIO, name: str, title: str
) -> UUID:
    """Upload evidence; it is served on the unit like the item."""
    item = load(item_id)
    require(rules.may_rectify(actor, facts_of(item)))
    if item.state not in (ItemState.IN_PROGRESS, ItemState.RETURNED, ItemState.REOPENED):
        raise WrongState("只有整改期间可以上传佐证。")
    file_id = documents.store(
        actor=actor,
        now=now,
        stream=stream,
        name=name,
        title=title,
        role=FileRole.EVIDENCE,
        object_kind=KIND,
        object_id=item.id,
        labels=Labels.of(item),
    )
    item.evidence_count += 1
    item.save(update_fields=["evidence_count"])
    note(item, evidence=item.evidence_count)
    return file_id


@operation("rectification.submit")
def submit(*, actor: Actor, now: datetime, item_id: UUID, revision: int, progress: str) -> None:
    """Hand the item in for checking; evidence is required (evidence to close)."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    if not progress.strip():
        raise Invalid.at("progress", "请写明整改情况。")
    if not item.evidence_count:
        again = "（核验退回后须补充新的佐证）" if item.checks.exists() or item.sham_times else ""
        raise Invalid.at("evidence", f"请至少上传一份佐证材料{again}。")
    item.progress, item.submitted_by_id = progress.strip(), actor.account_id
    move(item, ItemState.SUBMITTED, "progress", "submitted_by")
    stop_clock(item, "DT-RC-ITEM", actor=actor, now=now)
    start_clock(item, "DT-RC-CHECK", office_of(item), actor=actor, now=now)


@operation("rectification.ask_extension")
def ask_extension(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int, to: date, reason: str
) -> None:
    """The unit asks for the one extension an item may have; the office looks at it first."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    if item.extended:
        raise WrongState("每个事项只能延期一次，本事项已经延期。")
    if item.extension_to is not None:
        raise WrongState("延期申请正在办理，不能重复提出。")
    if item.state not in rules.RECTIFYING:
        raise WrongState("只有整改期间可以申请延期。")
    if to <= item.due_on:
        raise Invalid.at("to", "延期后的日期须晚于原期限。")
    item.extension_reason = words("reason", reason, "请写明延期理由。")
    item.extension_to = to
    ITEMS.save(item, "extension_to", "extension_reason", to=to.isoformat())


@operation("rectification.bring_extension")
def bring_extension(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int, supports: bool, opinion: str
) -> UUID | None:
    """The office brings the unit's wish before the coordination committee, or sends it back."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    if item.extension_to is None:
        raise WrongState("没有等待办理的延期申请。")
    said = words("opinion", opinion, "请写明办理意见。", most=500)
    if not supports:
        item.extension_to, item.plan_answer = None, said
        ITEMS.save(item, "extension_to", "plan_answer", supports=False)
        return None
    body = body_above(UnitKind.COMMITTEE, path=item.owner_path)
    note(item)
    return approvals.propose(
        actor=actor,
        now=now,
        code=EXTENSION,
        object_kind=KIND,
        object_id=item.id,
        title=f"关于 {item.number} 整改延期的请示",
        summary=f"整改单位理由：{item.extension_reason}\n办理意见：{said}"[:2000],
        body_id=body.id,
        labels=Labels.of(item),
        facts={"to": item.extension_to.isoformat(), "from": item.due_on.isoformat()},
    )


@operation("rectification.report_progress")
def report_progress(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    kind: str,
    percent: int,
    text: str,
    obstacle: str = "",
) -> UUID:
    """The unit reports how far it is; the two-month report ends its clock."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    errors = []
    if kind not in ReportKind.values:
        errors.append(FieldError("kind", "请选择报告类别。"))
    if not 0 <= percent <= 100:
        errors.append(FieldError("percent", "完成比例为 0—100。"))
    if errors:
        raise Invalid(*errors)
    said = words("text", text, "请写明进展情况。")
    if item.state not in rules.RECTIFYING:
        raise WrongState("只有整改期间可以报告进展。")
    row = Report.objects.create(
        created_at=now,
        item=item,
        kind=kind,
        percent=percent,
        text=said,
        obstacle=fitting("obstacle", obstacle, LONGEST),
        account_id=actor.account_id,
        name=actor.name[:40],
        **Labels.of(item).columns(),
    )
    stop_clock(item, "DT-RC-REPORT", actor=actor, now=now)
    note(item, percent=percent)
    return row.id

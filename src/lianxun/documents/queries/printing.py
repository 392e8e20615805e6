"""The print queue and the register of paper copies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lianxun.access.models import Account
from lianxun.documents import rules
from lianxun.documents.enums import CopyState, PrintPurpose, PrintState
from lianxun.documents.models import PrintedCopy, PrintOrder
from lianxun.documents.records import CopyRecord, PrintRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query

OUT = (CopyState.OUT, CopyState.LOST)


def _rows() -> QuerySet[PrintOrder]:
    return (
        PrintOrder.objects.select_related("asked_by", "released_by")
        .annotate(out=Count("sheets", filter=Q(sheets__state__in=OUT)))
        .order_by("-created_at", "-id")
    )


@query("documents.prints")
def orders(
    *, actor: Actor, now: datetime, state: str = "", mark: str = "", page: int = 1
) -> Page[PrintRecord]:
    """Print orders the actor may see, newest first; ``mark`` finds the order of a paper by its mark."""
    rows = _rows().filter(within_reach(actor, kind="documents.print"))
    if state:
        rows = rows.filter(state=state)
    if mark:
        rows = rows.filter(mark=mark.upper().split("-")[0])
    part, total = page_of(rows, page)
    noting().about("documents.print", actor.account_id, count=len(part))
    return Page([_record(row, [], actor) for row in part], page, total)


@query("documents.print")
def order(*, actor: Actor, now: datetime, order_id: UUID) -> PrintRecord:
    row = _rows().filter(id=order_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "documents.print",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    sheets = list(row.sheets.select_related("settled_by", "witness").order_by("serial"))
    return _record(row, sheets, actor)


def orders_of(*, actor: Actor, file_id: UUID) -> list[PrintRecord]:
    """Prints of one file, newest first (part of that file's page)."""
    return [_record(row, [], actor) for row in _rows().filter(file=file_id)[:50]]


def witnesses(*, actor: Actor) -> list[tuple[str, str]]:
    """Colleagues of the same unit who can stand by when paper is destroyed."""
    rows = Account.objects.filter(unit_id=actor.unit_id, is_active=True, service="").exclude(
        id=actor.account_id
    )
    return [(str(row.id), row.display_name) for row in rows.order_by("username")]


def _record(row: PrintOrder, sheets: list[PrintedCopy], actor: Actor) -> PrintRecord:
    return PrintRecord(
        id=row.id,
        revision=row.revision,
        file=row.file,
        title=row.title,
        number=row.number,
        sha256=row.sha256,
        mark=row.mark,
        purpose_label=PrintPurpose(row.purpose).label,
        copies=row.copies,
        out=row.out,  # type: ignore[attr-defined]
        state=row.state,
        state_label=PrintState(row.state).label,
        level=row.level,
        asked_by=row.asked_by.display_name,
        asked_at=row.created_at,
        released_by=row.released_by.display_name if row.released_by else "",
        released_at=row.released_at,
        refusal=row.refusal,
        printed_at=row.printed_at,
        sheets=tuple(_sheet(sheet) for sheet in sheets),
        permitted=_permitted(row, actor),
        why_not=_why_not(row, actor),
    )


def _sheet(sheet: PrintedCopy) -> CopyRecord:
    return CopyRecord(
        serial=sheet.serial,
        state=sheet.state,
        state_label=CopyState(sheet.state).label,
        holder=sheet.holder,
        settled_by=sheet.settled_by.display_name if sheet.settled_by else "",
        settled_at=sheet.settled_at,
        witness=sheet.witness.display_name if sheet.witness else "",
        remark=sheet.remark,
        open=sheet.state != CopyState.DESTROYED,
    )


def _permitted(row: PrintOrder, actor: Actor) -> frozenset[str]:
    found = set()
    if row.state == PrintState.WAITING and rules.may_release(actor, asked_by=row.asked_by_id):
        found |= {"release", "refuse"}
    if row.state == PrintState.READY and rules.may_take(actor, asked_by=row.asked_by_id):
        found.add("take")
    if row.state in {PrintState.PRINTED, PrintState.SETTLED} and rules.may_settle(
        actor, asked_by=row.asked_by_id
    ):
        found.add("settle")
    return frozenset(found)


def _why_not(row: PrintOrder, actor: Actor) -> str:
    if row.state == PrintState.WAITING:
        return "敏感以上文件由另一名分管领导、协调专员或组长放行后打印。"
    if row.state == PrintState.READY and row.asked_by_id != actor.account_id:
        return "由申请人本人打印。"
    return ""

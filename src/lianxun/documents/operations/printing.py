"""打印: asked for, let out by another where it is sensitive, printed under a mark, and taken back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from lianxun.documents import rules, storage
from lianxun.documents.enums import MACHINES, CopyState, PrintPurpose, PrintState
from lianxun.documents.marking import marked_copies
from lianxun.documents.models import PrintedCopy, PrintOrder, StoredFile
from lianxun.documents.operations.common import ORDERS, ill_worded, text
from lianxun.documents.queries.printing import witnesses
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import digest
from lianxun.kernel.problems import FieldError, Invalid, NotFound, WrongState
from lianxun.trace.door import operation
from lianxun.trace.rows import require

MOST_COPIES = 200
_COPY = MACHINES["documents_printedcopy"]
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like something else


@operation("documents.ask_print")
def ask_print(*, actor: Actor, now: datetime, file_id: UUID, copies: int, purpose: str) -> UUID:
    """Put a document into the print queue. 敏感 and above wait for another person to let it out."""
    file = StoredFile.objects.filter(id=file_id).first()
    if file is None:
        raise NotFound
    require(rules.may_print(actor, content_type=file.content_type, role=file.role))
    errors = []
    if not 1 <= copies <= MOST_COPIES:
        errors.append(FieldError("copies", f"份数为 1 至 {MOST_COPIES}。"))
    if purpose not in PrintPurpose.values:
        errors.append(FieldError("purpose", "请选择打印用途。"))
    if errors:
        raise Invalid(*errors)
    waits = rules.needs_release(file.level)
    row = PrintOrder.objects.create(
        created_at=now,
        object_kind=file.object_kind,
        file=file.id,
        title=file.title,
        number=file.number,
        sha256=file.sha256,
        mark=_mark(),
        purpose=purpose,
        copies=copies,
        state=PrintState.WAITING if waits else PrintState.READY,
        asked_by_id=actor.account_id,
        **Labels.of(file).columns(),
    )
    ORDERS.note(row, file=str(file.id), copies=copies, purpose=purpose)
    if waits:
        announce("documents.print_asked", actor=actor, now=now, order=row.id, owner=row.owner_unit)
    return row.id


def _mark() -> str:
    """Twelve characters nobody can guess or count from: 59 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


@operation("documents.release_print")
def release_print(*, actor: Actor, now: datetime, order_id: UUID, revision: int) -> None:
    """Another person lets the copies be made."""
    row = ORDERS.lock(order_id, revision)
    require(rules.may_release(actor, asked_by=row.asked_by_id))
    row.released_by_id, row.released_at = actor.account_id, now
    ORDERS.move(row, PrintState.READY, "released_by", "released_at", copies=row.copies)


@operation("documents.refuse_print")
def refuse_print(
    *, actor: Actor, now: datetime, order_id: UUID, revision: int, reason: str
) -> None:
    """… or says why not."""
    row = ORDERS.lock(order_id, revision)
    require(rules.may_release(actor, asked_by=row.asked_by_id))
    row.refusal = text(
        "reason", reason, least=5, most=200, missing="请写明不予打印的理由（不少于 5 个字）。"
    )
    row.released_by_id, row.released_at = actor.account_id, now
    ORDERS.move(row, PrintState.REFUSED, "released_by", "released_at", "refusal")


@operation("documents.export_print")
def take_print(*, actor: Actor, now: datetime, order_id: UUID, revision: int) -> tuple[str, bytes]:
    """The marked copies, once: (name of the file, PDF). From here each copy stands in the register.

    A spoilt print is asked for again: the register must hold every sheet that ever left the printer.
    """
    row = ORDERS.lock(order_id, revision)
    require(rules.may_take(actor, asked_by=row.asked_by_id))
    if row.state == PrintState.PRINTED:
        raise WrongState("该任务已经打印，不能重复打印；确需再印请重新申请。")
    if row.state != PrintState.READY:
        raise WrongState(f"打印任务现为“{ORDERS.label(row.state)}”，不能打印。")
    file = StoredFile.objects.filter(id=row.file).first()
    if file is None:
        raise NotFound
    if rules.needs_release(file.level) and row.released_by_id is None:
        raise WrongState("文件级别已经提高，须经另一人放行才能打印，请重新申请。")
    with storage.open_stored(file.sha256) as stream:
        pdf = marked_copies(
            stream.read(),
            [
                f"{actor.unit_name} {actor.name} {now:%Y-%m-%d %H:%M} {row.mark}-{serial:03d}"
                for serial in range(1, row.copies + 1)
            ],
        )
    PrintedCopy.objects.bulk_create(
        PrintedCopy(
            created_at=now,
            object_kind=row.object_kind,
            order=row,
            serial=serial,
            state=CopyState.OUT,
            holder=actor.name[:60],
            **Labels.of(row).columns(),
        )
        for serial in range(1, row.copies + 1)
    )
    row.printed_at = now
    ORDERS.move(row, PrintState.PRINTED, "printed_at", copies=row.copies, sha256=digest(pdf).hex())
    return f"{row.title}-{row.mark}.pdf", pdf


@operation("documents.settle_copies")
def settle_copies(
    *,
    actor: Actor,
    now: datetime,
    order_id: UUID,
    revision: int,
    copies: Mapping[int, str],
    witness_id: UUID | None = None,
    remark: str = "",
) -> int:
    """What became of numbered copies: serial → returned, destroyed (before a witness) or lost."""
    row = ORDERS.lock(order_id, revision)
    require(rules.may_settle(actor, asked_by=row.asked_by_id))
    sheets = {s.serial: s for s in row.sheets.all()}
    errors = _problems(copies, sheets, witness_id, remark, actor)
    if errors:
        raise Invalid(*errors)
    for serial, to in sorted(copies.items()):
        sheet = sheets[serial]
        sheet.state, sheet.settled_by_id, sheet.settled_at = to, actor.account_id, now
        sheet.witness_id = witness_id if to == CopyState.DESTROYED else None
        sheet.remark, sheet.revision = remark.strip(), sheet.revision + 1
        sheet.save(
            update_fields=["state", "settled_by", "settled_at", "witness", "remark", "revision"]
        )
    counts = {str(to): sum(x == to for x in copies.values()) for to in set(copies.values())}
    open_left = any(s.state in {CopyState.OUT, CopyState.LOST} for s in sheets.values())
    if row.state == PrintState.PRINTED and not open_left:
        ORDERS.move(row, PrintState.SETTLED, **counts)
    else:
        ORDERS.save(row, **counts)
    return len(copies)


def _problems(
    copies: Mapping[int, str],
    sheets: Mapping[int, PrintedCopy],
    witness_id: UUID | None,
    remark: str,
    actor: Actor,
) -> list[FieldError]:
    errors = []
    if not copies:
        errors.append(FieldError("copies", "请至少选择一份。"))
    allowed = {CopyState.RETURNED, CopyState.DESTROYED, CopyState.LOST}
    if not set(copies) <= set(sheets) or not set(copies.values()) <= {str(a) for a in allowed}:
        errors.append(FieldError("copies", "份号或去向不对，请刷新后重新选择。"))
    elif wrong := [
        serial for serial, to in copies.items() if not _COPY.allows(sheets[serial].state, to)
    ]:
        numbers = "、".join(f"第 {serial} 份" for serial in sorted(wrong)[:5])
        errors.append(FieldError("copies", f"{numbers}已经登记，不能再登记为所选去向。"))
    if CopyState.DESTROYED in copies.values():
        if witness_id is None:
            errors.append(FieldError("witness_id", "纸质文件须由两人共同销毁，请选择监销人。"))
        elif witness_id == actor.account_id:
            errors.append(FieldError("witness_id", "监销人不能是登记人本人。"))
        elif str(witness_id) not in dict(witnesses(actor=actor)):
            errors.append(
                FieldError("witness_id", "监销人须是本单位在用账号的同志，请从列表中选择。")
            )
    problem = ill_worded(
        "remark",
        remark,
        least=5 if CopyState.LOST in copies.values() else 0,
        most=200,
        missing="下落不明的，请写明经过和处置（不少于 5 个字）。",
    )
    if problem is not None:
        errors.append(problem)
    return errors

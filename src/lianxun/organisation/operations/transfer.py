"""Import and export by spreadsheet: a dry run, all or nothing, part only by explicit choice.

A row is created, updated, unchanged or refused: every row is accounted for. The trace gets one record
with a salted commitment to the rows, never their content.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction

from lianxun.fabric.excel import marking, reading, writing
from lianxun.fabric.excel.reading import Line
from lianxun.fabric.purposes import stated
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.digest import commitment
from lianxun.kernel.problems import Invalid, Refused, WrongState
from lianxun.organisation import sheets
from lianxun.organisation.models import ImportBatch
from lianxun.organisation.operations.plans import PLANNERS, Plan
from lianxun.organisation.operations.rows import ROWS
from lianxun.organisation.records import ImportLine, ImportReport
from lianxun.trace.door import noting, operation

_KINDS = "、".join(spec.title for spec in sheets.BY_KEY.values())


class ImportMode(StrEnum):
    """``CHECK`` stores nothing; ``ALL`` stores all rows or none; ``VALID`` stores the rows that fit."""

    CHECK = "check"
    ALL = "all"
    VALID = "valid"


@operation("organisation.import_sheet")
def import_sheet(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    data: bytes,
    name: str,
    mode: str = ImportMode.CHECK,
) -> ImportReport:
    """Rows of one kind (``sheets.BY_KEY``) for the keeper's area.

    Units: new ones only, with their history; renaming and moving are acts of their own. People are
    matched by their staff number; everything about a person comes after the person.
    """
    if "organisation" not in actor.duties:
        raise Refused(Denied("只有负责组织管理的人员可以导入。", "ACC-ORG-2"))
    if mode not in list(ImportMode):
        raise Invalid.at("mode", "请选择“仅检查”“全部导入”或“只导入无误的行”。")
    spec = sheets.BY_KEY.get(kind)
    if spec is None:
        raise Invalid.at("kind", f"请选择要导入的内容：{_KINDS}。")
    parsed = reading.read(data, spec, name=name)
    broken = {p.row for p in parsed.problems}
    plan = PLANNERS[kind]([x for x in parsed.lines if x.row not in broken], actor=actor, now=now)
    problems = sorted({*parsed.problems, *plan.problems}, key=lambda p: (p.row, p.column))
    apply = mode == ImportMode.VALID or (mode == ImportMode.ALL and not problems)
    if apply:
        _store(plan)
    refused = len({p.row for p in problems})
    batch = _note(kind, parsed.lines, plan, refused, actor=actor, now=now, data=data, stored=apply)
    return ImportReport(
        kind=kind,
        rows=len(parsed.lines),
        created=len(plan.created),
        updated=len(plan.updated),
        unchanged=len(plan.unchanged),
        refused=refused,
        applied=apply,
        errors=tuple(ImportLine(parsed.sheet, p.row, p.column, p.message) for p in problems),
        workbook=marking.mark(data, parsed.sheet, problems) if problems else b"",
        batch=batch.id if batch else None,
    )


def _store(plan: Plan) -> None:
    try:
        with transaction.atomic():
            plan.store()
    except IntegrityError as clash:
        raise WrongState("导入时有人正在修改同样的数据，什么都没有保存，请重新上传。") from clash


def _note(
    kind: str,
    lines: Sequence[Line],
    plan: Plan,
    refused: int,
    *,
    actor: Actor,
    now: datetime,
    data: bytes,
    stored: bool,
) -> ImportBatch | None:
    counts: dict[str, Any] = {
        "created": len(plan.created),
        "updated": len(plan.updated),
        "unchanged": len(plan.unchanged),
        "refused": refused,
    }
    noting().about("organisation.import", actor.unit_id, rule="ACC-ORG-2", stored=stored, **counts)
    if not stored:
        return None
    salt = secrets.token_bytes(16)
    digest = hashlib.sha256(data).hexdigest()
    batch = ImportBatch.objects.create(
        created_at=now,
        kind=kind,
        account=actor.account_id,
        unit_path=actor.unit_path,
        file_digest=digest,
        salt=salt,
        **counts,
    )
    rows = (commitment(salt, repr(sorted(line.values.items()))) for line in lines)
    root = hashlib.sha256("".join(rows).encode()).hexdigest()
    noting().about("organisation.import", batch.id, rows=len(lines), root=root)
    return batch


@operation("organisation.export")
def export(*, actor: Actor, now: datetime, kind: str, purpose: str) -> bytes:
    """Rows of one kind that the actor may see, as a workbook in the form of the template."""
    if kind not in sheets.BY_KEY:
        raise Invalid.at("kind", f"请选择要导出的内容：{_KINDS}。")
    stated(purpose)
    if kind != "units" and "organisation" not in actor.duties:
        raise Refused(Denied("只有负责组织管理的人员可以导出人员。", "ACC-ORG-2"))
    rows = ROWS[kind]()
    noting().about(
        "organisation.export",
        actor.unit_id,
        rule="ACC-ORG-2",
        kind=kind,
        rows=len(rows),
        purpose=purpose,
    )
    return writing.export(sheets.BY_KEY[kind], rows)


def template(kind: str) -> bytes:
    """The workbook to fill in. Holds no data."""
    return writing.template(sheets.BY_KEY[kind])

"""Import and export by spreadsheet: a dry run, all or nothing, part only by explicit choice.

A row is created, updated, unchanged or refused: every row is accounted for. The trace gets one record
with a salted commitment to the rows, never their content.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from lianxun.fabric.excel import marking, reading, writing
from lianxun.fabric.excel.reading import Line
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.digest import commitment
from lianxun.kernel.problems import Invalid, Refused
from lianxun.organisation import sheets
from lianxun.organisation.models import ImportBatch, Person, PoolEntry, Unit
from lianxun.organisation.operations import plans
from lianxun.organisation.records import ImportLine, ImportReport
from lianxun.trace.door import noting, operation


class ImportMode(StrEnum):
    """``CHECK`` stores nothing; ``ALL`` stores all rows or none; ``VALID`` stores the rows that fit."""

    CHECK = "check"
    ALL = "all"
    VALID = "valid"


@operation("organisation.import_units")
def import_units(
    *, actor: Actor, now: datetime, data: bytes, name: str, mode: str = ImportMode.CHECK
) -> ImportReport:
    """New units with their history. Renaming and moving existing ones are acts of their own."""
    return _import("units", plans.plan_units, actor=actor, now=now, data=data, name=name, mode=mode)


@operation("organisation.import_people")
def import_people(
    *, actor: Actor, now: datetime, data: bytes, name: str, mode: str = ImportMode.CHECK
) -> ImportReport:
    """People of the keeper's area, matched by their staff number, with their appointment."""
    return _import(
        "people", plans.plan_people, actor=actor, now=now, data=data, name=name, mode=mode
    )


@operation("organisation.import_pool")
def import_pool(
    *, actor: Actor, now: datetime, data: bytes, name: str, mode: str = ImportMode.CHECK
) -> ImportReport:
    """Entries of the pool for people registered already."""
    return _import("pool", plans.plan_pool, actor=actor, now=now, data=data, name=name, mode=mode)


def _import(
    kind: str,
    planner: Callable[..., plans.Plan],
    *,
    actor: Actor,
    now: datetime,
    data: bytes,
    name: str,
    mode: str,
) -> ImportReport:
    if "organisation" not in actor.duties:
        raise Refused(Denied("只有负责组织管理的人员可以导入。", "ACC-ORG-2"))
    if mode not in list(ImportMode):
        raise Invalid.at("mode", "请选择“仅检查”“全部导入”或“只导入无误的行”。")
    spec = sheets.BY_KEY[kind]
    parsed = reading.read(data, spec, name=name)
    broken = {p.row for p in parsed.problems}
    plan = planner([x for x in parsed.lines if x.row not in broken], actor=actor, now=now)
    problems = sorted({*parsed.problems, *plan.problems}, key=lambda p: (p.row, p.column))
    apply = mode == ImportMode.VALID or (mode == ImportMode.ALL and not problems)
    if apply:
        plan.store()
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


def _note(
    kind: str,
    lines: Sequence[Line],
    plan: plans.Plan,
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
    """The units, people or pool the actor may see, as a workbook in the form of the template."""
    if kind not in sheets.BY_KEY:
        raise Invalid.at("kind", "请选择要导出的内容：单位、人员或人才库。")
    if not purpose.strip():
        raise Invalid.at("purpose", "请写明导出用途，导出将留痕。")
    if kind != "units" and "organisation" not in actor.duties:
        raise Refused(Denied("只有负责组织管理的人员可以导出人员。", "ACC-ORG-2"))
    rows = {"units": _unit_rows, "people": _people_rows, "pool": _pool_rows}[kind]()
    noting().about(
        "organisation.export", actor.unit_id, rule="ACC-ORG-2", kind=kind, rows=len(rows)
    )
    return writing.export(sheets.BY_KEY[kind], rows)


def template(kind: str) -> bytes:
    """The workbook to fill in. Holds no data."""
    return writing.template(sheets.BY_KEY[kind])


def _unit_rows() -> list[dict[str, object]]:
    rows = Unit.objects.filter(valid_to__isnull=True).exclude(path="0000/").select_related("parent")
    return [
        {
            "code": u.code,
            "name": u.name,
            "short_name": u.short_name,
            "kind": u.kind,
            "region": u.region,
            "parent": u.parent.code if u.parent else "",
            "valid_from": u.valid_from,
            "basis": "现有单位",
        }
        for u in rows.order_by("path")
    ]


def _people_rows() -> list[dict[str, object]]:
    rows = Person.objects.select_related("unit").order_by("unit_path", "pinyin", "id")
    return [
        {
            "code": p.code or "",
            "name": p.name,
            "unit": p.unit.code,
            "post": p.post,
            "phone": p.phone,
            "active": p.active,
        }
        for p in rows
    ]


def _pool_rows() -> list[dict[str, object]]:
    rows = PoolEntry.objects.select_related("person").order_by("kind", "person__pinyin", "id")
    return [
        {
            "code": e.person.code or "",
            "kind": e.kind,
            "skills": list(e.skills),
            "senior_title": e.senior_title,
            "years": e.years,
            "available_from": e.available_from,
            "available_to": e.available_to,
        }
        for e in rows
    ]

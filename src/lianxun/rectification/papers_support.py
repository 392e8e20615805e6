"""《整改协同方案》 as an official document (W20, GB/T 9704): unit, help, day, standard, inspection point."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lianxun.documents.records import Block, Heading, Official, Paragraph, Table
from lianxun.fabric.models import Level
from lianxun.kernel.texts import yuan
from lianxun.organisation.models import Unit
from lianxun.rectification.enums import SupportKind
from lianxun.rectification.models import Support, SupportPlan


def plan_document(
    plan: SupportPlan,
    rows: Sequence[Support],
    *,
    number: str,
    owner: Unit,
    subject: Unit,
    now: datetime,
) -> Official:
    return Official(
        issuer=owner.name,
        number=number,
        title=f"关于{subject.short_name}巡视整改的协同方案",
        addressee=subject.name,
        blocks=_blocks(plan, rows),
        signed_by=owner.name,
        signed_on=now.date(),
        level_mark=Level(plan.level).label,
        copies_to="，".join(dict.fromkeys(r.unit.short_name for r in rows)),
        printed_by=owner.short_name,
    )


def money(row: Support) -> str:
    """The amount of help with money as it is read, of any other help nothing."""
    return "" if row.amount is None else yuan(row.amount)


def people(row: Support, *, left: bool = False) -> tuple[str, ...]:
    """Names of who helps by a line; ``left`` = of who was called back."""
    return tuple(h.name for h in row.helpers.all() if bool(h.left_on) == left)


def _people(row: Support) -> str:
    names = people(row)
    return f"（支援人员：{'、'.join(names)}）" if names else ""


def _blocks(plan: SupportPlan, rows: Sequence[Support]) -> tuple[Block, ...]:
    lines = tuple(
        (
            str(r.number),
            r.unit.short_name,
            f"{SupportKind(r.kind).label}：{r.text}{money(r)}{_people(r)}",
            f"{r.due_on:%Y-%m-%d}",
            r.standard,
            f"{r.inspect_on:%Y-%m-%d}",
        )
        for r in rows
    )
    return (
        Heading("一、总体要求"),
        *(Paragraph(x) for x in plan.aim.splitlines() if x.strip()),
        Heading("二、支援事项"),
        Paragraph(f"共 {len(rows)} 项。支援单位按期完成，由巡视办在检查节点对照标准检查。"),
        Table(
            ("序号", "支援单位", "支援内容", "期限", "标准", "检查节点"), lines, (1, 3, 5, 3, 4, 3)
        ),
    )

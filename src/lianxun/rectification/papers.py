"""The official documents of an item: its plan (W19), the letter that presses (W23), the close-out sheet (W22);
the report of an assessment (W24)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lianxun.documents.records import Block, Heading, Official, Paragraph, Table
from lianxun.fabric.models import Level
from lianxun.organisation.models import Unit
from lianxun.rectification.models import Assessment, Item, Press


def plan_document(item: Item, unit: Unit, now: datetime) -> Official:
    """The unit's plan with the four lists, signed by its head."""
    return Official(
        issuer=unit.name,
        number=item.number,
        title=f"关于{item.title}问题的整改方案",
        addressee="巡视工作领导小组办公室",
        blocks=(*_four_lists(item), Paragraph(f"签发人：{item.signed_by}")),
        signed_by=unit.name,
        signed_on=item.signed_on or now.date(),
        level_mark=Level(item.level).label,
        printed_by=unit.short_name,
    )


def press_document(item: Item, press: Press, owner: Unit, unit: Unit, now: datetime) -> Official:
    """督办函 to the unit."""
    return Official(
        issuer=owner.name,
        number=press.number,
        title=f"关于督办{item.number}整改事项的函",
        addressee=unit.name,
        blocks=(
            Heading("督办事项"),
            Paragraph(f"{item.number}　{item.title}。整改期限：{item.due_on:%Y年%m月%d日}。"),
            Heading("督办要求"),
            Paragraph(press.demand),
            Paragraph(f"请于{press.due_on:%Y年%m月%d日}前书面答复办理情况。"),
        ),
        signed_by=owner.name,
        signed_on=now.date(),
        level_mark=Level(item.level).label,
        printed_by=owner.short_name,
    )


def close_out_document(item: Item, owner: Unit, signers: Sequence[str], now: datetime) -> Official:
    """销号单 with both signatures."""
    return Official(
        issuer=owner.name,
        number=item.number,
        title=f"{item.number}整改事项销号单",
        addressee="",
        blocks=(
            *_four_lists(item),
            Heading("整改情况"),
            Paragraph(item.progress),
            Heading("销号签字"),
            Paragraph("；".join(signers) + "。"),
        ),
        signed_by=owner.name,
        signed_on=item.closed_on or now.date(),
        level_mark=Level(item.level).label,
        printed_by=owner.short_name,
    )


def _four_lists(item: Item) -> tuple[Block, ...]:
    rows = (
        ("问题清单", item.title + (f"：{item.detail}" if item.detail else "")),
        ("责任清单", f"{item.lead_person}　{item.lead_unit}"),
        ("整改清单", f"{item.measures}　完成标准：{item.standard}"),
        ("制度清单", item.institution or "无"),
        ("完成期限", f"{item.due_on:%Y年%m月%d日}"),
    )
    return (Heading("四张清单"), Table(("清单", "内容"), rows, (1, 4)))


def assessment_document(
    row: Assessment, owner: Unit, unit: Unit, scheme: str, now: datetime
) -> Official:
    """整改评估报告 with the points of each indicator and what they rest on (W24)."""
    counted = row.basis
    lines = tuple(
        (p["name"], str(p["weight"]), p["points"], f"单位间最大相差 {p['spread']} 分")
        for p in row.parts
    )
    return Official(
        issuer=owner.name,
        number=row.number,
        title=f"{unit.name}整改评估报告",
        addressee=unit.name,
        blocks=(
            Heading("整改情况"),
            Paragraph(
                f"整改事项 {counted['items']} 项，销号 {counted['closed']} 项，其中按期 {counted['in_time']} 项；"
                f"虚假整改 {counted['sham']} 次，重新整改 {counted['reopened']} 次。"
                + (f"未销号原因：{row.open_reason}" if row.open_reason else "")
            ),
            Heading("评分"),
            Table(("指标", "满分", "得分", "说明"), lines, (2, 1, 1, 3)),
            Paragraph(
                f"评估办法：{scheme}（第 {row.scheme_version} 版）。总分 {row.total} 分，等次“{row.grade}”。{row.remark}"
            ),
            Heading("评估意见"),
            Paragraph(row.summary),
        ),
        signed_by=owner.name,
        signed_on=row.served_on or now.date(),
        level_mark=Level(row.level).label,
        printed_by=owner.short_name,
    )

"""The official documents of a joint supervision (W23): 联合督办通知书, 约谈记录, 通报, 问责建议, 提请“回头看”的函."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lianxun.documents.records import Block, Form, Heading, Official, Paragraph, Table
from lianxun.fabric.models import Level
from lianxun.organisation.models import Unit
from lianxun.rectification.enums import Interviewer, Rung
from lianxun.rectification.models import Escalation, Supervised, Supervision


def notice_document(
    row: Supervision,
    listed: Sequence[Supervised],
    *,
    owner: Unit,
    unit: Unit,
    units: Sequence[str],
    now: datetime,
) -> Official:
    """《联合督办通知书》 in letter format: the list, the demand, the day, who supervises."""
    lines = tuple(
        (s.number, s.title, s.item.lead_person or "待明确", f"{s.item.due_on:%Y年%m月%d日}", s.why)
        for s in listed
    )
    return Official(
        issuer=owner.name,
        number=row.notice_number,
        title=f"关于对{unit.short_name} {len(listed)} 项整改事项联合督办的通知书",
        addressee=unit.name,
        blocks=(
            Heading("督办清单"),
            Table(("编号", "问题", "责任领导", "整改期限", "列入理由"), lines, (2, 3, 2, 2, 3)),
            Heading("督办要求"),
            Paragraph(row.demand),
            Paragraph(
                f"请于{row.due_on:%Y年%m月%d日}前逐项书面答复。答复后由联合整改督导组现场核查。"
            ),
            Heading("督办单位"),
            Paragraph("、".join(units) + "。"),
        ),
        signed_by=owner.name,
        signed_on=row.notice_on or now.date(),
        level_mark=Level(row.level).label,
        copies_to="，".join(units),
        printed_by=owner.short_name,
        form=Form.LETTER,
    )


_TITLES = {
    Rung.INTERVIEW: "约谈记录",
    Rung.CIRCULAR: "关于{unit}整改不力情况的通报",
    Rung.ACCOUNTABILITY: "关于{unit}整改不力的问责建议",
    Rung.LOOK_BACK: "关于提请对{unit}开展“回头看”的函",
}


def rung_document(
    row: Supervision, step: Escalation, owner: Unit, unit: Unit, now: datetime
) -> Official:
    """The paper of one rung; the interview with its whole record."""
    rung = Rung(step.rung)
    return Official(
        issuer=owner.name,
        number=step.number,
        title=_TITLES[rung].format(unit=unit.short_name),
        addressee={
            Rung.ACCOUNTABILITY: "纪检监察机关",
            Rung.LOOK_BACK: "巡视工作领导小组",
        }.get(rung, unit.name),
        blocks=(
            Heading("督办事项"),
            Paragraph(f"{row.number}　{row.notice_number}。"),
            *(_interview(step) if rung == Rung.INTERVIEW else ()),
            Heading("指出的问题和要求"),
            Paragraph(step.demand),
            *(_pledge(step) if rung == Rung.INTERVIEW else ()),
        ),
        signed_by=owner.name,
        signed_on=step.held_on,
        level_mark=Level(row.level).label,
        printed_by=owner.short_name,
        form=Form.DOCUMENT if rung == Rung.CIRCULAR else Form.LETTER,
    )


def _interview(step: Escalation) -> tuple[Block, ...]:
    rows = (
        ("约谈人", f"{step.interviewer}（{Interviewer(step.interviewer_as).label}）"),
        ("被约谈人", step.interviewee),
        ("时间", f"{step.held_on:%Y年%m月%d日}"),
        ("地点", step.place),
        ("记录人", step.name),
    )
    return (Heading("约谈情况"), Table(("项目", "内容"), rows, (1, 4)))


def _pledge(step: Escalation) -> tuple[Block, ...]:
    return (
        Heading("整改承诺"),
        Paragraph(f"{step.pledge}承诺期限：{step.pledge_due_on:%Y年%m月%d日}。"),
    )

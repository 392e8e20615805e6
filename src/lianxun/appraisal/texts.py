"""What the documents of the room say (GB/T 9704-2012 gives the form)."""

from __future__ import annotations

from collections.abc import Sequence

from lianxun.appraisal.body import Body
from lianxun.appraisal.models import Period, Sheet
from lianxun.appraisal.scoring import contribution
from lianxun.documents.records import Block, Heading, Paragraph, Table

LineValues = tuple[str, int, int, int, int | None, int | None]
"""code, weight, met, due, effective weight and score in hundredths."""
FEW = "样本不足，不计分"  # of one indicator
UNGRADED = "不评分"  # of a whole sheet


def points(hundredths: int | None) -> str:
    """``8750`` as ``87.50``."""
    return "—" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


def result_letter(period: Period, ranked: Sequence[Sheet], body: Body) -> tuple[Block, ...]:
    """《年度考核结果通报》: for the annual assessment of units and the selection of the best (4.1, 4.4)."""
    rows = tuple(
        (
            str(place),
            s.unit.short_name,
            points(s.total),
            (s.grade or UNGRADED) + ("（一票否决）" if s.vetoed else ""),
            points(contribution(s.total, s.share)),
        )
        for place, s in enumerate(ranked, start=1)
    )
    return (
        Paragraph(
            f"根据经协调对接委员会批准的《{body.name}》（第{period.scheme.version}版），对 "
            f"{len(ranked)} 家成员单位进行了考核。考核依据平台中已经办结和到期的时限事项，经各单位复核、"
            "领导小组审签。现将结果通报如下，请纳入单位年度考核，作为评先评优的依据。"
        ),
        Heading("一、考核结果"),
        Table(
            ("序号", "单位", "总分", "等次", f"折入年度考核（权重 {body.share}%）"),
            rows,
            (1, 3, 2, 2, 3),
        ),
        Heading("二、计算办法"),
        Paragraph(body.formula),
        Paragraph(f"{body.least_clause}。{body.spread}"),
        Paragraph(f"事实摘要（SHA-256）：{period.digest}"),
    )


def sheet_document(sheet: Sheet, lines: Sequence[LineValues], body: Body) -> tuple[Block, ...]:
    """年度考核表 (W26): each line with numerator, denominator, the weight it counts with and its score."""
    titles = {i.code: i.title for i in body.indicators}
    rows = tuple(
        (
            titles[code],
            str(weight),
            f"{met}/{due}",
            FEW if effective is None else points(effective),
            points(score),
        )
        for code, weight, met, due, effective, score in lines
    )
    return (
        Paragraph(
            f"单位：{sheet.unit.name}。总分 {points(sheet.total)}，等次 {sheet.grade or UNGRADED}"
            f"{'（一票否决）' if sheet.vetoed else ''}；在单位年度考核中占 {sheet.share}%，"
            f"折合 {points(contribution(sheet.total, sheet.share))} 分。"
        ),
        Table(("指标", "权重", "分子/分母", "计分权重", "得分"), rows, (5, 1, 2, 3, 2)),
        Paragraph(body.formula),
        Paragraph(f"{body.least_clause}。{body.spread}"),
        Paragraph(f"事实摘要（SHA-256）：{sheet.digest}"),
    )

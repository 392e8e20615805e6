"""协同度 (R-3.3-1, R-3.3-2): aims, resources, process and results of a round, each ratio with its formula."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from uuid import UUID

from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.fabric.paging import Page
from lianxun.inspection import queries as inspection
from lianxun.inspection.queries.synergy import Together, TogetherLine
from lianxun.inspection.synergy import Formulas, Group, Indicator, Share, clocked, formulas
from lianxun.rectification import queries as rectification
from lianxun.web.measures.cells import LINES, Cell, Shown, Table, days, word
from lianxun.web.requests import ActorRequest, uuid_given, year_given

Shares = Mapping[
    UUID, Mapping[str, Share | None]
]  # by engagement and indicator; None: not for this reader
_TABS = {
    "SY-LIST": "focus",
    "SY-PAPER": "papers",
    "SY-TASK": "joint",
    "SY-PEOPLE": "team",
    "SY-DAYS": "team",
    "SY-UNITS": "team",
    "SY-DATA": "requests",
    "SY-NODES": "nodes",
    "SY-HANDS": "requests",
    "SY-EVIDENCE": "papers",
    "SY-USE": "issues",
}
_CONFIDENCE = {"R": "原文口径", "P": "建议口径"}


def synergy(request: ActorRequest, number: int) -> Shown:
    """One round; without a choice the latest of the year that the reader may see."""
    year = year_given(request.GET.get("year")) or request.now.year
    rounds = inspection.rounds_of_year(actor=request.actor, now=request.now, year=year)
    chosen = uuid_given(request.GET.get("round")) or (rounds[0][0] if rounds else None)
    if chosen is None:
        empty: Page[TogetherLine] = Page([], 1, 0, LINES)
        return Shown(f"{year}年没有您可以知悉的已开始的轮次。", [], empty)
    found = inspection.together(actor=request.actor, now=request.now, round_id=chosen)
    rules = formulas(found.starts_on)
    shares = _shares(request, found, rules)
    lines = found.lines
    page = Page(lines[(number - 1) * LINES : number * LINES], number, len(lines), LINES)
    where = reverse("measures:measure", args=["synergy"])
    return Shown(
        f"{found.name}：您可以知悉的 {len(lines)} 项任务。{_answer(rules, shares)}",
        [_of_round(rules, shares), *_of_tasks(rules, shares, page), _gaps(page)],
        page,
        [(name, f"{where}?year={year}&round={ident}", ident == chosen) for ident, name in rounds],
    )


def _shares(request: ActorRequest, found: Together, rules: Formulas) -> Shares:
    ids = [line.id for line in found.lines]
    kept = duties.kept(actor=request.actor, now=request.now, engagements=ids, codes=rules.clocks)
    uses: dict[UUID, tuple[int, int]] | None = None
    if "rectification" in request.actor.duties:
        uses = rectification.used(actor=request.actor, now=request.now, engagements=ids)

    def share(line: TogetherLine, indicator: Indicator) -> Share | None:
        if indicator.duties:
            return clocked(indicator, kept[line.id])
        if indicator.counts == "uses":
            return None if uses is None else Share(*uses.get(line.id, (0, 0)))
        return line.shares[indicator.counts]

    return {line.id: {x.code: share(line, x) for x in rules.indicators} for line in found.lines}


def _total(shares: Shares, code: str) -> Share | None:
    """Of the whole round; ``None`` where the reader has no duty in the room that counts."""
    given = [x[code] for x in shares.values()]
    return reduce(add, (x for x in given if x is not None), Share()) if None not in given else None


def _answer(rules: Formulas, shares: Shares) -> str:
    said = []
    for group in rules.groups:
        rates = [
            rate
            for x in rules.indicators
            if x.group == group.code
            and (total := _total(shares, x.code)) is not None
            and (rate := total.percent(rules.least)) is not None
        ]
        text = f"{min(rates)}%～{max(rates)}%" if rates else "样本不足"
        said.append(f"{group.title} {text}")
    return "，".join(said) + "。"


def _rate(share: Share | None, x: Indicator, least: int) -> Cell:
    """The ratio, or why there is none."""
    if share is None:
        return word("无法计算：您没有相应职责")
    if not share.whole:
        return word(f"无法计算：还没有{x.whole}")
    rate = share.percent(least)
    return word("样本不足" if rate is None else f"{rate}%")


def _counts(share: Share | None, url: str = "") -> Cell:
    if share is None:
        return Cell("—")
    return Cell(f"{share.part}/{share.whole}" if share.whole else "—", url if share.whole else "")


def _of_round(rules: Formulas, shares: Shares) -> Table:
    titles = {group.code: group.title for group in rules.groups}
    rows = []
    for x in rules.indicators:
        total = _total(shares, x.code)
        rows.append(
            [
                word(x.title),
                word(titles[x.group]),
                _counts(total),
                _rate(total, x, rules.least),
                word(f"{x.part} ÷ {x.whole}"),
                word(_CONFIDENCE[x.confidence]),
            ]
        )
    return Table(
        "本轮协同度",
        ("指标", "类别", "数量", "比例", "计算方法", "依据"),
        rows,
        "",
        f"依据：{rules.source}，指标第 {rules.version} 版。分母不足 {rules.least} 件的不计算比例；"
        "没有可计的内容和您没有职责的内容显示“—”。原文只列协同的名称，计算方法是建议口径，由各地核定。",
    )


def _of_tasks(rules: Formulas, shares: Shares, page: Page[TogetherLine]) -> list[Table]:
    """A table for each group: all indicators in one would not fit on a sheet."""
    return [_of_group(group, rules, shares, page) for group in rules.groups]


def _of_group(group: Group, rules: Formulas, shares: Shares, page: Page[TogetherLine]) -> Table:
    mine = [x for x in rules.indicators if x.group == group.code]
    return Table(
        f"各项任务的{group.title}",
        ("巡视任务", *(x.title for x in mine)),
        [
            [
                word(f"{line.number} {line.unit_name}"),
                *(
                    _counts(
                        shares[line.id][x.code],
                        reverse("inspection:tab", args=[line.id, _TABS[x.code]]),
                    )
                    for x in mine
                ),
            ]
            for line in page.rows
        ],
        "这一轮没有您可以知悉的巡视任务。",
        "数字是“符合的/全部的”件数，点开到任务的相应页面。",
    )


def _gaps(page: Page[TogetherLine]) -> Table:
    return Table(
        "环节间隔",
        ("巡视任务", "驻点结束到听取汇报", "听取汇报到反馈"),
        [
            [
                word(f"{line.number} {line.unit_name}"),
                days(line.to_report),
                days(line.to_feedback),
            ]
            for line in page.rows
        ],
        "这一轮没有您可以知悉的巡视任务。",
        "自然日；还没有到的环节和早于计划驻点结束的汇报显示“—”。",
    )

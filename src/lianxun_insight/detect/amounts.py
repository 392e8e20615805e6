"""Amounts of money, normalised to fen (1 yuan = 100 fen)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lianxun_insight.detect import numerals
from lianxun_insight.detect.spans import Span

_N = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{numerals.CHINESE}])"
_NUMBER = rf"{_N}(?:{_N}|(?<=\d)\s(?=[万亿千]))*"
_VAGUE = r"(?:余|多|来|几)?"
_AMOUNT = re.compile(
    rf"(?P<sign>[¥￥]|(?:人民币|RMB)\s*[¥￥]?)?\s*(?P<number>{_NUMBER}){_VAGUE}(?P<scale>[万亿千百]*)"
    rf"{_VAGUE}\s*(?P<unit>元整?|块钱?|圆整?|万元|人民币|美元|美金|欧元|港币|港元|英镑)?"
    r"(?:\s*(?P<jiao>[0-9一二三四五六七八九])角)?(?:(?P<fen>[0-9一二三四五六七八九])分)?"
)
_FOREIGN = frozenset({"美元", "美金", "欧元", "港币", "港元", "英镑"})
# Without a unit a number with 万 or 亿 is an amount only beside a word of money.
_MONEY = re.compile(
    r"(?:金额|价值|现金|存款|贷款|借款|转账|转|汇|收取?|送|给|索要|回扣|贿赂?|好处费?|工程款|补[助偿贴]款?|"
    r"款|费|造价|预算|投资|损失|挪用|贪污|侵吞|套取|罚款|欠|报销|共计?|合计|约|近|达|达到|为)\s*(?:了|人民币|人民币约|约|近|达|共|计)?$"
)


def find_amounts(text: str) -> Iterator[Span]:
    """Amounts in yuan in folded text; ``norm`` is the number of fen.

    Foreign money is found too, with the currency in place of a value in fen: ``外币:50000美元``.
    """
    for match in _AMOUNT.finditer(text):
        unit, scale = match["unit"] or "", match["scale"]
        value = numerals.parse(match["number"] + scale)
        if value is None or not value:
            continue
        confidence = _confidence(text, match, unit)
        if confidence == 0.0:
            continue
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        end = match.start() + len(match.group().rstrip())
        if unit in _FOREIGN:
            yield Span(start, end, "amount", f"外币:{value.normalize():f}{unit}", "amount", 0.9)
            continue
        if unit == "万元":
            value *= 10_000
        value += _small(match["jiao"]) / 10 + _small(match["fen"]) / 100
        fen = (value * 100).to_integral_value()
        yield Span(start, end, "amount", str(int(fen)), "amount", confidence)


def _small(digit: str | None) -> Decimal:
    value = numerals.parse(digit) if digit else None
    return value if value is not None else Decimal(0)


def _confidence(text: str, match: re.Match[str], unit: str) -> float:
    if unit.startswith(("块", "元", "圆", "万元", "人民币")) or unit in _FOREIGN:
        # 元月 and 块地 are no money.
        following = text[match.end() : match.end() + 1]
        if unit == "元" and following in set("月旦素宵宝"):
            return 0.0
        if unit == "块" and following and following not in set("，。、；,.;！!？?了 的"):
            return 0.0
        return 0.95
    if match["sign"]:
        return 0.95
    written = match["number"] + match["scale"]
    has_large = any(c in numerals.LARGE for c in written)
    if has_large and _MONEY.search(text[max(0, match.start() - 8) : match.start()]):
        following = text[match.end() : match.end() + 1]
        return 0.0 if following in set("人户亩平吨次个名余斤株头立") else 0.7
    return 0.0

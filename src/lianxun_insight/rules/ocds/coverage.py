"""What could be computed on a file and what not, with the reason of each refusal.

Slower than the indicators themselves and written apart from them: it answers "why is there nothing"
before somebody reads an empty result as a clean one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from lianxun_insight.rules.ocds.process import (
    Process,
    object_at,
    prices_count,
    read_process,
    sole_id,
    text_at,
)
from lianxun_insight.rules.ocds.reading import instant
from lianxun_insight.rules.ocds.settings import CODES, Settings

TITLES = {
    "R003": "投标期过短",
    "R018": "竞争性采购仅一家投标",
    "R024": "次低价与中标价过近",
    "R025": "投标多而中标少",
    "R028": "不同供应商报价相同",
    "R030": "逾期投标中标",
    "R035": "除中标人外全部被否决",
    "R036": "最低价被否决",
    "R038": "否决比例异常",
    "R048": "供应商经营品类过杂",
    "R058": "中标价远低于次低价",
}


def _final(process: Process) -> str | None:
    if not process.has_bids:
        return "缺投标明细 bids/details"
    if process.awards is None:
        return "缺授标 awards"
    return None if process.final else "有授标尚未定案"


def _sole_winner(process: Process) -> str | None:
    missing = _final(process)
    if missing:
        return missing
    if len(process.active) != 1:
        return "有效授标(active)不是恰好一个"
    return None if process.winner is not None else "中标供应商不是恰好一个或没有编号"


def _r003(process: Process, settings: Settings) -> str | None:
    if settings.r003_methods and process.method not in settings.r003_methods:
        return "采购方式不在指标范围内"
    period = object_at(process.tender, "tenderPeriod")
    if period is None:
        return "缺投标期 tender/tenderPeriod"
    for key in ("startDate", "endDate"):
        date = text_at(period, key)
        if date is None:
            return f"缺 tender/tenderPeriod/{key}"
        if instant(date) is None:
            return f"tender/tenderPeriod/{key} 不是完整的日期时间(须含时刻与时区)"
    return None


def _r018(process: Process, settings: Settings) -> str | None:
    if settings.r018_methods and process.method not in settings.r018_methods:
        return "缺采购方式 tender/procurementMethod" if process.method is None else "不是竞争性采购"
    number = (process.tender or {}).get("numberOfTenderers")
    return None if type(number) is int else "缺投标人数 tender/numberOfTenderers(整数)"


def _difference(process: Process, settings: Settings) -> str | None:
    if not prices_count(process, settings):
        return "采购方式不比价(设置)"
    missing = _sole_winner(process)
    if missing:
        return missing
    priced = [
        bid
        for bid in process.submitted
        if bid.status == "valid" and bid.amount is not None and bid.sole is not None
    ]
    if not any(bid.sole == process.winner for bid in priced):
        return "中标人没有带价格的有效投标"
    if not any(bid.sole != process.winner for bid in priced):
        return "没有其他带价格的有效投标"
    return None


def _r025(process: Process, _settings: Settings) -> str | None:
    missing = _sole_winner(process)
    if missing:
        return missing
    has = any(bid.status == "valid" and bid.sole is not None for bid in process.submitted)
    return None if has else "没有单独投标的有效投标"


def _r028(process: Process, settings: Settings) -> str | None:
    if not prices_count(process, settings):
        return "采购方式不比价(设置)"
    if not process.has_bids:
        return "缺投标明细 bids/details"
    priced = sum(bid.amount is not None and bool(bid.ids) for bid in process.submitted)
    return None if priced > 1 else "带价格与投标人编号的投标不足两个"


def _r030(process: Process, _settings: Settings) -> str | None:
    if text_at(object_at(process.tender, "tenderPeriod"), "endDate") is None:
        return "缺截止时间 tender/tenderPeriod/endDate"
    if not process.has_bids:
        return "缺投标明细 bids/details"
    if not process.active:
        return "没有有效授标(active)"
    dated = any(bid.status == "valid" and type(bid.date) is str for bid in process.submitted)
    return None if dated else "有效投标没有日期 bids/details/date"


def _r035(process: Process, _settings: Settings) -> str | None:
    return _final(process) or (None if process.active else "没有有效授标(active)")


def _r036(process: Process, settings: Settings) -> str | None:
    if not prices_count(process, settings):
        return "采购方式不比价(设置)"
    if not process.active:
        return "没有有效授标(active)"
    if not process.has_bids:
        return "缺投标明细 bids/details"
    has = any(bid.amount is not None for bid in process.submitted)
    return None if has else "投标没有价格"


def _r038(process: Process, _settings: Settings) -> str | None:
    if not process.has_bids:
        return "缺投标明细 bids/details"
    return None if process.submitted else "没有已递交的投标"


def _r048(process: Process, _settings: Settings) -> str | None:
    if not process.active:
        return "没有有效授标(active)"
    for award in process.active:
        items = award.get("items")
        if sole_id(award.get("suppliers")) is None or not isinstance(items, list):
            continue
        if any(text_at(object_at(item, "classification"), "id") is not None for item in items):
            return None
    return "授标缺单一供应商编号，或缺明细分类 awards/items/classification/id"


_CHECKS: dict[str, Callable[[Process, Settings], str | None]] = {
    "R003": _r003,
    "R018": _r018,
    "R024": _difference,
    "R025": _r025,
    "R028": _r028,
    "R030": _r030,
    "R035": _r035,
    "R036": _r036,
    "R038": _r038,
    "R048": _r048,
    "R058": _difference,
}


def coverage_of(values: Iterable[object], settings: Settings) -> dict[str, Any]:
    """Per indicator: processes it can be computed for, share 0..1, and the others by reason."""
    processes = out = 0
    missing: dict[str, Counter[str]] = {code: Counter() for code in CODES if code in settings.on}
    for value in values:
        process = read_process(value, settings)
        if process is None:
            out += 1
            continue
        processes += 1
        for code, reasons in missing.items():
            reason = _CHECKS[code](process, settings)
            if reason:
                reasons[reason] += 1
    indicators = {}
    for code, reasons in missing.items():
        computable = processes - reasons.total()
        indicators[code] = {
            "title": TITLES[code],
            "computable": computable,
            "share": computable / processes if processes else 0.0,
            "missing": dict(reasons.most_common()),
        }
    return {"processes": processes, "left_out": out, "indicators": indicators}

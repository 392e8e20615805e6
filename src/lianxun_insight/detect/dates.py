"""Times as written in letters, normalised to an interval of days ``first/last`` (ISO, inclusive).

Relative words (去年以来, 上个月) are read from a given day, the day of the letter; without one they
are not read at all. An open interval (以来, 至今) ends on that day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lianxun_insight.detect import numerals
from lianxun_insight.detect.spans import Span

_D = r"[\d〇○零一二三四五六七八九十两]"
_Y = r"(?:(?:19|20)\d\d|[一二][九〇○零][〇○零一二三四五六七八九]{2})"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_PART = r"(?P<part>上半年|下半年|第?[一二三四1-4]季度|年?初|年?底|年末|年中|上旬|中旬|下旬|月?初|月?底|春|夏|秋|冬)?"
_ABSOLUTE = re.compile(
    rf"(?P<year>{_Y})\s*(?:年度?\s*(?:(?P<month>{_M})\s*月(?:份)?(?:\s*(?P<day>{_DAY})\s*[日号])?)?"
    rf"|[-./](?P<month2>0?[1-9]|1[0-2])(?:[-./](?P<day2>3[01]|[12]\d|0?[1-9]))(?!\d)){_PART}"
)
_RELATIVE = r"(?P<which>去年|今年|前年|上年|本年)?\s*"
_YEARLESS = re.compile(
    rf"(?<![\d年]){_RELATIVE}(?P<month>{_M})\s*月(?:份)?(?:\s*(?P<day>{_DAY})\s*[日号])?{_PART}"
)
_WORD_YEAR = re.compile(r"(?P<which>大前年|前年|去年|上年|今年|本年度?)" + _PART)
_WORD_DAY = re.compile(
    r"(?P<which>大前天|前天|昨天|昨日|今天|今日|上个?月|本月|这个月|上上个?月|上周|上个?星期|本周)"
)
_SPAN_BACK = re.compile(
    rf"(?:近|最近|过去|这)\s*(?P<n>{_D}{{1,3}}|半)\s*(?P<unit>年|个?月|周|天)(?:多)?(?:来|以来|内|时间|间)?"
)
_AGO = re.compile(rf"(?P<n>{_D}{{1,3}})\s*(?P<unit>年|个月|天)(?:多)?(?:之?前|以前)")
_SINCE = re.compile(r"\s*(?:以来|至今|迄今|到现在|起至今|之后至今|起)")
_TO = re.compile(r"\s*(?:至|到|—{1,2}|－|-|~|～|–)\s*")

Interval = tuple[date, date]


def _number(text: str) -> int:
    value = numerals.parse(text)
    return int(value) if value is not None else 0


def _month(year: int, month: int) -> Interval:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _part(interval: Interval, part: str | None) -> Interval:
    """Narrow a year or a month to the part named."""
    first, last = interval
    if not part:
        return interval
    if (last - first).days > 40:
        return _part_of_year(first.year, part) or interval
    tens = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, last.day)}
    edges = {"初": (1, 10), "底": (last.day - 9, last.day)}
    low, high = tens.get(part) or edges.get(part[-1]) or (first.day, last.day)
    return first.replace(day=low), first.replace(day=high)


def _part_of_year(year: int, part: str) -> Interval | None:
    quarter = re.fullmatch(r"第?([一二三四1-4])季度", part)
    if quarter:
        start = 3 * _number(quarter[1]) - 2
        return date(year, start, 1), _month(year, start + 2)[1]
    months = {
        "上半年": (1, 6), "下半年": (7, 12), "初": (1, 3), "底": (10, 12), "末": (10, 12),
        "中": (5, 8), "春": (2, 5), "夏": (5, 8), "秋": (8, 11), "冬": (11, 12),
    }  # fmt: skip
    found = months.get(part) or months.get(part[-1])
    return (date(year, found[0], 1), _month(year, found[1])[1]) if found else None


def _build(year: int, month: int | None, day: int | None, part: str | None) -> Interval | None:
    try:
        if month is None:
            return _part((date(year, 1, 1), date(year, 12, 31)), part)
        if day is None:
            return _part(_month(year, month), part)
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None


def _absolute(match: re.Match[str], today: date | None) -> Interval | None:
    del today
    month, day = match["month"] or match["month2"], match["day"] or match["day2"]
    if match["month"] is None and match["month2"] is None and "年" not in match.group():
        return None
    return _build(
        _number(match["year"]), _number(month) if month else None,
        _number(day) if day else None, match["part"],
    )  # fmt: skip


def _word_year_number(which: str, today: date) -> int:
    back = {"大前年": 3, "前年": 2, "去年": 1, "上年": 1}
    return today.year - back.get(which, 0)


def _yearless(match: re.Match[str], today: date | None) -> Interval | None:
    if today is None or not (match["day"] or match["part"] or "月" in match.group()):
        return None
    month, day = _number(match["month"]), _number(match["day"]) if match["day"] else None
    if match["which"]:
        return _build(_word_year_number(match["which"], today), month, day, match["part"])
    # A month without a year is the latest one that has begun.
    found = _build(today.year, month, day, match["part"])
    if found and found[0] > today:
        found = _build(today.year - 1, month, day, match["part"])
    return found


def _word_year(match: re.Match[str], today: date | None) -> Interval | None:
    if today is None:
        return None
    return _build(_word_year_number(match["which"], today), None, None, match["part"])


def _word_day(match: re.Match[str], today: date | None) -> Interval | None:
    if today is None:
        return None
    which = match["which"].replace("个", "")
    days = {"大前天": 3, "前天": 2, "昨天": 1, "昨日": 1, "今天": 0, "今日": 0}
    if which in days:
        day = today - timedelta(days=days[which])
        return day, day
    monday = today - timedelta(days=today.weekday())
    if which == "本周":
        return monday, today
    if which in {"上周", "上星期"}:
        return monday - timedelta(days=7), monday - timedelta(days=1)
    back = {"上月": 1, "上上月": 2}.get(which, 0)
    ordinal = today.year * 12 + today.month - 1 - back
    return _month(ordinal // 12, ordinal % 12 + 1)


def _back(today: date, amount: int, unit: str) -> date:
    if unit == "年":
        return _shift_months(today, -12 * amount)
    if "月" in unit:
        return _shift_months(today, -amount)
    return today - timedelta(days=amount * (7 if unit == "周" else 1))


def _shift_months(day: date, months: int) -> date:
    ordinal = day.year * 12 + day.month - 1 + months
    year, month = ordinal // 12, ordinal % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _span_back(match: re.Match[str], today: date | None) -> Interval | None:
    if today is None:
        return None
    if match["n"] == "半":
        return (_shift_months(today, -6), today) if match["unit"] == "年" else None
    amount = _number(match["n"])
    return (_back(today, amount, match["unit"]), today) if 0 < amount < 100 else None


def _ago(match: re.Match[str], today: date | None) -> Interval | None:
    if today is None or not 0 < (amount := _number(match["n"])) < 100:
        return None
    day = _back(today, amount, match["unit"])
    return _build(day.year, None, None, None) if match["unit"] == "年" else (
        _month(day.year, day.month) if "月" in match["unit"] else (day, day)
    )  # fmt: skip


_READERS: tuple[
    tuple[str, re.Pattern[str], Callable[[re.Match[str], date | None], Interval | None], float], ...
] = (
    ("date", _ABSOLUTE, _absolute, 0.95),
    ("relative-span", _SPAN_BACK, _span_back, 0.85),
    ("ago", _AGO, _ago, 0.75),
    ("relative-year", _WORD_YEAR, _word_year, 0.85),
    ("yearless", _YEARLESS, _yearless, 0.8),
    ("relative-day", _WORD_DAY, _word_day, 0.85),
)


def find_dates(text: str, today: date | None = None) -> Iterator[Span]:
    """Days, months, years, relative words and ranges (A至B, A以来) in folded text."""
    singles = _longest(list(_singles(text, today)))
    position = 0
    while position < len(singles):
        span, first, last = singles[position]
        position += 1
        joined = _TO.match(text, span.end)
        if joined and position < len(singles) and singles[position][0].start == joined.end():
            later = singles[position]
            if later[2] >= first:
                span = Span(span.start, later[0].end, "date", "", "range", 0.95)
                last = later[2]
                position += 1
        since = _SINCE.match(text, span.end)
        if since and today is not None and first <= today:
            span = Span(span.start, since.end(), "date", "", "since", span.confidence)
            last = max(last if span.source == "range" else first, today)
        yield Span(
            span.start, span.end, "date", f"{first.isoformat()}/{last.isoformat()}",
            span.source, span.confidence,
        )  # fmt: skip


def _singles(text: str, today: date | None) -> Iterator[tuple[Span, date, date]]:
    for source, pattern, read, confidence in _READERS:
        for match in pattern.finditer(text):
            interval = read(match, today)
            if interval is not None:
                end = match.start() + len(match.group().rstrip())
                start = match.end() - len(match.group().lstrip())
                yield Span(start, end, "date", "", source, confidence), *interval


def _longest(found: list[tuple[Span, date, date]]) -> list[tuple[Span, date, date]]:
    chosen: list[tuple[Span, date, date]] = []
    for item in sorted(found, key=lambda f: (f[0].start - f[0].end, f[0].start)):
        if not any(item[0].overlaps(other[0]) for other in chosen):
            chosen.append(item)
    return sorted(chosen, key=lambda f: f[0].start)

"""Dates, money and other cell values as departments write them.

Every parser raises `ValueFormatError` with a short Chinese clause (no file, row or column: the
caller knows those). Ambiguity is refused, not guessed: 03/04/2024 and 24-3-4 are errors.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

#: Years outside this range are typing errors in administrative data.
EARLIEST_YEAR: Final = 1880
LATEST_YEAR: Final = 2200
#: Largest believable sum: 10 trillion yuan, in fen.
MAX_FEN: Final = 10**15

_DATE = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})(?:年|[-/.])?(\d{1,2})月?")
_TIME = re.compile(r"(\d{1,2})[::时](\d{1,2})(?:[::分](\d{1,2})(?:\.\d+)?秒?)?分?")
_SCALES: Final[dict[str, Decimal]] = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "万": Decimal(10_000),
    "百万元": Decimal(10**6),
    "亿元": Decimal(10**8),
    "亿": Decimal(10**8),
    "角": Decimal("0.1"),
    "分": Decimal("0.01"),
}
_MONEY = re.compile(
    r"([-+]?)([\d,]+(?:\.\d*)?|\.\d+)(?:[Ee]([-+]?\d{1,2}))?(元|千元|万元|万|百万元|亿元|亿)?整?"
)
_CAPITAL: Final = {char: number for number, char in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"两": 2}
_CAPITAL_UNITS: Final = {"拾": 10, "佰": 100, "仟": 1000}
_TRUE: Final = frozenset({"是", "有", "Y", "YES", "TRUE", "T", "1", "√", "对", "真"})
_FALSE: Final = frozenset({"否", "无", "N", "NO", "FALSE", "F", "0", "×", "错", "假"})


class ValueFormatError(ValueError):
    """A cell that cannot be read; the text is a Chinese clause."""


def clean(text: str) -> str:
    """NFKC without blanks around; what every parser sees first."""
    return unicodedata.normalize("NFKC", text).strip().strip("\ufeff")


@lru_cache(maxsize=100_000)
def parse_date(text: str) -> date:
    """Read a day. Accepts 2024-01-02, 2024/1/2, 2024.1.2, 20240102, 2024年1月2日, also with a time.

    >>> parse_date("2024年1月2日")
    datetime.date(2024, 1, 2)
    """
    value = clean(text)
    head = re.split(r"[T\s]", value, maxsplit=1)[0]
    match = _DATE.fullmatch(head) or _COMPACT.fullmatch(head)
    if match is None:
        raise ValueFormatError(f"「{text}」不是可识别的日期,请写成 2024-01-31")
    return _day(text, int(match[1]), int(match[2]), int(match[3]))


def _day(text: str, year: int, month: int, day: int) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueFormatError(f"「{text}」的年份不可能({EARLIEST_YEAR}–{LATEST_YEAR} 之外)")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueFormatError(f"「{text}」是不存在的日期") from None


@lru_cache(maxsize=10_000)
def parse_month(text: str) -> date:
    """Read a month as its first day. Accepts 2024-01, 202401, 2024年1月, or a full date.

    >>> parse_month("202401")
    datetime.date(2024, 1, 1)
    """
    match = _MONTH.fullmatch(clean(text))
    if match is None:
        return parse_date(text).replace(day=1)
    return _day(text, int(match[1]), int(match[2]), 1)


@lru_cache(maxsize=100_000)
def parse_datetime(text: str) -> datetime:
    """Read a local time (Asia/Shanghai, naive). A day alone is midnight."""
    value = clean(text)
    parts = re.split(r"[T\s]+", value, maxsplit=1)
    day = parse_date(parts[0])
    start = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local time by definition
    if len(parts) == 1:
        return start
    rest = parts[1]
    offset = timedelta(0)
    if rest.endswith("Z"):
        rest, offset = rest[:-1], timedelta(hours=8)
    elif zone := re.search(r"([-+])(\d{2}):?(\d{2})$", rest):
        rest = rest[: zone.start()]
        ahead = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
        offset = timedelta(hours=8) - (ahead if zone[1] == "+" else -ahead)
    match = _TIME.fullmatch(rest.replace(" ", ""))
    if match is None:
        raise ValueFormatError(f"「{text}」的时间不可识别,请写成 2024-01-31 09:30:00")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueFormatError(f"「{text}」是不存在的时间")
    return start + timedelta(hours=hour, minutes=minute, seconds=second) + offset


def parse_money(text: str) -> int:
    """Read a sum in yuan into integer fen; negative with a minus sign or in brackets.

    Accepts 1,234.56, ￥1234.5, 1.2万元, (500.00), 壹万贰仟元整. More than two decimals is an error
    unless the rest are zeros (or noise below 1e-6 that a spreadsheet added).

    >>> parse_money("1.2万元"), parse_money("(500.00)"), parse_money("壹万贰仟叁佰元伍角")
    (1200000, -50000, 1230050)
    """
    whole_yuan, _, part = text.partition(".")
    digits = whole_yuan + part
    plain = digits.isascii() and digits.isdigit() and bool(whole_yuan)
    if plain and len(part) <= 2 and len(whole_yuan) < 13:
        return int(whole_yuan) * 100 + int(part.ljust(2, "0"))  # the usual form, quickly
    value = clean(text).replace(" ", "").replace("RMB", "").replace("人民币", "")
    value = value.lstrip("¥￥")
    negative = value.startswith("(") and value.endswith(")")
    if negative:
        value = value[1:-1]
    value = value.lstrip("¥￥").replace("−", "-")
    if value and (value[0] in _CAPITAL or value[0] == "拾"):
        fen = _capital_fen(text, value)
        return -fen if negative else fen
    match = _MONEY.fullmatch(value)
    if match is None or not _grouped(match[2]):
        raise ValueFormatError(f"「{text}」不是可识别的金额,请写成 1234.56(单位元)")
    try:
        amount = Decimal(match[2].replace(",", "")).scaleb(int(match[3] or 0))
    except InvalidOperation:
        raise ValueFormatError(f"「{text}」不是可识别的金额") from None
    exact = amount * _SCALES[match[4] or "元"] * 100
    whole = exact.to_integral_value()
    if abs(exact - whole) > Decimal("0.0001"):
        raise ValueFormatError(f"「{text}」超过两位小数")
    if whole > MAX_FEN:
        raise ValueFormatError(f"「{text}」超过 10 万亿元,不可能")
    result = int(whole)
    return -result if negative != (match[1] == "-") else result


def _grouped(digits: str) -> bool:
    """True when thousands separators stand where they may."""
    whole = digits.split(".", 1)[0]
    return "," not in whole or re.fullmatch(r"\d{1,3}(,\d{3})+|\d{1,4}(,\d{4})+", whole) is not None


def _capital_fen(text: str, value: str) -> int:
    """Read capital numerals: sections of 万 and 亿, then 角 and 分."""
    yuan, section, digit = 0, 0, 0
    tail = Decimal(0)
    for char in value:
        if char in _CAPITAL:
            digit = _CAPITAL[char]
        elif char in _CAPITAL_UNITS:
            section, digit = section + (digit or 1) * _CAPITAL_UNITS[char], 0
        elif char == "万":
            yuan, section, digit = yuan + (section + digit) * 10**4, 0, 0
        elif char == "亿":
            yuan, section, digit = (yuan + section + digit) * 10**8, 0, 0
        elif char in "元圆":
            yuan, section, digit = yuan + section + digit, 0, 0
        elif char in "角分":
            tail, digit = tail + digit * _SCALES[char], 0
        elif char not in "整正":
            raise ValueFormatError(f"「{text}」不是可识别的大写金额")
    return int((yuan + section + digit + tail) * 100)


def parse_int(text: str) -> int:
    """Read a whole number; 3.0 is 3, 3.5 an error."""
    value = clean(text).replace(",", "")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueFormatError(f"「{text}」不是整数") from None
    if not number.is_finite() or number != number.to_integral_value() or abs(number) > 10**18:
        raise ValueFormatError(f"「{text}」不是整数")
    return int(number)


def parse_share(text: str) -> float:
    """Read a share as a fraction 0–1: 0.25, 25%. A bare number above 1 is refused as ambiguous.

    >>> parse_share("12.5%")
    0.125
    """
    value = clean(text)
    percent = value.endswith("%")
    try:
        number = Decimal(value.rstrip("%"))
    except InvalidOperation:
        raise ValueFormatError(f"「{text}」不是比例,请写成 25% 或 0.25") from None
    if percent:
        number /= 100
    if not number.is_finite() or not 0 <= number <= 1:
        hint = "" if percent else ";百分数请带 %"
        raise ValueFormatError(f"「{text}」不在 0 到 1 之间{hint}")
    return float(number)


def parse_bool(text: str) -> bool:
    """Read 是/否 and the usual spellings."""
    value = clean(text).upper()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ValueFormatError(f"「{text}」应填「是」或「否」")

"""Strict reading of one line, and of RFC 3339 dates.

orjson does the work: strict JSON, strict UTF-8, no byte-order mark, last of repeated keys wins.
What it refuses is looked at once more, because a number beyond the 64-bit range makes orjson refuse
the whole line where only that amount is to be missing.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import lru_cache
from typing import Any, NoReturn

import orjson

BLANK = object()
"""Returned by `decode` for a line of nothing but white space."""


class LineError(ValueError):
    """The line is not UTF-8 (`kind` "utf8") or not strict JSON (`kind` "json")."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def _refuse(_name: str) -> NoReturn:
    raise LineError("json")


def _integer(digits: str) -> int | float:
    """An integer as orjson gives it: beyond 64 bits it becomes a float (perhaps infinite)."""
    return int(digits) if len(digits) < 19 else float(digits)


def decode(line: bytes) -> Any:
    """The JSON value of `line`, `BLANK` for white space only; raises `LineError`."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _decode_slowly(line)


def _decode_slowly(line: bytes) -> Any:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise LineError("utf8") from None
    if not text.strip():
        return BLANK
    try:
        value = json.loads(text, parse_constant=_refuse, parse_int=_integer)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise LineError("json") from None
    return value


_TIME = re.compile(
    r"[Tt ]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)"
    r"(?:\.([0-9]+))?(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAYS_IN_400_YEARS = 146_097
_NANO = 1_000_000_000


@lru_cache(maxsize=32768)
def _day(text: str) -> int | None:
    """Nanoseconds since 0001-01-01 of `YYYY-MM-DD`; None for no such day (year 0 exists)."""
    if _DAY.fullmatch(text) is None:
        return None
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    try:
        number = date(year or 400, month, day).toordinal()
    except ValueError:
        return None
    return (number if year else number - _DAYS_IN_400_YEARS) * 86400 * _NANO


@lru_cache(maxsize=131072)
def _time(text: str) -> int | None:
    """Nanoseconds after midnight, universal time, of the rest of the text; None if malformed."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, sign, offset_hour, offset_minute = match.groups()
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
    if sign is not None:
        offset = int(offset_hour) * 3600 + int(offset_minute) * 60
        seconds += -offset if sign == "+" else offset
    return seconds * _NANO + (int(fraction[:9].ljust(9, "0")) if fraction else 0)


def instant(text: str) -> int | None:
    """Nanoseconds of an RFC 3339 date-time on one time scale; None if it does not parse.

    Day and time of day are looked up apart: both repeat in a file, whole instants hardly do.
    """
    day, time = _day(text[:10]), _time(text[10:])
    return None if day is None or time is None else day + time


def whole_days(start: int, end: int) -> int:
    """Whole days from `start` to `end` (nanoseconds), cut toward zero."""
    span = end - start
    days = abs(span) // (86400 * _NANO)
    return days if span >= 0 else -days

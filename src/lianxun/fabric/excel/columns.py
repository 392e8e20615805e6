"""What a sheet consists of, and how one cell becomes a value or a sentence about what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Kind = Literal["text", "integer", "date", "choice", "choices", "yesno"]
Cell = str | int | date | tuple[str, ...] | bool | None
RESULT_HEADER = "校验结果"
INFO_SHEET = "模板信息"
_YES = {"是", "y", "yes", "true", "1"}
_NO = {"否", "n", "no", "false", "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``choices`` maps the word in the sheet to the code that is stored."""

    key: str
    header: str
    kind: Kind = "text"
    required: bool = False
    most: int = 200
    low: int = 0
    high: int = 2_000_000_000
    choices: Mapping[str, str] = field(default_factory=dict)
    default: Cell = None
    help: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """A sheet: ``key`` and ``version`` are written into the template and checked on the way back."""

    key: str
    title: str
    version: int
    columns: tuple[Column, ...]


class CellError(ValueError):
    """What is wrong with one cell, as a sentence without its place."""


def value_of(column: Column, raw: object) -> Cell:
    """The value of a cell. Raises ``CellError``."""
    text = _text(raw)
    if text == "":
        if column.required:
            raise CellError(f"“{column.header}”不能为空。")
        return column.default
    if column.kind == "text":
        if len(text) > column.most:
            raise CellError(f"“{column.header}”不能超过 {column.most} 字，现有 {len(text)} 字。")
        return text
    if column.kind == "integer":
        return _integer(column, text)
    if column.kind == "date":
        return _date(column, raw, text)
    if column.kind == "yesno":
        return _yesno(column, text)
    if column.kind == "choice":
        return _choice(column, text)
    parts = [
        p.strip() for p in text.replace("，", "、").replace(",", "、").split("、") if p.strip()
    ]
    return tuple(_choice(column, part) for part in dict.fromkeys(parts))


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime | date):
        return raw.isoformat()[:10]
    return str(raw).strip()


def _integer(column: Column, text: str) -> int:
    try:
        number = int(text)
    except ValueError as bad:
        raise CellError(f"“{column.header}”须为整数，现为“{text[:20]}”。") from bad
    if not column.low <= number <= column.high:
        raise CellError(f"“{column.header}”须在 {column.low}—{column.high} 之间。")
    return number


def _date(column: Column, raw: object, text: str) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    written = text.replace("年", "-").replace("月", "-").replace("日", "")
    written = written.replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in written.split("-"))
        return date(year, month, day)
    except ValueError as bad:
        raise CellError(f"“{column.header}”须为日期，如 2026-03-02，现为“{text[:20]}”。") from bad


def _yesno(column: Column, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise CellError(f"“{column.header}”只能填“是”或“否”，现为“{text[:20]}”。")


def _choice(column: Column, text: str) -> str:
    code = column.choices.get(text)
    if code is None:
        raise CellError(
            f"“{column.header}”没有“{text[:20]}”这一项，可填：{'、'.join(column.choices)}。"
        )
    return code

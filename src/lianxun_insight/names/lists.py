"""Read a list of names from whatever file people have: text, JSON lines, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

from lianxun_insight.read.encoding import decode
from lianxun_insight.read.plain import json_value

#: Keys and headings looked for, best first, by what the list is for.
_KEYS: Final = {
    "query": (
        "query",
        "short",
        "name",
        "short_name",
        "简称",
        "查询",
        "名称",
        "单位名称",
        "企业名称",
    ),
    "candidate": (
        "candidate",
        "legal",
        "legal_name",
        "name",
        "full_name",
        "全称",
        "候选",
        "名称",
        "企业名称",
        "单位名称",
    ),
}


class NameListError(ValueError):
    """The file holds no list of names; the text is a Chinese sentence."""


def read_names(path: Path, *, role: str) -> list[str]:
    """Return the names of a file in order; `role` is "query" or "candidate".

    Repeated queries are kept (one answer each); blank lines are skipped.
    """
    text = decode(path.read_bytes()).text.strip("\ufeff \r\n")
    if not text:
        raise NameListError(f"文件 {path.name} 是空的,没有名称")
    names = _from_json(path, text, role) if text[0] in "[{" else _from_lines(text, role)
    names = [name.strip() for name in names if name and name.strip()]
    if not names:
        raise NameListError(f"文件 {path.name} 中没有找到名称")
    return names


def _from_json(path: Path, text: str, role: str) -> list[str]:
    if text[0] == "[":
        try:
            items = json_value(text)
        except json.JSONDecodeError as error:
            raise NameListError(
                f"文件 {path.name} 第 {error.lineno} 行不是合格的 JSON,请改正"
            ) from None
        except ValueError as error:
            raise NameListError(f"文件 {path.name} 不是合格的 JSON:{error}") from None
        return [_pick(path, number, item, role) for number, item in enumerate(items, 1)]
    names = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = json_value(line)
        except ValueError:
            raise NameListError(f"文件 {path.name} 第 {number} 行不是合格的 JSON,请改正") from None
        names.append(_pick(path, number, item, role))
    return names


def _pick(path: Path, number: int, item: Any, role: str) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        for key in _KEYS[role]:
            if isinstance(item.get(key), str):
                return str(item[key])
        only = [value for value in item.values() if isinstance(value, str)]
        if len(only) == 1:
            return str(only[0])
    keys = "、".join(_KEYS[role][:3])
    raise NameListError(f"文件 {path.name} 第 {number} 条没有名称,需要键 {keys} 之一")


def _from_lines(text: str, role: str) -> list[str]:
    lines = text.splitlines()
    delimiter = next((mark for mark in "\t,;" if mark in lines[0]), "")
    heading = [cell.strip().strip('"').lower() for cell in lines[0].split(delimiter or None)]
    column = next((heading.index(key) for key in _KEYS[role] if key in heading), None)
    if column is None:
        if not delimiter:
            return lines
        column = 0
        start = 0
    else:
        start = 1
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter or ","))[start:]
    return [row[column] for row in rows if len(row) > column]

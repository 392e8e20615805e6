"""Read a list of names from whatever file people have: text, JSON lines, JSON, CSV.

Which column or key holds the names is recognised by its heading, else by being the only one with words
in it. Where several could be meant the file is refused with the choice, never guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from lianxun_insight.read.encoding import decode
from lianxun_insight.read.plain import json_value

_SHORT: Final = (
    *("query", "queries", "short", "shortname", "abbr", "abbreviation", "alias", "secname"),
    *("简称", "公司简称", "企业简称", "单位简称", "证券简称", "股票简称", "曾用简称"),
    *("查询", "查询名称", "待查名称"),
)
_LEGAL: Final = (
    *("candidate", "candidates", "legal", "legalname", "fullname", "officialname"),
    *("registeredname", "全称", "公司全称", "企业全称", "单位全称", "机构全称", "法定名称"),
    *("登记名称", "注册名称", "候选", "候选名称", "候选全称"),
)
_ANY: Final = (
    *("name", "names", "名称", "单位名称", "企业名称", "公司名称", "机构名称", "供应商名称"),
    *("firmname", "companyname", "company", "orgname", "供应商", "单位", "企业", "公司", "机构"),
    *("title", "text"),
)
#: Keys and headings looked for, best first, by what the list is for; compared as `_bare`.
_KEYS: Final = {"query": (*_SHORT, *_ANY), "candidate": (*_LEGAL, *_ANY)}
_TABLES: Final = (".csv", ".tsv", ".tab")
_CODE: Final = re.compile(r"[\W\d_]*|[0-9A-Z]*\d[0-9A-Z.\-]*", re.IGNORECASE)
"""Numbers, dates, codes and nothing: no name."""


class NameListError(ValueError):
    """The file holds no list of names; the text is a Chinese sentence."""


def read_names(path: Path, *, role: str, column: str = "") -> list[str]:
    """The names of a file in order; `role` is "query" or "candidate", `column` a heading or number.

    Repeated queries are kept (one answer each); blank lines are skipped. Raises NameListError with the
    place and the choice there is, EncodingError for what is no text.
    """
    text = decode(path.read_bytes()).text.strip("\ufeff \r\n")
    if not text:
        raise NameListError(f"文件 {path.name} 是空的，没有名称")
    if text[0] in "[{":
        names = _from_json(path, text, role, column)
    else:
        names = _from_lines(path, text, role, column)
    names = [name.strip() for name in names if name and name.strip()]
    if not names:
        raise NameListError(f"文件 {path.name} 中没有找到名称")
    return names


def _bare(heading: Any) -> str:
    """A heading without case, spaces, quotes and marks: `Short_Name` is `shortname`."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", str(heading)).lower())


def _known(headings: Sequence[Any], role: str, column: str) -> int | None:
    """The place of the column asked for, else of the best known heading."""
    bare = [_bare(heading) for heading in headings]
    wanted = [_bare(column)] if column else _KEYS[role]
    return next((bare.index(key) for key in wanted if key in bare), None)


def _from_json(path: Path, text: str, role: str, column: str) -> list[str]:
    try:
        document: Any = json_value(text)
    except ValueError as error:
        if text[0] == "[" and "\n[" not in text:
            raise NameListError(f"文件 {path.name} 不是合格的 JSON({error})，请改正") from None
        return [
            name
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip()
            for name in [_pick(path, number, _json_line(path, number, line), role, column)]
        ]
    if isinstance(document, Mapping):
        lists = [value for value in document.values() if isinstance(value, list)]
        document = lists[0] if len(lists) == 1 else [document]
    return [_pick(path, number, item, role, column) for number, item in enumerate(document, 1)]


def _json_line(path: Path, number: int, line: str) -> Any:
    try:
        return json_value(line)
    except ValueError:
        raise NameListError(f"文件 {path.name} 第 {number} 行不是合格的 JSON,请改正") from None


def _pick(path: Path, number: int, item: Any, role: str, column: str) -> str:
    if isinstance(item, str) and not column:
        return item
    if isinstance(item, Mapping):
        named = {key: value for key, value in item.items() if isinstance(value, str)}
        place = _known(list(named), role, column)
        if place is not None:
            return str(list(named.values())[place])
        words = [value for value in named.values() if not _CODE.fullmatch(value)]
        if len(words) == 1 and not column:
            return str(words[0])
        place_words = f"文件 {path.name} 第 {number} 条"
        raise NameListError(f"{place_words}{_choice(list(named), role, column)}")
    keys = "、".join(_KEYS[role][:3])
    raise NameListError(f"文件 {path.name} 第 {number} 条没有名称，需要键 {keys} 之一")


def _choice(there: Sequence[str], role: str, column: str) -> str:
    """What to do when the names are not found."""
    asked = f"没有“{column}”" if column else "没有名称，或有几项都可能是名称"
    option = "--query-column" if role == "query" else "--candidate-column"
    listed = "、".join(there[:12]) or "无"
    return f"{asked}；现有：{listed}。请用 {option} 指明键或列(表头或第几列)"


def _from_lines(path: Path, text: str, role: str, column: str) -> list[str]:
    """A table if it is called one or its first line has a known heading, else one name a line."""
    lines = text.splitlines()
    delimiter = max("\t,;|", key=lines[0].count)
    heading = next(csv.reader([lines[0]], delimiter=delimiter))
    known = _known(heading, role, column)
    called = path.suffix.lower() in _TABLES or "\t" in lines[0] or bool(column)
    if known is None and not called:
        return lines
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    if known is not None:
        return _cells(rows[1:], known)
    if column:
        if not column.isdecimal() or not 1 <= int(column) <= len(heading):
            raise NameListError(f"文件 {path.name} {_choice(heading, role, column)}")
        return _cells(rows, int(column) - 1)
    width = max(map(len, rows))
    words = [
        place for place in range(width) if any(not _CODE.fullmatch(c) for c in _cells(rows, place))
    ]
    if len(words) > 1:  # a heading over numbers is no column of words
        words = [
            place for place in words if any(not _CODE.fullmatch(c) for c in _cells(rows[1:], place))
        ]
    if len(words) != 1:
        raise NameListError(f"文件 {path.name} {_choice(heading, role, column)}")
    return _cells(rows, words[0])


def _cells(rows: Iterable[Sequence[str]], place: int) -> list[str]:
    return [row[place] for row in rows if len(row) > place]

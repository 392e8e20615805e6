"""A first look at a delivered file: does it carry the columns, and do the cells look like their type.

The full validation with quarantine belongs to the analysis library; this one runs at once, in bounded
memory, and names sheet, row and column.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from lianxun.fabric.safefiles import CSV, JSON, XLSX, FileKind
from lianxun.kernel.problems import Invalid
from lianxun_insight.schemas import DataClass, Field, Table

MAX_SHEET_ROWS = 200_000  # settled.md 35
MAX_ERRORS = 50

_DATE = re.compile(r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:[ T].*)?$")
_MONTH = re.compile(r"\d{4}[-/年.]?\d{1,2}月?$")
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?$")


@dataclass(slots=True)
class Report:
    """Counts and the first errors, each with its place."""

    table: str = ""
    rows: int = 0
    bad_rows: int = 0
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def error(self, place: str, message: str) -> None:
        if len(self.errors) < MAX_ERRORS:
            self.errors.append({"place": place, "message": message})


def inspect(
    stream: BinaryIO, *, kind: FileKind, name: str, wanted: DataClass, fields: tuple[str, ...]
) -> Report:
    """Report on a delivered file. Raises ``Invalid`` only when the file cannot be read at all."""
    if kind == XLSX:
        return _sheet(stream, name, wanted, fields)
    if kind == CSV:
        return _csv(stream, name, wanted, fields)
    if kind == JSON:
        return _json(stream, name, wanted)
    raise Invalid.at("file", "请以 Excel（.xlsx）、CSV 或 JSON 提供数据。")


def _sheet(stream: BinaryIO, name: str, wanted: DataClass, fields: tuple[str, ...]) -> Report:
    try:
        book = CalamineWorkbook.from_filelike(stream)
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as broken:
        raise Invalid.at(
            "file", f"《{name}》无法读取，请用办公软件另存为 .xlsx 后重新上传。"
        ) from broken
    if len(rows) > MAX_SHEET_ROWS:
        raise Invalid.at("file", f"《{name}》超过 {MAX_SHEET_ROWS} 行，请改用 CSV。")
    lines = (["" if c is None else str(c).strip() for c in row] for row in rows)
    return _table(
        lines,
        place=lambda r, c: f"工作表“{sheet.name}”第 {r} 行“{c}”列",
        wanted=wanted,
        fields=fields,
    )


def _csv(stream: BinaryIO, name: str, wanted: DataClass, fields: tuple[str, ...]) -> Report:
    text = io.TextIOWrapper(stream, encoding=_encoding(stream, name), newline="")
    try:
        return _table(
            csv.reader(text),
            place=lambda r, c: f"第 {r} 行“{c}”列",
            wanted=wanted,
            fields=fields,
        )
    except (csv.Error, UnicodeDecodeError) as broken:
        raise Invalid.at(
            "file", f"《{name}》不是规范的 CSV，请检查引号和编码后重新上传。"
        ) from broken
    finally:
        text.detach()


def _encoding(stream: BinaryIO, name: str) -> str:
    head = stream.read(1 << 16)
    stream.seek(0)
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        try:
            head[: len(head) - 4 if len(head) > 4 else None].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(head) - 8:
                return encoding
            continue
        return encoding
    raise Invalid.at("file", f"《{name}》的文字编码无法识别，请另存为 UTF-8 后重新上传。")


def _table(
    lines: Iterator[list[str]], *, place: Any, wanted: DataClass, fields: tuple[str, ...]
) -> Report:
    header = [h.replace(" ", "").lower() for h in next(lines, [])]
    table = max(wanted.tables, key=lambda t: len(set(header) & set(t.heading_index())))
    index = table.heading_index()
    known = {position: index[h] for position, h in enumerate(header) if h in index}
    report = Report(table=table.id)
    present = {f.name for f in known.values()}
    report.missing = [f.label_zh for f in _expected(table, fields) if f.name not in present]
    report.unknown = [h for h in header if h and h not in index]
    for number, line in enumerate(lines, start=2):
        if not any(line):
            continue
        report.rows += 1
        bad = False
        for position, column in known.items():
            value = line[position].strip() if position < len(line) else ""
            problem = _problem(column, value)
            if problem:
                bad = True
                report.error(place(number, column.label_zh), problem)
        report.bad_rows += bad
    return report


def _expected(table: Table, fields: tuple[str, ...]) -> list[Field]:
    return [f for f in table.fields if f.required or f.key or f.name in fields]


def _problem(column: Field, value: str) -> str:
    if not value:
        return f"{column.label_zh}不能为空" if column.required else ""
    if column.type in ("money", "int", "share") and not _NUMBER.match(value):
        return f"“{value[:20]}”不是数字"
    if column.type in ("date", "datetime") and not _DATE.match(value):
        return f"“{value[:20]}”不是日期（应如 2026-11-22）"
    if column.type == "month" and not (_MONTH.match(value) or _DATE.match(value)):
        return f"“{value[:20]}”不是月份（应如 2026-11）"
    if column.choices and value not in column.choices:
        return f"“{value[:20]}”不在可选值中（{'、'.join(column.choices)}）"
    return ""


def _json(stream: BinaryIO, name: str, wanted: DataClass) -> Report:
    """JSON lines or one document: OCDS packages count their releases, lists their rows."""
    report = Report(table=wanted.id)
    try:
        text = stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise Invalid.at("file", f"《{name}》不是 UTF-8 编码，请转换后重新上传。") from broken
    try:
        document = json.loads(text)
    except ValueError:
        return _json_lines(text, report, name)
    report.rows = len(_records(document))
    if not report.rows:
        raise Invalid.at("file", f"《{name}》里没有找到记录（releases、records 或数组）。")
    return report


def _records(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for key in ("releases", "records", "data", "rows"):
            if isinstance(document.get(key), list):
                return list(document[key])
        return [document] if "ocid" in document else []
    return []


def _json_lines(text: str, report: Report, name: str) -> Report:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        report.rows += 1
        try:
            json.loads(line)
        except ValueError:
            report.bad_rows += 1
            report.error(f"第 {number} 行", "不是规范的 JSON")
    if not report.rows or report.bad_rows == report.rows:
        raise Invalid.at("file", f"《{name}》不是规范的 JSON，请检查后重新上传。")
    return report

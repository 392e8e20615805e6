"""Open a workbook only after looking at it from outside, then turn its cells into values."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from lianxun.fabric.excel.columns import (
    INFO_SHEET,
    RESULT_HEADER,
    Cell,
    CellError,
    SheetSpec,
    value_of,
)
from lianxun.fabric.safefiles import XLSX, identify_bytes
from lianxun.kernel.problems import FieldError, Invalid

MAX_ROWS = 200_000  # settled.md 35
_DOCTYPE = b"<!DOCTYPE"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class CellProblem:
    """``row`` counts as the spreadsheet shows it; ``column`` is the heading."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """One data row. ``values`` holds every column of the specification that could be read."""

    row: int
    values: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Parsed:
    sheet: str
    lines: tuple[Line, ...]
    problems: tuple[CellProblem, ...]


def check_honest(data: bytes, *, name: str, place: str = "file") -> None:
    """Every part inflates to what the directory declares, and none defines entities.

    The size limits of ``safefiles`` look at the declared sizes; a container may lie about them.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            start = archive.open(entry).read(4096) if entry.file_size else b""
            if _DOCTYPE in start.upper():
                raise Invalid.at(place, f"《{name}》内含文档类型定义，未予打开，请另存后上传。")
            if entry.compress_type == zipfile.ZIP_DEFLATED and _inflates_beyond(data, entry):
                raise Invalid.at(
                    place, f"《{name}》声明的大小与实际不符，疑似异常压缩文件，未予打开。"
                )


def _inflates_beyond(data: bytes, entry: zipfile.ZipInfo) -> bool:
    head = entry.header_offset
    name_length = int.from_bytes(data[head + 26 : head + 28], "little")
    extra_length = int.from_bytes(data[head + 28 : head + 30], "little")
    start = head + 30 + name_length + extra_length
    packed = memoryview(data)[start : start + entry.compress_size]
    inflater = zlib.decompressobj(-15)
    total = 0
    pending: bytes | memoryview = packed
    while pending and not inflater.eof:
        total += len(inflater.decompress(pending, _CHUNK))
        if total > entry.file_size:
            return True
        pending = inflater.unconsumed_tail
    return False


def read(data: bytes, spec: SheetSpec, *, name: str, place: str = "file") -> Parsed:
    """Rows and problems of the sheet ``spec.title`` (or the first one).

    Raises ``Invalid`` if the file cannot be taken at all: not a workbook, a bomb, an old template,
    missing or unknown columns, too many rows, no rows.
    """
    if identify_bytes(data, name=name, place=place) is not XLSX:
        raise Invalid.at(place, f"《{name}》不是 Excel 工作簿（.xlsx），请用下载的模板填写。")
    try:
        check_honest(data, name=name, place=place)
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        title = spec.title if spec.title in book.sheet_names else book.sheet_names[0]
        _check_version(book, spec, place)
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except (
        CalamineError,
        OSError,
        ValueError,
        IndexError,
        zipfile.BadZipFile,
        zlib.error,
    ) as broken:
        raise Invalid.at(
            place, f"《{name}》无法读取，请用办公软件另存为 .xlsx 后重新上传。"
        ) from broken
    if len(rows) > MAX_ROWS + 1:
        raise Invalid.at(place, f"《{name}》超过 {MAX_ROWS} 行，请拆分后上传。")
    headings = [str(cell).strip() if cell is not None else "" for cell in rows[0]] if rows else []
    where = _columns(headings, spec, title, place)
    parsed = _lines(rows, where, spec, title)
    if not parsed.lines:
        raise Invalid.at(place, f"《{name}》的工作表“{title}”没有数据行。")
    return parsed


def _check_version(book: CalamineWorkbook, spec: SheetSpec, place: str) -> None:
    if INFO_SHEET not in book.sheet_names:
        return
    info = book.get_sheet_by_name(INFO_SHEET).to_python()
    key, version = (str(info[0][0]), str(info[0][1])) if info and len(info[0]) > 1 else ("", "")
    if key != spec.key:
        raise Invalid.at(place, f"这是另一种模板的文件，请使用“{spec.title}”模板。")
    if version.removesuffix(".0") != str(spec.version):
        raise Invalid.at(place, f"模板版本已更新为第 {spec.version} 版，请下载新模板后填写。")


def _columns(headings: list[str], spec: SheetSpec, title: str, place: str) -> dict[str, int]:
    known = {c.header: c.key for c in spec.columns}
    errors = []
    for column in spec.columns:
        if column.required and column.header not in headings:
            errors.append(FieldError(place, f"工作表“{title}”缺少“{column.header}”列。"))
    for heading in headings:
        if heading and heading not in known and heading != RESULT_HEADER:
            errors.append(
                FieldError(place, f"工作表“{title}”有模板以外的列“{heading[:30]}”，请删去。")
            )
        elif heading and headings.count(heading) > 1:
            errors.append(FieldError(place, f"工作表“{title}”的“{heading}”列重复。"))
    if errors:
        raise Invalid(*dict.fromkeys(errors))
    return {known[h]: at for at, h in enumerate(headings) if h in known}


def _lines(
    rows: Sequence[Sequence[object]], where: dict[str, int], spec: SheetSpec, title: str
) -> Parsed:
    lines: list[Line] = []
    problems: list[CellProblem] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {c.key: row[where[c.key]] if c.key in where else None for c in spec.columns}
        if all(cell is None or cell == "" for cell in cells.values()):
            continue
        values: dict[str, Cell] = {}
        for column in spec.columns:
            try:
                values[column.key] = value_of(column, cells[column.key])
            except CellError as wrong:
                problems.append(CellProblem(number, column.header, str(wrong)))
        lines.append(Line(number, values))
    return Parsed(title, tuple(lines), tuple(problems))

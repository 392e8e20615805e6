"""Spreadsheets, with their size looked at before anything is loaded (settled point 35)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from lianxun_insight.deliveries.issues import DeliveryError
from lianxun_insight.deliveries.readers import BATCH_ROWS, Batch, cell_text

MAX_ROWS: Final = 200_000
MAX_INFLATED: Final = 2 << 30
MAX_RATIO: Final = 300
_ROW = re.compile(rb"<(?:\w+:)?row[ >]")
_ADVICE: Final = "请改用 CSV 或 Parquet 报送"


def read_spreadsheet(file: BinaryIO, name: str, sheet: str = "") -> Iterator[Batch]:
    """Rows of one sheet (named, or the first with data); the first non-empty row holds headings."""
    _refuse_oversized(file, name)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(file)
    except (CalamineError, OSError, ValueError) as error:
        raise DeliveryError(
            f"文件 {name} 不是可读的电子表格({str(error)[:80]})，请重新导出"
        ) from None
    if sheet and sheet not in book.sheet_names:
        raise DeliveryError(
            f"文件 {name} 没有工作表「{sheet}」，现有：{'、'.join(book.sheet_names)}"
        )
    for title in [sheet] if sheet else book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        if len(rows) > MAX_ROWS + 1:
            raise DeliveryError(f"文件 {name} 超过 {MAX_ROWS:,} 行，{_ADVICE}")
        if any(any(cell != "" for cell in row) for row in rows):
            yield from _batches(rows, title)
            return


def _batches(rows: Sequence[Sequence[object]], title: str) -> Iterator[Batch]:
    start = next(n for n, row in enumerate(rows) if any(cell != "" for cell in row))
    headings = [str(cell).strip() for cell in rows[start]]
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    for begin in range(start + 1, len(rows), BATCH_ROWS):
        part, numbers = [], []
        for number, row in enumerate(rows[begin : begin + BATCH_ROWS], begin + 1):
            cells = [cell_text(cell) for cell in row[:width]]
            if any(cell is not None for cell in cells):
                part.append(cells + [None] * (width - len(cells)))
                numbers.append(number)
        yield Batch(tuple(headings), part, numbers, sheet=title)
    if len(rows) == start + 1:
        yield Batch(tuple(headings), [], [], sheet=title)


def _refuse_oversized(file: BinaryIO, name: str) -> None:
    """Look at the directory and the first bytes of each sheet; load nothing."""
    size = file.seek(0, 2)
    try:
        if zipfile.is_zipfile(file):
            _refuse_big_container(file, name, size)
        elif size > 200 << 20:
            raise DeliveryError(f"文件 {name} 过大，{_ADVICE}")
    finally:
        file.seek(0)


def _refuse_big_container(file: BinaryIO, name: str, size: int) -> None:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        total = sum(entry.file_size for entry in entries)
        packed = max(1, size)
        if total > MAX_INFLATED or (total > 50 << 20 and total / packed > MAX_RATIO):
            raise DeliveryError(
                f"文件 {name} 展开后将达 {total >> 20:,} MB,疑似压缩炸弹，未打开；{_ADVICE}"
            )
        for entry in entries:
            if re.match(r"xl/worksheets/[^/]+\.xml$", entry.filename):
                _refuse_long_sheet(archive, entry, name)


def _refuse_long_sheet(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    """Count row marks while inflating in blocks.

    The dimension a sheet declares is not asked: a stray cell far below inflates it, and a hostile
    file understates it.
    """
    rows, tail = 0, b""
    with archive.open(entry) as sheet:
        while block := sheet.read(1 << 20):
            rows += len(_ROW.findall(tail + block)) - len(_ROW.findall(tail))
            tail = (tail + block)[-16:]
            if rows > MAX_ROWS + 1:
                raise DeliveryError(f"文件 {name} 超过 {MAX_ROWS:,} 行，未打开；{_ADVICE}")

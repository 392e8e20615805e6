"""Text of a workbook: one page per sheet, one piece per cell."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from lianxun_insight.read.model import Document, UnreadableError, Writer
from lianxun_insight.read.safe import Limits

MAX_CELLS = 2_000_000


def read_xlsx(path: Path, limits: Limits) -> Document:
    """Cells row by row, separated by tabs; the label is 工作表!B3."""
    from python_calamine import CalamineWorkbook

    del limits
    workbook = CalamineWorkbook.from_path(str(path))
    writer = Writer("xlsx")
    cells = 0
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        writer.begin_page(label=name)
        cells += sheet.total_height * sheet.total_width
        if cells > MAX_CELLS:
            raise UnreadableError(
                f"工作簿超过 {MAX_CELLS // 10_000} 万个单元格，请改用 CSV 或 Parquet。"
            )
        for number, row in enumerate(sheet.to_python(skip_empty_area=False), 1):
            filled = [(c, _shown(v)) for c, v in enumerate(row) if v != ""]
            for at, (column, text) in enumerate(filled):
                end = "\n" if at == len(filled) - 1 else "\t"
                flat = text.replace("\n", " ")
                writer.line(flat, label=f"{name}!{column_name(column)}{number}", end=end)
    return writer.document()


def _shown(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def column_name(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out

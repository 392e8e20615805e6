"""Write what is wrong back into the sender's own workbook, as an extra last column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font, PatternFill

from lianxun.fabric.excel.columns import RESULT_HEADER
from lianxun.fabric.excel.reading import CellProblem

_RED = PatternFill("solid", fgColor="FFFADBD8")
_BOLD = Font(bold=True, color="FFB03A2E")


def mark(data: bytes, sheet: str, problems: Iterable[CellProblem]) -> bytes:
    """The same workbook, other sheets and formats kept; the cells at fault are tinted.

    Call it only with data that ``reading.read`` accepted.
    """
    by_row: dict[int, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    book = load_workbook(BytesIO(data))
    page = book[sheet]
    headings = {str(cell.value).strip(): cell.column for cell in page[1] if cell.value is not None}
    at = headings.get(RESULT_HEADER) or max(headings.values(), default=0) + 1
    for row in range(2, page.max_row + 1):
        if row in by_row or page.cell(row, at).value is not None:
            page.cell(row, at).value = None
    title = page.cell(1, at)
    title.value, title.font = RESULT_HEADER, _BOLD
    for row, found in by_row.items():
        cell = page.cell(row, at)
        # A text of ours, but it quotes the sheet: stored as text, never as a formula.
        cell.value = "；".join(p.message.rstrip("。") for p in found) + "。"
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.fill = _RED
        for problem in found:
            if problem.column in headings:
                page.cell(row, headings[problem.column]).fill = _RED
    page.column_dimensions[title.column_letter].width = 60
    out = BytesIO()
    book.save(out)
    return out.getvalue()

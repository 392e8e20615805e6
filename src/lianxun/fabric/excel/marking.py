"""Write what is wrong back into the sender's own workbook, as an extra last column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from lianxun.fabric.excel.columns import RESULT_HEADER
from lianxun.fabric.excel.reading import CellProblem

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def mark(data: bytes, sheet: str, problems: Iterable[CellProblem]) -> bytes:
    """The same workbook, other sheets and formats kept; the cells at fault are tinted.

    Call it only with data that ``reading.read`` accepted or ``reading.check_honest`` passed. Without
    a sheet of that name the first one is marked; the headings stand in the first row that has any.
    """
    # Here, not above: few acts mark a workbook, and every start of the server would load all this.
    from openpyxl import load_workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    red = PatternFill("solid", fgColor="FFFADBD8")
    by_row: dict[int, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    book = load_workbook(BytesIO(data))
    page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    top = _heading_row(page)
    headings = {
        str(cell.value).strip(): cell.column for cell in page[top] if cell.value is not None
    }
    at = headings.get(RESULT_HEADER) or max(headings.values(), default=0) + 1
    for row in range(top + 1, page.max_row + 1):
        if row in by_row or page.cell(row, at).value is not None:
            page.cell(row, at).value = None
    title = page.cell(top, at)
    title.value, title.font = RESULT_HEADER, Font(bold=True, color="FFB03A2E")
    for row, found in by_row.items():
        cell = page.cell(row, at)
        # A text of ours, but it quotes the sheet: stored as text, never as a formula.
        cell.value = "；".join(p.message.rstrip("。") for p in found) + "。"
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.fill = red
        for problem in found:
            if problem.column in headings:
                page.cell(row, headings[problem.column]).fill = red
    page.column_dimensions[title.column_letter].width = 60
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _heading_row(page: Worksheet) -> int:
    for number, row in enumerate(page.iter_rows(values_only=True), start=1):
        if any(cell is not None and cell != "" for cell in row):
            return number
    return 1

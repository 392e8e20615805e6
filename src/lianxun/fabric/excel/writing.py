"""Templates and exports. Text stays text: a cell that begins with “=” is never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from lianxun.fabric.excel.columns import INFO_SHEET, Column, SheetSpec

if TYPE_CHECKING:
    import xlsxwriter

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
VALIDATED_ROWS = 10_000


def template(spec: SheetSpec) -> bytes:
    """An empty workbook for people: headings, choices to pick from, a page that explains each column."""
    return _book(spec, rows=(), explain=True, example=True)


def export(spec: SheetSpec, rows: Iterable[Mapping[str, object]]) -> bytes:
    """Rows in the form of the template, so that they can be corrected and sent back."""
    return _book(spec, rows=rows, explain=False, example=False)


def _book(
    spec: SheetSpec, *, rows: Iterable[Mapping[str, object]], explain: bool, example: bool
) -> bytes:
    import xlsxwriter  # here, not above: few acts write a workbook, every start would load it

    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True, "valign": "top"}
        )
        must = book.add_format(
            {"bold": True, "bg_color": "#FCE9D9", "border": 1, "text_wrap": True, "valign": "top"}
        )
        plain = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(spec.title)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(spec.columns):
            sheet.set_column(at, at, max(12, 2 * len(column.header) + 4), plain)
            sheet.write_string(0, at, column.header, must if column.required else head)
            _validate(sheet, at, column)
        for number, row in enumerate(rows, start=1):
            for at, column in enumerate(spec.columns):
                _write(sheet, (number, at), column, row.get(column.key), day)
        if explain:
            _explain(book, spec, head, example=example)
        info = book.add_worksheet(INFO_SHEET)
        info.write_string(0, 0, spec.key)
        info.write_string(0, 1, str(spec.version))
        info.hide()
    return out.getvalue()


def _validate(sheet: xlsxwriter.worksheet.Worksheet, at: int, column: Column) -> None:
    words = list(column.choices) if column.kind == "choice" else []
    if column.kind == "yesno":
        words = ["是", "否"]
    if words and sum(len(w) + 1 for w in words) <= 255:
        sheet.data_validation(1, at, VALIDATED_ROWS, at, {"validate": "list", "source": words})


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    column: Column,
    value: object,
    day: xlsxwriter.format.Format,
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(*place, "是" if value else "否")
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, day)
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    else:
        words = {code: word for word, code in column.choices.items()}
        parts = value if isinstance(value, list | tuple) else (value,)
        sheet.write_string(*place, "、".join(words.get(str(p), str(p)) for p in parts))


def _explain(
    book: xlsxwriter.Workbook, spec: SheetSpec, head: xlsxwriter.format.Format, *, example: bool
) -> None:
    page = book.add_worksheet("填写说明")
    page.set_column(0, 0, 18)
    page.set_column(1, 2, 60)
    lines = [("列", "怎么填", "例子")]
    for column in spec.columns:
        must = "必填。" if column.required else "选填。"
        choices = f"可填：{'、'.join(column.choices)}。" if column.choices else ""
        lines.append(
            (column.header, f"{must}{column.help}{choices}", column.example if example else "")
        )
    lines.append(("", "请勿改动第一行的列名，也不要合并单元格。数据从第二行开始，一行一条。", ""))
    for number, line in enumerate(lines):
        for at, text in enumerate(line):
            if number == 0:
                page.write_string(number, at, text, head)
            else:
                page.write_string(number, at, text)

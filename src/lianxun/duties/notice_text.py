"""Read the next official notice on days off: the State Council's text, a CSV, or spreadsheet rows.

The notice has had one form for years (国务院办公厅关于…年部分节假日安排的通知)::

    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

Every weekday and every total it names is checked; whatever does not fit is refused with its place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from lianxun.duties.seed import DayRow
from lianxun.fabric.excel import reading
from lianxun.fabric.excel.columns import Column, SheetSpec
from lianxun.kernel.problems import FieldError, Invalid

_YEAR = re.compile(r"(20\d\d)\s*年")
_ITEM = re.compile(r"^[一二三四五六七八九十]+、\s*([^：:]{2,16})[：:](.+)$")
_DATE = re.compile(
    r"(?:(20\d\d)年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(](周[一二三四五六日]|星期[一二三四五六日])[^）)]*[）)])?"
)
_TOTAL = re.compile(r"共\s*(\d+)\s*天")
_WEEKDAYS = "一二三四五六日"
_YES = {"是", "1", "上班", "true", "yes", "y"}
_NO = {"否", "0", "休息", "放假", "false", "no", "n"}


def from_text(text: str) -> list[DayRow]:
    """Days of the pasted notice. Raises ``Invalid`` naming the line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    year = next((int(m.group(1)) for line in lines if (m := _YEAR.search(line))), None)
    if year is None:
        raise Invalid.at(
            "text", "没有找到年份，请连同通知标题一起粘贴（例如“2027年部分节假日安排的通知”）。"
        )
    source = next(
        (line for line in lines if "通知" in line), f"国务院办公厅关于{year}年部分节假日安排的通知"
    )[:150]
    rows: dict[date, DayRow] = {}
    errors: list[FieldError] = []
    found = 0
    for number, line in enumerate(lines, start=1):
        item = _ITEM.match(line)
        if item is None:
            continue
        found += 1
        try:
            for row in _item_days(item.group(1), item.group(2), year, source):
                rows[row.date] = row
        except ValueError as problem:
            errors.append(FieldError(f"第{number}行", f"第{number}行“{item.group(1)}”：{problem}"))
    if not found:
        errors.append(FieldError("text", "没有找到“一、元旦：……”这样的条目，请粘贴通知全文。"))
    if errors:
        raise Invalid(*errors)
    return [rows[d] for d in sorted(rows)]


def _item_days(name: str, text: str, year: int, source: str) -> Iterable[DayRow]:
    # “（农历除夕、周五）” says more than the weekday; keep that alone, so that “、” separates dates.
    text = re.sub(r"[（(][^）)]*?((?:周|星期)[一二三四五六日])[^）)]*[）)]", r"（\1）", text)
    offs: list[date] = []
    works: list[date] = []
    for sentence in re.split(r"[。；;]", text):
        if "上班" in sentence:
            works += [d for part in _parts(sentence) for d in _span(part, year)]
        elif "放假" in sentence:
            offs += [d for part in _parts(sentence.split("放假")[0]) for d in _span(part, year)]
            total = _TOTAL.search(sentence)
            if total and int(total.group(1)) != len(offs):
                raise ValueError(f"写明共 {total.group(1)} 天，日期却有 {len(offs)} 天。")
    if not offs:
        raise ValueError("没有读到放假日期。")
    yield from (DayRow(d, False, name, source, "official") for d in offs)
    yield from (DayRow(d, True, f"{name}调休上班", source, "official") for d in works)


def _parts(sentence: str) -> list[str]:
    """“2月14日（周六）、2月28日（周六）” is two, “1月1日至3日” is one."""
    return [part for part in re.split(r"[、，,和]", sentence) if _DATE.search(part)]


def _span(part: str, year: int) -> list[date]:
    ends = []
    month: int | None = None
    for match in _DATE.finditer(part):
        month = int(match.group(2)) if match.group(2) else month
        if month is None:
            raise ValueError(f"“{part.strip()}”没有写明月份。")
        found_year = int(match.group(1)) if match.group(1) else year
        try:
            day = date(found_year, month, int(match.group(3)))
        except ValueError as problem:
            raise ValueError(f"“{match.group(0)}”不是日历上的日期。") from problem
        said = match.group(4)
        if said and _WEEKDAYS[day.weekday()] != said[-1]:
            raise ValueError(
                f"“{match.group(0)}”应为周{_WEEKDAYS[day.weekday()]}，请核对年份和日期。"
            )
        ends.append(day)
    if len(ends) == 1:
        return ends
    first, last = ends[0], ends[-1]
    if not 0 < (last - first).days <= 15:
        raise ValueError(f"“{part.strip()}”起止日期不合理。")
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def from_rows(rows: Iterable[Mapping[str, str]], source: str) -> list[DayRow]:
    """Days from a table with the columns 日期, 上班, 名称 (spreadsheet or CSV). Raises ``Invalid``."""
    if not source.strip():
        raise Invalid.at("source", "请写明通知的名称或文号。")
    found: dict[date, DayRow] = {}
    errors: list[FieldError] = []
    for number, row in enumerate(rows, start=2):
        try:
            day = date.fromisoformat(str(row.get("日期", "")).strip().replace("/", "-")[:10])
        except ValueError:
            errors.append(
                FieldError(f"第{number}行·日期", f"第{number}行“日期”须写成 2027-01-01 的样子。")
            )
            continue
        said = str(row.get("上班", "")).strip().lower()
        if said not in _YES | _NO:
            errors.append(FieldError(f"第{number}行·上班", f"第{number}行“上班”只能填“是”或“否”。"))
        elif day in found:
            errors.append(
                FieldError(f"第{number}行·日期", f"第{number}行日期 {day} 与前面的行重复。")
            )
        else:
            name = str(row.get("名称", "")).strip()[:40]
            found[day] = DayRow(day, said in _YES, name, source.strip()[:160], "official")
    if not errors and not found:
        errors.append(FieldError("file", "文件里没有数据行。"))
    if errors:
        raise Invalid(*errors)
    return [found[d] for d in sorted(found)]


SHEET = SheetSpec(
    "duties.calendar",
    "工作日历",
    1,
    (
        Column(key="日期", header="日期", kind="date", required=True, example="2027-01-01"),
        Column(
            key="上班",
            header="上班",
            kind="yesno",
            required=True,
            help="放假填“否”，调休上班填“是”；没有列出的日期按周一至周五上班。",
            example="否",
        ),
        Column(key="名称", header="名称", most=40, default="", example="元旦"),
    ),
)


def from_xlsx(data: bytes, source: str, *, name: str = "工作日历.xlsx") -> list[DayRow]:
    """A workbook made from ``writing.template(SHEET)``. Raises ``Invalid`` naming row and column."""
    parsed = reading.read(data, SHEET, name=name)
    if parsed.problems:
        raise Invalid(
            *(
                FieldError(f"{parsed.sheet}!第{p.row}行·{p.column}", f"第{p.row}行：{p.message}")
                for p in parsed.problems
            )
        )
    rows = (
        {
            "日期": str(line.values["日期"]),
            "上班": "是" if line.values["上班"] else "否",
            "名称": str(line.values["名称"] or ""),
        }
        for line in parsed.lines
    )
    return from_rows(rows, source)


def from_csv(data: bytes, source: str) -> list[DayRow]:
    """A CSV file in UTF-8 or GB 18030 with a header row."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid.at("file", "文件编码无法识别，请另存为 UTF-8 编码的 CSV。")
    reader = csv.DictReader(io.StringIO(text))
    missing = {"日期", "上班", "名称"} - set(reader.fieldnames or ())
    if missing:
        raise Invalid.at(
            "file", f"缺少列：{'、'.join(sorted(missing))}。第一行须为列名：日期、上班、名称。"
        )
    return from_rows(reader, source)

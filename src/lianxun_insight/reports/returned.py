"""Verdicts from a returned workbook: what the team wrote into the list, checked row by row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, load_workbook

from lianxun_insight.flags import Flag
from lianxun_insight.profile import Review, Verdict

SHEET = "疑点清单"
_NEEDED = ("核实结论", "核实人", "核实日期", "理由", "疑点编号")
_SHANGHAI = timezone(timedelta(hours=8))


class ReturnedListError(ValueError):
    """The workbook cannot be taken in; the text lists every row that is wrong."""


def reviews_of_workbook(path: Path, flags: Mapping[str, Flag]) -> list[Review]:
    """The verdicts in the list; rows without a verdict are not reviewed yet.

    Takes all or nothing: raises ReturnedListError naming each bad row and what is wrong with it.
    """
    rows = _rows(path)
    head, places = _head(rows, path)
    reviews, problems = [], []
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        if not any(str(cells[name]).strip() for name in _NEEDED[:4]):
            continue
        try:
            reviews.append(_review(cells, flags))
        except ValueError as error:
            problems.append(f"第 {number} 行：{error}")
    if problems:
        raise ReturnedListError("核查清单有误，未登记任何结论。" + "".join(problems))
    return reviews


def _rows(path: Path) -> list[list[Any]]:
    try:
        book = load_workbook(str(path))
        return list(book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False))
    except (CalamineError, OSError) as error:
        raise ReturnedListError(
            f"无法读取 {path.name} 的“{SHEET}”工作表，请交回 profile 命令生成的工作簿。"
        ) from error


def _head(rows: list[list[Any]], path: Path) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(rows[:10]):
        places = {str(cell).strip(): place for place, cell in enumerate(row)}
        if all(name in places for name in _NEEDED):
            return number, {name: places[name] for name in _NEEDED}
    raise ReturnedListError(f"{path.name} 缺少列：{'、'.join(_NEEDED)}。请勿删改表头。")


def _review(cells: Mapping[str, Any], flags: Mapping[str, Flag]) -> Review:
    flag = flags.get(str(cells["疑点编号"]).strip())
    if flag is None:
        raise ValueError(f"疑点编号“{cells['疑点编号']}”不在疑点文件中。")
    text = str(cells["核实结论"]).strip()
    if text not in {v.value for v in Verdict}:
        raise ValueError(f"核实结论“{text}”应为{'、'.join(v.value for v in Verdict)}之一。")
    return Review(
        flag_id=flag.flag_id,
        indicator=flag.indicator.id,
        version=flag.indicator.version,
        org=flag.subject.org,
        verdict=Verdict(text),
        who=str(cells["核实人"]).strip(),
        when=_when(cells["核实日期"]),
        reason=str(cells["理由"]).strip(),
    )


def _when(value: Any) -> str:
    """The day of the check as ISO time in Beijing."""
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        try:
            day = date.fromisoformat(str(value).strip().replace("/", "-").replace(".", "-"))
        except ValueError:
            raise ValueError(f"核实日期“{value}”应写成 2026-03-01。") from None
    return datetime(day.year, day.month, day.day, tzinfo=_SHANGHAI).isoformat()

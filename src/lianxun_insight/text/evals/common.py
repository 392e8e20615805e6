"""Reading JSON lines, bootstrap intervals, time: what every evaluation needs."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.read.encoding import EncodingError, decode

SEED = 20_250_101
SAMPLES = 1_000

Item = TypeVar("Item")


class BadFileError(ValueError):
    """The file cannot be used; the message, in Chinese, names file, line and field."""


class Row(dict[str, object]):
    """One object of a JSON-lines file that knows where it stands."""

    def __init__(self, values: dict[str, object], path: Path, line: int) -> None:
        super().__init__(values)
        self.path, self.line = path, line

    @property
    def place(self) -> str:
        """`FILE 第 N 行`, as every message about the row begins."""
        return f"{self.path.name} 第 {self.line} 行"

    def text(self, field: str, *, default: str | None = None) -> str:
        """A field that must be a text; ``default`` where it may be missing or null.

        Lone halves of surrogate pairs become U+FFFD, so that offsets stay.
        """
        value = self.get(field)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise BadFileError(f"{self.place}的 {field} 应为文字，现为{_kind(value)}。")
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def key(self, field: str) -> str:
        """A label or number of a group: text, number or yes/no; never empty."""
        value = self.get(field)
        found = str(value).lower() if isinstance(value, bool) else str(value).strip()
        if value is None or isinstance(value, list | dict) or not found:
            raise BadFileError(f"{self.place}的 {field} 应为文字或数字，现为{_kind(value)}。")
        return found


def _kind(value: object) -> str:
    if value is None:
        return "空值"
    names = {bool: "真假值", int: "数字", float: "数字", str: "空文字", list: "列表", dict: "对象"}
    return names.get(type(value), type(value).__name__)


def read_rows(path: Path, required: Sequence[str]) -> list[Row]:
    """Every line of a JSON-lines file as an object that has the required fields.

    UTF-8, UTF-16 and GB 18030 are understood. Empty lines are skipped; anything else that cannot be
    used raises ``BadFileError``.
    """
    rows: list[Row] = []
    try:
        text = decode(path.read_bytes()).text
    except OSError as error:
        raise BadFileError(f"无法读取 {path.name}：请确认文件存在且不是文件夹。") from error
    except EncodingError as error:
        raise BadFileError(f"{path.name} {error}。") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            rows.append(_row(path, number, line, required))
    if not rows:
        raise BadFileError(f"{path.name} 中没有任何记录，请检查文件内容。")
    return rows


def _row(path: Path, number: int, line: str, required: Sequence[str]) -> Row:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadFileError(
            f"{path.name} 第 {number} 行第 {error.colno} 字起不是合法的 JSON，请每行写一个完整的 JSON 对象。"
        ) from error
    except (RecursionError, ValueError) as error:
        raise BadFileError(
            f"{path.name} 第 {number} 行的 JSON 无法读取：嵌套过深或数字过长。"
        ) from error
    if not isinstance(value, dict):
        raise BadFileError(f"{path.name} 第 {number} 行应为 JSON 对象。")
    row = Row(value, path, number)
    for field in required:
        if field not in value:
            raise BadFileError(f"{row.place}缺少字段 {field}，请补上。")
    return row


def unique_ids(rows: Sequence[Row], report: dict[str, Any]) -> list[str]:
    """The ids of the rows; one that comes again is numbered, and the report says so.

    A row without an id goes by its line.
    """
    seen: set[str] = set()
    out, doubles = [], []
    for row in rows:
        name = str(row.get("id", f"line{row.line}"))
        if name in seen:
            doubles.append(f"第 {row.line} 行（{name[:40]}）")
            name = f"{name}@{row.line}"
        seen.add(name)
        out.append(name)
    if doubles:
        words = f"编号重复 {len(doubles)} 处，各行仍分别计算：{'、'.join(doubles[:10])}。"
        report.setdefault("warnings", []).append(words)
    return out


def sampled(items: Sequence[Item], most: int, report: dict[str, Any], what: str) -> list[Item]:
    """The items, or so many of them drawn with the fixed seed, in their order; then the report says so."""
    if len(items) <= most:
        return list(items)
    words = f"共 {len(items)} {what}，按固定种子抽取 {most} {what[0]}评测，区间按抽取数计算。"
    report.setdefault("warnings", []).append(words)
    drawn = np.random.default_rng(SEED).permutation(len(items))[:most]
    return [items[i] for i in np.sort(drawn).tolist()]


def bootstrap(
    statistic: Callable[[NDArray[np.intp]], float], size: int, *, samples: int = SAMPLES
) -> tuple[float, float]:
    """95 % percentile interval of a statistic of row numbers; rows resampled, fixed seed."""
    if not size:
        return float("nan"), float("nan")
    rng = np.random.default_rng(SEED)
    values = [statistic(rng.integers(0, size, size)) for _ in range(samples)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def figure(value: float, interval: tuple[float, float] | None = None) -> dict[str, object]:
    """A figure with its 95 % interval, rounded to four places; null where there is nothing to count."""
    if math.isnan(value):
        return {"value": None}
    out: dict[str, object] = {"value": round(float(value), 4)}
    if interval is not None:
        out["ci95"] = [round(interval[0], 4), round(interval[1], 4)]
    return out


@contextmanager
def stopwatch(report: dict[str, object], name: str) -> Iterator[None]:
    """Adds ``name`` = {cpu_seconds, wall_seconds} to the report."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    report[name] = {
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "wall_seconds": round(time.perf_counter() - wall, 2),
    }

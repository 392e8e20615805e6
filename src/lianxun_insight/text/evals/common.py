"""Reading JSON lines, bootstrap intervals, time: what every evaluation needs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 20_250_101
SAMPLES = 1_000


class BadFileError(ValueError):
    """The file cannot be used; the message, in Chinese, names file, line and field."""


def read_rows(path: Path, required: Sequence[str]) -> list[dict[str, object]]:
    """Every line of a JSON-lines file as an object that has the required fields.

    Empty lines are skipped; anything else that cannot be used raises ``BadFileError``.
    """
    rows: list[dict[str, object]] = []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFileError(f"无法读取 {path.name}：请确认文件存在且为 UTF-8 编码。") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            rows.append(_row(path, number, line, required))
    if not rows:
        raise BadFileError(f"{path.name} 中没有任何记录，请检查文件内容。")
    return rows


def _row(path: Path, number: int, line: str, required: Sequence[str]) -> dict[str, object]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadFileError(f"{path.name} 第 {number} 行不是合法的 JSON：{error.msg}。") from error
    if not isinstance(value, dict):
        raise BadFileError(f"{path.name} 第 {number} 行应为 JSON 对象。")
    for field in required:
        if field not in value:
            raise BadFileError(f"{path.name} 第 {number} 行缺少字段 {field}，请补上。")
    return value


def bootstrap(
    statistic: Callable[[NDArray[np.intp]], float], size: int, *, samples: int = SAMPLES
) -> tuple[float, float]:
    """95 % percentile interval of a statistic of row numbers; rows resampled, fixed seed."""
    rng = np.random.default_rng(SEED)
    values = [statistic(rng.integers(0, size, size)) for _ in range(samples)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def figure(value: float, interval: tuple[float, float] | None = None) -> dict[str, object]:
    """A figure with its 95 % interval, rounded to four places."""
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

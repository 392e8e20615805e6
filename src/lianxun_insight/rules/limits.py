"""Legal limits by date, region and method: data, never constants in a rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit: `value` in the unit of its table, valid from `begin` to before `end`."""

    value: float
    begin: dt.date
    end: dt.date | None
    region: str
    methods: tuple[str, ...]
    source: str


class Limits:
    """All limits; `expression` gives one as an ibis value for each row of a table."""

    def __init__(self, version: str, tables: Mapping[str, tuple[LimitRow, ...]]) -> None:
        self.version = version
        self.tables = dict(tables)

    def value(self, name: str, on: dt.date, *, region: str = "", method: str = "") -> float | None:
        """The limit in force on a day; None where there is none."""
        for row in self._ordered(name):
            if (
                row.begin <= on
                and (row.end is None or on < row.end)
                and (region.startswith(row.region) and (not row.methods or method in row.methods))
            ):
                return row.value
        return None

    def expression(self, name: str, on: Any, *, region: Any = None, method: Any = None) -> Any:
        """The limit as an ibis expression; `on` a date column, null where no limit holds."""
        import ibis

        branches = []
        for row in self._ordered(name):
            condition = on >= ibis.literal(row.begin)
            if row.end is not None:
                condition &= on < ibis.literal(row.end)
            if row.region:
                if region is None:
                    continue
                condition &= region.startswith(row.region)
            if row.methods:
                if method is None:
                    continue
                condition &= method.isin(row.methods)
            branches.append((condition, ibis.literal(float(row.value))))
        if not branches:
            return ibis.null("float64")
        return ibis.cases(*branches, else_=ibis.null("float64"))

    def _ordered(self, name: str) -> list[LimitRow]:
        """Most specific region first, then the latest."""
        return sorted(self.tables[name], key=lambda row: (-len(row.region), -row.begin.toordinal()))


_KEYS = frozenset({"value", "from", "to", "region", "methods", "source"})


def _rows(rows: Iterable[Mapping[str, Any]]) -> tuple[LimitRow, ...]:
    rows = list(rows)
    if any(set(row) - _KEYS for row in rows):  # a comma without quotes cuts a source in two
        raise ValueError("unknown key")
    return tuple(
        LimitRow(
            float(row["value"]),
            row["from"],
            row.get("to"),
            str(row.get("region", "")),
            tuple(row.get("methods", ())),
            row["source"],
        )
        for row in rows
    )


def load_limits(extra: str | None = None) -> Limits:
    """The shipped table; `extra` is YAML text of the same form whose rows are added."""
    base = _shipped()
    if extra is None:
        return base
    tables = dict(base.tables)
    more = _local(extra)
    for name, table in more["limits"].items():
        if name not in tables:
            raise ValueError(f"限额表没有名为“{name}”的限额。可用：{'、'.join(tables)}。")
        try:
            tables[name] += _rows(table["rows"])
        except (TypeError, KeyError, ValueError, AttributeError):
            raise ValueError(
                f"本地限额表中“{name}”的 rows 应为列表，每行写明 value(数字)、from(日期)、source(依据),"
                "可加 to、region、methods。"
            ) from None
    return Limits(f"{base.version}+{more.get('version', '本地')}", tables)


def _local(text: str) -> dict[str, Any]:
    """The local table as nested mappings; raises ValueError for another shape."""
    try:
        more = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError):
        raise ValueError("本地限额表不是可读的 YAML,请对照内置限额表的格式改正。") from None
    if not isinstance(more, dict) or not isinstance(more.get("limits"), dict):
        words = "本地限额表应有 limits 一节，其下为限额名称，格式同内置限额表。"
        raise ValueError(words)  # noqa: TRY004 - a wrong file, not a wrong call
    return more


@lru_cache(maxsize=1)
def _shipped() -> Limits:
    text = files("lianxun_insight.rules").joinpath("limits.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    return Limits(
        raw["version"], {name: _rows(table["rows"]) for name, table in raw["limits"].items()}
    )

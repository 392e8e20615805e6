"""Three-level boards: counts by light, and for each number the filters that list exactly its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count

from lianxun.duties.clocks import day_of, light_case
from lianxun.duties.queries.lists import filtered
from lianxun.duties.records import Board, BoardRow
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.organisation.regions import region_name
from lianxun.trace.door import noting, query


@query("duties.province_board")
def province_board(*, actor: Actor, now: datetime) -> Board:
    """L1: counts by light for each prefecture (first four digits of GB/T 2260). One query."""
    return _board("省级总览", "city", actor=actor, now=now)


@query("duties.unit_board")
def unit_board(*, actor: Actor, now: datetime, filters: Mapping[str, str] | None = None) -> Board:
    """L2: counts by light for each responsible unit. One query."""
    return _board("成员单位协作", "unit", actor=actor, now=now, filters=filters)


@query("duties.task_board")
def task_board(*, actor: Actor, now: datetime, filters: Mapping[str, str] | None = None) -> Board:
    """L3: counts by light for each node or clock. One query."""
    return _board("任务状态", "task", actor=actor, now=now, filters=filters)


_COLUMNS = {
    "city": ("region",),
    "unit": ("responsible_unit", "responsible_unit_name"),
    "task": ("template_code", "title"),
}


def _key(by: str, row: Mapping[str, Any]) -> tuple[str, str, dict[str, str]]:
    """(key, label, drill-down filter) of one grouped row."""
    if by == "city":
        low = row["region"] // 100 * 100
        return str(low), region_name(low), {"region": f"{low}-{low + 99}"}
    if by == "unit":
        unit = str(row["responsible_unit"])
        return unit, row["responsible_unit_name"], {"unit": unit}
    return row["template_code"], row["title"], {"code": row["template_code"]}


def _board(
    name: str,
    by: str,
    *,
    actor: Actor,
    now: datetime,
    filters: Mapping[str, str] | None = None,
) -> Board:
    today = day_of(now)
    given = {**{k: v for k, v in (filters or {}).items() if v}, "board": "1"}
    columns = _COLUMNS[by]
    rows = (
        filtered(given, today, actor=actor)
        .annotate(light=light_case(today))
        .values(*columns, "light")
        .annotate(count=Count("id"))
        .order_by(*columns, "light")
    )
    counts: dict[str, dict[Light, int]] = {}
    about: dict[str, tuple[str, dict[str, str]]] = {}
    for row in rows:
        key, label, drill = _key(by, row)
        about[key] = label, {**given, **drill}
        counts.setdefault(key, dict.fromkeys(Light, 0))[Light(row["light"])] += row["count"]
    lines = [
        BoardRow(key, about[key][0], line, sum(line.values()), about[key][1])
        for key, line in counts.items()
    ]
    lines.sort(key=lambda r: (-r.counts[Light.RED], -r.counts[Light.YELLOW], r.key))
    sums = {light: sum(r.counts[light] for r in lines) for light in Light}
    total = BoardRow("", "合计", sums, sum(sums.values()), given)
    noting().about("duties.board", actor.account_id, rows=len(lines), total=total.total)
    return Board(name, tuple(lines), total)

"""Three-level boards: counts by light, and for each number the filters that list exactly its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lianxun.duties.models import DutyTemplate
from lianxun.duties.queries import cube
from lianxun.duties.records import Board, BoardRow
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.organisation.models import Unit
from lianxun.organisation.regions import region_name
from lianxun.trace.door import noting, query

LINES = 50  # of a board on one page; a province has some three thousand units


@query("duties.province_board")
def province_board(*, actor: Actor, now: datetime, page: int = 1) -> Board:
    """L1: counts by light for each prefecture (first four digits of GB/T 2260). From the cube: four queries however many duties there are."""
    return _board("省级总览", "city", actor=actor, now=now, page=page)


@query("duties.unit_board")
def unit_board(
    *, actor: Actor, now: datetime, filters: Mapping[str, str] | None = None, page: int = 1
) -> Board:
    """L2: counts by light for each responsible unit. From the cube: four queries however many duties there are."""
    return _board("成员单位协作", "unit", actor=actor, now=now, filters=filters, page=page)


@query("duties.task_board")
def task_board(
    *, actor: Actor, now: datetime, filters: Mapping[str, str] | None = None, page: int = 1
) -> Board:
    """L3: counts by light for each node or clock. From the cube: four queries however many duties there are."""
    return _board("任务状态", "task", actor=actor, now=now, filters=filters, page=page)


def _drill(by: str, key: str) -> dict[str, str]:
    """The filter that lists exactly the rows of one line."""
    if by == "city":
        return {"region": f"{key}-{int(key) + 99}"}
    return {"unit": key} if by == "unit" else {"code": key}


def _labels(by: str, keys: set[str]) -> dict[str, str]:
    """How the lines are called."""
    if by == "city":
        return {key: region_name(int(key)) for key in keys}
    if by == "unit":
        rows = Unit.objects.filter(id__in=keys).order_by("id").values_list("id", "name")
        return {str(ident): name for ident, name in rows}
    templates = DutyTemplate.objects.filter(code__in=keys).order_by("version", "preset")
    return dict(templates.values_list("code", "title"))


def _board(
    name: str,
    by: str,
    *,
    actor: Actor,
    now: datetime,
    filters: Mapping[str, str] | None = None,
    page: int,
) -> Board:
    given = {**{k: v for k, v in (filters or {}).items() if v}, "board": "1"}
    counted = cube.counts(by, given, actor=actor, now=now)
    cells: dict[str, dict[Light, int]] = {}
    for cell, number in counted.items():
        cells.setdefault(cell.key, dict.fromkeys(Light, 0))[cell.light] += number
    worst = sorted(cells, key=lambda k: (-cells[k][Light.RED], -cells[k][Light.YELLOW], k))
    shown = worst[(page - 1) * LINES : page * LINES]
    labels = _labels(by, set(shown))
    rows = tuple(
        BoardRow(k, labels.get(k, k), cells[k], sum(cells[k].values()), {**given, **_drill(by, k)})
        for k in shown
    )
    sums = {light: sum(line[light] for line in cells.values()) for light in Light}
    total = BoardRow("", "合计", sums, sum(sums.values()), given)
    noting().about("duties.board", actor.account_id, rows=len(cells), total=total.total)
    return Board(name, rows, total, len(cells))

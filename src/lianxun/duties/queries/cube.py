"""The counts of the boards: from the cube, and live where the cube does not count (settled.md 9).

The cube knows every duty without compartment by its labels; row security decides about each set of
labels. Added to it: rows in the reader's compartments, and rows that only a share or a break-glass opens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, Value

from lianxun.duties.clocks import day_of, light_case
from lianxun.duties.models import Duty
from lianxun.duties.queries.lists import KIND, filtered
from lianxun.fabric.scope import Shared
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import Invalid


class Cell(NamedTuple):
    """A number of a board before it is put into its row: prefecture, unit or template, and light."""

    key: str
    light: Light


_BY = {"city": "region / 100 * 100", "unit": "unit", "task": "code"}
_LIVE: Mapping[str, Any] = {
    "city": F("region") / 100 * 100,
    "unit": F("responsible_unit"),
    "task": F("template_code"),
}
# Filters the cube can answer; any other is counted live.
_CONDITIONS = {
    "region": "region between %s and %s",
    "unit": "unit = %s",
    "code": "code = %s",
    "engagement": "engagement = %s",
    "object_kind": "object_kind = %s",
    "light": "light = %s",
}


def counts(by: str, given: Mapping[str, str], *, actor: Actor, now: datetime) -> Counter[Cell]:
    """How many duties each cell of a board holds for this reader. ``given``: the board's filters."""
    wanted = {k: v for k, v in given.items() if k != "board"}
    found: Counter[Cell] = Counter()
    if set(wanted) - set(_CONDITIONS) or day_of(now) <= _settled():
        _add(found, by, filtered(given, now, actor=actor), now)
        return found
    _add_cube(found, by, wanted, now)
    more = Q(Shared("id", Value(KIND))) & ~Q(CountedAhead()) & Q(compartment__isnull=True)
    if actor.compartments:
        more |= Q(compartment__in=sorted(actor.compartments))
    _add(found, by, filtered(given, now, actor=actor).filter(more), now)
    return found


def _settled() -> date:
    """The day up to which marks are added up: a board of that day or an earlier one is counted live."""
    with connection.cursor() as cursor:
        cursor.execute("select day from duties_markedto where day > '-infinity'")
        row = cursor.fetchone()
    return row[0] if row else date.min


def _add_cube(found: Counter[Cell], by: str, wanted: Mapping[str, str], now: datetime) -> None:
    conditions, values = ["at <= %s"], [now]
    for name, text in wanted.items():
        try:
            values += _values(name, text)
        except ValueError as problem:
            raise Invalid.at(name, f"筛选条件“{name}={text}”无效，请从页面上选择。") from problem
        conditions.append(_CONDITIONS[name])
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_BY[by]} as key, light, sum(n) from duties_mark "
            f"where {' and '.join(conditions)} group by 1, 2 having sum(n) <> 0",
            values,
        )
        for key, light, number in cursor.fetchall():
            found[Cell(str(key), Light(light))] += int(number)


def _values(name: str, text: str) -> list[Any]:
    if name == "region":
        low, high = (int(part) for part in text.split("-"))
        return [low, high]
    if name in ("unit", "engagement"):
        return [UUID(text)]
    return [Light(text).value if name == "light" else text]


class CountedAhead(Func):
    """The reader may see everything that bears the labels of this row, so the cube has counted it."""

    template = (
        "exists (select 1 from duties_reach where duties_reach.id = lx.duty_reach(%(expressions)s))"
    )
    output_field = BooleanField()

    def __init__(self) -> None:
        super().__init__(
            *("level", "region", "owner_path", "engagement", "subject_org", "subject_path"),
            *("addressee_path", "object_kind"),
        )


def _add(found: Counter[Cell], by: str, rows: QuerySet[Duty], now: datetime) -> None:
    counted = (
        rows.annotate(light=light_case(now), key=_LIVE[by])
        .values("key", "light")
        .annotate(count=Count("id"))
        .order_by("key", "light")
    )
    for row in counted:
        found[Cell(str(row["key"]), Light(row["light"]))] += row["count"]

"""What the rows of a spreadsheet would do, decided before anything is stored. A few queries for any
number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from lianxun.fabric.excel.reading import CellProblem, Line
from lianxun.kernel.actor import Actor
from lianxun.organisation import rules
from lianxun.organisation.models import Appointment, Person, Unit
from lianxun.organisation.rules import Term

BATCH = 1000
Wrong = tuple[str, str]
"""The heading of the column at fault, and what to do."""


def _nothing() -> None:
    """A plan without rows stores nothing."""


@dataclass(slots=True)
class Plan:
    """Rows by what would happen to them; ``store`` makes it happen."""

    created: list[Line] = field(default_factory=list)
    updated: list[Line] = field(default_factory=list)
    unchanged: list[Line] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    store: Callable[[], None] = _nothing

    def refuse(self, line: Line, column: str, message: str) -> None:
        self.problems.append(CellProblem(line.row, column, message))


def doubles(lines: Iterable[Line], plan: Plan, column: str, *keys: str) -> list[Line]:
    """Lines whose key occurs first; later ones are refused with the row they repeat."""
    first: dict[tuple[Any, ...], int] = {}
    kept = []
    for line in lines:
        key = tuple(line.values[k] for k in keys)
        if key in first:
            plan.refuse(line, column, f"与第 {first[key]} 行重复。")
        else:
            first[key] = line.row
            kept.append(line)
    return kept


def everybody_by_code(lines: Iterable[Line]) -> dict[str, list[Person]]:
    """Whom the actor sees under each staff number: two units may use the same."""
    found: dict[str, list[Person]] = {}
    codes = {line.values["code"] for line in lines}
    for person in Person.objects.filter(code__in=codes).order_by("id"):
        found.setdefault(str(person.code), []).append(person)
    return found


def people_by_code(lines: Iterable[Line]) -> dict[str, Person]:
    """Those whose number names one person only."""
    return {code: rows[0] for code, rows in everybody_by_code(lines).items() if len(rows) == 1}


def units_in_use(lines: Iterable[Line], key: str = "unit") -> dict[str, Unit]:
    """Locked until the import ends: their seats are counted by one act at a time."""
    codes = {line.values[key] for line in lines} - {None, ""}
    rows = Unit.objects.select_for_update().filter(code__in=codes, valid_to__isnull=True)
    return {u.code: u for u in rows.order_by("path")}


def person_problem(code: object, person: Person | None, actor: Actor) -> Wrong | None:
    if person is None or not rules.may_keep_people(
        actor, path=person.unit_path, region=person.region
    ):
        return (
            "人员编号",
            f"您的管理范围内没有编号为“{code}”的人员，或有多人使用该编号；请先导入人员或改正编号。",
        )
    return None


def unit_problem(code: object, unit: Unit | None, actor: Actor) -> Wrong | None:
    if unit is None:
        return "单位编码", f"没有编码为“{code}”的在用单位。"
    if not rules.may_keep_people(actor, path=unit.path, region=unit.region):
        return "单位编码", "该单位不在您的管理范围内。"
    return None


class Seats:
    """How many hold a seat of a unit, the rows of the file counted in."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._terms: dict[tuple[UUID, str], list[Term]] = {}
        rows = Appointment.objects.filter(unit__in=[u.id for u in units]).order_by("id")
        for unit, kind, first, last in rows.values_list(
            "unit_id", "kind", "valid_from", "valid_to"
        ):
            self._terms.setdefault((unit, kind), []).append((first, last))

    def take(self, unit: Unit, kind: str, term: Term) -> Wrong | None:
        terms = self._terms.setdefault((unit.id, kind), [])
        wrong = rules.fit_problem(kind, unit.kind) or rules.seat_problem(kind, terms, term)
        if wrong:
            return "任职类别", wrong
        terms.append(term)
        return None

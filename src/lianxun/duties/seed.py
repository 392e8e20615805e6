"""Shipped data: the table of days and the templates. Read by migrations and by the import of updates."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
FIRST_YEAR = 2004
_WEEKEND = "周末"
_WEEKDAY = "工作日"


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day as the table keeps it."""

    date: date
    is_work: bool
    name: str
    source: str
    status: str


def announced_days() -> dict[date, DayRow]:
    """Days that differ from Monday–Friday or carry a name, from the shipped file."""
    with (DATA / "work_days.csv").open(encoding="utf-8", newline="") as file:
        rows = (
            DayRow(
                date.fromisoformat(r["date"]),
                r["is_work"] == "1",
                r["name"],
                r["source"],
                r["status"],
            )
            for r in csv.DictReader(file)
        )
        return {row.date: row for row in rows}


def day_rows(announced: dict[date, DayRow] | None = None) -> Iterator[DayRow]:
    """Every day from 2004 to the last year of the shipped file, without a gap."""
    table = announced_days() if announced is None else announced
    provisional_years = {d.year for d, row in table.items() if row.status == "provisional"}
    day = date(FIRST_YEAR, 1, 1)
    end = date(max(d.year for d in table), 12, 31)
    while day <= end:
        yield table.get(day) or ordinary(
            day, "provisional" if day.year in provisional_years else "official"
        )
        day += timedelta(days=1)


def ordinary(day: date, status: str) -> DayRow:
    """A day no notice speaks of: Monday to Friday people work."""
    works = day.weekday() < 5
    return DayRow(day, works, "", _WEEKDAY if works else _WEEKEND, status)


def template_rows(name: str) -> Iterator[dict[str, Any]]:
    """Column values of every template in ``data/templates/<name>.yaml``, one per preset."""
    document = yaml.safe_load((DATA / "templates" / f"{name}.yaml").read_text(encoding="utf-8"))
    shared = {"version": document["version"], "valid_from": document["valid_from"]}
    for entry in document["templates"]:
        values = {**shared, "library": document.get("library"), **document["defaults"], **entry}
        values.setdefault("roll", "previous" if values.get("amount", 0) < 0 else "next")
        for preset in values.pop("presets"):
            yield {**values, "preset": preset}


def shipped_templates() -> Iterator[dict[str, Any]]:
    """Column values of all templates of this version of the product."""
    for file in sorted((DATA / "templates").glob("*.yaml")):
        yield from template_rows(file.stem)


def shipped_at() -> datetime:
    """The moment seeded rows carry: the day the shipped tables were put together."""
    return datetime(2026, 11, 22, tzinfo=UTC)

"""When the time of something kept is over: dated, sourced data and pure functions of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parent / "data" / "retention.yaml"


@dataclass(frozen=True, slots=True)
class Periods:
    """``years`` by class (``Retention``); what is not among them never runs out by itself."""

    years: dict[str, int]
    source: str
    listed_days_before: int
    asked_again_days: int

    def ends_on(self, retention: str, made_on: date) -> date | None:
        """The first day on which something made on ``made_on`` may be destroyed; ``None`` = never."""
        years = self.years.get(retention)
        return None if years is None else date(made_on.year + 1 + years, 1, 1)

    def latest_made(self, retention: str, by: date) -> date | None:
        """The last day of making whose period has ended ``by`` that day; ``None`` = none ever does."""
        years = self.years.get(retention)
        return None if years is None else date(by.year - 1 - years, 12, 31)

    def listed_by(self, today: date) -> date:
        """What ends until this day is put on a list today."""
        return today + timedelta(days=self.listed_days_before)

    def kept_until(self, today: date) -> date:
        """What somebody decided to keep on or before this day is asked about again."""
        return today - timedelta(days=self.asked_again_days)


@cache
def periods() -> Periods:
    """The shipped table."""
    found: dict[str, Any] = yaml.safe_load(_DATA.read_text("utf-8"))
    if found["counted_from"] != "next_year":
        raise ValueError(f"{_DATA.name}: counted_from knows next_year only")
    return Periods(
        years={name: int(entry["years"]) for name, entry in found["classes"].items()},
        source=str(found["source"]),
        listed_days_before=int(found["listed_days_before"]),
        asked_again_days=int(found["asked_again_days"]),
    )

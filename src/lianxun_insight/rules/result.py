"""A hit of a rule, before it becomes a flag."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PathStep:
    """An edge of a relation: `table` and `key` name the row that says so."""

    edge: str
    source: str
    target: str
    table: str
    key: str


@dataclass(frozen=True, slots=True)
class RuleHit:
    """One finding about an organisation; persons appear as tokens only.

    `org`: code of the public body. `value`: the fields of the sentence (money in 元). `records`: table
    id -> sorted keys. `quantile`: place among `peers` of `stratum` (0..1). `baseline_p`: chance of as
    much without cause. `notes`: (what was missing, what was assumed).
    """

    rule_id: str
    version: str
    org: str
    period: tuple[dt.date | None, dt.date | None]
    value: Mapping[str, Any]
    records: Mapping[str, tuple[str, ...]]
    stratum: str = "全部"
    peers: int = 0
    quantile: float | None = None
    baseline_p: float | None = None
    path: tuple[PathStep, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> tuple[Any, ...]:
        """Order of hits: rule, organisation, records."""
        return (self.rule_id, self.org, sorted((k, v) for k, v in self.records.items()))


@dataclass(slots=True)
class RuleRun:
    """Result of a scan: hits, and for each rule that could not be computed the reasons."""

    hits: list[RuleHit] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    questions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

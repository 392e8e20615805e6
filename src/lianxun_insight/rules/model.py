"""What a rule is: a record (data file) and a measure (ibis expression), joined by the rule's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import Any

import yaml

from lianxun_insight.rules.limits import Limits

FAMILIES = ("process", "price", "payment", "ownership", "personnel", "corroboration")
_MODULES = (
    "procurement",
    "pricing",
    "groups",
    "payments",
    "spending",
    "ownership",
    "winners",
    "bidders",
    "pairs",
    "enterprise",
    "benefits",
    "assets",
    "corroboration",
)
_RECORDS = ("procurement", "payment", "relation", "bidding", "other")


@dataclass(frozen=True, slots=True)
class Rule:
    """The record of a rule.

    `needs`: table -> columns without which it cannot be computed. `any_of`: tables of which one is
    enough. `values`: names of the value fields of a hit. `params`: analysis parameters (not law; law
    stands in `limits.yaml`). `path`: edges of the relation, (edge name, from, to, table).
    `same_as`: the rule whose measure this one runs. `profile_only`: shown, never a lead by itself.
    `questions`: question-only classes (D06, D25 …) answered in a second step.
    """

    id: str
    version: str
    title_zh: str
    family: str
    needs: Mapping[str, tuple[str, ...]]
    any_of: tuple[str, ...]
    ground: tuple[str, ...]
    guard_zh: str
    innocent: tuple[str, ...]
    text_zh: str
    values: tuple[str, ...]
    params: Mapping[str, Any]
    path: tuple[tuple[str, str, str, str], ...] = ()
    same_as: str = ""
    profile_only: bool = False
    questions: tuple[str, ...] = ()
    core: str = "ibis"

    @property
    def classes(self) -> tuple[str, ...]:
        """Data classes it reads (`D14`), sorted."""
        tables = [*self.needs, *self.any_of]
        return tuple(sorted({table.split(".")[0] for table in tables}))


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a measure is given beside the data: its parameters and the legal limits."""

    values: Mapping[str, Any]
    limits: Limits

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


Rows = Callable[..., list[dict[str, Any]]]


@dataclass(slots=True)
class Measure:
    """How a rule is computed.

    `build(data, parameters)` gives an ibis table: one row per hit candidate, with `org`,
    `period_from`, `period_to`, the value columns and the record keys (`k_<table>`, a text or an array
    of texts). `decide(data, table, parameters)` compares it with peers and keeps the hits.
    `core(arrow table, parameters, judged)` is the numpy core of the few rules that need one: it takes
    columns, because a million rows as dictionaries would be gigabytes, and gives the rows of its hits.
    `finish(rows, parameters)` completes rows; `judge(rows, parameters)` is a decision that ibis cannot
    express (an exact tail probability). A replay on the records of one hit runs `build`, `core` (with
    `judged` false) and `finish` only: peers are not among them.
    """

    build: Callable[..., Any]
    decide: Callable[..., Any] | None = None
    finish: Rows | None = None
    judge: Rows | None = None
    core: Rows | None = None


_REGISTERED: dict[str, tuple[Any, ...]] = {}


def rule(
    *ids: str,
    decide: Callable[..., Any] | str | None = None,
    finish: str | None = None,
    judge: str | None = None,
    core: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the measure of one rule or of several; steps by name stand below it."""

    def register(build: Callable[..., Any]) -> Callable[..., Any]:
        for each in ids:
            _REGISTERED[each] = (build, decide, finish, judge, core)
        return build

    return register


def _tuple(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def _read(rule_id: str, raw: Mapping[str, Any]) -> Rule:
    return Rule(
        id=rule_id,
        version=str(raw.get("version", "1.0")),
        title_zh=raw["title"],
        family=raw["family"],
        needs={table: tuple(columns) for table, columns in raw.get("needs", {}).items()},
        any_of=_tuple(raw.get("any_of")),
        ground=_tuple(raw["ground"]),
        guard_zh=raw["guard"],
        innocent=_tuple(raw["innocent"]),
        text_zh=raw["text"],
        values=_tuple(raw["values"]),
        params=raw.get("params", {}),
        path=tuple((edge[0], edge[1], edge[2], edge[3]) for edge in raw.get("path", ())),
        same_as=raw.get("same_as", ""),
        profile_only=raw.get("profile_only", False),
        questions=_tuple(raw.get("questions")),
        core=raw.get("core", "ibis"),
    )


@lru_cache(maxsize=1)
def load_rules() -> Mapping[str, Rule]:
    """All rules by id, in the order of the record files."""
    rules: dict[str, Rule] = {}
    for name in _RECORDS:
        text = files("lianxun_insight.rules").joinpath(f"records/{name}.yaml").read_text("utf-8")
        for rule_id, raw in yaml.safe_load(text).items():
            rules[rule_id] = _read(rule_id, raw)
    return rules


def measure_of(record: Rule) -> Measure:
    """The measure of a rule; loads the modules on first use."""
    wanted = record.same_as or record.id
    if wanted not in _REGISTERED:
        for name in _MODULES:
            import_module(f"lianxun_insight.rules.{name}")
    build, *steps = _REGISTERED[wanted]
    return Measure(build, *(_step(each, build.__module__) for each in steps))


def _step(function: Callable[..., Any] | str | None, module: str) -> Any:
    """A step given by its name: it stands below its measure in the same module."""
    return getattr(import_module(module), function) if isinstance(function, str) else function

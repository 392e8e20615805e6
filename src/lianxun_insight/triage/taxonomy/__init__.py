"""The taxonomy of leads as versioned data: leaves with definitions, cues and provisions.

Needs nothing but PyYAML, so screens and exports may read it without the extra ``insight``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

CURRENT = "v1"
PREFIX = "TP-"


class BadTaxonomyError(ValueError):
    """The file cannot be used; the message, in Chinese, names the leaf and the field."""


@dataclass(frozen=True)
class Facet:
    code: str
    name: str
    suggest: bool


@dataclass(frozen=True)
class Group:
    code: str
    name: str
    facet: str


@dataclass(frozen=True)
class Leaf:
    """``cues`` and ``against`` are compiled; ``values`` is the choice of a human-only element."""

    code: str
    name: str
    parent: str
    facet: str
    definition: str
    suggest: bool
    cues: tuple[re.Pattern[str], ...]
    against: tuple[re.Pattern[str], ...]
    basis: tuple[str, ...]
    unchecked_basis: tuple[str, ...]
    values: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    successor: str | None

    def valid_on(self, day: date) -> bool:
        """Could a lead be put here on that day?"""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def sentences(self) -> tuple[str, ...]:
        """The definition, sentence by sentence."""
        parts = re.findall(r"[^。；]+[。；]?", self.definition)
        return tuple(part for part in parts if part.strip())


@dataclass(frozen=True)
class Taxonomy:
    version: str
    sha256: str
    facets: tuple[Facet, ...]
    groups: tuple[Group, ...]
    leaves: tuple[Leaf, ...]

    def leaf(self, code: str) -> Leaf:
        """The leaf of a code; KeyError when there is none."""
        return self._by_code[code]

    @property
    def _by_code(self) -> dict[str, Leaf]:
        return {leaf.code: leaf for leaf in self.leaves}

    def suggestible(self, facet: str, day: date | None = None) -> tuple[Leaf, ...]:
        """Leaves of a facet a model may propose, in the order of the file."""
        return tuple(
            leaf
            for leaf in self.leaves
            if leaf.facet == facet and leaf.suggest and (day is None or leaf.valid_on(day))
        )

    def current(self, code: str, day: date) -> Leaf | None:
        """The leaf that has taken the place of ``code`` on a day, by following successors."""
        seen: set[str] = set()
        leaf: Leaf | None = self.leaf(code)
        while leaf is not None and not leaf.valid_on(day) and leaf.code not in seen:
            seen.add(leaf.code)
            leaf = self.leaf(leaf.successor) if leaf.successor else None
        return leaf if leaf is not None and leaf.valid_on(day) else None


@lru_cache(maxsize=4)
def load(version: str = CURRENT) -> Taxonomy:
    """A taxonomy that ships with the library."""
    path = files("lianxun_insight.triage.taxonomy").joinpath(f"{version}.yaml")
    if not path.is_file():
        raise BadTaxonomyError(f"没有分类表版本 {version}。")
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Taxonomy:
    """Read and check a taxonomy; ``BadTaxonomyError`` names the first thing that is wrong."""
    try:
        raw = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise BadTaxonomyError("分类表不是合法的 YAML，请检查缩进和标点。") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("leaves"), list):
        raise BadTaxonomyError("分类表缺少 leaves（类目）列表。")
    facets = tuple(Facet(f["code"], f["name"], bool(f["suggest"])) for f in raw["facets"])
    groups = tuple(Group(g["code"], g["name"], g["facet"]) for g in raw["groups"])
    parents = {group.code: group for group in groups}
    allowed = {facet.code: facet.suggest for facet in facets}
    leaves = tuple(_leaf(entry, raw, parents, allowed) for entry in raw["leaves"])
    _check(groups, allowed, leaves)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Taxonomy(str(raw["version"]), digest, facets, groups, leaves)


def _leaf(
    entry: dict[str, Any], raw: dict[str, Any], parents: dict[str, Group], allowed: dict[str, bool]
) -> Leaf:
    code = str(entry.get("code", "？"))
    for field in ("code", "name", "parent", "definition"):
        if not str(entry.get(field) or "").strip():
            raise BadTaxonomyError(f"类目 {code} 缺少字段 {field}。")
    if not code.startswith(PREFIX):
        raise BadTaxonomyError(f"类目 {code} 的编号应以 {PREFIX} 开头。")
    group = parents.get(entry["parent"])
    if group is None:
        raise BadTaxonomyError(f"类目 {code} 的上级 {entry['parent']} 不存在。")
    return Leaf(
        code=code,
        name=entry["name"],
        parent=group.code,
        facet=group.facet,
        definition=entry["definition"],
        suggest=bool(entry.get("suggest", True)) and allowed.get(group.facet, False),
        cues=_patterns(code, "cues", entry),
        against=_patterns(code, "against", entry),
        basis=tuple(entry.get("basis") or ()),
        unchecked_basis=tuple(entry.get("unchecked_basis") or ()),
        values=tuple(entry.get("values") or ()),
        valid_from=entry.get("valid_from", raw["valid_from"]),
        valid_to=entry.get("valid_to", raw.get("valid_to")),
        successor=entry.get("successor"),
    )


def _patterns(code: str, field: str, entry: dict[str, Any]) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(pattern) for pattern in entry.get(field) or ())
    except re.error as error:
        raise BadTaxonomyError(f"类目 {code} 的 {field} 不是合法的正则表达式：{error}。") from error


def _check(groups: tuple[Group, ...], allowed: dict[str, bool], leaves: tuple[Leaf, ...]) -> None:
    codes = [leaf.code for leaf in leaves]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise BadTaxonomyError(f"类目编号重复：{'、'.join(twice)}。")
    for group in groups:
        if group.facet not in allowed:
            raise BadTaxonomyError(f"分组 {group.code} 所属的维度 {group.facet} 不存在。")
    for leaf in leaves:
        if leaf.successor is not None and leaf.successor not in codes:
            raise BadTaxonomyError(f"类目 {leaf.code} 的后继 {leaf.successor} 不存在。")
        if leaf.valid_to is not None and leaf.valid_to < leaf.valid_from:
            raise BadTaxonomyError(f"类目 {leaf.code} 的失效日期早于生效日期。")
        if leaf.suggest and not leaf.cues:
            raise BadTaxonomyError(f"类目 {leaf.code} 可由模型建议，但没有任何提示词（cues）。")

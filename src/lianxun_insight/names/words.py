"""The word lists of `data/words.yaml`, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Words:
    """Words the parsers know; `version` changes with every change of the file."""

    version: str
    legal_forms: tuple[tuple[str, str], ...]
    branch_tails: tuple[str, ...]
    industries: frozenset[str]
    longest_industry: int
    bureau_groups: Mapping[str, str]
    bank_names: Mapping[str, str]
    region_abbreviations: Mapping[str, tuple[str, ...]]
    short_name_prefixes: tuple[str, ...]
    short_name_suffixes: tuple[str, ...]
    compound_surnames: frozenset[str]
    variants: Mapping[str, str]


def _longest_first(items: list[str]) -> tuple[str, ...]:
    return tuple(sorted(items, key=lambda item: (-len(item), item)))


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Read the shipped word lists."""
    text = files("lianxun_insight.names").joinpath("data/words.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    forms = sorted(raw["legal_forms"].items(), key=lambda item: -len(item[0]))
    abbreviations = {
        key: tuple(value) if isinstance(value, list) else (value,)
        for key, value in raw["region_abbreviations"].items()
    }
    return Words(
        version=raw["version"],
        legal_forms=tuple(forms),
        branch_tails=_longest_first(raw["branch_tails"]),
        industries=frozenset(raw["industries"]),
        longest_industry=max(len(word) for word in raw["industries"]),
        bureau_groups=raw["bureau_groups"],
        bank_names=raw["bank_names"],
        region_abbreviations=abbreviations,
        short_name_prefixes=_longest_first(raw["short_name_prefixes"]),
        short_name_suffixes=_longest_first(raw["short_name_suffixes"]),
        compound_surnames=frozenset(raw["compound_surnames"]),
        variants={k: v for k, v in raw["variants"].items() if k != v},
    )

"""The word lists of the detectors (``words.yaml``), read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Words:
    surnames: frozenset[str]
    compound_surnames: frozenset[str]
    before_person: tuple[str, ...]
    after_person: tuple[str, ...]
    not_person: frozenset[str]
    posts: tuple[str, ...]
    post_prefixes: tuple[str, ...]
    org_suffixes: tuple[str, ...]
    org_breaks: frozenset[str]
    place_suffixes: tuple[str, ...]


def _longest_first(items: list[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(items), key=lambda w: (-len(w), w)))


@lru_cache(maxsize=1)
def words() -> Words:
    """The lists; those tried one after another stand longest first."""
    path = files("lianxun_insight.detect").joinpath("words.yaml")
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Words(
        surnames=frozenset(raw["surnames"].replace(" ", "").replace("\n", "")),
        compound_surnames=frozenset(raw["compound_surnames"]),
        before_person=_longest_first(raw["before_person"]),
        after_person=_longest_first(raw["after_person"]),
        not_person=frozenset(raw["not_person"]),
        posts=_longest_first(raw["posts"]),
        post_prefixes=_longest_first(raw["post_prefixes"]),
        org_suffixes=_longest_first(raw["org_suffixes"]),
        org_breaks=frozenset(raw["org_breaks"]),
        place_suffixes=_longest_first(raw["place_suffixes"]),
    )

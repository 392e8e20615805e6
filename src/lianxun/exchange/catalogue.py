"""The 41 data classes and the negative list, as the analysis library ships them: one file for both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lianxun_insight.schemas import Catalogue, DataClass, UnknownClassError, load_catalogue

_DATA = Path(__file__).with_name("data")
_NEGATIVE = _DATA / "negative_list.yaml"
_PACKS = _DATA / "packs.yaml"
_QUESTIONS = _DATA / "questions.yaml"
CORE = 3


def catalogue() -> Catalogue:
    return load_catalogue()


def is_known(code: str) -> bool:
    try:
        catalogue().data_class(code)
    except UnknownClassError:
        return False
    return True


def data_class(code: str) -> DataClass:
    """Raises ``UnknownClassError`` for an unknown code."""
    return catalogue().data_class(code)


def question_only(code: str) -> bool:
    """Never copied in bulk: query classes and everything of the core level (settled.md 3, 27)."""
    wanted = data_class(code)
    return wanted.query_only or wanted.level >= CORE


def needed_fields(code: str) -> tuple[str, ...]:
    """The least that makes a row of the class usable: what identifies it and what it must carry."""
    table = data_class(code).tables[0]
    return tuple(f.name for f in table.fields if f.key or f.required)


@cache
def packs() -> dict[str, Any]:
    """The standard pack: years, wording, which word finds the unit of a department."""
    data: dict[str, Any] = yaml.safe_load(_PACKS.read_text(encoding="utf-8"))
    return data


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that can be asked for at once: its classes, and the source's word for each where it has one."""

    id: str
    name_zh: str
    classes: tuple[str, ...]
    words: Mapping[str, str]


@cache
def pack_choices() -> tuple[Pack, ...]:
    """The presets of the catalogue, then the packs for a kind of body (方案 4.2)."""
    presets = [
        Pack(p.id, p.name_zh, p.classes, {})
        for p in catalogue().presets
        if p.id in packs()["presets"]
    ]
    own = [
        Pack(
            p["id"],
            p["name_zh"],
            tuple(k["code"] for k in p["kinds"]),
            {k["code"]: k["name"] for k in p["kinds"]},
        )
        for p in packs()["own"]
    ]
    return (*presets, *own)


@cache
def questions() -> dict[str, Any]:
    """What may be asked singly about whom, and how often."""
    data: dict[str, Any] = yaml.safe_load(_QUESTIONS.read_text(encoding="utf-8"))
    return data


@dataclass(frozen=True, slots=True)
class NegativeHit:
    """What of a request touches the negative list, and which words did."""

    rule: str
    name: str
    words: tuple[str, ...]


@cache
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    data: dict[str, Any] = yaml.safe_load(_NEGATIVE.read_text())
    names = {item.id: item.name_zh for item in catalogue().negative_list}
    return tuple(
        (row["id"], names[row["id"]], re.compile("|".join(re.escape(w) for w in row["words"])))
        for row in data["rules"]
    )


def negative_hits(*texts: str) -> tuple[NegativeHit, ...]:
    """Check purpose, scope and fields of a request against the twelve kinds that are never shared."""
    joined = "\n".join(texts)
    hits = []
    for rule, name, pattern in _patterns():
        words = tuple(dict.fromkeys(pattern.findall(joined)))
        if words:
            hits.append(NegativeHit(rule, name, words))
    return tuple(hits)

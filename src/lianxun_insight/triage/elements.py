"""What a lead says and what it lacks to be checkable: who, what, when, where, how much, how known.

Needs the base dependencies only. A missing element is a question to ask, never a mark against the
person who wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from lianxun_insight.citations import find_citations
from lianxun_insight.detect import Span, find_spans, split_reporter_block


@dataclass(frozen=True)
class Element:
    """One of the six questions; ``spans`` answer it, ``ask`` is what to ask when nothing does."""

    code: str
    name: str
    present: bool
    needed: bool
    spans: tuple[Span, ...]
    ask: str


@dataclass(frozen=True)
class Extraction:
    """Spans of the letter without the reporter's own lines, offsets into the text as given."""

    spans: tuple[Span, ...]
    elements: tuple[Element, ...]

    @property
    def missing(self) -> tuple[Element, ...]:
        """Elements that are needed and not there, in the order of the form."""
        return tuple(e for e in self.elements if e.needed and not e.present)


@lru_cache(maxsize=1)
def rules() -> dict[str, Any]:
    """The rule file with its patterns compiled."""
    path = files("lianxun_insight.triage").joinpath("rules.yaml")
    raw: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for entry in [*raw["elements"], *raw["urgency"]]:
        entry["cues"] = tuple(re.compile(pattern) for pattern in entry.get("cues", ()))
    return raw


def extract(text: str, today: date | None = None) -> Extraction:
    """Amounts (fen), times, places, units, posts, persons, citations, identifiers, and the gaps.

    ``today`` is the day the letter was written or received; relative times are read from it.
    """
    body = split_reporter_block(text).body
    spans = find_spans(body, today=today)
    spans += [
        Span(c.start, c.end, "citation", body[c.start : c.end], "citation", 0.95)
        for c in find_citations(body)
    ]
    spans.sort(key=lambda s: (s.start, s.end))
    return Extraction(tuple(spans), tuple(_element(e, body, spans) for e in rules()["elements"]))


def _element(entry: dict[str, Any], body: str, spans: list[Span]) -> Element:
    found = [s for s in spans if s.type in entry.get("types", ())]
    for pattern in entry["cues"]:
        found += [
            Span(m.start(), m.end(), entry["code"], m.group(), "cue", 0.7)
            for m in pattern.finditer(body)
        ]
    condition = entry.get("only_if")
    needed = condition is None or re.search(condition, body) is not None
    return Element(
        entry["code"], entry["name"], bool(found), needed, tuple(found[:8]), entry["ask"]
    )

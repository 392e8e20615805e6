"""The text as a model may see it: no person, no name of a unit or place, no identifier.

A model must not learn "this unit = guilty". Of a unit only its kind stays (〔单位〕医院), because the
kind says which field a lead belongs to. Offsets lead back to the text the officer reads.
"""

from __future__ import annotations

from dataclasses import replace

from lianxun_insight.detect.finder import IDENTIFIERS, find_spans
from lianxun_insight.detect.redaction import (
    PERSONAL,
    Redacted,
    redact,
    split_reporter_block,
)
from lianxun_insight.detect.spans import Span, without_overlaps
from lianxun_insight.detect.words import words

MASKED = IDENTIFIERS | {"person", "org", "place", "address"}


def model_view(text: str) -> Redacted:
    """Reporter's lines blanked, names and identifiers replaced; same text, same view."""
    body = split_reporter_block(text).body
    spans = [_without_kind(body, span) for span in find_spans(body, types=MASKED, resolve=_all)]
    return redact(body, MASKED, [span for span in spans if span.end > span.start])


def _all(spans: list[Span]) -> list[Span]:
    """Persons and identifiers all, other finds where they leave them free: nobody slips through."""
    personal = without_overlaps(s for s in spans if s.type in PERSONAL)
    rest = without_overlaps(s for s in spans if s.type not in PERSONAL)
    return personal + [s for s in rest if not any(s.overlaps(p) for p in personal)]


def _without_kind(text: str, span: Span) -> Span:
    if span.type != "org":
        return span
    name = text[span.start : span.end]
    for suffix in words().org_suffixes:
        if name.endswith(suffix):
            return replace(span, end=span.end - len(suffix), norm=name[: -len(suffix)])
    return span

"""A found thing with its place, and the choice between overlapping finds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` is a thing of ``type``.

    ``norm`` is its normal form: fen for an amount, ``first/last`` ISO days for a time, digits for
    an identifier, else the bare name. ``source`` names the rule, ``confidence`` is 0–1.
    """

    start: int
    end: int
    type: str
    norm: str
    source: str
    confidence: float

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class FoldedText:
    """Text in normal width with zero-width characters gone, and the way back to the original."""

    text: str
    origins: tuple[int, ...]  # origins[i] = offset in the original; one more entry for the end

    def back(self, span: Span) -> Span:
        """The same span in offsets of the original text."""
        end = self.origins[span.end - 1] + 1 if span.end > span.start else self.origins[span.end]
        return replace(span, start=self.origins[span.start], end=end)


def fold(text: str) -> FoldedText:
    """NFKC character by character (１→1, Ａ→A, ⽅→方), zero-width characters dropped.

    A character whose normal form is longer (㎡, ﷺ) gives several characters of one origin.
    """
    characters: list[str] = []
    origins: list[int] = []
    for offset, character in enumerate(text):
        if character in ZERO_WIDTH:
            continue
        for part in unicodedata.normalize("NFKC", character):
            characters.append(part)
            origins.append(offset)
    origins.append(len(text))
    return FoldedText("".join(characters), tuple(origins))


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Spans in order of place; of overlapping ones the surer, then the longer, then the earlier."""
    chosen: list[Span] = []
    ranked = sorted(spans, key=lambda s: (-s.confidence, s.start - s.end, s.start, s.type))
    taken: set[int] = set()
    for span in ranked:
        places = range(span.start, span.end)
        if taken.isdisjoint(places):
            taken.update(places)
            chosen.append(span)
    return sorted(chosen, key=lambda s: s.start)

"""From a received file to split rules, with every line accounted for. No database here."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from lianxun_insight.articles import Article, ParsedText, Source, parse_text
from lianxun_insight.articles.intake import from_document, from_pasted
from lianxun_insight.articles.library import Version, work_key
from lianxun_insight.read import Document, UnreadableError

MARKDOWN = "md"
PASTED = "pasted"
MAX_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Received:
    """A received text: ``format`` is ``md``, ``pasted`` or the kind the reader found."""

    name: str
    hint: str
    format: str
    text: str
    layout: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """The rules in one file; ``problems`` are (place, reason, words); ``lines`` counts lines by kind."""

    texts: tuple[ParsedText, ...]
    problems: tuple[tuple[str, str, str], ...]
    lines: dict[str, int]

    @property
    def articles(self) -> int:
        return sum(len(t.articles) for t in self.texts)

    def works(self) -> list[list[Any]]:
        """``[key, title, day, articles]`` of each rule."""
        return [
            [work_key(t.title), t.title, _iso(t.metadata.version_day), len(t.articles)]
            for t in self.texts
        ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def split(source: Received) -> Split:
    """Split a received text. Raises ``UnreadableError`` for a workbook without a usable sheet."""
    stem = PurePosixPath(source.name).stem
    if source.format == MARKDOWN:
        parsed = parse_text(source.text, source=Source.MARKDOWN, title=stem, kind_hint=source.hint)
        return _of([parsed], [(f"第 {p.line} 行", p.reason, p.text) for p in parsed.problems])
    if source.format == PASTED:
        intake = from_pasted(source.text, name=stem, kind_hint=source.hint)
    else:
        document = document_of(source.text, source.layout, source.format)
        intake = from_document(document, name=stem, kind_hint=source.hint)
    words = {f"第 {p.line} 行": p.text for t in intake.texts for p in t.problems}
    return _of(
        list(intake.texts), [(place, why, words.get(place, "")) for place, why in intake.problems]
    )


def _of(texts: list[ParsedText], problems: list[tuple[str, str, str]]) -> Split:
    lines = Counter(kind.value for text in texts for kind in text.line_kinds)
    kept = tuple(t for t in texts if t.articles)
    cut = tuple((place, why, words[:80]) for place, why, words in problems[:MAX_PROBLEMS])
    return Split(kept, cut, dict(lines))


def document_of(text: str, layout: dict[str, Any] | None, format: str) -> Document:
    """The read document again, from its text and the places that were kept beside it."""
    kept = layout or {"pages": [], "pieces": [], "warnings": []}
    return Document.from_json({**kept, "kind": format, "text": text})


def layout_of(document: Document) -> dict[str, Any]:
    """What is kept of a read document beside its text."""
    kept = document.to_json()
    del kept["text"], kept["kind"]
    return kept


def wording(text: str) -> str:
    """16 hexadecimal digits that tell wordings apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest(articles: Iterable[Article]) -> str:
    """SHA-256 over keys and wordings of a version."""
    seen = hashlib.sha256()
    for article in articles:
        seen.update(f"{article.key}\x1f{article.text}\x1e".encode())
    return seen.hexdigest()


def stored_articles(version: Version) -> list[Article]:
    """The articles of a version, each key once (a merged code may repeat one)."""
    seen: set[str] = set()
    out = []
    for article in version.articles:
        if article.key not in seen:
            seen.add(article.key)
            out.append(article)
    return out


__all__ = [
    "MARKDOWN",
    "PASTED",
    "Received",
    "Split",
    "UnreadableError",
    "digest",
    "document_of",
    "layout_of",
    "split",
    "stored_articles",
    "wording",
]

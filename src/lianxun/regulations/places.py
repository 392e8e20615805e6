"""Extracted words where they stand on the page: what a screen needs to draw one page. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lianxun_insight.read import Document
from lianxun_insight.read.model import Box, Piece


@dataclass(frozen=True, slots=True)
class Line:
    """A line or cell; ``box`` in points, or ``label`` where the format has no layout.

    ``parts`` are (text, marked); ``marks`` are the marked stretches as (x, y, width, height).
    """

    label: str
    box: Box | None
    parts: tuple[tuple[str, bool], ...]
    marks: tuple[Box, ...]
    confidence: float

    @property
    def text(self) -> str:
        return "".join(t for t, _ in self.parts)

    @property
    def size(self) -> tuple[float, float, float, float] | None:
        """x, y of the baseline, width, height."""
        if self.box is None:
            return None
        left, top, right, bottom = self.box
        height = bottom - top
        return left, round(bottom - height * 0.18, 2), round(right - left, 2), round(height, 2)


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of a read document; ``width`` 0 = no layout."""

    number: int
    pages: int
    width: float
    height: float
    label: str
    recognised: bool
    lines: tuple[Line, ...]


def page_view(document: Document, number: int, marks: Sequence[tuple[int, int]]) -> PageView | None:
    """Page ``number`` (from 1) with the stretches ``marks`` (characters of the text) marked."""
    if not document.pages:
        return _plain(document, marks) if number == 1 else None
    page = next((p for p in document.pages if p.number == number), None)
    if page is None:
        return None
    pieces = [p for p in document.pieces if p.page == number]
    return PageView(
        number,
        len(document.pages),
        page.width,
        page.height,
        page.label,
        page.recognised,
        tuple(_line(document, p, marks) for p in pieces),
    )


def _plain(document: Document, marks: Sequence[tuple[int, int]]) -> PageView:
    lines, at = [], 0
    for count, text in enumerate(document.text.split("\n"), 1):
        piece = Piece(1, at, at + len(text), label=f"第{count}行")
        lines.append(_line(document, piece, marks))
        at += len(text) + 1
    return PageView(1, 1, 0, 0, "", False, tuple(lines))


def _line(document: Document, piece: Piece, marks: Sequence[tuple[int, int]]) -> Line:
    parts: list[tuple[str, bool]] = []
    boxes: list[Box] = []
    at = piece.start
    for start, end in sorted(marks):
        low, high = max(start, at), min(end, piece.end)
        if low >= high:
            continue
        parts += [(document.text[at:low], False), (document.text[low:high], True)]
        box = _part(piece, low, high)
        if box is not None:
            boxes.append((box[0], box[1], box[2] - box[0], box[3] - box[1]))
        at = high
    parts.append((document.text[at : piece.end], False))
    return Line(
        piece.label,
        piece.box,
        tuple(p for p in parts if p[0]),
        tuple(boxes),
        piece.confidence,
    )


def _part(piece: Piece, low: int, high: int) -> Box | None:
    if piece.box is None or not piece.edges:
        return piece.box
    left, right = piece.edges[low - piece.start], piece.edges[high - piece.start]
    return left, piece.box[1], right, piece.box[3]

"""A read document: one text, its pages, and where each piece of it stands on the page."""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Box = tuple[float, float, float, float]


class UnreadableError(ValueError):
    """The file cannot or must not be read; the text is a Chinese sentence saying why and what to do."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line or cell: characters [start, end) of `Document.text`.

    `box` is (left, top, right, bottom) in points (1/72 inch) from the top left corner of the page, or
    None where the format has no layout. `edges` are the left edges of the characters plus the right
    edge of the last; empty when unknown. `label` names a place without layout (工作表1!B3).
    `confidence` is 1 for typed text and the recogniser's figure for OCR.
    """

    page: int
    start: int
    end: int
    box: Box | None = None
    edges: tuple[float, ...] = ()
    label: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """Page or sheet `number` (from 1): characters [start, end); size in points, 0 when unknown."""

    number: int
    start: int
    end: int
    width: float = 0.0
    height: float = 0.0
    label: str = ""
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of text is shown."""

    page: int
    box: Box | None
    label: str


@dataclass(frozen=True, slots=True)
class Document:
    """The text (NFKC) of a file with its places. `warnings` are Chinese sentences."""

    kind: str
    text: str
    pages: tuple[Page, ...]
    pieces: tuple[Piece, ...]
    warnings: tuple[str, ...] = ()

    def locate(self, start: int, end: int) -> list[Place]:
        """The places of characters [start, end), one per piece touched, in reading order."""
        starts = [p.start for p in self.pieces]
        at = max(0, bisect_right(starts, start) - 1)
        out = []
        for piece in self.pieces[at:]:
            if piece.start >= end:
                break
            low, high = max(start, piece.start), min(end, piece.end)
            if low < high:
                out.append(Place(piece.page, _part(piece, low, high), piece.label))
        return out

    def to_json(self) -> dict[str, Any]:
        """Plain data, for the pipe between the processes."""
        return {
            "kind": self.kind,
            "text": self.text,
            "pages": [
                [p.number, p.start, p.end, p.width, p.height, p.label, p.recognised]
                for p in self.pages
            ],
            "pieces": [
                [p.page, p.start, p.end, p.box, p.edges, p.label, p.confidence] for p in self.pieces
            ],
            "warnings": self.warnings,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Document":
        """The inverse of `to_json`."""
        pieces = [
            Piece(a, b, c, tuple(box) if box else None, tuple(edges), label, confidence)
            for a, b, c, box, edges, label, confidence in data["pieces"]
        ]
        pages = tuple(Page(*row) for row in data["pages"])
        return cls(data["kind"], data["text"], pages, tuple(pieces), tuple(data["warnings"]))


def _part(piece: Piece, low: int, high: int) -> Box | None:
    if piece.box is None or not piece.edges:
        return piece.box
    left = piece.edges[low - piece.start]
    right = piece.edges[high - piece.start]
    return left, piece.box[1], right, piece.box[3]


@dataclass(slots=True)
class Writer:
    """Puts a document together line by line, normalising and counting as it goes."""

    kind: str
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _pages: list[Page] = field(default_factory=list)
    _pieces: list[Piece] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def begin_page(
        self, width: float = 0.0, height: float = 0.0, label: str = "", *, recognised: bool = False
    ) -> None:
        """Everything added from now on stands on the next page."""
        number = len(self._pages) + 1
        self._pages.append(
            Page(number, self._length, self._length, width, height, label, recognised)
        )

    def line(
        self,
        text: str,
        *,
        box: Box | None = None,
        edges: Sequence[float] = (),
        label: str = "",
        confidence: float = 1.0,
        end: str = "\n",
    ) -> None:
        """Adds a line. `edges` belong to the characters of `text` before normalising."""
        folded, spread = normalise(text, edges)
        if not folded.strip():
            return
        if not self._pages:
            self.begin_page()
        page = self._pages[-1]
        start = self._length
        self._pieces.append(
            Piece(page.number, start, start + len(folded), box, spread, label, confidence)
        )
        self._parts.append(folded + end)
        self._length += len(folded) + len(end)
        self._pages[-1] = Page(
            page.number,
            page.start,
            self._length,
            page.width,
            page.height,
            page.label,
            page.recognised,
        )

    def document(self) -> Document:
        """The finished document."""
        return Document(
            self.kind,
            "".join(self._parts),
            tuple(self._pages),
            tuple(self._pieces),
            tuple(self.warnings),
        )


def normalise(text: str, edges: Sequence[float] = ()) -> tuple[str, tuple[float, ...]]:
    """NFKC character by character, keeping the edges in step.

    pdfium returns radicals (⽅ U+2F45) for 方 on real files; NFKC makes them ordinary characters. A
    character that becomes several (㈠ → (一)) shares its width among them.
    """
    out: list[str] = []
    spread: list[float] = []
    for at, char in enumerate(text):
        if char in _DROPPED or (ord(char) < 32 and char not in "\t\n"):
            continue
        piece = char if char in _KEPT else unicodedata.normalize("NFKC", char)
        out.append(piece)
        if edges:
            left, right = edges[at], edges[at + 1]
            spread.extend(left + (right - left) * i / len(piece) for i in range(len(piece)))
    if edges and spread:
        spread.append(edges[len(text)])
    return "".join(out), tuple(round(e, 2) for e in spread)


_DROPPED = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
# Full-width punctuation is correct Chinese; NFKC would turn it into ASCII.
_KEPT = "，。；：？！（）【】《》〈〉“”‘’、…—～％＋－＝／　"

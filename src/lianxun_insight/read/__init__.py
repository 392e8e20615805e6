"""Reading files that departments send: encodings, documents with places, OCR. Light to import.

`safe_open` reads in a confined child process; parsers and the recogniser are imported there only.
"""

from lianxun_insight.read.model import Box, Document, Page, Piece, Place, UnreadableError
from lianxun_insight.read.open import ParserError, safe_open
from lianxun_insight.read.safe import DEFAULT_LIMITS, Kind, Limits, inspect

__all__ = [
    "DEFAULT_LIMITS",
    "Box",
    "Document",
    "Kind",
    "Limits",
    "Page",
    "ParserError",
    "Piece",
    "Place",
    "UnreadableError",
    "inspect",
    "safe_open",
]

"""Segmented words with tags and offsets (jieba's tag set), shared by the name detectors."""

from __future__ import annotations

from dataclasses import dataclass

import rjieba


@dataclass(frozen=True, slots=True)
class Token:
    start: int
    end: int
    text: str
    tag: str


def tokenise(text: str) -> list[Token]:
    """Words of the text in order; their ends meet, so offsets are exact."""
    out: list[Token] = []
    position = 0
    for word, tag in rjieba.tag(text):
        out.append(Token(position, position + len(word), word, tag))
        position += len(word)
    return out

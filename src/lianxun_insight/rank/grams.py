"""Character 1- and 2-grams of Chinese text as integer keys, computed with numpy.

A key holds two code points of 21 bits: `(first + 1) << 21 | second` for a bigram, the bare code
point for a unigram. Only letters, digits and ideographs make grams; everything else separates.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
SHIFT: Final = 21
_LIMIT: Final = 0x110000
_NOT_WORDS: Final = re.compile(r"[\W_]+")


def _word_table() -> NDArray[np.bool_]:
    """For every code point whether it belongs to a gram. Built once (≈ 0.1 s)."""
    table = np.zeros(_LIMIT, dtype=np.bool_)
    for low, high in (
        (0x30, 0x3A),
        (0x61, 0x7B),
        (0x3007, 0x3008),
        (0x3400, 0x4DC0),
        (0x4E00, 0xA000),
    ):
        table[low:high] = True
    table[0x20000:0x32000] = True  # ideographs of the supplementary planes (names of places)
    return table


_IS_WORD: Final = _word_table()


def fold(text: str) -> str:
    """NFKC and lower case: the form in which texts and questions are compared."""
    return unicodedata.normalize("NFKC", text).lower()


def code_points(text: str) -> NDArray[np.int64]:
    """The folded text as code points; lone surrogates (broken input) become separators."""
    raw = fold(text).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(raw, dtype="<u4").astype(np.int64)


def unigrams_and_bigrams(points: NDArray[np.int64]) -> tuple[Keys, NDArray[np.intp]]:
    """All keys of a text and the position where each begins."""
    word = _IS_WORD[points]
    single = np.flatnonzero(word)
    pair = np.flatnonzero(word[:-1] & word[1:]) if len(points) > 1 else single[:0]
    keys = np.concatenate([points[single], (points[pair] + 1 << SHIFT) | points[pair + 1]])
    return keys, np.concatenate([single, pair])


def keys_of(text: str) -> Keys:
    """The keys of one text, repeated as often as they occur."""
    return unigrams_and_bigrams(code_points(text))[0]


def key_of(gram: str) -> int:
    """The key of one gram of one or two characters (already folded)."""
    if len(gram) == 1:
        return ord(gram)
    return (ord(gram[0]) + 1) << SHIFT | ord(gram[1])


def gram_of(key: int) -> str:
    """The gram behind a key."""
    first, second = int(key) >> SHIFT, int(key) & ((1 << SHIFT) - 1)
    return chr(first - 1) + chr(second) if first else chr(second)


def keys_by_document(texts: Sequence[str]) -> tuple[Keys, NDArray[np.int64]]:
    """Keys of many texts with the number of the text each came from (unsorted)."""
    # One buffer with separators between the texts: grams never cross them.
    folded = [fold(t) for t in texts]
    points = np.frombuffer("\n".join(folded).encode("utf-32-le", "surrogatepass"), "<u4")
    lengths = np.fromiter((len(t) + 1 for t in folded), np.int64, len(folded))
    owner = np.repeat(np.arange(len(folded), dtype=np.int64), lengths)[: len(points)]
    keys, places = unigrams_and_bigrams(points.astype(np.int64))
    return keys, owner[places]


def fingerprint(text: str) -> str:
    """12 hex digits of the wording without punctuation: the same in every edition and file."""
    return hashlib.sha256(_NOT_WORDS.sub("", fold(text)).encode()).hexdigest()[:12]

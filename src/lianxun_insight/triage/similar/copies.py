"""Copies by MinHash: texts that share more than half of their character trigrams.

192 permutations in 64 bands of 3: a pair with Jaccard similarity J meets in some band with
probability 1 - (1 - J^3)^64, at J = 0.5 that is 0.9998 and at J = 0.05 less than 0.01 (Leskovec,
Rajaraman and Ullman, Mining of Massive Datasets, section 3.4). Candidates are verified exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

PERMUTATIONS = 192
BANDS = 64
SEED = 7_919
SHINGLE = 3
_NOT_WORD = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    """NFKC, lower case, only letters, digits and characters: what a re-typed copy keeps."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).lower())


def shingles(text: str) -> frozenset[str]:
    """Character trigrams of the bare text; a shorter text is its own shingle."""
    plain = bare(text)
    if len(plain) < SHINGLE:
        return frozenset({plain}) if plain else frozenset()
    return frozenset(plain[i : i + SHINGLE] for i in range(len(plain) - SHINGLE + 1))


def jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    """Shared shingles over all shingles; two empty texts are not copies."""
    union = len(one | two)
    return len(one & two) / union if union else 0.0


def digest(text: str) -> NDArray[np.uint32]:
    """MinHash signature, shape (PERMUTATIONS,), the same on every machine."""
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.update(sorted(shingles(text)))
    return np.array(sketch.digest(), dtype=np.uint32)


class CopyIndex:
    """Bands of signatures by key; keys are small integers of the caller."""

    def __init__(self) -> None:
        self._digests: dict[int, NDArray[np.uint32]] = {}
        self._bands: list[dict[bytes, set[int]]] = [{} for _ in range(BANDS)]

    def __len__(self) -> int:
        return len(self._digests)

    def add(self, key: int, signature: NDArray[np.uint32]) -> None:
        """Put a signature under a key, in place of an earlier one."""
        self.remove(key)
        self._digests[key] = signature
        for band, part in zip(self._bands, self._parts(signature), strict=True):
            band.setdefault(part, set()).add(key)

    def remove(self, key: int) -> None:
        """Forget a key; an unknown key changes nothing."""
        signature = self._digests.pop(key, None)
        if signature is None:
            return
        for band, part in zip(self._bands, self._parts(signature), strict=True):
            band[part].discard(key)
            if not band[part]:
                del band[part]

    def candidates(self, signature: NDArray[np.uint32]) -> set[int]:
        """Keys that meet the signature in at least one band."""
        found: set[int] = set()
        for band, part in zip(self._bands, self._parts(signature), strict=True):
            found |= band.get(part, set())
        return found

    def digests(self, keys: Iterable[int]) -> NDArray[np.uint32]:
        """Signatures of the keys, shape (keys, PERMUTATIONS)."""
        rows = [self._digests[key] for key in keys]
        return np.array(rows, dtype=np.uint32).reshape(len(rows), PERMUTATIONS)

    @staticmethod
    def _parts(signature: NDArray[np.uint32]) -> list[bytes]:
        return [part.tobytes() for part in np.split(signature, BANDS)]

"""Find repeated rows of a file of any length in 16 bytes a row.

Each row is reduced to a 64-bit hash of its key and one of its whole content. The same key with the
same content is a duplicate; with other content it is a contradiction and goes to quarantine. A false
alarm needs two 64-bit hashes to collide: about 3·10⁻⁶ for ten million rows, and then it only sends
one row to quarantine, never drops it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Repeats:
    """Positions (0-based among used rows) that repeat an earlier row, and the row they repeat."""

    same: npt.NDArray[np.int64]
    same_first: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]
    other_first: npt.NDArray[np.int64]


def fingerprints(
    columns: dict[str, list[Any]], key: Sequence[str], rows: int
) -> npt.NDArray[np.uint64]:
    """Array (rows, 2): hash of the key columns, hash of all columns."""
    keys = list(zip(*(columns[name] for name in key), strict=True))
    whole = list(zip(*columns.values(), strict=True))
    out = bytearray()
    for a, b in zip(keys, whole, strict=True):
        out += hashlib.blake2b(repr(a).encode(), digest_size=8).digest()
        out += hashlib.blake2b(repr(b).encode(), digest_size=8).digest()
    return np.frombuffer(bytes(out), dtype=np.uint64).reshape(rows, 2)


def find_repeats(prints: npt.NDArray[np.uint64]) -> Repeats:
    """Compare all fingerprints of a table; the first row of a key stands."""
    order = np.argsort(prints[:, 0], kind="stable")
    keys = prints[order, 0]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    first = order[np.repeat(starts, np.diff(np.r_[starts, len(keys)]))]
    again = first != order
    row, origin = order[again].astype(np.int64), first[again].astype(np.int64)
    same = prints[row, 1] == prints[origin, 1]
    return Repeats(row[same], origin[same], row[~same], origin[~same])

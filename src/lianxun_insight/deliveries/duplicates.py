"""Find repeated rows of a file of any length in 16 bytes a row.

Each row was reduced (by `checks`) to a 64-bit hash of its key and one of its whole content. The same key with the
same content is a duplicate; with other content it is a contradiction and goes to quarantine. A false
alarm needs two 64-bit hashes to collide: about 3·10⁻⁶ for ten million rows, and then it only sends
one row to quarantine, never drops it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Repeats:
    """Positions (0-based among used rows) that repeat an earlier row, and the row they repeat."""

    same: npt.NDArray[np.int64]
    same_first: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]
    other_first: npt.NDArray[np.int64]


def find_repeats(prints: npt.NDArray[np.uint64]) -> Repeats:
    """Compare all fingerprints of a table; the first row of a key stands.

    Needs 16 bytes a row beside `prints` (an order and the sorted keys), whatever repeats.
    """
    order = np.argsort(prints[:, 0], kind="stable")
    keys = prints[:, 0][order]
    again = np.flatnonzero(keys[1:] == keys[:-1]) + 1
    firsts = np.searchsorted(keys, keys[again], side="left")
    row, origin = order[again].astype(np.int64), order[firsts].astype(np.int64)
    same = prints[row, 1] == prints[origin, 1]
    return Repeats(row[same], origin[same], row[~same], origin[~same])

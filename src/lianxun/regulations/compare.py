"""Two versions side by side: which articles came, went, moved or changed, and which characters. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

Row = tuple[str, str, str]  # key, label, text


class Change(StrEnum):
    SAME = "未变"
    CHANGED = "修改"
    ADDED = "新增"
    REMOVED = "删除"
    MOVED = "条号变动"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one side; ``touched`` = not in the other side."""

    text: str
    touched: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """An article of the old and of the new version; either may be missing."""

    change: Change
    old_label: str
    new_label: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    old_key: str = ""
    new_key: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    pairs: tuple[Pair, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of articles by change, in Chinese."""
        found = Counter(p.change.value for p in self.pairs)
        return {c.value: found[c.value] for c in Change if found[c.value]}

    @property
    def changed(self) -> tuple[Pair, ...]:
        return tuple(p for p in self.pairs if p.change is not Change.SAME)


def compare(old: Sequence[Row], new: Sequence[Row]) -> Comparison:
    """Pair articles by wording first (they may have moved), then by likeness, then by number.

    The pairs stand in the order of the new version, removed articles where they used to stand.
    """
    partner = _partners(old, new)
    taken = set(partner.values())
    out: list[Pair] = []
    at = 0
    for index, row in enumerate(new):
        found = partner.get(index)
        if found is not None:
            out += [_removed(old[i]) for i in range(at, found) if i not in taken]
            at = max(at, found + 1)
        out.append(_pair(old[found] if found is not None else None, row))
    out += [_removed(old[i]) for i in range(at, len(old)) if i not in taken]
    return Comparison(tuple(out))


def _partners(old: Sequence[Row], new: Sequence[Row]) -> dict[int, int]:
    """Index of the new article → index of the old one."""
    partner: dict[int, int] = {}
    by_text: dict[str, list[int]] = {}
    for i, row in enumerate(old):
        by_text.setdefault(row[2], []).append(i)
    by_key = {row[0]: i for i, row in enumerate(old)}
    for j, row in enumerate(
        new
    ):  # equal wording at the same number wins over equal wording elsewhere
        same = by_key.get(row[0])
        if same is not None and old[same][2] == row[2]:
            partner[j] = same
            by_text[row[2]].remove(same)
    for j, row in enumerate(new):
        if j not in partner and by_text.get(row[2]):
            partner[j] = by_text[row[2]].pop(0)
    _alike(old, new, partner)
    return partner


_ALIKE = 0.6
_REACH = 12  # articles an amended one is looked for before and after its place


def _alike(old: Sequence[Row], new: Sequence[Row], partner: dict[int, int]) -> None:
    """Amended articles: the most alike of the free old ones near by; else the one of the same number."""
    free = set(range(len(old))) - set(partner.values())
    by_key = {old[i][0]: i for i in free}
    shift = 0
    for j, row in enumerate(new):
        if j in partner:
            shift = partner[j] - j
            continue
        near = sorted(i for i in free if abs(i - (j + shift)) <= _REACH)
        best = max(near, key=lambda i: likeness(old[i][2], row[2]), default=None)
        if best is None or likeness(old[best][2], row[2]) < _ALIKE:
            best = by_key.get(row[0]) if by_key.get(row[0]) in free else None
            if best is not None and likeness(old[best][2], row[2]) < _ALIKE / 2:
                best = None
        if best is not None:
            partner[j] = best
            free.discard(best)


def likeness(a: str, b: str) -> float:
    """Share of common character pairs (Dice); 1 for equal texts."""
    if a == b:
        return 1.0
    left = Counter(a[i : i + 2] for i in range(len(a) - 1))
    right = Counter(b[i : i + 2] for i in range(len(b) - 1))
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


def _pair(old: Row | None, new: Row) -> Pair:
    if old is None:
        return Pair(Change.ADDED, "", new[1], (), (Piece(new[2], touched=True),), "", new[0])
    if old[2] == new[2]:
        kind = Change.SAME if old[0] == new[0] else Change.MOVED
        whole = (Piece(new[2], touched=False),)
        return Pair(kind, old[1], new[1], whole, whole, old[0], new[0])
    left, right = diff(old[2], new[2])
    return Pair(Change.CHANGED, old[1], new[1], left, right, old[0], new[0])


def _removed(row: Row) -> Pair:
    return Pair(Change.REMOVED, row[1], "", (Piece(row[2], touched=True),), (), row[0], "")


def diff(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts cut into stretches that stayed and stretches that did not."""
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        touched = tag != "equal"
        if b > a:
            left.append(Piece(old[a:b], touched))
        if d > c:
            right.append(Piece(new[c:d], touched))
    return tuple(left), tuple(right)

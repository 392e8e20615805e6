"""Merkle tree of RFC 6962 §2.1 over 256-wide tiles (C2SP tlog-tiles), for SHA-256 and SM3.

Nothing here knows a database: tiles come from a function ``(level, n) -> bytes`` (32 bytes a hash, a
partial tile is shorter). ``Edge`` grows a tree and tells which tiles changed; ``Tiles`` makes proofs;
``check_inclusion`` and ``check_consistency`` are the verifiers of RFC 9162 §2.1.3.2 and §2.1.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from lianxun.kernel.digest import Suite, hasher

WIDTH = 256
HEIGHT = 8
HASH = 32
TREES: tuple[Suite, ...] = ("sha256", "sm3")
"""The log is kept in both, over the same bodies."""

TileReader = Callable[[int, int], bytes]
TileKey = tuple[int, int]


def leaf_hash(body: bytes, suite: Suite = "sha256") -> bytes:
    return _hasher(suite)(b"\0" + body)


def node_hash(left: bytes, right: bytes, suite: Suite = "sha256") -> bytes:
    return _hasher(suite)(b"\1" + left + right)


_EMPTY_SM3 = hasher("sm3")


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sm3(data: bytes) -> bytes:
    """From a copy of an empty one: ``hashlib.new`` by name looks the algorithm up each time."""
    running = _EMPTY_SM3.copy()
    running.update(data)
    return running.digest()


def _hasher(suite: Suite) -> Callable[[bytes], bytes]:
    return _sha256 if suite == "sha256" else _sm3


class Edge:
    """The right edge of a growing tree: for each tile level the hashes of its last, partial tile."""

    def __init__(self, suite: Suite = "sha256") -> None:
        self.suite = suite
        self.size = 0
        self.levels: list[list[bytes]] = [[]]
        self.changed: dict[TileKey, bytes] = {}

    @classmethod
    def load(cls, size: int, read: TileReader, suite: Suite = "sha256") -> Edge:
        """The edge of a stored tree of ``size`` leaves; ``LookupError`` if a tile is too short."""
        edge = cls(suite)
        edge.size = size
        edge.levels = []
        level, count = 0, size
        while count or not edge.levels:
            width = count % WIDTH
            data = read(level, count // WIDTH) if width else b""
            if len(data) < width * HASH:
                raise LookupError(f"tile {level}/{count // WIDTH} lacks hashes")
            edge.levels.append([data[i * HASH : (i + 1) * HASH] for i in range(width)])
            level, count = level + 1, count // WIDTH
        return edge

    def copy(self) -> Edge:
        other = Edge(self.suite)
        other.size = self.size
        other.levels = [list(hashes) for hashes in self.levels]
        return other

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes; ``changed`` collects the tiles to store."""
        h = _hasher(self.suite)
        bottom = self.levels[0]
        for leaf in leaves:
            bottom.append(leaf)
            self.size += 1
            if len(bottom) == WIDTH:
                self._carry(h)
                bottom = self.levels[0]
        for level, hashes in enumerate(self.levels):
            if hashes:
                self.changed[level, self.size // WIDTH ** (level + 1)] = b"".join(hashes)

    def _carry(self, h: Callable[[bytes], bytes]) -> None:
        level = 0
        while len(self.levels[level]) == WIDTH:
            hashes = self.levels[level]
            self.changed[level, self.size // WIDTH ** (level + 1) - 1] = b"".join(hashes)
            self.levels[level] = []
            if level + 1 == len(self.levels):
                self.levels.append([])
            self.levels[level + 1].append(_perfect(hashes, h))
            level += 1

    def root(self) -> bytes:
        """The tree head; the hash of nothing for an empty tree."""
        h = _hasher(self.suite)
        accumulated: bytes | None = None
        for hashes in self.levels:
            for part in reversed(_perfect_parts(hashes)):
                head = _perfect(part, h)
                accumulated = head if accumulated is None else h(b"\1" + head + accumulated)
        return h(b"") if accumulated is None else accumulated

    def take_changed(self) -> dict[TileKey, bytes]:
        changed, self.changed = self.changed, {}
        return changed


def _perfect(hashes: list[bytes], h: Callable[[bytes], bytes]) -> bytes:
    """Head of a perfect subtree over 2^k hashes."""
    while len(hashes) > 1:
        hashes = [h(b"\1" + hashes[i] + hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def _perfect_parts(hashes: list[bytes]) -> list[list[bytes]]:
    """Cut into perfect subtrees, the largest first."""
    parts, start, rest = [], 0, len(hashes)
    while rest:
        width = 1 << (rest.bit_length() - 1)
        parts.append(hashes[start : start + width])
        start, rest = start + width, rest - width
    return parts


class Tiles:
    """Heads and proofs from stored tiles. Keeps the tiles it read: use one per tree head."""

    def __init__(self, read: TileReader, suite: Suite = "sha256") -> None:
        self._read = read
        self._h = _hasher(suite)
        self._tiles: dict[TileKey, bytes] = {}

    def _node(self, height: int, index: int) -> bytes:
        """Head of the perfect subtree of 2^height leaves number ``index``."""
        level, above = divmod(height, HEIGHT)
        first = index << above
        key = (level, first // WIDTH)
        if key not in self._tiles:
            self._tiles[key] = self._read(*key)
        tile = self._tiles[key]
        start = first % WIDTH * HASH
        data = tile[start : start + (HASH << above)]
        if len(data) != HASH << above:
            raise LookupError(f"tile {key[0]}/{key[1]} is missing or too short")
        return _perfect([data[i : i + HASH] for i in range(0, len(data), HASH)], self._h)

    def head(self, low: int, high: int) -> bytes:
        """``MTH(D[low:high])``; ``low`` must be a multiple of the largest power of two below."""
        count = high - low
        if count == 0:
            return self._h(b"")
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._node(height, low >> height)
        middle = low + _split(count)
        return self._h(b"\1" + self.head(low, middle) + self.head(middle, high))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Audit path of leaf ``index`` in the tree of ``size`` leaves, sibling of the leaf first."""
        if not 0 <= index < size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        low, high, path = 0, size, []
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self.head(middle, high))
                high = middle
            else:
                path.append(self.head(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Proof that the tree of ``old`` leaves is a prefix of the one of ``new`` (RFC 6962 §2.1.2)."""
        if not 0 <= old <= new:
            raise ValueError(f"no consistency from {old} to {new}")
        if old in (0, new):
            return []
        return self._subproof(old, 0, new, whole=True)

    def _subproof(self, old: int, low: int, high: int, *, whole: bool) -> list[bytes]:
        count = high - low
        if old == count:
            return [] if whole else [self.head(low, high)]
        middle = _split(count)
        if old <= middle:
            rest = self._subproof(old, low, low + middle, whole=whole)
            return [*rest, self.head(low + middle, high)]
        rest = self._subproof(old - middle, low + middle, high, whole=False)
        return [*rest, self.head(low, low + middle)]


def _split(count: int) -> int:
    """The largest power of two smaller than ``count`` (> 1)."""
    return 1 << ((count - 1).bit_length() - 1)


def check_inclusion(  # noqa: PLR0917 - the names of the standard in its order
    leaf: bytes, index: int, size: int, path: list[bytes], root: bytes, suite: Suite = "sha256"
) -> bool:
    """RFC 9162 §2.1.3.2."""
    if not 0 <= index < size or any(len(step) != HASH for step in path):
        return False
    position, last, value, h = index, size - 1, leaf, _hasher(suite)
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            value = h(b"\1" + step + value)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            value = h(b"\1" + value + step)
        position, last = position >> 1, last >> 1
    return last == 0 and value == root


def check_consistency(  # noqa: PLR0917
    old: int,
    new: int,
    path: list[bytes],
    old_root: bytes,
    new_root: bytes,
    suite: Suite = "sha256",
) -> bool:
    """RFC 9162 §2.1.4.2; from an empty tree and between equal sizes the proof is empty."""
    if not 0 <= old <= new or any(len(step) != HASH for step in path):
        return False
    h = _hasher(suite)
    if old == 0:
        return not path and old_root == h(b"")
    if old == new:
        return not path and old_root == new_root
    if not path:
        return False
    steps = list(path) if old & (old - 1) else [old_root, *path]
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = h(b"\1" + step + first), h(b"\1" + step + second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = h(b"\1" + second + step)
        position, last = position >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def tile_path(level: int | str, n: int, width: int = WIDTH) -> str:
    """Path of a tile or bundle below the prefix: ``tile/0/x001/x234/067`` (``.p/W`` if partial)."""
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.append(f"x{n % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"

"""The tree against the recursive definition of RFC 6962 §2.1, exhaustively for small trees."""

from __future__ import annotations

import hashlib
import random

import pytest

from lianxun.kernel.digest import Suite
from lianxun.trace import merkle
from lianxun.trace.merkle import Edge, Tiles, check_consistency, check_inclusion, tile_path

LEAVES = [bytes([n % 256, n // 256]) * 16 for n in range(700)]


def h(suite: Suite, data: bytes) -> bytes:
    return hashlib.new(suite, data).digest()


def mth(suite: Suite, leaves: list[bytes]) -> bytes:
    """MTH over leaf hashes, as written in the RFC."""
    if not leaves:
        return h(suite, b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return h(suite, b"\1" + mth(suite, leaves[:k]) + mth(suite, leaves[k:]))


def path(suite: Suite, m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) <= 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path(suite, m, leaves[:k]), mth(suite, leaves[k:])]
    return [*path(suite, m - k, leaves[k:]), mth(suite, leaves[:k])]


def subproof(suite: Suite, m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(suite, leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(suite, m, leaves[:k], whole), mth(suite, leaves[k:])]
    return [*subproof(suite, m - k, leaves[k:], False), mth(suite, leaves[:k])]


class Store:
    """Grows a tree and keeps its tiles as the database does."""

    def __init__(self, suite: Suite) -> None:
        self.edge = Edge(suite)
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.suite = suite

    def extend(self, leaves: list[bytes]) -> None:
        self.edge.extend(leaves)
        self.tiles.update(self.edge.take_changed())

    def read(self, level: int, n: int) -> bytes:
        return self.tiles.get((level, n), b"")

    def proofs(self) -> Tiles:
        return Tiles(self.read, self.suite)


def test_published_roots() -> None:
    """The eight leaves and roots of the Certificate Transparency test data."""
    bodies = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    bodies.append("606162636465666768696a6b6c6d6e6f")
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    edge = Edge()
    assert edge.root() == hashlib.sha256().digest()
    for body, root in zip(bodies, roots, strict=True):
        edge.extend([merkle.leaf_hash(bytes.fromhex(body))])
        assert edge.root().hex() == root


@pytest.mark.parametrize("suite", ["sha256", "sm3"])
def test_every_inclusion_and_consistency_of_small_trees(suite: Suite) -> None:
    store, most = Store(suite), 70
    roots = [store.edge.root()]
    for leaf in LEAVES[:most]:
        store.extend([leaf])
        roots.append(store.edge.root())
    proofs, checked = store.proofs(), 0
    for size in range(1, most + 1):
        leaves = LEAVES[:size]
        assert roots[size] == mth(suite, leaves) == proofs.head(0, size)
        for index in range(size):
            steps = proofs.inclusion(index, size)
            assert steps == path(suite, index, leaves)
            assert check_inclusion(leaves[index], index, size, steps, roots[size], suite)
            assert not check_inclusion(LEAVES[-1], index, size, steps, roots[size], suite)
            checked += 1
        for old in range(size + 1):
            steps = proofs.consistency(old, size)
            assert steps == ([] if old == 0 else subproof(suite, old, leaves, True))
            assert check_consistency(old, size, steps, roots[old], roots[size], suite)
            checked += 1
    assert checked == 70 * 71 // 2 + 70 * 71 // 2 + 70


def test_no_proof_serves_another_question() -> None:
    """All inclusion proofs of one tree tried at all places, all consistency proofs at all sizes."""
    store, most = Store("sha256"), 24
    roots = [store.edge.root()]
    for leaf in LEAVES[:most]:
        store.extend([leaf])
        roots.append(store.edge.root())
    proofs, accepted = store.proofs(), 0
    for size in range(1, most + 1):
        for index in range(size):
            steps = proofs.inclusion(index, size)
            for other in range(size + 2):
                accepted += check_inclusion(LEAVES[index], other, size, steps, roots[size])
        for old in range(1, size):
            steps = proofs.consistency(old, size)
            for other in range(1, size):
                accepted += check_consistency(other, size, steps, roots[old], roots[size])
            assert not check_consistency(old, size, steps, roots[old - 1], roots[size])
            assert not check_consistency(old, size, steps, roots[old], roots[size - 1])
            assert not check_consistency(old, size, [*steps, roots[1]], roots[old], roots[size])
            assert not check_consistency(old, size, steps[:-1], roots[old], roots[size])
    assert accepted == most * (most + 1) // 2 + most * (most - 1) // 2


@pytest.mark.parametrize("suite", ["sha256", "sm3"])
def test_large_trees_over_several_tiles_and_batches(suite: Suite) -> None:
    rng = random.Random(20261122)
    leaves = [rng.randbytes(32) for _ in range(70_000)]
    store, at = Store(suite), 0
    marks = [(0, store.edge.root())]
    while at < len(leaves):
        step = rng.choice([1, 7, 255, 256, 257, 4000])
        store.extend(leaves[at : at + step])
        at = min(at + step, len(leaves))
        marks.append((at, store.edge.root()))
    assert store.edge.root() == mth(suite, leaves)
    assert max(level for level, _ in store.tiles) == 2
    proofs = store.proofs()
    for old, root in rng.sample(marks, 30):
        steps = proofs.consistency(old, at)
        assert check_consistency(old, at, steps, root, store.edge.root(), suite)
    for index in rng.sample(range(at), 50):
        steps = proofs.inclusion(index, at)
        assert check_inclusion(leaves[index], index, at, steps, store.edge.root(), suite)
    loaded = Edge.load(at, store.read, suite)
    assert (loaded.levels, loaded.root()) == (store.edge.levels, store.edge.root())


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537])
def test_an_edge_loaded_at_a_boundary_goes_on_as_if_never_stored(size: int) -> None:
    leaves = [n.to_bytes(32, "big") for n in range(size + 300)]
    store = Store("sha256")
    store.extend(leaves[:size])
    loaded = Edge.load(size, store.read)
    loaded.extend(leaves[size:])
    store.extend(leaves[size:])
    assert loaded.root() == store.edge.root()


def test_a_missing_or_short_tile_is_said() -> None:
    store = Store("sha256")
    store.extend(LEAVES[:300])
    del store.tiles[0, 1]
    with pytest.raises(LookupError, match="0/1"):
        Edge.load(300, store.read)
    with pytest.raises(LookupError, match="0/1"):
        store.proofs().inclusion(299, 300)
    with pytest.raises(ValueError, match="no leaf"):
        store.proofs().inclusion(300, 300)
    with pytest.raises(ValueError, match="consistency"):
        store.proofs().consistency(5, 4)


def test_tile_paths_are_those_of_the_specification() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(3, 5) == "tile/3/005"
    assert tile_path("entries", 273, 112) == "tile/entries/273.p/112"


def test_partial_tiles_of_a_tree_of_70000_have_the_widths_of_the_specification() -> None:
    store = Store("sha256")
    store.extend([n.to_bytes(32, "big") for n in range(70_000)])
    widths = {key: len(data) // 32 for key, data in store.tiles.items() if len(data) < 8192}
    assert widths == {(0, 273): 112, (1, 1): 17, (2, 0): 1}

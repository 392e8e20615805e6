"""Bounded path search for one case: typed edges in compressed rows, from both ends, hubs capped.

Not a screening tool: in a large graph nearly everybody is connected within six steps. It answers one
question in one case ("how do this person and this firm hang together?") with at most `hops` steps,
never through a node with more than `hub` edges, and shows a few shortest paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a path, read from `source` to `target`; `edge` is its place in the input."""

    source: str
    target: str
    kind: str
    edge: int


class Graph:
    """An undirected multigraph of named nodes with typed edges.

    `offsets` (nodes + 1), `targets` and `edges` (2 · edges) are the compressed rows.
    """

    def __init__(
        self, sources: Sequence[str], targets: Sequence[str], kinds: Sequence[str]
    ) -> None:
        if not len(sources) == len(targets) == len(kinds):
            raise ValueError("边的起点、终点和类型的数目不一致。")
        every = np.concatenate(
            [np.asarray(sources, dtype=object), np.asarray(targets, dtype=object)]
        ).astype(str)
        names, codes = np.unique(every, return_inverse=True)
        self.names = names
        self.kinds = list(kinds)
        half = len(sources)
        self._build(codes[:half].astype(np.int64), codes[half:].astype(np.int64), len(names))

    def _build(self, a: Ints, b: Ints, size: int) -> None:
        start, end = np.concatenate([a, b]), np.concatenate([b, a])
        order = np.argsort(start, kind="stable")
        self.targets = end[order]
        self.edges = np.tile(np.arange(len(a), dtype=np.int64), 2)[order]
        self.offsets = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(start, minlength=size), out=self.offsets[1:])

    @classmethod
    def of_codes(cls, a: Ints, b: Ints, size: int) -> Graph:
        """A graph of `size` nodes that are numbers already (all edges of the kind "")."""
        graph = cls.__new__(cls)
        graph.names = np.arange(size).astype(str)
        graph.kinds = [""]
        graph._build(a, b, size)
        return graph

    def node(self, name: str) -> int | None:
        """The number of a node; None if no edge names it."""
        place = int(np.searchsorted(self.names, name))
        if place < len(self.names) and self.names[place] == name:
            return place
        return None

    def degree(self, node: int) -> int:
        """Number of edges of a node."""
        return int(self.offsets[node + 1] - self.offsets[node])

    def _neighbours(self, front: Ints) -> tuple[Ints, Ints]:
        """Neighbours of all nodes of a front, each with the node it was reached from."""
        begin, count = self.offsets[front], self.offsets[front + 1] - self.offsets[front]
        total = int(count.sum())
        if not total:
            empty = np.zeros(0, dtype=np.int64)
            return empty, empty
        first = np.repeat(begin - np.r_[0, np.cumsum(count)[:-1]], count)
        places = first + np.arange(total)
        return self.targets[places], np.repeat(front, count)

    def paths(
        self, source: str, target: str, *, hops: int = 6, hub: int = 500, most: int = 10
    ) -> list[list[Step]]:
        """At most `most` shortest paths of at most `hops` steps; empty if there is none."""
        a, b = self.node(source), self.node(target)
        if a is None or b is None or a == b:
            return []
        size = len(self.names)
        far = np.iinfo(np.int16).max
        distance = [np.full(size, far, np.int16), np.full(size, far, np.int16)]
        fronts = [np.array([a]), np.array([b])]
        distance[0][a] = distance[1][b] = 0
        depth = [0, 0]
        degrees = np.diff(self.offsets)
        meeting = np.zeros(0, dtype=np.int64)
        while sum(depth) < hops and len(fronts[0]) and len(fronts[1]):
            side = int(degrees[fronts[0]].sum() > degrees[fronts[1]].sum())
            reached, _ = self._neighbours(fronts[side])
            fresh = np.unique(reached[distance[side][reached] == far])
            depth[side] += 1
            distance[side][fresh] = depth[side]
            met = fresh[distance[1 - side][fresh] != far]
            if len(met):
                meeting = met
                break
            fronts[side] = fresh[degrees[fresh] <= hub]
        if not len(meeting):
            return []
        lengths = distance[0][meeting].astype(int) + distance[1][meeting]
        best = meeting[lengths == lengths.min()]
        return self._spell(best, distance, hub, most)

    def _spell(self, meeting: Ints, distance: list[Any], hub: int, most: int) -> list[list[Step]]:
        found: list[list[Step]] = []
        for middle in meeting:
            for left in self._back(int(middle), distance[0], hub, most):
                for right in self._back(int(middle), distance[1], hub, most):
                    nodes = left[::-1] + right[1:]
                    found.append([self._step(*pair) for pair in pairwise(nodes)])
                    if len(found) >= most:
                        return found
        return found

    def _back(self, node: int, distance: Any, hub: int, most: int) -> Iterable[list[int]]:
        """Ways back from a node to the end with distance 0, nearest first, at most `most`."""
        waiting, given = [[node]], 0
        while waiting and given < most:
            path = waiting.pop()
            here = path[-1]
            if distance[here] == 0:
                given += 1
                yield path
                continue
            near = np.unique(self.targets[self.offsets[here] : self.offsets[here + 1]])
            for other in near[distance[near] == distance[here] - 1][::-1]:
                if distance[other] == 0 or self.degree(int(other)) <= hub:
                    waiting.append([*path, int(other)])

    def _step(self, a: int, b: int) -> Step:
        span = slice(self.offsets[a], self.offsets[a + 1])
        edge = int(self.edges[span][self.targets[span] == b].min())
        kind = self.kinds[edge] if edge < len(self.kinds) else ""
        return Step(str(self.names[a]), str(self.names[b]), kind, edge)

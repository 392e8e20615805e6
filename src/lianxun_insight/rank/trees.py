"""Evaluates LightGBM's text model with numpy, so that searching needs no LightGBM.

Reads the documented text format (`Booster.save_model`); numerical splits with the default
decision type only, which is all our training produces. Equality with LightGBM is tested.

All trees are evaluated at once after Lucchese et al., "QuickScorer" (SIGIR 2015): a leaf is the
lowest bit that no failing comparison of its tree has cleared.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_LEAVES: Final = 64


@dataclass(frozen=True, slots=True)
class _Tree:
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Table:
    """All trees side by side: (trees × nodes) comparisons, (trees × leaves) values.

    `cleared` has, for a node whose comparison fails, 0 at the bits of the leaves on its left.
    `steps[t, l, f]` is what feature f adds on the path to leaf l of tree t (Saabas 2014).
    """

    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    cleared: NDArray[np.uint64]
    value: NDArray[np.float64]
    steps: NDArray[np.float64]


@dataclass(frozen=True)
class TreeEnsemble:
    """A sum of regression trees. `feature_names` in the order of the columns expected."""

    feature_names: tuple[str, ...]
    trees: tuple[_Tree, ...]
    _table: _Table = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_table", _side_by_side(self.trees, len(self.feature_names)))

    @classmethod
    def parse(cls, text: str) -> "TreeEnsemble":
        """From the text of a LightGBM model file."""
        header, *blocks = text.split("\nTree=")
        fields = dict(line.split("=", 1) for line in header.splitlines() if "=" in line)
        names = tuple(fields["feature_names"].split())
        trees = []
        for block in blocks:
            body = block.split("end of trees")[0]
            trees.append(
                _parse_tree(dict(line.split("=", 1) for line in body.splitlines() if "=" in line))
            )
        return cls(names, tuple(trees))

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores of the rows (n × features)."""
        if not self.trees:
            return np.zeros(len(rows))
        leaves = _leaves(self._table, rows)
        return np.asarray(self._table.value[np.arange(len(self.trees)), leaves].sum(axis=1))

    def contributions(self, row: NDArray[np.float64]) -> dict[str, float]:
        """What each feature adds to one score: the change of node value along the path taken.

        After Saabas (2014): cheaper than SHAP and exact in sum (Σ contributions + base = score).
        """
        if not self.trees:
            return {}
        leaves = _leaves(self._table, row[None])[0]
        sums = self._table.steps[np.arange(len(self.trees)), leaves].sum(axis=0)
        return {
            name: value
            for name, value in zip(self.feature_names, sums.tolist(), strict=True)
            if value
        }


def _parse_tree(fields: dict[str, str]) -> _Tree:
    def numbers(name: str, kind: type) -> NDArray[np.generic]:
        return np.array(fields.get(name, "").split(), dtype=kind)

    kinds = numbers("decision_type", np.int32).astype(np.int32)
    if ((kinds & 1) != 0).any():
        raise ValueError("排序模型含有分类型切分，本程序不支持，请重新训练。")
    left = numbers("left_child", np.int32).astype(np.int32)
    right = numbers("right_child", np.int32).astype(np.int32)
    value = numbers("leaf_value", np.float64).astype(np.float64)
    if len(value) > MAX_LEAVES:
        raise ValueError(f"排序模型的树超过 {MAX_LEAVES} 个叶节点，本程序不支持，请重新训练。")
    return _Tree(
        numbers("split_feature", np.int32).astype(np.int32),
        numbers("threshold", np.float64).astype(np.float64),
        left,
        right,
        value,
    )


def _side_by_side(trees: tuple[_Tree, ...], features: int) -> _Table:
    nodes = max((len(t.feature) for t in trees), default=0)
    leaves = max((len(t.value) for t in trees), default=0)
    count = len(trees)
    table = _Table(
        np.zeros((count, nodes), np.intp),
        np.full((count, nodes), np.inf),  # what is padded never fails
        np.full((count, nodes), np.iinfo(np.uint64).max, np.uint64),
        np.zeros((count, leaves)),
        np.zeros((count, leaves, features)),
    )
    for number, tree in enumerate(trees):
        table.feature[number, : len(tree.feature)] = tree.feature
        table.threshold[number, : len(tree.feature)] = tree.threshold
        _lay_out(table, number, tree)
    return table


def _lay_out(table: _Table, number: int, tree: _Tree) -> None:
    """Leaves from left to right, the leaves left of each node, and the steps to each leaf."""
    means = _node_means(tree.left, tree.right, tree.value)
    laid = 0

    def place(node: int, path: NDArray[np.float64]) -> None:
        nonlocal laid
        if node < 0:
            table.value[number, laid] = tree.value[~node]
            table.steps[number, laid] = path
            laid += 1
            return
        first = laid
        for child in (int(tree.left[node]), int(tree.right[node])):
            if child == int(tree.right[node]):
                on_the_left = (1 << laid) - (1 << first)
                table.cleared[number, node] = ~np.uint64(on_the_left)
            step = path.copy()
            after = tree.value[~child] if child < 0 else means[child]
            step[tree.feature[node]] += after - means[node]
            place(child, step)

    place(0 if len(tree.feature) else -1, np.zeros(table.steps.shape[2]))


def _leaves(table: _Table, rows: NDArray[np.float64]) -> NDArray[np.intp]:
    """The leaf (counted from the left) of every row in every tree, rows × trees."""
    if not table.feature.shape[1]:
        return np.zeros((len(rows), len(table.feature)), np.intp)
    fails = ~(rows[:, table.feature] <= table.threshold)
    left = np.bitwise_and.reduce(
        np.where(fails, table.cleared, np.iinfo(np.uint64).max), axis=2, dtype=np.uint64
    )
    lowest = left & (~left + np.uint64(1))
    return np.asarray(np.log2(lowest.astype(np.float64)).astype(np.intp))  # powers of two: exact


def _node_means(
    left: NDArray[np.int32], right: NDArray[np.int32], value: NDArray[np.float64]
) -> tuple[float, ...]:
    """Plain mean of the leaves below each inner node."""
    sums, sizes = [0.0] * len(left), [0] * len(left)
    # Children have higher numbers than their parents in LightGBM's format.
    for node in range(len(left) - 1, -1, -1):
        for child in (int(left[node]), int(right[node])):
            sums[node] += float(value[~child]) if child < 0 else sums[child]
            sizes[node] += 1 if child < 0 else sizes[child]
    return tuple(total / size for total, size in zip(sums, sizes, strict=True))

"""Evaluates LightGBM's text model with numpy, so that searching needs no LightGBM.

Reads the documented text format (`Booster.save_model`); numerical splits with the default
decision type only, which is all our training produces. Equality with LightGBM is tested.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class _Tree:
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    #: Plain mean of the leaves below each inner node, for the contributions.
    means: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TreeEnsemble:
    """A sum of regression trees. `feature_names` in the order of the columns expected."""

    feature_names: tuple[str, ...]
    trees: tuple[_Tree, ...]

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
        out = np.zeros(len(rows))
        for tree in self.trees:
            out += tree.value[_leaves(tree, rows)]
        return out

    def contributions(self, row: NDArray[np.float64]) -> dict[str, float]:
        """What each feature adds to one score: the change of node value along the path taken.

        After Saabas (2014): cheaper than SHAP and exact in sum (Σ contributions + base = score).
        """
        out = dict.fromkeys(self.feature_names, 0.0)
        for tree in self.trees:
            _follow(tree, row, self.feature_names, out)
        return {k: v for k, v in out.items() if v}


def _parse_tree(fields: dict[str, str]) -> _Tree:
    def numbers(name: str, kind: type) -> NDArray[np.generic]:
        return np.array(fields.get(name, "").split(), dtype=kind)

    kinds = numbers("decision_type", np.int32).astype(np.int32)
    if ((kinds & 1) != 0).any():
        raise ValueError("排序模型含有分类型切分，本程序不支持，请重新训练。")
    left = numbers("left_child", np.int32).astype(np.int32)
    right = numbers("right_child", np.int32).astype(np.int32)
    value = numbers("leaf_value", np.float64).astype(np.float64)
    return _Tree(
        numbers("split_feature", np.int32).astype(np.int32),
        numbers("threshold", np.float64).astype(np.float64),
        left,
        right,
        value,
        _node_means(left, right, value),
    )


def _leaves(tree: _Tree, rows: NDArray[np.float64]) -> NDArray[np.int64]:
    if not len(tree.feature):
        return np.zeros(len(rows), np.int64)
    node = np.zeros(len(rows), np.int64)
    active = np.arange(len(rows))
    while len(active):
        at = node[active]
        goes_left = rows[active, tree.feature[at]] <= tree.threshold[at]
        following = np.where(goes_left, tree.left[at], tree.right[at])
        node[active] = following
        active = active[following >= 0]
    return ~node


def _follow(
    tree: _Tree, row: NDArray[np.float64], names: tuple[str, ...], out: dict[str, float]
) -> None:
    if not len(tree.feature):
        return
    means = tree.means
    node = 0
    while node >= 0:
        feature = int(tree.feature[node])
        child = int(tree.left[node] if row[feature] <= tree.threshold[node] else tree.right[node])
        after = tree.value[~child] if child < 0 else means[child]
        out[names[feature]] += float(after - means[node])
        node = child


def _node_means(
    left: NDArray[np.int32], right: NDArray[np.int32], value: NDArray[np.float64]
) -> tuple[float, ...]:
    sums, sizes = [0.0] * len(left), [0] * len(left)
    # Children have higher numbers than their parents in LightGBM's format.
    for node in range(len(left) - 1, -1, -1):
        for child in (int(left[node]), int(right[node])):
            sums[node] += float(value[~child]) if child < 0 else sums[child]
            sizes[node] += 1 if child < 0 else sizes[child]
    return tuple(total / size for total, size in zip(sums, sizes, strict=True))

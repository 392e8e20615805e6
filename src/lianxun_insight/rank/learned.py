"""What the ranker has learnt from questions and their articles, in plain text files.

translation.tsv  words of questions → words of statutes (老板欠薪 → 用人单位 拖欠 劳动报酬)
memory.tsv       words of questions → articles that answered such questions, by fingerprint
trees.txt        LambdaRank trees over the features of `features.py` (LightGBM text format)
card.json        what it was trained on, with which figures, and the hashes of the other files
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank.grams import gram_of, key_of, keys_of
from lianxun_insight.rank.trees import TreeEnsemble

FILES: Final = ("translation.tsv", "memory.tsv", "trees.txt")
EXPANSION: Final = 120


@dataclass(slots=True)
class Learned:
    """`idf` of question grams; per question gram the statute grams and articles it points to."""

    idf: dict[int, float]
    translation: dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]]
    memory: dict[int, tuple[NDArray[np.int32], NDArray[np.float32]]]
    articles: tuple[str, ...]
    trees: TreeEnsemble
    trees_text: str = ""
    card: dict[str, Any] = field(default_factory=dict)

    def question_vector(self, question: str) -> dict[int, float]:
        """Unit vector of the known grams of a question (count × idf)."""
        keys, counts = np.unique(keys_of(question), return_counts=True)
        raw = {
            int(k): int(n) * self.idf[int(k)]
            for k, n in zip(keys, counts, strict=True)
            if int(k) in self.idf
        }
        # Unknown grams lengthen the vector too: a question of unknown words is trusted less.
        unknown = sum(
            int(n) ** 2 for k, n in zip(keys, counts, strict=True) if int(k) not in self.idf
        )
        norm = (sum(v * v for v in raw.values()) + unknown * self.unknown_idf**2) ** 0.5
        return {k: v / norm for k, v in raw.items()} if norm else {}

    @property
    def unknown_idf(self) -> float:
        """idf given to grams that no training question has."""
        return max(self.idf.values(), default=0.0)

    def expand(self, vector: Mapping[int, float]) -> dict[int, float]:
        """Statute grams the question points to, the `EXPANSION` strongest."""
        sums: dict[int, float] = {}
        for key, weight in vector.items():
            found = self.translation.get(key)
            if found is None:
                continue
            for gram, part in zip(found[0].tolist(), (found[1] * weight).tolist(), strict=True):
                sums[gram] = sums.get(gram, 0.0) + part
        best = sorted(sums.items(), key=lambda item: -abs(item[1]))[:EXPANSION]
        return dict(best)

    def remembered(self, vector: Mapping[int, float]) -> NDArray[np.float32]:
        """Score of every article in `articles`."""
        out = np.zeros(len(self.articles), np.float32)
        for key, weight in vector.items():
            found = self.memory.get(key)
            if found is not None:
                out[found[0]] += np.float32(weight) * found[1]
        return out

    # -- files -------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Writes the text files and a card with their SHA-256."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "translation.tsv").write_text(self._translation_text(), "utf-8")
        (folder / "memory.tsv").write_text(self._memory_text(), "utf-8")
        (folder / "trees.txt").write_text(self.trees_text, "utf-8")
        card = dict(self.card)
        card["sha256"] = {n: _sha256((folder / n).read_bytes()) for n in FILES}
        (folder / "card.json").write_text(
            json.dumps(card, ensure_ascii=False, indent=2) + "\n", "utf-8"
        )

    def _translation_text(self) -> str:
        lines = []
        for key in sorted(self.idf):
            grams, weights = self.translation.get(
                key, (np.zeros(0, np.int64), np.zeros(0, np.float32))
            )
            pairs = " ".join(
                f"{gram_of(g)}={round(w * 1000)}"
                for g, w in zip(grams.tolist(), weights.tolist(), strict=True)
            )
            lines.append(f"{gram_of(key)}\t{self.idf[key]:.3f}\t{pairs}\n")
        return "".join(lines)

    def _memory_text(self) -> str:
        lines = [f"{i}\t{name}\n" for i, name in enumerate(self.articles)]
        lines.append("\n")
        for key in sorted(self.memory):
            numbers, weights = self.memory[key]
            pairs = " ".join(
                f"{a}:{round(w * 1000)}"
                for a, w in zip(numbers.tolist(), weights.tolist(), strict=True)
            )
            lines.append(f"{gram_of(key)}\t{pairs}\n")
        return "".join(lines)

    @classmethod
    def load(cls, folder: Path) -> "Learned":
        """Reads and verifies the files; a changed file is refused."""
        card = json.loads((folder / "card.json").read_text("utf-8"))
        texts = {}
        for name in FILES:
            raw = (folder / name).read_bytes()
            if _sha256(raw) != card["sha256"].get(name):
                raise ValueError(f"排序模型文件 {name} 与模型卡中的校验值不符，请重新安装。")
            texts[name] = raw.decode("utf-8")
        idf, translation = _read_translation(texts["translation.tsv"])
        articles, memory = _read_memory(texts["memory.tsv"])
        trees = texts["trees.txt"]
        return cls(idf, translation, memory, articles, TreeEnsemble.parse(trees), trees, card)


def _read_translation(
    text: str,
) -> tuple[dict[int, float], dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]]]:
    idf, table = {}, {}
    for line in text.splitlines():
        gram, value, pairs = line.split("\t")
        key = key_of(gram)
        idf[key] = float(value)
        split = [p.split("=") for p in pairs.split()]
        if split:
            table[key] = (
                np.array([key_of(g) for g, _ in split], np.int64),
                (np.array([int(w) for _, w in split]) / 1000).astype(np.float32),
            )
    return idf, table


def _read_memory(
    text: str,
) -> tuple[tuple[str, ...], dict[int, tuple[NDArray[np.int32], NDArray[np.float32]]]]:
    head, _, body = text.partition("\n\n")
    articles = tuple(line.split("\t")[1] for line in head.splitlines())
    memory = {}
    for line in body.splitlines():
        gram, pairs = line.split("\t")
        split = [p.split(":") for p in pairs.split()]
        memory[key_of(gram)] = (
            np.array([int(a) for a, _ in split], np.int32),
            (np.array([int(w) for _, w in split]) / 1000).astype(np.float32),
        )
    return articles, memory


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def shipped() -> Learned:
    """The ranker that comes with the package (`rank/model`)."""
    with resources.as_file(resources.files("lianxun_insight.rank").joinpath("model")) as folder:
        return Learned.load(folder)

"""The incremental index of leads: add, remove, query; kept in a folder of npz and JSON.

A query sees nothing outside the ids it is given: not as a hit, and not as a neighbour that widens
the question. What a reader is told about hits he may not see is decided by the caller.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianxun_insight.triage.similar.copies import CopyIndex, digest, jaccard, shingles
from lianxun_insight.triage.similar.fields import Vocabulary, Weights, terms

VERSION = "similar/1"
NEIGHBOURS = 3  # hits whose rows widen the question (Rocchio 1971), and by how much
WIDENING = 0.8
WIDENING_NAMED = 1.2  # by leads the caller named: they are right more often
STALE = 0.05  # share of changed leads after which idf and rows are computed anew


class BadIndexError(ValueError):
    """The folder holds no usable index; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Lead:
    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Prepared:
    """What the index keeps of a lead, made once and storable: its terms and its signature, no text."""

    id: str
    counts: Mapping[str, int]
    signature: NDArray[np.uint32]

    @classmethod
    def of(cls, lead: Lead) -> Prepared:
        return cls(lead.id, terms(lead.title, lead.text), digest(lead.text))


@dataclass(frozen=True)
class Hit:
    """``score`` is the widened cosine (0–1.x, for ranking), ``cosine`` the plain one (0–1)."""

    id: str
    score: float
    cosine: float
    jaccard: float


class SimilarityIndex:
    """Leads by id. Texts are given redacted or not, as the caller may hold them.

    Of leads added as ``Prepared`` the index holds no text; their overlap is estimated from the
    signatures (standard error at most 0.036 with 192 permutations) instead of counted.
    """

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._copies = CopyIndex()
        self._slots: dict[str, int] = {}
        self._ids: list[str | None] = []
        self._leads: list[Lead | None] = []
        self._encoded: list[tuple[NDArray[np.int32], NDArray[np.float32]]] = []
        self._matrix: sparse.csr_matrix | None = None
        self._weights: Weights | None = None
        self._changes = 0

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, lead_id: object) -> bool:
        return lead_id in self._slots

    def lead(self, lead_id: str) -> Lead:
        """The lead as it was added; KeyError when it is not here or came without its text."""
        found = self._leads[self._slots[lead_id]]
        if found is None:
            raise KeyError(lead_id)
        return found

    def add(self, lead: Lead) -> None:
        """Add a lead, or put it in place of the one with the same id."""
        self.add_prepared(Prepared.of(lead))
        self._leads[-1] = lead

    def add_prepared(self, prepared: Prepared) -> None:
        """Add what was prepared of a lead, here or in another process."""
        self.remove(prepared.id)
        encoded = self._vocabulary.encode(prepared.counts, grow=True)
        self._vocabulary.count(encoded[0], 1)
        slot = len(self._ids)
        self._slots[prepared.id] = slot
        self._ids.append(prepared.id)
        self._leads.append(None)
        self._encoded.append(encoded)
        self._copies.add(slot, prepared.signature)
        self._changes += 1

    def remove(self, lead_id: str) -> None:
        """Forget a lead and its texts at once; an unknown id changes nothing."""
        slot = self._slots.pop(lead_id, None)
        if slot is None:
            return
        self._vocabulary.count(self._encoded[slot][0], -1)
        self._copies.remove(slot)
        self._ids[slot] = self._leads[slot] = None
        self._encoded[slot] = (np.zeros(0, np.int32), np.zeros(0, np.float32))
        self._changes += 1
        if self._matrix is not None and slot < self._matrix.shape[0]:
            first, last = self._matrix.indptr[slot : slot + 2]
            self._matrix.data[first:last] = 0.0

    def query(
        self,
        lead: Lead,
        k: int,
        scope: Collection[str] | None = None,
        *,
        widen: bool = True,
        near: Sequence[str] = (),
    ) -> list[Hit]:
        """The ``k`` most similar leads among ``scope`` (ids; None = all), best first.

        The lead itself is never a hit, whether it is in the index or not. ``near`` names the leads
        whose rows widen the question, when the caller knows better than the cosine which they are.
        """
        slots = self._scope(lead.id, scope)
        if not len(slots):
            return []
        weights, matrix, fresh = self._current()
        row = weights.rows([self._vocabulary.encode(terms(lead.title, lead.text), grow=False)])
        cosine = self._scores(row, matrix, fresh)
        nearest = self._nearest(near, cosine, slots)
        share = WIDENING_NAMED if near else WIDENING
        score = self._widened(share, cosine, nearest, matrix, fresh) if widen else cosine
        plain, signature = shingles(lead.text), digest(lead.text)
        copies = self._copies.candidates(signature) & set(slots.tolist())
        order = slots[np.argsort(-score[slots], kind="stable")]
        wanted = order[:k].tolist()
        wanted += sorted(copies - set(wanted))
        hits = []
        for slot in wanted:
            lead_id = self._ids[slot]
            if lead_id is not None:
                overlap = self._overlap(slot, plain, signature) if slot in copies else 0.0
                hits.append(Hit(lead_id, float(score[slot]), float(cosine[slot]), overlap))
        hits.sort(key=lambda h: (-max(h.score, h.jaccard), h.id))
        return hits[:k]

    def copies(self, lead: Lead, threshold: float = 0.5, scope: Collection[str] | None = None
               ) -> list[Hit]:  # fmt: skip
        """All leads in scope whose text shares more than ``threshold`` of its shingles."""
        plain, signature = shingles(lead.text), digest(lead.text)
        allowed = set(self._scope(lead.id, scope).tolist())
        hits = []
        for slot in self._copies.candidates(signature) & allowed:
            lead_id = self._ids[slot]
            if lead_id is not None and (o := self._overlap(slot, plain, signature)) > threshold:
                hits.append(Hit(lead_id, o, 0.0, o))
        return sorted(hits, key=lambda h: (-h.jaccard, h.id))

    def _overlap(self, slot: int, plain: frozenset[str], signature: NDArray[np.uint32]) -> float:
        """Jaccard similarity with a lead: counted where its text is here, else estimated."""
        found = self._leads[slot]
        if found is not None:
            return jaccard(plain, shingles(found.text))
        return float(np.mean(self._copies.digests([slot])[0] == signature))

    def _scope(self, own: str, scope: Collection[str] | None) -> NDArray[np.intp]:
        ids = self._slots.keys() if scope is None else scope
        slots = [self._slots[i] for i in ids if i != own and i in self._slots]
        return np.array(sorted(set(slots)), dtype=np.intp)

    def _current(self) -> tuple[Weights, sparse.csr_matrix, sparse.csr_matrix]:
        """Weights, rows made with them at the last rebuild, and rows of leads added since."""
        if (
            self._weights is None
            or self._matrix is None
            or self._changes > max(32, STALE * len(self._slots))
        ):
            self._weights = Weights(self._vocabulary, len(self._slots))
            self._matrix = self._weights.rows(self._encoded)
            self._changes = 0
        fresh = self._weights.rows(self._encoded[self._matrix.shape[0] :])
        return self._weights, self._matrix, fresh

    @staticmethod
    def _scores(
        row: sparse.csr_matrix, matrix: sparse.csr_matrix, fresh: sparse.csr_matrix
    ) -> NDArray[np.float64]:
        question = np.zeros(row.shape[1], dtype=np.float32)
        question[row.indices] = row.data
        return np.concatenate([matrix @ question, fresh @ question]).astype(np.float64)

    def _nearest(
        self, near: Sequence[str], cosine: NDArray[np.float64], slots: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """Slots of the leads that widen the question; never one outside the scope."""
        if near:
            named = np.array([self._slots[i] for i in near if i in self._slots], dtype=np.intp)
            return named[np.isin(named, slots)]
        return slots[np.argsort(-cosine[slots], kind="stable")[:NEIGHBOURS]]

    def _widened(
        self,
        share: float,
        cosine: NDArray[np.float64],
        nearest: NDArray[np.intp],
        matrix: sparse.csr_matrix,
        fresh: sparse.csr_matrix,
    ) -> NDArray[np.float64]:
        """Cosine plus what the nearest hits in scope are near to: one incident told many ways."""
        weight = np.maximum(cosine[nearest], 0.0)
        if weight.sum() <= 0:
            return cosine
        near = (
            sparse.vstack([matrix, fresh], format="csr")[nearest]
            if fresh.shape[0]
            else matrix[nearest]
        )
        mixed = sparse.csr_matrix(weight[None, :] / weight.sum()) @ near
        return cosine + share * self._scores(sparse.csr_matrix(mixed), matrix, fresh)

    def save(self, folder: Path) -> None:
        """Write the index, of leads added with their texts: ``rows.npz``, ``terms.json``, ``leads.json``, ``index.json`` with hashes."""
        folder.mkdir(parents=True, exist_ok=True)
        live = [slot for slot, i in enumerate(self._ids) if i is not None]
        if any(self._leads[slot] is None for slot in live):
            raise ValueError("an index of prepared leads is stored by whoever prepared them")
        encoded = [self._encoded[slot] for slot in live]
        pointer = np.cumsum([0, *(len(c) for c, _ in encoded)], dtype=np.int64)
        empty = [(np.zeros(0, np.int32), np.zeros(0, np.float32))]
        np.savez_compressed(
            folder / "rows.npz",
            pointer=pointer,
            columns=np.concatenate([c for c, _ in encoded or empty]),
            values=np.concatenate([v for _, v in encoded or empty]),
            digests=self._copies.digests(live),
        )
        _write(folder / "terms.json", list(self._vocabulary.columns))
        leads = [lead for slot in live if (lead := self._leads[slot]) is not None]
        _write(folder / "leads.json", [[lead.id, lead.title, lead.text] for lead in leads])
        names = ("rows.npz", "terms.json", "leads.json")
        hashes = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names}
        _write(folder / "index.json", {"version": VERSION, "leads": len(live), "sha256": hashes})

    @classmethod
    def load(cls, folder: Path) -> SimilarityIndex:
        """Read an index back; ``BadIndexError`` when a file is missing, altered or of another kind."""
        rows, names, leads = _read(folder)
        index = cls()
        for term in names:
            index._vocabulary.encode_term(term)
        pointer = rows["pointer"]
        for slot, (lead_id, title, text) in enumerate(leads):
            part = slice(int(pointer[slot]), int(pointer[slot + 1]))
            encoded = (rows["columns"][part], rows["values"][part])
            index._slots[lead_id] = slot
            index._ids.append(lead_id)
            index._leads.append(Lead(lead_id, title, text))
            index._encoded.append(encoded)
            index._vocabulary.count(encoded[0], 1)
            index._copies.add(slot, rows["digests"][slot])
        return index


def _write(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")


def _read(folder: Path) -> tuple[dict[str, NDArray[Any]], list[str], list[list[str]]]:
    try:
        about = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        if about["version"] != VERSION:
            raise BadIndexError(
                f"相似件索引版本为 {about['version']}，本程序需要 {VERSION}，请重建索引。"
            )
        for name, expected in about["sha256"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
                raise BadIndexError(f"相似件索引文件 {name} 与登记的校验值不符，请重建索引。")
        with np.load(folder / "rows.npz", allow_pickle=False) as packed:
            rows = {name: packed[name] for name in packed.files}
        names = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        leads = json.loads((folder / "leads.json").read_text(encoding="utf-8"))
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise BadIndexError("相似件索引不完整或无法读取，请重建索引。") from error
    return rows, names, leads

"""``text eval similar``: lists of similar leads, and copies, on any set.

Each line: ``{"id": ..., "title": "...", "text": "...", "incident": ...}``; leads of one incident
carry the same value; ``id`` and ``title`` may be missing. The list is that of the product: the index,
then the order by shared names. Every lead that has at least one mate is asked for; P@1 and P@5 are the
shares of its first hits that belong to its incident (P@5 over leads with at least five mates, and, as
``p_at_5_all``, over all with the number of mates as limit). Copy recall: pairs above 0.5 Jaccard,
found by comparing all pairs exactly, that the index returns. Of more than 5,000 leads to ask for and
20,000 to compare that many are drawn, which the report says. ``train`` and ``corpus`` are not used.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianxun_insight.text.evals.common import (
    BadFileError,
    bootstrap,
    figure,
    read_rows,
    sampled,
    stopwatch,
    unique_ids,
)
from lianxun_insight.triage.similar.copies import shingles
from lianxun_insight.triage.similar.gate import Profile, Relation, judge
from lianxun_insight.triage.similar.index import Hit, Lead, SimilarityIndex
from lianxun_insight.triage.similar.rerank import similar

DEPTH = 5
MOST_ASKED = 5_000  # a query compares with every lead: 60,000 of them would take hours
MOST_COMPARED = 20_000  # all pairs, exactly


def evaluate(
    file: Path,
    *,
    train: Path | None = None,
    corpus: Path | None = None,
    gate: bool = True,
) -> dict[str, object]:
    """Figures with 95 % bootstrap intervals over the leads asked for."""
    del train, corpus
    rows = read_rows(file, ("text", "incident"))
    report: dict[str, object] = {"eval": "similar", "rows": len(rows)}
    leads = [
        Lead(name, row.text("title", default=""), row.text("text"))
        for name, row in zip(unique_ids(rows, report), rows, strict=True)
    ]
    incident = {lead.id: row.key("incident") for lead, row in zip(leads, rows, strict=True)}
    report["incidents"] = len(set(incident.values()))
    index = SimilarityIndex()
    with stopwatch(report, "time_build"):
        for lead in leads:
            index.add(lead)
    mates = Counter(incident.values())
    asked = [lead for lead in leads if mates[incident[lead.id]] > 1]
    asked = sampled(asked, MOST_ASKED, report, "条有同件的线索")
    if not asked:
        raise BadFileError(f"{file.name} 中没有两条属于同一 incident 的记录，无法评测。")
    with stopwatch(report, "time_query"):
        profiles = {lead.id: Profile.of(lead.title, lead.text) for lead in leads}
        hits = [
            similar(index, lead, profiles[lead.id], lambda _: profiles)[:DEPTH] for lead in asked
        ]
    right = np.array(
        [
            [j < len(found) and incident[found[j].id] == incident[lead.id] for j in range(DEPTH)]
            for lead, found in zip(asked, hits, strict=True)
        ],
        dtype=np.float64,
    ).reshape(len(asked), DEPTH)
    limit = np.array([min(DEPTH, mates[incident[lead.id]] - 1) for lead in asked], dtype=np.float64)
    report["queries"] = len(asked)
    _precision(report, right, limit)
    with stopwatch(report, "time_copies"):
        compared = sampled(leads, MOST_COMPARED, report, "条线索（逐对比较文字）")
        report["copies"] = copy_recall(index, compared)
    if gate:
        with stopwatch(report, "time_gate"):
            report["relation_of_first_hit"] = _relations(index, asked, hits, incident)
    return report


def _precision(
    report: dict[str, object], right: NDArray[np.float64], limit: NDArray[np.float64]
) -> None:
    def mean(values: NDArray[np.float64]) -> dict[str, object]:
        if not len(values):
            return {"value": None}
        return figure(values.mean(), bootstrap(lambda r: float(values[r].mean()), len(values)))

    report["p_at_1"] = mean(right[:, 0])
    report["p_at_5"] = mean(right[limit >= DEPTH].mean(axis=1))
    within = np.arange(DEPTH)[None, :] < limit[:, None]
    report["p_at_5_all"] = mean((right * within).sum(axis=1) / np.maximum(limit, 1.0))
    report["p_at_5_plain"] = mean(right.mean(axis=1))


def copy_recall(index: SimilarityIndex, leads: list[Lead]) -> dict[str, object]:
    """Share of pairs above 0.5 Jaccard, counted over all pairs, that the index returns."""
    pairs = copied_pairs([shingles(lead.text) for lead in leads])
    found = {(lead.id, hit.id) for lead in leads for hit in index.copies(lead)}
    hit = sum((leads[a].id, leads[b].id) in found for a, b in pairs)
    recall = round(hit / len(pairs), 5) if pairs else None
    return {"pairs": len(pairs), "found": hit, "recall": recall, "above_jaccard": 0.5}


def copied_pairs(sets: list[frozenset[str]], threshold: float = 0.5) -> list[tuple[int, int]]:
    """All pairs whose Jaccard similarity is above the threshold, by exact comparison."""
    numbers: dict[str, int] = {}
    columns = [[numbers.setdefault(s, len(numbers)) for s in one] for one in sets]
    pointer = np.cumsum([0, *map(len, columns)])
    flat = np.array([c for row in columns for c in row], dtype=np.int64)
    ones = np.ones(len(flat), dtype=np.float32)
    matrix = sparse.csr_matrix((ones, flat, pointer), shape=(len(sets), max(1, len(numbers))))
    sizes = np.diff(pointer).astype(np.float64)
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(sets), 500):  # blocks keep the product small
        block = sparse.coo_matrix(matrix[start : start + 500] @ matrix.T)
        rows, others = block.row + start, block.col
        share = block.data / (sizes[rows] + sizes[others] - block.data)
        chosen = (share > threshold) & (rows < others)
        pairs += zip(rows[chosen].tolist(), others[chosen].tolist(), strict=True)
    return pairs


def _relations(
    index: SimilarityIndex,
    asked: list[Lead],
    hits: list[list[Hit]],
    incident: dict[str, str],
) -> dict[str, dict[str, int]]:
    """How the gate names the first hit of up to 500 leads, for mates and for strangers."""
    table = {side: Counter[str]() for side in ("same_incident", "other_incident")}
    for lead, found in list(zip(asked, hits, strict=True))[:500]:
        if found:
            other = index.lead(found[0].id)
            verdict = judge(
                Profile.of(lead.title, lead.text),
                Profile.of(other.title, other.text),
                found[0].cosine,
            )
            side = "same_incident" if incident[lead.id] == incident[other.id] else "other_incident"
            table[side][verdict.relation or "—"] += 1
    names = [*Relation, "—"]
    return {side: {str(n): table[side][n] for n in names} for side in table}

"""``text eval ner``: finding names, units, amounts, times, identifiers; and recall of redaction.

Each line: ``{"id": ..., "text": "...", "spans": [{"start": 0, "end": 3, "type": "person"}]}``;
offsets are characters, ``end`` is exclusive. Types: person, org, place, post, address, amount,
date, phone, id_card, bank_card, plate, email, account, passport, officer_no, credit_code; usual
other names (name, company, government, organization, position) are read as these. A type found
nowhere in the table is counted as unsupported, not as an error. ``train`` and ``corpus`` are not
used: the detectors are rules.

``f1`` is exact (same place, same type); ``overlap_recall`` counts a gold span that any found span of
the type touches; ``redaction`` counts gold spans of which no character is left after the reporter's
block is split off and the body redacted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.detect.finder import TYPES, find_spans
from lianxun_insight.detect.redaction import PERSONAL, redact, split_reporter_block
from lianxun_insight.text.evals.common import (
    BadFileError,
    Row,
    bootstrap,
    figure,
    read_rows,
    stopwatch,
)

ALIASES = {
    "name": "person", "per": "person", "nr": "person", "company": "org", "government": "org",
    "organization": "org", "organisation": "org", "nt": "org", "loc": "place", "location": "place",
    "gpe": "place", "ns": "place", "position": "post", "title": "post", "time": "date",
    "money": "amount",
}  # fmt: skip

Gold = tuple[int, int, str]


@dataclass(frozen=True)
class _Marked:
    text: str
    gold: frozenset[Gold]
    found: frozenset[Gold]
    gone: frozenset[Gold]  # gold spans of which redaction leaves nothing


def _gold(row: Row, unsupported: Counter[str]) -> set[Gold]:
    text, spans = row.text("text"), row["spans"]
    if not isinstance(spans, list):
        raise BadFileError(f"{row.place}的 spans 应为列表。")
    out: set[Gold] = set()
    for span in spans:
        try:
            start, end, kind = int(span["start"]), int(span["end"]), str(span["type"]).lower()
        except (TypeError, KeyError, ValueError, OverflowError) as error:
            raise BadFileError(f"{row.place}的标注须有 start、end（整数）和 type。") from error
        if not 0 <= start < end <= len(text):
            raise BadFileError(f"{row.place}的标注位置 {start}–{end} 超出文本。")
        kind = ALIASES.get(kind, kind)
        if kind in TYPES:
            out.add((start, end, kind))
        else:
            unsupported[kind] += 1
    return out


def _mark(text: str, gold: set[Gold], kinds: frozenset[str]) -> _Marked:
    found = {(s.start, s.end, s.type) for s in find_spans(text, types=TYPES) if s.type in kinds}
    letter = split_reporter_block(text)
    hidden: set[int] = set()
    for start, end, _ in letter.reporter:
        hidden.update(range(start, end))
    for span in redact(letter.body).removed:
        hidden.update(range(span.start, span.end))
    gone = {g for g in gold if g[2] in PERSONAL and hidden.issuperset(range(g[0], g[1]))}
    return _Marked(text, frozenset(gold), frozenset(found), frozenset(gone))


def evaluate(
    file: Path, *, train: Path | None = None, corpus: Path | None = None
) -> dict[str, object]:
    """Precision, recall and F1 per type with 95 % bootstrap intervals over texts."""
    del train, corpus
    rows = read_rows(file, ("text", "spans"))
    unsupported: Counter[str] = Counter()
    golds = [_gold(row, unsupported) for row in rows]
    kinds = frozenset(kind for gold in golds for _, _, kind in gold)
    report: dict[str, object] = {
        "eval": "ner", "rows": len(rows), "spans": sum(map(len, golds)),
        "unsupported": dict(unsupported),
    }  # fmt: skip
    with stopwatch(report, "time"):
        marked = [_mark(r.text("text"), g, kinds) for r, g in zip(rows, golds, strict=True)]
    report["types"] = {kind: _per_type(marked, kind) for kind in sorted(kinds)}
    values = [_f1(_hits(marked, kind)) for kind in sorted(kinds)]
    report["macro_f1"] = round(float(np.mean(values)), 4) if values else None
    report["redaction"] = {kind: _redaction(marked, kind) for kind in sorted(kinds & PERSONAL)} | {
        "all": _redaction(marked, None)
    }
    return report


def _hits(marked: list[_Marked], kind: str) -> NDArray[np.int64]:
    """Per text: right, found, gold."""
    rows = []
    for m in marked:
        gold = {g for g in m.gold if g[2] == kind}
        found = {f for f in m.found if f[2] == kind}
        rows.append((len(gold & found), len(found), len(gold)))
    return np.array(rows, dtype=np.int64)


def _f1(hits: NDArray[np.int64]) -> float:
    right, found, gold = hits.sum(axis=0).tolist()
    return 2 * right / (found + gold) if found + gold else 0.0


def _per_type(marked: list[_Marked], kind: str) -> dict[str, object]:
    hits = _hits(marked, kind)
    right, found, gold = hits.sum(axis=0).tolist()
    touched = sum(
        any(f[2] == kind and f[0] < g[1] and g[0] < f[1] for f in m.found)
        for m in marked
        for g in m.gold
        if g[2] == kind
    )
    return {
        "gold": gold,
        "precision": round(right / max(1, found), 4),
        "recall": round(right / max(1, gold), 4),
        "f1": figure(_f1(hits), bootstrap(lambda r: _f1(hits[r]), len(hits))),
        "overlap_recall": round(touched / max(1, gold), 4),
    }


def _redaction(marked: list[_Marked], kind: str | None) -> dict[str, object]:
    counts = np.array(
        [
            (
                sum(kind in (None, g[2]) for g in m.gone),
                sum(kind in (None, g[2]) for g in m.gold if g[2] in PERSONAL),
            )
            for m in marked
        ],
        dtype=np.int64,
    )

    def share(rows: NDArray[np.intp]) -> float:
        gone, gold = counts[rows].sum(axis=0).tolist()
        return gone / gold if gold else 1.0

    gone, gold = counts.sum(axis=0).tolist()
    interval = bootstrap(share, len(counts))
    return {"gold": gold, "removed": gone} | figure(gone / max(1, gold), interval)

"""Figures of triage, printed by one command: ``python -m benchmarks.triage [--topics]``.

The last lines are a table of the targets with what was measured; ``--topics`` adds the ten-fold topic
routing on public text (about 190 CPU seconds), ``--json FILE`` keeps every figure.

Times are CPU seconds of this process on one core. Quality figures are deterministic; seeds stand in
the code. Nothing here is measured on real leads: for those use ``lianxun-insight text eval``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import table
from lianxun_insight.triage.synthetic import Telling

SAMPLES = 60


def main() -> int:
    """Print everything as one JSON object, then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", action="store_true", help="also ten folds on public text")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    report = figures(with_topics=arguments.topics)
    text = json.dumps(report, ensure_ascii=False, indent=1)
    if arguments.json is not None:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n\n" + table.render(table.of_triage(report)) + "\n")
    return 0


def figures(*, with_topics: bool) -> dict[str, object]:
    """Everything this module measures."""
    start = time.process_time()
    from lianxun_insight.triage.coldstart import open_shipped

    imported = time.process_time()
    classifier = open_shipped()
    opened = time.process_time()
    return {
        "start_up_seconds": {
            "import": round(imported - start, 3),
            "open_model": round(opened - imported, 3),
        },
        "model": classifier.model.model_id,
        "figures_of_the_card": {
            facet: {k: v for k, v in row.items() if k != "f1"}
            for facet, row in classifier.model.about["figures"].items()
        },
        "suggestion": suggestion_times(),
        "similar": similar_index(),
        "other_words": other_words(),
        "gate": gate(),
        "redaction": redaction(),
        "duty": duty(),
        "topics": topics() if with_topics else None,
    }


def topics() -> object:
    """Ten folds over statute passages, or why there are none."""
    from benchmarks import topics as public

    if not public.DATA.exists():
        return {"skipped": "公开数据不在 ../shared/data，未测量。"}
    return public.run()


def duty() -> object:
    """Duty offence or not, articles of the Criminal Law, ten folds, beside the one rule."""
    from benchmarks import topics as public

    if not public.DATA.exists():
        return {"skipped": "公开数据不在 ../shared/data，未测量。"}
    return public.run_duty()


def suggestion_times() -> dict[str, object]:
    """Milliseconds for one 800-character lead: one facet, both facets, parts and urgency."""
    from datetime import date

    from lianxun_insight.triage.coldstart import open_shipped
    from lianxun_insight.triage.elements import extract
    from lianxun_insight.triage.synthetic import make_leads
    from lianxun_insight.triage.urgency import assess

    classifier, today = open_shipped(), date(2025, 6, 1)
    leads = make_leads(SAMPLES * 13, seed=40)
    texts = ["".join(x.text for x in leads[13 * i : 13 * i + 13])[:800] for i in range(SAMPLES)]

    def measured(act: object) -> dict[str, float]:
        assert callable(act)
        act(texts[0])
        times = []
        for text in texts:
            start = time.process_time()
            act(text)
            times.append(1e3 * (time.process_time() - start))
        return {"median": round(float(np.median(times)), 2),
                "p95": round(float(np.percentile(times, 95)), 2)}  # fmt: skip

    return {
        "characters": round(float(np.mean([len(t) for t in texts]))),
        "one_facet_ms": measured(lambda t: classifier.predict(t, "TP-1")),
        "both_facets_ms": measured(
            lambda t: (classifier.predict(t, "TP-1"), classifier.predict(t, "TP-2"))
        ),
        "elements_ms": measured(lambda t: extract(t, today)),
        "urgency_ms": measured(lambda t: assess(t, today=today)),
    }


def similar_index(size: int = 4000) -> dict[str, object]:
    """Add, query, folder size; recall of copies made by changing characters."""
    import random

    from lianxun_insight.text.evals.similar import copy_recall
    from lianxun_insight.triage.similar.index import Lead, SimilarityIndex
    from lianxun_insight.triage.synthetic import make_leads

    rng = random.Random(8)
    leads = [Lead(x.id, "", x.text) for x in make_leads(size, seed=41)]
    for lead in leads[: size // 4]:
        text = list(lead.text)
        for _ in range(rng.randrange(0, max(1, len(text) // 9))):
            text[rng.randrange(len(text))] = rng.choice("天地玄黄宇宙洪荒日月盈昃")
        leads.append(Lead(f"{lead.id}-copy", "", "".join(text)))
    index = SimilarityIndex()
    start = time.process_time()
    for lead in leads:
        index.add(lead)
    added = time.process_time()
    index.query(leads[0], 5)
    rebuilt = time.process_time()
    for lead in leads[:200]:
        index.query(lead, 5)
    asked = time.process_time()
    with TemporaryDirectory() as folder:
        index.save(Path(folder))
        megabytes = sum(p.stat().st_size for p in Path(folder).iterdir()) / 2**20
    return {
        "leads": len(leads),
        "add_ms": round(1e3 * (added - start) / len(leads), 3),
        "rebuild_seconds": round(rebuilt - added, 3),
        "query_ms": round(1e3 * (asked - rebuilt) / 200, 2),
        "folder_mib": round(megabytes, 1),
        "copies": copy_recall(index, leads),
    }


def other_words(incidents: int = 250, tellings: int = 7) -> object:
    """P@1 and P@5 over letters about the same invented incidents, beside plain TF-IDF."""
    from lianxun_insight.text.evals.similar import evaluate
    from lianxun_insight.triage.synthetic import make_incidents

    with TemporaryDirectory() as folder:
        path = Path(folder) / "tellings.jsonl"
        letters = make_incidents(incidents, tellings, seed=43)
        rows = [
            {"id": t.id, "title": t.title, "text": t.text, "incident": t.incident} for t in letters
        ]
        path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
        report = evaluate(path)
    wanted = ("rows", "incidents", "p_at_1", "p_at_5", "relation_of_first_hit")
    return {name: report[name] for name in wanted} | {"plain": plain_precision(letters)}


def plain_precision(letters: Sequence[Telling]) -> dict[str, float]:
    """The baseline on the same letters: cosine of title plus cosine of body, characters 1-2."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    scores = np.zeros((len(letters), len(letters)))
    for texts in ([t.title for t in letters], [t.text for t in letters]):
        rows = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit_transform(texts)
        scores += (rows @ rows.T).toarray()
    np.fill_diagonal(scores, -1.0)
    incident = np.array([t.incident for t in letters])
    right = incident[np.argsort(-scores, axis=1)[:, :5]] == incident[:, None]
    return {"p_at_1": round(float(right[:, 0].mean()), 4), "p_at_5": round(float(right.mean()), 4)}


def gate() -> dict[str, object]:
    """What the gate calls 256 form letters about somebody else, and 256 letters sent twice."""
    from tests.insight.triage.letters import copy_pairs, other_subject_pairs

    from lianxun_insight.triage.similar.gate import Profile, judge

    out: dict[str, object] = {}
    for name, pairs in (("other_subject", other_subject_pairs()), ("sent_twice", copy_pairs())):
        named = Counter(
            str(judge(Profile.of("", p.one), Profile.of("", p.two), 0.9).relation) for p in pairs
        )
        out[name] = {
            "pairs": len(pairs),
            "called_duplicate": round(named["重复件"] / len(pairs), 4),
            "named": dict(named),
        }
    return out


def redaction(size: int = 1000, seed: int = 5) -> object:
    """Share of marked personal things of invented letters that redaction leaves nothing of."""
    from lianxun_insight.text.evals.ner import evaluate
    from lianxun_insight.triage.synthetic.annotated import make_letters

    with TemporaryDirectory() as folder:
        path = Path(folder) / "letters.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for letter in make_letters(size, seed=seed):
                spans = [{"start": s, "end": e, "type": t} for s, e, t in letter.spans]
                row = {"id": letter.id, "text": letter.text, "spans": spans}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        report = evaluate(path)
    return {"macro_f1": report["macro_f1"], "recall": report["redaction"]}


if __name__ == "__main__":
    raise SystemExit(main())

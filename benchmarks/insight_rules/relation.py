"""The relation rule over 400,000 official–unit pairs in a graph of 10⁶ nodes and 5·10⁶ edges.

    python -m benchmarks.insight_rules.relation [--scale 1.0]

Must reach: 5 s and 2 GB. The rule is X01 as it stands (`relatives_firm`), with its permutation
baseline timed apart; the baseline beside it is the same pattern written as one plain SQL join in the
order in which it is told. Its pairs must be the same.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.measure import measure

SEED = 20260102
SIZES = {"units": 10_000, "officials": 400_000, "persons": 800_000, "firms": 190_000}
EDGES = {"kin": 1_600_000, "holder": 1_600_000, "contract": 1_400_000}


def build(path: Path, scale: float) -> None:
    """Write the generated graph as catalogue tables into one DuckDB file."""
    rng = np.random.default_rng(SEED)
    n = {name: max(10, int(count * scale)) for name, count in SIZES.items()}
    e = {name: max(10, int(count * scale)) for name, count in EDGES.items()}
    base = duckdb.connect(str(path))

    def table(name: str, columns: dict[str, Any]) -> None:
        base.register("frame", pa.table({key: pa.array(value) for key, value in columns.items()}))
        picked = ", ".join(
            f"'{key[0].upper()}' || lpad({key}::varchar, 8, '0') as {key}"
            if key.endswith(("_token", "_code"))
            else f"{key}"
            for key in columns
        )
        base.execute(f"create table {name} as select {picked} from frame").fetchall()

    def hubs(count: int, size: int) -> Any:
        """Popular ends: a few nodes take very many edges."""
        return (rng.pareto(1.1, count) * size / 60).astype(np.int64) % size

    officials = rng.permutation(n["persons"])[: n["officials"]]
    table(
        "d04_post",
        {
            "person_token": officials,
            "unit_code": rng.integers(0, n["units"], len(officials)),
            "post": np.full(len(officials), "科员"),
            "from_date": np.full(len(officials), np.datetime64("2015-01-01")),
            "is_leader": np.ones(len(officials), dtype=bool),
        },
    )
    table(
        "d25",
        {
            "query_id": np.arange(e["kin"]),
            "person_a_token": rng.integers(0, n["persons"], e["kin"]),
            "person_b_token": rng.integers(0, n["persons"], e["kin"]),
            "answer": np.ones(e["kin"], dtype=bool),
            "relation": np.full(e["kin"], "兄弟姐妹"),
        },
    )
    natural = rng.random(e["holder"]) < 0.95
    holder = rng.integers(0, n["persons"], e["holder"])
    table(
        "d30_holder_raw",
        {
            "firm_code": rng.integers(0, n["firms"], e["holder"]),
            "holder_id": np.arange(e["holder"]),
            "from_date": np.full(e["holder"], np.datetime64("2016-01-01")),
            "holder_token": holder,
            "holder_code": hubs(e["holder"], n["firms"]),
            "natural_": natural,
            "share": rng.choice([0.02, 0.1, 0.3, 0.51], e["holder"]),
        },
    )
    base.execute(
        "create table d30_holder as select firm_code, holder_id, from_date, share,"
        " case when natural_ then replace(holder_token, 'H', 'P') end as holder_token,"
        " case when not natural_ then replace(holder_code, 'H', 'F') end as holder_code"
        " from d30_holder_raw"
    ).fetchall()
    base.execute("drop table d30_holder_raw").fetchall()
    table(
        "d14_contract_raw",
        {
            "contract_id": np.arange(e["contract"]),
            "buyer_code": rng.integers(0, n["units"], e["contract"]),
            "supplier_code": hubs(e["contract"], n["firms"]),
            "amount": rng.integers(1_000_000, 90_000_000, e["contract"]),
            "sign_date": np.datetime64("2022-01-01")
            + rng.integers(0, 1000, e["contract"]).astype("timedelta64[D]"),
        },
    )
    base.execute(
        "create table d14_contract as select contract_id::varchar as contract_id,"
        " replace(buyer_code, 'B', 'U') as buyer_code,"
        " replace(supplier_code, 'S', 'F') as supplier_code, amount, sign_date"
        " from d14_contract_raw"
    ).fetchall()
    base.execute("drop table d14_contract_raw").fetchall()
    base.close()


PLAIN = """
with behind as (
  select firm_code as firm, holder_token as person, share from d30_holder where holder_token is not null
  union all
  select u.firm_code, l.holder_token, u.share * l.share from d30_holder u
    join d30_holder l on u.holder_code = l.firm_code where l.holder_token is not null
  union all
  select a.firm_code, c.holder_token, a.share * b.share * c.share from d30_holder a
    join d30_holder b on a.holder_code = b.firm_code
    join d30_holder c on b.holder_code = c.firm_code where c.holder_token is not null),
kin as (select person_a_token as a, person_b_token as b from d25
  union all select person_b_token, person_a_token from d25)
select count(*) from (select distinct p.unit_code, p.person_token, k.b, c.supplier_code
  from d04_post p join kin k on k.a = p.person_token
  join d14_contract c on c.buyer_code = p.unit_code and c.sign_date >= p.from_date
  join behind h on h.firm = c.supplier_code and h.person = k.b
  where h.share >= 0.05)
"""


def plain(path: Path) -> dict[str, Any]:
    """The same pattern as one SQL statement."""
    base = duckdb.connect(str(path), read_only=True)
    base.execute("set threads = 2")
    cpu, started = time.process_time(), time.monotonic()
    (pairs,) = base.execute(PLAIN).fetchall()[0]
    return {
        "pairs": pairs,
        "seconds": time.monotonic() - started,
        "cpu": time.process_time() - cpu,
    }


def ours(path: Path) -> dict[str, Any]:
    """X01 on the same file."""
    import ibis

    from lianxun_insight.rules.data import Data
    from lianxun_insight.rules.engine import parameters_of, run_rule
    from lianxun_insight.rules.model import load_rules, measure_of
    from lianxun_insight.rules.permutation import official_baselines

    backend = ibis.duckdb.connect(path, read_only=True, threads=2)
    data, record = Data.of_backend(backend), load_rules()["X01"]
    parameters = parameters_of(record)
    measure_of(record)  # loads the modules of all rules: not part of the rule
    cpu = time.process_time()
    started = time.monotonic()
    hits = run_rule(data, record, parameters, judged=False)
    seconds = time.monotonic() - started
    cpu = time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    started = time.monotonic()
    found = official_baselines(data, "X01", parameters)
    base = next(iter(found.values()))
    return {
        "pairs": len(hits),
        "seconds": seconds,
        "cpu": cpu,
        "peak_gb": peak,
        "baseline_seconds": time.monotonic() - started,
        "observed": base.observed,
        "by_chance": base.mean,
        "runs": base.runs,
    }


def main() -> None:
    """Build once, run both in processes of their own, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--folder", type=Path, default=Path(gettempdir()))
    parser.add_argument("--side", choices=("ours", "plain"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    path = options.folder / f"lianxun-graph-{SEED}-{options.scale}.duckdb"
    if options.side:
        print(json.dumps({"ours": ours, "plain": plain}[options.side](path)))
        return
    if not path.exists():
        build(path, options.scale)
    for side in ("ours", "plain"):
        arguments = ["--scale", str(options.scale), "--folder", str(options.folder)]
        run = measure("benchmarks.insight_rules.relation", "--side", side, *arguments)
        answer = run.answer
        print(
            f"{side:6} rule {answer['seconds']:6.2f} s (cpu {answer['cpu']:.2f} s)  process {run.wall:6.1f} s  "
            f"cpu {run.cpu:6.1f} s  peak {run.peak / 1e9:.2f} GB  pairs {answer['pairs']:,}"
        )
        if side == "ours":
            print(
                f"       permutation baseline {answer['baseline_seconds']:.1f} s for "
                f"{answer['runs']} runs: observed {answer['observed']:,}, "
                f"by chance {answer['by_chance']:,.0f}"
            )
    sys.stdout.flush()


if __name__ == "__main__":
    main()

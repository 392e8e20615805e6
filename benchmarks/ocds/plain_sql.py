"""The baseline: the 11 indicators as plain SQL, JSON lines to typed tables to counts.

It is right on clean input only (no wrong types, no bad lines, one currency), which is what the
benchmark generates; the counts of flags must equal ours there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

COLUMNS = """{
 ocid: 'VARCHAR', buyer: 'STRUCT(id VARCHAR)',
 tender: 'STRUCT(status VARCHAR, procuringEntity STRUCT(id VARCHAR), procurementMethod VARCHAR,
   procurementMethodDetails VARCHAR, numberOfTenderers BIGINT,
   tenderPeriod STRUCT(startDate VARCHAR, endDate VARCHAR))',
 bids: 'STRUCT(details STRUCT(status VARCHAR, date VARCHAR,
   value STRUCT(amount DOUBLE, currency VARCHAR), tenderers STRUCT(id VARCHAR)[])[])',
 awards: 'STRUCT(status VARCHAR, suppliers STRUCT(id VARCHAR)[],
   items STRUCT(classification STRUCT(id VARCHAR))[])[]'}"""

LOAD = f"""
create table release as select row_number() over () as n, ocid, buyer.id as buyer,
  tender.procuringEntity.id as entity, tender.procurementMethod as method,
  tender.numberOfTenderers as number, tender.tenderPeriod.startDate as opened,
  tender.tenderPeriod.endDate as closed, bids.details as details, awards
from read_ndjson(?, columns={COLUMNS}) where tender.status is distinct from 'cancelled'"""

FLATTEN = (
    """create table bid as select n, ocid, buyer, entity, closed, b.status as status, b.date as date,
       b.value.amount as amount, b.tenderers[1].id as tenderer, i as place
  from (select n, ocid, buyer, entity, closed, unnest(details) as b,
        generate_subscripts(details, 1) as i from release)
  where b.status not in ('invited', 'withdrawn')""",
    """create table award as select n, ocid, a.suppliers[1].id as supplier, a.items as items
  from (select n, ocid, unnest(awards) as a from release) where a.status = 'active'""",
    """create table winner as select n, any_value(supplier) as supplier from award group by n
  having count(*) = 1""",
    """delete from winner where n in (select n from release
  where list_bool_or([a.status not in ('active','cancelled','unsuccessful') for a in awards]))""",
    """create table difference as
  with p as (select b.n, any_value(b.ocid) as ocid,
      min(amount) filter (tenderer = supplier) as own,
      min(amount) filter (tenderer <> supplier) as other
    from bid b join winner w using (n) where status = 'valid' group by b.n)
  select ocid, (other - own) / own as d from p where own > 0 and other >= own""",
)

QUANTILE8 = """(select case when count(*) = 0 then null else (
  with s as (select list_sort(list(v)) as l, count(*) as n from q),
       h as (select l, n, (n + 1/3) * {p} + 1/3 as h from s)
  select case when floor(h) <= 0 then l[1] when floor(h) >= n then l[n]
    else l[floor(h)::int] + (h - floor(h)) * (l[floor(h)::int + 1] - l[floor(h)::int]) end from h)
  end from q)"""


def fence(values: str, formula: str) -> str:
    """A scalar subquery with type-8 quartiles q1, q3 over the column v of `values`."""
    q1, q3 = QUANTILE8.format(p=0.25), QUANTILE8.format(p=0.75)
    return f"(with q as ({values}) select {formula} from (select {q1} as q1, {q3} as q3))"


R025 = """with r as (select b.n, tenderer, max((tenderer = supplier)::int) as won
    from bid b join winner w using (n) where status = 'valid' group by b.n, tenderer)
  select tenderer, count(*) as bids, sum(won) / count(*) as ratio from r group by tenderer"""


def ratio(column: str, least: int = 2) -> str:
    """Disqualified share per organisation."""
    return (
        f"select {column} as who, count(*) filter (status = 'disqualified') / count(*) as v "
        f"from bid where {column} is not null group by 1 having count(*) >= {least}"
    )


R048 = """select supplier, count(distinct left(c, 2)) as v, count(distinct n) as processes from
  (select n, supplier, unnest(items).classification.id as c from award)
  group by supplier having count(distinct n) >= 20"""

UPPER, LOWER = "q3 + 1.5 * (q3 - q1)", "case when q1 > 0 then q1 - 1.5 * (q3 - q1) else 0 end"

QUERIES = {
    "R003": """select count(*) from release where
       (epoch(closed::timestamptz) - epoch(opened::timestamptz)) / 86400 < 15""",
    "R018": """select count(*) from release
       where number = 1 and method in ('open', 'selective')""",
    "R024": f"""with f as (select {fence("select d as v from difference", LOWER)} as f)
       select count(*) from difference, f where f > 0 and d <= f""",
    "R025": f"""with t as ({R025}), f as (select {fence("select ratio as v from t", LOWER)} as f)
       select count(*) from t, f where f > 0 and ratio <= f""",
    "R028": """select count(distinct n) from (select n from bid where amount is not null
       group by n, amount having count(distinct tenderer) > 1)""",
    "R030": """select count(distinct b.n) from bid b join award a
       on a.n = b.n and a.supplier = b.tenderer where status = 'valid' and date > closed""",
    "R035": """select count(*) from (select b.n,
         list_distinct(list(tenderer) filter (status = 'valid')) as v,
         list_distinct(list(tenderer) filter (status = 'disqualified')) as d,
         any_value(supplier) as s from bid b join winner w using (n) group by b.n)
       where len(v) = 1 and v[1] = s and len(list_filter(d, lambda x: x <> s)) >= 1""",
    "R036": """select count(*) from (select arg_min(status, (amount, place)) as lowest,
         bool_or(status = 'valid') as ok from bid join (select distinct n from award) using (n)
         group by n) where lowest = 'disqualified' and ok""",
    "R038": " union all ".join(
        f"""select count(*) from ({ratio(c)}) t,
        (select {fence("select v from (" + ratio(c) + ")", UPPER)} as f) where f > 0 and v >= f"""
        for c in ("buyer", "entity", "tenderer")
    ),
    "R048": f"""with t as ({R048}), f as (select {fence("select v from t", UPPER)} as f)
       select count(*) from t, f where v >= f""",
    "R058": f"""with f as (select {fence("select d as v from difference", UPPER)} as f)
       select count(*) from difference, f where f > 0 and d >= f""",
}


def counts(path: Path) -> dict[str, int]:
    """Number of flagged processes or organisations per indicator."""
    base = duckdb.connect()
    base.execute("set threads = 2")
    base.execute("set timezone = 'UTC'")
    base.execute(LOAD, [str(path)]).fetchall()
    for statement in FLATTEN:
        base.execute(statement).fetchall()
    return {
        code: sum(row[0] for row in base.execute(query).fetchall())
        for code, query in QUERIES.items()
    }


if __name__ == "__main__":
    print(json.dumps(counts(Path(sys.argv[1]))))

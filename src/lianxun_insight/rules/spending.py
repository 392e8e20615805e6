"""Patterns of spending: year end, digits, payees, circles (F07–F10)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import islice
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.payments import payments
from lianxun_insight.rules.peers import above
from lianxun_insight.rules.views import YUAN


@rule("F07", decide=above("share"))
def year_end_rush(data: Data, p: Parameters) -> Any:
    """Share of a unit's year paid in its last days."""
    t = payments(data)
    t = t.mutate(year=t.pay_date.year())
    t = t.mutate(
        late=(t.pay_date.month() == 12) & (t.pay_date.day() > 31 - p["days"]),
    )
    return (
        t.group_by("org", "year")
        .aggregate(
            share=t.late.ifelse(t.yuan, 0.0).sum() / t.yuan.sum(),
            late_yuan=t.late.ifelse(t.yuan, 0.0).sum(),
            total_yuan=t.yuan.sum(),
            payments=t.count(),
            period_from=t.pay_date.min(),
            period_to=t.pay_date.max(),
            k_d13_payment=t.k_d13_payment.collect(distinct=True),
        )
        .filter(_.payments >= p["payments"], _.share > 0)
    )


@rule("F08", core="benford")
def benford_input(data: Data, p: Parameters) -> Any:
    """Per unit the numbers of lines by first two digits (fen, from 10 yuan on)."""
    t = data["D17.entry"]
    t = t.mutate(org=t.unit_code, sum_fen=ibis.coalesce(t.debit, t.credit))
    t = t.filter(t.sum_fen >= 1000, t.reversal_of.isnull())
    t = t.mutate(digits=t.sum_fen.cast("string").substr(0, 2).cast("int64"))
    return t.group_by("org", "digits").aggregate(
        lines=t.count(),
        period_from=t.voucher_date.min(),
        period_to=t.voucher_date.max(),
        k_d17_entry=t.k_d17_entry.collect(distinct=True),
    )


_BENFORD = np.log10(1 + 1 / np.arange(10, 100))


def benford(table: pa.Table, p: Parameters, _judged: bool) -> list[dict[str, Any]]:
    """Mean absolute deviation from Benford's law with a simulated p-value for exactly n lines.

    A fixed table of critical values would flag nearly every small unit: a perfect sample of n lines
    has an expected deviation of .0793/√n.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, org in enumerate(table["org"].to_pylist()):
        places[org or ""].append(place)
    digits, numbers = (table[name].to_numpy() for name in ("digits", "lines"))
    rng = np.random.default_rng(p["seed"])
    found = []
    for org, rows in sorted(places.items()):
        lines = np.bincount(digits[rows] - 10, weights=numbers[rows], minlength=90)
        n = int(lines.sum())
        if n < p["lines"]:
            continue
        mad = float(np.abs(lines / n - _BENFORD).mean())
        null = rng.multinomial(n, _BENFORD, size=int(p["runs"])) / n
        deviations = np.abs(null - _BENFORD).mean(axis=1)
        chance = float((1 + (deviations >= mad).sum()) / (1 + int(p["runs"])))
        if chance <= p["tail"]:
            several = table.take(rows).to_pylist()
            found.append(
                {
                    "org": org,
                    "lines": n,
                    "mad": mad,
                    "excess": mad - float(deviations.mean()),
                    "baseline_p": chance,
                    "stratum": "同样笔数的理想样本",
                    "peers": int(p["runs"]),
                    "period_from": min(row["period_from"] for row in several),
                    "period_to": max(row["period_to"] for row in several),
                    "k_d17_entry": [key for row in several for key in row["k_d17_entry"]],
                }
            )
    return found


@rule("F09", finish="really_other")
def payee_anomaly(data: Data, p: Parameters) -> Any:
    """The account changed days before, or its holder is not the payee."""
    t = payments(data)

    def bare(text: Any) -> Any:
        return text.re_replace(r"[\s()()·]", "")

    days = t.pay_date.delta(t.account_changed_on, unit="day")
    t = t.mutate(
        days_after_change=days,
        changed=ibis.coalesce((days >= 0) & (days <= p["days"]), False),
        other_holder=ibis.coalesce(
            (t.payee_kind == "单位") & (bare(t.account_holder) != bare(t.payee_name)), False
        ),
    )
    t = t.filter(t.changed | t.other_holder, t.yuan >= p["yuan"])
    return t.mutate(
        anomaly=t.other_holder.ifelse(
            t.changed.ifelse("户名不符且账户新近变更", "户名与收款人不符"), "付款前账户新近变更"
        ),
        amount_yuan=t.yuan,
        period_from=t.pay_date,
        period_to=t.pay_date,
    )


def really_other(rows: list[dict[str, Any]], _p: Parameters) -> list[dict[str, Any]]:
    """Leave out holders that are the payee in another spelling (branch, short name, legal form)."""
    from lianxun_insight.names import parse_organisation

    found = []
    for row in rows:
        if row["other_holder"] and not row["changed"]:
            payee = parse_organisation(row["payee_name"])
            holder = parse_organisation(row["account_holder"])
            if payee.brand and payee.brand == holder.brand:
                continue
        found.append(row)
    return found


@rule("F10", core="circles")
def circular_input(data: Data, p: Parameters) -> Any:
    """Flows between organisations: source, target, day, sum and the row that says so."""
    keys = ("k_d13_payment", "k_d23", "k_d24")
    parts = []

    def flow(t: Any, key: str, **columns: Any) -> None:
        empty = {each: ibis.null("string") for each in keys if each != key}
        t = t.mutate(**columns, **empty)
        t = t.filter(t.source.notnull(), t.target.notnull(), t.fen > 0)
        parts.append(t.select("source", "target", "on", "fen", *keys))

    if "D13.payment" in data:
        t = payments(data)
        flow(t, "k_d13_payment", source=t.org, target=t.payee_code, on=t.pay_date, fen=t.amount)
    if "D23" in data:
        t = data["D23"]
        t = t.filter(t.kind != "担保")
        columns = {"source": t.firm_code, "target": t.counterparty_code, "on": t.deal_date}
        flow(t, "k_d23", **columns, fen=t.amount)
    if "D24" in data:
        t = data["D24"]
        buys = t.direction == "采购"
        columns = {
            "source": buys.ifelse(t.firm_code, t.party_code),
            "target": buys.ifelse(t.party_code, t.firm_code),
        }
        flow(t, "k_d24", **columns, on=t.sign_date, fen=t.amount)
    every = parts[0]
    for part in parts[1:]:
        every = every.union(part)
    # Only organisations that both receive and give can stand in a circle.
    sources = every.select(giver="source").distinct()
    targets = every.select(taker="target").distinct()
    every = every.semi_join(sources, [every.target == sources.giver])
    every = every.semi_join(targets, [every.source == targets.taker])
    return every.filter(every.source != every.target).order_by("on", "source", "target", "fen")


def circles(table: pa.Table, p: Parameters, _judged: bool) -> list[dict[str, Any]]:
    """Directed circles of at most four flows in the order of time, sums within 5 %, 60 days.

    Flows are numbered in the order of time, so what leaves an organisation after a flow is the rest of
    a sorted list. A flow stands in one circle; organisations with very many flows begin none.
    """
    source, target, fen = (table[name].to_pylist() for name in ("source", "target", "fen"))
    day = table["on"].cast(pa.date32()).cast(pa.int32()).to_pylist()
    leaving: dict[str, list[int]] = defaultdict(list)
    for place, org in enumerate(source):
        leaving[org].append(place)
    capped = {org for org, places in leaving.items() if len(places) > p["hub"]}
    circle_of: list[list[int]] = []
    used: set[int] = set()

    def extend(path: list[int]) -> bool:
        first, last = path[0], path[-1]
        there = leaving.get(target[last], [])
        later = bisect_left(there, day[last], key=day.__getitem__)
        for place in islice(there, later, None):
            if day[place] - day[first] > p["days"]:
                break
            if place in used or place in path:
                continue
            if abs(fen[place] - fen[first]) > p["tolerance"] * fen[first]:
                continue
            path.append(place)
            if target[place] == source[first]:
                return True
            seen = {source[each] for each in path}
            if len(path) < p["steps"] and target[place] not in seen and extend(path):
                return True
            path.pop()
        return False

    for start in range(len(source)):
        if start in used or source[start] in capped or target[start] in capped:
            continue
        path = [start]
        if extend(path):
            used.update(path)
            circle_of.append(path)
    return [_circle(table.take(path).to_pylist()) for path in circle_of]


def _circle(flows: list[dict[str, Any]]) -> dict[str, Any]:
    hit: dict[str, Any] = {
        "org": flows[0]["source"],
        "steps": len(flows),
        "amount_yuan": flows[0]["fen"] / YUAN,
        "span_days": (flows[-1]["on"] - flows[0]["on"]).days,
        "period_from": flows[0]["on"],
        "period_to": flows[-1]["on"],
        "parties": "→".join([flow["source"] for flow in flows] + [flows[0]["source"]]),
    }
    for key in ("k_d13_payment", "k_d23", "k_d24"):
        hit[key] = [flow[key] for flow in flows if flow[key]]
    return hit

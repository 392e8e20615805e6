"""Procurement: prices (P08, P09, P12, P17)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import ibis
import numpy as np
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.peers import with_stratum
from lianxun_insight.rules.spacing import chance_of_even, spaced, unevenness
from lianxun_insight.rules.views import YUAN, bids


def _priced(data: Data) -> Any:
    t = bids(data)
    return t.filter(t.bid_price > 0, ~ibis.coalesce(t.price_controlled, False))


@rule("P08", decide="_as_usual", judge="_regularity")
def regular_prices(data: Data, p: Parameters) -> Any:
    """Equal offers, or four and more in even arithmetic or geometric steps."""
    each = _offers(data)
    regular = (each.step_cv < p["cv"]) | (each.ratio_cv < p["cv"])
    regular = (each.offers >= p["offers"]) & ibis.coalesce(regular, False)
    each = each.mutate(regular=regular)
    return each.filter((each.equal_pairs >= 1) | each.regular)


def _offers(data: Data) -> Any:
    """One row per section: number of offers, equal neighbours, unevenness of the steps."""
    t = spaced(_priced(data))
    return t.group_by("org", "section_id").aggregate(
        offers=t.count(),
        equal_pairs=(t.step == 0).cast("int64").sum(),
        **unevenness(t),
        period_from=t.period_from.max(),
        period_to=t.period_to.max(),
        k_d20_section=t.k_d20_section.max(),
        k_d20_bid=t.k_d20_bid.collect(distinct=True),
    )


def _as_usual(data: Data, table: Any, _p: Parameters) -> Any:
    """Beside each hit, how usual equal offers are among sections with as many offers."""
    t = _priced(data)
    each = t.group_by("section_id").aggregate(n=t.count(), kinds=t.bid_price.nunique())
    usual = each.group_by(u_offers=each.n).aggregate(
        peers=each.count(), usual=(each.n > each.kinds).cast("int64").mean()
    )
    return table.join(usual, [table.offers == usual.u_offers]).drop("u_offers")


def _regularity(rows: list[dict[str, Any]], p: Parameters) -> list[dict[str, Any]]:
    """Even steps against offers made independently, equal offers against what is usual."""
    found = []
    for row in rows:
        if row["regular"]:
            chance = max(chance_of_even(row["offers"], p["cv"]), 1e-6)  # what a flag can show
            found.append({**row, "baseline_p": chance, "stratum": "相互独立的报价", "peers": 0})
        else:
            stratum = f"{row['offers']}家报价的标段"
            found.append({**row, "baseline_p": row["usual"], "stratum": stratum})
    return found


@rule("P09", finish="_screens", judge="_joint_tail")
def dispersion_input(data: Data, p: Parameters) -> Any:
    """One row per valid priced bid; the screens are computed per section."""
    t = _priced(data)
    t = t.filter(t.valid)
    return t.select(
        "org",
        "section_id",
        "bid_price",
        "period_from",
        "period_to",
        "k_d20_section",
        "k_d20_bid",
        layer=ibis.coalesce(t.method, "") + ibis.coalesce(t.price_only, False).ifelse("最低价", ""),
    )


SCREENS = ("cv", "spread", "gap", "gap_ratio", "skew", "kurtosis", "uniformity")
_SIGNS = np.array([-1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
"""Suspicious direction: little dispersion, the winner apart from the losers, odd shape."""


def _screen(prices: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, ...]:
    """The seven screens of Huber & Imhof (IJIO 2019) for sorted prices."""
    mean, deviation = prices.mean(), prices.std(ddof=1)
    losers = prices[1:].std(ddof=1) if len(prices) > 2 else 0.0
    centred = (prices - mean) / deviation if deviation > 0 else np.zeros_like(prices)
    width = prices[-1] - prices[0]
    places = (prices - prices[0]) / width if width > 0 else np.zeros_like(prices)
    steps = np.arange(1, len(prices) + 1) / len(prices)
    return (
        float(deviation / mean),
        float(width / prices[0]),
        float((prices[1] - prices[0]) / prices[0]),
        float((prices[1] - prices[0]) / losers) if losers > 0 else 0.0,
        float((centred**3).mean()),
        float((centred**4).mean() - 3.0),
        float(np.abs(steps - places).max()),
    )


def _screens(rows: list[dict[str, Any]], p: Parameters) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        sections[row["section_id"]].append(row)
    found = []
    for section, several in sections.items():
        if len(several) < p["offers"]:
            continue
        prices = np.sort(np.array([row["bid_price"] for row in several], dtype=float))
        first = several[0]
        found.append(
            {
                **{k: first[k] for k in ("org", "period_from", "period_to", "k_d20_section")},
                "section_id": section,
                "offers": len(several),
                "stratum": f"{first['layer']}·{min(len(several), 8)}家",
                "k_d20_bid": [row["k_d20_bid"] for row in several],
                **dict(zip(SCREENS, _screen(prices), strict=True)),
            }
        )
    return found


def _joint_tail(rows: list[dict[str, Any]], p: Parameters) -> list[dict[str, Any]]:
    """One-sided joint tail in each stratum: O'Brien's generalised least squares test (1984).

    Screens become normal scores; their sum, weighted by the inverse correlation, is standard normal.
    """
    from scipy import stats

    strata: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        strata[row["stratum"]].append(row)
    found = []
    for several in strata.values():
        n = len(several)
        if n < p["peers"]:
            continue
        values = np.array([[row[name] for name in SCREENS] for row in several]) * _SIGNS
        scores = stats.norm.ppf((stats.rankdata(values, axis=0) - 0.5) / n)
        with np.errstate(invalid="ignore", divide="ignore"):  # a screen may be the same everywhere
            correlation = np.nan_to_num(np.corrcoef(scores, rowvar=False), nan=0.0)
        np.fill_diagonal(correlation, 1.0)
        weights = np.linalg.solve(correlation + 0.05 * np.eye(len(SCREENS)), np.ones(len(SCREENS)))
        weights = np.maximum(weights, 0.0)
        joint = scores @ weights / np.sqrt(weights @ correlation @ weights)
        tails = stats.norm.sf(joint)
        for row, tail in zip(several, tails, strict=True):
            if tail < p["tail"]:
                place = float((joint < stats.norm.isf(tail)).mean())
                found.append({**row, "peers": n, "baseline_p": float(tail), "quantile": place})
    return found


@rule(
    "P12",
    decide="_around",
    judge="_poisson",
)
def bunching(data: Data, p: Parameters) -> Any:
    """Contracts of a buyer in the bands just below and just above the limit."""
    t = data["D14.contract"]
    t = t.mutate(
        org=t.buyer_code,
        yuan=t.amount / YUAN,
        limit_yuan=p.limits.expression("purchase_limit", t.sign_date),
    )
    band = p["band"]
    t = t.filter(t.yuan >= (1 - band) * t.limit_yuan, t.yuan < (1 + band) * t.limit_yuan)
    below = t.yuan < t.limit_yuan
    return t.group_by("org", "limit_yuan").aggregate(
        below=below.cast("int64").sum(),
        above=(~below).cast("int64").sum(),
        period_from=t.sign_date.min(),
        period_to=t.sign_date.max(),
        k_d14_contract=t.k_d14_contract.collect(distinct=True),
    )


def _around(data: Data, table: Any, p: Parameters) -> Any:
    """Expected number below from the other units of the stratum."""
    t = with_stratum(data, table)
    whole = ibis.window(group_by=["stratum", "limit_yuan"])
    t = t.mutate(
        peers=t.count().over(whole),
        others_below=t.below.sum().over(whole) - t.below,
        others_above=t.above.sum().over(whole) - t.above,
    )
    others = t.others_below + t.others_above
    share = (t.others_below + 0.5) / (others + 1.0)
    return t.mutate(expected=share * (t.below + t.above)).filter(_.below >= p["least"])


def _poisson(rows: list[dict[str, Any]], p: Parameters) -> list[dict[str, Any]]:
    from scipy import stats

    found = []
    for row in rows:
        tail = float(stats.poisson.sf(row["below"] - 1, row["expected"]))
        if tail < p["p"]:
            found.append({**row, "baseline_p": tail})
    return found


@rule("P17")
def unit_price(data: Data, p: Parameters) -> Any:
    """Unit price against the median of the same item, specification, unit and quarter."""
    item, project = data["D14.item"], data["D14.project"]
    project = project.select(
        of="project_id", org="buyer_code", awarded="award_date", k_d14_project="k_d14_project"
    )
    t = item.join(project, [item.project_id == project.of])
    t = t.mutate(
        on=ibis.coalesce(t.deal_date, t.awarded),
        spec=ibis.coalesce(t.spec, ""),
        measure_unit=ibis.coalesce(t.measure_unit, ""),
    )
    t = t.filter(t.on.notnull(), t.unit_price > 0).mutate(
        quarter=_.on.year() * 10 + _.on.quarter(), price=_.unit_price / YUAN
    )
    by = ["item_class", "spec", "measure_unit", "quarter"]
    middle = t.group_by(by).aggregate(
        median_yuan=t.price.median(), peers=t.count(), all_items=t.k_d14_item.collect(distinct=True)
    )
    t = t.join(middle.filter(middle.peers >= p["deals"]), by)
    t = t.mutate(distance=(t.price - t.median_yuan).abs())
    spread = t.group_by(by).aggregate(mad=t.distance.median())
    t = t.join(spread, by)
    scale = ibis.greatest(1.4826 * t.mad, 0.01 * t.median_yuan)
    t = t.mutate(robust_z=(t.price - t.median_yuan) / scale)
    return t.filter(t.robust_z > p["z"]).select(
        "org",
        "item_name",
        "spec",
        "median_yuan",
        "robust_z",
        "peers",
        "k_d14_project",
        price_yuan=_.price,
        stratum=_.item_class,
        period_from=_.on,
        period_to=_.on,
        k_d14_item=_.all_items,
    )

"""Procurement: prices (P08, P09, P12, P17)."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.groups import codes_of
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.peers import with_stratum
from lianxun_insight.rules.spacing import chance_of_even, spaced, unevenness
from lianxun_insight.rules.views import YUAN, bids

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


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


@rule("P09", core="dispersion")
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
    ).order_by("section_id", "bid_price", "k_d20_bid")


SCREENS = ("cv", "spread", "gap", "gap_ratio", "skew", "kurtosis", "uniformity")
_SIGNS = np.array([-1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
"""Suspicious direction: little dispersion, the winner apart from the losers, odd shape."""
MANY_OFFERS = 8
"""Sections with as many offers and more form one stratum."""


def screens(prices: Floats) -> Floats:
    """The seven screens of Huber & Imhof (IJIO 2019), one row per section.

    `prices` has a section per row and the same number of offers (at least two) in each, sorted. What
    cannot be computed because all offers or all losing ones are equal is 0.
    """
    n = prices.shape[1]
    lowest, second, highest = prices[:, 0], prices[:, 1], prices[:, -1]
    deviation = prices.std(axis=1, ddof=1)
    losers = prices[:, 1:].std(axis=1, ddof=1) if n > 2 else np.zeros(len(prices))
    centred = _over(prices - prices.mean(axis=1)[:, None], deviation[:, None])
    places = _over(prices - lowest[:, None], (highest - lowest)[:, None])
    steps = np.arange(1, n + 1) / n
    return np.column_stack(
        [
            deviation / prices.mean(axis=1),
            (highest - lowest) / lowest,
            (second - lowest) / lowest,
            _over(second - lowest, losers),
            (centred**3).mean(axis=1),
            (centred**4).mean(axis=1) - 3.0,
            np.abs(steps - places).max(axis=1),
        ]
    )


def _over(above: Floats, below: Floats) -> Floats:
    """A quotient, 0 where there is nothing to divide by."""
    usable = np.broadcast_to(below > 0, above.shape)
    return np.divide(above, below, out=np.zeros_like(above), where=usable)


def dispersion(table: pa.Table, p: Parameters, judged: bool) -> list[dict[str, Any]]:
    """Sections with their screens; `judged` ones stand in the joint tail of their stratum."""
    if not table.num_rows:
        return []
    prices = table["bid_price"].to_numpy().astype(np.float64)
    sections, _ = codes_of(table["section_id"])  # numbered in the order of the rows
    starts = np.searchsorted(sections, np.arange(int(sections[-1]) + 2))
    counts = np.diff(starts)
    chosen = np.flatnonzero(counts >= p["offers"])
    values = np.zeros((len(counts), len(SCREENS)))
    for n in np.unique(counts[chosen]):
        same = np.flatnonzero(counts == n)
        values[same] = screens(prices[starts[same][:, None] + np.arange(n)])
    layers = table["layer"].take(starts[:-1][chosen]).to_pylist()
    strata = np.array(
        [
            f"{layer}·{n}家"
            for layer, n in zip(layers, np.minimum(counts[chosen], MANY_OFFERS), strict=True)
        ]
    )
    verdicts: dict[int, dict[str, Any]] = {}
    for stratum in np.unique(strata):
        there = chosen[strata == stratum]
        if not judged:
            verdicts |= {int(section): {"stratum": stratum} for section in there}
        elif len(there) >= p["peers"]:
            verdicts |= _joint_tail(there, str(stratum), values[there], p["tail"])
    names = ("org", "period_from", "period_to", "k_d20_section", "section_id")
    found = []
    for section in sorted(verdicts):
        rows = table.slice(starts[section], counts[section]).to_pylist()
        found.append(
            {
                **{name: rows[0][name] for name in names},
                "offers": len(rows),
                "k_d20_bid": [row["k_d20_bid"] for row in rows],
                **dict(zip(SCREENS, values[section].tolist(), strict=True)),
                **verdicts[section],
            }
        )
    return found


def _joint_tail(
    sections: Ints, stratum: str, values: Floats, tail: float
) -> dict[int, dict[str, Any]]:
    """One-sided joint tail in a stratum: O'Brien's generalised least squares test (1984).

    Screens become normal scores; their sum, weighted by the inverse correlation, is standard normal.
    Screens that are the same in all sections say nothing and are left out.
    """
    from scipy import stats

    n = len(sections)
    values = (values * _SIGNS)[:, np.ptp(values, axis=0) > 0]
    if not values.shape[1]:
        return {}
    scores = stats.norm.ppf((stats.rankdata(values, axis=0) - 0.5) / n)
    correlation = np.corrcoef(scores, rowvar=False).reshape(values.shape[1], -1)
    ridge = 0.05 * np.eye(len(correlation))
    weights = np.maximum(np.linalg.solve(correlation + ridge, np.ones(len(correlation))), 0.0)
    joint = scores @ weights / np.sqrt(weights @ correlation @ weights)
    tails = stats.norm.sf(joint)
    return {
        int(sections[row]): {
            "stratum": stratum,
            "peers": n,
            "baseline_p": float(tails[row]),
            "quantile": float((joint < joint[row]).mean()),
        }
        for row in np.flatnonzero(tails < tail)
    }


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

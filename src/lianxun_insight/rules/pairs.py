"""Pairs that meet too well (X06, K07, K09): win rates against the base rate of the firm."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.views import bids


@rule("K07")
def tailored(data: Data, p: Parameters) -> Any:
    """A firm that bids only for one tenderer and wins each time."""
    t = bids(data)
    t = t.filter(t.bidder_code.notnull())
    each = t.group_by("bidder_code").aggregate(
        org=t.org.min(),
        tenderers=t.org.nunique(),
        bids=t.section_id.nunique(),
        wins=t.won.ifelse(t.section_id, ibis.null("string")).nunique(),
        criteria_length=t.criteria_length.max(),
        period_from=t.period_from.min(),
        period_to=t.period_to.max(),
        k_d20_section=t.k_d20_section.collect(distinct=True),
        k_d20_bid=t.k_d20_bid.collect(distinct=True),
    )
    return each.filter(each.tenderers == 1, each.bids >= p["bids"], each.wins == each.bids).mutate(
        supplier_code=_.bidder_code
    )


def _pairs(t: Any, partner: str, kind: str) -> Any:
    """Wins of a firm with a partner (agency, tenderer) and without it."""
    t = t.filter(t[partner].notnull(), t.bidder_code.notnull())
    firm = ibis.window(group_by="bidder_code")
    each = t.group_by("bidder_code", partner=t[partner]).aggregate(
        org=t.org.min(),
        bids=t.count(),
        wins=t.won.cast("int64").sum(),
        period_from=t.period_from.min(),
        period_to=t.period_to.max(),
        k_d20_section=t.k_d20_section.collect(distinct=True),
        k_d20_bid=t.k_d20_bid.collect(distinct=True),
    )
    return each.mutate(
        kind=ibis.literal(kind),
        other_bids=each.bids.sum().over(firm) - each.bids,
        other_wins=each.wins.sum().over(firm) - each.wins,
    )


@rule("K09", judge="improbable")
def magnetic_pair(data: Data, p: Parameters) -> Any:
    """Win rate with one agency or tenderer far above the firm's rate with all others."""
    t = bids(data)
    every = _pairs(t, "agency_code", "代理机构").union(_pairs(t, "org", "招标人"))
    return every.filter(every.bids >= p["bids"], every.wins >= p["wins"]).mutate(
        supplier_code=_.bidder_code,
        rate=_.wins / _.bids,
        other_rate=(_.other_wins + 1) / (_.other_bids + 3),
    )


def improbable(rows: list[dict[str, Any]], p: Parameters) -> list[dict[str, Any]]:
    """Keep pairs whose wins are improbable at the firm's rate elsewhere (binomial tail).

    The limit is divided by the number of pairs looked at, so that chance gives `tail` hits in all.
    """
    from scipy import stats

    found = []
    for row in rows:
        if row.get("employed"):
            found.append(row)
            continue
        tail = float(stats.binom.sf(row["wins"] - 1, row["bids"], row["other_rate"]))
        if tail < p["tail"] / max(1, len(rows)) and row["rate"] > row["other_rate"]:
            found.append(
                {**row, "baseline_p": tail, "stratum": "该企业其余投标", "peers": row["other_bids"]}
            )
    return found


_X06 = ("org", "supplier_code", "partner", "kind", "employed", "bids", "wins", "rate", "other_rate")
_X06_MORE = ("other_bids", "period_from", "period_to")
_X06_KEYS = ("k_d20_section", "k_d20_bid", "k_d20_expert", "k_d34_insured")


@rule("X06", judge="improbable")
def expert_tie(data: Data, p: Parameters) -> Any:
    """An expert employed at a bidder, or a firm that wins whenever the expert sits."""
    t = bids(data)
    expert = data["D20.expert"].select(
        "expert_token", "employer_code", "k_d20_expert", e_section="section_id", e_role="role"
    )
    t = t.join(expert, [t.section_id == expert.e_section])
    parts = [_at_bidder(t.filter(t.employer_code == t.bidder_code), "专家任职于投标人")]
    if "D34.insured" in data:
        work = data["D34.insured"].select(
            w_person="person_token",
            w_firm="employer_code",
            w_month="pay_month",
            k_d34_insured="k_d34_insured",
        )
        joined = t.join(work, [t.expert_token == work.w_person, t.bidder_code == work.w_firm])
        days = joined.period_to.delta(joined.w_month, unit="day")
        parts.append(_at_bidder(joined.filter(days.abs() <= 366), "专家在投标人参保"))
    drawn = t.filter(ibis.coalesce(t.e_role, "") != "业主代表")
    pairs = drawn.group_by("bidder_code", partner=drawn.expert_token).aggregate(
        org=drawn.org.min(),
        bids=drawn.count(),
        wins=drawn.won.cast("int64").sum(),
        period_from=drawn.period_from.min(),
        period_to=drawn.period_to.max(),
        **{key: drawn[key].collect(distinct=True) for key in _X06_KEYS[:3]},
    )
    total = t.select(f_code="bidder_code", f_section="section_id", f_won="won").distinct()
    total = total.group_by("f_code").aggregate(
        all_bids=_.count(), all_wins=_.f_won.cast("int64").sum()
    )
    pairs = pairs.join(total, [pairs.bidder_code == total.f_code])
    pairs = pairs.filter(pairs.bids >= p["bids"], pairs.wins >= p["wins"]).mutate(
        supplier_code=_.bidder_code,
        kind=ibis.literal("专家评审时中标率异常"),
        employed=ibis.literal(False),
        rate=_.wins / _.bids,
        other_bids=_.all_bids - _.bids,
        other_rate=(_.all_wins - _.wins + 1) / (_.all_bids - _.bids + 3),
        k_d34_insured=ibis.array([ibis.null("string")]),
    )
    result = pairs.select(*_X06, *_X06_MORE, *_X06_KEYS)
    for part in parts:
        result = result.union(part)
    return result


def _at_bidder(t: Any, kind: str) -> Any:
    insured = t.k_d34_insured if "k_d34_insured" in t.columns else ibis.null("string")
    t = t.mutate(k_d34_insured=insured)
    each = t.group_by("org", supplier_code=t.bidder_code, partner=t.expert_token).aggregate(
        bids=t.section_id.nunique(),
        wins=t.won.ifelse(t.section_id, ibis.null("string")).nunique(),
        period_from=t.period_from.min(),
        period_to=t.period_to.max(),
        **{key: t[key].collect(distinct=True) for key in _X06_KEYS},
    )
    each = each.mutate(
        kind=ibis.literal(kind),
        employed=ibis.literal(True),
        rate=each.wins / each.bids,
        other_rate=ibis.null("float64"),
        other_bids=ibis.null("int64"),
    )
    return each.select(*_X06, *_X06_MORE, *_X06_KEYS)

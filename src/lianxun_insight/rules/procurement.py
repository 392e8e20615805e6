"""Procurement: the process (P01–P07, P13–P16, P18). Formulas: docs/insight/rules.md."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.peers import above, placed, with_stratum
from lianxun_insight.rules.views import COMPETITIVE, OPEN, REJECTED, YUAN, bids, tenders
from lianxun_insight.rules.windows import day_of, fullest_window


@rule("P01")
def short_period(data: Data, p: Parameters) -> Any:
    """Days from notice to deadline below the legal minimum of the method on that date."""
    t = tenders(data)
    t = t.filter(~t.urgent, t.relaunch_of.isnull(), t.notice_date.notnull(), t.deadline.notnull())
    t = t.mutate(
        days=t.deadline.delta(t.notice_date, unit="day"),
        limit_days=p.limits.expression(
            "min_notice_days", t.notice_date, region=t.region_code, method=t.method
        ),
    )
    return t.filter(t.days < t.limit_days).mutate(period_from=_.notice_date, period_to=_.deadline)


@rule("P02", decide="_not_thin")
def single_bid(data: Data, p: Parameters) -> Any:
    """Exactly one valid bid in a competitive call; beside it the share of such calls for the item."""
    t = bids(data)
    t = t.filter(t.method.isin(COMPETITIVE))
    each = t.group_by("org", "section_id", "item_class").aggregate(
        valid_bids=t.valid.cast("int64").sum(),
        all_bids=t.count(),
        period_from=t.period_from.max(),
        period_to=t.period_to.max(),
        k_d20_section=t.k_d20_section.max(),
        k_d20_bid=t.k_d20_bid.collect(distinct=True),
    )
    item = ibis.window(group_by="item_class")
    each = each.mutate(
        single=each.valid_bids == 1,
        stratum=ibis.coalesce(each.item_class, "未分类"),
        peers=each.count().over(item),
        baseline_p=(each.valid_bids == 1).cast("int64").mean().over(item),
    )
    return each.filter(each.single)


def _not_thin(_data: Data, table: Any, p: Parameters) -> Any:
    """Leave out item classes in which single bids are usual."""
    return table.filter(table.baseline_p < p["thin"])


def _by_year(data: Data) -> Any:
    t = data["D14.contract"]
    t = t.mutate(
        org=t.buyer_code,
        year=t.sign_date.year(),
        open=t.method.isin(OPEN),
        yuan=t.amount / YUAN,
    )
    return t.filter(t.method.notnull())


@rule("P03", decide="_shrunk")
def non_open_share(data: Data, p: Parameters) -> Any:
    """Share of the contract value of a buyer and year awarded without open calls."""
    t = _by_year(data)
    closed = ~t.open
    return t.group_by("org", "year").aggregate(
        share=closed.ifelse(t.yuan, 0.0).sum() / t.yuan.sum(),
        closed_yuan=closed.ifelse(t.yuan, 0.0).sum(),
        total_yuan=t.yuan.sum(),
        contracts=t.count(),
        period_from=t.sign_date.min(),
        period_to=t.sign_date.max(),
        k_d14_contract=t.k_d14_contract.collect(distinct=True),
    )


def _shrunk(data: Data, table: Any, p: Parameters) -> Any:
    """Empirical-Bayes: small buyers are pulled to the mean of their stratum before ranking."""
    t = with_stratum(data, table)
    stratum = ibis.window(group_by="stratum")
    weight = t.contracts / (t.contracts + p["prior"])
    t = t.mutate(shrunk=weight * t.share + (1 - weight) * t.share.mean().over(stratum))
    ranked = placed(data, t.drop("stratum"), "shrunk")
    return ranked.filter(
        ranked.quantile >= p["quantile"], ranked.peers >= p["peers"], ranked.share > 0
    )


@rule("P04")
def all_but_winner_out(data: Data, p: Parameters) -> Any:
    """One valid tenderer, who wins; all the others were rejected."""
    t = bids(data)
    return (
        t.group_by("org", "section_id")
        .aggregate(
            valid_bids=t.valid.cast("int64").sum(),
            valid_wins=(t.valid & t.won).cast("int64").sum(),
            rejected=t.status.isin(REJECTED).cast("int64").sum(),
            period_from=t.period_from.max(),
            period_to=t.period_to.max(),
            k_d20_section=t.k_d20_section.max(),
            k_d20_bid=t.k_d20_bid.collect(distinct=True),
        )
        .filter(_.valid_bids == 1, _.valid_wins == 1, _.rejected >= p["rejected"])
    )


@rule("P05")
def lowest_rejected(data: Data, p: Parameters) -> Any:
    """Price-only award in which the lowest bid was rejected and a higher one won."""
    t = bids(data)
    t = t.filter(ibis.coalesce(t.price_only, False), t.bid_price.notnull())
    section = ibis.window(group_by="section_id")
    t = t.mutate(
        lowest=t.bid_price.min().over(section),
        winning=t.won.ifelse(t.bid_price, ibis.null("int64")).max().over(section),
        winner_key=t.won.ifelse(t.k_d20_bid, ibis.null("string")).max().over(section),
    )
    t = t.filter(
        t.bid_price == t.lowest, t.status.isin(REJECTED), t.winning.notnull(), t.winning > t.lowest
    )
    t = t.filter(t.winning >= (1 + p["gap"]) * t.lowest)
    return t.select(
        "org",
        "section_id",
        "period_from",
        "period_to",
        "k_d20_section",
        lowest_yuan=t.lowest / YUAN,
        winning_yuan=t.winning / YUAN,
        gap_share=t.winning / t.lowest - 1.0,
        k_d20_bid=ibis.array([t.k_d20_bid, t.winner_key]),
    )


@rule("P06", decide="_rejects_more")
def buyer_rejects(data: Data, p: Parameters) -> Any:
    """Rejected among all bids of a buyer."""
    t = bids(data)
    return (
        t.group_by("org")
        .aggregate(
            rejected=t.status.isin(REJECTED).cast("int64").sum(),
            submitted=t.count(),
            rate=t.status.isin(REJECTED).cast("float64").mean(),
            period_from=t.period_from.min(),
            period_to=t.period_to.max(),
            k_d20_bid=t.k_d20_bid.collect(distinct=True),
        )
        .filter(_.submitted >= p["bids"])
    )


def _rejects_more(data: Data, table: Any, p: Parameters) -> Any:
    """Beta-binomial posterior (moment prior of the stratum): P(rate > its 90th percentile) > .95.

    The posterior is taken as normal, which is accurate to .01 from 20 bids on.
    """
    t = placed(data, table, "rate")
    peers = t.group_by("stratum").aggregate(
        mean=t.rate.mean(), variance=t.rate.var(how="pop"), high=t.rate.quantile(p["quantile"])
    )
    peers = peers.select(of_stratum="stratum", mean="mean", variance="variance", high="high")
    t = t.join(peers, [t.stratum == peers.of_stratum])
    spread = ibis.greatest(t.variance, 1e-6)
    weight = ibis.greatest(t.mean * (1 - t.mean) / spread - 1, 1.0)
    a = t.mean * weight + t.rejected
    b = (1 - t.mean) * weight + t.submitted - t.rejected
    t = t.mutate(
        posterior=a / (a + b), deviation=(a * b / ((a + b) * (a + b) * (a + b + 1))).sqrt()
    )
    return t.filter(
        t.posterior - p["normal"] * t.deviation > t.high, t.peers >= p["peers"], t.rejected > 0
    )


@rule("P07")
def late_bid_won(data: Data, p: Parameters) -> Any:
    """The winner's file came after the deadline, by more than the tolerated clock skew."""
    t = bids(data)
    t = t.filter(t.won, t.valid, t.received_at.notnull(), t.bid_deadline.notnull())
    t = t.mutate(late_seconds=t.received_at.delta(t.bid_deadline, unit="second"))
    return t.filter(t.late_seconds > p["skew_seconds"]).mutate(late_minutes=_.late_seconds / 60.0)


@rule("P13")
def splitting(data: Data, p: Parameters) -> Any:
    """Same buyer and item: purchases each below the limit whose sum over 90 days reaches it."""
    t = data["D14.contract"]
    t = t.filter(~t.method.isin(OPEN), t.item_class.notnull(), t.method != "框架协议")
    t = t.mutate(
        org=t.buyer_code,
        yuan=t.amount / YUAN,
        day=day_of(t.sign_date),
        limit_yuan=p.limits.expression("purchase_limit", t.sign_date),
    )
    return fullest_window(
        t.filter(t.yuan < t.limit_yuan, t.yuan >= p["least"] * t.limit_yuan),
        by=("org", "item_class"),
        days=p["days"],
        least=p["contracts"],
        factor=1.0,
        key="k_d14_contract",
        when="sign_date",
    )


@rule("P14", decide="_concentrated")
def concentration(data: Data, p: Parameters) -> Any:
    """Top supplier's share and Herfindahl index of a buyer and year."""
    t = _by_year(data)
    each = t.group_by("org", "year", "supplier_code").aggregate(
        yuan=t.yuan.sum(),
        contracts=t.count(),
        first=t.sign_date.min(),
        last=t.sign_date.max(),
    )
    every = t.group_by(e_org=t.org, e_year=t.year).aggregate(  # a share rests on all contracts
        keys=t.k_d14_contract.collect(distinct=True)
    )
    whole = ibis.window(group_by=["org", "year"])
    each = each.mutate(
        share=each.yuan / each.yuan.sum().over(whole),
        all_contracts=each.contracts.sum().over(whole),
        suppliers=each.count().over(whole),
        place=ibis.row_number().over(
            group_by=["org", "year"], order_by=[each.yuan.desc(), each.supplier_code]
        ),
    )
    each = each.mutate(hhi=(each.share * each.share).sum().over(whole))
    top = each.filter(each.place == 0, each.all_contracts >= p["contracts"])
    top = top.join(every, [top.org == every.e_org, top.year == every.e_year])
    return top.select(
        "org",
        "year",
        "supplier_code",
        "share",
        "hhi",
        "all_contracts",
        "suppliers",
        period_from=top["first"],
        period_to=top["last"],
        k_d14_contract=top["keys"],
    )


def _concentrated(data: Data, table: Any, p: Parameters) -> Any:
    """Beyond the peers *and* beyond what chance gives with so few contracts.

    Expected index of n contracts drawn evenly over s suppliers: 1/n + (1 - 1/n)/s.
    """
    ranked = placed(data, table, "hhi")
    n = ranked.all_contracts
    expected = 1.0 / n + (1.0 - 1.0 / n) / ranked.suppliers
    return ranked.filter(
        ranked.quantile >= p["quantile"],
        ranked.peers >= p["peers"],
        ranked.hhi > p["beyond_chance"] * expected,
        ranked.share >= p["share"],
    )


@rule("P15")
def contract_growth(data: Data, p: Parameters) -> Any:
    """Supplements over the original sum beyond the legal share."""
    change, contract = data["D14.change"], data["D14.contract"]
    change = change.select(
        of="contract_id",
        delta="amount_delta",
        changed_on="change_date",
        k_d14_change="k_d14_change",
    )
    t = contract.join(change, [contract.contract_id == change.of])
    return (
        t.group_by(org=t.buyer_code, contract_id=t.contract_id)
        .aggregate(
            original_yuan=t.amount.max() / YUAN,
            added_yuan=t.delta.sum() / YUAN,
            growth=t.delta.sum() / t.amount.max(),
            limit_share=p.limits.expression("supplement_share", t.sign_date.max()),
            changes=t.count(),
            period_from=t.sign_date.max(),
            period_to=t.changed_on.max(),
            k_d14_contract=t.k_d14_contract.max(),
            k_d14_change=t.k_d14_change.collect(distinct=True),
        )
        .filter(_.growth > _.limit_share)
    )


@rule("P16")
def ceiling_hugging(data: Data, p: Parameters) -> Any:
    """One buyer and supplier: winning price at the ceiling, again and again."""
    t = tenders(data)
    t = t.filter(t.ceiling_price > 0, t.award_price.notnull(), t.winner_code.notnull())
    t = t.mutate(ratio=t.award_price / t.ceiling_price)
    t = t.filter(t.ratio >= p["ratio"], t.ratio <= 1.0 + 1e-9)
    return (
        t.group_by(org=t.org, supplier_code=t.winner_code)
        .aggregate(
            tenders=t.count(),
            lowest_ratio=t.ratio.min(),
            period_from=t.award_date.min(),
            period_to=t.award_date.max(),
            k_d14_project=t.k_d14_project.collect(distinct=True),
            k_d20_section=t.k_d20_section.collect(distinct=True),
        )
        .filter(_.tenders >= p["tenders"])
    )


@rule("P18", decide=above("score"))
def composite(data: Data, p: Parameters) -> Any:
    """Mean of five scaled components of a buyer: a profile, not a lead."""
    t = tenders(data)
    t = t.filter(t.award_date.notnull())
    days = t.deadline.delta(t.notice_date, unit="day")
    decision = t.award_date.delta(t.deadline, unit="day")
    part = t.group_by("org").aggregate(
        no_call=t.notice_date.isnull().cast("float64").mean(),
        not_open=(~t.method.isin(OPEN)).cast("float64").mean(),
        short=(days < p["short_days"]).cast("float64").mean(),
        hasty=((decision <= p["hasty_days"]) | (decision >= p["slow_days"])).cast("float64").mean(),
        ceiling=(t.award_price >= p["ratio"] * t.ceiling_price).cast("float64").mean(),
        tenders=t.count(),
        period_from=t.award_date.min(),
        period_to=t.award_date.max(),
        k_d14_project=t.k_d14_project.collect(distinct=True),
        k_d20_section=t.k_d20_section.collect(distinct=True),
    )
    names = ("no_call", "not_open", "short", "hasty", "ceiling")
    filled = part.mutate(**{name: ibis.coalesce(part[name], 0.0) for name in names})
    total = filled[names[0]]
    for name in names[1:]:
        total = total + filled[name]
    return filled.mutate(score=total / len(names)).filter(_.tenders >= p["tenders"])

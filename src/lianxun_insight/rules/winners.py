"""What kind of firm wins: shells and thin firms (X05, K08)."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.ownership import supplied
from lianxun_insight.rules.views import YUAN


def _insured(data: Data, t: Any) -> Any:
    """Add `insured`: the largest head count of the supplier in the year before signing.

    A supplier that the class does not know in months it covers has nobody insured; for contracts
    outside the delivered months, and without the class, the number is null.
    """
    if "D34.headcount" not in data:
        return t.mutate(
            insured=ibis.null("int64"),
            months=ibis.null("int64"),
            k_d34_headcount=ibis.null("string"),
        )
    h = data["D34.headcount"].select(
        h_firm="employer_code", h_month="pay_month", n="insured_count", h_key="k_d34_headcount"
    )
    span = h.aggregate(first=h.h_month.min(), last=h.h_month.max())
    near = t.select("contract", "supplier", "won_on").join(h, [t.supplier == h.h_firm])
    days = near.won_on.delta(near.h_month, unit="day")
    near = near.filter(days >= -31, days <= 366)
    top = near.group_by(of_contract="contract").aggregate(
        most=near.n.max(), months=near.count(), k_d34_headcount=near.h_key.collect(distinct=True)
    )
    t = t.left_join(top, [t.contract == top.of_contract]).cross_join(span)
    after, before = t.won_on.delta(t["first"], unit="day"), t.won_on.delta(t["last"], unit="day")
    covered = (after >= 0) & (before <= 62)
    return t.mutate(insured=ibis.coalesce(t.most, covered.ifelse(0, ibis.null("int64"))))


def _winners(data: Data) -> Any:
    won = supplied(data)
    firm = data["D30.firm"]
    firm = firm.filter(
        ~ibis.coalesce(firm.is_spv, False), ~ibis.coalesce(firm.is_state_owned, False)
    )
    firm = firm.select(
        firm="firm_code",
        founded="founded_on",
        paid_in="paid_in_capital",
        branch="parent_code",
        k_d30_firm="k_d30_firm",
    )
    t = won.join(firm.filter(firm.branch.isnull()), [won.supplier == firm.firm])
    return t.mutate(
        yuan=t.amount / YUAN,
        age_days=t.won_on.delta(t.founded, unit="day"),
        capital_times=t.amount / t.paid_in.nullif(0),
    )


@rule("X05")
def shell_winner(data: Data, p: Parameters) -> Any:
    """New, without insured staff, or with a contract far beyond its paid-in capital."""
    t = _insured(data, _winners(data))
    t = t.filter(t.yuan >= p["yuan"])
    young = (t.age_days >= 0) & (t.age_days <= p["days"])
    empty = t.insured == 0
    large = t.capital_times > p["times"]
    signs = (
        ibis.coalesce(young, False).cast("int64")
        + ibis.coalesce(empty, False).cast("int64")
        + ibis.coalesce(large, False).cast("int64")
    )
    t = t.mutate(signs=signs)
    return t.filter(t.signs >= p["signs"]).mutate(
        proofs=ibis.coalesce(_.months, 0),
        supplier_code=_.supplier,
        contract_id=_.contract,
        amount_yuan=_.yuan,
        period_from=_.founded,
        period_to=_.won_on,
    )


@rule("K08")
def thin_winner(data: Data, p: Parameters) -> Any:
    """Young, nearly no insured staff, nearly no tax, and wins millions."""
    t = _insured(data, _winners(data))
    tax = data["D28.tax"]
    tax = tax.group_by(t_firm=tax.firm_code).aggregate(
        tax_yuan=tax.tax_paid.sum() / YUAN,
        returns=tax.count(),
        k_d28_tax=tax.k_d28_tax.collect(distinct=True),
    )
    t = t.left_join(tax, [t.supplier == tax.t_firm])
    t = t.filter(
        t.yuan >= p["yuan"],
        t.age_days >= 0,
        t.age_days <= p["days"],
        ibis.coalesce(t.insured, 0) <= p["insured"],
        ibis.coalesce(t.tax_yuan, 0.0) <= p["tax_share"] * t.yuan,
    )
    return t.mutate(
        supplier_code=t.supplier,
        contract_id=t.contract,
        amount_yuan=t.yuan,
        tax_yuan=ibis.coalesce(t.tax_yuan, 0.0),
        insured=ibis.coalesce(t.insured, 0),
        proofs=ibis.coalesce(t.months, 0) + ibis.coalesce(t.returns, 0),
        period_from=t.founded,
        period_to=t.won_on,
    )

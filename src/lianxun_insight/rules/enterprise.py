"""State firms and loans (K15–K18). K17 and K18 run only at the provider of D41."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.payments import links
from lianxun_insight.rules.views import YUAN


@rule("K15")
def empty_trade(data: Data, p: Parameters) -> Any:
    """A state firm buys from one and sells the same goods to another of one controller; no freight."""
    t = data["D24"]
    t = t.filter(t.freight_no.isnull())
    names = ("firm_code", "party_code", "goods", "amount", "sign_date", "receivable", "k_d24")
    buy, sell = t.filter(t.direction == "采购"), t.filter(t.direction == "销售")
    sell = sell.select(**{f"s_{name}": name for name in names})
    t = buy.join(
        sell,
        [buy.firm_code == sell.s_firm_code, buy.goods == sell.s_goods],
    )
    days = t.s_sign_date.delta(t.sign_date, unit="day")
    t = t.mutate(
        days=days.abs(), margin=t.s_amount / t.amount - 1.0, both=ibis.array([t.k_d24, t.s_k_d24])
    )
    t = t.filter(t.days <= p["days"], t.margin.abs() <= p["margin"])
    link = links(data, p["hub"])
    link = link.filter(link.link_kind != "住所")
    left = link.select(l_firm="firm", l_kind="link_kind", l_link="link", l_key="k_d30_firm")
    right = link.select(r_firm="firm", r_link="link", r_key="k_d30_firm")
    t = t.join(left, [t.party_code == left.l_firm])
    t = t.join(right, [t.s_party_code == right.r_firm, t.l_link == right.r_link])
    return (
        t.group_by("k_d24", "s_k_d24")
        .aggregate(
            org=t.firm_code.max(),
            goods=t.goods.max(),
            buy_yuan=t.amount.max() / YUAN,
            sell_yuan=t.s_amount.max() / YUAN,
            margin=t.margin.max(),
            days=t.days.max(),
            link_kind=t.l_kind.min(),
            seller_code=t.party_code.max(),
            buyer_code=t.s_party_code.max(),
            period_from=ibis.least(t.sign_date.min(), t.s_sign_date.min()),
            period_to=ibis.greatest(t.sign_date.max(), t.s_sign_date.max()),
            k_d30_firm=ibis.array([t.l_key.max(), t.r_key.max()]),
            contracts=t.both.max(),
        )
        .mutate(k_d24=_.contracts)
    )


@rule("K16")
def shadow_company(data: Data, p: Parameters) -> Any:
    """A new firm steps between a state firm and its former supplier, dearer than before."""
    t = data["D24"]
    t = t.filter(t.direction == "采购", t.unit_price > 0)
    firm = data["D30.firm"].select(
        n_firm="firm_code", founded="founded_on", n_spv="is_spv", k_d30_firm="k_d30_firm"
    )
    now = t.join(firm, [t.party_code == firm.n_firm])
    age = now.sign_date.delta(now.founded, unit="day")
    now = now.mutate(age_days=age).filter(
        age >= 0, age <= p["days"], ~ibis.coalesce(now.n_spv, False)
    )
    invoice = data["D28.invoice"]
    invoice = invoice.filter(~ibis.coalesce(invoice.is_void, False)).select(
        "issued_on", "k_d28_invoice", i_seller="seller_code", i_buyer="buyer_code"
    )
    now = now.join(invoice, [now.party_code == invoice.i_buyer])
    old = t.select(
        o_firm="firm_code",
        o_party="party_code",
        o_goods="goods",
        o_price="unit_price",
        o_date="sign_date",
        o_key="k_d24",
    )
    now = now.join(
        old,
        [
            now.firm_code == old.o_firm,
            now.i_seller == old.o_party,
            now.goods == old.o_goods,
            now.sign_date > old.o_date,
        ],
    )
    found = now.group_by(
        org=now.firm_code, shadow_code=now.party_code, former_code=now.i_seller, goods=now.goods
    ).aggregate(
        old_price_yuan=now.o_price.mean() / YUAN,
        new_price_yuan=now.unit_price.mean() / YUAN,
        price_step=now.unit_price.mean() / now.o_price.mean() - 1.0,
        age_days=now.age_days.min(),
        period_from=now.o_date.min(),
        period_to=now.sign_date.max(),
        new_keys=now.k_d24.collect(distinct=True),
        old_keys=now.o_key.collect(distinct=True),
        k_d30_firm=now.k_d30_firm.collect(distinct=True),
        k_d28_invoice=now.k_d28_invoice.collect(distinct=True),
    )
    found = found.mutate(k_d24=found.new_keys.concat(found.old_keys))
    return found.filter(found.price_step >= p["step"])


def _cluster(t: Any, kinds: dict[str, Any], *, by: str, names: tuple[str, ...]) -> Any:
    """Loans grouped by each kind of common feature: lender, kind, feature."""
    parts = [
        t.filter(value.notnull())
        .mutate(feature_kind=ibis.literal(kind), feature=value)
        .select(by, "loan_id", "feature_kind", "feature", *names)
        for kind, value in kinds.items()
    ]
    every = parts[0]
    for part in parts[1:]:
        every = every.union(part)
    return every


@rule("K17")
def loan_cluster(data: Data, p: Parameters) -> Any:
    """Three and more firms that borrow with a common feature, whose money meets at one party."""
    loan = data["D41.loan"].filter(_.borrower_code.notnull())
    firm = data["D30.firm"].select(
        f_code="firm_code",
        f_address="address_key",
        f_controller="controller_token",
        f_capital="registered_capital",
        k_d30_firm="k_d30_firm",
    )
    t = loan.join(firm, [loan.borrower_code == firm.f_code])
    flow = data["D41.flow"]
    flow = flow.filter(flow.kind == "用款", flow.party_code.notnull()).select(
        "flow_date", "k_d41_flow", w_loan="loan_id", party="party_code"
    )
    t = t.join(flow, [t.loan_id == flow.w_loan])
    days = t.flow_date.delta(t.loan_date, unit="day")
    t = t.filter(days >= 0, days <= p["days"])
    names = (
        "borrower_code",
        "amount",
        "loan_date",
        "party",
        "k_d41_loan",
        "k_d41_flow",
        "k_d30_firm",
    )
    kinds = {
        "住所": t.f_address,
        "实际控制人": t.f_controller,
        "客户经理": t.officer_token,
        "评估机构": t.valuer_code,
    }
    every = _cluster(t, kinds, by="lender_code", names=names)
    found = every.group_by("feature_kind", "feature", "party", org=every.lender_code).aggregate(
        borrowers=every.borrower_code.nunique(),
        total_yuan=every.amount.sum() / YUAN,
        period_from=every.loan_date.min(),
        period_to=every.loan_date.max(),
        borrowing=every.borrower_code.collect(distinct=True),
        **{k: every[k].collect(distinct=True) for k in ("k_d41_loan", "k_d41_flow", "k_d30_firm")},
    )
    found = found.filter(found.borrowers >= p["borrowers"])
    if "D34.headcount" in data:
        active = data["D34.headcount"]
        active = active.filter(active.insured_count > p["insured"])
        busy = every.semi_join(active, [every.borrower_code == active.employer_code])
        busy = busy.select(b_kind="feature_kind", b_feature="feature", b_party="party").distinct()
        found = found.anti_join(
            busy,
            [
                found.feature_kind == busy.b_kind,
                found.feature == busy.b_feature,
                found.party == busy.b_party,
            ],
        )
    return found


@rule("K18")
def borrowed_names(data: Data, p: Parameters) -> Any:
    """Persons who borrow from one officer with one phone or address, the money going to one party."""
    loan = data["D41.loan"]
    loan = loan.filter(loan.borrower_token.notnull())
    flow = data["D41.flow"]
    flow = flow.mutate(
        party=ibis.coalesce(flow.party_token, flow.party_code, flow.to_account_token)
    )
    flow = flow.filter(flow.kind.isin(["用款", "付息"]), flow.party.notnull())
    flow = flow.select("party", "k_d41_flow", w_loan="loan_id", w_kind="kind")
    t = loan.join(flow, [loan.loan_id == flow.w_loan])
    names = ("borrower_token", "officer_token", "amount", "loan_date", "party", "w_kind")
    keys = ("k_d41_loan", "k_d41_flow")
    kinds = {"电话": t.borrower_phone_token, "地址": t.borrower_address}
    every = _cluster(t, kinds, by="lender_code", names=(*names, *keys))
    found = every.group_by(
        "feature_kind", "feature", "party", "officer_token", org=every.lender_code
    ).aggregate(
        borrowers=every.borrower_token.nunique(),
        total_yuan=(every.amount / YUAN).sum(),
        flow_kind=every.w_kind.min(),
        period_from=every.loan_date.min(),
        period_to=every.loan_date.max(),
        **{key: every[key].collect(distinct=True) for key in keys},
    )
    return found.filter(found.borrowers >= p["borrowers"])

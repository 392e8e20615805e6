"""Payments against limits, contracts and one another (F01–F06, F11, K10, K11, K23)."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.views import OPEN, YUAN
from lianxun_insight.rules.windows import day_of, fullest_window


def payments(data: Data) -> Any:
    """Payments that stand: reversals and what they reverse are both out. Adds org, payee, yuan, day."""
    t = data["D13.payment"]
    reversed_ = t.filter(t.reversal_of.notnull()).select(r_no="reversal_of", r_unit="unit_code")
    t = t.filter(t.amount > 0, t.reversal_of.isnull())
    t = t.anti_join(reversed_, [t.voucher_no == reversed_.r_no, t.unit_code == reversed_.r_unit])
    return t.mutate(
        org=t.unit_code,
        payee=ibis.coalesce(t.payee_code, t.payee_token, t.payee_account_token, t.payee_name),
        yuan=t.amount / YUAN,
        day=day_of(t.pay_date),
    )


def _near_limit(data: Data, p: Parameters) -> Any:
    """Payments without contract in [.5τ, τ), recurring subjects (rent, wages, utilities) out."""
    t = payments(data)
    t = t.filter(
        t.contract_id.isnull(),
        ~ibis.coalesce(t.econ_class, "").re_search(p["recurring"]),
        ~ibis.coalesce(t.purpose, "").re_search(p["recurring"]),
    )
    t = t.mutate(limit_yuan=p.limits.expression("purchase_limit", t.pay_date))
    return t.filter(t.yuan >= p["least"] * t.limit_yuan, t.yuan < t.limit_yuan)


@rule("F01")
def split_payments(data: Data, p: Parameters) -> Any:
    """One payee: several payments just under the limit within 30 days."""
    return fullest_window(
        _near_limit(data, p),
        by=("org", "payee"),
        days=p["days"],
        least=p["payments"],
        factor=p["factor"],
        key="k_d13_payment",
        when="pay_date",
    )


def links(data: Data, hub: int) -> Any:
    """Firm -> what it shares with others (representative, controller, address), hubs left out.

    Columns: firm, link_kind, link, k_d30_firm. A link of more than `hub` firms is an agent's address
    or a nominee's and says nothing.
    """
    t = data["D30.firm"]
    parts = [
        t.filter(t[column].notnull()).select(
            firm="firm_code",
            link_kind=ibis.literal(kind),
            link=column,
            k_d30_firm="k_d30_firm",
        )
        for column, kind in (
            ("legal_rep_token", "法定代表人"),
            ("controller_token", "实际控制人"),
            ("address_key", "住所"),
        )
    ]
    every = parts[0].union(parts[1]).union(parts[2])
    every = every.mutate(n=every.count().over(ibis.window(group_by=["link_kind", "link"])))
    return every.filter(every.n <= hub, every.n >= 2).drop("n")


@rule("F02")
def split_over_linked(data: Data, p: Parameters) -> Any:
    """The same over several payees that share representative, controller or address."""
    t = _near_limit(data, p)
    link = links(data, p["hub"])
    t = t.join(link, [t.payee_code == link.firm])
    found = fullest_window(
        t,
        by=("org", "link_kind", "link"),
        days=p["days"],
        least=p["payments"],
        factor=p["factor"],
        key="k_d13_payment",
        when="pay_date",
        extra=lambda inside: {
            "payees": inside.payee.nunique(),
            "k_d30_firm": inside.k_d30_firm.collect(distinct=True),
        },
    )
    found = found.filter(found.payees >= 2)
    found = found.mutate(
        place=ibis.row_number().over(
            group_by=["org", "period_from", "period_to", "sum_yuan"], order_by="link_kind"
        )
    )
    return found.filter(found.place == 0)


@rule("F11")
def split_across_units(data: Data, p: Parameters) -> Any:
    """Units of one region each pay one payee just under the limit within days."""
    t = _near_limit(data, p)
    unit = data["D07.unit"]
    latest = unit.as_of.max().over(ibis.window(group_by="unit_code"))
    unit = unit.mutate(latest=latest).filter(ibis._.as_of == ibis._.latest)
    unit = unit.select("k_d07_unit", u_code="unit_code", region="region_code")
    t = t.join(unit.filter(unit.region.notnull()), [t.org == unit.u_code])
    if "D30.firm" in data:
        firm = data["D30.firm"]
        public = firm.filter(ibis.coalesce(firm.is_state_owned, False)).select(p_code="firm_code")
        t = t.anti_join(public, [t.payee_code == public.p_code])
    found = fullest_window(
        t,
        by=("region", "payee"),
        days=p["days"],
        least=p["payments"],
        factor=p["factor"],
        key="k_d13_payment",
        when="pay_date",
        extra=lambda inside: {
            "units": inside.org.nunique(),
            "org": inside.org.min(),
            "k_d07_unit": inside.k_d07_unit.collect(distinct=True),
        },
    )
    return found.filter(found.units >= p["units"])


@rule("F03")
def duplicate_payment(data: Data, p: Parameters) -> Any:
    """Same unit, payee, sum and invoice on different vouchers within 180 days."""
    t = payments(data)
    t = t.filter(t.invoice_no.notnull())
    return (
        t.group_by("org", "payee", "amount", "invoice_no")
        .aggregate(
            times=t.voucher_no.nunique(),
            amount_yuan=t.yuan.max(),
            span_days=t.day.max() - t.day.min(),
            period_from=t.pay_date.min(),
            period_to=t.pay_date.max(),
            k_d13_payment=t.k_d13_payment.collect(distinct=True),
        )
        .filter(_.times >= 2, _.span_days <= p["days"])
    )


@rule("F04")
def invoice_in_several_units(data: Data, p: Parameters) -> Any:
    """One invoice number and sum paid by several units, not of one group."""
    t = payments(data)
    t = t.filter(t.invoice_no.notnull())
    return (
        t.group_by("invoice_no", "amount")
        .aggregate(
            org=t.org.min(),
            units=t.org.nunique(),
            amount_yuan=t.yuan.max(),
            payees=t.payee.nunique(),
            period_from=t.pay_date.min(),
            period_to=t.pay_date.max(),
            k_d13_payment=t.k_d13_payment.collect(distinct=True),
        )
        .filter(_.units >= 2, _.payees == 1)
    )


@rule("F05")
def over_contract(data: Data, p: Parameters) -> Any:
    """Payments of a contract beyond its sum with all approved changes."""
    contract = data["D14.contract"].select(
        of="contract_id", agreed="amount", signed="sign_date", k_d14_contract="k_d14_contract"
    )
    t = payments(data)
    paid = t.filter(t.contract_id.notnull())
    paid = paid.group_by("org", "contract_id").aggregate(
        paid_yuan=paid.yuan.sum(),
        payments=paid.count(),
        period_to=paid.pay_date.max(),
        k_d13_payment=paid.k_d13_payment.collect(distinct=True),
    )
    t = paid.join(contract, [paid.contract_id == contract.of])
    if "D14.change" in data:
        change = data["D14.change"]
        change = change.group_by(c_id=change.contract_id).aggregate(
            added=change.amount_delta.sum(), k_d14_change=change.k_d14_change.collect(distinct=True)
        )
        t = t.left_join(change, [t.contract_id == change.c_id])
    else:
        t = t.mutate(added=ibis.literal(0, "int64"))
    t = t.mutate(agreed_yuan=(t.agreed + ibis.coalesce(t.added, 0)) / YUAN, period_from=t.signed)
    t = t.filter(t.agreed_yuan > 0, t.paid_yuan > p["factor"] * t.agreed_yuan)
    return t.mutate(over_share=t.paid_yuan / t.agreed_yuan - 1.0)


@rule("F06")
def before_the_event(data: Data, p: Parameters) -> Any:
    """Paid before the contract, or nearly all before acceptance although less was to be prepaid.

    Periodic settlement (more than two payments) is no payment before acceptance; urgent purchases
    and payments of a predecessor or successor unit are left out.
    """
    contract = data["D14.contract"].select(
        of="contract_id",
        buyer="buyer_code",
        of_project="project_id",
        agreed="amount",
        signed="sign_date",
        accepted="accepted_on",
        prepay="prepay_share",
        k_d14_contract="k_d14_contract",
    )
    if "D14.project" in data:
        urgent = data["D14.project"]
        urgent = urgent.filter(ibis.coalesce(urgent.is_urgent, False)).select(u="project_id")
        contract = contract.anti_join(urgent, [contract.of_project == urgent.u])
    t = payments(data)
    t = t.join(contract, [t.contract_id == contract.of, t.org == contract.buyer])
    t = t.mutate(
        early=t.pay_date < t.signed,
        instalments=t.count().over(ibis.window(group_by="contract_id")),
        agreed_yuan=t.agreed / YUAN,
        allowed=ibis.greatest(ibis.coalesce(t.prepay, 0.0), p["prepay"]) * t.agreed / YUAN,
    )
    t = t.filter(t.early | ((t.pay_date < t.accepted) & (t.instalments <= 2)))
    each = t.group_by("org", "contract_id").aggregate(
        early_payments=t.early.cast("int64").sum(),
        early_yuan=t.yuan.sum(),
        allowed_yuan=t.allowed.max(),
        agreed_yuan=t.agreed_yuan.max(),
        days_early=(t.early.ifelse(t.signed, t.accepted)).delta(t.pay_date, unit="day").max(),
        period_from=t.pay_date.min(),
        period_to=t.signed.max(),
        k_d14_contract=t.k_d14_contract.max(),
        k_d13_payment=t.k_d13_payment.collect(distinct=True),
    )
    nearly_all = each.early_yuan >= p["nearly_all"] * each.agreed_yuan
    beyond = each.early_yuan > 1.001 * each.allowed_yuan
    return each.filter((each.early_payments > 0) | (nearly_all & beyond))


@rule("K10")
def works_before_tender(data: Data, p: Parameters) -> Any:
    """Contract, permit or payment dated before the opening of the bids."""
    s = data["D20.section"]
    s = s.filter(~ibis.coalesce(s.is_urgent, False), s.opened_at.notnull())
    s = s.select(
        section_id="section_id",
        s_project="project_id",
        org="tenderer_code",
        opened=s.opened_at.date(),
        k_d20_section="k_d20_section",
    )
    names = ("org", "section_id", "event", "event_date", "opened", "k_d20_section")
    keys = ("k_d14_contract", "k_d36_permit", "k_d13_payment")
    parts = []

    def event(t: Any, key: str, name: str, on: Any) -> None:
        empty = {each: ibis.null("string") for each in keys if each != key}
        t = t.mutate(event=ibis.literal(name), event_date=on, **empty)
        parts.append(t.filter(t.event_date < t.opened).select(*names, *keys))

    if "D14.contract" in data:
        t = data["D14.contract"].select("sign_date", "k_d14_contract", of="section_id")
        t = t.join(s, [t.of == s.section_id])
        event(t, "k_d14_contract", "合同", t.sign_date)
    if "D36.permit" in data:
        t = data["D36.permit"]
        t = t.select(
            "k_d36_permit",
            of="section_id",
            on=ibis.least(
                ibis.coalesce(t.start_date, t.permit_date),
                ibis.coalesce(t.permit_date, t.start_date),
            ),
        )
        t = t.join(s, [t.of == s.section_id])
        event(t, "k_d36_permit", "施工许可或开工", t.on)
    if "D13.payment" in data:
        t = payments(data)
        t = t.filter(t.project_id.notnull()).select("pay_date", "k_d13_payment", of="project_id")
        t = t.join(s, [t.of == s.s_project])
        event(t, "k_d13_payment", "付款", t.pay_date)
    every = parts[0]
    for part in parts[1:]:
        every = every.union(part)
    return every.group_by("org", "section_id").aggregate(
        events=every.count(),
        kinds=every.event.nunique(),
        days_early=every.opened.delta(every.event_date, unit="day").max(),
        period_from=every.event_date.min(),
        period_to=every.opened.max(),
        k_d20_section=every.k_d20_section.max(),
        **{key: every[key].collect(distinct=True) for key in keys},
    )


@rule("K11")
def annual_splitting(data: Data, p: Parameters) -> Any:
    """One budget item and category in one year: non-public purchases together beyond the limit."""
    t = data["D14.contract"]
    t = t.filter(~t.method.isin(OPEN), t.budget_item.notnull(), t.item_class.notnull())
    t = t.mutate(
        org=t.buyer_code,
        year=t.sign_date.year(),
        yuan=t.amount / YUAN,
        limit_yuan=p.limits.expression("open_tender_limit", t.sign_date),
    )
    t = t.filter(t.yuan < t.limit_yuan)
    return (
        t.group_by("org", "budget_item", "item_class", "year")
        .aggregate(
            parts=t.count(),
            sum_yuan=t.yuan.sum(),
            limit_yuan=t.limit_yuan.max(),
            period_from=t.sign_date.min(),
            period_to=t.sign_date.max(),
            k_d14_contract=t.k_d14_contract.collect(distinct=True),
        )
        .filter(_.parts >= 2, _.sum_yuan > _.limit_yuan)
    )


@rule("K23")
def duplicate_claim(data: Data, p: Parameters) -> Any:
    """One invoice on several vouchers, a void invoice, or one trip claimed twice."""
    t = data["D17.entry"]
    t = t.filter(t.reversal_of.isnull(), ibis.coalesce(t.debit, 0) > 0)
    t = t.mutate(org=t.unit_code, yuan=t.debit / YUAN)
    names = ("org", "kind", "subject_no", "vouchers", "amount_yuan", "period_from", "period_to")

    def grouped(rows: Any, kind: str, number: Any, least: int, **keys: Any) -> Any:
        rows = rows.mutate(subject_no=number)
        extra = {name: rows[name].max() for name in keys}
        each = rows.group_by("org", "subject_no").aggregate(
            vouchers=rows.voucher_no.nunique(),
            amount_yuan=rows.yuan.sum(),
            period_from=rows.voucher_date.min(),
            period_to=rows.voucher_date.max(),
            k_d17_entry=rows.k_d17_entry.collect(distinct=True),
            **extra,
        )
        each = each.filter(each.vouchers >= least).mutate(kind=ibis.literal(kind))
        if "k_d28_invoice" not in keys:
            each = each.mutate(k_d28_invoice=ibis.null("string"))
        return each.select(*names, "k_d17_entry", "k_d28_invoice")

    invoiced = t.filter(t.invoice_no.notnull())
    number = ibis.coalesce(invoiced.invoice_code, "") + "/" + invoiced.invoice_no
    found = grouped(invoiced, "同一发票重复入账", number, 2)
    trips = t.filter(t.claimant_token.notnull(), t.trip_from.notnull(), t.trip_to.notnull())
    trip = (
        trips.claimant_token
        + "/"
        + trips.trip_from.cast("string")
        + "/"
        + trips.trip_to.cast("string")
    )
    found = found.union(grouped(trips, "同一行程重复报销", trip, 2))
    if "D28.invoice" in data:
        void = data["D28.invoice"]
        void = void.filter(ibis.coalesce(void.is_void, False)).select(
            v_code="invoice_code", v_no="invoice_no", k_d28_invoice="k_d28_invoice"
        )
        joined = invoiced.join(
            void,
            [
                invoiced.invoice_no == void.v_no,
                ibis.coalesce(invoiced.invoice_code, void.v_code) == void.v_code,
            ],
        )
        number = joined.v_code + "/" + joined.invoice_no
        found = found.union(grouped(joined, "作废发票入账", number, 1, k_d28_invoice=True))
    return found

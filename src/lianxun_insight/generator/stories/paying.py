"""Schemes in the money: splitting, one invoice twice, overpayment, problems closed on paper."""

from __future__ import annotations

import numpy as np

from lianxun_insight.generator.cast import WAN, Cast
from lianxun_insight.generator.stories.base import Trace, scheme

#: The limit split sums stay under: 50 万元, the usual limit of scattered purchase of goods and
#: services in county budgets. The rules take theirs from the dated table of thresholds.
LIMIT = 50 * WAN


def _owned(cast: Cast, count: int, man: int | None = None) -> list[int]:
    firms = []
    for _ in range(count):
        firm = cast.firm("服务")
        owner = cast.person() if man is None else man
        cast.owner(firm, owner, 1.0)
        cast.represent(firm, owner)
        firms.append(firm)
    return firms


def _splits(cast: Cast, trace: Trace, unit: int, payees: list[int], start: np.datetime64) -> None:
    """Four payments just under the limit, a week apart at most."""
    item = f"YS{unit:04d}09"
    for i in range(4):
        amount = int(LIMIT * cast.rng.uniform(0.82, 0.985)) // 100 * 100
        payee = payees[i % len(payees)]
        voucher = cast.pay(
            unit,
            payee,
            amount,
            start + 6 * i,
            budget_item=item,
            item_class="C08010",
            purpose="咨询服务费",
        )
        trace.payment(voucher, unit)


@scheme("S07", "对同一收款方拆分支付")
def split_payee(cast: Cast) -> Trace:
    """Four payments to one firm in three weeks, each under the limit."""
    unit, firm = cast.unit(), _owned(cast, 1)[0]
    trace = Trace(unit, [firm])
    _splits(cast, trace, unit, [firm], cast.date())
    return trace


@scheme("S08", "对同一控制人的多家企业拆分支付")
def split_shells(cast: Cast) -> Trace:
    """The same through four firms of one man."""
    unit = cast.unit()
    man = cast.person()
    firms = _owned(cast, 4, man)
    trace = Trace(unit, firms)
    _splits(cast, trace, unit, firms, cast.date())
    return trace


@scheme("S09", "多个单位向同一收款方拆分支付")
def split_units(cast: Cast) -> Trace:
    """Four bodies of one county each pay the same firm just under the limit in one week."""
    unit, firm = cast.unit(), _owned(cast, 1)[0]
    county = cast.world.org_county[unit]
    siblings = np.nonzero(cast.world.org_county[: cast.world.n_units] == county)[0][:4]
    trace = Trace(unit, [firm])
    start = cast.date()
    for i, sibling in enumerate(dict.fromkeys([unit, *(int(s) for s in siblings)])):
        amount = int(LIMIT * cast.rng.uniform(0.9, 0.985)) // 100 * 100
        voucher = cast.pay(
            sibling, firm, amount, start + i, item_class="C08010", purpose="宣传服务费"
        )
        trace.payment(voucher, sibling)
    return trace


@scheme("S12", "一张发票在两个单位报销")
def invoice_twice(cast: Cast) -> Trace:
    """The same invoice number and sum paid by two bodies."""
    unit, other, firm = cast.unit(), cast.unit(), _owned(cast, 1)[0]
    invoice, amount = cast.invoice_no(), int(cast.rng.uniform(3, 20) * WAN) // 100 * 100
    when = cast.date()
    trace = Trace(unit, [firm])
    for body, day in ((unit, when), (other, when + 21)):
        trace.payment(cast.pay(body, firm, amount, day, invoice_no=invoice), body)
    cast.book.row(
        "D28.invoice",
        invoice_code="0",
        invoice_no=invoice,
        seller_code=firm,
        buyer_code=unit,
        amount=amount,
        tax_amount=int(amount * 0.06),
        issued_on=when - 5,
        is_void=0,
    )
    return trace


@scheme("S13", "变更后超合同支付")
def overpaid(cast: Cast) -> Trace:
    """A change of 8 % and payments of 135 %."""
    unit, firm = cast.unit(), _owned(cast, 1)[0]
    price = int(cast.rng.uniform(80, 250)) * WAN
    when = cast.date("2023-06-01", "2024-12-31")
    bids = [(firm, price)] + [
        (f, int(price * cast.rng.uniform(1.01, 1.10))) for f in cast.rivals(2, "服务", unit)
    ]
    tender = cast.tender(unit, bids, when, item_class="C12040")
    contract = cast.contract(tender)
    cast.book.row(
        "D14.change",
        contract_id=contract,
        change_no=1,
        change_date=when + 80,
        kind="金额",
        amount_delta=int(price * 0.08),
        approval_no="批9000001",
    )
    trace = Trace(unit, [firm])
    trace.contract(contract)
    for i, share in enumerate((0.5, 0.5, 0.35)):
        voucher = cast.pay(
            unit,
            firm,
            int(price * share),
            when + 60 + 60 * i,
            contract_id=contract,
            project_id=tender.project_id,
        )
        trace.payment(voucher, unit)
    return trace


@scheme("S17", "问题已销号但仍在发生")
def closed_but_continuing(cast: Cast) -> Trace:
    """Audit issue closed in the ledger; half a year later the same pattern and many petitions."""
    unit, firm = cast.unit(), _owned(cast, 1)[0]
    closed = cast.date("2024-01-10", "2024-10-31")
    issue = f"SJX{cast.serials.take('closed'):06d}"
    cast.book.row(
        "D08",
        issue_id=issue,
        audit_project="预算执行审计",
        unit_code=unit,
        theme="资金支付",
        issue="拆分支付规避审批",
        amount=3 * LIMIT,
        found_on=closed - 150,
        status="已销号",
    )
    month = closed.astype("datetime64[M]").astype("datetime64[D]")
    cast.book.row(
        "D10",
        issue_id=issue,
        stat_month=month,
        unit_code=unit,
        theme="资金支付",
        measure="完善支付审批制度",
        status="已销号",
        closed_on=closed,
    )
    trace = Trace(unit, [firm])
    _splits(cast, trace, unit, [firm], closed + 120)
    trace.rows.append(("D10", {"issue_id": issue, "stat_month": month}))
    for late in (1, 2, 3):
        stat = (closed.astype("datetime64[M]") + 3 + late).astype("datetime64[D]")
        key = {"unit_code": unit, "topic": "招标采购", "stat_month": stat}
        if cast.once(("petition", unit, str(stat))):
            cast.book.row("D11.count", **key, petition_count=int(cast.rng.integers(18, 30)))
        trace.rows.append(("D11.count", key))
    return trace


@scheme("S29", "同一行程重复报销")
def trip_twice(cast: Cast) -> Trace:
    """One trip claimed on two vouchers with one invoice."""
    unit = cast.unit()
    official = cast.official(unit)
    start = cast.date()
    invoice = cast.invoice_no()
    trace = Trace(unit)
    for late in (8, 40):
        number = f"记{cast.serials.take('entry'):08d}"
        key = {
            "unit_code": unit,
            "fiscal_year": int(str(start + late)[:4]),
            "voucher_no": number,
            "line_no": 1,
        }
        cast.book.row(
            "D17.entry",
            **key,
            voucher_date=start + late,
            account_code="500130211",
            account_name="差旅费",
            debit=286_000,
            invoice_code="0",
            invoice_no=invoice,
            invoice_date=start + 2,
            claimant_token=official,
            trip_from=start,
            trip_to=start + 3,
            trip_place=str(cast.world.county_names[0]),
            summary="赴外地调研差旅费",
        )
        trace.rows.append(("D17.entry", key))
    return trace

"""Rules that the generated province does not plant, each on a few rows: a hit, and its guard."""

import datetime as dt

import pytest

from tests.insight.rules.tables import at, data, day, hits

SECTION = {
    "section_id": "B1",
    "tenderer_code": "U1",
    "method": "公开招标",
    "item_class": "A01",
    "notice_date": day("2024-01-01"),
    "bid_deadline": at("2024-01-25 09:00:00"),
    "opened_at": at("2024-01-25 09:30:00"),
    "award_date": day("2024-02-01"),
    "winner_code": "F1",
    "award_price": 10_000_000,
}
CONTRACT = {
    "contract_id": "H1",
    "buyer_code": "U1",
    "supplier_code": "F1",
    "method": "询价",
    "item_class": "A01",
    "amount": 10_000_000,
    "sign_date": day("2024-03-01"),
}
PAYMENT = {
    "voucher_no": "Z1",
    "unit_code": "U1",
    "payee_name": "青禾商贸有限公司",
    "payee_code": "F1",
    "payee_kind": "单位",
    "amount": 30_000_000,
    "pay_date": day("2024-05-01"),
}


def bid(firm, price, **fields):
    return {
        "section_id": "B1",
        "bidder_code": firm,
        "bid_price": price,
        "status": "有效",
        "is_winner": firm == "F1",
        **fields,
    }


def tender(bids, **section):
    return data(D20_section=[{**SECTION, **section}], D20_bid=bids)


def test_p01_short_period_by_method():
    def found(**changed):
        tables = data(
            D20_section=[{**SECTION, "bid_deadline": at("2024-01-15 09:00:00"), **changed}]
        )
        return hits("P01", tables)

    (hit,) = found()
    assert (hit.value["days"], hit.value["limit_days"]) == (14, 20)
    assert found(method="竞争性磋商") == []
    assert found(is_urgent=True) == []
    assert found(relaunch_of="B0") == []
    assert found(bid_deadline=at("2024-01-21 09:00:00")) == []


def test_p02_single_bid_not_in_thin_markets():
    sections = [{**SECTION, "section_id": f"B{n}"} for n in range(1, 11)]
    offers = [{**bid(f, 100), "section_id": f"B{n}"} for n in range(1, 11) for f in ("F1", "F2")]
    one = [each for each in offers if (each["section_id"], each["bidder_code"]) != ("B1", "F2")]
    (hit,) = hits("P02", data(D20_section=sections, D20_bid=one))
    assert hit.value["section_id"] == "B1"
    assert hit.baseline_p == pytest.approx(0.1)
    thin = [each for each in offers if each["bidder_code"] == "F1"]
    assert hits("P02", data(D20_section=sections, D20_bid=thin)) == []


def test_p05_lowest_rejected_only_where_price_decides():
    offers = [bid("F1", 1200), bid("F2", 1000, status="否决")]
    (hit,) = hits("P05", tender(offers, price_only=True))
    assert hit.value["gap_share"] == pytest.approx(0.2)
    assert hit.records["D20.bid"] == ("B1|F1", "B1|F2")
    assert hits("P05", tender([bid("F1", 1200), bid("F2", 1000)], price_only=True)) == []


def test_p07_late_bid_beyond_clock_skew():
    late = bid("F1", 100, received_at=at("2024-01-25 09:10:00"))
    (hit,) = hits("P07", tender([late]))
    assert hit.value["late_minutes"] == 10
    assert hits("P07", tender([{**late, "received_at": at("2024-01-25 09:00:30")}])) == []
    assert hits("P07", tender([{**late, "bidder_code": "F2", "is_winner": False}])) == []


def test_p08_equal_and_regular_prices():
    (hit,) = hits("P08", tender([bid("F1", 1000), bid("F2", 1000), bid("F3", 1500)]))
    assert hit.value["equal_pairs"] == 1
    steps = [bid(f"F{n}", 1000 + 50 * n) for n in range(1, 6)]
    (hit,) = hits("P08", tender(steps))
    assert hit.value["step_cv"] == 0
    assert hits("P08", tender(steps, price_controlled=True)) == []
    assert hits("P08", tender(steps[:3])) == []


def test_p13_splitting_within_ninety_days():
    def made(*days):
        return data(
            D14_contract=[
                {**CONTRACT, "contract_id": f"H{n}", "amount": 20_000_000, "sign_date": day(each)}
                for n, each in enumerate(days)
            ]
        )

    (hit,) = hits("P13", made("2024-03-01", "2024-04-01", "2024-05-01"))
    assert hit.value["sum_yuan"] == 600_000
    assert hit.value["parts"] == 3
    assert hits("P13", made("2024-01-01", "2024-05-01", "2024-09-01")) == []


def test_p15_supplements_beyond_ten_per_cent():
    change = {"contract_id": "H1", "change_no": 1, "change_date": day("2024-06-01")}
    (hit,) = hits(
        "P15", data(D14_contract=[CONTRACT], D14_change=[{**change, "amount_delta": 1_100_000}])
    )
    assert hit.value["growth"] == pytest.approx(0.11)
    fair = [{**change, "amount_delta": 1_000_000}]
    assert hits("P15", data(D14_contract=[CONTRACT], D14_change=fair)) == []


def test_p16_ceiling_again_and_again():
    sections = [{**SECTION, "section_id": f"B{n}", "ceiling_price": 10_020_000} for n in range(5)]
    (hit,) = hits("P16", data(D20_section=sections))
    assert hit.value["tenders"] == 5
    assert hits("P16", data(D20_section=sections[:4])) == []


def test_p17_unit_price_against_its_quarter():
    items = [
        {
            "project_id": "X1",
            "item_no": n,
            "item_class": "A01",
            "item_name": "台式机",
            "spec": "甲",
            "unit_price": 500_000 + 1000 * n if n else 2_000_000,
            "deal_date": day("2024-02-01"),
        }
        for n in range(10)
    ]
    project = {"project_id": "X1", "buyer_code": "U1", "method": "询价"}
    (hit,) = hits("P17", data(D14_item=items, D14_project=[project]))
    assert hit.value["price_yuan"] == 20_000
    assert len(hit.records["D14.item"]) == 10
    assert hits("P17", data(D14_item=items[:7], D14_project=[project])) == []


def test_f03_duplicates_but_not_reversed_ones():
    twice = [
        {**PAYMENT, "invoice_no": "P1"},
        {**PAYMENT, "invoice_no": "P1", "voucher_no": "Z2", "pay_date": day("2024-06-01")},
    ]
    (hit,) = hits("F03", data(D13_payment=twice))
    assert (hit.value["times"], hit.value["span_days"]) == (2, 31)
    reversal = {**PAYMENT, "voucher_no": "Z3", "amount": -30_000_000, "reversal_of": "Z2"}
    assert hits("F03", data(D13_payment=[*twice, reversal])) == []


def test_f01_monthly_rent_does_not_fire():
    weekly = [
        {**PAYMENT, "voucher_no": f"Z{n}", "pay_date": day("2024-05-01") + dt.timedelta(7 * n)}
        for n in range(4)
    ]
    (hit,) = hits("F01", data(D13_payment=weekly))
    assert hit.value["parts"] == 4
    rent = [{**each, "econ_class": "30214 租赁费"} for each in weekly]
    assert hits("F01", data(D13_payment=rent)) == []
    monthly = [
        {**each, "pay_date": day("2024-01-31") + dt.timedelta(31 * n)}
        for n, each in enumerate(weekly)
    ]
    assert hits("F01", data(D13_payment=monthly)) == []


def test_f09_changed_account_and_other_holder():
    changed = {**PAYMENT, "account_changed_on": day("2024-04-25")}
    (hit,) = hits("F09", data(D13_payment=[changed]))
    assert hit.value["days_after_change"] == 6
    other = {**PAYMENT, "account_holder": "白杨贸易有限公司"}
    (hit,) = hits("F09", data(D13_payment=[other]))
    assert "户名" in hit.value["anomaly"]
    same = {**PAYMENT, "account_holder": "青禾商贸 有限公司"}
    assert hits("F09", data(D13_payment=[same])) == []


def test_f10_circle_in_the_order_of_time():
    deals = [
        ("G1", "F2", "2024-01-01", 1000),
        ("F2", "F3", "2024-01-10", 990),
        ("F3", "G1", "2024-01-20", 980),
    ]

    def flows(rows):
        return data(
            D23=[
                {
                    "deal_id": f"D{n}",
                    "firm_code": a,
                    "kind": "借款",
                    "counterparty_code": b,
                    "amount": amount,
                    "deal_date": day(on),
                }
                for n, (a, b, on, amount) in enumerate(rows)
            ]
        )

    (hit,) = hits("F10", flows(deals))
    assert hit.value["steps"] == 3
    assert hit.value["parties"] == "G1→F2→F3→G1"
    assert hits("F10", flows([deals[0], deals[1], ("F3", "G1", "2023-10-01", 980)])) == []
    assert hits("F10", flows([deals[0], deals[1], ("F3", "G1", "2024-01-20", 500)])) == []


def one_item(*amounts):
    """Contracts of one item of one budget."""
    return [
        {**CONTRACT, "contract_id": f"H{n}", "budget_item": "Y1", "amount": amount}
        for n, amount in enumerate(amounts)
    ]


def test_k11_one_item_of_one_budget_in_one_year():
    def bought(*amounts):
        return hits("K11", data(D14_contract=one_item(*amounts)))

    (hit,) = bought(120_000_000, 110_000_000)
    assert hit.value["sum_yuan"] == 2_300_000
    assert bought(120_000_000) == []
    assert bought(60_000_000, 60_000_000) == []


def loan_rows():
    """Three loans of one day that end at one firm, through three firms of one address."""
    loans = [
        {
            "loan_id": f"L{n}",
            "lender_code": "Y1",
            "borrower_code": f"F{n}",
            "borrower_token": f"人{n}",
            "borrower_phone_token": "话",
            "officer_token": "经理",
            "amount": 1_000_000,
            "loan_date": day("2024-01-01"),
        }
        for n in range(3)
    ]
    flows = [
        {
            "flow_id": f"W{n}",
            "loan_id": f"L{n}",
            "kind": "用款",
            "flow_date": day("2024-01-03"),
            "amount": 1_000_000,
            "party_code": "F9",
        }
        for n in range(3)
    ]
    firms = [
        {
            "firm_code": f"F{n}",
            "firm_name": f"F{n}",
            "founded_on": day("2023-06-01"),
            "address_key": "同一住所",
        }
        for n in range(3)
    ]
    return {"D41_loan": loans, "D41_flow": flows, "D30_firm": firms}


def test_k17_k18_loans():
    rows = loan_rows()
    tables = data(**rows)
    kinds = {hit.value["feature_kind"] for hit in hits("K17", tables)}
    assert kinds == {"住所", "客户经理"}
    (hit,) = hits("K18", tables)
    assert hit.value["borrowers"] == 3
    two = data(**{**rows, "D41_loan": rows["D41_loan"][:2]})
    assert hits("K17", two) == []
    assert hits("K18", two) == []


def test_k04_crew_in_two_bids():
    same = [bid("F1", 100, manager_token="甲"), bid("F2", 120, manager_token="甲")]
    (hit,) = hits("K04", tender(same), runs=3)
    assert hit.value["bidders"] == 2
    other = [bid("F1", 100, manager_token="甲"), bid("F2", 120, manager_token="乙")]
    assert hits("K04", tender(other), runs=3) == []


def test_k16_shadow_company_between():
    def deal(number, party, price, on):
        return {
            "contract_id": number,
            "firm_code": "G1",
            "party_code": party,
            "direction": "采购",
            "goods": "钢材",
            "unit_price": price,
            "amount": price * 10,
            "sign_date": day(on),
        }

    invoice = {
        "invoice_code": "0",
        "invoice_no": "1",
        "seller_code": "F1",
        "buyer_code": "F2",
        "amount": 900,
        "issued_on": day("2024-05-01"),
    }
    firm = {"firm_code": "F2", "firm_name": "F2", "founded_on": day("2024-01-01")}
    tables = {
        "D24": [deal("1", "F1", 1000, "2023-05-01"), deal("2", "F2", 1200, "2024-05-10")],
        "D28_invoice": [invoice],
        "D30_firm": [firm],
    }
    (hit,) = hits("K16", data(**tables))
    assert hit.value["price_step"] == pytest.approx(0.2)
    assert hit.records["D24"] == ("1", "2")
    old = {**tables, "D30_firm": [{**firm, "founded_on": day("2010-01-01")}]}
    assert hits("K16", data(**old)) == []

"""Rules that compare with peers or with chance: a unit that stands out, and the innocent reasons."""

import datetime as dt

import numpy as np
import pytest

from tests.insight.rules.tables import at, data, day, hits

UNITS = [f"U{number:02d}" for number in range(30)]
LIMIT = 500_000  # yuan: from this sum the procurement law applies outside the central catalogue


def contract(unit, number, **fields):
    return {
        "contract_id": f"{unit}-{number}",
        "buyer_code": unit,
        "supplier_code": f"F{number}",
        "method": "公开招标",
        "item_class": "A01",
        "amount": 10_000_000,
        "sign_date": day("2024-03-01"),
        **fields,
    }


def contracts(unit, count, **fields):
    return [contract(unit, number, **fields) for number in range(count)]


def test_p03_shrinks_small_buyers_to_the_mean_of_their_peers():
    """One closed purchase of a tiny buyer is no pattern; fifteen of twenty are."""
    rows = []
    for place, unit in enumerate(UNITS[2:]):
        rows += contracts(unit, 20 - place % 9)
        rows += [contract(unit, f"q{n}", method="询价") for n in range(place % 9)]
    heavy = contracts("U00", 15, method="单一来源")
    heavy += [contract("U00", f"o{n}") for n in range(5)]
    tiny = [contract("U01", 1, method="询价", amount=10_000)]
    found = hits("P03", data(D14_contract=rows + heavy + tiny))
    worst = next(hit for hit in found if hit.org == "U00")
    assert "U01" not in {hit.org for hit in found}
    assert worst.value["share"] == pytest.approx(0.75)
    assert worst.value["contracts"] == 20
    assert worst.peers == 30
    assert hits("P03", data(D14_contract=heavy + rows[:40])) == []  # fewer than twenty peers


def test_p03_without_any_closed_purchase_says_nothing():
    rows = [row for unit in UNITS for row in contracts(unit, 5)]
    assert hits("P03", data(D14_contract=rows)) == []


def section(unit, number, **fields):
    return {
        "section_id": f"{unit}-B{number}",
        "tenderer_code": unit,
        "method": "公开招标",
        "item_class": "A01",
        "notice_date": day("2024-01-01"),
        "bid_deadline": at("2024-01-25 09:00:00"),
        "award_date": day("2024-02-01"),
        "winner_code": "F0",
        "award_price": 9_000_000,
        **fields,
    }


def offer(section_id, firm, price=10_000_000, status="有效", **fields):
    return {
        "section_id": section_id,
        "bidder_code": firm,
        "bid_price": price,
        "status": status,
        "is_winner": firm == "F0",
        **fields,
    }


def test_p04_only_the_winner_was_left():
    one = section("U1", 1)
    name = one["section_id"]
    bids = [offer(name, "F0"), offer(name, "F1", status="否决"), offer(name, "F2", status="否决")]
    (found,) = hits("P04", data(D20_section=[one], D20_bid=bids))
    assert found.value == {"section_id": name, "rejected": 2}
    assert len(found.records["D20.bid"]) == 3
    spared = [*bids[:2], offer(name, "F2")]
    assert hits("P04", data(D20_section=[one], D20_bid=spared)) == []
    assert hits("P04", data(D20_section=[one], D20_bid=bids[:2])) == []  # one rejection is usual
    other = [offer(name, "F0", is_winner=False), *bids[1:]]
    lost = {**one, "winner_code": None}
    assert hits("P04", data(D20_section=[lost], D20_bid=other)) == []


def rejecting(rates, bids=40):
    """Sections of one bid each per unit, with the given numbers of rejected bids."""
    sections, offers = [], []
    for unit, rejected in rates.items():
        for number in range(bids):
            sections.append(section(unit, number))
            status = "否决" if number < rejected else "有效"
            offers.append(offer(f"{unit}-B{number}", "F1", status=status))
    return data(D20_section=sections, D20_bid=offers)


def test_p06_rejects_far_more_than_its_peers():
    usual = {unit: 2 + place % 3 for place, unit in enumerate(UNITS[:15])}
    (found,) = hits("P06", rejecting({**usual, "U99": 30}))
    assert found.org == "U99"
    assert found.value["rate"] == pytest.approx(0.75)
    assert (found.value["rejected"], found.value["submitted"]) == (30, 40)
    assert hits("P06", rejecting({**usual, "U99": 5})) == []
    assert hits("P06", rejecting({"U01": 2, "U99": 30})) == []  # no peers to compare with
    assert hits("P06", rejecting({**usual, "U99": 15}, bids=19)) == []  # too few bids to judge


def test_p09_flags_the_narrow_section_among_wide_ones_and_needs_peers():
    rng = np.random.default_rng(3)
    sections, offers = [], []
    for number in range(119):
        name = f"U1-B{number}"
        sections.append(section("U1", number))
        prices = np.sort(rng.normal(10_000_000, 900_000, 5)).astype(int)
        offers += [offer(name, f"F{place}", int(price)) for place, price in enumerate(prices)]
    sections.append(section("U2", 0))
    covered = [9_000_000, 10_010_000, 10_011_000, 10_012_000, 10_012_500]
    offers += [offer("U2-B0", f"F{place}", price) for place, price in enumerate(covered)]
    found = hits("P09", data(D20_section=sections, D20_bid=offers), tail=0.05)
    assert "U2" in {hit.org for hit in found}
    assert len(found) <= 12  # the screen ranks: about the tail times the sections, twice over
    few = data(D20_section=[*sections[:30], sections[-1]], D20_bid=offers[:150] + offers[-5:])
    assert hits("P09", few) == []
    controlled = [{**row, "price_controlled": True} for row in sections]
    assert hits("P09", data(D20_section=controlled, D20_bid=offers)) == []


def test_p10_finds_the_circle_and_leaves_a_free_market_alone():
    rng = np.random.default_rng(5)
    market = [f"F{number}" for number in range(60)]

    def sections_of(groups):
        sections, offers = [], []
        for number, firms in enumerate(groups):
            sections.append(section("U1", number))
            offers += [offer(f"U1-B{number}", firm) for firm in firms]
        return data(D20_section=sections, D20_bid=offers)

    free = [list(rng.choice(market, 4, replace=False)) for _ in range(80)]
    assert hits("P10", sections_of(free)) == []
    circle = [["R1", "R2", "R3", "R4"] for _ in range(12)]
    found = hits("P10", sections_of(free + circle))
    assert len(found) == 1
    assert found[0].value["members"] == 4
    assert found[0].value["tenders"] == 12


def bunched(unit, below, above):
    band = [LIMIT - 1_000 - n for n in range(below)] + [LIMIT + 1_000 + n for n in range(above)]
    return [contract(unit, n, amount=yuan * 100) for n, yuan in enumerate(band)]


def test_p12_bunches_under_the_limit_more_than_peers_do():
    peers = [row for unit in UNITS for row in bunched(unit, 4, 6)]
    (found,) = hits("P12", data(D14_contract=[*peers, *bunched("U99", 18, 0)]))
    assert found.org == "U99"
    assert (found.value["below"], found.value["above"]) == (18, 0)
    assert found.value["limit_yuan"] == LIMIT
    assert found.baseline_p < 0.001
    everybody = [row for unit in UNITS for row in bunched(unit, 18, 0)]
    usual = data(D14_contract=[*everybody, *bunched("U99", 18, 0)])
    assert hits("P12", usual) == []  # all budgets end there: no unit stands out
    assert hits("P12", data(D14_contract=[*peers, *bunched("U99", 3, 0)])) == []


def test_p14_concentrates_beyond_peers_and_chance():
    spread = [row for unit in UNITS for row in contracts(unit, 10)]
    heavy = [
        *contracts("U99", 16, supplier_code="F-one"),
        contract("U99", "o"),
        contract("U99", "p"),
    ]
    (found,) = hits("P14", data(D14_contract=spread + heavy))
    assert found.org == "U99"
    assert found.value["supplier_code"] == "F-one"
    assert found.value["share"] == pytest.approx(16 / 18)
    assert found.value["hhi"] == pytest.approx((16**2 + 2) / 18**2)
    few = [*contracts("U99", 3, supplier_code="F-one"), contract("U99", "o")]
    assert hits("P14", data(D14_contract=spread + few)) == []  # four contracts: nothing to say
    assert hits("P14", data(D14_contract=spread[:100] + heavy)) == []  # ten peers


def test_p18_profiles_the_buyer_with_most_oddities():
    sections = [section(unit, number) for unit in UNITS for number in range(6)]
    odd = [
        section("U99", n, method="单一来源", notice_date=None, award_price=None) for n in range(6)
    ]
    (found,) = hits("P18", data(D20_section=sections + odd))
    assert found.org == "U99"
    assert found.value["no_call"] == 1
    assert found.value["not_open"] == 1
    assert 0 < found.value["score"] <= 1
    assert hits("P18", data(D20_section=sections + odd[:4])) == []


def payment(unit, number, on, amount=100_000):
    return {
        "voucher_no": f"{unit}-{number}",
        "unit_code": unit,
        "payee_name": "青禾商贸有限公司",
        "payee_code": "F1",
        "payee_kind": "单位",
        "amount": amount,
        "pay_date": on,
    }


def year_of(unit, late):
    start = dt.date(2024, 1, 5)
    early = [payment(unit, n, start + dt.timedelta(days=9 * n)) for n in range(30 - late)]
    return early + [payment(unit, f"d{n}", dt.date(2024, 12, 12 + n % 19)) for n in range(late)]


def test_f07_pays_at_the_end_of_the_year():
    usual = [row for place, unit in enumerate(UNITS) for row in year_of(unit, place % 3)]
    (found,) = hits("F07", data(D13_payment=usual + year_of("U99", 24)))
    assert found.org == "U99"
    assert found.value["share"] == pytest.approx(0.8)
    assert found.value["payments"] == 30
    outside = [payment("U99", n, dt.date(2024, 12, 11)) for n in range(30)]
    assert all(hit.org != "U99" for hit in hits("F07", data(D13_payment=usual + outside)))
    short = year_of("U99", 24)[6:20]
    assert all(hit.org != "U99" for hit in hits("F07", data(D13_payment=usual + short)))


def entries(unit, sums):
    return [
        {
            "voucher_no": f"{unit}-{number}",
            "line_no": 1,
            "unit_code": unit,
            "voucher_date": day("2024-05-01"),
            "debit": int(fen),
        }
        for number, fen in enumerate(sums)
    ]


def test_f08_benford_by_simulation_for_exactly_n_lines():
    rng = np.random.default_rng(9)
    natural = np.floor(10 ** rng.uniform(3.5, 7.5, 1_500))
    invented = rng.integers(4_000, 9_999, 1_500) * 100
    tables = data(D17_entry=entries("U1", natural) + entries("U2", invented))
    (found,) = hits("F08", tables)
    assert found.org == "U2"
    assert found.value["lines"] == 1_500
    assert found.baseline_p <= 0.001
    assert hits("F08", data(D17_entry=entries("U2", invented[:1_200]))) == []

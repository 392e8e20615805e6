"""Schemes among bidders: rings, cover bids, one machine, tailored tenders, friendly experts."""

from __future__ import annotations

from lianxun_insight.generator.cast import WAN, Cast
from lianxun_insight.generator.registry import MONTHS
from lianxun_insight.generator.stories.base import Trace, scheme


def _price(cast: Cast) -> int:
    return int(cast.rng.uniform(80, 400)) * WAN


def _independent(cast: Cast, count: int, group: str = "工程", *, quiet: bool = False) -> list[int]:
    """Firms with owners of their own."""
    firms = []
    for _ in range(count):
        firm, man = cast.firm(group, quiet=quiet), cast.person()
        cast.owner(firm, man, 1.0)
        cast.represent(firm, man)
        firms.append(firm)
    return firms


@scheme("S05", "轮流中标的固定投标人团体")
def rotation_ring(cast: Cast) -> Trace:
    """Four firms meet in twelve tenders and win in turn; the losers stay far behind."""
    unit, ring = cast.unit(), _independent(cast, 4, quiet=True)
    trace = Trace(unit, list(ring))
    for turn in range(12):
        price = _price(cast)
        winner = ring[turn % 4]
        losers = [f for f in ring if f != winner]
        bids = [(winner, price)] + [
            (f, int(price * (1.05 + 0.004 * i) * cast.rng.uniform(0.999, 1.001)))
            for i, f in enumerate(losers)
        ]
        tender = cast.tender(unit, bids, cast.date(), item_class="B02010")
        cast.contract(tender)
        trace.section(tender.section_id)
        for firm in ring:
            trace.bid(tender.section_id, firm)
    return trace


@scheme("S06", "陪标：报价呈等差规律")
def cover_bids(cast: Cast) -> Trace:
    """Five offers, each the same step above the last."""
    unit, firms = cast.unit(), _independent(cast, 5)
    trace = Trace(unit, list(firms))
    for _ in range(2):
        price = _price(cast)
        step = price // 100 * 2
        bids = [(firm, price + i * step) for i, firm in enumerate(firms)]
        tender = cast.tender(unit, bids, cast.date(), item_class="B01010")
        cast.contract(tender)
        trace.section(tender.section_id)
        for firm in firms:
            trace.bid(tender.section_id, firm)
    return trace


@scheme("S14", "评标专家与中标企业有劳动关系")
def expert_tie(cast: Cast) -> Trace:
    """The expert is insured at the firm that wins whenever the expert sits."""
    unit, expert = cast.unit(), cast.person()
    firm = _independent(cast, 1)[0]
    trace = Trace(unit, [firm])
    for month in MONTHS:
        cast.book.row(
            "D34.insured",
            person_token=expert,
            employer_code=firm,
            pay_month=month,
            is_full_time=1,
            base_amount=800_000,
        )
    trace.needs.append(
        ("D34.insured", {"person_token": expert, "employer_code": firm, "pay_month": MONTHS[0]})
    )
    for _ in range(5):
        price = _price(cast)
        others = cast.rivals(2, "工程", unit)
        bids = [(firm, price)] + [(f, int(price * cast.rng.uniform(1.02, 1.1))) for f in others]
        tender = cast.tender(
            unit,
            bids,
            cast.date("2025-07-10", "2025-12-20"),
            experts=[(expert, None), *[(cast.experts(), None) for _ in range(2)]],
        )
        cast.contract(tender)
        trace.section(tender.section_id)
        trace.rows.append(("D20.expert", {"section_id": tender.section_id, "expert_token": expert}))
    return trace


@scheme("S22", "量身定做：只投一家、逢投必中")
def tailored_tender(cast: Cast) -> Trace:
    """One firm bids only here and always wins; rivals fail on a very long list of conditions."""
    unit = cast.unit()
    firm = _independent(cast, 1, quiet=True)[0]
    trace = Trace(unit, [firm])
    for _ in range(5):
        price = _price(cast)
        others = cast.rivals(2, "工程", unit)
        bids = [(firm, price)] + [(f, int(price * cast.rng.uniform(0.9, 0.97))) for f in others]
        tender = cast.tender(
            unit,
            bids,
            cast.date(),
            statuses=["有效", "否决", "否决"],
            criteria_length=2600,
            bid_more={f: {"reject_reason": "不满足特定资格条件"} for f in others},
        )
        cast.contract(tender)
        trace.section(tender.section_id)
        trace.project(tender.project_id)
        trace.bid(tender.section_id, firm)
    return trace


@scheme("S24", "多家投标文件出自同一台电脑")
def same_machine(cast: Cast) -> Trace:
    """Three bids made on one machine with one lock."""
    unit, firms = cast.unit(), _independent(cast, 3)
    trace = Trace(unit, list(firms))
    for _ in range(2):
        price = _price(cast)
        bids = [(f, int(price * (1 + 0.03 * i))) for i, f in enumerate(firms)]
        shared = {"machine_code": f"MC{firms[0]:08d}", "lock_no": f"LK{firms[0]:08d}"}
        tender = cast.tender(unit, bids, cast.date(), bid_more=dict.fromkeys(firms, shared))
        cast.contract(tender)
        trace.section(tender.section_id)
        for firm in firms:
            trace.bid(tender.section_id, firm)
    return trace


@scheme("S21", "先施工后招标")
def works_before_tender(cast: Cast) -> Trace:
    """Paid and permitted two months before the opening."""
    unit = cast.unit()
    firm = _independent(cast, 1)[0]
    when, price = cast.date("2023-12-01"), _price(cast)
    bids = [(firm, price)] + [
        (f, int(price * cast.rng.uniform(1.01, 1.09))) for f in cast.rivals(2, "工程", unit)
    ]
    tender = cast.tender(unit, bids, when, item_class="B02020")
    contract = cast.contract(tender)
    early = when - 70
    voucher = cast.pay(
        unit, firm, int(price * 0.3), early, contract_id=contract, project_id=tender.project_id
    )
    permit = f"SG{cast.serials.take('permit'):08d}"
    cast.book.row(
        "D36.permit",
        permit_no=permit,
        section_id=tender.section_id,
        owner_code=unit,
        contractor_code=firm,
        contract_id=contract,
        contract_amount=price,
        permit_date=early + 10,
        start_date=early + 12,
        contract_date=when + 10,
    )
    trace = Trace(unit, [firm])
    trace.section(tender.section_id)
    trace.project(tender.project_id)
    trace.contract(contract)
    trace.payment(voucher, unit)
    trace.rows.append(("D36.permit", {"permit_no": permit}))
    return trace

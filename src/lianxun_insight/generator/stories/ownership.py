"""Schemes that only registers of several departments together can show: kin, holdings, shells."""

from __future__ import annotations

from lianxun_insight.generator.cast import WAN, Cast
from lianxun_insight.generator.stories.base import Trace, scheme
from lianxun_insight.generator.world import START


def _price(cast: Cast, low: float = 60, high: float = 260) -> int:
    """A contract sum in fen between `low` and `high` 万元."""
    return int(cast.rng.uniform(low, high)) * WAN


def _trades(cast: Cast, trace: Trace, unit: int, firm: int, times: int = 3) -> None:
    for _ in range(times):
        tender, contract = cast.trade(unit, firm, cast.date("2023-12-01"), _price(cast))
        trace.section(tender.section_id)
        trace.project(tender.project_id)
        trace.contract(contract)


def _leader(cast: Cast, unit: int) -> int:
    """A leader in post before the period, so that the term covers every contract."""
    official = cast.official(unit, leader=True)
    cast.world.official_from[official] = START - 200
    return official


@scheme("S01", "亲属企业承接本单位业务")
def relative_firm(cast: Cast) -> Trace:
    """A leader's spouse owns the supplier outright."""
    unit, relative, firm = cast.unit(), cast.person(), cast.firm("工程")
    official = _leader(cast, unit)
    trace = Trace(unit, [firm])
    trace.kin(cast.kin(official, relative))
    trace.holder(cast, firm, cast.owner(firm, relative, 0.7))
    cast.owner(firm, cast.person(), 0.3)
    cast.represent(firm, relative)
    _trades(cast, trace, unit, firm)
    return trace


@scheme("S02", "亲属经一层持股企业承接本单位业务")
def relative_one_holding(cast: Cast) -> Trace:
    """The relative hides behind one holding."""
    unit, relative = cast.unit(), cast.person()
    firm, holding = cast.firm("工程"), cast.firm(quiet=True)
    official = _leader(cast, unit)
    trace = Trace(unit, [firm])
    trace.kin(cast.kin(official, relative, "子女"))
    trace.holder(cast, holding, cast.owner(holding, relative, 0.9))
    cast.owner(holding, cast.person(), 0.1)
    trace.holder(cast, firm, cast.parent(firm, holding, 0.6))
    cast.owner(firm, cast.person(), 0.4)
    for company in (firm, holding):
        cast.represent(company, cast.person())
    _trades(cast, trace, unit, firm)
    return trace


@scheme("S03", "亲属经两层持股企业承接本单位业务")
def relative_two_holdings(cast: Cast) -> Trace:
    """Two holdings between the relative and the supplier."""
    unit, relative = cast.unit(), cast.person()
    firm, middle, top = cast.firm("工程"), cast.firm(quiet=True), cast.firm(quiet=True)
    official = _leader(cast, unit)
    trace = Trace(unit, [firm])
    trace.kin(cast.kin(official, relative, "兄弟姐妹"))
    trace.holder(cast, top, cast.owner(top, relative, 0.8))
    cast.owner(top, cast.person(), 0.2)
    trace.holder(cast, middle, cast.parent(middle, top, 0.8))
    cast.owner(middle, cast.person(), 0.2)
    trace.holder(cast, firm, cast.parent(firm, middle, 0.7))
    cast.owner(firm, cast.person(), 0.3)
    for company in (firm, middle, top):
        cast.represent(company, cast.person())
    _trades(cast, trace, unit, firm)
    return trace


@scheme("S04", "代持：股权登记不显示，仅电话与保证金账户相同")
def nominee(cast: Cast) -> Trace:
    """The owner on paper is nobody's relative; phone and deposit purse give it away."""
    unit, relative = cast.unit(), cast.person()
    front, own = cast.firm("工程"), cast.firm("工程")
    official = _leader(cast, unit)
    cast.kin(official, relative)
    cast.owner(own, relative, 1.0)
    cast.represent(own, relative)
    cast.owner(front, cast.person(), 1.0)
    cast.represent(front, cast.person())
    phone = int(cast.world.firm_phone[own - cast.world.n_units])
    trace = Trace(unit, [front, own])
    shared = {"deposit_account_token": own, "contact_phone_token": phone}
    for _ in range(3):
        price = _price(cast)
        rival = cast.rivals(1, "工程", unit)[0]
        bids = [(front, price), (own, int(price * 1.04)), (rival, int(price * 1.08))]
        tender = cast.tender(
            unit, bids, cast.date("2023-12-01"), bid_more={front: shared, own: shared}
        )
        cast.contract(tender)
        trace.section(tender.section_id)
        trace.bid(tender.section_id, front)
        trace.bid(tender.section_id, own)
    return trace


@scheme("S10", "离任干部到供应商任职（旋转门）")
def revolving_door(cast: Cast) -> Trace:
    """Left the body a year ago, manages and owns the winner now."""
    unit, former, firm = cast.unit(), cast.person(), cast.firm("工程")
    left = cast.date("2023-06-01", "2024-03-31")
    post = {
        "person_token": former,
        "unit_code": unit,
        "post": "副局长",
        "from_date": left - 2000,
    }
    cast.book.row(
        "D04.post",
        **post,
        to_date=left,
        name_token=former,
        rank="乡科级副职",
        is_leader=1,
        power_scope="工程",
        leave_kind="辞职",
        birth_date=cast.world.person_birth[former],
    )
    trace = Trace(unit, [firm])
    trace.needs.append(("D04.post", post))
    joined = left + 120
    officer = {"firm_code": firm, "person_token": former, "role": "经理", "from_date": joined}
    cast.book.row("D30.person", **officer, name_token=former)
    trace.needs.append(("D30.person", officer))
    cast.owner(firm, former, 0.4, from_date=joined)
    cast.owner(firm, cast.person(), 0.6)
    cast.represent(firm, cast.person())
    for _ in range(3):
        when = joined + int(cast.rng.integers(40, 400))
        tender, contract = cast.trade(unit, firm, when, _price(cast))
        trace.section(tender.section_id)
        trace.contract(contract)
    return trace


@scheme("S11", "新设空壳公司直接获得采购合同")
def new_shell(cast: Cast) -> Trace:
    """Founded weeks before a single-source contract far beyond its capital; nobody insured."""
    unit = cast.unit()
    when = cast.date("2023-12-01")
    firm = cast.firm("服务", founded=when - int(cast.rng.integers(20, 50)), quiet=True)
    row = firm - cast.world.n_units
    cast.world.firm_staff[row] = 0
    cast.world.firm_capital[row] = 10 * WAN
    cast.owner(firm, cast.person(), 1.0)
    cast.represent(firm, cast.person())
    price = _price(cast, 250, 400)
    tender = cast.tender(unit, [(firm, price)], when, method="单一来源", item_class="C08010")
    contract = cast.contract(tender)
    cast.pay(unit, firm, price, when + 160, contract_id=contract)
    trace = Trace(unit, [firm])
    trace.project(tender.project_id)
    trace.contract(contract)
    return trace


@scheme("S15", "低价处置资产给关联方")
def asset_sold_low(cast: Cast) -> Trace:
    """One bidder, half the appraised value, and the buyer belongs to a leader's child."""
    unit, relative, firm = cast.unit(), cast.person(), cast.firm()
    official = _leader(cast, unit)
    cast.kin(official, relative, "子女")
    cast.owner(firm, relative, 1.0)
    cast.represent(firm, relative)
    number = cast.serials.take("sold")
    value = _price(cast, 200, 900)
    asset, disposal = f"ZCX{number:06d}", f"CZX{number:06d}"
    cast.book.row(
        "D18.asset",
        asset_id=asset,
        unit_code=unit,
        asset_kind="房屋",
        asset_name="临街门面房",
        original_value=value,
        status="已处置",
    )
    cast.book.row(
        "D18.disposal",
        disposal_id=disposal,
        asset_id=asset,
        unit_code=unit,
        buyer_code=firm,
        way="协议转让",
        bidder_count=1,
        price=int(value * 0.48),
        appraised_value=value,
        deal_date=cast.date("2023-12-01"),
    )
    trace = Trace(unit, [firm])
    trace.rows.append(("D18.disposal", {"disposal_id": disposal}))
    return trace


@scheme("S20", "在职人员本人持股企业承接本单位业务")
def own_firm(cast: Cast) -> Trace:
    """The official is a holder."""
    unit, firm = cast.unit(), cast.firm("信息")
    official = _leader(cast, unit)
    trace = Trace(unit, [firm])
    trace.holder(cast, firm, cast.owner(firm, official, 0.35))
    cast.owner(firm, cast.person(), 0.65)
    cast.represent(firm, cast.person())
    for _ in range(3):
        tender, contract = cast.trade(
            unit, firm, cast.date("2023-12-01"), _price(cast), group="信息", item_class="C02010"
        )
        trace.section(tender.section_id)
        trace.contract(contract)
    return trace


@scheme("S27", "中标前后突击变更股权给关联人")
def timed_change(cast: Cast) -> Trace:
    """Three weeks before the bid the leader's relative leaves the register."""
    unit, relative, firm = cast.unit(), cast.person(), cast.firm("工程")
    official = _leader(cast, unit)
    when = cast.date("2024-01-01")
    left = when - int(cast.rng.integers(8, 22)) - 6
    front = cast.person()
    trace = Trace(unit, [firm])
    trace.kin(cast.kin(official, relative))
    cast.owner(firm, relative, 1.0, to_date=left)
    cast.owner(firm, front, 1.0, from_date=left)
    cast.represent(firm, front)
    cast.book.row(
        "D30.change",
        firm_code=firm,
        change_no=1,
        change_date=left,
        item="股东",
        before_token=relative,
        after_token=front,
    )
    trace.needs.append(("D30.change", {"firm_code": firm, "change_no": 1}))
    tender, contract = cast.trade(unit, firm, when, _price(cast))
    trace.section(tender.section_id)
    trace.contract(contract)
    return trace


@scheme("S23", "同一控制人空转贸易")
def empty_trade(cast: Cast) -> Trace:
    """A state firm buys from A and sells the same goods to B, both of one man; nothing moves."""
    unit = cast.unit("国企")
    seller, buyer, man = cast.firm("货物"), cast.firm("货物"), cast.person()
    for firm in (seller, buyer):
        cast.owner(firm, man, 0.9)
        cast.owner(firm, cast.person(), 0.1)
        cast.represent(firm, man)
    trace = Trace(unit, [seller, buyer])
    for _ in range(3):
        when, amount = cast.date("2023-12-01"), _price(cast, 300, 900)
        for party, direction, total, day in (
            (seller, "采购", amount, when),
            (buyer, "销售", int(amount * 1.005), when + 5),
        ):
            number = f"GX{cast.serials.take('trade'):08d}"
            cast.book.row(
                "D24",
                contract_id=number,
                firm_code=unit,
                party_code=party,
                direction=direction,
                goods="电解铜",
                amount=total,
                quantity_milli=100_000,
                unit_price=total // 100,
                sign_date=day,
                receivable=total if direction == "销售" else None,
            )
            trace.rows.append(("D24", {"contract_id": number}))
    return trace


@scheme("S28", "低价出租后转租（二房东）")
def second_landlord(cast: Cast) -> Trace:
    """An official rents from the own body at a third of the value and lets it on."""
    unit = cast.unit()
    official = cast.official(unit)
    number = cast.serials.take("let")
    rent = _price(cast, 20, 60)
    asset, lease = f"ZCY{number:06d}", f"ZLY{number:06d}"
    cast.book.row(
        "D18.asset",
        asset_id=asset,
        unit_code=unit,
        asset_kind="房屋",
        asset_name="沿街商铺",
        original_value=rent * 20,
        status="出租",
    )
    cast.book.row(
        "D18.lease",
        lease_id=lease,
        asset_id=asset,
        unit_code=unit,
        tenant_token=official,
        way="协议出租",
        bidder_count=1,
        rent_year=int(rent * 0.35),
        appraised_rent=rent,
        start_date=cast.date("2023-12-01"),
        sublease_tenant="个体经营户",
        sublease_rent=int(rent * 1.1),
    )
    trace = Trace(unit)
    trace.rows.append(("D18.lease", {"lease_id": lease}))
    return trace

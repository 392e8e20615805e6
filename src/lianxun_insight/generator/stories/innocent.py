"""Confounders: honest events that look like schemes. A rule that fires here is wrong."""

from __future__ import annotations

import numpy as np

from lianxun_insight.generator.cast import WAN, Cast
from lianxun_insight.generator.stories.base import Trace, confounder
from lianxun_insight.generator.stories.paying import LIMIT
from lianxun_insight.generator.world import START


def _price(cast: Cast) -> int:
    return int(cast.rng.uniform(60, 260)) * WAN


def _owned(cast: Cast, group: str | None = None) -> int:
    firm, man = cast.firm(group), cast.person()
    cast.owner(firm, man, 1.0)
    cast.represent(firm, man)
    return firm


@confounder("C01", "企业股东与本单位领导重名")
def homonym(cast: Cast) -> Trace:
    """The owner has the name of a leader and is somebody else."""
    unit = cast.unit(anywhere=True)
    firm, namesake = cast.firm("工程"), cast.person()
    official = cast.official(unit, leader=True)
    cast.world.person_names[namesake] = cast.world.person_names[official]
    cast.owner(firm, namesake, 1.0)
    cast.represent(firm, namesake)
    trace = Trace(unit, [firm])
    for _ in range(2):
        tender, contract = cast.trade(unit, firm, cast.date(), _price(cast))
        trace.section(tender.section_id)
        trace.contract(contract)
    return trace


@confounder("C02", "投标人共用代办机构电话与地址")
def agent_phone(cast: Cast) -> Trace:
    """Two bidders were registered by one agent and share its phone and address."""
    unit = cast.unit(anywhere=True)
    firms = [_owned(cast, "工程") for _ in range(2)]
    for firm in firms:
        row = firm - cast.world.n_units
        cast.world.firm_phone[row] = 0
        cast.world.firm_address[row] = "政务服务中心0号楼集群注册区"
    trace = Trace(unit, firms)
    price = _price(cast)
    rival = cast.rivals(1, "工程", unit)[0]
    bids = [(firms[0], price), (firms[1], int(price * 1.05)), (rival, int(price * 1.09))]
    tender = cast.tender(unit, bids, cast.date())
    cast.contract(tender)
    trace.section(tender.section_id)
    for firm in firms:
        trace.bid(tender.section_id, firm)
    return trace


@confounder("C03", "低于限额的按月租金")
def monthly_rent(cast: Cast) -> Trace:
    """Eighteen months of rent, each month just below the limit."""
    unit, firm = cast.unit(anywhere=True), _owned(cast)
    trace = Trace(unit, [firm])
    amount, start = int(LIMIT * 0.85), cast.date("2023-03-01", "2024-03-01")
    for month in range(18):
        voucher = cast.pay(
            unit, firm, amount, start + 30 * month, econ_class="30214", purpose="办公用房租金"
        )
        trace.payment(voucher, unit)
    return trace


@confounder("C04", "供应商稀少的专用设备")
def thin_market(cast: Cast) -> Trace:
    """Special medical equipment: three tenders, one bidder each time."""
    unit, firm = cast.unit(anywhere=True), _owned(cast, "医疗")
    trace = Trace(unit, [firm])
    for _ in range(3):
        tender = cast.tender(unit, [(firm, _price(cast))], cast.date(), item_class="A02320")
        cast.contract(tender)
        trace.section(tender.section_id)
    return trace


@confounder("C05", "亲属企业与无职权单位正常交易")
def kin_elsewhere(cast: Cast) -> Trace:
    """A leader's spouse runs a firm that works for another body of another county."""
    home, unit = cast.unit(anywhere=True), cast.unit(anywhere=True)
    relative, firm = cast.person(), cast.firm("工程")
    official = cast.official(home, leader=True)
    cast.kin(official, relative)
    cast.owner(firm, relative, 1.0)
    cast.represent(firm, relative)
    trace = Trace(unit, [firm])
    for _ in range(2):
        tender, contract = cast.trade(unit, firm, cast.date("2023-12-01"), _price(cast))
        trace.section(tender.section_id)
        trace.contract(contract)
    return trace


@confounder("C06", "集团母子公司分别参与不同项目")
def group_companies(cast: Cast) -> Trace:
    """Mother and daughter bid in different tenders, never in one."""
    unit = cast.unit(anywhere=True)
    mother, daughter = _owned(cast, "工程"), cast.firm("工程")
    cast.parent(daughter, mother, 1.0)
    cast.represent(daughter, int(cast.world.firm_rep[mother - cast.world.n_units]))
    trace = Trace(unit, [mother, daughter])
    for firm in (mother, daughter):
        tender, contract = cast.trade(unit, firm, cast.date(), _price(cast))
        trace.section(tender.section_id)
        trace.contract(contract)
    return trace


@confounder("C07", "抢险救灾紧急采购")
def emergency(cast: Cast) -> Trace:
    """Flood: bought at once from one supplier, contract and papers afterwards."""
    unit, firm = cast.unit(anywhere=True), _owned(cast, "工程")
    when, price = cast.date(), _price(cast)
    tender = cast.tender(
        unit,
        [(firm, price)],
        when,
        method="单一来源",
        is_urgent=1,
        approval_no="应急〔2024〕1号",
    )
    contract = cast.contract(tender)
    voucher = cast.pay(
        unit, firm, int(price * 0.5), when - 12, contract_id=contract, purpose="抢险救灾应急支出"
    )
    trace = Trace(unit, [firm])
    trace.project(tender.project_id)
    trace.contract(contract)
    trace.payment(voucher, unit)
    return trace


@confounder("C08", "政府定价商品报价相同")
def controlled_price(cast: Cast) -> Trace:
    """All bidders quote the price the government fixed; the draw decides."""
    unit = cast.unit(anywhere=True)
    firms = [_owned(cast, "货物") for _ in range(3)]
    price = _price(cast)
    tender = cast.tender(
        unit, [(f, price) for f in firms], cast.date(), item_class="A10010", winner=firms[0]
    )
    for row in cast.book.rows("D20.section"):
        if row["section_id"] == tender.section_id:
            row["price_controlled"] = 1
    cast.contract(tender)
    trace = Trace(unit, firms)
    trace.section(tender.section_id)
    for firm in firms:
        trace.bid(tender.section_id, firm)
    return trace


@confounder("C09", "机构改革单位更名承继")
def succession(cast: Cast) -> Trace:
    """A body follows another: the staff moves over, the contract is paid by both."""
    old, new, firm = cast.unit(anywhere=True), cast.unit(anywhere=True), _owned(cast)
    when, price = cast.date("2023-06-01", "2024-06-30"), _price(cast)
    bids = [(firm, price)] + [
        (f, int(price * cast.rng.uniform(1.01, 1.11))) for f in cast.rivals(2, "服务", old)
    ]
    tender = cast.tender(old, bids, when, item_class="C12040")
    contract = cast.contract(tender, accepted_on=when + 40)
    trace = Trace(new, [firm])
    for body, share, late in ((old, 0.4, 60), (new, 0.6, 240)):
        voucher = cast.pay(body, firm, int(price * share), when + late, contract_id=contract)
        trace.payment(voucher, body)
    trace.contract(contract)
    cast.book.row(
        "D07.unit",
        unit_code=new,
        as_of=np.datetime64("2024-12-31"),
        predecessor_code=old,
        unit_name=str(cast.world.org_names[new]),
        unit_kind="机关",
        unit_level="县",
    )
    return trace


@confounder("C10", "重复录入后冲销的付款")
def reversed_duplicate(cast: Cast) -> Trace:
    """Entered twice by mistake and netted the next day."""
    unit, firm = cast.unit(anywhere=True), _owned(cast)
    invoice, amount, when = cast.invoice_no(), int(cast.rng.uniform(2, 30) * WAN), cast.date()
    trace = Trace(unit, [firm])
    first = cast.pay(unit, firm, amount, when, invoice_no=invoice)
    second = cast.pay(unit, firm, amount, when, invoice_no=invoice)
    undo = cast.pay(unit, firm, -amount, when + 1, invoice_no=invoice, reversal_of=second)
    for voucher in (first, second, undo):
        trace.payment(voucher, unit)
    return trace


@confounder("C11", "流标后重新招标缩短公告期")
def relaunched(cast: Cast) -> Trace:
    """The first call failed; the second had a shorter period, as the law allows."""
    unit, firm = cast.unit(anywhere=True), _owned(cast, "工程")
    when, price = cast.date(), _price(cast)
    rivals = cast.rivals(2, "工程", unit)
    bids = [(firm, price)] + [(f, int(price * cast.rng.uniform(1.01, 1.09))) for f in rivals]
    tender = cast.tender(
        unit,
        bids,
        when,
        notice_date=when - 14,
        relaunch_of=f"BD{cast.serials.take('project'):08d}-1",
    )
    cast.contract(tender)
    trace = Trace(unit, [firm])
    trace.section(tender.section_id)
    trace.project(tender.project_id)
    return trace


@confounder("C12", "全国性供应商在多地中标")
def national_supplier(cast: Cast) -> Trace:
    """One big firm wins in eight bodies against local rivals."""
    firm = _owned(cast, "信息")
    cast.world.firm_staff[firm - cast.world.n_units] = 900
    first = cast.unit(anywhere=True)
    trace = Trace(first, [firm])
    for unit in [first, *(cast.unit(anywhere=True) for _ in range(7))]:
        tender, contract = cast.trade(
            unit, firm, cast.date(), _price(cast), group="信息", item_class="C02010"
        )
        trace.section(tender.section_id)
        trace.contract(contract)
    return trace


@confounder("C13", "已申报并回避的亲属企业")
def recused(cast: Cast) -> Trace:
    """Declared beforehand, and the leader took no part."""
    unit, relative, firm = cast.unit(anywhere=True), cast.person(), cast.firm("工程")
    official = cast.official(unit, leader=True)
    cast.world.official_from[official] = START - 200
    cast.kin(official, relative)
    cast.owner(firm, relative, 1.0)
    cast.represent(firm, relative)
    cast.book.row(
        "D04.declaration",
        declaration_id=f"HB{cast.serials.take('declared'):06d}",
        person_token=official,
        kind="公务回避",
        unit_code=unit,
        firm_code=firm,
        declared_on=np.datetime64("2023-01-10"),
        approved_on=np.datetime64("2023-01-20"),
    )
    trace = Trace(unit, [firm])
    tender, contract = cast.trade(unit, firm, cast.date("2023-12-01"), _price(cast))
    trace.section(tender.section_id)
    trace.contract(contract)
    return trace


@confounder("C14", "按月结算的长期服务合同")
def recurring_service(cast: Cast) -> Trace:
    """Cleaning under one tendered contract, paid every month below the limit."""
    unit, firm = cast.unit(anywhere=True), _owned(cast, "服务")
    when, monthly = cast.date("2023-03-01", "2024-06-30"), int(LIMIT * 0.6)
    price = monthly * 12
    bids = [(firm, price)] + [
        (f, int(price * cast.rng.uniform(1.01, 1.08))) for f in cast.rivals(2, "服务", unit)
    ]
    tender = cast.tender(unit, bids, when, item_class="C12040")
    contract = cast.contract(tender, sign_date=when + 10, accepted_on=None)
    trace = Trace(unit, [firm])
    for month in range(12):
        voucher = cast.pay(
            unit,
            firm,
            monthly,
            when + 40 + 30 * month,
            contract_id=contract,
            econ_class="30209",
            project_id=tender.project_id,
            purpose="物业服务费",
        )
        trace.payment(voucher, unit)
    return trace


@confounder("C15", "离任后经批准到企业任职")
def approved_move(cast: Cast) -> Trace:
    """The move was reported and approved."""
    unit, former, firm = cast.unit(anywhere=True), cast.person(), cast.firm("信息")
    left = cast.date("2023-06-01", "2024-03-31")
    cast.book.row(
        "D04.post",
        person_token=former,
        unit_code=unit,
        post="科员",
        from_date=left - 2500,
        to_date=left,
        name_token=former,
        is_leader=0,
        power_scope="综合",
        leave_kind="辞职",
    )
    cast.book.row(
        "D04.declaration",
        declaration_id=f"HB{cast.serials.take('declared'):06d}",
        person_token=former,
        kind="离职从业批准",
        unit_code=unit,
        firm_code=firm,
        declared_on=left + 10,
        approved_on=left + 40,
    )
    cast.book.row(
        "D30.person",
        firm_code=firm,
        person_token=former,
        role="高管",
        from_date=left + 60,
        name_token=former,
    )
    cast.owner(firm, cast.person(), 1.0)
    trace = Trace(unit, [firm])
    tender, contract = cast.trade(
        unit, firm, left + 150, _price(cast), group="信息", item_class="C02060"
    )
    trace.section(tender.section_id)
    trace.contract(contract)
    return trace


@confounder("C16", "合同约定的预付款")
def prepayment(cast: Cast) -> Trace:
    """A third is paid at signature, before acceptance, as the contract says."""
    unit, firm = cast.unit(anywhere=True), _owned(cast, "信息")
    when, price = cast.date(), _price(cast)
    bids = [(firm, price)] + [
        (f, int(price * cast.rng.uniform(1.01, 1.07))) for f in cast.rivals(2, "信息", unit)
    ]
    tender = cast.tender(unit, bids, when, item_class="C02010")
    contract = cast.contract(tender, prepay_share=0.3, sign_date=when + 8)
    voucher = cast.pay(unit, firm, int(price * 0.3), when + 12, contract_id=contract)
    trace = Trace(unit, [firm])
    trace.contract(contract)
    trace.payment(voucher, unit)
    return trace


@confounder("C17", "新设项目公司承接项目")
def project_company(cast: Cast) -> Trace:
    """The consortium that won founded its project company, which signs the contract."""
    unit = cast.unit(anywhere=True)
    when = cast.date("2024-01-01")
    mother = _owned(cast, "工程")
    firm = cast.firm("工程", founded=when - 40, quiet=True)
    cast.world.firm_spv[firm - cast.world.n_units] = True
    cast.parent(firm, mother, 1.0)
    cast.represent(firm, int(cast.world.firm_rep[mother - cast.world.n_units]))
    tender = cast.tender(
        unit, [(firm, _price(cast))], when, method="单一来源", approval_no="批〔2024〕7号"
    )
    contract = cast.contract(tender)
    trace = Trace(unit, [firm])
    trace.project(tender.project_id)
    trace.contract(contract)
    return trace

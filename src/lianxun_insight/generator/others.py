"""Oversight, benefits and assets: audits, petitions, lists, subsidies, leases, cars, land."""

from __future__ import annotations

import numpy as np

from lianxun_insight.generator import names
from lianxun_insight.generator.book import Book
from lianxun_insight.generator.cast import PERSON_ACCOUNTS, Serials
from lianxun_insight.generator.numbers import coded
from lianxun_insight.generator.registry import MONTHS
from lianxun_insight.generator.world import DAYS, START, Days, Ints, Texts, World, in_business

THEMES = ("政府采购", "工程建设", "资金支付", "资产管理", "惠民资金", "公务用车")
TOPICS = ("招标采购", "工程质量", "惠民补贴", "征地拆迁", "干部作风", "办事效率")
SCHEMES = ("耕地地力保护补贴", "农机购置补贴", "临时救助", "高龄津贴")


def make_others(world: World, book: Book, serials: Serials) -> None:
    """Write D01, D03, D08, D10, D11, D12, D16, D18, D19, D21, D23, D27, D31, D32, D38."""
    _oversight(world, book, serials)
    _lists(world, book)
    _benefits(world, book, serials)
    _assets(world, book, serials)
    _cars(world, book)
    _projects(world, book)


def _choice(world: World, values: tuple[str, ...], count: int) -> Texts:
    return np.array(values, dtype=object)[world.rng.integers(len(values), size=count)]


def _month(world: World, count: int) -> Days:
    days = START + world.rng.integers(0, DAYS - 40, size=count)
    return np.asarray(days.astype("datetime64[M]").astype("datetime64[D]"))


def _oversight(world: World, book: Book, serials: Serials) -> None:
    rng, n = world.rng, world.n_units
    issues = 2 * n
    first = serials.take("issue", issues)
    ids = coded("SJ", np.arange(first, first + issues), 7)
    unit, theme = rng.integers(n, size=issues), _choice(world, THEMES, issues)
    found = START + rng.integers(0, DAYS - 120, size=issues)
    status = _choice(world, ("未整改", "整改中", "已整改", "已销号"), issues)
    book.bulk(
        "D08",
        issue_id=ids,
        audit_project=np.full(issues, "预算执行审计", dtype=object),
        unit_code=unit,
        theme=theme,
        issue=theme + "不规范",
        amount=rng.integers(10**6, 10**9, size=issues),
        found_on=found,
        status=status,
    )
    closed = found + rng.integers(60, 110, size=issues)
    book.bulk(
        "D10",
        issue_id=ids,
        stat_month=closed.astype("datetime64[M]").astype("datetime64[D]"),
        unit_code=unit,
        theme=theme,
        measure=np.full(issues, "完善制度", dtype=object),
        status=status,
        closed_on=np.where(status == "已销号", closed, np.datetime64("NaT")),
    )
    _petitions(world, book)
    leads = n
    book.bulk(
        "D01",
        stat_month=_month(world, leads),
        unit_code=np.arange(leads),
        lead_class=np.full(leads, "廉洁纪律", dtype=object),
        disposal_way=_choice(world, ("谈话函询", "初步核实", "予以了结"), leads),
        lead_count=rng.integers(1, 5, size=leads),
        result=np.full(leads, "了结", dtype=object),
    )
    some = n // 6
    book.bulk(
        "D03",
        advice_no=coded("建议", np.arange(some) + 1, 5),
        unit_code=rng.integers(n, size=some),
        issue=_choice(world, THEMES, some),
        issued_on=START + rng.integers(0, 900, size=some),
    )


def _petitions(world: World, book: Book) -> None:
    """Counts by month, five at least (k ≥ 5); bigger counties complain more."""
    rng, n = world.rng, world.n_units * 4
    unit, topic, month = (
        rng.integers(world.n_units, size=n),
        _choice(world, TOPICS, n),
        _month(world, n),
    )
    key = np.array([f"{u}{t}{m}" for u, t, m in zip(unit, topic, month, strict=True)])
    _, first = np.unique(key, return_index=True)
    count = 5 + rng.poisson(2.0, size=len(first))
    book.bulk(
        "D11.count",
        unit_code=unit[first],
        topic=topic[first],
        stat_month=month[first],
        petition_count=count,
    )
    half = first[::4]
    book.bulk(
        "D12",
        unit_code=unit[half],
        topic=topic[half],
        stat_month=month[half],
        repeat_count=rng.integers(1, 6, size=len(half)),
        backlog_count=rng.integers(0, 3, size=len(half)),
    )


def _lists(world: World, book: Book) -> None:
    rng = world.rng
    firm = rng.choice(world.size.firms, world.size.firms // 60, replace=False) + world.n_units
    listed = START + rng.integers(0, DAYS - 10, size=len(firm))
    book.bulk(
        "D21",
        firm_code=firm,
        list_name=np.full(len(firm), "失信被执行人", dtype=object),
        listed_on=listed,
        cause=np.full(len(firm), "未履行给付义务", dtype=object),
    )
    firm = rng.choice(world.size.firms, world.size.firms // 40, replace=False) + world.n_units
    book.bulk(
        "D31",
        document_no=coded("罚", np.arange(len(firm)) + 1, 6),
        firm_code=firm,
        kind=_choice(world, ("行政处罚", "经营异常"), len(firm)),
        act=np.full(len(firm), "未按期公示年报", dtype=object),
        decided_on=START + rng.integers(0, DAYS - 10, size=len(firm)),
    )


def _benefits(world: World, book: Book, serials: Serials) -> None:
    """Subsidies and low-income support; D27 answers whether a person died or sits in prison."""
    rng, m = world.rng, world.size.officials
    pool = np.nonzero(~world.person_open[m:] & ~in_business(world.size))[0] + m
    person = rng.choice(pool, world.size.persons // 10, replace=False)
    handler = rng.integers(m, size=len(person))
    month = np.repeat(MONTHS[::3], len(person))
    who = np.tile(person, len(MONTHS[::3]))
    scheme = _choice(world, SCHEMES, len(person))
    book.bulk(
        "D16",
        person_token=who,
        scheme=np.tile(scheme, len(MONTHS[::3])),
        pay_month=month,
        amount=np.tile(rng.integers(20_000, 90_000, size=len(person)), len(MONTHS[::3])),
        account_token=who + PERSON_ACCOUNTS,
        unit_code=world.official_unit[np.tile(handler, len(MONTHS[::3]))],
        handler_token=np.tile(handler, len(MONTHS[::3])),
    )
    support = person[: len(person) // 3]
    book.bulk(
        "D38",
        person_token=support,
        scheme=np.full(len(support), "低保", dtype=object),
        from_date=np.full(len(support), np.datetime64("2024-01-01")),
        name_token=support,
        monthly_amount=rng.integers(30_000, 80_000, size=len(support)),
        handler_token=handler[: len(support)],
        unit_code=world.official_unit[handler[: len(support)]],
    )
    gone = rng.choice(np.setdiff1d(pool, person), world.size.persons // 300, replace=False)
    first = serials.take("state", len(gone))
    book.bulk(
        "D27",
        query_id=coded("ZT", np.arange(first, first + len(gone)), 8),
        person_token=gone,
        answer=np.ones(len(gone), dtype=np.int8),
        state=_choice(world, ("死亡", "死亡", "服刑"), len(gone)),
        from_date=START + rng.integers(0, DAYS - 200, size=len(gone)),
        record_key=coded("HZ", np.arange(first, first + len(gone)), 8),
    )


def _assets(world: World, book: Book, serials: Serials) -> None:
    rng, n = world.rng, world.n_units * 3
    first = serials.take("asset", n)
    ids = coded("ZC", np.arange(first, first + n), 8)
    unit, value = (
        rng.integers(world.n_units, size=n),
        (10 ** rng.normal(6.0, 0.4, size=n) * 100).astype(np.int64),
    )
    book.bulk(
        "D18.asset",
        asset_id=ids,
        unit_code=unit,
        asset_kind=np.full(n, "房屋", dtype=object),
        asset_name=np.full(n, "临街门面房", dtype=object),
        area_m2=rng.integers(40, 900, size=n),
        original_value=value,
        status=np.full(n, "在用", dtype=object),
    )
    let = np.arange(0, n, 3)
    rent = value[let] // 25
    tenant = rng.integers(world.size.firms, size=len(let)) + world.n_units
    book.bulk(
        "D18.lease",
        lease_id=coded("ZL", let + 1, 7),
        asset_id=ids[let],
        unit_code=unit[let],
        tenant_code=tenant,
        way=np.full(len(let), "公开招租", dtype=object),
        bidder_count=rng.integers(2, 6, size=len(let)),
        rent_year=(rent * rng.uniform(0.95, 1.2, size=len(let))).astype(np.int64),
        appraised_rent=rent,
        start_date=START + rng.integers(0, 800, size=len(let)),
    )
    sold = np.arange(1, n, 9)
    book.bulk(
        "D18.disposal",
        disposal_id=coded("CZ", sold + 1, 7),
        asset_id=ids[sold],
        unit_code=unit[sold],
        buyer_code=rng.integers(world.size.firms, size=len(sold)) + world.n_units,
        way=np.full(len(sold), "公开拍卖", dtype=object),
        bidder_count=rng.integers(2, 7, size=len(sold)),
        price=(value[sold] * rng.uniform(0.97, 1.25, size=len(sold))).astype(np.int64),
        appraised_value=value[sold],
        deal_date=START + rng.integers(0, DAYS - 10, size=len(sold)),
    )


def _cars(world: World, book: Book) -> None:
    """One car per three officials, filled every nine to thirteen days on working days."""
    rng, n = world.rng, world.size.officials // 9
    unit = rng.integers(world.n_units, size=n)
    plate = coded("澜A", np.arange(n) + 10_000, 5)
    card = coded("YK", np.arange(n) + 1, 7)
    home = np.array([names.region_code(int(c)) for c in world.org_county[unit]], dtype=object)
    book.bulk(
        "D18.vehicle",
        plate_no=plate,
        unit_code=unit,
        tank_ml=np.full(n, 60_000),
        card_no=card,
        home_region=home,
    )
    fills = 24
    car = np.repeat(np.arange(n), fills)
    day = START + 760 + np.tile(np.arange(fills) * 13, n) + rng.integers(0, 9, size=len(car))
    weekday = (day.astype(int) + 3) % 7
    day = np.where(weekday >= 5, day - 2, day)
    when = (
        day.astype("datetime64[s]")
        + np.timedelta64(9 * 3600, "s")
        + rng.integers(0, 28_000, size=len(car)).astype("timedelta64[s]")
    )
    volume = rng.integers(25_000, 52_000, size=len(car))
    book.bulk(
        "D18.fuel",
        card_no=card[car],
        filled_at=when,
        plate_no=plate[car],
        unit_code=unit[car],
        volume_ml=volume,
        amount=(volume * 0.78).astype(np.int64),
        fuel_kind=np.full(len(car), "92号汽油", dtype=object),
        station=np.full(len(car), "城区加油站", dtype=object),
        region_code=home[car],
    )


def _projects(world: World, book: Book) -> None:
    rng, n = world.rng, world.n_units * 2
    owner = rng.integers(world.n_units, size=n)
    book.bulk(
        "D19",
        project_code=coded("XM", np.arange(n) + 1, 8),
        project_name=np.full(n, "基础设施项目", dtype=object),
        owner_code=owner,
        total_amount=(10 ** rng.normal(7.0, 0.5, size=n) * 100).astype(np.int64),
        stage=np.full(n, "在建", dtype=object),
        approved_on=START + rng.integers(0, DAYS - 100, size=n),
    )
    plots = world.n_units
    price = (10 ** rng.normal(7.0, 0.4, size=plots) * 100).astype(np.int64)
    book.bulk(
        "D32",
        plot_id=coded("ZD", np.arange(plots) + 1, 7),
        seller_code=rng.integers(world.n_units, size=plots),
        buyer_code=rng.integers(world.size.firms, size=plots) + world.n_units,
        area_m2=rng.integers(1000, 60_000, size=plots),
        way=_choice(world, ("拍卖", "挂牌"), plots),
        bidder_count=rng.integers(2, 8, size=plots),
        base_price=price,
        appraised_value=price,
        price=(price * rng.uniform(1.0, 1.5, size=plots)).astype(np.int64),
        deal_date=START + rng.integers(0, DAYS - 10, size=plots),
    )
    owned = np.nonzero(np.char.startswith(world.org_codes[: world.n_units].astype(str), "91"))[0]
    deals = 6 * len(owned)
    book.bulk(
        "D23",
        deal_id=coded("ZJ", np.arange(deals) + 1, 7),
        firm_code=owned[rng.integers(len(owned), size=deals)],
        kind=_choice(world, ("投资", "担保", "借款", "大额资金"), deals),
        counterparty_code=rng.integers(world.size.firms, size=deals) + world.n_units,
        amount=(10 ** rng.normal(6.5, 0.4, size=deals) * 100).astype(np.int64),
        deal_date=START + rng.integers(0, DAYS - 10, size=deals),
        approval_no=coded("决", np.arange(deals) + 1, 6),
    )
    _sales(world, book, owned)


def _sales(world: World, book: Book, owned: Ints) -> None:
    """Purchases and sales of state groups: goods that move, with a freight note."""
    rng, n = world.rng, 60 * len(owned)
    amount = (10 ** rng.normal(6.3, 0.4, size=n) * 100).astype(np.int64)
    book.bulk(
        "D24",
        contract_id=coded("GXB", np.arange(n) + 1, 7),
        firm_code=owned[rng.integers(len(owned), size=n)],
        party_code=rng.integers(world.size.firms, size=n) + world.n_units,
        direction=_choice(world, ("采购", "销售"), n),
        goods=_choice(world, ("钢材", "水泥", "管材", "设备配件"), n),
        quantity_milli=np.full(n, 100_000),
        unit_price=amount // 100,
        amount=amount,
        sign_date=START + rng.integers(0, DAYS - 10, size=n),
        freight_no=coded("YD", np.arange(n) + 1, 9),
    )

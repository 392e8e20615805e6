"""Ordinary procurement: tenders, bids, contracts, changes, items, experts.

Imitates what real notices show (insight.md §8.1): a third of open tenders gets a single bid, the
mean is 2.7, and firms meet the same rivals again and again because they come from one county and
one trade.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lianxun_insight.generator import names
from lianxun_insight.generator.book import NULL, Book
from lianxun_insight.generator.cast import Serials
from lianxun_insight.generator.numbers import coded
from lianxun_insight.generator.world import DAYS, END, START, Bools, Days, Ints, Texts, World

METHODS = ("公开招标", "竞争性磋商", "竞争性谈判", "询价", "单一来源", "邀请招标", "框架协议")
METHOD_SHARES = (0.45, 0.20, 0.10, 0.10, 0.08, 0.04, 0.03)
SINGLE_BID = 0.34
TRADE_OF_CLASS = {
    "A02010": "信息",
    "A02020": "货物",
    "A02320": "医疗",
    "A02330": "货物",
    "A07050": "货物",
    "A10010": "货物",
    "B01010": "工程",
    "B02010": "工程",
    "B02020": "工程",
    "B08010": "工程",
    "C02010": "信息",
    "C02060": "信息",
    "C12040": "服务",
    "C08010": "服务",
    "C13050": "服务",
    "C15010": "服务",
}
LOCAL_PRICE = 0.03
_NOTHING: Any = None


@dataclass(slots=True)
class Contracts:
    """What the payments need to know about the contracts of the background."""

    ids: Texts
    projects: Texts
    unit: Ints
    supplier: Ints
    amount: Ints
    signed: Days
    accepted: Days


def make_market(world: World, book: Book, serials: Serials) -> Contracts:
    """Write all ordinary procurement and return its contracts."""
    rng, count = world.rng, world.size.tenders
    weights = np.bincount(world.official_unit, minlength=world.n_units).astype(float)
    unit = rng.choice(world.n_units, count, p=weights / weights.sum())
    classes = np.array([code for code, _ in names.ITEM_CLASSES], dtype=object)
    class_row = rng.integers(len(classes), size=count)
    method = np.array(METHODS, dtype=object)[rng.choice(len(METHODS), count, p=METHOD_SHARES)]
    is_open = ~np.isin(method, ("单一来源", "框架协议"))
    budget = (10 ** rng.normal(5.75, 0.42, size=count) * 100).astype(np.int64)
    budget = np.where(method == "公开招标", budget * 4, budget)
    ceiling = (budget * rng.uniform(0.96, 1.0, size=count)).astype(np.int64)
    award_date = START + 40 + rng.integers(0, DAYS - 80, size=count)
    bids = _bids(world, unit, class_row, ceiling=ceiling, is_open=is_open, when=award_date)
    first = serials.take("project", count)
    number = np.arange(first, first + count)
    project, section = coded("CG", number, 8), coded("BD", number, 8) + "-1"
    winner, price = bids.winners(count)
    winner[~is_open] = _direct(world, unit[~is_open], class_row[~is_open], award_date[~is_open])
    price[~is_open] = ceiling[~is_open]
    won = winner != NULL
    short = rng.random(count) < 0.02
    notice = (
        award_date
        - 3
        - np.where(short, rng.integers(6, 14, size=count), rng.integers(21, 32, size=count))
    )
    deadline = (award_date - 3).astype("datetime64[s]") + np.timedelta64(9, "h")
    shared: dict[str, Any] = {
        "method": method,
        "item_class": classes[class_row],
        "budget": budget,
        "ceiling_price": ceiling,
        "notice_date": notice,
        "bid_deadline": deadline,
        "opened_at": deadline + np.timedelta64(30, "m"),
        "award_date": np.where(won, award_date, np.datetime64("NaT")),
        "winner_code": winner,
        "award_price": np.where(won, price, NULL),
        "criteria_length": rng.normal(900, 150, size=count).astype(np.int64),
        "status": np.where(won, "已成交", "废标").astype(object),
    }
    book.bulk("D14.project", project_id=project, buyer_code=unit, **shared)
    _write_sections(
        world, book, project=project, section=section, unit=unit, shared=shared, is_open=is_open
    )
    _write_bids(world, book, bids, section, deadline)
    _write_experts(world, book, section[is_open])
    contracts = _write_contracts(
        world,
        book,
        serials,
        project=project,
        section=section,
        unit=unit,
        shared=shared,
        won=won,
        is_open=is_open,
    )
    _write_items(world, book, project, shared, won)
    return contracts


@dataclass(slots=True)
class _Bids:
    tender: Ints
    firm: Ints
    price: Ints
    valid: Bools

    def winners(self, count: int) -> tuple[Ints, Ints]:
        """Firm and price of the lowest valid bid of each tender, NULL where there is none."""
        firm = np.full(count, NULL)
        price = np.full(count, NULL)
        rows = np.nonzero(self.valid)[0]
        rows = rows[np.lexsort((self.price[rows], self.tender[rows]))]
        first = np.concatenate([[True], np.diff(self.tender[rows]) != 0])
        rows = rows[first]
        firm[self.tender[rows]] = self.firm[rows]
        price[self.tender[rows]] = self.price[rows]
        return firm, price


def _communities(world: World) -> tuple[dict[str, npt.NDArray[Any]], Ints, Ints, dict[str, int]]:
    """Firms sorted by (trade, county) with start and length of each block."""
    trades = sorted({group for _, group in names.INDUSTRIES})
    index = {trade: i for i, trade in enumerate(trades)}
    trade = np.array([index[g] for _, g in names.INDUSTRIES])[world.firm_industry]
    county = world.org_county[world.n_units :]
    block = trade * world.size.counties + county
    order = np.argsort(block, kind="stable")
    blocks = len(trades) * world.size.counties
    start = np.searchsorted(block[order], np.arange(blocks))
    length = np.searchsorted(block[order], np.arange(blocks), side="right") - start
    return {"order": order}, start, length, index


def _pick(world: World, unit: Ints, class_row: Ints) -> Ints:
    """One bidder each: mostly from the county and trade, the same few again and again."""
    rng = world.rng
    firms, start, length, index = _communities(world)
    trade = np.array([index[TRADE_OF_CLASS[code]] for code, _ in names.ITEM_CLASSES])[class_row]
    county = np.where(
        rng.random(len(unit)) < 0.85,
        world.org_county[unit],
        rng.integers(world.size.counties, size=len(unit)),
    )
    block = trade * world.size.counties + county
    offset = (rng.random(len(unit)) ** 2 * length[block]).astype(np.int64)
    spot = np.minimum(start[block] + offset, len(firms["order"]) - 1)
    return np.asarray(firms["order"][spot] + world.n_units)


def _bids(
    world: World, unit: Ints, class_row: Ints, *, ceiling: Ints, is_open: Bools, when: Days
) -> _Bids:
    rng = world.rng
    count = len(unit)
    many = 2 + rng.poisson(1.8, size=count)
    number = np.where(rng.random(count) < SINGLE_BID, 1, many) * is_open
    tender = np.repeat(np.arange(count), number)
    firm = _pick(world, unit[tender], class_row[tender])
    row = world.firm(firm)
    alive = (world.firm_founded[row] < when[tender] - 60) & ~world.firm_quiet[row]
    _, first = np.unique(tender * np.int64(2**32) + firm, return_index=True)
    once = np.zeros(len(tender), dtype=bool)
    once[first] = True
    keep = once & alive
    tender, firm = tender[keep], firm[keep]
    level = rng.normal(0.92, LOCAL_PRICE, size=len(tender))
    level = np.where(level > 0.995, rng.uniform(0.96, 0.995, size=len(tender)), level.clip(0.70))
    price = (ceiling[tender] * level).astype(np.int64) // 100 * 100
    valid = rng.random(len(tender)) > 0.06
    return _Bids(tender, firm, price, valid)


def _direct(world: World, unit: Ints, class_row: Ints, when: Days) -> Ints:
    """Winner of a procurement without competition: an established firm of the trade."""
    firm = _pick(world, unit, class_row)
    row = world.firm(firm)
    unfit = (world.firm_founded[row] > when - 400) | world.firm_quiet[row]
    return np.where(unfit, NULL, firm)


def _write_sections(
    world: World,
    book: Book,
    *,
    project: Texts,
    section: Texts,
    unit: Ints,
    shared: dict[str, Any],
    is_open: Bools,
) -> None:
    letter = np.array([code[0] for code in shared["item_class"]])
    kind = np.select([letter == "B", letter == "A"], ["工程", "货物"], "服务").astype(object)
    status = np.where(shared["status"] == "废标", "流标", "已成交").astype(object)
    columns = {name: values[is_open] for name, values in shared.items() if name != "status"}
    book.bulk(
        "D20.section",
        section_id=section[is_open],
        project_id=project[is_open],
        tenderer_code=unit[is_open],
        trade_kind=kind[is_open],
        price_only=np.ones(int(is_open.sum()), dtype=np.int8),
        status=status[is_open],
        **columns,
    )


def _write_bids(
    world: World, book: Book, bids: _Bids, section: Texts, deadline: npt.NDArray[Any]
) -> None:
    rng, n = world.rng, len(bids.tender)
    firm = world.firm(bids.firm)
    winners, _ = bids.winners(len(section))
    order = np.lexsort((bids.price, ~bids.valid, bids.tender))
    begin = np.concatenate([[True], np.diff(bids.tender[order]) != 0])
    position = np.arange(n)
    rank = np.empty(n, dtype=np.int64)
    rank[order] = position - np.maximum.accumulate(np.where(begin, position, 0)) + 1
    own = coded("", bids.firm, 8)
    book.bulk(
        "D20.bid",
        section_id=section[bids.tender],
        bidder_code=bids.firm,
        bid_price=bids.price,
        received_at=deadline[bids.tender] - rng.integers(60, 4000, size=n).astype("timedelta64[m]"),
        status=np.where(bids.valid, "有效", "否决").astype(object),
        reject_reason=np.where(bids.valid, _NOTHING, "资格不符"),
        rank=rank,
        is_winner=(winners[bids.tender] == bids.firm).astype(np.int8),
        deposit_account_token=bids.firm,
        deposit_amount=(bids.price * 0.02).astype(np.int64),
        machine_code="MC" + own,
        file_code="FC" + own + coded("", bids.tender + 10**7, 8),
        lock_no="LK" + own,
        mac_address="MA" + own,
        contact_token=world.firm_rep[firm],
        contact_phone_token=world.firm_phone[firm],
        address=world.firm_address[firm],
    )


def _write_experts(world: World, book: Book, section: Texts) -> None:
    """Three drawn experts per section, from a pool of one expert per 60 persons."""
    rng = world.rng
    pool = np.arange(world.size.officials, world.size.persons, 60)
    person = pool[rng.integers(len(pool), size=3 * len(section))]
    sections = np.repeat(np.arange(len(section)), 3)
    _, first = np.unique(sections * np.int64(2**32) + person, return_index=True)
    book.bulk(
        "D20.expert",
        section_id=section[sections[first]],
        expert_token=person[first],
        role=np.full(len(first), "抽取专家", dtype=object),
        employer_code=np.full(len(first), NULL),
    )


def _write_contracts(
    world: World,
    book: Book,
    serials: Serials,
    *,
    project: Texts,
    section: Texts,
    unit: Ints,
    shared: dict[str, Any],
    won: Bools,
    is_open: Bools,
) -> Contracts:
    rng, n = world.rng, int(won.sum())
    first = serials.take("contract", n)
    ids = coded("HT", np.arange(first, first + n), 8)
    signed = np.minimum(shared["award_date"][won] + rng.integers(7, 28, size=n), END)
    accepted = signed + rng.integers(20, 300, size=n)
    amount = shared["award_price"][won]
    book.bulk(
        "D14.contract",
        contract_id=ids,
        project_id=project[won],
        section_id=np.where(is_open, section, _NOTHING)[won],
        buyer_code=unit[won],
        supplier_code=shared["winner_code"][won],
        method=shared["method"][won],
        item_class=shared["item_class"][won],
        amount=amount,
        sign_date=signed,
        start_date=signed + 5,
        end_date=signed + 365,
        accepted_on=np.where(accepted <= END, accepted, np.datetime64("NaT")),
        prepay_share=np.where(rng.random(n) < 0.2, 0.3, 0.0),
    )
    changed = np.nonzero(rng.random(n) < 0.06)[0]
    growth = rng.uniform(-0.05, 0.09, size=len(changed))
    book.bulk(
        "D14.change",
        contract_id=ids[changed],
        change_no=np.ones(len(changed), dtype=np.int64),
        change_date=np.minimum(signed[changed] + 60, END),
        kind=np.full(len(changed), "金额", dtype=object),
        amount_delta=(amount[changed] * growth).astype(np.int64),
        approval_no=coded("批", changed + 1, 7),
    )
    return Contracts(
        ids, project[won], unit[won], shared["winner_code"][won], amount, signed, accepted
    )


def _write_items(
    world: World, book: Book, project: Texts, shared: dict[str, Any], won: Bools
) -> None:
    """One line of goods per goods project; unit prices differ by a tenth around the usual."""
    rng = world.rng
    goods = np.array([code[0] == "A" for code in shared["item_class"]]) & won
    n = int(goods.sum())
    classes = [code for code, _ in names.ITEM_CLASSES]
    row = np.array([classes.index(code) for code in shared["item_class"][goods]], dtype=np.int64)
    model = rng.integers(1, 5, size=n)
    unit_price = (
        (2000 + 900 * row) * model * rng.normal(1, 0.1, size=n).clip(0.7, 1.3) * 100
    ).astype(np.int64)
    amount = shared["award_price"][goods]
    book.bulk(
        "D14.item",
        project_id=project[goods],
        item_no=np.ones(n, dtype=np.int64),
        item_class=shared["item_class"][goods],
        item_name=np.array([name for _, name in names.ITEM_CLASSES], dtype=object)[row],
        spec=coded("型号", model, 1),
        measure_unit=np.full(n, "台", dtype=object),
        quantity_milli=amount * 1000 // unit_price,
        unit_price=unit_price,
        amount=amount,
        supplier_code=shared["winner_code"][goods],
        deal_date=shared["award_date"][goods],
    )

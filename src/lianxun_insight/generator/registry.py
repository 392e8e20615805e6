"""What registrars know: firms, holders, officers, state holdings, taxes, insured staff."""

from __future__ import annotations

import numpy as np

from lianxun_insight.generator import names
from lianxun_insight.generator.book import NULL, Book
from lianxun_insight.generator.cast import Cast
from lianxun_insight.generator.world import END, START, Ints, Texts, World, in_business

MONTHS = np.arange("2025-07", "2026-01", dtype="datetime64[M]").astype("datetime64[D]")


QUARTERS = np.arange("2023-01", "2026-01", 3, dtype="datetime64[M]").astype("datetime64[D]")


def make_registry(world: World, book: Book, cast: Cast) -> None:
    """Write D30, D22, D28.tax and D34; owners come last, when the stories have chosen theirs."""
    _firms(world, book)
    _holders(world, book, cast)
    _officers(world, book)
    _changes(world, book)
    _taxes(world, book)
    _insured(world, book)


def _regions(county: Ints) -> Texts:
    return np.array([names.region_code(int(c)) for c in county], dtype=object)


def _business(world: World) -> Ints:
    """Persons who may own or run ordinary firms."""
    m = world.size.officials
    return np.asarray(np.nonzero(~world.person_open[m:] & in_business(world.size))[0] + m)


def _employees(world: World) -> Ints:
    """Persons who may be employed: neither officials nor in business."""
    m = world.size.officials
    return np.asarray(np.nonzero(~world.person_open[m:] & ~in_business(world.size))[0] + m)


def _firms(world: World, book: Book) -> None:
    f = world.size.firms
    firm = np.arange(f) + world.n_units
    kinds = np.array([kind for _, kind in names.INDUSTRIES], dtype=object)[world.firm_industry]
    paid = (world.firm_capital * world.rng.choice([1.0, 0.6, 0.3], f, p=[0.6, 0.3, 0.1])).astype(
        int
    )
    book.bulk(
        "D30.firm",
        firm_code=firm,
        firm_kind=np.full(f, "有限责任公司", dtype=object),
        legal_rep_token=world.firm_rep,
        legal_rep_name_token=world.firm_rep,
        controller_token=np.full(f, NULL),
        registered_capital=world.firm_capital,
        paid_in_capital=paid,
        founded_on=world.firm_founded,
        status=np.full(f, "存续", dtype=object),
        address=world.firm_address,
        address_key=world.firm_address + _regions(world.org_county[firm]),
        region_code=_regions(world.org_county[firm]),
        industry_code=kinds,
        phone_token=world.firm_phone,
        is_listed=np.zeros(f, dtype=np.int8),
        is_state_owned=np.zeros(f, dtype=np.int8),
        is_spv=world.firm_spv.astype(np.int8),
    )
    owned = np.nonzero([names.UNIT_KINDS[k][1] == "国企" for k in world.unit_kind])[0]
    n = len(owned)
    book.bulk(
        "D30.firm",
        firm_code=owned,
        firm_kind=np.full(n, "有限责任公司(国有独资)", dtype=object),
        registered_capital=np.full(n, 5_000_000_000),
        founded_on=np.full(n, np.datetime64("2006-05-18")),
        status=np.full(n, "存续", dtype=object),
        region_code=_regions(world.org_county[owned]),
        is_state_owned=np.ones(n, dtype=np.int8),
    )
    _state_holdings(world, book, owned)


def _state_holdings(world: World, book: Book, owned: Ints) -> None:
    """Each state group holds three subsidiaries; they bid too, openly (a confounder)."""
    pool = np.nonzero(~world.firm_open)[0]
    child = world.rng.choice(pool, min(3 * len(owned), len(pool) // 4), replace=False)
    n = len(child)
    book.bulk(
        "D22.holding",
        firm_code=child + world.n_units,
        parent_code=owned[np.arange(n) % len(owned)],
        from_date=np.maximum(world.firm_founded[child], np.datetime64("2007-01-01")),
        share=np.full(n, 1.0),
        tier=np.full(n, 2),
    )


def _holders(world: World, book: Book, cast: Cast) -> None:
    """One to three natural persons per firm, and one firm in twelve held by another firm."""
    rng, f = world.rng, world.size.firms
    owned = np.zeros(f, dtype=bool)
    owned[[firm - world.n_units for firm in cast.owned]] = True
    rows = np.nonzero(~owned)[0]
    number = rng.choice([1, 2, 3], len(rows), p=[0.45, 0.4, 0.15])
    firm = np.repeat(rows, number)
    start = np.concatenate([[0], np.cumsum(number)[:-1]])
    nth = np.arange(len(firm)) - np.repeat(start, number)
    pool = _business(world)
    person = np.where(nth == 0, world.firm_rep[firm], pool[rng.integers(len(pool), size=len(firm))])
    share = np.where(
        np.repeat(number, number) == 1,
        1.0,
        np.where(nth == 0, 0.6, 0.4 / np.maximum(1, np.repeat(number, number) - 1)),
    )
    corporate = (nth == 1) & (rng.random(len(firm)) < 0.15)
    parents = rng.integers(f, size=len(firm)) + world.n_units
    book.bulk(
        "D30.holder",
        firm_code=firm + world.n_units,
        holder_id=(nth + 1).astype(str).astype(object),
        from_date=world.firm_founded[firm],
        holder_kind=np.where(corporate, "企业", "自然人").astype(object),
        holder_token=np.where(corporate, NULL, person),
        holder_name_token=np.where(corporate, NULL, person),
        holder_code=np.where(corporate, parents, NULL),
        share=share,
        capital=(world.firm_capital[firm] * share).astype(np.int64),
    )


def _officers(world: World, book: Book) -> None:
    """The representative is manager too; a second person is supervisor."""
    f = world.size.firms
    firm = np.arange(f)
    pool = _business(world)
    other = pool[world.rng.integers(len(pool), size=f)]
    for role, person in (("经理", world.firm_rep), ("监事", other)):
        book.bulk(
            "D30.person",
            firm_code=firm + world.n_units,
            person_token=person,
            role=np.full(f, role, dtype=object),
            from_date=world.firm_founded,
            name_token=person,
        )


def _changes(world: World, book: Book) -> None:
    """One firm in ten changed a holder or its representative in the period, at a random time."""
    rng = world.rng
    firm = np.nonzero((rng.random(world.size.firms) < 0.10) & ~world.firm_open)[0]
    n = len(firm)
    pool = _business(world)
    book.bulk(
        "D30.change",
        firm_code=firm + world.n_units,
        change_no=np.ones(n, dtype=np.int64),
        change_date=np.minimum(
            np.maximum(world.firm_founded[firm] + 30, START + rng.integers(0, 1000, size=n)), END
        ),
        item=rng.choice(np.array(["股东", "法定代表人", "住所", "注册资本"], dtype=object), n),
        before_token=pool[rng.integers(len(pool), size=n)],
        after_token=world.firm_rep[firm],
    )


def _taxes(world: World, book: Book) -> None:
    """Four months of declared sales per firm; sales follow the staff."""
    months = MONTHS[2:]
    firm = np.repeat(np.arange(world.size.firms), len(months))
    revenue = (world.firm_staff[firm] * world.rng.uniform(8e3, 6e4, size=len(firm)) * 100).astype(
        np.int64
    )
    book.bulk(
        "D28.tax",
        firm_code=firm + world.n_units,
        tax_month=np.tile(months, world.size.firms),
        revenue=revenue,
        tax_paid=(revenue * 0.035).astype(np.int64),
    )


def _insured(world: World, book: Book) -> None:
    """Headcounts of all firms, and person rows of a sample of employees and of all officials."""
    rng, f = world.rng, world.size.firms
    firm = np.repeat(np.arange(f), len(QUARTERS))
    month = np.tile(QUARTERS, f)
    alive = world.firm_founded[firm] <= month
    book.bulk(
        "D34.headcount",
        employer_code=firm[alive] + world.n_units,
        pay_month=month[alive],
        insured_count=world.firm_staff[firm[alive]],
    )
    employee = rng.permutation(_employees(world))[: world.size.persons // 3]
    employer = rng.integers(f, size=len(employee)) + world.n_units
    officials = np.arange(world.size.officials)
    person = np.concatenate([employee, officials])
    where = np.concatenate([employer, world.official_unit])
    book.bulk(
        "D34.insured",
        person_token=np.repeat(person, len(MONTHS)),
        employer_code=np.repeat(where, len(MONTHS)),
        pay_month=np.tile(MONTHS, len(person)),
        is_full_time=np.ones(len(person) * len(MONTHS), dtype=np.int8),
        base_amount=np.repeat(rng.integers(400_000, 1_500_000, size=len(person)), len(MONTHS)),
    )

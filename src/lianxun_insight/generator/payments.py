"""Ordinary payments from the treasury, invoices and accounting entries."""

from __future__ import annotations

import numpy as np

from lianxun_insight.generator.book import NULL, Book
from lianxun_insight.generator.cast import Serials
from lianxun_insight.generator.numbers import coded
from lianxun_insight.generator.procurement import Contracts
from lianxun_insight.generator.world import DAYS, END, START, Days, Ints, Texts, World

# Economic classes of the departmental budget (部门预算支出经济分类科目) used here.
GOODS, RENT, UTILITIES, PROPERTY, TRAVEL, SERVICES = (
    "30299",
    "30214",
    "30206",
    "30209",
    "30211",
    "30227",
)


def make_payments(world: World, book: Book, serials: Serials, contracts: Contracts) -> None:
    """Pay the contracts, then the routine bills, up to the number the size asks for."""
    left = world.size.payments - book.count("D13.payment")
    left -= _pay_contracts(world, book, serials, contracts)
    left -= _pay_monthly(world, book, serials)
    _pay_small(world, book, serials, max(0, left))
    _budgets(world, book)
    _claims(world, book, serials)


def _pay_contracts(world: World, book: Book, serials: Serials, contracts: Contracts) -> int:
    """One to three instalments after acceptance of parts; never more than the contract."""
    rng, n = world.rng, len(contracts.ids)
    parts = rng.choice([1, 2, 3], n, p=[0.45, 0.35, 0.20])
    contract = np.repeat(np.arange(n), parts)
    start = np.concatenate([[0], np.cumsum(parts)[:-1]])
    nth = np.arange(len(contract)) - np.repeat(start, parts)
    amount = contracts.amount[contract] // parts[contract]
    when = contracts.accepted[contract] + 10 + nth * rng.integers(30, 90, size=len(contract))
    paid = when <= END
    contract, amount, when = contract[paid], amount[paid], when[paid]
    vouchers = _write(
        world,
        book,
        serials,
        unit=contracts.unit[contract],
        payee=contracts.supplier[contract],
        amount=amount,
        when=when,
        econ_class=GOODS,
        contract_id=contracts.ids[contract],
        project_id=contracts.projects[contract],
    )
    return len(vouchers)


def _pay_monthly(world: World, book: Book, serials: Serials) -> int:
    """Rent, electricity and property management: the same sum to the same firm every month.

    The rent lies in the band below the usual limits on purpose: a splitting rule that fires here
    is wrong.
    """
    rng, units = world.rng, world.n_units
    months = np.arange("2023-01", "2026-01", dtype="datetime64[M]")
    total = 0
    for econ, low, high, share in (
        (RENT, 3.0e4, 2.5e5, 0.6),
        (UTILITIES, 4e3, 6e4, 1.0),
        (PROPERTY, 1e4, 9e4, 0.8),
    ):
        rows = np.nonzero(rng.random(units) < share)[0]
        payee = units + _settled(world, rng.integers(world.size.firms, size=len(rows)))
        sums = (rng.uniform(low, high, size=len(rows)) * 100).astype(np.int64) // 100 * 100
        unit = np.repeat(rows, len(months))
        late = rng.integers(4, 12, size=len(unit)).astype("timedelta64[D]")
        when = np.tile(months.astype("datetime64[D]"), len(rows)) + late
        amount = np.repeat(sums, len(months))
        if econ == UTILITIES:
            amount = (amount * rng.uniform(0.7, 1.3, size=len(amount))).astype(np.int64)
        total += len(
            _write(
                world,
                book,
                serials,
                unit=unit,
                payee=np.repeat(payee, len(months)),
                amount=amount,
                when=when,
                econ_class=econ,
            )
        )
    return total


def _settled(world: World, firm: Ints) -> Ints:
    """Replace firms younger than the period by the next older one."""
    old = np.nonzero(world.firm_founded < START - 60)[0]
    return np.asarray(old[np.searchsorted(old, firm) % len(old)])


def _pay_small(world: World, book: Book, serials: Serials, count: int) -> None:
    """Small purchases, log-normal around 3,000 yuan, an eighth of them in the last 20 days."""
    rng = world.rng
    weights = np.bincount(world.official_unit, minlength=world.n_units).astype(float)
    unit = rng.choice(world.n_units, count, p=weights / weights.sum())
    usual = rng.integers(world.size.firms, size=(world.n_units, 40))
    payee = world.n_units + _settled(world, usual[unit, rng.integers(40, size=count)])
    amount = (10 ** rng.normal(3.5, 0.45, size=count) * 100).astype(np.int64).clip(1000, 4_000_000)
    offset = rng.integers(0, DAYS - 1, size=count)
    rush = rng.random(count) < 0.08
    year_end = 365 * rng.integers(1, 4, size=count) - rng.integers(1, 20, size=count)
    when: Days = np.asarray(START + np.where(rush, year_end, offset), dtype="datetime64[D]")
    econ = np.where(rng.random(count) < 0.5, GOODS, SERVICES).astype(object)
    _write(world, book, serials, unit=unit, payee=payee, amount=amount, when=when, econ_class=econ)


def _write(
    world: World,
    book: Book,
    serials: Serials,
    *,
    unit: Ints,
    payee: Ints,
    amount: Ints,
    when: Days,
    **more: object,
) -> Texts:
    n = len(unit)
    if n == 0:
        return np.empty(0, dtype=object)
    first, invoice = serials.take("voucher", n), serials.take("invoice", n)
    vouchers = coded("ZF", np.arange(first, first + n), 9)
    invoices = coded("25", np.arange(invoice, invoice + n), 18)
    item = coded("YS", unit * 100 + world.rng.integers(1, 9, size=n), 6)
    book.bulk(
        "D13.payment",
        voucher_no=vouchers,
        unit_code=unit,
        fiscal_year=when.astype("datetime64[Y]").astype(np.int64) + 1970,
        budget_item=item,
        payee_kind=np.full(n, "单位", dtype=object),
        payee_code=payee,
        payee_account_token=payee,
        amount=amount,
        pay_date=when,
        pay_kind=np.full(n, "授权支付", dtype=object),
        invoice_no=invoices,
        **more,
    )
    big = amount >= 1_000_000
    book.bulk(
        "D28.invoice",
        invoice_code=np.full(int(big.sum()), "0", dtype=object),
        invoice_no=invoices[big],
        seller_code=payee[big],
        buyer_code=unit[big],
        amount=amount[big],
        tax_amount=(amount[big] * 0.06).astype(np.int64),
        issued_on=when[big] - world.rng.integers(1, 20, size=int(big.sum())),
        is_void=np.zeros(int(big.sum()), dtype=np.int8),
    )
    return vouchers


def _budgets(world: World, book: Book) -> None:
    """Eight budget items per body and year, released in February or March."""
    unit, year, item = (
        part.ravel()
        for part in np.meshgrid(np.arange(world.n_units), [2023, 2024, 2025], np.arange(1, 9))
    )
    released = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + world.rng.integers(
        35, 80, size=len(year)
    )
    amount = (10 ** world.rng.normal(6.3, 0.4, size=len(year)) * 100).astype(np.int64)
    book.bulk(
        "D13.budget",
        unit_code=unit,
        fiscal_year=year,
        budget_item=coded("YS", unit * 100 + item, 6),
        budget_amount=amount,
        adjusted_amount=amount,
        released_on=released,
    )


def _claims(world: World, book: Book, serials: Serials) -> None:
    """Travel claims in the accounting data: each trip and each invoice once."""
    rng, n = world.rng, world.size.payments // 10
    person = rng.integers(world.size.officials, size=n)
    trip = START + rng.integers(0, DAYS - 10, size=n)
    _, first = np.unique(person * np.int64(10**6) + trip.astype(int) // 6, return_index=True)
    person, trip = person[first], trip[first]
    n = len(person)
    number, invoice = serials.take("entry", n), serials.take("invoice", n)
    debit = (rng.uniform(200, 4000, size=n) * 100).astype(np.int64)
    book.bulk(
        "D17.entry",
        unit_code=world.official_unit[person],
        fiscal_year=trip.astype("datetime64[Y]").astype(np.int64) + 1970,
        voucher_no=coded("记", np.arange(number, number + n), 8),
        line_no=np.ones(n, dtype=np.int64),
        period=trip.astype("datetime64[M]").astype("datetime64[D]"),
        voucher_date=np.minimum(trip + rng.integers(5, 20, size=n), END),
        account_code=np.full(n, "5001" + TRAVEL, dtype=object),
        account_name=np.full(n, "差旅费", dtype=object),
        debit=debit,
        credit=np.full(n, NULL),
        invoice_code=np.full(n, "0", dtype=object),
        invoice_no=coded("25", np.arange(invoice, invoice + n), 18),
        invoice_date=trip + 2,
        claimant_token=person,
        trip_from=trip,
        trip_to=trip + rng.integers(1, 4, size=n),
        trip_place=world.county_names[rng.integers(len(world.county_names), size=n)],
    )

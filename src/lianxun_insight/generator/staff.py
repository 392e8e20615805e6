"""Public staff: posts, bodies, payroll, kin the police can confirm, recusals."""

from __future__ import annotations

import numpy as np

from lianxun_insight.generator import names
from lianxun_insight.generator.book import Book
from lianxun_insight.generator.cast import PERSON_ACCOUNTS, Cast
from lianxun_insight.generator.registry import MONTHS
from lianxun_insight.generator.world import END, START, World

SCOPES = ("采购", "工程", "财务", "人事", "审批", "综合")


def make_staff(world: World, book: Book, cast: Cast) -> None:
    """Write D04, D05, D07, D15 and the answers of D25 for all declared relatives."""
    _posts(world, book)
    _bodies(world, book)
    _payroll(world, book)
    _kin(world, book, cast)


def _posts(world: World, book: Book) -> None:
    rng, m = world.rng, world.size.officials
    person = np.arange(m)
    scope = np.array(SCOPES, dtype=object)[rng.integers(len(SCOPES), size=m)]
    post = np.where(world.official_leader, "副局长", "科员").astype(object)
    post[np.unique(world.official_unit, return_index=True)[1]] = "局长"
    book.bulk(
        "D04.post",
        person_token=person,
        unit_code=world.official_unit,
        post=post,
        from_date=world.official_from,
        name_token=person,
        birth_date=world.person_birth[:m],
        gender=np.where(world.person_male[:m], "男", "女").astype(object),
        rank=np.where(world.official_leader, "乡科级副职", "一级科员").astype(object),
        is_leader=world.official_leader.astype(np.int8),
        power_scope=scope,
    )
    book.bulk(
        "D07.person",
        person_token=person,
        unit_code=world.official_unit,
        from_date=world.official_from,
        name_token=person,
        birth_date=world.person_birth[:m],
        post=post,
        staff_kind=np.full(m, "行政编制", dtype=object),
        is_procurement=(scope == "采购").astype(np.int8),
        is_handler=(scope == "审批").astype(np.int8),
    )


def _bodies(world: World, book: Book) -> None:
    n = world.n_units
    unit = np.arange(n)
    on_post = np.bincount(world.official_unit, minlength=n)
    kinds = {"行政": "机关", "事业": "事业单位", "国企": "国有企业"}
    book.bulk(
        "D07.unit",
        unit_code=unit,
        as_of=np.full(n, END),
        unit_kind=np.array([kinds[names.UNIT_KINDS[k][1]] for k in world.unit_kind], dtype=object),
        unit_level=world.unit_tier,
        region_code=np.array(
            [names.region_code(int(c)) for c in world.org_county[:n]], dtype=object
        ),
        quota=(on_post * 1.1).astype(np.int64) + 1,
        on_post=on_post,
    )
    for year in (2023, 2024, 2025):
        grade = world.rng.choice(
            np.array(["优秀", "良好", "一般"], dtype=object), n, p=[0.3, 0.6, 0.1]
        )
        book.bulk("D05", unit_code=unit, year=np.full(n, year), grade=grade)


def _payroll(world: World, book: Book) -> None:
    m = world.size.officials
    person = np.repeat(np.arange(m), len(MONTHS))
    book.bulk(
        "D15",
        person_token=person,
        unit_code=world.official_unit[person],
        pay_month=np.tile(MONTHS, m),
        name_token=person,
        amount=np.repeat(world.rng.integers(450_000, 1_100_000, size=m), len(MONTHS)),
        account_token=person + PERSON_ACCOUNTS,
    )


def _kin(world: World, book: Book, cast: Cast) -> None:
    """All confirmed relations. Real systems may only ask one pair at a time (settled.md 27);
    a bulk of answers exists in generated data alone."""
    official, relative, relation = world.kin
    first = cast.serials.take("kin", len(official))
    number = np.arange(first, first + len(official)).astype(str).astype(object)
    book.bulk(
        "D25",
        query_id="HY" + number,
        person_a_token=official,
        person_b_token=relative,
        answer=np.ones(len(official), dtype=np.int8),
        relation=relation,
        record_key="HJ-" + number,
        answered_on=np.full(len(official), max(START, END - 5)),
    )

"""Numbers: running where the standard asks for it, drawn where counting would tell (adr/0030)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.documents import numbers
from lianxun.fabric.identity import acting_as
from tests.support.cast import unit_id

DESK = unit_id("YL-LO")


@pytest.fixture
def desk(cast: Any) -> Any:
    with acting_as(cast["clerk"].account_id), transaction.atomic():
        yield cast["clerk"]


def draw(count: int, code: str = "线YL-LO", year: int = 2026) -> list[int]:
    given = numbers.draw_numbers(unit_id=DESK, code=code, year=year, count=count)
    return [int(numbers.serial_of(number)) for number in given]


def test_a_drawn_number_reads_like_a_number(desk: Any) -> None:
    number = numbers.draw_number(unit_id=DESK, code="线YL-LO", year=2026)
    assert re.fullmatch(r"线YL-LO〔2026〕[1-9]\d{4}号", number)


def test_twenty_thousand_numbers_are_different_and_in_no_order(desk: Any) -> None:
    values = draw(20_000)
    assert len(set(values)) == 20_000
    # Rank correlation of drawing order and value: a counter would have 1.
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = [0] * len(values)
    for place, index in enumerate(order):
        rank[index] = place
    n = len(values)
    squares = sum((index - place) ** 2 for index, place in enumerate(rank))
    assert abs(1 - 6 * squares / (n * (n * n - 1))) < 0.03


def test_numbers_go_on_with_six_digits_when_five_are_used_up(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "SMALLEST", 10)
    monkeypatch.setattr(numbers, "LARGEST", 19)
    values = draw(15, code="试")
    assert len(set(values)) == 15
    assert sorted(values)[:10] == list(range(10, 20))
    assert all(20 <= v <= 199 for v in sorted(values)[10:])


def test_a_series_begins_anew_with_each_code_and_year(desk: Any) -> None:
    for code, year in (("甲", 2026), ("甲", 2027), ("乙", 2026)):
        assert numbers.next_number(unit_id=DESK, code=code, year=year) == f"{code}〔{year}〕1号"
    assert numbers.next_number(unit_id=DESK, code="甲", year=2026) == "甲〔2026〕2号"


def test_a_running_number_that_was_rolled_back_is_given_again(desk: Any) -> None:
    numbers.next_number(unit_id=DESK, code="甲", year=2026)
    with transaction.atomic():
        numbers.next_number(unit_id=DESK, code="甲", year=2026)
        transaction.set_rollback(True)
    assert numbers.next_number(unit_id=DESK, code="甲", year=2026) == "甲〔2026〕2号"


@pytest.mark.parametrize(
    ("number", "serial"), [("巡〔2026〕48213号", "48213"), ("巡协5〔2026〕1号", "1"), ("无号", "")]
)
def test_the_serial_of_a_number(number: str, serial: str) -> None:
    assert numbers.serial_of(number) == serial


def test_no_unit_reads_or_takes_the_numbers_of_another(cast: Any, desk: Any) -> None:
    draw(3)
    with acting_as(cast["audit"].account_id), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from documents_givennumber")
            assert cursor.fetchone()[0] == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            draw(1)

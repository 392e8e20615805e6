"""Numerals of article numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.articles.numerals import format_numeral, parse_numeral


@given(st.integers(0, 9999))
def test_formatting_and_parsing_are_inverse(value: int) -> None:
    assert parse_numeral(format_numeral(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("二十", 20),
        ("一百二十", 120),
        ("一百零五", 105),
        ("一百〇五", 105),
        ("一千二百六十", 1260),
        ("二〇二三", 2023),
        ("120", 120),
        ("１２０", 120),
        ("两百", 200),
        ("③", 3),
        ("㈢", 3),
    ],
)
def test_reads_the_ways_people_write_numbers(text: str, value: int) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize("text", ["", "甲", "十甲", "第一"])
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="数字"):
        parse_numeral(text)


@pytest.mark.parametrize("value", [-1, 10_000])
def test_refuses_to_format_outside_its_range(value: int) -> None:
    with pytest.raises(ValueError, match="数字超出范围"):
        format_numeral(value)

"""Dates, money, shares: what departments write is read, what is ambiguous is refused."""

import contextlib
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.identifiers import (
    ValueFormatError,
    parse_bool,
    parse_date,
    parse_datetime,
    parse_int,
    parse_money,
    parse_month,
    parse_share,
)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.3.5",
        "20240305",
        "2024年3月5日",
        "２０２４－０３－０５",
        " 2024-03-05 ",
        "2024-03-05 00:00:00",
        "2024-03-05T08:00:00+08:00",
    ],
)
def test_dates_as_people_write_them(text):
    assert parse_date(text) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-02-30", "不存在"),
        ("2023-02-29", "不存在"),
        ("03/04/2024", "不是可识别"),
        ("24-3-4", "不是可识别"),
        ("0224-01-01", "年份"),
        ("9999-01-01", "年份"),
        ("", "不是可识别"),
        ("不详", "不是可识别"),
        ("2024-13-01", "不存在"),
    ],
)
def test_impossible_and_ambiguous_dates_are_refused(text, words):
    with pytest.raises(ValueFormatError, match=words):
        parse_date(text)


@pytest.mark.parametrize("text", ["2024-03", "202403", "2024年3月", "2024/3", "2024-03-17"])
def test_months(text):
    assert parse_month(text) == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("text", "hour", "minute", "second"),
    [
        ("2024-03-05 09:30", 9, 30, 0),
        ("2024-03-05T09:30:15", 9, 30, 15),
        ("2024年3月5日 9时30分", 9, 30, 0),
        ("2024-03-05T01:30:00Z", 9, 30, 0),
        ("2024-03-05T02:30:00+09:00", 1, 30, 0),
        ("20240305", 0, 0, 0),
        ("2024-03-05 09:30:15.123", 9, 30, 15),
    ],
)
def test_times_become_local(text, hour, minute, second):
    assert parse_datetime(text) == datetime(2024, 3, 5, hour, minute, second)  # noqa: DTZ001


@pytest.mark.parametrize("text", ["2024-03-05 25:00", "2024-03-05 nine", "12:30"])
def test_impossible_times(text):
    with pytest.raises(ValueFormatError):
        parse_datetime(text)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1234.56", 123456),
        ("1,234.56", 123456),
        ("￥1,234.5元", 123450),
        ("1.2万元", 1_200_000),
        ("3亿", 30_000_000_000),
        ("-5", -500),
        ("(500.00)", -50_000),
        ("0", 0),
        ("1.10000", 110),
        ("1234.5600000001", 123456),
        ("1.5E3", 150_000),
        ("壹万贰仟叁佰元伍角", 1_230_050),
        ("贰佰零叁元整", 20_300),
        ("壹亿零伍拾万元整", 10_050_000_000),
        ("12,3456.00", 12_345_600),
        ("人民币100元", 10_000),
        (".5", 50),
    ],
)
def test_money_in_fen(text, fen):
    assert parse_money(text) == fen


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.234", "1,23", "12..3", "壹万百", "1e30", "99999999999999999", "待定", "--5"],
)
def test_what_is_no_money_is_refused(text):
    with pytest.raises(ValueFormatError):
        parse_money(text)


@given(st.integers(-(10**14), 10**14))
def test_money_round_trip(fen):
    sign = "-" if fen < 0 else ""
    assert parse_money(f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}") == fen


@given(st.text(max_size=20))
def test_parsers_only_fail_in_one_way(text):
    for parser in (parse_date, parse_month, parse_datetime, parse_money, parse_int, parse_share):
        with contextlib.suppress(ValueFormatError):
            parser(text)


def test_shares_integers_and_truth_values():
    assert parse_share("12.5%") == 0.125
    assert parse_share("0.3") == 0.3
    with pytest.raises(ValueFormatError, match="带 %"):
        parse_share("30")
    assert parse_int("1,000") == 1000
    assert parse_int("3.0") == 3
    with pytest.raises(ValueFormatError):
        parse_int("3.5")
    assert parse_bool("是")
    assert not parse_bool("×")
    with pytest.raises(ValueFormatError):
        parse_bool("也许")

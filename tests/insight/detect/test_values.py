"""Numerals, amounts, dates: values with offsets, by example and by property."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.detect import find_spans, numerals
from lianxun_insight.detect.spans import fold

TODAY = date(2024, 6, 12)


def only(text: str, kind: str) -> list[tuple[str, str]]:
    found = find_spans(text, today=TODAY, types=frozenset({kind}))
    return [(text[s.start : s.end], s.norm) for s in found]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三万五千", "35000"),
        ("12.8万", "128000"),
        ("两百六", "260"),
        ("三万五", "35000"),
        ("一百零五", "105"),
        ("一千零五十万", "10500000"),
        ("十二", "12"),
        ("二〇二三", "2023"),
        ("1,200,000", "1200000"),
        ("叁拾伍万", "350000"),
        ("1亿2000万", "120000000"),
        ("3万5千", "35000"),
        ("两亿三千万", "230000000"),
    ],
)
def test_numerals_in_every_writing(written: str, value: str) -> None:
    assert numerals.parse(written) == Decimal(value)


@pytest.mark.parametrize("written", ["", "万", "元", "三.五.六", "abc"])
def test_what_is_no_numeral_is_none(written: str) -> None:
    assert numerals.parse(written) is None


def to_chinese(number: int) -> str:
    """A second, independent way to write a number below 100,000,000, to read back."""
    digits = "零一二三四五六七八九"

    def below(n: int) -> str:
        out, pending = "", False
        for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = n // unit % 10
            if digit:
                out += ("零" if pending and out else "") + digits[digit] + name
                pending = False
            else:
                pending = True
        return out

    high, low = divmod(number, 10_000)
    text = below(high) + "万" if high else ""
    if low:
        text += ("零" if high and low < 1000 else "") + below(low)
    return text or "零"


@given(st.integers(0, 99_999_999))
def test_written_numbers_are_read_back(number: int) -> None:
    assert numerals.parse(to_chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("收受三万五千元", [("三万五千元", "3500000")]),
        ("共计12.8万元。", [("12.8万元", "12800000")]),
        ("收了人民币35,000.50元", [("人民币35,000.50元", "3500050")]),
        ("￥1200", [("￥1200", "120000")]),
        ("罚款五百元、送礼2千块。", [("五百元", "50000"), ("2千块", "200000")]),
        ("造价1.2亿元", [("1.2亿元", "12000000000")]),
        ("收受好处费20余万元", [("20余万元", "20000000")]),
        ("收了几次共30万", [("30万", "30000000")]),
        ("送了３万元", [("３万元", "3000000")]),
        ("五元五角三分", [("五元五角三分", "553")]),
        ("5万美元", [("5万美元", "外币:50000美元")]),
    ],
)
def test_amounts_in_fen(text: str, expected: list[tuple[str, str]]) -> None:
    assert only(text, "amount") == expected


@pytest.mark.parametrize(
    "text",
    ["元月初三", "占地三万亩", "全县30万人", "三块地", "2021年", "一方面", "十分恶劣", "第十五条"],
)
def test_what_is_no_amount(text: str) -> None:
    assert only(text, "amount") == []


@given(st.integers(1, 10**10))
def test_an_arabic_amount_is_read_to_the_fen(fen: int) -> None:
    text = f"收受现金{fen // 100:,}.{fen % 100:02d}元，"
    [(written, norm)] = only(text, "amount")
    assert norm == str(fen)
    assert written.endswith("元")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年5月18日", [("2023年5月18日", "2023-05-18/2023-05-18")]),
        ("二〇二三年五月", [("二〇二三年五月", "2023-05-01/2023-05-31")]),
        ("2023-05-18", [("2023-05-18", "2023-05-18/2023-05-18")]),
        ("2023.5.8", [("2023.5.8", "2023-05-08/2023-05-08")]),
        ("2020年上半年", [("2020年上半年", "2020-01-01/2020-06-30")]),
        ("2020年第三季度", [("2020年第三季度", "2020-07-01/2020-09-30")]),
        ("2019年底", [("2019年底", "2019-10-01/2019-12-31")]),
        ("2021年3月中旬", [("2021年3月中旬", "2021-03-11/2021-03-20")]),
        ("2018年3月至2020年底", [("2018年3月至2020年底", "2018-03-01/2020-12-31")]),
        ("去年以来", [("去年以来", "2023-01-01/2024-06-12")]),
        ("2019年至今", [("2019年至今", "2019-01-01/2024-06-12")]),
        ("前年", [("前年", "2022-01-01/2022-12-31")]),
        ("去年8月", [("去年8月", "2023-08-01/2023-08-31")]),
        ("上个月", [("上个月", "2024-05-01/2024-05-31")]),
        ("昨天", [("昨天", "2024-06-11/2024-06-11")]),
        ("近三年来", [("近三年来", "2021-06-12/2024-06-12")]),
        ("半年内", []),
        ("近半年", [("近半年", "2023-12-12/2024-06-12")]),
        ("5月18日", [("5月18日", "2024-05-18/2024-05-18")]),
        ("11月3日", [("11月3日", "2023-11-03/2023-11-03")]),
        ("三年前", [("三年前", "2021-01-01/2021-12-31")]),
        ("2023年2月30日", []),
    ],
)
def test_times_as_intervals(text: str, expected: list[tuple[str, str]]) -> None:
    assert only(text, "date") == expected


def test_without_a_day_of_reference_relative_words_are_not_read() -> None:
    assert find_spans("去年以来、上个月、5月", types=frozenset({"date"})) == []


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_any_full_date_is_read_back(day: date) -> None:
    text = f"他在{day.year}年{day.month}月{day.day}日收钱"
    assert only(text, "date") == [
        (f"{day.year}年{day.month}月{day.day}日", f"{day.isoformat()}/{day.isoformat()}")
    ]


@given(st.integers(0, 1200), st.integers(1, 60))
def test_every_interval_has_its_ends_in_order(shift: int, months: int) -> None:
    today = date(2000, 1, 1) + timedelta(days=shift * 7)
    text = f"近{months}个月、去年、前年底、{months % 12 + 1}月、上周、三年前、{1990 + months}年以来"
    for span in find_spans(text, today=today, types=frozenset({"date"})):
        first, last = map(date.fromisoformat, span.norm.split("/"))
        assert first <= last


@given(st.text(max_size=60))
def test_folding_keeps_the_way_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.origins) == len(folded.text) + 1
    assert list(folded.origins) == sorted(folded.origins)


@given(st.text(alphabet="三万五千元123年月日张局长某水利县1-.　１\u200b，。", max_size=80))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = find_spans(text, today=TODAY)
    for span in found:
        assert 0 <= span.start < span.end <= len(text)
        assert 0 < span.confidence <= 1
    for one, two in pairwise(found):
        assert one.end <= two.start

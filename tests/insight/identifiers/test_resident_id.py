"""Resident identity numbers: check digit, date, area, 15-digit numbers. All numbers are made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.identifiers import check_resident_id
from lianxun_insight.identifiers.resident_id import check_character


def make(area="370202", born="19800229", serial="001"):
    body = area + born + serial
    return body + check_character(body)


births = st.dates(date(1930, 1, 1), date(2020, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
numbers = st.builds(
    make,
    st.sampled_from(["370202", "110105", "440306"]),
    births,
    st.integers(0, 999).map(lambda n: f"{n:03d}"),
)


def test_a_valid_number_tells_birth_and_gender():
    checked = check_resident_id(make())
    assert checked.valid
    assert checked.birth_date == date(1980, 2, 29)
    assert checked.gender == "男"
    assert check_resident_id(make(serial="002")).gender == "女"


def test_the_lower_case_x_and_full_width_are_accepted():
    number = next(make(serial=f"{n:03d}") for n in range(99) if make(serial=f"{n:03d}")[-1] == "X")
    assert check_resident_id(number.lower()).valid
    assert check_resident_id(
        "　" + number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    ).valid


def test_fifteen_digits_give_the_same_person():
    full = make(born="19650312")
    old = full[:6] + full[8:17]
    checked = check_resident_id(old)
    assert checked.number == full
    assert checked.upgraded
    assert checked.valid


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (make(born="19810229"), "不是可能的出生日期"),
        (make(born="18500101"), "不是可能的出生日期"),
        (make(area="000000"), "不是行政区划代码"),
        (make()[:-1] + ("0" if make()[-1] != "0" else "1"), "末位校验码"),
        ("12345", "实为 5 位"),
        ("3702021980022900AX", "数字和末位 X"),
        ("", "实为 0 位"),
    ],
)
def test_what_is_wrong_is_said(text, words):
    checked = check_resident_id(text)
    assert not checked.valid
    assert words in checked.reason


def test_a_birth_after_the_reference_day_is_refused():
    assert not check_resident_id(make(born="20200101"), date(2019, 12, 31)).valid


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(number, place, shift):
    digit = str((int(number[place]) + shift) % 10)
    assert not check_resident_id(number[:place] + digit + number[place + 1 :]).valid


@given(numbers, st.integers(0, 15))
def test_a_neighbour_swap_is_found_and_stays_in_its_class(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert not check_resident_id(swapped).valid
        assert check_resident_id(swapped).swap_class == check_resident_id(number).swap_class


@given(st.text(max_size=25))
def test_no_text_makes_it_fail(text):
    checked = check_resident_id(text)
    assert checked.valid or checked.reason

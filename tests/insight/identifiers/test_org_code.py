"""Unified social credit codes: both check characters, everyday spelling, legacy numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.identifiers import check_org_code
from lianxun_insight.identifiers.org_code import _ALPHABET, make_org_code

VALID = "91350100M000100Y43"  # the example of GB 32100-2015
serials = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
codes = st.builds(make_org_code, st.just("91370203"), serials).filter(
    lambda code: check_org_code(code).valid
)


def test_the_example_of_the_standard_is_valid():
    assert check_org_code(VALID).valid
    assert check_org_code(VALID).old_code == "M000100Y4"


@pytest.mark.parametrize(
    "text",
    [
        "91350100m000100y43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100 M000100Y43",
        "91350100-M000100Y-43",
    ],
)
def test_spelling_does_not_matter(text):
    assert check_org_code(text) == check_org_code(VALID)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("91350100M000100Y44", "末位校验码"),
        ("91350100M000100Y4", "17 位"),
        ("91350100MO00100Y43", "「O」"),
        ("", "0 位"),
        ("370200228012345", "旧注册号"),
        ("M000100Y4", "旧组织机构代码"),
        ("这不是代码", "5 位"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(text, words):
    checked = check_org_code(text)
    assert not checked.valid
    assert words in checked.reason


def test_a_wrong_inner_code_is_found_even_when_the_outer_check_holds():
    body = "91350100M000100Y5"
    from lianxun_insight.identifiers.org_code import check_character

    checked = check_org_code(body + check_character(body))
    assert "第 17 位" in checked.reason


@given(codes, st.integers(0, 17), st.sampled_from(_ALPHABET))
def test_every_single_substitution_is_found(code, place, char):
    if code[place] != char:
        assert not check_org_code(code[:place] + char + code[place + 1 :]).valid


@given(codes, st.integers(0, 16))
def test_every_neighbour_swap_is_found(code, place):
    if code[place] != code[place + 1]:
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert not check_org_code(swapped).valid


@given(st.text(max_size=30))
def test_no_text_makes_it_fail(text):
    checked = check_org_code(text)
    assert checked.valid or checked.reason

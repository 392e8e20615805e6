"""Identifiers, names and redaction; every person, unit and number here is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.detect import find_spans, redact, split_reporter_block
from lianxun_insight.detect.contacts import credit_check, luhn, resident_check


def kinds(text: str) -> dict[str, str]:
    return {s.type: text[s.start : s.end] for s in find_spans(text)}


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("电话13800138000。", "phone", "13800138000"),
        ("电话 138-0013-8000", "phone", "138-0013-8000"),
        ("手机１３８００１３８０００", "phone", "１３８００１３８０００"),
        ("请打0571-88881234转8", "phone", "0571-88881234转8"),
        ("座机：88881234", "phone", "88881234"),
        ("138\u200b00138000", "phone", "138\u200b00138000"),
        ("身份证11010519491231002X，", "id_card", "11010519491231002X"),
        ("身份证110105 19491231 002X", "id_card", "110105 19491231 002X"),
        ("车牌浙A12345", "plate", "浙A12345"),
        ("开着京AD12345来", "plate", "京AD12345"),
        ("邮箱a.b@example.com", "email", "a.b@example.com"),
        ("微信号：wx_12345", "account", "wx_12345"),
        ("账号6222021001116245702", "bank_card", "6222021001116245702"),
        ("护照号E12345678", "passport", "E12345678"),
        ("统一代码91330106MA27XK3T2H", "credit_code", None),
    ],
)
def test_identifiers_are_found_in_place(text: str, kind: str, found: str | None) -> None:
    assert kinds(text).get(kind) == found


@given(st.text("0123456789", min_size=17, max_size=17))
def test_exactly_one_check_character_fits_an_identity_number(body: str) -> None:
    assert sum(resident_check(body + c) for c in "0123456789X") == 1


@given(st.text("0123456789", min_size=15, max_size=18))
def test_exactly_one_check_digit_fits_a_card(body: str) -> None:
    assert sum(luhn(body + c) for c in "0123456789") == 1


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_exactly_one_check_character_fits_a_credit_code(body: str) -> None:
    assert sum(credit_check(body + c) for c in "0123456789ABCDEFGHJKLMNPQRTUWXY") == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("举报副局长张德旺收钱", "张德旺"),
        ("其妻弟赵小刚承包工程", "赵小刚"),
        ("欧阳志远局长说了算", "欧阳志远"),
        ("刘某某利用职权", "刘某某"),
        ("李××多次吃请", "李××"),
        ("周玉兰，女，1970年生", "周玉兰"),
        ("王建国和李三强等人", "王建国"),
        ("买买提·艾力是村主任", "买买提·艾力"),
    ],
)
def test_names_are_found_by_form_and_company(text: str, name: str) -> None:
    names = [text[s.start : s.end] for s in find_spans(text, types=frozenset({"person"}))]
    assert name in names


@pytest.mark.parametrize(
    "text", ["安全生产管理不到位", "全村农民补贴没有发放", "方便群众办事", "高度重视", "此致敬礼"]
)
def test_ordinary_words_are_no_names(text: str) -> None:
    assert find_spans(text, types=frozenset({"person"})) == []


def test_a_name_found_once_is_found_again() -> None:
    text = "举报局长秦守义。秦守义的房子很多，都说秦守义有钱"
    assert [s.start for s in find_spans(text, types=frozenset({"person"}))] == [4, 8, 19]


def test_units_places_and_posts() -> None:
    text = "临川县水利局党组书记在青山镇开会，宏远建筑工程有限公司请客"
    found = [(s.type, text[s.start : s.end]) for s in find_spans(text)]
    assert ("org", "临川县水利局") in found
    assert ("post", "党组书记") in found
    assert ("org", "宏远建筑工程有限公司") in found


def test_redaction_numbers_the_same_person_alike_and_is_repeatable() -> None:
    text = "局长秦守义收钱，会计周玉兰送钱，秦守义电话13800138000"
    first = redact(text)
    assert first.text == "局长〔人员1〕收钱，会计〔人员2〕送钱，〔人员1〕电话〔电话1〕"
    assert redact(text) == first


def test_redacted_offsets_lead_back_to_the_original() -> None:
    text = "局长秦守义收了三万元，电话13800138000，请查"
    redacted = redact(text)
    for word in ("收了三万元", "请查", "局长"):
        start = redacted.text.index(word)
        low, high = redacted.original_span(start, start + len(word))
        assert text[low:high] == word
    start = redacted.text.index("〔电话1〕")
    assert text[slice(*redacted.original_span(start, start + 5))] == "13800138000"


@given(st.lists(st.sampled_from(["张三丰", "局长", "秦守义", "13800138000", "收钱，", "浙A12345", "。"]),
                max_size=12))  # fmt: skip
def test_nothing_removed_remains_and_all_else_stays(parts: list[str]) -> None:
    text = "".join(parts)
    redacted = redact(text)
    assert "13800138000" not in redacted.text
    kept = "".join(text[o : o + n] for _, o, n in redacted.pieces if n)
    assert len(kept) == len(text) - sum(s.end - s.start for s in redacted.removed)


def test_the_reporter_is_taken_out_and_offsets_stay() -> None:
    text = (
        "我叫王建军，身份证110105194912310021，电话13800138000。\n"
        "反映县水利局副局长收钱。\n联系电话：13900139000\n此致\n敬礼\n王建军\n2023年5月18日"
    )
    letter = split_reporter_block(text)
    assert len(letter.body) == len(text)
    assert "王建军" not in letter.body
    assert "13900139000" not in letter.body
    assert "反映县水利局副局长收钱。" in letter.body
    for start, end, block in letter.reporter:
        assert text[start:end] == block


def test_the_accused_stays_in_the_body() -> None:
    text = "被举报人：县水利局副局长张德旺\n他收了三万元。"
    assert split_reporter_block(text).body == text


def test_spans_marked_by_hand_are_used_as_given() -> None:
    text = "老秦头收钱"
    [span] = find_spans("局长秦守义", types=frozenset({"person"}))
    marked = type(span)(0, 3, "person", "老秦头", "hand", 1.0)
    assert redact(text, spans=[marked]).text == "〔人员1〕收钱"

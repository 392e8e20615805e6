"""Golden tests of the normalisers: change them only together with the version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.names import (
    NORMALISER_VERSION,
    fold,
    parse_address,
    parse_organisation,
    parse_person,
)
from lianxun_insight.names.regions import leading_regions, region_index
from lianxun_insight.names.text import chinese_number, ordinals


def test_the_version_these_golden_values_belong_to():
    assert NORMALISER_VERSION == "1+2026.1"


SAME = [
    ("華聯（集團）有限公司", "华联(集团)有限公司"),
    ("甲乙科技有限公司", "甲乙科技有限责任公司"),
    ("ＡＢＣ电子有限公司", "abc电子有限公司"),
    ("北京 甲乙·商贸 有限公司", "北京甲乙商贸有限公司"),
    ("甲乙【上海】贸易有限公司", "甲乙(上海)贸易有限公司"),
    ("丙丁会计师事务所（特殊普通合伙）", "丙丁会计师事务所(特殊普通合伙)"),
    ("山东省青岛市甲乙建设有限公司", "山东青岛甲乙建设有限公司"),
]
DIFFERENT = [
    ("甲乙第六工程局有限公司", "甲乙第八工程局有限公司"),
    ("中建六局", "中建八局"),
    ("天成建设有限公司", "天诚建设有限公司"),
    ("天成建设有限公司", "天成建设工程有限公司"),
    ("甲乙建设有限公司", "甲乙建设有限公司青岛分公司"),
    ("甲乙建设有限公司第一分公司", "甲乙建设有限公司第二分公司"),
    ("甲乙(北京)贸易有限公司", "甲乙(上海)贸易有限公司"),
    ("甲乙建设有限公司", "甲乙建设股份有限公司"),
    ("中国工商银行股份有限公司甲支行", "中国工商银行股份有限公司乙支行"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_organisation_share_the_key(one, other):
    assert parse_organisation(one).key == parse_organisation(other).key


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_organisations_do_not(one, other):
    assert parse_organisation(one).key != parse_organisation(other).key


@pytest.mark.parametrize(
    ("name", "region", "brand", "industry", "form", "branch"),
    [
        ("青岛甲乙建设工程有限公司", "青岛", "甲乙", "建设工程", "有限", ""),
        ("甲乙(上海)国际贸易有限公司", "上海", "甲乙", "国际贸易", "有限", ""),
        ("甲乙建设有限公司青岛分公司", "", "甲乙", "建设", "有限", "青岛分公司"),
        ("中建八局", "", "中国建筑第八工程局", "", "", ""),
        ("内蒙古甲乙矿业集团股份有限公司", "内蒙古", "甲乙", "矿业", "股份", ""),
        ("工行青岛支行", "", "中国工商银行", "", "", "青岛支行"),
    ],
)
def test_parts_of_a_name(name, region, brand, industry, form, branch):
    parsed = parse_organisation(name)
    assert (parsed.region, parsed.core, parsed.legal_form, parsed.branch) == (
        region,
        brand + industry,
        form,
        branch,
    )


def test_a_branch_points_to_its_head_office():
    branch = parse_organisation("甲乙建设有限责任公司青岛分公司")
    assert branch.is_branch
    assert branch.head_office == parse_organisation("甲乙建设有限公司").key
    assert parse_organisation("甲乙建设有限公司").head_office == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("八", 8),
        ("十", 10),
        ("二十三", 23),
        ("一百零五", 105),
        ("08", 8),
        ("二〇二四", 2024),
        ("甲", None),
    ],
)
def test_chinese_numbers(text, number):
    assert chinese_number(text) == number


def test_ordinals_tell_sister_units_apart():
    assert ordinals("某某第十二中学") == (12,)
    assert ordinals("三一重工") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("歐陽 娜", "欧阳娜"),
        ("呂布衣", "吕布衣"),
        ("阿卜杜·热合曼", "阿卜杜热合曼"),
        ("张三（大）", "张三"),
    ],
)
def test_person_names(one, other):
    assert parse_person(one).variant_key == parse_person(other).variant_key


def test_surnames_and_pinyin():
    assert parse_person("欧阳娜").surname == "欧阳"
    assert parse_person("欧阳").surname == "欧"
    assert parse_person("张三丰").given == "三丰"
    assert parse_person("张三").pinyin == "zhangsan"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("山东省青岛市市南区示范路八十八号3幢501房", "青岛市南区示范路88号3栋501室"),
        ("青岛市市南区示范路88号(集群注册)", "青岛市市南区示范路８８号"),
        ("北京市朝阳区样例路10号2座301", "北京朝阳区样例路10号2栋301室"),
    ],
)
def test_addresses_of_one_door(one, other):
    assert parse_address(one).key == parse_address(other).key


def test_one_house_two_doors():
    one, other = (parse_address(f"青岛市市南区示范路88号{room}室") for room in (501, 502))
    assert one.key != other.key
    assert one.building_key == other.building_key
    assert parse_address("青岛市市南区").building_key == ""


def test_regions_nest_and_ambiguous_counties_do_not_count_alone():
    regions, used = leading_regions("江苏省南京市鼓楼区某路")
    assert [region.code for region in regions] == ["320000", "320100", "320106"]
    assert used == 9
    assert leading_regions("鼓楼区某路") == ((), 0)
    assert leading_regions("南京鼓楼某公司")[0][-1].code == "320106"
    assert len([r for r in region_index().by_code.values() if r.level == 1]) == 34


@given(st.text(max_size=40))
def test_normalisers_never_fail_and_folding_is_stable(text):
    parse_organisation(text)
    parse_person(text)
    parse_address(text)
    assert fold(fold(text)) == fold(text)

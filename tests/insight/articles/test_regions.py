"""Places at the beginning of titles, listed or invented."""

from __future__ import annotations

import pytest

from lianxun_insight.articles.model import Tier
from lianxun_insight.articles.regions import PROVINCES, region_of


@pytest.mark.parametrize(
    ("title", "region", "tier"),
    [
        ("浙江省杭州市物业管理条例", "浙江省杭州市", Tier.CITY),
        ("杭州市物业管理条例", "杭州市", Tier.CITY),
        ("云岭省水井管理条例", "云岭省", Tier.PROVINCE),
        ("云岭省临江市水井管理办法", "云岭省临江市", Tier.CITY),
        ("云岭省临江市白鹭区水井管理办法", "云岭省临江市白鹭区", Tier.COUNTY),
        ("中共云岭省委巡视工作规定", "云岭省", Tier.PROVINCE),
        ("云岭省石桥县水井管理办法", "云岭省石桥县", Tier.COUNTY),
        ("广西壮族自治区水井条例", "广西壮族自治区", Tier.PROVINCE),
        ("跨省通办工作办法", "", Tier.CENTRE),
        ("各省、自治区统计办法", "", Tier.CENTRE),
        ("关于省级财政的规定", "", Tier.CENTRE),
        ("农村省柴节煤炉灶管理办法", "", Tier.CENTRE),
        ("省际航运管理规定", "", Tier.CENTRE),
        ("城市供水条例", "", Tier.CENTRE),
        ("中华人民共和国水井保护法", "", Tier.CENTRE),
        ("", "", Tier.CENTRE),
    ],
)
def test_a_place_is_read_from_the_beginning(title: str, region: str, tier: Tier) -> None:
    assert region_of(title) == (region, tier)


@pytest.mark.parametrize("province", PROVINCES)
def test_every_province_of_the_standard_is_one(province: str) -> None:
    tier = Tier.PROVINCE
    assert region_of(f"{province}水井条例") == (province, tier)

"""Province, city or county a rule belongs to, by the place names its title begins with."""

import re
from typing import Final

from lianxun_insight.articles.model import Tier

#: GB/T 2260-2007, first level, with the short forms used in titles.
PROVINCES: Final = [
    "北京市",
    "天津市",
    "河北省",
    "山西省",
    "内蒙古自治区",
    "辽宁省",
    "吉林省",
    "黑龙江省",
    "上海市",
    "江苏省",
    "浙江省",
    "安徽省",
    "福建省",
    "江西省",
    "山东省",
    "河南省",
    "湖北省",
    "湖南省",
    "广东省",
    "广西壮族自治区",
    "海南省",
    "重庆市",
    "四川省",
    "贵州省",
    "云南省",
    "西藏自治区",
    "陕西省",
    "甘肃省",
    "青海省",
    "宁夏回族自治区",
    "新疆维吾尔自治区",
    "台湾省",
]
_PROVINCE: Final = re.compile("(" + "|".join(PROVINCES) + ")")
# A province that the standard does not list, as training and demonstration installations have.
_OTHER_PROVINCE: Final = re.compile(r"^([\u4e00-\u9fff]{2,3}?省)(?![级部情区市际柴煤油电力])")
# A place without its province: 2–5 characters and its suffix; 区 only below a city.
_CITY: Final = re.compile(r"^([\u4e00-\u9fff]{2,5}?(?:自治州|地区|盟|市))(?![场政民容级区委值])")
_COUNTY: Final = re.compile(r"^([\u4e00-\u9fff]{1,6}?(?:自治县|自治旗|县|旗))(?![级区域])")
_DISTRICT: Final = re.compile(r"^([\u4e00-\u9fff]{2,5}?区)(?![域划别])")
_BODY: Final = re.compile(r"^(?:中共|中国共产党)?")
# Beginnings and parts that make no place name although a suffix follows.
_NOT_PLACES: Final = re.compile(
    r"^(?:中华|国家|国务院|关于|全国|最高|各|本)|城市|县市|开发区|保护区|行政区|社区|园区|试验区|示范区|保税区|军区|经济特区|[在与和及或]"
)


def region_of(text: str) -> tuple[str, Tier]:
    """(region name, tier); ("", Tier.CENTRE) when the text names no place at its beginning."""
    start = _BODY.match(text)
    rest = text[start.end() :] if start else text
    name, tier = "", Tier.CENTRE
    province = _PROVINCE if _PROVINCE.match(rest) else _OTHER_PROVINCE
    for pattern, level in ((province, Tier.PROVINCE), (_CITY, Tier.CITY), (_COUNTY, Tier.COUNTY)):
        found = pattern.match(rest)
        if found and not _NOT_PLACES.search(found[1]):
            name, tier, rest = name + found[1], level, rest[found.end() :]
    district = _DISTRICT.match(rest) if tier in (Tier.PROVINCE, Tier.CITY) else None
    if district and not _NOT_PLACES.search(district[1]):
        return name + district[1], Tier.COUNTY
    return name, tier

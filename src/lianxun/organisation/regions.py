"""Administrative codes (GB/T 2260): structure, tier and names of the regions shipped or imported.

Province 97 is assigned to nobody by the standard: it is the invented province of the demonstration. The code of a county says where it lies: two digits province, two prefecture, two county. Structure is
checked for every code; a code that no list knows shows as itself.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from lianxun.organisation.enums import Tier
from lianxun_insight.names.regions import region_index

_DATA = Path(__file__).parent / "data" / "regions.csv"
# First digits of provinces, GB/T 2260—2007: 1 华北, 2 东北, 3 华东, 4 中南, 5 西南, 6 西北, 7 台湾, 8 港澳.
_PROVINCES = frozenset(
    [
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        97,
    ]
)


def problem_with(code: int) -> str:
    """What is wrong with ``code``, as a sentence; empty if its structure is right."""
    if not 100000 <= code <= 999999:
        return "行政区划代码须为 6 位数字。"
    if code // 10000 not in _PROVINCES:
        return f"行政区划代码 {code} 的前两位不是省级代码。"
    if code // 100 % 100 == 0 and code % 100 != 0:
        return f"行政区划代码 {code} 缺少地级代码，却写了县级代码。"
    return ""


def tier_of(code: int) -> Tier:
    if code % 10000 == 0:
        return Tier.PROVINCE
    return Tier.CITY if code % 100 == 0 else Tier.COUNTY


def range_of(code: int) -> tuple[int, int]:
    """All codes that lie in the region: what oversight of it covers."""
    tier = tier_of(code)
    if tier is Tier.PROVINCE:
        return code, code + 9999
    return (code, code + 99) if tier is Tier.CITY else (code, code)


@cache
def region_names() -> dict[int, str]:
    """Provinces, prefectures and counties, and the invented ones of the demonstration."""
    listed = {int(r.code): r.name for r in region_index().by_code.values()}
    # 999900 海域 stands in the list of names, but nobody oversees it.
    real = {code: name for code, name in listed.items() if not problem_with(code)}
    with _DATA.open(encoding="utf-8", newline="") as file:
        return real | {int(row["code"]): row["name"] for row in csv.DictReader(file)}


def region_name(code: int) -> str:
    return region_names().get(code, str(code))

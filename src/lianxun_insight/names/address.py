"""Addresses: division, street with number, room; a key that survives everyday spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lianxun_insight.names.regions import leading_regions
from lianxun_insight.names.text import chinese_number, fold

_NUMBER = re.compile(r"([〇零一二三四五六七八九十百]+)(?=号|栋|幢|座|层|楼|室|单元|弄|巷|组|队)")
_UNIT_WORDS = (("幢", "栋"), ("座", "栋"), ("房", "室"), ("之", "-"), ("—", "-"), ("－", "-"))
_ROOM = re.compile(r"(?:(\d+)栋)?(?:([A-Z\d]+)单元)?(?:(\d+)[层楼])?(?:([A-Z]?\d+(?:-\d+)?)室?)?$")
_STREET_NUMBER = re.compile(r"^(.*?\d+(?:-\d+)?(?:号|弄))(.*)$")
_TAIL = re.compile(r"(\(.*\)|自主申报|集群注册|托管|住所申报|一址多照)+$")


@dataclass(frozen=True, slots=True)
class Address:
    """`street` ends at the house number; `rest` is building, floor, room."""

    region_code: str
    region: str
    street: str
    rest: str

    @property
    def building_key(self) -> str:
        """Same house: division and street with number; empty without a house number."""
        return f"{self.region_code[:4]}|{self.street}" if re.search(r"\d", self.street) else ""

    @property
    def key(self) -> str:
        """Same door: house and everything after it."""
        return f"{self.region_code[:4]}|{self.street}|{self.rest}"


@lru_cache(maxsize=200_000)
def parse_address(text: str) -> Address:
    """Normalise an address (never raises).

    >>> parse_address("北京市朝阳区建国路八十八号3幢501房").key
    '1101|建国路88号|3-501'
    """
    folded = _TAIL.sub("", fold(text))
    folded = _NUMBER.sub(lambda match: str(chinese_number(match[1])), folded)
    for old, new in _UNIT_WORDS:
        folded = folded.replace(old, new)
    regions, used = leading_regions(folded)
    body = re.sub(
        r"^.{2,6}?(?:街道办事处|街道|镇|乡)(?=.*(?:路|街|道|巷|村|弄))", "", folded[used:]
    )
    match = _STREET_NUMBER.match(body)
    street, rest = (match[1], match[2]) if match else (body, "")
    return Address(
        region_code=regions[-1].code if regions else "",
        region="".join(region.short for region in regions),
        street=street,
        rest=_room(rest),
    )


def _room(rest: str) -> str:
    match = _ROOM.match(rest)
    if not match:
        return rest
    return "-".join(part for part in match.groups() if part)

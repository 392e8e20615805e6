"""Administrative divisions: codes and names (GB/T 2260 and the list of the Ministry of Civil Affairs).

`data/regions.csv` holds provinces, prefectures and counties. The code decides the place: a county
name alone (朝阳区) belongs to several.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Region:
    """One division; `level` is 1 province, 2 prefecture, 3 county."""

    code: str
    name: str
    short: str

    @property
    def level(self) -> int:
        """1 province, 2 prefecture, 3 county."""
        if self.code.endswith("0000"):
            return 1
        return 2 if self.code.endswith("00") else 3

    def within(self, other: Region) -> bool:
        """True when this division is `other` or lies inside it."""
        return self.code.startswith(other.code[: 2 * other.level])


@dataclass(frozen=True, slots=True)
class _Index:
    by_code: Mapping[str, Region]
    by_name: Mapping[str, tuple[Region, ...]]
    longest: int


@lru_cache(maxsize=1)
def region_index() -> _Index:
    """Read the divisions once; names and short names point to every division that bears them."""
    text = files("lianxun_insight.names").joinpath("data/regions.csv").read_text(encoding="utf-8")
    by_code: dict[str, Region] = {}
    by_name: dict[str, list[Region]] = {}
    for row in csv.DictReader(text.splitlines()):
        region = Region(row["code"], row["name"], row["short"])
        by_code[region.code] = region
        for name in {region.name, region.short}:
            by_name.setdefault(name, []).append(region)
    return _Index(
        by_code=by_code,
        by_name={name: tuple(found) for name, found in by_name.items()},
        longest=max(map(len, by_name)),
    )


def known_area(code: str) -> bool:
    """True when the first two digits of an area code name a province that exists.

    Six-digit codes of abolished counties stay valid in old documents, so only the province and the
    shape are certain.
    """
    return len(code) >= 2 and f"{code[:2]}0000" in region_index().by_code


@lru_cache(maxsize=200_000)
def leading_regions(text: str, *, counties: bool = True) -> tuple[tuple[Region, ...], int]:
    """Divisions at the start of `text`, outermost first, and how many characters they take.

    Each further division must lie inside the one before; a county counts alone only under its full
    name and when no other county bears it, because 朝阳区 is three places and 朝阳 a brand.
    """
    index = region_index()
    found: list[Region] = []
    position = 0
    while step := _one_region(text, position, found[-1] if found else None, index, counties):
        region, length = step
        found.append(region)
        position += length
        if region.level == 3:
            break
    return tuple(found), position


def _one_region(
    text: str, start: int, outer: Region | None, index: _Index, counties: bool
) -> tuple[Region, int] | None:
    for length in range(min(index.longest, len(text) - start), 1, -1):
        candidates = index.by_name.get(text[start : start + length], ())
        fitting = [
            region
            for region in candidates
            if _acceptable(region, text[start : start + length], outer, counties)
        ]
        if fitting:
            region = min(fitting, key=lambda region: region.level)
            return region, _cut(text, start, region, length, index)
    return None


def _cut(text: str, start: int, region: Region, length: int, index: _Index) -> int:
    """Length of the name, one less where the last character opens the next: 青岛|市南区."""
    shorter = start + len(region.short)
    if length == len(region.short) + 1 and text[start:shorter] == region.short:
        for size in range(2, 6):
            for inner in index.by_name.get(text[shorter : shorter + size], ()):
                if inner.level == 3 and inner.within(region) and inner.name[0] == text[shorter]:
                    return length - 1
    return length


def _acceptable(region: Region, word: str, outer: Region | None, counties: bool) -> bool:
    if outer is not None:
        return region.level > outer.level and region.within(outer)
    if region.level < 3:
        return True
    alone = len(region_index().by_name[word]) == 1
    return counties and alone and word == region.name and len(word) > 2

"""Whether what looks like a person's name is the beginning of a place's: 白鹭 in 白鹭区水利局.

Recall of persons is the guarantee of redaction, so a find is given up only where the text says itself
that it is a place: a county of the national list, a village called after a clan (李家庄), or a suffix of
places after which a unit, people of the place or the end of the clause follows. 李明县里有人, 李明镇长,
李明县财政局局长 and 张建国镇政府 stay persons.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lianxun_insight.detect.words import words
from lianxun_insight.names.regions import region_index

_HAN = "\u4e00-\u9fff"
#: A suffix of places, unless it begins a word (市场, 县里) or a post (镇长, 村主任) of its own.
_SUFFIX = re.compile(
    r"自治[县州旗]|街道|社区|区(?![域里内直级委长间])|县(?![域里内直级委长城])|市(?![场民政容里内直级委长值面])"
    r"|镇(?![里上内长区静])|乡(?![里上长村下镇亲])|村(?![里上头长主支党两书会])|旗|州"
)
_FOLLOWS = re.compile(
    rf"$|[^{_HAN}]|[的在是和与及]|辖区|境内|范围|居民|村民|群众|人民|农民|现有|位于|地处"
)
_CLAN_VILLAGE = re.compile(rf"[{_HAN}]家[庄寨集沟湾坪堡屯店岭坡坝庵窑畈墩圩铺洼嘴冲营]")
_STAFF = "工作人员|办事人员|执法人员|干部|职工|人员|领导"
_NAME_AND_SUFFIX = 4  # longest 白鹭 + 街道, after a name of two characters


@lru_cache(maxsize=1)
def _counties() -> frozenset[str]:
    return frozenset(name for name in region_index().by_name if name[-1] in "市县区旗州盟")


@lru_cache(maxsize=1)
def _unit() -> re.Pattern[str]:
    kinds = "|".join((*words().org_suffixes, *words().place_suffixes, "局", "办", "站", "所"))
    posts = "|".join((*words().posts, _STAFF))
    return re.compile(rf"[{_HAN}]{{0,8}}?(?:{kinds})(?P<post>(?:[副原]?(?:{posts}))*)")


def place_begun(text: str, start: int, end: int) -> int:
    """Where the place ends that the supposed name ``text[start:end]`` begins; 0 when it is none."""
    for stop in range(end, min(end + 2, len(text)) + 1):
        name = text[start:stop]
        if len(name) > 1 and name in _counties() and not text.startswith("长", stop):
            return stop
    if _CLAN_VILLAGE.fullmatch(text, start, start + 3):
        return start + 3
    inside = _SUFFIX.match(text, end - 1)  # the name found reaches over it: 高新区, 白沙镇
    found = inside or _SUFFIX.match(text, end)
    if found is None or found.end() - start > _NAME_AND_SUFFIX:
        return 0
    if (_certain(found) or inside is None) and _FOLLOWS.match(text, found.end()):
        return found.end()
    return found.end() if _unit_follows(text, found.end()) else 0


def _certain(suffix: re.Match[str]) -> bool:
    """Nobody's given name ends so; 镇, 乡 and 村 do occur in names."""
    return suffix[0][-1] in "区县市道旗"


def _unit_follows(text: str, position: int) -> bool:
    unit = _unit().match(text, position)
    if unit is None:
        return False
    # 白鹭区水利局局长张三 names the man after his post; 李明县水利局局长 may have named him before.
    return not unit["post"] or text[unit.end() : unit.end() + 1] in words().surnames

"""Names of organisations, places, posts and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from lianxun_insight.detect.spans import Span
from lianxun_insight.detect.tokens import Token
from lianxun_insight.detect.words import words

MAX_ORGANISATION = 26
_HAN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9×某()（）·]+")
_STOP_TAGS = frozenset({"x", "v", "p", "c", "u", "uj", "ul", "ud", "r", "d", "t", "y", "e", "zg"})
_KEEP_VERBS = frozenset({"建设", "建筑", "发展", "投资", "管理", "服务", "监督", "保障", "执法", "劳动",
    "勘察", "设计", "运输", "物流", "装饰", "咨询", "开发", "贸易", "检测", "施工", "安装", "养护", "治理",
    "住建", "城管", "卫健", "发改", "人社", "国资", "应急", "环保", "保护", "规划", "统计", "审计", "供销", "合作", "联合", "租赁", "经营", "融资", "担保", "评估", "拆迁",
    "征收", "救助", "福利", "控股", "科学", "研究", "教育", "信访", "防治", "预防", "综合"})  # fmt: skip
_OFFICE_ENDS = frozenset("局所委院站")  # 水利局 alone is a unit, 有限公司 alone is not
_LONE_VERBS = frozenset("收送找查请用骗拿占批要打建修卖买管去来住过做办抓告问看叫说")
_ADDRESS = re.compile(
    r"(?:[\u4e00-\u9fff]{1,8}?(?:省|自治区|市|州|区|县|旗|镇|乡|街道|村|社区))*"
    r"[\u4e00-\u9fff0-9A-Za-z]{1,10}?(?:路|街|大道|巷|弄|胡同|小区|花园|苑|新村|家园|公寓|村|组|屯|庄|里)"
    r"(?:[\u4e00-\u9fff]{0,3}?[0-9A-Za-z一二三四五六七八九十百〇-]{1,6}(?:号楼|号院|号|栋|幢|座|组|单元|室|楼|层|弄|户))"
    r"(?:[0-9A-Za-z一二三四五六七八九十-]{1,6}(?:号|栋|幢|座|组|单元|室|楼|层|户|房)?){0,5}"
)
_HOME = re.compile(r"(?:家住|住址|住在|地址|现住|居住地|户籍地?|籍贯)(?:是|为|在)?\s*[:：]?\s*")
_PLACE = re.compile(r"某{1,2}(?:省|市|县|区|镇|乡|村|街道|社区)|[×xX]{1,2}(?:省|市|县|区|镇|乡|村)")
_NOT_PLACE = frozenset({"农村", "小区", "社区", "地区", "辖区", "园区", "片区", "山区", "城区", "郊区", "景区",
    "校区", "库区", "灾区", "开发区", "全村", "全县", "全市", "全省", "全镇", "全区", "本村", "本县", "本市", "我村",
    "我县", "我市", "我镇", "我区", "城市", "超市", "集市", "股市", "上市", "门市", "都市", "乡镇", "该村", "该县",
    "该市", "该镇", "该区", "各村", "各县", "各市", "各镇", "各区", "市区", "县市", "驻村", "行政村", "自然村",
    "进村", "出省", "节省", "下乡", "家乡", "故乡", "城乡", "区县", "多村", "入村", "包村", "到村", "由村", "扶贫村"})  # fmt: skip


@lru_cache(maxsize=1)
def _post_pattern() -> re.Pattern[str]:
    w = words()
    return re.compile(f"(?:{'|'.join(w.post_prefixes)})*(?:{'|'.join(w.posts)})")


def find_posts(text: str) -> Iterator[Span]:
    """Posts with their prefixes (原县委常委, 党组书记) in folded text."""
    for match in _post_pattern().finditer(text):
        if match.group() in {"会计", "组长"} and text.startswith(("师", "室"), match.end()):
            continue
        yield Span(match.start(), match.end(), "post", match.group(), "post", 0.85)


def _ends_organisation(text: str) -> str | None:
    suffixes = words().org_suffixes
    if not text.endswith(suffixes):
        return None
    return next(suffix for suffix in suffixes if text.endswith(suffix))


def find_organisations(text: str, tokens: list[Token]) -> Iterator[Span]:
    """A unit's name: words to the left of a word for a kind of unit, as far as they go together."""
    for i, token in enumerate(tokens):
        suffix = _ends_organisation(token.text)
        if suffix is None or (i + 1 < len(tokens) and _goes_on(tokens, i)):
            continue
        start = _leftmost(tokens, i)
        name = text[tokens[start].start : token.end]
        if len(name) < 3 or (len(name) == len(suffix) and suffix[-1] not in _OFFICE_ENDS):
            continue
        confidence = 0.85 if len(name) >= len(suffix) + 2 else 0.7
        yield Span(tokens[start].start, token.end, "org", name, "org", confidence)


def _goes_on(tokens: list[Token], i: int) -> bool:
    following = tokens[i + 1].text
    return _ends_organisation(following) is not None and following not in {"党委", "党组"}


def _leftmost(tokens: list[Token], i: int) -> int:
    breaks = words().org_breaks
    start = i
    while start > 0:
        left = tokens[start - 1]
        stops = left.tag in _STOP_TAGS and left.text not in _KEEP_VERBS and "某" not in left.text
        lone = len(left.text) == 1 and left.text not in _LONE_VERBS and left.tag in {"v", "a", "d"}
        if lone and tokens[i].text.endswith(("公司", "集团", "厂", "酒店")):
            stops = False  # 鑫达 is cut in two
        if left.tag == "zg" or _first_of_place(left, tokens[start]):  # 县, 区 … are tagged zg
            stops = False
        stops = stops or _is_name(left)
        if stops or left.text in breaks or not _HAN.fullmatch(left.text):
            break
        if left.text in words().posts or tokens[i].end - left.start > MAX_ORGANISATION:
            break
        start -= 1
    return start


def _is_name(token: Token) -> bool:
    return token.tag == "nr" and len(token.text) >= 3 and token.text[0] in words().surnames


def _first_of_place(left: Token, right: Token) -> bool:
    """The segmenter cuts 安和县 into 安 and 和县: a lone character before a place belongs to it."""
    lone = len(left.text) == 1 and left.tag != "x" and left.text not in _LONE_VERBS
    return lone and right.tag == "ns" and right.text.endswith(words().place_suffixes)


def _single_places(text: str, tokens: list[Token]) -> Iterator[Span]:
    """Provinces to villages by their last character, and words tagged as places."""
    for match in _PLACE.finditer(text):
        yield Span(match.start(), match.end(), "place", match.group(), "place-masked", 0.8)
    suffixes = words().place_suffixes
    for i, token in enumerate(tokens):
        if token.text in _NOT_PLACE:
            continue
        named = token.text.endswith(suffixes) and token.tag.startswith("n") and len(token.text) > 1
        if token.tag == "ns" and len(token.text) > 1 and not named:
            yield Span(token.start, token.end, "place", token.text, "place-tag", 0.65)
        elif named or token.text in suffixes:
            start = _place_start(tokens, i)
            name = text[tokens[start].start : token.end]
            if len(name) >= 2 and name not in _NOT_PLACE and token.tag != "nt":
                yield Span(tokens[start].start, token.end, "place", name, "place-suffix", 0.72)


def find_places(text: str, tokens: list[Token]) -> Iterator[Span]:
    """Provinces to villages in folded text; names that follow each other are one place."""
    joined: Span | None = None
    for span in sorted(_single_places(text, tokens), key=lambda s: (s.start, -s.end)):
        if joined is not None and span.start <= joined.end:
            end = max(joined.end, span.end)
            joined = replace(joined, end=end, norm=text[joined.start : end])
            continue
        if joined is not None:
            yield joined
        joined = span
    if joined is not None:
        yield joined


def _place_start(tokens: list[Token], i: int) -> int:
    start = i
    while start > 0 and tokens[i].end - tokens[start - 1].start <= 5:
        left = tokens[start - 1]
        single = len(left.text) == 1 and left.tag[0] in "nfgmaz"
        if not (single or left.tag == "ns") or left.text in words().org_breaks:
            break
        if left.text.endswith(words().place_suffixes):
            break
        start -= 1
    return start


def find_addresses(text: str) -> Iterator[Span]:
    """Addresses down to a house, and whatever stands after 家住, 住址, 地址."""
    for match in _ADDRESS.finditer(text):
        yield Span(match.start(), match.end(), "address", match.group(), "address", 0.8)
    for match in _HOME.finditer(text):
        end = re.compile(r"[，。；,;\n\s]|$").search(text, match.end())
        if end and 4 <= end.start() - match.end() <= 40:
            address = text[match.end() : end.start()]
            yield Span(match.end(), end.start(), "address", address, "address-named", 0.86)

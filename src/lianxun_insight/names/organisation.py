"""Parse an organisation name: region + brand (字号) + line of business + legal form + branch.

Source of the order: 企业名称登记管理规定 (2020), article 6. A branch is never the same organisation as
its head office: it keeps its own key and points to the parent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lianxun_insight.names.regions import Region, leading_regions
from lianxun_insight.names.text import fold, ordinals
from lianxun_insight.names.words import load_words

_BRACKET = re.compile(r"\(([^()]*)\)")
_BUREAU = re.compile(r"[一-鿿]{2,4}?([一二三四五六七八九十]{1,3})局")
_PARTNERSHIP = re.compile(r"(特殊普通合伙|普通合伙|有限合伙)")


@dataclass(frozen=True, slots=True)
class OrgName:
    """A parsed organisation name; every part is folded text, empty when absent.

    `core` is the name without region, brackets, legal form and branch; `brand` + `industry` = core.
    """

    text: str
    region: str
    region_code: str
    brand: str
    industry: str
    legal_form: str
    branch: str
    ordinals: tuple[int, ...]
    brackets: tuple[str, ...]

    @property
    def core(self) -> str:
        """Brand and line of business."""
        return self.brand + self.industry

    @property
    def is_branch(self) -> bool:
        """True for 分公司, 支行, 项目部 and the like."""
        return bool(self.branch)

    @property
    def key(self) -> str:
        """Equal for two spellings of one registered name; differs for a branch and its head office.

        Legal forms that mean the same are folded (有限公司 = 有限责任公司).
        """
        numbers = ",".join(map(str, self.ordinals))
        brackets = ",".join(self.brackets)
        return "|".join((self.region, self.core, self.legal_form, self.branch, numbers, brackets))

    @property
    def head_office(self) -> str:
        """Key of the organisation a branch belongs to; empty for a head office."""
        if not self.is_branch:
            return ""
        return parse_organisation(self.text[: -len(self.branch)]).key


@lru_cache(maxsize=200_000)
def parse_organisation(name: str) -> OrgName:
    """Split an organisation name into its parts (never raises; unknown text becomes the brand)."""
    folded = fold(name)
    brackets: list[str] = []
    regions: list[Region] = []
    partnership = ""

    def take(match: re.Match[str]) -> str:
        nonlocal partnership
        content = match[1]
        found, used = leading_regions(content)
        if found and used == len(content):
            regions.extend(found)
            return ""
        if _PARTNERSHIP.fullmatch(content):
            partnership = "合伙"
            return ""
        if content in ("集团", "控股"):
            return content
        brackets.append(content)
        return ""

    bare = _BRACKET.sub(take, folded).replace("(", "").replace(")", "")
    body, branch = _split_branch(bare)
    body, form = _split_form(body)
    lead, used = leading_regions(body, counties=True)
    core = body[used:] if len(body) - used >= 2 else body
    all_regions = (*lead, *regions) if core is not body or not lead else tuple(regions)
    if core and core[0] in "省市县区" and len(core) > 2:
        core = core[1:]
    brand, industry = _split_industry(_expand_alias(core))
    return OrgName(
        text=bare,
        region="".join(region.short for region in all_regions),
        region_code=all_regions[-1].code if all_regions else "",
        brand=brand,
        industry=industry,
        legal_form=partnership or form,
        branch=branch,
        ordinals=ordinals(bare),
        brackets=tuple(brackets),
    )


def _split_branch(text: str) -> tuple[str, str]:
    """Cut the branch tail that follows the legal form (…有限公司 + 第三分公司)."""
    words = load_words()
    tail = next((tail for tail in words.branch_tails if text.endswith(tail)), "")
    if not tail:
        return text, ""
    head = text[: -len(tail)]
    ends = (*(form for form, _ in words.legal_forms), "银行", "大学", "医院", *words.bank_names)
    cut = max((head.rfind(end) + len(end) for end in ends if head.rfind(end) > 0), default=0)
    if cut == 0:
        cut = next((len(name) for name in words.bank_names if head.startswith(name)), 0)
    return (text[:cut], text[cut:]) if cut >= 2 else (text, "")


def _split_form(text: str) -> tuple[str, str]:
    for form, folded in load_words().legal_forms:
        if text.endswith(form) and len(text) > len(form) + 1:
            return text[: -len(form)], folded
    return text, ""


def _expand_alias(core: str) -> str:
    """Everyday names of bureaus and banks to the form in the register."""
    words = load_words()
    if core in words.bank_names:
        return words.bank_names[core]
    match = _BUREAU.match(core)
    group = match and next((g for g in words.bureau_groups if core.startswith(g)), "")
    if match and group and len(group) == match.start(1):
        return f"{words.bureau_groups[group]}第{match[1]}工程局{core[match.end() :]}"
    return core


def _split_industry(core: str) -> tuple[str, str]:
    """Peel known words of business off the end, leaving a brand of at least two characters."""
    words = load_words()
    cut = len(core)
    moved = True
    while moved:
        moved = False
        for length in range(min(words.longest_industry, cut - 2), 1, -1):
            if core[cut - length : cut] in words.industries:
                cut -= length
                moved = True
                break
    return core[:cut], core[cut:]

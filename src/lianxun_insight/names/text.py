"""The first step of every normaliser: one script, one width, one kind of bracket."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

from lianxun_insight.names.words import load_words

#: Version of the code; the words carry their own.
_CODE_VERSION: Final = "1"
NORMALISER_VERSION: Final = f"{_CODE_VERSION}+{load_words().version}"

_BRACKETS: Final = str.maketrans(
    {"【": "(", "】": ")", "〔": "(", "〕": ")", "[": "(", "]": ")", "「": "(", "」": ")"}
    | {"{": "(", "}": ")", "《": "(", "》": ")", "<": "(", ">": ")"}
)
_NOISE: Final = re.compile(r"[\s·•・‧∙●.。,,、'\"“”‘’`´\u200b-\u200f\ufeff_]+")
_CHINESE_DIGITS: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _traditional() -> frozenset[str]:
    """Characters that simplification changes; text without them skips the converter (10x)."""
    characters = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simple = str(_converter().convert("\n".join(characters))).split("\n")
    return frozenset(c for c, d in zip(characters, simple, strict=True) if c != d)


def simplify(text: str) -> str:
    """Traditional characters to simplified ones (OpenCC tables, shipped with its package)."""
    if text.isascii() or _traditional().isdisjoint(text):
        return text
    return str(_converter().convert(text))


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """NFKC, upper case, simplified, unified brackets, without blanks, dots and quotation marks.

    >>> fold("華 聯（集團）")
    '华联(集团)'
    """
    text = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    text = unicodedata.normalize("NFKC", text.upper()).translate(_BRACKETS)
    return simplify(_NOISE.sub("", text))


def chinese_number(text: str) -> int | None:
    """Read 0–999 written in Chinese or digits; None when it is no number.

    >>> chinese_number("二十三"), chinese_number("十"), chinese_number("08")
    (23, 10, 8)
    """
    if text.isdecimal() and text.isascii():
        return int(text)
    if not any(mark in text for mark in "十百"):
        digits = [_CHINESE_DIGITS.get(char) for char in text]
        if not digits or None in digits:
            return None
        return int("".join(str(digit) for digit in digits))
    return _with_places(text)


def _with_places(text: str) -> int | None:
    total, current = 0, 0
    for char in text:
        if char in _CHINESE_DIGITS:
            current = _CHINESE_DIGITS[char]
        elif char == "十":
            total, current = total + (current or 1) * 10, 0
        elif char == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            return None
    return total + current


_NUMBERED: Final = re.compile(
    r"第?([〇零一二两三四五六七八九十百]{1,5}|\d{1,3})"
    r"(工程局|工程处|工程公司|工程队|建筑工程|分公司|项目部|冶金|航务|勘察|设计院|人民医院|医院|中学|小学"
    r"|建设|建筑|支队|大队|车间|营业部|分店|分厂|分院|局|处|公司|院|厂|店|队|建)"
)


def ordinals(folded: str) -> tuple[int, ...]:
    """Numbers that tell sister units apart: 第八工程局 and 八局 give (8,).

    >>> ordinals("中国建筑第八工程局有限公司"), ordinals("中建八局")
    ((8,), (8,))
    """
    found = []
    for match in _NUMBERED.finditer(folded):
        value = chinese_number(match[1])
        explicit = match[0].startswith("第") or match[2] in (
            "局",
            "处",
            "建",
            "队",
            "分公司",
            "厂",
            "店",
        )
        if value is not None and explicit:
            found.append(value)
    return tuple(found)

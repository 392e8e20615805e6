"""《数据安全管理办法》 and 《应急处置预案》 (6.2): shipped texts, dated, with the laws they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lianxun.documents.records import Block, Heading, Paragraph

_DATA = Path(__file__).parent / "data" / "rule_texts.yaml"
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class RuleText:
    """One text: its chapters as (heading, articles), with places for body, office and day."""

    key: str
    title: str
    code: str
    grounds: tuple[str, ...]
    chapters: tuple[tuple[str, tuple[str, ...]], ...]
    version: int
    valid_from: date


@cache
def _versions() -> tuple[Mapping[str, Any], ...]:
    return tuple(yaml.safe_load(_DATA.read_text("utf-8")))


def rule_texts(on: date) -> tuple[RuleText, ...]:
    """The newest texts valid on a day; the oldest for days before all."""
    fitting = [v for v in _versions() if v["valid_from"] <= on] or _versions()[:1]
    found = max(fitting, key=lambda v: v["valid_from"])
    return tuple(
        RuleText(
            key,
            text["title"],
            text["code"],
            tuple(text["grounds"]),
            tuple((c["heading"], tuple(c["articles"])) for c in text["chapters"]),
            found["version"],
            found["valid_from"],
        )
        for key, text in found["texts"].items()
    )


def numbered(number: int) -> str:
    """An article's number as official Chinese writes it, up to 99: 第十一条."""
    tens, ones = divmod(number, 10)
    words = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return f"第{words}{_DIGITS[ones] if ones or not tens else ''}条"


def blocks(text: RuleText, *, body: str, office: str, effective: date) -> tuple[Block, ...]:
    """The text filled for one body, its articles numbered through all chapters."""
    places = {
        "body": body,
        "office": office,
        "grounds": "、".join(g.split("（")[0] for g in text.grounds),
        "effective": f"{effective.year}年{effective.month}月{effective.day}日",
    }
    found: list[Block] = []
    number = 0
    for heading, articles in text.chapters:
        found.append(Heading(heading))
        for article in articles:
            number += 1
            found.append(Paragraph(f"{numbered(number)}　{article.format(**places)}"))
    grounds = "；".join(text.grounds)
    found.append(Paragraph(f"（依据：{grounds}。样本第{text.version}版，由印制单位核定后施行。）"))
    return tuple(found)

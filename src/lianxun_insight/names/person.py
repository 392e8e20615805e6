"""Personal names: one comparable form, a variant key, surname and (for blocking only) pinyin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lianxun_insight.names.text import fold
from lianxun_insight.names.words import load_words


@dataclass(frozen=True, slots=True)
class PersonName:
    """`name` compares exactly, `variant_key` equates variant characters (evidence one step weaker)."""

    name: str
    variant_key: str
    surname: str
    given: str

    @property
    def pinyin(self) -> str:
        """Toneless pinyin; a blocking key, never evidence of identity."""
        from pypinyin import lazy_pinyin

        return "".join(lazy_pinyin(self.name))


@lru_cache(maxsize=500_000)
def parse_person(text: str) -> PersonName:
    """Normalise a personal name; minority-name dots, blanks and brackets' content are dropped.

    >>> parse_person("歐陽 娜").surname, parse_person("阿卜杜·热合曼").name
    ('欧阳', '阿卜杜热合曼')
    """
    folded = fold(text)
    if "(" in folded:
        folded = folded[: folded.index("(")] or folded.strip("()")
    words = load_words()
    variant = folded
    if not words.variants.keys().isdisjoint(folded):
        variant = "".join(words.variants.get(char, char) for char in folded)
    size = 2 if folded[:2] in words.compound_surnames and len(folded) > 2 else 1
    return PersonName(folded, variant, folded[:size], folded[size:])

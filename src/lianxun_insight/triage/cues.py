"""Cue rules of the taxonomy: whose words stand where. A sentence that denies does not count."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lianxun_insight.triage.taxonomy import Leaf

LIMIT = 3  # more different cues than this say nothing more
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]?")
_DENIAL = re.compile(
    r"不是(?:要|来|想)?(?:举报|反映|说)|没有看到|没看到|没有证据|无关|没关系|不在反映|不提了?。|没有收过|"
    r"不存在|传言|并未发现|没有发现"
)


@dataclass(frozen=True)
class CueHit:
    """A rule and the stretch it rests on; ``weight`` +1 speaks for the leaf, -1 against it."""

    rule: str
    start: int
    end: int
    weight: int


def without_denials(text: str) -> str:
    """The text with every sentence that denies or sets aside blanked out, same length."""
    out = list(text)
    for match in _SENTENCE.finditer(text):
        if _DENIAL.search(match.group()):
            out[match.start() : match.end()] = " " * (match.end() - match.start())
    return "".join(out)


def hits(leaf: Leaf, text: str) -> list[CueHit]:
    """The first match of every rule of a leaf in a text already freed of denials."""
    found = []
    for kind, patterns, weight in (("cue", leaf.cues, 1), ("against", leaf.against, -1)):
        for number, pattern in enumerate(patterns, start=1):
            match = pattern.search(text)
            if match:
                rule = f"{leaf.code}/{kind}{number}"
                found.append(CueHit(rule, match.start(), match.end(), weight))
    return found


def all_hits(leaf: Leaf, text: str) -> list[CueHit]:
    """Every match of every rule of a leaf."""
    return [
        CueHit(f"{leaf.code}/{kind}{number}", match.start(), match.end(), weight)
        for kind, patterns, weight in (("cue", leaf.cues, 1), ("against", leaf.against, -1))
        for number, pattern in enumerate(patterns, start=1)
        for match in pattern.finditer(text)
    ]


def counts(leaf: Leaf, text: str) -> tuple[int, int]:
    """How many different rules speak for and against, each at most ``LIMIT``."""
    found = hits(leaf, text)
    positive = sum(hit.weight > 0 for hit in found)
    return min(LIMIT, positive), min(LIMIT, len(found) - positive)

"""What a hit is to be called: 重复件, 同一事项, 同文异主体 or 相关. Entities decide, not the score.

Letters are often copied with another name put in; a score cannot tell that from a second copy. So
near-copies are aligned character by character, and where the two differ inside a name, a unit, a
place or an identifier they are about another subject. In doubt the answer is not 重复件: a duplicate
is put aside, everything else is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

from lianxun_insight.detect.finder import find_spans
from lianxun_insight.detect.redaction import split_reporter_block
from lianxun_insight.detect.spans import Span
from lianxun_insight.triage.similar.copies import bare, jaccard, shingles

COPY = 0.5  # share of common shingles from which two texts are one text
COPY_MASKED = 0.6  # the same with all names and numbers taken out: a form letter
RELATED = 0.12  # plain cosine below which a hit is not shown
SUBJECT = frozenset({"person", "org", "place", "address", "plate", "id_card", "credit_code"})
COMPARED = SUBJECT | {"amount", "date"}
_MASKS = "某×xX＊*✕○"
_PLACE_ENDS = "省市县区镇乡村屯组州旗盟局院校厂"
_LINE = frozenset("，。；、,;:：.!?！？ \n\t“”\"'（）()")


class Relation(StrEnum):
    """Labels shown to the officer, who alone links or merges."""

    DUPLICATE = "重复件"
    SAME_MATTER = "同一事项"
    OTHER_SUBJECT = "同文异主体"
    RELATED = "相关"


@dataclass(frozen=True)
class Verdict:
    """A label with the names it rests on; ``relation`` is None when the hit is not worth showing."""

    relation: Relation | None
    shared: tuple[str, ...]
    differing: tuple[tuple[str, str], ...]
    overlap: float  # Jaccard similarity of the texts


@dataclass(frozen=True)
class Profile:
    """A lead's text without the reporter, its shingles and its entities."""

    text: str
    shingles: frozenset[str]
    masked: frozenset[str]
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, title: str, text: str, today: date | None = None) -> Profile:
        body = split_reporter_block(f"{title}\n{text}").body
        spans = find_spans(body, today=today, types=COMPARED)
        characters = list(body)
        for span in spans:
            characters[span.start : span.end] = "＿" * (span.end - span.start)
        return cls(body, shingles(body), shingles("".join(characters)), tuple(spans))

    def names(self, kind: str) -> set[str]:
        return {s.norm for s in self.spans if s.type == kind and len(s.norm) > 1}


def same_name(one: str, two: str, kind: str) -> bool:
    """May the two writings mean the same? Shortened, masked and homophone writings may."""
    a, b = bare(one), bare(two)
    if not a or not b or a in b or b in a:
        return True
    if kind == "person":
        if a[0] != b[0]:
            return False
        masked = any(c in _MASKS for c in one + two) or len(a) == 1 or len(b) == 1
        return masked or lazy_pinyin(a) == lazy_pinyin(b)
    return False


def judge(one: Profile, two: Profile, cosine: float) -> Verdict:
    """The label of a pair; ``cosine`` is the index's plain cosine of the two."""
    overlap = jaccard(one.shingles, two.shingles)
    copied = overlap >= COPY or (
        jaccard(one.masked, two.masked) >= COPY_MASKED
        and min(len(one.masked), len(two.masked)) >= 12
    )
    if copied:
        differing = tuple(_replaced(one, two))
        label = Relation.OTHER_SUBJECT if differing else Relation.DUPLICATE
        return Verdict(label, _shared(one, two), differing, overlap)
    shared = _shared(one, two)
    differing = tuple(_disjoint(one, two))
    if cosine >= RELATED and _points(one, two) >= 2.0:
        return Verdict(Relation.SAME_MATTER, shared, differing, overlap)
    relation = Relation.RELATED if cosine >= RELATED else None
    return Verdict(relation, shared, differing, overlap)


def _shared(one: Profile, two: Profile) -> tuple[str, ...]:
    found = [name for kind in sorted(COMPARED - {"date"}) for name in common_names(one, two, kind)]
    return tuple(dict.fromkeys(found))


def common_names(one: Profile, two: Profile, kind: str) -> list[str]:
    """Names of a kind that both have; of units and places a shortened writing counts."""
    others = two.names(kind)
    if kind in {"amount", "plate", "id_card", "credit_code", "person"}:
        return sorted(one.names(kind) & others)
    return sorted(
        n
        for n in one.names(kind)
        if any((n in o or o in n) and len(min(n, o, key=len)) > 2 for o in others)
    )


def _disjoint(one: Profile, two: Profile) -> Iterable[tuple[str, str]]:
    for kind in ("person", "org", "place"):
        a, b = one.names(kind), two.names(kind)
        if a and b and not any(same_name(x, y, kind) for x in a for y in b):
            yield min(a), min(b)


def _points(one: Profile, two: Profile) -> float:
    """How much speaks for one matter: the same person 2, unit 1, amount 1, day 1, place 0.5."""
    points = 2.0 * bool(common_names(one, two, "person"))
    points += min(2.0, 1.0 * len(common_names(one, two, "org")))
    points += 1.0 * bool(common_names(one, two, "amount")) + 1.0 * bool(
        common_names(one, two, "plate")
    )
    points += 0.5 * bool(common_names(one, two, "place"))
    days = {s.norm for s in one.spans if s.type == "date"} & {
        s.norm for s in two.spans if s.type == "date"
    }
    points += 1.0 if any(d[:10] == d[11:] for d in days) else 0.5 * bool(days)
    persons_differ = any(a in one.names("person") for a, _ in _disjoint(one, two))
    return points - (1.5 if persons_differ else 0.0)


@dataclass(frozen=True)
class _Gap:
    """A place where two near-copies differ: text[start:end] here, text[low:high] there."""

    one: Profile
    two: Profile
    start: int
    end: int
    low: int
    high: int

    def turned(self) -> _Gap:
        return _Gap(self.two, self.one, self.low, self.high, self.start, self.end)

    def touched(self) -> list[Span]:
        """Entities of the first text that the gap lies in."""
        end = max(self.end, self.start + 1)
        return [
            s for s in self.one.spans if s.type in SUBJECT and s.start < end and self.start < s.end
        ]

    def grown(self, span: Span) -> str:
        """What stands in the second text where the first has ``span``."""
        left, right = max(0, self.start - span.start), max(0, span.end - self.end)
        stretch = self.two.text[max(0, self.low - left) : self.high + right]
        return "".join(c for c in stretch if c not in _LINE)

    def pair(self) -> tuple[str, str, str] | None:
        """(kind, name here, name there), or None where no name is concerned."""
        here, there = self.touched(), self.turned().touched()
        if here and there:
            return here[0].type, here[0].norm, there[0].norm
        if self.start == self.end or self.low == self.high:
            return None  # something was left out or put in between names
        if here:
            return here[0].type, here[0].norm, self.grown(here[0])
        if there:
            return there[0].type, self.turned().grown(there[0]), there[0].norm
        after = self.one.text[self.end : self.end + 1]
        if after and after in _PLACE_ENDS and after == self.two.text[self.high : self.high + 1]:
            one, two = self.one.text[self.start : self.end], self.two.text[self.low : self.high]
            return "place", one + after, two + after
        return None


def _replaced(one: Profile, two: Profile) -> list[tuple[str, str]]:
    """Pairs of different names that stand in the same place of two near-copies."""
    found: dict[tuple[str, str], None] = {}
    for op in Levenshtein.opcodes(one.text, two.text):
        if op.tag == "equal":
            continue
        pair = _Gap(one, two, op.src_start, op.src_end, op.dest_start, op.dest_end).pair()
        if pair is not None and not same_name(pair[1], pair[2], pair[0]):
            _, here, there = pair
            if here not in two.text or there not in one.text:
                found[here, there] = None
    return list(found)

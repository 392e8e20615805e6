"""Find the legal name behind a short or everyday name, with the reason.

Nothing is learnt from answers. A short name is read as a selection of characters from the legal
name, left to right; each character weighs by how rare it is among the candidates at hand (so
`股份` and `科技` weigh little and a brand much). What counts, in bits:

* characters found in order, more when they stand side by side or open a part of the name;
* a region abbreviation (`粤` for 广东) is the region;
* characters of the short name that are missing cost their weight;
* brand characters that the short name leaves out cost a part of theirs (an abbreviation keeps the
  brand and drops the business); the legal form and the region cost nothing;
* ordinal numbers must agree.

Two passes: an inverted index over characters and pairs picks the best `POOL` candidates, the
alignment scores those. Longest common subsequence alone is the baseline this is measured against.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from lianxun_insight.names.organisation import OrgName, parse_organisation
from lianxun_insight.names.text import fold, ordinals
from lianxun_insight.names.words import load_words

POOL: Final = 60
#: Rewards as fractions of the weight of the matched character.
ADJACENT: Final = 0.5
OPENING: Final = {"B": 0.5, "I": 0.2, "R": 0.2, "F": 0.0}
#: A region is abbreviated by its first character; a match inside it is mostly chance.
INSIDE_REGION: Final = 0.4
#: Costs: of a missing character (present elsewhere / nowhere) as a fraction of its weight …
MISPLACED: Final = 0.45
MISSING: Final = 0.9
#: … and of characters left out, in units of the mean character weight of the query: the first, the
#: second and a later character of the brand, of the business and of the region.
SKIPPED_BRAND: Final = (0.6, 0.35, 0.1)
SKIPPED: Final = {"I": 0.05, "R": 0.03, "F": 0.0}
EXACT: Final = 1_000.0
#: A candidate that fits another query of the same list better by this many points gives way to one
#: at most `YIELD` points worse.
ADVANTAGE: Final = 1.5
YIELD: Final = 8.0


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate with its score (0–100, comparable within one query) and a Chinese reason."""

    name: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    body: str
    #: one letter per character of `body`: R region, B brand, I business, F form
    parts: str
    opening: tuple[bool, ...]
    skip: tuple[float, ...]
    skip_total: float
    characters: frozenset[str]
    #: abbreviation of the region -> columns the region takes
    aliases: Mapping[str, int]
    numbers: tuple[int, ...]
    key: str


@dataclass(frozen=True, slots=True)
class _Aligned:
    value: float
    pairs: tuple[tuple[int, int], ...]


class NameMatcher:
    """An index over candidate legal names; `match` answers one query."""

    def __init__(self, names: Iterable[str]) -> None:
        self._candidates = [_candidate(name) for name in dict.fromkeys(names) if name.strip()]
        self._total = len(self._candidates)
        counts: Counter[str] = Counter()
        postings: dict[str, list[int]] = {}
        for number, candidate in enumerate(self._candidates):
            grams = set(candidate.body) | {a + b for a, b in _pairs(candidate.body)}
            grams |= set(candidate.aliases)
            for gram in grams:
                postings.setdefault(gram, []).append(number)
            counts.update(set(candidate.body))
        self._counts = counts
        self._postings: dict[str, npt.NDArray[np.int32]] = {
            gram: np.asarray(numbers, dtype=np.int32) for gram, numbers in postings.items()
        }
        self._by_key: dict[str, list[int]] = {}
        for number, candidate in enumerate(self._candidates):
            self._by_key.setdefault(candidate.key, []).append(number)

    def __len__(self) -> int:
        return self._total

    def match(self, query: str, limit: int = 5) -> list[Match]:
        """Return the best `limit` candidates, best first; empty when nothing is shared."""
        text = strip_exchange_marks(query)
        if not text or not self._total:
            return []
        numbers = ordinals(text)
        key = parse_organisation(query).key
        scored = []
        for number in self._pool(text, key):
            candidate = self._candidates[number]
            scored.append((self._score(text, numbers, key, candidate), candidate))
        scored.sort(key=lambda item: (-item[0][0], len(item[1].body), item[1].name))
        best = self._self_score(text)
        return [
            Match(item.name, round(min(100.0, max(0.0, 100 * value / best)), 2), why)
            for (value, why), item in scored[:limit]
        ]

    def _weight(self, gram: str) -> float:
        return math.log2((self._total + 1) / (self._counts.get(gram, 0) + 0.5))

    def _pool(self, text: str, key: str) -> list[int]:
        scores = np.zeros(self._total, dtype=np.float32)
        for gram in set(text):
            if gram in self._postings:
                scores[self._postings[gram]] += self._weight(gram)
        for a, b in _pairs(text):
            if a + b in self._postings:
                rarity = math.log2((self._total + 1) / (len(self._postings[a + b]) + 0.5))
                scores[self._postings[a + b]] += 0.5 * rarity
        size = min(POOL, self._total)
        best = np.argpartition(-scores, size - 1)[:size]
        pool = {int(number) for number in best if scores[number] > 0}
        pool.update(self._by_key.get(key, ()))
        return sorted(pool)

    def _self_score(self, text: str) -> float:
        weights = [self._weight(char) for char in text]
        return sum(weights) + ADJACENT * sum(weights[1:]) + OPENING["B"] * weights[0]

    def _score(
        self, text: str, numbers: tuple[int, ...], key: str, candidate: _Candidate
    ) -> tuple[float, str]:
        if key == candidate.key:
            return EXACT, "规范化后名称相同"
        aligned = self._align(text, candidate)
        value = aligned.value
        reasons = _explain(text, candidate, aligned)
        if numbers and candidate.numbers and set(numbers).isdisjoint(candidate.numbers):
            value -= 0.5 * self._self_score(text)
            reasons += ";序号不一致"
        return value, reasons

    def _align(self, text: str, candidate: _Candidate) -> _Aligned:
        """Best monotone alignment of `text` into the candidate (dynamic programme, O(n·m))."""
        body = candidate.body
        weights = [self._weight(char) for char in text]
        mean = sum(weights) / len(weights)
        columns = len(body)
        # best[j]: best value of a prefix of text matched before column j;
        # ends[j]: best value with the latest character matched at column j
        best: list[_Path] = [(-mean * candidate.skip_total, ())] * (columns + 1)
        ends: list[_Path | None] = [None] * columns
        for i, char in enumerate(text):
            weight = weights[i]
            cost = weight * (MISPLACED if char in candidate.characters else MISSING)
            alias = candidate.aliases.get(char, 0)
            now_ends: list[_Path | None] = [None] * columns
            now: list[_Path] = [(best[0][0] - cost, best[0][1])]
            for j in range(columns):
                option = None
                if body[j] == char or (alias and j == alias - 1):
                    option = _extend(best[j], ends[j - 1] if j else None, candidate, (i, j), weight)
                    option = (option[0] + mean * candidate.skip[j], option[1])
                now_ends[j] = option
                stay = (best[j + 1][0] - cost, best[j + 1][1])
                top = now[j] if now[j][0] >= stay[0] else stay
                now.append(option if option is not None and option[0] > top[0] else top)
            best, ends = now, now_ends
        value, pairs = best[columns]
        return _Aligned(value, pairs)


_Path = tuple[float, tuple[tuple[int, int], ...]]


def _extend(
    free: _Path, beside: _Path | None, candidate: _Candidate, cell: tuple[int, int], weight: float
) -> _Path:
    """Match character i at column j after the best earlier path, adjacent or not."""
    j = cell[1]
    part = candidate.parts[j]
    inside = part == "R" and not candidate.opening[j]
    gain = weight + (OPENING[part] * weight if candidate.opening[j] else 0.0)
    alone = free[0] + gain * (INSIDE_REGION if inside else 1.0)
    if beside is not None and (part == candidate.parts[j - 1] or candidate.opening[j]):
        together = beside[0] + gain + ADJACENT * weight
        if together > alone:
            return together, (*beside[1], cell)
    return alone, (*free[1], cell)


def strip_exchange_marks(query: str) -> str:
    """Fold a query and drop marks that carry no identity (`*ST`, a final `A` after Chinese)."""
    text = fold(query)
    words = load_words()
    for prefix in words.short_name_prefixes:
        if text.startswith(prefix) and len(text) >= len(prefix) + 2 and text[len(prefix)] > "⺀":
            text = text[len(prefix) :]
            break
    for suffix in words.short_name_suffixes:
        if text.endswith(suffix) and len(text) >= len(suffix) + 2 and text[-len(suffix) - 1] > "⺀":
            text = text[: -len(suffix)]
            break
    text = text.replace("(", "").replace(")", "")
    return text.replace("浦东", "沪") if text.startswith("浦东") else text


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    return itertools.pairwise(text)


def _candidate(name: str) -> _Candidate:
    parsed = parse_organisation(name)
    body = parsed.text
    parts = _label(body, parsed)
    opening = tuple(
        part != "F" and (j == 0 or parts[j - 1] != part) for j, part in enumerate(parts)
    )
    start = parts.find("B")
    skip = tuple(
        SKIPPED_BRAND[min(j - start, 2)] if part == "B" else SKIPPED[part]
        for j, part in enumerate(parts)
    )
    return _Candidate(
        name=name,
        body=body,
        parts=parts,
        opening=opening,
        skip=skip,
        skip_total=sum(skip),
        characters=frozenset(body),
        aliases=_abbreviations(body),
        numbers=parsed.ordinals,
        key=parsed.key,
    )


def _label(body: str, parsed: OrgName) -> str:
    """One letter per character: R region (中国 counts as one), B brand, I business, F the rest."""
    start = body.find(parsed.brand) if parsed.brand else 0
    if start < 0:
        return "B" * len(body)
    end = start + len(parsed.brand)
    if body[start:end].startswith("中国") and end - start >= 4:
        start += 2
    industry = min(len(parsed.industry), len(body) - end)
    return "R" * start + "B" * (end - start) + "I" * industry + "F" * (len(body) - end - industry)


@lru_cache(maxsize=1)
def _region_starts() -> Mapping[str, tuple[str, ...]]:
    starts: dict[str, list[str]] = {}
    for short, names in load_words().region_abbreviations.items():
        for name in names:
            if len(short) == 1:
                starts.setdefault(name, []).append(short)
    return {name: tuple(shorts) for name, shorts in starts.items()}


def _abbreviations(body: str) -> dict[str, int]:
    """Abbreviations of the region a name starts with (广东… -> 粤), with the region's length."""
    starts = _region_starts()
    head = body[2:] if body.startswith("中国") else body
    offset = len(body) - len(head)
    for length in (4, 3, 2):
        if head[:length] in starts:
            return dict.fromkeys(starts[head[:length]], offset + length)
    return {}


def _explain(text: str, candidate: _Candidate, aligned: _Aligned) -> str:
    if not aligned.pairs:
        return "没有按顺序出现的共同字"
    names = {"R": "地区", "B": "字号", "I": "行业", "F": "组织形式"}
    found: dict[str, str] = {}
    for _, j in aligned.pairs:
        found[candidate.parts[j]] = found.get(candidate.parts[j], "") + candidate.body[j]
    parts = ",".join(f"{names[part]}「{chars}」" for part, chars in found.items())
    missing = "".join(c for i, c in enumerate(text) if i not in {i for i, _ in aligned.pairs})
    return f"对上{parts}" + (f";简称中的「{missing}」未对上" if missing else "")


def match_all(
    queries: Sequence[str],
    candidates: Iterable[str],
    limit: int = 5,
    *,
    independent: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> list[list[Match]]:
    """Match every query against the same candidates.

    In a list of names a near tie is decided by the other names: 阳光股份 is not 阳光电源 when that
    name stands in the list too. Switch off with `independent`.
    """
    matcher = NameMatcher(candidates)
    found = []
    for query in queries:
        found.append(matcher.match(query, limit + 3))
        if on_progress is not None:
            on_progress(1)
    if not independent:
        found = _settle_ties(queries, found)
    return [matches[:limit] for matches in found]


def _settle_ties(queries: Sequence[str], found: list[list[Match]]) -> list[list[Match]]:
    claims: dict[str, tuple[float, str]] = {}
    for query, matches in zip(queries, found, strict=True):
        if matches and (
            matches[0].name not in claims or claims[matches[0].name][0] < matches[0].score
        ):
            claims[matches[0].name] = (matches[0].score, strip_exchange_marks(query))
    settled = []
    for query, matches in zip(queries, found, strict=True):
        text = strip_exchange_marks(query)
        settled.append(_yield_to(claims, text, matches))
    return settled


def _yield_to(
    claims: Mapping[str, tuple[float, str]], text: str, matches: list[Match]
) -> list[Match]:
    """Move candidates that another query fits better behind those almost as good."""

    def claimed(match: Match) -> bool:
        score, by = claims.get(match.name, (0.0, text))
        return by != text and score >= match.score + ADVANTAGE

    if not matches or not claimed(matches[0]):
        return matches
    near = [match for match in matches if match.score >= matches[0].score - YIELD]
    free = [match for match in near if not claimed(match)]
    if not free:
        return matches
    taken = [
        Match(match.name, match.score, f"{match.why}；更符合另一查询「{claims[match.name][1]}」")
        for match in near
        if claimed(match)
    ]
    return [*free, *taken, *matches[len(near) :]]

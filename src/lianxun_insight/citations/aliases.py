"""From the name a text uses to the work it means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import cache
from importlib import resources
from typing import Final

import yaml

from lianxun_insight.articles.library import work_key

_KIND: Final = re.compile(
    r"(?:本|该|上述|前述|同)?(法典|法|条例|规定|办法|规则|准则|细则|解释|决定|章程|意见|宪法)$"
)
_TRAILING: Final = re.compile(
    r"[（(](?:试行|暂行|草案|[^（）()]{0,6}(?:修正|修订|公布|施行)[^（）()]{0,6}|\d{4}.{0,4})[）)]$"
)
_PREFIX_WORDS: Final = re.compile(
    r"^(?:根据|依据|依照|按照|违反|适用|参照|符合|触犯|执行|和|与|及|或|以及|并|对|在|《|现行|新|旧|原|我国|国家|的|是|经|按|依|即|如)+"
)
_MIN_SUFFIX: Final = 4
_MAX_SUFFIX: Final = 30
_CLOSING: Final = "》〉）)、和与及或的之"
_LAST_PART: Final = re.compile(r"[、《》]|以及|或者|依据|根据|依照|按照|违反|适用|参照|触犯")


@cache
def shipped_aliases() -> dict[str, str]:
    """The shipped table (data/aliases.yaml): compared name → work key."""
    text = (
        resources.files("lianxun_insight.citations")
        .joinpath("data/aliases.yaml")
        .read_text("utf-8")
    )
    table: dict[str, str] = yaml.safe_load(text)["aliases"]
    return {work_key(k): work_key(v) for k, v in table.items()}


class AliasTable:
    """Names of the works of a library: full titles, shipped and own aliases, unique endings.

    `match` returns the keys of all works a name may mean: none, one, or several (ambiguous).
    """

    def __init__(self, works: Iterable[str], own: Mapping[str, str] | None = None) -> None:
        self._works = set(works)
        self._named = {
            **shipped_aliases(),
            **{work_key(k): work_key(v) for k, v in (own or {}).items()},
        }
        self._endings: dict[str, frozenset[str]] = {}
        endings: dict[str, set[str]] = defaultdict(set)
        for key in self._works:
            for ending in _endings_of(key):
                endings[ending].add(key)
        self._endings = {ending: frozenset(keys) for ending, keys in endings.items()}
        self._aliases = self._of_these_works()

    def _of_these_works(self) -> dict[str, str]:
        # An alias of a rule that is not in this library must not hide one that is.
        return {k: v for k, v in self._named.items() if v in self._works}

    def changed(self, gone: Iterable[str], new: Iterable[str]) -> AliasTable:
        """The table of a library that lost and gained a few works; this one stays as it is."""
        made = copy(self)
        leaving, coming = set(gone), set(new)
        made._works = self._works - leaving | coming
        made._endings = dict(self._endings)
        for key in leaving | coming:
            for ending in _endings_of(key):
                keys = made._endings.get(ending, frozenset()) - {key}
                made._endings[ending] = keys | {key} if key in made._works else keys
        made._aliases = made._of_these_works()
        return made

    def match(self, name: str, local: Mapping[str, str] | None = None) -> list[str]:
        """Works meant by a quoted name. `local` holds short names the text itself defined."""
        key = work_key(name)
        if local:
            key = work_key(local.get(name, local.get(key, name)))
        for candidate in (key, _TRAILING.sub("", key)):
            if candidate in self._works:
                return [candidate]
            target = self._aliases.get(candidate)
            if target:
                return [target]
        found = self._endings.get(_TRAILING.sub("", key), frozenset())
        return sorted(found)

    def match_bare(
        self, name: str, local: Mapping[str, str] | None = None
    ) -> tuple[list[str], int]:
        """Works meant by an unquoted name and how many leading characters are not part of it.

        依据监察法 → (["监察法"], 2): the longest ending of the words that is a known name wins.
        """
        for skip in range(len(name) - 1):
            rest = name[skip:]
            if rest[0] in _CLOSING:
                continue
            key = work_key(rest)
            if key in self._works or key in self._aliases or (local and rest in local):
                # The quotation mark that opens the name belongs to the words before it.
                return self.match(rest, local), skip
        tail = _LAST_PART.split(name)[-1]
        stripped = _PREFIX_WORDS.sub("", tail) or tail
        skip = len(name) - len(stripped)
        return (self.match(stripped, local) if len(stripped) >= _MIN_SUFFIX else []), skip

    def suggest(self, name: str) -> str:
        """The known title nearest to an unknown name, or "" when none is near."""
        from rapidfuzz import fuzz, process

        best = process.extractOne(work_key(name), self._works, scorer=fuzz.ratio, score_cutoff=75)
        return best[0] if best else ""


def _endings_of(key: str) -> Iterator[str]:
    """公职人员政务处分法 answers to its endings 政务处分法, 人员政务处分法, …; and without 试行."""
    plain = _TRAILING.sub("", key)
    for begin in range(1, len(plain) - _MIN_SUFFIX + 1):
        if len(plain) - begin <= _MAX_SUFFIX:
            yield plain[begin:]
    if plain != key:
        yield plain


def kind_word(name: str) -> str:
    """法, 条例, 办法 …: the last word of 本条例 or of a title."""
    found = _KIND.search(name)
    return found[1] if found else ""

"""What is searched: passages (articles of versions) with the columns that filters use."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.articles.library import Library

_FAR_PAST: Final = date.min.toordinal()
_FAR_FUTURE: Final = date.max.toordinal()
COLUMN_NAMES: Final = ("kind", "tier", "region", "work", "since", "until", "number")
_NUMBER: Final = re.compile(r"[#/](?:x\d+\.)?[aip](\d+)")


@dataclass(frozen=True, slots=True)
class Passage:
    """One article of one version. `id` is the caller's key (unique in an index)."""

    id: str
    work: str
    title: str
    label: str
    text: str
    headings: tuple[str, ...] = ()
    kind: str = ""
    tier: str = ""
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    collections: frozenset[str] = frozenset()

    @property
    def searched_text(self) -> str:
        """Title, headings and wording; headings count twice (measured, docs/text/search.md)."""
        heads = "\n".join(self.headings)
        return f"{self.title}\n{heads}\n{heads}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search may return. None means "no restriction"; empty collections match nothing.

    `as_of` keeps passages valid on that day; `regions` are names by prefix (浙江省 includes its
    cities), and passages without a region (the centre) pass when `with_centre`.
    """

    kinds: Collection[str] | None = None
    tiers: Collection[str] | None = None
    regions: Collection[str] | None = None
    with_centre: bool = True
    as_of: date | None = None
    collections: Collection[str] | None = None
    works: Collection[str] | None = None
    #: Ids the reader may see. The platform passes the ids its row security returned.
    allowed: Collection[str] | None = None
    #: Ids the reader may not see: the shorter list where almost everything is open.
    denied: Collection[str] = ()
    #: Works the reader may not see, every passage of them.
    denied_works: Collection[str] = ()


def article_number(passage_id: str) -> int:
    """The number in an id, 0 where there is none."""
    found = _NUMBER.search(passage_id)
    return min(int(found[1]), 1_000_000) if found else 0


@dataclass(slots=True)
class Columns:
    """Filter columns of a list of passages; codes are numbers into `names`."""

    ids: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, int]] = field(
        default_factory=lambda: {"kind": {}, "tier": {}, "region": {}, "work": {}}
    )
    kind: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    tier: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    region: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    work: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    since: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    until: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    #: The number of the article, from the id (…#a15 or …/a15/…); 0 where there is none.
    number: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    members: dict[str, list[int]] = field(default_factory=dict)

    def extend(self, passages: Sequence[Passage]) -> None:
        """Appends the columns of more passages."""
        offset = len(self.ids)
        self.ids.extend(p.id for p in passages)
        for name in self.codes:
            table = self.codes[name]
            new = [table.setdefault(getattr(p, name), len(table)) for p in passages]
            setattr(self, name, np.append(getattr(self, name), np.array(new, np.int32)))
        since = [p.valid_from.toordinal() if p.valid_from else _FAR_PAST for p in passages]
        until = [p.valid_to.toordinal() if p.valid_to else _FAR_FUTURE for p in passages]
        self.since = np.append(self.since, np.array(since, np.int32))
        self.until = np.append(self.until, np.array(until, np.int32))
        numbers = [article_number(p.id) for p in passages]
        self.number = np.append(self.number, np.array(numbers, np.int32))
        for index, passage in enumerate(passages, offset):
            for name in passage.collections:
                self.members.setdefault(name, []).append(index)

    def mask(self, filters: Filters, position: dict[str, int]) -> NDArray[np.bool_] | None:
        """True where a passage passes; None when nothing is filtered."""
        masks: list[NDArray[np.bool_]] = []
        for name, wanted in (
            ("kind", filters.kinds),
            ("tier", filters.tiers),
            ("work", filters.works),
        ):
            if wanted is not None:
                codes = [self.codes[name][v] for v in wanted if v in self.codes[name]]
                masks.append(np.isin(getattr(self, name), codes))
        if filters.regions is not None:
            masks.append(self._in_regions(filters.regions, with_centre=filters.with_centre))
        if filters.as_of is not None:
            day = filters.as_of.toordinal()
            masks.append((self.since <= day) & (day <= self.until))
        if filters.collections is not None:
            members = (i for c in filters.collections for i in self.members.get(c, ()))
            masks.append(self._at(members))
        if filters.allowed is not None:
            masks.append(self._at(position[i] for i in filters.allowed if i in position))
        if filters.denied:
            masks.append(~self._at(position[i] for i in filters.denied if i in position))
        if filters.denied_works:
            known = self.codes["work"]
            codes = [known[w] for w in filters.denied_works if w in known]
            masks.append(~np.isin(self.work, codes))
        if not masks:
            return None
        out = masks[0]
        for mask in masks[1:]:
            out = out & mask
        return out

    def _at(self, indices: Iterable[int]) -> NDArray[np.bool_]:
        out = np.zeros(len(self.ids), np.bool_)
        out[np.fromiter(indices, np.int64)] = True
        return out

    def _in_regions(self, regions: Collection[str], *, with_centre: bool) -> NDArray[np.bool_]:
        wanted = tuple(regions)
        codes = [
            code
            for name, code in self.codes["region"].items()
            if (name.startswith(wanted) if name else with_centre)
        ]
        return np.isin(self.region, codes)


def passages_of(library: Library) -> list[Passage]:
    """One passage per article; an article whose wording did not change between versions once.

    The passage of an unchanged article spans the validity of all versions that share it, so that
    an as-of search finds exactly one and a search without a day finds no doubles.
    """
    out: list[Passage] = []
    for work in library.works.values():
        spans: dict[tuple[str, str], Passage] = {}
        for version in work.versions:
            meta = version.metadata
            for article in version.articles:
                key = (article.key, article.text)
                before = spans.get(key)
                adjacent = before is not None and before.valid_to is not None
                since = before.valid_from if before is not None and adjacent else version.valid_from
                spans[key] = Passage(
                    id=f"{version.id}#{article.key}",
                    work=work.key,
                    title=version.title,
                    label=article.label,
                    text=article.text,
                    headings=article.headings,
                    kind=meta.kind.value,
                    tier=meta.tier.value,
                    region=meta.region,
                    valid_from=since,
                    valid_to=version.valid_to,
                )
        out.extend(spans.values())
    return out

"""The library as the citation engine wants it: works by name, read from the database when asked for.

Everything here is cached by the set of works that are not for everyone and that the reader sees: two
readers share a cache only if they see the same. A change of the library brings a cache forward: names
are added and taken out, and of the wordings read only those of the changed works are forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, cast
from uuid import UUID

from lianxun.regulations.models import Alias, Article, LibraryChange, Repeal, Version, Work
from lianxun_insight.articles import Article as PlainArticle
from lianxun_insight.articles import (
    ArticleNumber,
    Clause,
    Metadata,
    RuleKind,
    Tier,
    UnitKind,
    library,
)
from lianxun_insight.citations import Resolver

_KEPT = 12  # caches, one for each set of restricted works that somebody sees
_AT_ONCE = 200  # changed works up to which a cache is brought forward, not made anew
_lock = Lock()


@dataclass(frozen=True, slots=True)
class _Kept:
    """``mark`` is the last change (number, moment) that the resolver knows."""

    mark: tuple[int, datetime | None]
    works: WorksOnDemand
    resolver: Resolver


_kept: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()


class WorksOnDemand(Mapping[str, library.Work]):
    """Works by compared title; the wording of one is read at its first look-up."""

    def __init__(self, ids: Mapping[str, UUID]) -> None:
        self.ids = dict(ids)
        self._loaded: dict[str, library.Work] = {}

    def without(self, works: Collection[UUID], now: Mapping[str, UUID]) -> WorksOnDemand:
        """The same with the given works as they are now; what was read of the others stays."""
        made = WorksOnDemand({k: i for k, i in self.ids.items() if i not in works} | dict(now))
        made._loaded = {
            k: w
            for k, w in self._loaded.copy().items()
            if self.ids[k] not in works and made.ids.get(k) == self.ids[k]
        }
        return made

    def __getitem__(self, key: str) -> library.Work:
        found = self._loaded.get(key)
        if found is None:
            found = self._loaded[key] = read_work(key, self.ids[key])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, key: object) -> bool:
        return key in self.ids


def read_work(key: str, work_id: UUID) -> library.Work:
    """All versions of a work with their articles. ``sources`` of a version holds its row's id."""
    versions = list(Version.objects.filter(work=work_id).order_by("valid_from", "day"))
    articles: dict[UUID, list[PlainArticle]] = {v.id: [] for v in versions}
    rows = Article.objects.filter(version__in=versions).order_by("version", "order")
    for row in rows.iterator():
        articles[row.version_id].append(plain_article(row))
    return library.Work(key, [_version(key, v, tuple(articles[v.id])) for v in versions])


def plain_article(row: Article) -> PlainArticle:
    """The engine's article from a row; lines of the source are not kept."""
    return PlainArticle(
        kind=UnitKind(row.kind),
        number=ArticleNumber(row.number, row.branch),
        label=row.label,
        text=row.text,
        clauses=tuple(Clause(a, b, c, d, e, 0) for a, b, c, d, e in row.clauses),
        headings=tuple(row.headings),
        first_line=0,
        last_line=0,
        part=row.part,
        occurrence=int(row.key.rpartition("~")[2]) if "~" in row.key else 1,
    )


def _version(key: str, row: Version, articles: tuple[PlainArticle, ...]) -> library.Version:
    meta = Metadata(
        kind=RuleKind.NORMATIVE,
        tier=Tier.CENTRE,
        issuer="",
        region="",
        adopted_on=row.adopted_on,
        published_on=row.published_on,
        amended_on=row.day,
        effective_on=row.valid_from,
        document_number=row.document_number,
    )
    return library.Version(
        key,
        row.title,
        meta,
        articles,
        (str(row.id),),
        row.day,
        row.valid_from,
        row.valid_to,
        row.repealed,
    )


def version_id(version: library.Version) -> UUID:
    """The row a version of ``read_work`` came from."""
    return UUID(version.sources[0])


def resolver(unit_id: UUID) -> Resolver:
    """A resolver over what the reader of the running transaction sees; rules of his unit come first."""
    mark = LibraryChange.objects.order_by("-id").values_list("id", "at").first() or (0, None)
    aliases = list(Alias.objects.order_by("name").values_list("name", "target"))
    rows = Work.objects.filter(everyone=False).values_list("key", "id", "owner_unit")
    own = tuple(
        (key, i) for _, key, i in sorted((owner == unit_id, key, i) for key, i, owner in rows)
    )
    sees = (hash(tuple(aliases)), own)
    with _lock:
        before = _kept.get(sees)
        if before is not None:
            _kept.move_to_end(sees)
            if before.mark == mark:
                return before.resolver
    forward = _brought_forward(before, mark, dict(own)) if before is not None else None
    made = forward or _built(mark, dict(aliases), dict(own))
    with _lock:
        _kept[sees] = made
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return made.resolver


def reset() -> None:
    """Forget every cache; tests begin so."""
    with _lock:
        _kept.clear()


def _built(
    mark: tuple[int, datetime | None], aliases: dict[str, str], own: dict[str, UUID]
) -> _Kept:
    ids = dict(Work.objects.filter(everyone=True).values_list("key", "id"))
    ids.update(own)  # a unit's own rule goes before a common one of the same name
    works = WorksOnDemand(ids)
    return _Kept(mark, works, Resolver(_shelf(works), aliases))


def _brought_forward(
    before: _Kept, mark: tuple[int, datetime | None], own: dict[str, UUID]
) -> _Kept | None:
    """The cache with the changes since; None when they are too many or those of another database."""
    rows = list(
        LibraryChange.objects.filter(id__gte=before.mark[0])
        .order_by("id")
        .values_list("id", "at", "work")[: 10 * _AT_ONCE]
    )
    changed = {work for _, _, work in rows[1:]}
    if not rows or rows[0][:2] != before.mark or rows[-1][0] != mark[0] or len(changed) > _AT_ONCE:
        return None
    now = dict(Work.objects.filter(everyone=True, id__in=changed).values_list("key", "id"))
    works = before.works.without(changed, now | own)
    gone, new = (
        before.works.ids.keys() - works.ids.keys(),
        works.ids.keys() - before.works.ids.keys(),
    )
    names = before.resolver.aliases
    if gone or new:
        names = names.changed(gone, new)
    return _Kept(mark, works, Resolver(_shelf(works), names=names))


def _shelf(works: WorksOnDemand) -> library.Library:
    shelf = library.Library([])
    shelf.works = cast("dict[str, library.Work]", works)
    rows = Repeal.objects.order_by("since").values_list("target", "version__title", "since")
    shelf.repealed_elsewhere = {
        target: (title, since) for target, title, since in rows if target not in works
    }
    return shelf

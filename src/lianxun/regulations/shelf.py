"""The library as the citation engine wants it: works by name, read from the database when asked for.

Everything here is cached by the number of the last change and by the set of works that are not for
everyone and that the reader sees: two readers share a cache only if they see the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any, cast
from uuid import UUID

from django.db.models import Max

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

_KEPT = 12
_lock = Lock()
_resolvers: OrderedDict[tuple[Any, ...], Resolver] = OrderedDict()


class WorksOnDemand(Mapping[str, library.Work]):
    """Works by compared title; the wording of one is read at its first look-up."""

    def __init__(self, ids: Mapping[str, UUID]) -> None:
        self.ids = dict(ids)
        self._loaded: dict[str, library.Work] = {}

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
    change = LibraryChange.objects.aggregate(n=Max("id"))["n"] or 0
    aliases = list(Alias.objects.order_by("name").values_list("name", "target"))
    rows = Work.objects.filter(everyone=False).values_list("key", "id", "owner_unit")
    own = tuple(
        (key, i) for _, key, i in sorted((owner == unit_id, key, i) for key, i, owner in rows)
    )
    stamp = (change, hash(tuple(aliases)), own)
    with _lock:
        found = _resolvers.get(stamp)
        if found is not None:
            _resolvers.move_to_end(stamp)
            return found
    made = _build(change, dict(aliases), dict(own))
    with _lock:
        _resolvers[stamp] = made
        while len(_resolvers) > _KEPT:
            _resolvers.popitem(last=False)
    return made


def _build(change: int, aliases: dict[str, str], own: dict[str, UUID]) -> Resolver:
    ids = dict(Work.objects.filter(everyone=True).values_list("key", "id"))
    ids.update(own)  # a unit's own rule goes before a common one of the same name
    shelf = library.Library([])
    shelf.works = cast("dict[str, library.Work]", WorksOnDemand(ids))
    shelf.repealed_elsewhere = {
        r.target: (r.version.title, r.since)
        for r in Repeal.objects.select_related("version").order_by("since")
        if r.target not in ids
    }
    return Resolver(shelf, aliases)

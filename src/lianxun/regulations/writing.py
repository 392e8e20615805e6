"""Versions into the library: rows, validity, repeals, citations. Called inside the room's operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from lianxun.fabric.labels import Labels
from lianxun.regulations.chain import Span, dated, ends_it
from lianxun.regulations.enums import Origin
from lianxun.regulations.models import (
    Alias,
    Article,
    CitedPlace,
    LibraryChange,
    Repeal,
    Version,
    Work,
)
from lianxun.regulations.parsing import digest, stored_articles, wording
from lianxun_insight.articles import library
from lianxun_insight.articles.library import work_key
from lianxun_insight.citations import Context, Resolver
from lianxun_insight.citations.model import Reference

_BATCH = 2_000


def scope(*, everyone: bool, owner_unit: UUID) -> Q:
    """The shelf a work stands on: the common one, or that of a unit."""
    return Q(everyone=True) if everyone else Q(everyone=False, owner_unit=owner_unit)


def work_of(
    version: library.Version, *, now: datetime, labels: Labels, everyone: bool, origin: Origin
) -> Work:
    """The work a version belongs to, made when it is the first."""
    shelf = scope(everyone=everyone, owner_unit=labels.owner_unit)
    found = Work.objects.select_for_update().filter(shelf, key=version.work).first()
    if found is not None:
        return found
    meta = version.metadata
    return Work.objects.create(
        created_at=now,
        key=version.work[:300],
        title=version.title[:300],
        kind=meta.kind.value,
        tier=meta.tier.value,
        region_name=meta.region[:40],
        issuer=meta.issuer[:200],
        everyone=everyone,
        origin=origin,
        **labels.columns(),
    )


def write_version(
    work: Work, version: library.Version, *, now: datetime, labels: Labels, notes: str = ""
) -> Version:
    """One version with its articles and what it declares repealed; validity is settled by ``settle``."""
    articles = stored_articles(version)
    meta = version.metadata
    row = Version.objects.create(
        created_at=now,
        work=work,
        title=version.title[:300],
        everyone=work.everyone,
        day=version.day,
        valid_from=version.valid_from,
        adopted_on=meta.adopted_on,
        published_on=meta.published_on,
        document_number=meta.document_number[:100],
        notes=notes,
        sources=list(version.sources),
        count=len(articles),
        digest=digest(articles),
        **labels.columns(),
    )
    Article.objects.bulk_create(
        [
            Article(
                version=row,
                order=order,
                key=a.key,
                kind=a.kind.value,
                number=a.number.number,
                branch=a.number.branch,
                part=a.part,
                label=a.label[:100],
                text=a.text,
                headings=[h[:300] for h in a.headings],
                clauses=[[c.paragraph, c.item, c.subitem, c.start, c.end] for c in a.clauses],
                wording=wording(a.text),
            )
            for order, a in enumerate(articles)
        ],
        batch_size=_BATCH,
    )
    since = version.valid_from
    if since is not None:
        Repeal.objects.bulk_create(
            [
                Repeal(version=row, target=work_key(t)[:300], title=t[:300], since=since)
                for t in meta.repealed_titles
            ]
        )
    return row


def settle(works: Iterable[Work], *, now: datetime) -> None:
    """Work out validity again for these works and those they declare repealed; note them as changed."""
    touched = {w.id: w for w in works}
    targets = set(Repeal.objects.filter(version__work__in=touched).values_list("target", flat=True))
    for other in Work.objects.filter(key__in=targets).exclude(id__in=touched):
        touched[other.id] = other
    repeals: dict[str, list[Repeal]] = {}
    rows = Repeal.objects.filter(target__in={w.key for w in touched.values()})
    for repeal in rows.select_related("version"):
        repeals.setdefault(repeal.target, []).append(repeal)
    versions: dict[UUID, list[Version]] = {}
    for version in Version.objects.filter(work__in=touched):
        versions.setdefault(version.work_id, []).append(version)
    for work in touched.values():
        _settle(work, versions.get(work.id, []), repeals.get(work.key, []))
    note_changes(touched, now=now)


def note_changes(works: Iterable[UUID], *, now: datetime) -> None:
    """Tell the indexes. The lock makes the numbers become visible in their order."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('regulations_librarychange'))")
    LibraryChange.objects.bulk_create([LibraryChange(work=i, at=now) for i in works])


def _settle(work: Work, versions: Sequence[Version], repeals: Sequence[Repeal]) -> None:
    if not versions:
        return
    latest = max((v.valid_from for v in versions if v.valid_from is not None), default=None)
    ends = [
        r
        for r in repeals
        if ends_it(latest, r.since)
        and (r.version.everyone or r.version.owner_unit == work.owner_unit)
    ]
    changed = []
    if ends:
        first = min(ends, key=lambda r: r.since)
        work.repealed_on, work.repealed_by = first.since, f"《{first.version.title}》"[:300]
    elif work.repealed_on is not None and not ends_it(latest, work.repealed_on):
        work.repealed_on, work.repealed_by = None, ""  # a newer version came after the repeal
    spans = [Span(v.id, v.valid_from, v.day) for v in versions]
    by_id = {v.id: v for v in versions}
    for span in dated(spans, repealed_on=work.repealed_on):
        row = by_id[span.key]  # type: ignore[index]
        if (row.valid_to, row.repealed) != (span.end, span.repealed):
            row.valid_to, row.repealed = span.end, span.repealed
            changed.append(row)
    Version.objects.bulk_update(changed, ["valid_to", "repealed"])
    _name_after_latest(work, versions)


def _name_after_latest(work: Work, versions: Sequence[Version]) -> None:
    latest = max(versions, key=lambda v: (str(v.valid_from or ""), str(v.day or "")))
    work.title = latest.title
    work.revision += 1
    work.save(update_fields=["title", "repealed_on", "repealed_by", "revision"])


class Names:
    """Which rule a name means, for linking: keys of the works, no wording."""

    def __init__(self) -> None:
        keys = dict.fromkeys(Work.objects.values_list("key", flat=True))
        own = dict(Alias.objects.values_list("name", "target"))
        empty = library.Library([])
        empty.works = {k: library.Work(k) for k in keys}
        self._resolver = Resolver(empty, own)

    def places(self, article: Article, key: str) -> list[CitedPlace]:
        """What an article of the work ``key`` cites, by name or as an article of its own rule."""
        found = self._resolver.works_cited(article.text, context=Context(work=key))
        out = []
        for citation, keys in found:
            target = keys[0] if len(keys) == 1 else work_key(citation.title) if not keys else ""
            for reference in citation.references:
                if target and (reference.article or target != key):
                    out.append(_place(article, target, reference, citation.start))
        return out


def _place(article: Article, target: str, reference: Reference, start: int) -> CitedPlace:
    number = reference.article
    return CitedPlace(
        article=article,
        start=min(start, reference.start),
        end=reference.end,
        target=target[:300],
        number=number.number if number else 0,
        branch=number.branch if number else 0,
        paragraph=reference.paragraph,
        item=reference.item,
    )


def link(versions: Sequence[Version], names: Names) -> int:
    """Find the citations in the articles of these versions; returns how many there are."""
    keys = {v.id: v.work.key for v in versions}
    places = []
    for article in Article.objects.filter(version__in=keys).only("id", "version_id", "text"):
        places.extend(_without_overlap(names.places(article, keys[article.version_id])))
    CitedPlace.objects.bulk_create(places, batch_size=_BATCH)
    Version.objects.filter(id__in=keys).update(linked=True)
    return len(places)


def _without_overlap(places: Sequence[CitedPlace]) -> list[CitedPlace]:
    """Marks on a page cannot cross: of two that overlap, the first stays and the second begins after it."""
    out: list[CitedPlace] = []
    for place in sorted(places, key=lambda p: (p.start, p.end)):
        if out and place.start < out[-1].end:
            place.start = out[-1].end
        if place.start < place.end:
            out.append(place)
    return out


__all__ = ["Names", "link", "note_changes", "scope", "settle", "work_of", "write_version"]

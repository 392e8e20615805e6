"""Reads of rules: the list, a work as it stood on a day, one article, two versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from lianxun.fabric.paging import COUNT_LIMIT, PAGE_SIZE, Page
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.regulations import rules
from lianxun.regulations.chain import validity
from lianxun.regulations.compare import Comparison, compare
from lianxun.regulations.models import (
    Article,
    CitedPlace,
    CollectionItem,
    ReadingNote,
    Version,
    Work,
)
from lianxun.regulations.queries.notes import note_records
from lianxun.regulations.records import (
    ArticlePage,
    ArticleRecord,
    Link,
    TocEntry,
    VersionRow,
    WorkPage,
    WorkRow,
)
from lianxun.trace.door import noting, query
from lianxun_insight.articles import Validity

KIND = "regulations.work"
_CITERS = 30


def in_force(on: date) -> Q:
    """Versions valid on a day."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


@query("regulations.works")
def works(
    *,
    actor: Actor,
    now: datetime,
    as_of: date,
    kind: str = "",
    tier: str = "",
    region: str = "",
    state: str = "",
    words: str = "",
    collection: UUID | None = None,
    page: int = 1,
) -> Page[WorkRow]:
    """Rules the actor may read, by title. ``state`` is a validity on ``as_of``."""
    rows = _filtered(kind=kind, tier=tier, region=region, words=words, collection=collection)
    versions = Version.objects.filter(work=OuterRef("pk"))
    valid = Exists(versions.filter(in_force(as_of)))
    if state == Validity.IN_FORCE:
        rows = rows.filter(valid)
    elif state == Validity.NOT_YET:
        rows = rows.filter(~Exists(versions.exclude(valid_from__gt=as_of)))
    elif state == Validity.REPEALED:
        rows = rows.filter(Exists(versions.filter(repealed=True, valid_to__lt=as_of)), ~valid)
    total = rows.order_by()[: COUNT_LIMIT * 5].count()
    start = (page - 1) * PAGE_SIZE
    found = list(
        rows.annotate(n=Count("versions")).order_by("title", "id")[start : start + PAGE_SIZE]
    )
    latest = _shown(found, as_of)
    noting().about(KIND, actor.account_id, count=len(found))
    return Page([_row(w, latest.get(w.id), w.n, as_of) for w in found], page, total)


def _filtered(
    *, kind: str, tier: str, region: str, words: str, collection: UUID | None
) -> QuerySet[Work]:
    rows = Work.objects.all()
    if kind:
        rows = rows.filter(kind=kind)
    if tier:
        rows = rows.filter(tier=tier)
    if region:
        rows = rows.filter(region_name__startswith=region)
    for word in words.split():
        rows = rows.filter(title__contains=word)
    if collection is not None:
        rows = rows.filter(id__in=works_in(collection))
    return rows


def works_in(collection: UUID) -> QuerySet[Work]:
    """Ids of the works a collection holds, whole or in parts."""
    return CollectionItem.objects.filter(collection=collection).values("work")  # type: ignore[return-value]


def _shown(found: Sequence[Work], on: date) -> dict[UUID, Version]:
    """The version of each work that is shown for a day: the valid one, else the nearest."""
    versions: dict[UUID, list[Version]] = {}
    for v in Version.objects.filter(work__in=found).order_by("valid_from", "day"):
        versions.setdefault(v.work_id, []).append(v)
    return {work: _on(rows, on) for work, rows in versions.items()}


def _on(versions: Sequence[Version], on: date) -> Version:
    """Valid on the day; else the last that had begun; else the first to come. Oldest first."""
    begun = [v for v in versions if v.valid_from is None or v.valid_from <= on]
    return begun[-1] if begun else versions[0]


def _state(v: Version, on: date) -> str:
    return validity(v.valid_from, v.valid_to, repealed=v.repealed, on=on).value


def _row(work: Work, version: Version | None, count: int, on: date) -> WorkRow:
    return WorkRow(
        id=work.id,
        title=version.title if version else work.title,
        kind=work.kind,
        tier=work.tier,
        region_name=work.region_name,
        issuer=work.issuer,
        validity=_state(version, on) if version else "",
        valid_from=version.valid_from if version else None,
        valid_to=version.valid_to if version else None,
        versions=count,
        everyone=work.everyone,
        level=work.level,
    )


def version_row(v: Version, on: date) -> VersionRow:
    return VersionRow(
        id=v.id,
        work_id=v.work_id,
        title=v.title,
        day=v.day,
        valid_from=v.valid_from,
        valid_to=v.valid_to,
        validity=_state(v, on),
        count=v.count,
        document_number=v.document_number,
        notes=v.notes,
        sources=tuple(v.sources),
    )


@query("regulations.work")
def work(
    *, actor: Actor, now: datetime, work_id: UUID, as_of: date, version_id: UUID | None = None
) -> WorkPage:
    """A rule as it stood on ``as_of``, or the version asked for by its id."""
    row = Work.objects.filter(id=work_id).first()
    if row is None:
        raise NotFound
    versions = list(row.versions.order_by("valid_from", "day"))
    if not versions:
        raise NotFound
    chosen = next((v for v in versions if v.id == version_id), None)
    if version_id is not None and chosen is None:
        raise NotFound
    shown = chosen or _on(versions, as_of)
    articles = list(shown.articles.order_by("order"))
    links = _links(articles, row)
    marked = _noted(row.id)
    noting().about(KIND, row.id, revision=row.revision, level=row.level, version=str(shown.id))
    records = _article_records(articles, links, marked)
    return WorkPage(
        work=_row(row, shown, len(versions), as_of),
        revision=row.revision,
        as_of=as_of,
        version=version_row(shown, as_of),
        versions=tuple(version_row(v, as_of) for v in reversed(versions)),
        articles=records,
        toc=_toc(records),
        repealed_on=row.repealed_on,
        repealed_by=row.repealed_by,
        cited_by=_citers(row.key).exclude(article__version__work=row.id).count(),
        permitted=_permitted(row, actor),
    )


def _permitted(row: Work, actor: Actor) -> frozenset[str]:
    found = {"collect"}
    if rules.may_keep(actor):
        found.add("name")
    if rules.may_keep_of(actor, owner_path=row.owner_path):
        found |= {"correct"} if row.repealed_on else {"correct", "repeal"}
    return frozenset(found)


def _noted(work_id: UUID) -> dict[str, int]:
    rows = ReadingNote.objects.filter(work=work_id).order_by().values("article_key")
    return {r["article_key"]: r["n"] for r in rows.annotate(n=Count("id"))}


def _article_records(
    articles: Sequence[Article], links: dict[int, list[Link]], notes: dict[str, int]
) -> tuple[ArticleRecord, ...]:
    out: list[ArticleRecord] = []
    before: tuple[str, ...] = ()
    for a in articles:
        headings = tuple(a.headings)
        same = 0
        while same < min(len(headings), len(before)) and headings[same] == before[same]:
            same += 1
        out.append(
            ArticleRecord(
                id=a.id,
                key=a.key,
                kind=a.kind,
                label=a.label,
                text=a.text,
                headings=headings,
                new_headings=headings[same:],
                links=tuple(links.get(a.id, ())),
                notes=notes.get(a.key, 0),
            )
        )
        before = headings
    return tuple(out)


def _toc(articles: Sequence[ArticleRecord]) -> tuple[TocEntry, ...]:
    return tuple(
        TocEntry(title=title, depth=len(a.headings) - len(a.new_headings) + i, key=a.key)
        for a in articles
        for i, title in enumerate(a.new_headings)
    )


def _links(articles: Sequence[Article], own: Work) -> dict[int, list[Link]]:
    """Citations of these articles; only works that the reader sees become links."""
    places = list(CitedPlace.objects.filter(article__in=articles).order_by("article", "start"))
    targets = {p.target for p in places}
    known: dict[str, UUID] = {}
    for key, work_id in (
        Work.objects.filter(key__in=targets).order_by("-everyone").values_list("key", "id")
    ):
        known[key] = work_id
    known[own.key] = own.id
    out: dict[int, list[Link]] = {}
    for p in places:
        key = f"a{p.number}-{p.branch}" if p.branch else f"a{p.number}" if p.number else ""
        link = Link(
            start=p.start,
            end=p.end,
            work_id=known.get(p.target),
            target=p.target,
            number=p.number,
            branch=p.branch,
            key=key,
        )
        out.setdefault(p.article_id, []).append(link)
    return out


def _citers(key: str) -> QuerySet[CitedPlace]:
    return CitedPlace.objects.filter(target=key)


@query("regulations.article")
def article(*, actor: Actor, now: datetime, version_id: UUID, key: str, as_of: date) -> ArticlePage:
    """The permalink: one article of one version, how other versions word it, who cites it."""
    version = Version.objects.select_related("work").filter(id=version_id).first()
    if version is None:
        raise NotFound
    row = version.articles.filter(key=key).first()
    if row is None:
        raise NotFound
    own = version.work
    versions = list(own.versions.order_by("valid_from", "day"))
    others = {
        v: (text, wording)
        for v, text, wording in Article.objects.filter(version__in=versions, key=key).values_list(
            "version_id", "text", "wording"
        )
    }
    notes = ReadingNote.objects.filter(work=own, article_key=key).select_related("account")
    near = dict(
        version.articles.filter(order__in=[row.order - 1, row.order + 1]).values_list(
            "order", "key"
        )
    )
    noting().about(KIND, own.id, revision=own.revision, level=own.level, article=key)
    links = _links([row], own)
    marked = {key: notes.count()}
    return ArticlePage(
        work=_row(own, version, len(versions), as_of),
        version=version_row(version, as_of),
        article=_article_records([row], links, marked)[0],
        wordings=tuple(
            (version_row(v, as_of), others[v.id][0], others[v.id][1] == row.wording)
            for v in reversed(versions)
            if v.id in others
        ),
        cited_by=_cited_by(own.key, row),
        notes=note_records(list(notes[:50]), actor),
        previous=near.get(row.order - 1, ""),
        following=near.get(row.order + 1, ""),
    )


def _cited_by(key: str, row: Article) -> tuple[tuple[UUID, str, str, str], ...]:
    """(version, title, article key, label) of articles in the newest versions that cite this one."""
    places = (
        _citers(key).filter(number=row.number, branch=row.branch) if row.number else _citers("")
    )
    rows = (
        places.exclude(article=row)
        .filter(article__version__valid_to__isnull=True)
        .order_by("article__version__title", "article__order")
        .values_list(
            "article__version", "article__version__title", "article__key", "article__label"
        )
        .distinct()
    )
    return tuple((v, t, k, label) for v, t, k, label in rows[:_CITERS])


@query("regulations.compare")
def comparison(
    *, actor: Actor, now: datetime, work_id: UUID, old: date, new: date
) -> tuple[WorkRow, VersionRow, VersionRow, Comparison]:
    """What changed in a rule between two days."""
    row = Work.objects.filter(id=work_id).first()
    versions = list(row.versions.order_by("valid_from", "day")) if row else []
    if row is None or not versions:
        raise NotFound
    before, after = _on(versions, old), _on(versions, new)
    noting().about(KIND, row.id, revision=row.revision, level=row.level)
    texts = [
        [
            (a.key, a.label, a.text)
            for a in v.articles.order_by("order").only("key", "label", "text")
        ]
        for v in (before, after)
    ]
    found = compare(texts[0], texts[1])
    return (
        _row(row, after, len(versions), new),
        version_row(before, old),
        version_row(after, new),
        found,
    )


def citing_works(*, actor: Actor, work_id: UUID) -> list[tuple[UUID, str, int]]:
    """Works that cite this one, with the number of places, most first (part of its page)."""
    own = Work.objects.filter(id=work_id).first()
    if own is None:
        return []
    rows = (
        _citers(own.key)
        .exclude(article__version__work=own)
        .order_by()
        .values(work=F("article__version__work"), title=F("article__version__work__title"))
        .annotate(n=Count("id"))
        .order_by("-n", "title")
    )
    return [(r["work"], r["title"], r["n"]) for r in rows[:_CITERS]]

"""Search: a citation goes straight to its article as of the day, any other question is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.regulations import index, rules, shelf
from lianxun.regulations.chain import validity
from lianxun.regulations.models import Article, Version, Work
from lianxun.regulations.queries.works import works_in
from lianxun.regulations.rules import require
from lianxun.trace.door import noting, query
from lianxun_insight.citations import Context, Resolved
from lianxun_insight.rank import Filters, Hit
from lianxun_insight.rank.query import MAX_CHARACTERS

PAGE = 10
DEPTH = 50
_SNIPPET = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a search may return; ``as_of`` None = also what is no longer or not yet valid.

    ``by_words``: ordered by the words alone. The ranker has learnt from citizens' questions; of officials'
    questions it knows nothing (``docs/text/ranker-card.md``).
    """

    as_of: date | None
    kind: str = ""
    tier: str = ""
    region: str = ""
    collection: UUID | None = None
    within: UUID | None = None
    by_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """A citation that was looked up: the article, or the reason why there is none."""

    start: int
    end: int
    cited: str
    ok: bool
    status: str
    reason: str
    title: str = ""
    label: str = ""
    text: str = ""
    work_id: UUID | None = None
    version_id: UUID | None = None
    key: str = ""
    marked: tuple[int, int] = (0, 0)

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The article, with the clause that is cited marked."""
        start, end = self.marked
        if not end:
            return ((self.text, False),)
        parts = (
            (self.text[:start], False),
            (self.text[start:end], True),
            (self.text[end:], False),
        )
        return tuple(p for p in parts if p[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A ranked article: where it stands, which words matched, what its place in the list rests on."""

    work_id: UUID
    version_id: UUID
    key: str
    title: str
    label: str
    headings: tuple[str, ...]
    kind: str
    tier: str
    validity: str
    valid_from: date | None
    valid_to: date | None
    pieces: tuple[tuple[str, bool], ...]
    reasons: tuple[tuple[str, float], ...]
    expansions: tuple[str, ...]
    rank: int

    @property
    def snippet(self) -> str:
        """The words shown, without marks."""
        return "".join(t for t, _ in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    text: str
    exact: tuple[Exact, ...] = ()
    hits: tuple[Found, ...] = ()
    more: bool = False
    missing: int = 0
    building: bool = False
    cut: bool = False
    within: str = ""  # title of the rule that alone is searched
    wanted: Wanted = field(default_factory=lambda: Wanted(as_of=None))


@query("regulations.search")
def search(
    *, actor: Actor, now: datetime, today: date, text: str, wanted: Wanted, page: int = 1
) -> SearchResult:
    """Look up citations in ``text`` as of the day; rank what is left of a question."""
    require(rules.may_read(actor))
    words = text.strip()
    if not words:
        return SearchResult(text="", wanted=wanted)
    exact = lookups(
        words[:MAX_CHARACTERS],
        unit_id=actor.unit_id,
        as_of=wanted.as_of or today,
        within=wanted.within,
    )
    within = _title_of(wanted.within)
    covered = len({i for e in exact for i in range(e.start, e.end)})
    noting().about("regulations.search", actor.account_id, exact=len(exact), length=len(words))
    if exact and covered * 10 >= len(words) * 7 and any(e.ok for e in exact):
        return SearchResult(text=words, exact=tuple(exact), within=within, wanted=wanted)
    filters = _filters(wanted)
    depth = min(DEPTH, page * PAGE + 1)
    answer = index.search(
        words[:MAX_CHARACTERS], k=depth, filters=filters, by_words=wanted.by_words
    )
    shown = _found(answer.hits, wanted.as_of, today)
    start = (page - 1) * PAGE
    return SearchResult(
        text=words,
        exact=tuple(exact),
        hits=tuple(shown[start : start + PAGE]),
        more=len(shown) > start + PAGE,
        missing=answer.missing,
        building=answer.building,
        cut=len(words) > MAX_CHARACTERS,
        within=within,
        wanted=wanted,
    )


def _title_of(work: UUID | None) -> str:
    if work is None:
        return ""
    return Work.objects.filter(id=work).values_list("title", flat=True).first() or ""


def _filters(wanted: Wanted) -> Filters:
    works = None
    if wanted.collection is not None:
        works = {str(r["work"]) for r in works_in(wanted.collection)}  # type: ignore[index]
    if wanted.within is not None:
        works = {str(wanted.within)}
    return Filters(
        kinds={wanted.kind} if wanted.kind else None,
        tiers={wanted.tier} if wanted.tier else None,
        regions={wanted.region} if wanted.region else None,
        as_of=wanted.as_of,
        works=works,
    )


# -- citations -------------------------------------------------------------------------------


@query("regulations.lookup")
def lookup(
    *, actor: Actor, now: datetime, text: str, as_of: date, within: UUID | None = None
) -> list[Exact]:
    """Every citation in a short text as of a day; ``within`` is the rule that 本条例 means."""
    require(rules.may_read(actor))
    found = lookups(text[:MAX_CHARACTERS], unit_id=actor.unit_id, as_of=as_of, within=within)
    noting().about("regulations.search", actor.account_id, exact=len(found), length=len(text))
    return found


def lookups(text: str, *, unit_id: UUID, as_of: date, within: UUID | None = None) -> list[Exact]:
    """Citations named in the text; a bare title without an article counts too."""
    context = None
    if within is not None:
        key = Work.objects.filter(id=within).values_list("key", flat=True).first()
        if key is None:
            raise NotFound
        context = Context(work=key)
    found = shelf.resolver(unit_id).resolve(text, as_of=as_of, context=context)
    return [exact_of(r) for r in found]


def exact_of(r: Resolved) -> Exact:
    """The outcome of one reference as a record."""
    version = r.version
    row = shelf.version_id(version) if version else None
    return Exact(
        start=min(r.citation.start, r.reference.start),
        end=max(r.citation.end, r.reference.end),
        cited=f"{r.citation.title}{r.reference.label}" or r.citation.text,
        ok=r.ok,
        status=r.status.value,
        reason=r.reason,
        title=version.title if version else r.citation.title,
        label=r.article.label if r.article else "",
        text=r.article.text if r.article else "",
        work_id=_work_of(row),
        version_id=row,
        key=r.article.key if r.article else "",
        marked=(r.clause.start, r.clause.end) if r.clause else (0, 0),
    )


def _work_of(version: UUID | None) -> UUID | None:
    if version is None:
        return None
    return Version.objects.filter(id=version).values_list("work_id", flat=True).first()


# -- ranked hits -----------------------------------------------------------------------------


def _found(hits: Sequence[Hit], as_of: date | None, today: date) -> list[Found]:
    """Hits as the reader's own rows say; what row security hides is not there."""
    wanted = [h.passage.id.split("/") for h in hits]
    versions = {
        v.id: v
        for v in Version.objects.select_related("work")
        .filter(work_id__in={w for w, _, _ in wanted})
        .order_by("valid_from", "day")
    }
    rows = Article.objects.filter(version_id__in=versions, key__in={k for _, k, _ in wanted})
    order = {version: n for n, version in enumerate(versions)}
    by_place: dict[tuple[str, str, str], list[Article]] = {}
    for row in sorted(rows, key=lambda r: order[r.version_id]):
        row.version = versions[row.version_id]
        place = (str(row.version.work_id), row.key, row.wording)
        by_place.setdefault(place, []).append(row)
    out: list[Found] = []
    for hit, (work, key, wording) in zip(hits, wanted, strict=True):
        articles = by_place.get((work, key, wording))
        if articles:
            out.append(_record(hit, _chosen(articles, as_of), as_of or today, len(out) + 1))
    return out


def _chosen(articles: Sequence[Article], as_of: date | None) -> Article:
    """Of versions with the same wording, the one valid on the day, else the newest."""
    for row in reversed(articles):
        v = row.version
        if as_of is not None and (v.valid_from is None or v.valid_from <= as_of):
            return row
    return articles[-1]


def _record(hit: Hit, row: Article, on: date, rank: int) -> Found:
    v = row.version
    return Found(
        work_id=v.work_id,
        version_id=v.id,
        key=row.key,
        title=v.title,
        label=row.label,
        headings=tuple(row.headings),
        kind=v.work.kind,
        tier=v.work.tier,
        validity=validity(v.valid_from, v.valid_to, repealed=v.repealed, on=on).value,
        valid_from=v.valid_from,
        valid_to=v.valid_to,
        pieces=snippet(row.text, [(s.start, s.end) for s in hit.spans]),
        reasons=tuple(hit.contributions.items()),
        expansions=hit.expansions,
        rank=rank,
    )


def snippet(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """About ``_SNIPPET`` characters around the first matched words, the matched ones marked."""
    first = spans[0][0] if spans else 0
    start = 0 if len(text) <= _SNIPPET or first < _SNIPPET // 2 else first - _SNIPPET // 4
    stop = min(len(text), start + _SNIPPET)
    out: list[tuple[str, bool]] = [("…", False)] if start else []
    at = start
    for a, b in spans:
        low, high = max(a, at), min(b, stop)
        if low < high:
            out += [(text[at:low], False), (text[low:high], True)]
            at = high
    out.append((text[at:stop], False))
    if stop < len(text):
        out.append(("…", False))
    return tuple(p for p in out if p[0])

"""The search index of this process, kept up to date with the database (docs/adr/0030).

PostgreSQL is the system of record. The index is built from it under the service identity ``search``,
saved as memory-mapped files next to the stored documents, and brought forward by the numbered rows of
``LibraryChange``: a search first asks for the last number. A few changed works are indexed at once;
many, or a cold start of a large library, are worked off by one process for all while searches answer
from what there is. What a hit shows is read from the database under the reader's own row security.
"""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection, transaction

from lianxun.access.queries import service_actor
from lianxun.fabric.identity import acting_as
from lianxun.regulations.models import Article, LibraryChange, Version, Work
from lianxun_insight.rank import Filters, Hit, Passage, Searcher, SearchIndex, shipped
from lianxun_insight.rank.dense import EmbeddingReranker

log = logging.getLogger(__name__)
RESTRICTED = "restricted"
AT_ONCE = 40  # changed works that one search indexes on its way
SMALL = 4_000  # articles up to which a cold start is built on the way
COMPACT = 3_000  # passages added since the snapshot before a new one is made


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an index has come: number and moment of the last change it holds."""

    number: int = 0
    at: str = ""


@dataclass(slots=True)
class Held:
    """An index in memory and the works in it that are not for everyone."""

    searcher: Searcher
    mark: Mark
    restricted: set[str] = field(default_factory=set)

    @property
    def index(self) -> SearchIndex:
        return self.searcher.index

    def replace(self, works: Iterable[str], fresh: Sequence[Passage]) -> None:
        """These works as they are now; a few milliseconds each."""
        for work in works:
            self.index.remove_work(work)
            self.restricted.discard(work)
        self.index.add(fresh)
        self.restricted.update(p.work for p in fresh if RESTRICTED in p.collections)


def held_of(index: SearchIndex, mark: Mark) -> Held:
    """An index made ready for its first question."""
    searcher = Searcher(index, shipped(), reranker())
    if index.size:
        # Norms and remembered articles are computed at the first question. `order` asks no embedding
        # service: this one is nobody's question and sees everything.
        searcher.order("热身", k=1)
    return Held(searcher, mark, index.works_in(RESTRICTED))


_lock = threading.RLock()
_held: Held | None = None
_running: threading.Thread | None = None


# -- searching -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits, and how many changed works the index does not hold yet."""

    hits: Sequence[Hit]
    missing: int = 0
    building: bool = False


def search(question: str, *, k: int, filters: Filters, by_words: bool = False) -> Answer:
    """Rank within ``filters``; the running transaction belongs to the reader.

    ``by_words``: by the words of the question alone, without what the ranker has learnt.
    """
    with _lock:
        held, missing = _current()
        if held is None:
            return Answer((), building=True)
        hidden = _hidden(held)
        chosen = Filters(
            kinds=filters.kinds,
            tiers=filters.tiers,
            regions=filters.regions,
            with_centre=filters.with_centre,
            as_of=filters.as_of,
            works=filters.works,
            denied_works=hidden,
        )
        searcher = Searcher(held.index) if by_words else held.searcher
        return Answer(searcher.search(question, k=k, filters=chosen), missing)


def _hidden(held: Held) -> set[str]:
    """Works that are not for everyone and that the reader does not see."""
    if not held.restricted:
        return set()
    rows = Work.objects.filter(everyone=False).values_list("id", flat=True)
    return held.restricted - {str(i) for i in rows}


# -- keeping up ------------------------------------------------------------------------------


def _current() -> tuple[Held | None, int]:
    global _held  # noqa: PLW0603 - one index a process
    if _held is not None and not _exists(_held.mark):
        _held = None  # another database, or one restored from a backup
    if _held is None:
        _held = _from_snapshot()
    latest, changed = _changes(_held.mark if _held else Mark())
    if _held is None:
        if Article.objects.count() > SMALL:
            _in_background()
            return None, 0
        with as_service():
            _held = build(latest)
        return _held, 0
    if not changed:
        return _held, 0
    if len(changed) > AT_ONCE:
        _in_background()
        return _held, len(changed)
    with as_service():
        bring_forward(_held, changed, latest)
    return _held, 0


def _exists(mark: Mark) -> bool:
    if not mark.number:
        return not LibraryChange.objects.exists()
    row = LibraryChange.objects.filter(id=mark.number).values_list("at", flat=True).first()
    return row is not None and row.isoformat() == mark.at


def _changes(since: Mark) -> tuple[Mark, list[UUID]]:
    """The last change, and the works changed after ``since``."""
    rows = list(
        LibraryChange.objects.filter(id__gt=since.number)
        .order_by("id")
        .values_list("id", "work", "at")
    )
    if not rows:
        return since, []
    last = rows[-1]
    return Mark(last[0], last[2].isoformat()), list(dict.fromkeys(r[1] for r in rows))


@contextmanager
def as_service() -> Iterator[None]:
    """Read the whole library for the index (P6: a fixed list of tables)."""
    actor = service_actor(service="search")
    with acting_as(actor.account_id, service=actor.service):
        yield


def bring_forward(held: Held, works: Sequence[UUID], mark: Mark) -> None:
    """Index the changed works again, and let somebody merge when many have changed."""
    held.replace(map(str, works), list(passages(works)))
    held.mark = mark
    if held.index.recent_size > COMPACT:
        _in_background()


def build(mark: Mark) -> Held:
    """A new index over everything in the database."""
    return held_of(SearchIndex(list(passages(None))), mark)


def reranker() -> EmbeddingReranker | None:
    """The embedding model of the installation, if its administrator named one; off by default."""
    chosen: dict[str, Any] = settings.LIANXUN_EMBEDDING
    if not chosen.get("url"):
        return None
    try:
        return EmbeddingReranker(**chosen)
    except ValueError as wrong:
        log.warning("regulations: LIANXUN_EMBEDDING_URL: %s", wrong)
        return None


def passages(works: Sequence[UUID] | None) -> Iterator[Passage]:
    """What is searched of these works (``None`` = all): an unchanged article of several versions once."""
    rows = Version.objects.select_related("work")
    if works is not None:
        rows = rows.filter(work__in=works)
    versions = {v.id: v for v in rows.order_by("work", "valid_from", "day")}
    articles: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    found = Article.objects.order_by("version", "order")
    if works is not None:
        found = found.filter(version__in=versions)
    for row in found.values_list(
        "version_id", "key", "label", "text", "headings", "wording"
    ).iterator(chunk_size=5_000):
        articles[row[0]].append(row)
    by_work: dict[UUID, list[Version]] = defaultdict(list)
    for version in versions.values():
        by_work[version.work_id].append(version)
    for group in by_work.values():
        yield from _of_work(group, articles)


def _of_work(
    versions: Sequence[Version], articles: dict[UUID, list[tuple[Any, ...]]]
) -> Iterator[Passage]:
    work = versions[0].work
    marks = frozenset() if work.everyone else frozenset({RESTRICTED})
    spans: dict[tuple[str, str], Passage] = {}
    for version in versions:
        for _, key, label, text, headings, wording in articles[version.id]:
            before = spans.get((key, wording))
            joined = before is not None and before.valid_to is not None
            since: date | None = (
                before.valid_from if before is not None and joined else version.valid_from
            )
            spans[key, wording] = Passage(
                id=f"{work.id}/{key}/{wording}",
                work=str(work.id),
                title=version.title,
                label=label,
                text=text,
                headings=tuple(headings),
                kind=work.kind,
                tier=work.tier,
                region=work.region_name,
                valid_from=since,
                valid_to=version.valid_to,
                collections=marks,
            )
    yield from spans.values()


# -- files and the one process that works for all ----------------------------------------------


def folder() -> Path | None:
    """Where snapshots lie; ``None`` without a data directory (then every process builds its own)."""
    home = Path(settings.LIANXUN_INSTANCE)
    return home / "index" / "regulations" if home.is_dir() else None


def _from_snapshot() -> Held | None:
    place = folder()
    if place is None:
        return None
    # Twice: whoever saves a newer snapshot takes the old one away, perhaps while it is being opened.
    return _newest(place) or _newest(place)


def _newest(place: Path) -> Held | None:
    for saved in sorted(place.glob("[0-9]*"), key=lambda p: -int(p.name)):
        try:
            mark = Mark(**json.loads((saved / "mark.json").read_text("utf-8")))
            if _exists(mark):
                return held_of(SearchIndex.load(saved), mark)
        except (OSError, ValueError, TypeError, KeyError) as damaged:
            log.warning("regulations: snapshot %s is not usable: %s", saved.name, damaged)
    return None


def save(held: Held) -> None:
    """Write a snapshot that other processes map; older ones go. A reader of an old one keeps its pages."""
    place = folder()
    if place is None or not held.mark.number:
        return
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = place / str(held.mark.number)
    building = place / f"building-{held.mark.number}"
    for left in place.glob("building-*"):  # of somebody who was killed; the caller holds the lock
        shutil.rmtree(left, ignore_errors=True)
    held.index.save(building)
    mark = {"number": held.mark.number, "at": held.mark.at}
    (building / "mark.json").write_text(json.dumps(mark), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)
    for old in place.glob("[0-9]*"):
        if int(old.name) < held.mark.number:
            shutil.rmtree(old, ignore_errors=True)


def refresh() -> int:
    """Save a snapshot that is near enough to the database, and use it here; one process at a time.

    Near enough: what changed since is indexed by every process on its way. Called by the background
    thread and by the job after an import. Returns the number of the snapshot.
    """
    global _held  # noqa: PLW0603
    with _alone(), as_service(), transaction.atomic():
        found = _from_snapshot()
        latest, changed = _changes(found.mark if found else Mark())
        if found is None or _is_much(changed):
            began = time.monotonic()
            found = build(latest)
            save(found)
            log.info(
                "regulations: indexed %d passages in %.1f s",
                found.index.size,
                time.monotonic() - began,
            )
    with _lock:
        if _held is None or found.mark.number >= _held.mark.number:
            _held = found
    return found.mark.number


def _is_much(works: Sequence[UUID]) -> bool:
    if len(works) > AT_ONCE:
        return True
    return bool(works) and Article.objects.filter(version__work__in=works).count() > COMPACT


@contextmanager
def _alone() -> Iterator[None]:
    place = folder()
    if place is None:
        yield
        return
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _in_background() -> None:
    global _running  # noqa: PLW0603
    if _running is not None and _running.is_alive():
        return
    _running = threading.Thread(target=_work, name="regulations-index", daemon=True)
    _running.start()


def _work() -> None:
    try:
        refresh()
    except Exception:
        log.exception("regulations: the index could not be brought up to date")
    finally:
        close_old_connections()
        connection.close()


def warm() -> None:
    """Open the snapshot before the first question comes; a web process calls this when it starts."""
    try:
        with as_service(), transaction.atomic(), _lock:
            _current()
    except Exception:
        log.exception("regulations: the index could not be opened ahead")
    finally:
        connection.close()


def reset() -> None:
    """Forget the index of this process (tests)."""
    global _held  # noqa: PLW0603
    with _lock:
        _held = None

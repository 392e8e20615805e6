"""The similar index: rows in the database, a copy in the memory of each process that asks.

Persistent and shared: a lead's terms are one row, written once; a process takes the rows whose ``seq``
is above the last it knows. Writers hold a lock to the end of their transaction, so numbers become
visible in order and none is passed over. A lead that leaves search loses its terms at once; what a
process still holds of it in memory is checked against the rows before anything is answered.

All of it runs under the service identity: the index sees every lead it may hold, and what a *reader*
is told is decided elsewhere (settled.md 24).
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils.timezone import localdate

from lianxun.advice.limits import limits
from lianxun.advice.models import IndexEntry, SimilarHit
from lianxun.advice.reading import without_reporter
from lianxun.leads.texts import LeadText, lead_texts

if TYPE_CHECKING:
    from lianxun_insight.triage.similar.index import Prepared, SimilarityIndex

_WRITERS = 0x4C58_5349  # advisory lock "LXSI"


@dataclass
class _Copy:
    """This process's copy of one database's index."""

    index: SimilarityIndex
    seq: int = 0


_copies: dict[str, _Copy] = {}
_lock = threading.Lock()


def digest_of(text: LeadText) -> str:
    """Names the wording of a lead; kept beside it, under the same row security."""
    return sha256(text.text.encode()).hexdigest()


def add(text: LeadText) -> bool:
    """Put a lead into the index, or its new wording in place of the old. False: nothing to do.

    A lead that has left search stays out.
    """
    from lianxun_insight.triage.similar.index import Prepared

    entry = IndexEntry.objects.filter(lead_id=text.id).only("lead_id", "text_digest").first()
    wording = digest_of(text)
    if not text.searchable or (entry is not None and entry.text_digest in ("", wording)):
        return False
    prepared = Prepared.of(_lead(text))
    counts = json.dumps(prepared.counts, ensure_ascii=False, separators=(",", ":"))
    IndexEntry.objects.update_or_create(
        lead_id=text.id,
        defaults={
            "seq": _next(),
            "text_digest": wording,
            "terms": zlib.compress(counts.encode()),
            "signature": prepared.signature.tobytes(),
        },
    )
    return True


def forget(lead_id: UUID) -> None:
    """Take a lead out of search at once: its terms and every hit on it (settled.md 28)."""
    SimilarHit.objects.filter(lead_id=lead_id).delete()
    SimilarHit.objects.filter(other_id=lead_id).delete()
    if IndexEntry.objects.filter(lead_id=lead_id, terms__isnull=False).exists():
        IndexEntry.objects.filter(lead_id=lead_id).update(
            seq=_next(), text_digest="", terms=None, signature=None
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A judged hit."""

    id: UUID
    relation: str
    cosine: float
    overlap: float
    shared: tuple[str, ...]
    differing: tuple[tuple[str, str], ...]


def find(text: LeadText) -> list[Found]:
    """Leads like this one, judged by the gate, best first. The lead itself needs no place in the index."""
    from lianxun_insight.triage.similar import rerank
    from lianxun_insight.triage.similar.gate import Profile, judge

    profiles: dict[str, Profile] = {}

    def profiles_of(ids: Collection[str]) -> dict[str, Profile]:
        """Of leads that are still in search by the rows, whatever this process remembers."""
        wanted = {UUID(i) for i in ids if i not in profiles}
        rows = IndexEntry.objects.filter(lead_id__in=wanted, terms__isnull=False)
        live = set(rows.values_list("lead_id", flat=True))
        for other in lead_texts(live).values():
            if other.searchable:
                day = localdate(other.created_at)
                profiles[str(other.id)] = Profile.of(other.title, other.summary, day)
        return profiles

    own = Profile.of(text.title, text.summary, localdate(text.created_at))
    with _lock:
        hits = rerank.similar(_synced().index, _lead(text), own, profiles_of)
    found = []
    for hit in hits:
        verdict = judge(own, profiles[hit.id], hit.cosine)
        if verdict.relation is not None:
            found.append(
                Found(
                    UUID(hit.id),
                    str(verdict.relation),
                    round(hit.cosine, 4),
                    round(verdict.overlap, 4),
                    verdict.shared,
                    verdict.differing,
                )
            )
    order = {"重复件": 0, "同一事项": 1, "同文异主体": 2, "相关": 3}
    found.sort(key=lambda f: order[f.relation])  # within one relation: the order by names
    return found[: limits()["similar"]["shown"]]


def size() -> int:
    """Leads in the index."""
    return IndexEntry.objects.filter(terms__isnull=False).count()


def _lead(text: LeadText) -> Any:
    from lianxun_insight.triage.similar.index import Lead

    title, summary = without_reporter(text.title), without_reporter(text.summary)
    return Lead(str(text.id), title, summary)


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_WRITERS])
        cursor.execute("select nextval('advice_index_seq')")
        number: int = cursor.fetchone()[0]
        return number


def _synced() -> _Copy:
    from lianxun_insight.triage.similar.index import SimilarityIndex

    database = str(connection.settings_dict["NAME"])
    copy = _copies.setdefault(database, _Copy(SimilarityIndex()))
    rows = IndexEntry.objects.filter(seq__gt=copy.seq).order_by("seq")
    for entry in rows.iterator(chunk_size=500):
        if entry.terms is None or entry.signature is None:
            copy.index.remove(str(entry.lead_id))
        else:
            copy.index.add_prepared(
                _prepared(entry.lead_id, bytes(entry.terms), bytes(entry.signature))
            )
        copy.seq = entry.seq
    return copy


def _prepared(lead_id: UUID, terms: bytes, signature: bytes) -> Prepared:
    import numpy as np

    from lianxun_insight.triage.similar.index import Prepared

    counts = json.loads(zlib.decompress(terms))
    return Prepared(str(lead_id), counts, np.frombuffer(signature, dtype=np.uint32))

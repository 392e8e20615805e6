"""What the job does with a lead: read it, suggest classes, find similar ones, store all of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate

from lianxun.advice import engine, reading, similar, store, work
from lianxun.advice.common import facts_of, load_lead, note, require
from lianxun.advice.limits import limits
from lianxun.advice.models import Advice, Decision, IndexEntry, SimilarHit
from lianxun.advice.operations.asking import STRONG, tell_desk
from lianxun.advice.rules import may_ask_again, sealed
from lianxun.kernel.actor import Actor
from lianxun.leads.texts import LeadText, lead_ids_after, lead_texts, searchable_ids
from lianxun.trace.door import noting, operation
from lianxun_insight.triage.learning.audit import held_back
from lianxun_insight.triage.taxonomy import load as load_taxonomy


@dataclass(frozen=True, slots=True)
class Prepared:
    """``done`` is False when there was nothing to do: sealed, gone, or read before."""

    done: bool
    advice_id: UUID | None = None
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Swept:
    queued: int
    forgotten: int


@operation("advice.prepare")
def prepare(*, actor: Actor, now: datetime, lead_id: UUID) -> Prepared:
    """Read one lead under the service identity. The same wording and model a second time: nothing.

    A lead the service cannot see (核心, a compartment) is answered like one that does not exist.
    """
    text = lead_texts([lead_id]).get(lead_id)
    if text is None or sealed(facts_of(text)):
        noting().about("leads.lead", lead_id, sealed=True)
        return Prepared(done=False)
    model = store.ensure_installed(now) if engine.installed() else None
    name, wording = (model.name if model else ""), similar.digest_of(text)
    before = Advice.objects.filter(lead_id=lead_id, text_digest=wording, model=name).first()
    if before is not None:
        note(text, advice=str(before.id), repeated=True)
        return Prepared(done=False, advice_id=before.id)
    begin = time.perf_counter()
    found = similar.find(text) if model else []
    # How often a matter came before depends on who asks: it is counted when somebody looks.
    content = reading.as_content(reading.read(text.text, today=localdate(text.created_at)))
    shown = not held_back(str(lead_id), _audit_key(), limits()["audit"]["share"])
    if model is not None:
        content["facets"] = engine.classify(store.classifier(model), text.text)
        _neighbours(content["facets"], found)
    spent = round(1000 * (time.perf_counter() - begin))
    advice = Advice.objects.create(
        created_at=now,
        lead_id=lead_id,
        text_digest=wording,
        model=name,
        taxonomy_version=load_taxonomy().version,
        shown=shown,
        content=content,
        milliseconds=spent,
    )
    _keep_hits(text, found, now)
    tell_desk(text, _strong(found), now)
    note(text, advice=str(advice.id), shown=shown, **_on_record(content, model))
    return Prepared(done=True, advice_id=advice.id, milliseconds=spent)


def _keep_hits(text: LeadText, found: list[similar.Found], now: datetime) -> None:
    SimilarHit.objects.filter(lead_id=text.id).delete()
    SimilarHit.objects.bulk_create(
        [
            SimilarHit(
                created_at=now,
                lead_id=text.id,
                other_id=f.id,
                relation=f.relation,
                cosine=f.cosine,
                overlap=f.overlap,
                shared=list(f.shared),
                differing=[list(pair) for pair in f.differing],
            )
            for f in found
        ]
    )
    if engine.installed():
        similar.add(text)


def _strong(found: list[similar.Found]) -> list[LeadText]:
    others = lead_texts([f.id for f in found if f.relation in STRONG])
    return list(others.values())


def _neighbours(facets: dict[str, Any], found: list[similar.Found]) -> None:
    """Decided leads among the similar ones, by leaf; whether a reader may see them is asked later."""
    if not found:
        return
    decided: dict[UUID, set[str]] = {}
    rows = Decision.objects.filter(lead_id__in=[f.id for f in found]).order_by("created_at", "id")
    latest = {(row.lead_id, row.facet): row for row in rows}
    for (lead_id, _), row in latest.items():
        decided.setdefault(lead_id, set()).update(row.decided)
    for facet in facets.values():
        for leaf in facet["leaves"]:
            leaf["neighbours"] = [
                str(f.id) for f in found if leaf["code"] in decided.get(f.id, set())
            ]


def _on_record(content: dict[str, Any], model: Any) -> dict[str, Any]:
    """Codes for the trace, with the hash of the model that spoke. Not how many similar leads there are:
    whoever may read the trail of this lead need not know of those."""
    facets = content.get("facets", {})
    return {
        "model": model.name if model else "",
        "model_sha256": model.sha256 if model else "",
        "suggested": {
            name: [] if facet["abstained"] else [leaf["code"] for leaf in facet["leaves"]]
            for name, facet in facets.items()
        },
        "urgency": content["urgency"]["level"],
        "gaps": content["gaps"],
    }


def _audit_key() -> bytes:
    """Nobody without the installation's secret can foresee which leads are the sample."""
    return salted_hmac("lianxun.advice.audit", "held back", algorithm="sha256").digest()


@operation("advice.request")
def request_again(*, actor: Actor, now: datetime, lead_id: UUID) -> None:
    """Have a lead read that was not yet, or whose wording or model changed since.

    Where nothing changed the job finds that out and does nothing.
    """
    text = load_lead(lead_id)
    require(may_ask_again(actor, facts_of(text)))
    note(text)
    work.queue_prepare(lead_id)


@operation("advice.sweep")
def sweep(*, actor: Actor, now: datetime, limit: int = 500) -> Swept:
    """Put right what news missed: leads nobody read, and index rows of leads that are out of search.

    Under the service identity: a lead that was raised to 核心 or put into a compartment since is out of
    its sight, and with that out of the index.
    """
    queued = 0
    after: UUID | None = None
    while queued < limit and (ids := lead_ids_after(after, limit=500)):
        after = ids[-1]
        known = set(Advice.objects.filter(lead_id__in=ids).values_list("lead_id", flat=True))
        for lead_id in sorted(searchable_ids(ids) - known):
            work.queue_prepare(lead_id)
            queued += 1
    held = list(IndexEntry.objects.filter(terms__isnull=False).values_list("lead_id", flat=True))
    there = searchable_ids(held)
    gone = [i for i in held if i not in there]
    for lead_id in gone:
        similar.forget(lead_id)
    if engine.installed():
        store.classifier(store.ensure_installed(now))
    noting().about("advice.index", actor.account_id, queued=queued, forgotten=len(gone))
    return Swept(queued, len(gone))

"""The one list of leads that are like another: what the engine found, or where none read it, the wording.

Asked about a registered lead only, never about free text (settled.md 24), and among what the reader may
see: a hit outside his need-to-know does not show, not even as a count.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from lianxun.advice.common import facts_of, load_lead, note
from lianxun.advice.enums import Relation
from lianxun.advice.likeness import likeness
from lianxun.advice.models import Advice, SimilarHit
from lianxun.advice.records import SimilarLead
from lianxun.advice.rules import sealed
from lianxun.advice.similar import digest_of
from lianxun.kernel.actor import Actor
from lianxun.leads.texts import LeadText, lead_texts, texts_about
from lianxun.trace.door import query

BY_WORDING = "文字相近"
LOOKED_AT = 500  # leads about one organisation; more than any organisation of the sample has
SHOWN = 10
FROM = 0.15  # share of common character pairs; unrelated letters stay below 0.1
LONGEST_AMOUNT = 14  # digits of an amount in fen; longer ones are numbers of documents
ORDER = {
    Relation.DUPLICATE.value: 0,
    Relation.SAME_MATTER.value: 1,
    Relation.OTHER_SUBJECT.value: 2,
    Relation.RELATED.value: 3,
    BY_WORDING: 4,
}


@query("advice.similar")
def similar_leads(*, actor: Actor, now: datetime, lead_id: UUID) -> list[SimilarLead]:
    """Leads like this one, the closest relation first: for the screener, who links and merges nothing."""
    text = load_lead(lead_id)
    found = [] if sealed(facts_of(text)) else alike(text)
    note(text, count=len(found))
    return found


def alike(text: LeadText) -> list[SimilarLead]:
    """Part of the act of whoever calls."""
    if not _read_by_a_model(text):
        return _by_wording(text)
    hits = _hits(text)
    others = lead_texts({h.other_id if h.lead_id == text.id else h.lead_id for h in hits})
    seen, found = set[UUID](), []
    for hit in hits:
        turned = hit.lead_id != text.id
        other = others.get(hit.lead_id if turned else hit.other_id)
        if other is None or other.id in seen or not other.searchable:
            continue
        seen.add(other.id)
        found.append(_from_hit(hit, other, text, turned=turned))
    found.sort(key=lambda s: (ORDER[s.relation], -s.percent, s.number))
    return found


def _read_by_a_model(text: LeadText) -> bool:
    newest = Advice.objects.filter(lead_id=text.id).first()
    return bool(newest and newest.model and newest.text_digest == digest_of(text))


def _hits(text: LeadText) -> list[SimilarHit]:
    """Pairs with this lead in either place; row security asks for both leads."""
    found = SimilarHit.objects.filter(Q(lead_id=text.id) | Q(other_id=text.id))
    return list(found.order_by("-overlap", "-cosine", "id")[:40])


def _from_hit(hit: SimilarHit, other: LeadText, text: LeadText, *, turned: bool) -> SimilarLead:
    return SimilarLead(
        id=other.id,
        number=other.number,
        title=other.title,
        state_label=other.state_label,
        relation=hit.relation,
        percent=min(100, round(100 * max(hit.overlap, hit.cosine))),
        registered_at=other.created_at,
        shared=tuple(dict.fromkeys(_said(name) for name in hit.shared)),
        differing=tuple((b, a) if turned else (a, b) for a, b in hit.differing),
        cross_unit=other.labels.owner_unit != text.labels.owner_unit,
    )


def _said(name: str) -> str:
    """A shared name as people write it: amounts in yuan, numbers of documents not at all."""
    if not name.isdigit():
        return name
    fen = int(name)
    return f"{fen // 100:,} 元" if len(name) <= LONGEST_AMOUNT else "号码相同"


def _by_wording(text: LeadText) -> list[SimilarLead]:
    """Without the analysis extra, or before the job read it: leads about the same body that read alike."""
    scored = [
        (likeness(text.text, other.text), other)
        for other in texts_about(text.labels.subject_org, limit=LOOKED_AT)
        if other.id != text.id
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1].created_at, pair[1].id))
    return [
        SimilarLead(
            id=other.id,
            number=other.number,
            title=other.title,
            state_label=other.state_label,
            relation=BY_WORDING,
            percent=round(100 * score),
            registered_at=other.created_at,
            shared=(),
            differing=(),
            cross_unit=other.labels.owner_unit != text.labels.owner_unit,
        )
        for score, other in scored[:SHOWN]
        if score >= FROM
    ]

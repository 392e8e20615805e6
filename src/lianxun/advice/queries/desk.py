"""For the coordination desk: similar leads in different hands, and leads worth deciding first."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.advice.common import require
from lianxun.advice.limits import limits
from lianxun.advice.models import Advice, Decision, SimilarHit
from lianxun.advice.operations.asking import STRONG
from lianxun.advice.records import DeskRow, QueueRow
from lianxun.advice.rules import ENDED, may_keep_models, may_see_desk
from lianxun.kernel.actor import Actor
from lianxun.leads.texts import lead_texts
from lianxun.organisation.queries.choices import unit_names
from lianxun.trace.door import noting, query
from lianxun_insight.triage.taxonomy import load as load_taxonomy

NEWEST = 200  # pairs and advices looked at; the page is for what is new


@query("advice.desk")
def desk(*, actor: Actor, now: datetime) -> list[DeskRow]:
    """Pairs registered by different units, newest first; row security asks for both leads."""
    require(may_see_desk(actor))
    hits = list(
        SimilarHit.objects.filter(relation__in=STRONG).order_by("-created_at", "-id")[:NEWEST]
    )
    texts = lead_texts({i for h in hits for i in (h.lead_id, h.other_id)})
    pairs = [
        (h, texts[h.lead_id], texts[h.other_id])
        for h in hits
        if h.lead_id in texts and h.other_id in texts
    ]
    pairs = [p for p in pairs if p[1].labels.owner_unit != p[2].labels.owner_unit]
    names = unit_names({t.labels.owner_unit for _, a, b in pairs for t in (a, b)})
    noting().about("advice.desk", actor.account_id, count=len(pairs))
    return [
        DeskRow(
            lead_id=a.id,
            lead_number=a.number,
            lead_unit=names.get(a.labels.owner_unit, ""),
            other_id=b.id,
            other_number=b.number,
            other_unit=names.get(b.labels.owner_unit, ""),
            relation=hit.relation,
            percent=min(100, round(100 * max(hit.overlap, hit.cosine))),
            found_at=hit.created_at,
        )
        for hit, a, b in pairs
        if a.searchable and b.searchable
    ]


@query("advice.queue")
def queue(*, actor: Actor, now: datetime) -> list[QueueRow]:
    """Undecided leads whose decision would teach the model most (text.md §5: margin, abstention).

    Leads of the audit sample are left out: calling them up would tell that they are in it.
    """
    require(may_keep_models(actor))
    advices = list(
        Advice.objects.filter(shown=True).exclude(model="").order_by("-created_at", "-id")[:NEWEST]
    )
    newest: dict[UUID, Advice] = {}
    for advice in advices:
        newest.setdefault(advice.lead_id, advice)
    decided = set(
        Decision.objects.filter(lead_id__in=newest).values_list("lead_id", "facet").distinct()
    )
    texts = lead_texts(newest)
    facets = {f.code: f.name for f in load_taxonomy().facets}
    rows: list[tuple[float, QueueRow]] = []
    for lead_id, advice in newest.items():
        text = texts.get(lead_id)
        if text is None or text.state in ENDED:
            continue
        for facet, content in advice.content.get("facets", {}).items():
            if (lead_id, facet) not in decided and (doubt := doubt_of(content)) is not None:
                worth, why = doubt
                row = QueueRow(
                    lead_id=lead_id,
                    number=text.number,
                    title=text.title,
                    facet_name=facets[facet],
                    why=why,
                )
                rows.append((worth, row))
    rows.sort(key=lambda r: (-r[0], r[1].number))
    noting().about("advice.queue", actor.account_id, count=len(rows))
    return [row for _, row in rows[: limits()["queue"]["shown"]]]


def doubt_of(content: dict[str, Any]) -> tuple[float, str] | None:
    """How much a decision on one facet would teach (0–1) and why; None when the model is sure.

    The margin between the two best leaves, or the best one's distance from certainty.
    """
    leaves = content["leaves"]
    if not leaves:
        return None
    best = leaves[0]["p"]
    second = leaves[1]["p"] if len(leaves) > 1 else 0.0
    if content["abstained"]:
        return 1.0 - (best - second), "模型未作建议"
    if leaves[0]["trial"]:
        return 0.9 - best / 10, "试验类目，已认定的线索少于 30 件"
    if len(leaves) > 1 and best - second < 0.1:
        return 0.8 - (best - second), "两个类目难分"
    return None

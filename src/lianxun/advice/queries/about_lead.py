"""Everything about one lead for one reader: what was stored, cut down to what he may see."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.access.queries import account_names
from lianxun.advice import engine, reading
from lianxun.advice.common import facts_of, load_lead, note
from lianxun.advice.enums import Relation
from lianxun.advice.models import Advice, Decision
from lianxun.advice.queries.alike import alike
from lianxun.advice.records import (
    DecisionRecord,
    FacetAdvice,
    LeadAdvice,
    LeafAdvice,
    Neighbour,
    Reading,
    SimilarLead,
    Word,
)
from lianxun.advice.rules import may_ask_again, may_ask_similar, may_decide, sealed
from lianxun.advice.similar import digest_of
from lianxun.kernel.actor import Actor
from lianxun.leads.texts import LeadText, lead_texts
from lianxun.trace.door import query
from lianxun_insight.triage.taxonomy import Leaf, Taxonomy
from lianxun_insight.triage.taxonomy import load as load_taxonomy

NEIGHBOURS = 3
#: The same matter before.
REPEATS = frozenset({Relation.DUPLICATE.value, Relation.SAME_MATTER.value})
Others = dict[UUID, LeadText]


@query("advice.for_lead")
def for_lead(*, actor: Actor, now: datetime, lead_id: UUID) -> LeadAdvice:
    """Suggestions, facts, similar leads and decisions of a lead the actor may see."""
    text = load_lead(lead_id)
    closed = sealed(facts_of(text))
    newest = None if closed else Advice.objects.filter(lead_id=text.id).first()
    # Of an earlier wording nothing is shown: its offsets would point at the wrong words.
    advice = newest if newest and newest.text_digest == digest_of(text) else None
    taxonomy = load_taxonomy()
    decisions = _decisions(text, taxonomy)
    others = lead_texts(_neighbour_ids(advice))
    found = [] if closed else alike(text)
    shown = bool(advice and advice.shown)
    note(
        text,
        advice=str(advice.id) if advice else "",
        shown=shown,
        model=advice.model if advice else "",
    )
    return LeadAdvice(
        lead_id=text.id,
        number=text.number,
        text=text.text,
        engagement=text.labels.engagement,
        level=text.labels.level,
        advice_id=advice.id if advice else None,
        ready=advice is not None,
        sealed=closed,
        engine=bool(advice and advice.model),
        held_back=bool(advice and advice.model and not advice.shown),
        stale=newest is not None and advice is None,
        model=advice.model if advice else "",
        taxonomy_version=advice.taxonomy_version if advice else taxonomy.version,
        made_at=advice.created_at if advice else None,
        milliseconds=advice.milliseconds if advice else 0,
        reading=_reading(advice, text, found) if advice else None,
        facets=tuple(
            _facet(f.code, f.name, advice, text, taxonomy, decisions, others)
            for f in taxonomy.facets
            if f.suggest
        ),
        human=tuple(latest_elements(decisions["TP-3"])),
        similar=tuple(found),
        permitted=_permitted(actor, text),
    )


def _reading(advice: Advice, text: LeadText, found: list[SimilarLead]) -> Reading:
    """What was read, with the repeats that this reader can see: a number would tell of the others."""
    earlier = sum(s.relation in REPEATS and s.registered_at < text.created_at for s in found)
    return reading.with_repeats(reading.from_content(advice.content, text.text), earlier)


def _permitted(actor: Actor, text: LeadText) -> frozenset[str]:
    facts = facts_of(text)
    found = set()
    if may_decide(actor, facts):
        found.add("decide")
    if may_ask_again(actor, facts):
        found.add("again")
    if may_ask_similar(actor, facts) and engine.installed():
        found.add("ask_similar")
    return frozenset(found)


def _decisions(text: LeadText, taxonomy: Taxonomy) -> dict[str, list[DecisionRecord]]:
    """Decisions by facet, newest first."""
    rows = list(Decision.objects.filter(lead_id=text.id).order_by("-created_at", "-id"))
    names = account_names({row.decided_by_id for row in rows})
    facets = {f.code: f.name for f in taxonomy.facets}
    found: dict[str, list[DecisionRecord]] = defaultdict(list)
    for row in rows:
        found[row.facet].append(
            DecisionRecord(
                id=row.id,
                facet=row.facet,
                facet_name=facets.get(row.facet, row.facet),
                suggested=tuple(row.suggested),
                decided=tuple(row.decided),
                decided_names=tuple(name_of(code, taxonomy) for code in row.decided),
                reason=row.reason,
                note=row.note,
                shown=row.shown,
                model=row.model,
                by=names.get(row.decided_by_id, ""),
                at=row.created_at,
            )
        )
    return found


def name_of(code: str, taxonomy: Taxonomy) -> str:
    """The name of a leaf, or element and value of facet 3."""
    leaf, _, value = code.partition(":")
    name = taxonomy.leaf(leaf).name
    return f"{name}：{value}" if value else name


def latest_elements(rows: list[DecisionRecord]) -> list[DecisionRecord]:
    """Of each human-only element the newest record."""
    seen, found = set[str](), []
    for row in rows:
        element = row.decided[0].partition(":")[0]
        if element not in seen:
            seen.add(element)
            found.append(row)
    return found


def _facet(  # noqa: PLR0917 - private
    code: str,
    name: str,
    advice: Advice | None,
    text: LeadText,
    taxonomy: Taxonomy,
    decisions: dict[str, list[DecisionRecord]],
    others: Others,
) -> FacetAdvice:
    decided = decisions.get(code, [])
    content = advice.content.get("facets", {}).get(code) if advice and advice.shown else None
    if content is None:
        return FacetAdvice(
            facet=code,
            name=name,
            abstained=True,
            reason=_why_none(advice),
            leaves=(),
            decision=decided[0] if decided else None,
        )
    return FacetAdvice(
        facet=code,
        name=name,
        abstained=content["abstained"],
        reason=content["reason"],
        leaves=tuple(
            _leaf(taxonomy.leaf(leaf["code"]), leaf, text, taxonomy, others)
            for leaf in content["leaves"]
        ),
        decision=decided[0] if decided else None,
    )


def _why_none(advice: Advice | None) -> str:
    if advice is None:
        return ""
    if not advice.model:
        return engine.MISSING
    return "本件为抽样件，不显示类别建议，请独立认定（用于检验人员是否过分依赖建议）。"


def _leaf(
    leaf: Leaf, content: dict[str, Any], text: LeadText, taxonomy: Taxonomy, others: Others
) -> LeafAdvice:
    words = _words(content["evidence"], text.text)
    neighbours = [others[i] for n in content["neighbours"] if (i := UUID(n)) in others]
    return LeafAdvice(
        code=leaf.code,
        name=leaf.name,
        group=next(g.name for g in taxonomy.groups if g.code == leaf.parent),
        percent=min(99, round(100 * content["p"])),
        trial=content["trial"],
        favour=tuple(w for w in words if w.weight > 0),
        against=tuple(w for w in words if w.weight < 0),
        rules=tuple(content["rules"]),
        definition=content["definition"],
        neighbours=tuple(Neighbour(n.id, n.number, n.title) for n in neighbours[:NEIGHBOURS]),
    )


def _words(evidence: list[list[Any]], text: str) -> list[Word]:
    """Places of one word together, strongest first."""
    places: dict[str, list[tuple[int, int]]] = {}
    weight: dict[str, float] = {}
    rule: dict[str, str] = {}
    for start, end, gain, source in evidence:
        word = text[start:end]
        if word.strip():
            places.setdefault(word, []).append((start, end))
            weight[word] = gain
            if source != "words":
                rule[word] = source
    ranked = sorted(places, key=lambda w: -abs(weight[w]))
    return [Word(w, weight[w], tuple(places[w]), rule.get(w, "")) for w in ranked]


def _neighbour_ids(advice: Advice | None) -> set[UUID]:
    if advice is None or not advice.shown:
        return set()
    return {
        UUID(n)
        for facet in advice.content.get("facets", {}).values()
        for leaf in facet["leaves"]
        for n in leaf["neighbours"]
    }

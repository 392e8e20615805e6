"""A person decides a class, beside what was suggested. Decisions are added, never changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from lianxun.advice.common import facts_of, load_lead, note, require
from lianxun.advice.models import Advice, Decision
from lianxun.advice.rules import may_decide
from lianxun.advice.similar import digest_of
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, Stale, WrongState
from lianxun.leads.texts import LeadText
from lianxun.trace.door import operation
from lianxun_insight.triage.learning.corrections import (
    BadCorrectionError,
    Correction,
    CorrectionReason,
)
from lianxun_insight.triage.taxonomy import Taxonomy
from lianxun_insight.triage.taxonomy import load as load_taxonomy

NOTE_LIMIT = 300


@operation("advice.accept")
def accept(*, actor: Actor, now: datetime, lead_id: UUID, facet: str, advice_id: UUID) -> UUID:
    """Agree with everything that was suggested on one facet, as it was shown."""
    text = load_lead(lead_id)
    require(may_decide(actor, facts_of(text)))
    advice = _current(text)
    if advice is None or advice.id != advice_id:
        raise Stale("建议已更新，请刷新后核对再认定。")
    suggested = suggested_codes(advice, facet)
    if not suggested:
        raise WrongState("这一维度没有作出建议，请直接认定类目。")
    return _store(actor, now, text, advice, facet, suggested, CorrectionReason.AGREED, "")


@operation("advice.decide")
def decide(
    *,
    actor: Actor,
    now: datetime,
    lead_id: UUID,
    facet: str,
    decided: Collection[str],
    reason: str,
    note: str = "",
    advice_id: UUID | None = None,
) -> UUID:
    """Decide the leaves of one facet. ``advice_id`` names the suggestion that was on the page."""
    text = load_lead(lead_id)
    require(may_decide(actor, facts_of(text)))
    advice = _current(text)
    if advice_id is not None and (advice is None or advice.id != advice_id):
        raise Stale("建议已更新，请刷新后核对再认定，您填写的内容仍保留在页面上。")
    if reason not in {r.value for r in CorrectionReason}:
        raise Invalid.at("reason", "请选择认定理由。")
    if len(note) > NOTE_LIMIT:
        raise Invalid.at("note", f"说明不超过 {NOTE_LIMIT} 字。")
    return _store(
        actor, now, text, advice, facet, tuple(decided), CorrectionReason(reason), note.strip()
    )


#: Elements of facet 3 that no other act of the platform records. Written by people, never suggested.
HUMAN = ("TP-H2", "TP-H3")


@operation("advice.record_element")
def record_element(*, actor: Actor, now: datetime, lead_id: UUID, element: str, value: str) -> UUID:
    """Write down an element that is for people alone: 四种形态, 可查性."""
    text = load_lead(lead_id)
    require(may_decide(actor, facts_of(text)))
    if element not in HUMAN:
        raise Invalid.at("element", "请选择四种形态或者可查性。")
    taxonomy = load_taxonomy()
    if value not in taxonomy.leaf(element).values:
        raise Invalid.at("value", f"“{taxonomy.leaf(element).name}”中没有这一项，请重新选择。")
    row = Decision.objects.create(
        created_at=now,
        lead_id=text.id,
        facet="TP-3",
        decided=[f"{element}:{value}"],
        reason=CorrectionReason.NO_SUGGESTION.value,
        shown=False,
        taxonomy_version=taxonomy.version,
        decided_by_id=actor.account_id,
    )
    note(text, decision=str(row.id), facet="TP-3", decided=row.decided)
    return row.id


def suggested_codes(advice: Advice | None, facet: str) -> tuple[str, ...]:
    """What the reader had before him: nothing where the model abstained or the lead is in the sample."""
    if advice is None or not advice.shown:
        return ()
    found = advice.content.get("facets", {}).get(facet)
    if found is None or found["abstained"]:
        return ()
    return tuple(leaf["code"] for leaf in found["leaves"])


def _current(text: LeadText) -> Advice | None:
    """The newest advice on the present wording."""
    return Advice.objects.filter(lead_id=text.id, text_digest=digest_of(text)).first()


def _store(  # noqa: PLR0917 - private
    actor: Actor,
    now: datetime,
    text: LeadText,
    advice: Advice | None,
    facet: str,
    decided: tuple[str, ...],
    reason: CorrectionReason,
    words: str,
) -> UUID:
    taxonomy = load_taxonomy()
    suggested = suggested_codes(advice, facet)
    model = advice.model if advice else ""
    record = Correction(
        str(text.id), facet, suggested, frozenset(decided), reason, words, model,
        taxonomy.version, str(actor.account_id), now,
    )  # fmt: skip
    _check(record, taxonomy, now)
    row = Decision.objects.create(
        created_at=now,
        lead_id=text.id,
        advice=advice,
        facet=facet,
        suggested=list(suggested),
        decided=sorted(decided),
        reason=reason.value,
        note=words,
        shown=bool(advice and advice.shown),
        model=model,
        taxonomy_version=taxonomy.version,
        decided_by_id=actor.account_id,
    )
    note(
        text,
        decision=str(row.id),
        facet=facet,
        suggested=list(suggested),
        decided=sorted(decided),
        reason=reason.name,
        shown=row.shown,
        model=model,
    )
    return row.id


def _check(record: Correction, taxonomy: Taxonomy, now: datetime) -> None:
    try:
        record.check(taxonomy)
    except BadCorrectionError as problem:
        raise Invalid(FieldError(_place(str(problem)), str(problem))) from problem
    ended = [c for c in sorted(record.decided) if not taxonomy.leaf(c).valid_on(now.date())]
    if ended:
        raise Invalid.at("decided", f"类目 {'、'.join(ended)} 已停用，请选择现行类目。")
    if record.reason is CorrectionReason.NO_SUGGESTION and record.suggested:
        raise Invalid.at("reason", "这一维度已有建议，请选择同意或更正的理由。")
    if record.reason is not CorrectionReason.NO_SUGGESTION and not record.suggested:
        raise Invalid.at("reason", "这一维度没有显示建议，理由请选择“未作建议，由人工认定”。")


def _place(message: str) -> str:
    """The field that a refusal of the engine speaks of."""
    if "同意建议" in message:
        return "reason"
    return "note" if "说明理由" in message else "decided"

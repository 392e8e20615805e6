"""Is there a similar lead beyond what the asker sees? (settled.md 24)

Answered for a registered lead only, so many times a day, each question on the record. The answer is yes
or nothing: silent where the asker is recused from the hit, walled off from it or outside its
compartment, and where the hit is sealed. Who holds it is told to the coordination desk, not to him.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from lianxun.access.queries import (
    accounts_overseeing,
    actor_for,
    explained,
    service_actor,
    subject_of,
)
from lianxun.access.records import ObjectLabels, Subject
from lianxun.advice.common import LEAD, facts_of, load_lead, note, require
from lianxun.advice.enums import SERVICE, Relation
from lianxun.advice.limits import limits
from lianxun.advice.models import SimilarHit, SimilarQuestion
from lianxun.advice.rules import may_ask_similar
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import NotFound, Refused
from lianxun.leads.texts import LeadText, lead_texts
from lianxun.trace.door import operation

#: What counts as "a similar lead": a mere resemblance does not.
STRONG = (Relation.DUPLICATE.value, Relation.SAME_MATTER.value, Relation.OTHER_SUBJECT.value)
LIMITING = ("ACC-R2", "ACC-R3", "ACC-R4")
DESK = "advice.desk"
DAY = timedelta(days=1)


@operation("advice.ask_similar")
def ask_similar(*, actor: Actor, now: datetime, lead_id: UUID) -> bool:
    """Whether the desk can tell of a further similar lead. ``False`` means: nothing to say."""
    text = load_lead(lead_id)
    require(may_ask_similar(actor, facts_of(text)))
    most = limits()["similar"]["questions_a_day"]
    asked = SimilarQuestion.objects.filter(asked_by_id=actor.account_id, created_at__gt=now - DAY)
    if asked.count() >= most:
        raise Refused(
            Denied(f"一天内最多查询 {most} 次相似件，请明天再查或联系协调办。", "ADV-RATE")
        )
    subject = subject_of(actor=actor, kind=LEAD, now=now)
    told = any(may_hear(subject, other) for other in _beyond(text))
    SimilarQuestion.objects.create(
        created_at=now, lead_id=lead_id, asked_by_id=actor.account_id, told=told
    )
    note(text, told=told)
    return told


def _beyond(text: LeadText) -> list[LeadText]:
    """Strong hits of a lead that the running identity cannot see; read by the service."""
    service = service_actor(service=SERVICE)
    with acting_as(service.account_id, service=SERVICE):
        pairs = SimilarHit.objects.filter(
            Q(lead_id=text.id) | Q(other_id=text.id), relation__in=STRONG
        ).values_list("lead_id", "other_id")
        ids = {i for pair in pairs for i in pair} - {text.id}
        all_of_them = lead_texts(ids)
    mine = lead_texts(ids)
    return [t for i, t in all_of_them.items() if i not in mine and t.searchable]


def may_hear(subject: Subject, other: LeadText) -> bool:
    """R2–R4 hold for the hit: the person may learn that it exists."""
    reasons = explained(subject, labels_of(other)).reasons
    return all(r.holds for r in reasons if r.rule in LIMITING)


def labels_of(text: LeadText) -> ObjectLabels:
    """A lead as the rules of need-to-know see it."""
    own = text.labels
    return ObjectLabels(
        id=text.id,
        table=LEAD,
        library="leads",
        level=own.level,
        region=own.region,
        owner_path=own.owner_path,
        engagement=own.engagement,
        subject_org=own.subject_org,
        subject_path=own.subject_path,
        addressee_path=own.addressee_path,
        compartment=own.compartment,
    )


def tell_desk(one: LeadText, others: list[LeadText], now: datetime) -> int:
    """Point coordinators to pairs in different hands; only those who may read both. Their number.

    Part of preparing, under the service identity.
    """
    told = set[UUID]()
    for other in others:
        if other.labels.owner_unit == one.labels.owner_unit:
            continue
        regions = sorted({one.labels.region, other.labels.region})
        known = [
            set(accounts_overseeing(region=r, role="coordinator", duty="leads")) for r in regions
        ]
        for account in set.intersection(*known) - told:
            if _reads_both(account, one, other, now):
                told.add(account)
    duties.notify(
        now=now,
        accounts=sorted(told),
        code=NoticeCode.SIMILAR,
        object_kind=DESK,
        object_id=one.id,
    )
    return len(told)


def _reads_both(account: UUID, one: LeadText, other: LeadText, now: datetime) -> bool:
    try:
        coordinator = actor_for(account_id=account)
    except NotFound:
        return False
    with acting_as(account):
        subject = subject_of(actor=coordinator, kind=LEAD, now=now)
    return all(explained(subject, labels_of(t)).allowed for t in (one, other))

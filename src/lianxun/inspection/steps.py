"""Parts of acts that upper rooms call inside their own operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.inspection.common import ASK_KIND, labels_of
from lianxun.inspection.enums import AskState
from lianxun.inspection.models import Engagement, LookBackAsk
from lianxun.kernel.actor import Actor
from lianxun.organisation.models import Unit

ASK_CLOCK = "DT-IN-ASKED"


def ask_look_back(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID | None,
    cause_kind: str,
    cause_id: UUID,
    cause_number: str,
    items: Sequence[UUID],
    reason: str,
    level: int,
) -> UUID | None:
    """Ask the office of an engagement for a look-back at it; its clock starts. ``None`` where the engagement is
    not kept here (an older one, by letter alone)."""
    first = Engagement.objects.filter(id=engagement_id).first() if engagement_id else None
    if first is None:
        return None
    # As high as the highest of its items: who may not know one of them learns neither their number nor the ask.
    labels = replace(labels_of(first), level=max(first.level, level))
    row = LookBackAsk.objects.create(
        created_at=now,
        first=first,
        cause_kind=cause_kind,
        cause_id=cause_id,
        cause_number=cause_number,
        items=list(items),
        reason=reason,
        asked_on=now.date(),
        asked_by_id=actor.account_id,
        state=AskState.PENDING,
        **labels.columns(),
    )
    office = Unit.objects.get(id=first.owner_unit)
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=ASK_CLOCK,
        object_kind=ASK_KIND,
        object_id=row.id,
        title=f"{cause_number} 提请“回头看”",
        responsible=Responsible(office.id, office.short_name),
        labels=labels,
    )
    return row.id

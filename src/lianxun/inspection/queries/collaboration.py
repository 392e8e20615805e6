"""What an engagement concentrates on and who takes part: as it stands, how it came about, what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from lianxun.inspection.common import members_on
from lianxun.inspection.enums import (
    ChangeState,
    CorroborationState,
    FocusState,
    Implementation,
    MemberChangeKind,
    PaperState,
)
from lianxun.inspection.models import Engagement, Focus, MemberChange
from lianxun.inspection.records import CollaborationRecord, FocusRecord, MemberChangeRecord
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query


@query("inspection.collaboration")
def collaboration(*, actor: Actor, now: datetime, engagement_id: UUID) -> CollaborationRecord:
    """Focus lines with their comparison, units taking part, adjustments with reasons. Raises ``NotFound``."""
    task = (
        Engagement.objects.prefetch_related(
            "focuses__source",
            "focuses__set_by",
            "focuses__lines",
            "focuses__papers__corroborations",
            "member_changes__unit",
            "member_changes__proposed_by",
            "member_changes__decided_by",
            "consultations",
        )
        .filter(id=engagement_id)
        .first()
    )
    if task is None:
        raise NotFound
    changes = list(task.member_changes.all())
    units = members_on(task, now.date())
    noting().about(
        "inspection.engagement",
        task.id,
        revision=task.revision,
        engagement=task.id,
        level=task.level,
    )
    return CollaborationRecord(
        focus=tuple(_focus(f) for f in task.focuses.all()),
        members=tuple(
            Unit.objects.filter(id__in=units).order_by("path").values_list("short_name", flat=True)
        ),
        changes=tuple(_change(c) for c in changes),
        unbound=task.papers.filter(focus__isnull=True).count(),
    )


def _focus(f: Focus) -> FocusRecord:
    papers = list(f.papers.all())
    confirmed = [
        sum(c.state == CorroborationState.CONFIRMED for c in p.corroborations.all()) for p in papers
    ]
    return FocusRecord(
        id=f.id,
        number=f.number,
        axis=f.axis,
        axis_label=Implementation(f.axis).label if f.axis else "其他",
        text=f.text,
        source_name=f.source.short_name,
        reason=f.reason,
        state=f.state,
        state_label=FocusState(f.state).label,
        set_on=localdate(f.created_at),
        set_by=f.set_by.display_name,
        adjusted=f.consultation_id is None,
        dropped_on=f.dropped_on,
        dropped_because=f.dropped_because,
        lines=len(f.lines.all()),
        papers=tuple((p.id, p.number) for p in papers),
        signed=sum(p.state == PaperState.SIGNED_HEAD for p in papers),
        corroborated=sum(n >= 2 for n in confirmed),
    )


def _change(c: MemberChange) -> MemberChangeRecord:
    return MemberChangeRecord(
        id=c.id,
        unit_name=c.unit.short_name,
        change_label=MemberChangeKind(c.change).label,
        since=c.since,
        until=c.until,
        reason=c.reason,
        state=c.state,
        state_label=ChangeState(c.state).label,
        matter=c.matter,
        proposed_by=c.proposed_by.display_name,
        decided_by=c.decided_by.display_name if c.decided_by else "",
        decided_on=c.decided_on,
        effect=c.effect,
    )

"""What is known about items when somebody thinks of joint supervision: read once for a page or an act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lianxun.duties import queries as duties
from lianxun.exchange import queries as exchange
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.rectification import scoring, supervising
from lianxun.rectification.enums import AssessmentState
from lianxun.rectification.models import Assessment, Item
from lianxun.rectification.records import ItemRecord
from lianxun.rectification.supervising import Reason, Standing


def worst_grades(engagements: Sequence[UUID] | None = None) -> dict[UUID, str]:
    """Engagement → grade, where the last assessment in force gave the lowest one; as far as the reader sees."""
    rows = Assessment.objects.filter(state=AssessmentState.FINAL, engagement__isnull=False)
    if engagements is not None:
        rows = rows.filter(engagement__in=engagements)
    found: dict[UUID, str] = {}
    lowest = {s.code: s.grades[-1].name for s in scoring.schemes()}
    given = rows.order_by("created_at", "id").values_list("engagement", "scheme", "grade")
    for task, code, grade in given:
        if task is None:
            continue
        found.pop(task, None)
        if grade == lowest.get(code):
            found[task] = grade
    return found


def reasons_of(
    items: Sequence[Item | ItemRecord], *, actor: Actor, now: datetime
) -> dict[UUID, tuple[Reason, ...]]:
    """Item → why it may be proposed today; empty where no trigger holds."""
    clocks = duties.running(now=now, objects=[i.id for i in items])
    refused = exchange.unjustly_refused(actor=actor)
    worst = worst_grades([i.engagement for i in items if i.engagement])
    found = {}
    for item in items:
        clock = clocks.get(item.id)
        grade = worst.get(item.engagement, "") if item.engagement else ""
        found[item.id] = supervising.reasons(
            Standing(
                state=item.state,
                due_on=item.due_on,
                clock_red=clock is not None and clock.light == Light.RED,
                sham_times=item.sham_times,
                refused=refused.get(item.subject_org, ()) if item.subject_org else (),
                grade=grade,
                worst=grade,
            ),
            now.date(),
        )
    return found

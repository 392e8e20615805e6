"""Joint inspection tasks: the list within reach, the list of an engagement, and one task with its record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.inspection import rules
from lianxun.inspection.enums import JointEntryKind, JointState
from lianxun.inspection.joint_records import JointEntryRecord, JointLine, JointTaskRecord
from lianxun.inspection.models import Engagement, JointEntry, JointTask
from lianxun.inspection.operations.joint import engagement_of, joint_facts
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.organisation.enums import UnitKind
from lianxun.trace.door import noting, query

KIND = "inspection.joint_task"
_ENTRIES = Prefetch("entries", JointEntry.objects.select_related("unit", "answers"))


@query("inspection.joint_tasks")
def joint_tasks(
    *,
    actor: Actor,
    now: datetime,
    state: str = "",
    mine: bool = False,
    engagement: UUID | None = None,
    page: int = 1,
) -> Page[JointLine]:
    """Tasks the actor may see by due day; ``mine``: those the own unit answers for. A fixed number of queries."""
    rows: QuerySet[JointTask] = (
        JointTask.objects.select_related("verified_by")
        .prefetch_related(_ENTRIES)
        .order_by("due_on", "number")
    )
    if engagement is None:
        rows = rows.filter(within_reach(actor, kind=KIND, library="duties"))
    else:
        rows = rows.filter(engagement=engagement)
    if state:
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(addressee_unit=actor.unit_id)
    part, total = page_of(rows, page)
    clocks = duties.clocks_of(actor=actor, now=now, objects=[r.id for r in part])
    noting().about(KIND, actor.account_id, count=len(part))
    return Page([JointLine(**_line(r, clocks.get(r.id))) for r in part], page, total)


@query("inspection.joint_task")
def joint_task(*, actor: Actor, now: datetime, task_id: UUID) -> JointTaskRecord:
    """One task with its record. Raises ``NotFound`` also for who may not know it."""
    row = (
        JointTask.objects.select_related("unit", "verified_by")
        .prefetch_related(_ENTRIES, "parts")
        .filter(id=task_id)
        .first()
    )
    if row is None:
        raise NotFound
    task = engagement_of(row)
    clock = duties.clocks_of(actor=actor, now=now, objects=[row.id]).get(row.id)
    parent = JointTask.objects.filter(id=row.parent_id).first() if row.parent_id else None
    noting().about(KIND, row.id, revision=row.revision, engagement=row.engagement, level=row.level)
    entries = list(row.entries.all())
    solved = {e.answers_id for e in entries if e.answers_id}
    return JointTaskRecord(
        **_line(row, clock),
        revision=row.revision,
        task_id=row.task_id,
        content=row.content,
        focus=_focus(row, task),
        lead_name=row.lead_name,
        deputy_name=row.deputy_name,
        accepted_at=row.accepted_at,
        result=row.result,
        submitted_on=row.submitted_on,
        verified_on=row.verified_on,
        finding=row.finding,
        remark=row.remark,
        requests=tuple(row.requests),
        entries=tuple(_entry(e, solved) for e in entries),
        part_of=((parent.id, f"{parent.number} {parent.title}"),) if parent else (),
        parts=tuple((p.id, f"{p.number} {p.title}") for p in row.parts.all()),
        permitted=_permitted(row, task, actor),
    )


def _focus(row: JointTask, task: Engagement | None) -> str:
    """The line of the focus, for who sees the engagement it belongs to."""
    if task is None or row.focus_id is None:
        return ""
    return str(task.focuses.filter(id=row.focus_id).values_list("text", flat=True).first() or "")


def evidence_units(entries: Sequence[JointEntry]) -> tuple[str, ...]:
    """Member units that gave evidence, each once: the offices that run the inspection and their teams are not
    independent."""
    found = [
        e.unit_name
        for e in entries
        if e.kind == JointEntryKind.EVIDENCE and e.unit.kind == UnitKind.MEMBER
    ]
    return tuple(dict.fromkeys(found))


def _line(row: JointTask, clock: DutyRecord | None) -> dict[str, Any]:
    done = row.submitted_on is not None and row.state in (
        JointState.SUBMITTED,
        JointState.VERIFIED,
        JointState.CLOSED,
    )
    light = clock.light if clock else Light.GREEN
    if done and row.submitted_on is not None:
        light = Light.DONE if row.submitted_on <= row.due_on else Light.DONE_LATE
    return {
        "id": row.id,
        "number": row.number,
        "title": row.title,
        "unit_name": row.unit_name,
        "due_on": row.due_on,
        "state": row.state,
        "state_label": JointState(row.state).label,
        "units": evidence_units(list(row.entries.all())),
        "light": light,
        "why": clock.why if clock and not done else JointState(row.state).label,
        "verified_name": row.verified_by.display_name if row.verified_by else "",
    }


def _entry(e: JointEntry, solved: set[UUID]) -> JointEntryRecord:
    return JointEntryRecord(
        id=e.id,
        kind=e.kind,
        kind_label=JointEntryKind(e.kind).label,
        text=e.text,
        unit_name=e.unit_name,
        name=e.name,
        at=e.created_at,
        paper_id=e.paper_id,
        answers=e.answers.text if e.answers else "",
        open_problem=e.kind == JointEntryKind.PROBLEM and e.id not in solved,
    )


_RUNNING = (JointState.ASSIGNED, JointState.ACCEPTED, JointState.IN_PROGRESS)


def _permitted(row: JointTask, task: Engagement | None, actor: Actor) -> frozenset[str]:
    facts = joint_facts(row, task)
    directs = task is not None and bool(rules.may_direct_joint(actor, facts.team))
    found = set()
    if directs and row.state == JointState.PLANNED:
        found.add("assign")
    if directs and row.state in _RUNNING:
        found |= {"reassign", "split"}
    if directs and row.state == JointState.VERIFIED:
        found.add("close")
    if row.state == JointState.ASSIGNED and rules.may_accept_joint(actor, facts):
        found.add("accept")
    if rules.may_work_joint(actor, facts):
        found |= {"entry", "link"}
        if row.state == JointState.IN_PROGRESS:
            found.add("submit")
    if rules.may_verify_joint(actor, facts):
        found |= {"verify", "return"}
    return frozenset(found)

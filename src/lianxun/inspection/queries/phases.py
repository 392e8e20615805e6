"""The programme of a round on one wall: phases, forces, units, lights; and one item for whoever owes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.inspection import phases, rules
from lianxun.inspection.assemble import round_record
from lianxun.inspection.enums import Force, PhaseTaskState, RoundPhase, RoundState
from lianxun.inspection.models import PhaseTask, Round
from lianxun.inspection.phase_records import ForceRow, PhaseTaskRecord, RoundChart
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query


def _record(row: PhaseTask, actor: Actor, clock: DutyRecord | None) -> PhaseTaskRecord:
    return PhaseTaskRecord(
        id=row.id,
        revision=row.revision,
        round_id=row.round_id,
        round_name=row.round_name,
        phase=row.phase,
        phase_label=RoundPhase(row.phase).label,
        code=row.code,
        goal=row.goal,
        title=row.title,
        force=row.force,
        force_label=Force(row.force).label,
        unit_id=row.unit_id,
        unit_name=row.unit.short_name,
        due_on=row.due_on,
        basis=row.basis,
        state=row.state,
        state_label=PhaseTaskState(row.state).label,
        result=row.result,
        reported_on=row.reported_on,
        closed_on=row.closed_on,
        remark=row.remark,
        light=_light(row, clock),
        why=clock.why if clock else PhaseTaskState(row.state).label,
        permitted=_permitted(row, actor),
    )


def _light(row: PhaseTask, clock: DutyRecord | None) -> Light:
    """The running clock's; of a finished item, whether it was reported in time."""
    if row.state == PhaseTaskState.WITHDRAWN:
        return Light.CANCELLED
    if row.reported_on is not None and row.state != PhaseTaskState.OPEN:
        return Light.DONE if row.reported_on <= row.due_on else Light.DONE_LATE
    return clock.light if clock else Light.GREEN


def _permitted(row: PhaseTask, actor: Actor) -> frozenset[str]:
    found = set()
    office = rules.may_prepare(actor, rules.Facts("", row.owner_path))
    if row.state == PhaseTaskState.OPEN:
        if rules.may_report_phase(actor, unit_path=row.unit.path, owner_path=row.owner_path):
            found.add("report")
        if office:
            found.add("withdraw")
    if row.state == PhaseTaskState.REPORTED and rules.may_strike_phase(
        actor, owner_path=row.owner_path, reported_by=row.reported_by_id
    ):
        found |= {"strike", "return"}
    return frozenset(found)


@query("inspection.phase_task")
def phase_task(*, actor: Actor, now: datetime, task_id: UUID) -> PhaseTaskRecord:
    """One item, for the unit that answers for it and for those who work on the round."""
    row = PhaseTask.objects.select_related("unit").filter(id=task_id).first()
    if row is None:
        raise NotFound
    clock = duties.clocks_of(actor=actor, now=now, objects=[row.id]).get(row.id)
    noting().about("inspection.phase_task", row.id, revision=row.revision, level=row.level)
    return _record(row, actor, clock)


@query("inspection.round_chart")
def round_chart(*, actor: Actor, now: datetime, round_id: UUID) -> RoundChart:
    """挂图作战: everything of a round's programme for one wall. Six queries."""
    row = Round.objects.prefetch_related("engagements", "checks__passed_by").filter(id=round_id)
    campaign = row.first()
    if campaign is None:
        raise NotFound
    today = now.date()
    rows = list(campaign.phase_tasks.select_related("unit").order_by("due_on", "code"))
    clocks = duties.clocks_of(actor=actor, now=now, objects=[r.id for r in rows])
    tasks = tuple(_record(r, actor, clocks.get(r.id)) for r in rows)
    found = phases.spans(
        opened_on=localdate(campaign.created_at),
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        today=today,
    )
    noting().about("inspection.round", campaign.id, revision=campaign.revision, count=len(tasks))
    may = rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path))
    acts = {"phases", "phase_task", "preparation"} if may else set()
    if {x.code for x in phases.programme(today).lines} <= {t.code for t in tasks}:
        acts.discard("phases")  # nothing left to lay out
    if campaign.state == RoundState.CLOSED:
        acts &= {"preparation"}
    return RoundChart(
        round=round_record(campaign),
        spans=tuple(found),
        now_in=phases.phase_on(found, today),
        tasks=tasks,
        forces=_forces(campaign, tasks),
        clocks=phases.programme(today).phases[RoundPhase.STANDING].clocks,
        source=phases.programme(today).source,
        permitted=frozenset(acts),
    )


def _forces(campaign: Round, tasks: tuple[PhaseTaskRecord, ...]) -> tuple[ForceRow, ...]:
    """1+3: the group and the three task forces, the body that stands for each, and how far it is."""
    top = campaign.owner_path.split("/", 1)[0] + "/"
    bodies = {
        u.kind: u.name
        for u in Unit.objects.filter(
            kind__in=list(phases.BODIES.values()),
            tier=campaign.tier,
            path__startswith=top,
            valid_to__isnull=True,
        ).order_by("-path")
    }
    found = []
    for force in Force:
        own = [t for t in tasks if t.force == force and t.state != PhaseTaskState.WITHDRAWN]
        found.append(
            ForceRow(
                force.label,
                bodies.get(phases.BODIES[force], ""),
                len(own),
                sum(t.state == PhaseTaskState.CLOSED for t in own),
                sum(t.light is Light.RED for t in own),
            )
        )
    return tuple(found)

"""From rows to records: rounds and whole engagements."""

from __future__ import annotations

from datetime import datetime

from lianxun.inspection.common import facts_of, partners_on
from lianxun.inspection.enums import (
    CheckPhase,
    Kind,
    PauseState,
    Profile,
    RoundState,
    State,
    TeamKind,
)
from lianxun.inspection.models import Engagement, Round, RoundCheck
from lianxun.inspection.parts import (
    consultation_record,
    finding_record,
    gate_record,
    line_record,
    obstacle_record,
    paper_record,
    pause_record,
    plan_record,
    seat_record,
)
from lianxun.inspection.permits import next_states, permitted
from lianxun.inspection.records import CheckRecord, EngagementRecord, RoundRecord
from lianxun.kernel.actor import Actor
from lianxun.organisation.enums import Tier
from lianxun.organisation.models import Unit

_OPEN_PAUSE = (PauseState.REQUESTED, PauseState.ACTIVE)


def round_record(row: Round) -> RoundRecord:
    return RoundRecord(
        id=row.id,
        revision=row.revision,
        name=row.name,
        tier=row.tier,
        tier_label=Tier(row.tier).label,
        year=row.year,
        focus=row.focus,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        preset=row.preset,
        state=row.state,
        state_label=RoundState(row.state).label,
        definition_version=row.definition_version,
        engagements=len(row.engagements.all()),
        result=row.result,
        closed_on=row.closed_on,
        checks=tuple(_check(c) for c in row.checks.all()),
    )


def _check(c: RoundCheck) -> CheckRecord:
    return CheckRecord(
        id=c.id,
        code=c.code,
        phase=c.phase,
        phase_label=CheckPhase(c.phase).label,
        text=c.text,
        source=c.source,
        passed_at=c.passed_at,
        passed_by=c.passed_by.display_name if c.passed_by else "",
        evidence=c.evidence,
    )


def engagement_record(
    task: Engagement, actor: Actor, now: datetime, *, body_path: str = ""
) -> EngagementRecord:
    facts = facts_of(task)
    consultations = list(task.consultations.all())
    partners = partners_on(task, now.date())
    units = dict(
        Unit.objects.filter(
            id__in={u for c in consultations for u in c.units} | set(partners)
        ).values_list("id", "short_name")
    )
    return EngagementRecord(
        id=task.id,
        revision=task.revision,
        number=task.number,
        round_id=task.round_id,
        round_name=task.round.name,
        focus=task.round.focus,
        preset=task.round.preset,
        unit_id=task.unit_id,
        unit_name=task.unit.name,
        kind=task.kind,
        kind_label=Kind(task.kind).label,
        profile=task.profile,
        profile_label=Profile(task.profile).label,
        team_kind=task.team_kind,
        team_kind_label=TeamKind(task.team_kind).label,
        partner_names=tuple(units.get(u, "") for u in partners),
        entry_on=task.entry_on,
        on_site_end_on=task.on_site_end_on,
        extended=task.extended,
        feedback_on=task.feedback_on,
        decided_on=task.decided_on,
        archived_on=task.archived_on,
        state=task.state,
        state_label=State(task.state).label,
        paused_from=State(task.paused_from).label if task.paused_from else "",
        level=task.level,
        region=task.region,
        owner_unit=task.owner_unit,
        owner_path=task.owner_path,
        subject_path=task.subject_path or "",
        look_back_of=task.look_back_of_id,
        definition_version=task.definition_version,
        findings=tuple(finding_record(f) for f in task.look_back_findings.all()),
        open_pause=any(p.state in _OPEN_PAUSE for p in task.pauses.all()),
        gates=tuple(gate_record(g) for g in task.gates.all()),
        seats=tuple(seat_record(s, actor, body_path=body_path) for s in task.seats.all()),
        consultations=tuple(consultation_record(c, units) for c in consultations),
        list_lines=tuple(line_record(x) for x in task.list_lines.all()),
        plans=tuple(plan_record(p) for p in task.plans.all()),
        papers=tuple(paper_record(p, actor, facts) for p in task.papers.all()),
        pauses=tuple(pause_record(p) for p in task.pauses.all()),
        obstacles=tuple(obstacle_record(o, task) for o in task.obstacles.all()),
        next_states=next_states(actor, facts),
        permitted=permitted(actor, facts),
    )

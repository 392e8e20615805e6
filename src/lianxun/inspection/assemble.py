"""From rows to records; prefetched rows only, no query of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.inspection import rules
from lianxun.inspection.common import facts_of
from lianxun.inspection.enums import (
    FORWARD,
    Implementation,
    Kind,
    PaperState,
    PauseState,
    Profile,
    RoundState,
    SeatState,
    State,
    TeamGroup,
    TeamRole,
)
from lianxun.inspection.models import (
    Consultation,
    Engagement,
    Gate,
    ListLine,
    Obstacle,
    Paper,
    Pause,
    Plan,
    Round,
    Seat,
)
from lianxun.inspection.records import (
    ConsultationRecord,
    CorroborationRecord,
    EngagementRecord,
    GateRecord,
    ListLineRecord,
    ObstacleRecord,
    PaperRecord,
    PauseRecord,
    PlanRecord,
    RoundRecord,
    SeatRecord,
    SignatureRecord,
)
from lianxun.kernel.actor import Actor
from lianxun.organisation.enums import Tier
from lianxun.organisation.models import Unit


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
        engagements=len(row.engagements.all()),
    )


def engagement_record(task: Engagement, actor: Actor, now: datetime) -> EngagementRecord:
    facts = facts_of(task)
    consultations = list(task.consultations.all())
    units = dict(
        Unit.objects.filter(id__in={u for c in consultations for u in c.units}).values_list(
            "id", "short_name"
        )
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
        with_audit=task.with_audit,
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
        gates=tuple(_gate(g) for g in task.gates.all()),
        seats=tuple(_seat(s) for s in task.seats.all()),
        consultations=tuple(_consultation(c, units) for c in consultations),
        list_lines=tuple(_line(x) for x in task.list_lines.all()),
        plans=tuple(_plan(p) for p in task.plans.all()),
        papers=tuple(paper_record(p) for p in task.papers.all()),
        pauses=tuple(_pause(p) for p in task.pauses.all()),
        obstacles=tuple(_obstacle(o) for o in task.obstacles.all()),
        next_states=_next_states(actor, facts),
        permitted=permitted(actor, facts),
    )


def _next_states(actor: Actor, facts: rules.Facts) -> tuple[tuple[str, str], ...]:
    return tuple(
        (to.value, to.label)
        for start, to in FORWARD
        if start == facts.state and rules.may_advance(actor, facts, to)
    )


_PREPARING = (State.APPROVED, State.CONSULTING, State.PREPARED)
_STAFFING = (*_PREPARING, State.ON_SITE, State.EXTENDED, State.FED_BACK, State.RECTIFYING)
_ON_SITE = (State.ON_SITE, State.EXTENDED)
_RUNNING = tuple(s for s in State if s not in (State.DRAFT, State.PAUSED, State.ARCHIVED))
_ALWAYS = tuple(State)
# act → (who, in which states); "office", "team", "head" are the rules, "any" = whoever sees it.
_ACTS: dict[str, tuple[str, tuple[State, ...]]] = {
    "gate": ("office", _ALWAYS),
    "consult": ("office", (State.APPROVED, State.CONSULTING)),
    "line": ("office", _PREPARING),
    "list": ("office", _PREPARING),
    "plan": ("office", _PREPARING),
    "seat": ("office", _STAFFING),
    "team": ("office", _STAFFING),
    "reschedule": ("office", _PREPARING),
    "feedback": ("office", (State.DECIDED,)),
    "issue": ("office", (State.FED_BACK, State.RECTIFYING)),
    "paper": ("team", _ON_SITE),
    "extend": ("head", (State.ON_SITE,)),
    "report": ("head", (State.REPORTING,)),
    "pause": ("any", _RUNNING),
    "obstacle": ("any", _RUNNING),
    "resume": ("leader", (State.PAUSED,)),
}


def permitted(actor: Actor, facts: rules.Facts) -> frozenset[str]:
    """Names of the acts this reader may do now; what he may not do is absent from the page."""
    is_head = bool(rules.may_enter_site(actor, facts))
    may = {
        "office": bool(rules.may_prepare(actor, facts)),
        "team": bool(rules.may_work(actor, facts)),
        "head": is_head,
        "any": True,
        "leader": actor.has_role("leader"),
    }
    found = {name for name, (who, states) in _ACTS.items() if may[who] and facts.state in states}
    return frozenset(found | {"gate"} if is_head else found)


def _gate(g: Gate) -> GateRecord:
    return GateRecord(
        id=g.id,
        revision=g.revision,
        stage=g.stage,
        stage_label=State(g.stage).label,
        code=g.code,
        text=g.text,
        source=g.source,
        political=g.political,
        passed_at=g.passed_at,
        passed_by=g.passed_by.display_name if g.passed_by else "",
        evidence=g.evidence,
    )


def _seat(s: Seat) -> SeatRecord:
    return SeatRecord(
        id=s.id,
        revision=s.revision,
        person_id=s.person_id,
        account_id=s.account_id,
        name=s.name,
        home_unit=s.home_unit,
        group=s.group,
        group_label=TeamGroup(s.group).label,
        role=s.role,
        role_label=TeamRole(s.role).label,
        state=s.state,
        state_label=SeatState(s.state).label,
        conflict=s.conflict,
        objection=s.objection,
    )


def _line(x: ListLine) -> ListLineRecord:
    return ListLineRecord(
        id=x.id,
        risk=x.risk,
        data_class=x.data_class,
        unit_id=x.unit_id,
        unit_name=x.unit.short_name,
        due_on=x.due_on,
    )


def _consultation(c: Consultation, units: dict[UUID, str]) -> ConsultationRecord:
    return ConsultationRecord(
        id=c.id,
        held_on=c.held_on,
        place=c.place,
        unit_names=tuple(units.get(u, "") for u in c.units),
        minutes=c.minutes,
        lines=tuple(_line(x) for x in c.lines.all()),
    )


def _plan(p: Plan) -> PlanRecord:
    return PlanRecord(
        id=p.id,
        revision=p.revision,
        version=p.version,
        aim=p.aim,
        focus=p.focus,
        secrecy=p.secrecy,
        emergency=p.emergency,
        approved_on=p.approved_on,
    )


def paper_record(p: Paper) -> PaperRecord:
    place = rules.next_place(p.state)
    return PaperRecord(
        id=p.id,
        revision=p.revision,
        number=p.number,
        title=p.title,
        axis=p.axis,
        axis_label=Implementation(p.axis).label,
        course=p.course,
        basis=p.basis,
        responsible=p.responsible,
        state=p.state,
        state_label=PaperState(p.state).label,
        immediate=p.immediate,
        carried=p.carried_from_id is not None,
        signatures=tuple(
            SignatureRecord(
                place=s.place, place_label=PaperState(s.place).label, name=s.name, at=s.created_at
            )
            for s in p.signatures.all()
        ),
        corroborations=tuple(
            CorroborationRecord(
                unit_name=c.unit.short_name,
                confirms=c.confirms,
                statement=c.statement,
                at=c.created_at,
            )
            for c in p.corroborations.all()
        ),
        next_place=place.label if place else "",
    )


def _pause(p: Pause) -> PauseRecord:
    return PauseRecord(
        id=p.id,
        revision=p.revision,
        state=p.state,
        state_label=PauseState(p.state).label,
        reason=p.reason,
        asked_by=p.asked_by.display_name,
        created_at=p.created_at,
        resumed_at=p.resumed_at,
        resume_reason=p.resume_reason,
    )


def _obstacle(o: Obstacle) -> ObstacleRecord:
    return ObstacleRecord(
        id=o.id, text=o.text, between=o.between, removed_on=o.removed_on, how=o.how
    )

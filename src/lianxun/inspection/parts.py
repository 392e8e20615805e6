"""From rows to records: the parts of an engagement. Prefetched rows only, no query of its own."""

from __future__ import annotations

from uuid import UUID

from lianxun.inspection import permits, rules
from lianxun.inspection.enums import (
    CorroborationState,
    CrossVerdict,
    Implementation,
    LookBackVerdict,
    PaperState,
    PauseState,
    SeatState,
    State,
    TeamGroup,
    TeamRole,
)
from lianxun.inspection.models import (
    Consultation,
    Corroboration,
    Engagement,
    Gate,
    ListLine,
    LookBackFinding,
    Obstacle,
    Paper,
    Pause,
    Plan,
    Seat,
)
from lianxun.inspection.paper_records import (
    CorroborationRecord,
    CrossCheckRecord,
    PaperRecord,
    SignatureRecord,
)
from lianxun.inspection.records import (
    ConsultationRecord,
    FindingRecord,
    GateRecord,
    ListLineRecord,
    ObstacleRecord,
    PauseRecord,
    PlanRecord,
    SeatRecord,
)
from lianxun.kernel.actor import Actor


def gate_record(g: Gate) -> GateRecord:
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


def seat_record(s: Seat, actor: Actor, *, body_path: str = "") -> SeatRecord:
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
        objected_by=s.objected_by_id,
        settlement=s.settlement,
        reason=s.reason,
        until=s.until,
        replaces=s.replaces.name if s.replaces else "",
        proposed_by=s.proposed_by_id,
        home_id=s.home_id,
        title=s.title,
        task_id=s.task_id,
        owner_path=s.owner_path,
        permitted=permits.of_seat(s, actor, body_path=body_path),
    )


def line_record(x: ListLine) -> ListLineRecord:
    return ListLineRecord(
        id=x.id,
        risk=x.risk,
        data_class=x.data_class,
        unit_id=x.unit_id,
        unit_name=x.unit.short_name,
        due_on=x.due_on,
        focus=x.focus.text if x.focus else "",
    )


def consultation_record(c: Consultation, units: dict[UUID, str]) -> ConsultationRecord:
    return ConsultationRecord(
        id=c.id,
        held_on=c.held_on,
        place=c.place,
        unit_names=tuple(units.get(u, "") for u in c.units),
        minutes=c.minutes,
        lines=tuple(line_record(x) for x in c.lines.all()),
    )


def plan_record(p: Plan) -> PlanRecord:
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


def paper_record(p: Paper, actor: Actor, facts: rules.Facts) -> PaperRecord:
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
        focus_id=p.focus_id,
        focus=p.focus.text if p.focus else "",
        carried=p.carried_from_id is not None,
        carried_from=p.carried_from.number if p.carried_from else "",
        task_id=p.task_id,
        signatures=tuple(
            SignatureRecord(
                place=s.place, place_label=PaperState(s.place).label, name=s.name, at=s.created_at
            )
            for s in p.signatures.all()
        ),
        corroborations=tuple(corroboration_record(c, actor, facts) for c in p.corroborations.all()),
        next_place=rules.PLACES[place] if place else "",
        returned_because=p.returned_because,
        cross_checks=cross_check_records(p),
        permitted=permits.of_paper(p, actor, facts),
    )


def cross_check_records(p: Paper) -> tuple[CrossCheckRecord, ...]:
    current = {c.id for c in permits.current_checks(p)}
    return tuple(
        CrossCheckRecord(
            name=c.name,
            home_name=c.home.short_name,
            author_home_name=c.author_home.short_name,
            verdict=c.verdict,
            verdict_label=CrossVerdict(c.verdict).label,
            text=c.text,
            at=c.created_at,
            current=c.id in current,
        )
        for c in p.cross_checks.all()
    )


def corroboration_record(
    c: Corroboration, actor: Actor, facts: rules.Facts | None = None
) -> CorroborationRecord:
    permitted = permits.of_corroboration(c, actor)
    waiting = c.state == CorroborationState.ASKED
    if waiting and facts is not None and rules.may_work(actor, facts):
        permitted |= {"withdraw"}
    return CorroborationRecord(
        id=c.id,
        revision=c.revision,
        number=c.number,
        unit_id=c.unit_id,
        unit_name=c.unit.short_name,
        question=c.question,
        state=c.state,
        state_label=CorroborationState(c.state).label,
        statement=c.statement,
        asked_at=c.created_at,
        answered_at=c.answered_at,
        permitted=permitted,
    )


def pause_record(p: Pause) -> PauseRecord:
    return PauseRecord(
        id=p.id,
        revision=p.revision,
        state=p.state,
        state_label=PauseState(p.state).label,
        reason=p.reason,
        asked_by=p.asked_by.display_name,
        created_at=p.created_at,
        matter=p.matter,
        resumed_at=p.resumed_at,
        resume_reason=p.resume_reason,
        resume_matter=p.resume_matter,
    )


def obstacle_record(o: Obstacle, task: Engagement) -> ObstacleRecord:
    return ObstacleRecord(
        id=o.id,
        revision=o.revision,
        text=o.text,
        between=o.between,
        removed_on=o.removed_on,
        how=o.how,
        task_id=task.id,
        task_number=task.number,
        unit_name=task.unit.short_name,
        recorded_at=o.created_at,
    )


def finding_record(f: LookBackFinding) -> FindingRecord:
    return FindingRecord(
        id=f.id,
        item_id=f.item_id,
        item_title=f.item_title,
        verdict=f.verdict,
        verdict_label=LookBackVerdict(f.verdict).label,
        text=f.text,
        due_on=f.due_on,
        at=f.created_at,
    )

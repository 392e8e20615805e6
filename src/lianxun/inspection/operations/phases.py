"""阶段目标责任制: lay out the programme of a round, report an item, strike it off (销号)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.documents.records import Block, Heading, Official, Paragraph, Table
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.inspection import phases, rules
from lianxun.inspection.common import PHASE_TASKS, ROUNDS, body_for, require
from lianxun.inspection.enums import Force, PhaseTaskState, RoundPhase, RoundState
from lianxun.inspection.models import PhaseTask, Round
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, NotFound, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation

CLOCK = "DT-IN-PHASE"
OBJECT = "duties.phase_task"  # every unit works with duties: whoever answers for an item may see it
LONGEST = 500


def _campaign(round_id: UUID, revision: int | None, actor: Actor) -> Round:
    campaign = ROUNDS.lock(round_id, revision)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state == RoundState.CLOSED:
        raise WrongState("轮次已结束，阶段任务不再变动。")
    return campaign


@operation("inspection.lay_out_phases")
def lay_out_phases(*, actor: Actor, now: datetime, round_id: UUID, revision: int) -> int:
    """Put the standard goals and the preparation list on a round, dates counted backwards from its own.

    Lines that are there already are left as they are. Returns how many were added.
    """
    campaign = _campaign(round_id, revision, actor)
    known = set(campaign.phase_tasks.values_list("code", flat=True))
    wanted = [x for x in phases.programme(now.date()).lines if x.code not in known]
    if not wanted:
        raise WrongState("标准条目已全部列入；需要增加的，请用“增加阶段任务”。")
    units = {force: _unit_of(force, campaign) for force in {x.force for x in wanted}}
    days = phases.anchors(campaign.starts_on, campaign.ends_on)
    for line in wanted:
        _open(
            campaign,
            actor=actor,
            now=now,
            unit=units[line.force],
            code=line.code,
            phase=line.phase,
            title=line.title,
            force=line.force,
            goal=line.goal,
            due_on=duties.counted_from(anchor=days[line.anchor], days=line.days),
            basis=line.basis,
        )
    ROUNDS.save(campaign, added=len(wanted))
    return len(wanted)


@operation("inspection.add_phase_task")
def add_phase_task(
    *,
    actor: Actor,
    now: datetime,
    round_id: UUID,
    revision: int,
    phase: str,
    title: str,
    force: str,
    unit_id: UUID,
    due_on: date,
    goal: bool = False,
) -> UUID:
    """Add a line of one's own, with who answers for it and by when."""
    campaign = _campaign(round_id, revision, actor)
    unit = Unit.objects.filter(id=unit_id, valid_to__isnull=True).first()
    errors = []
    if phase not in RoundPhase.values:
        errors.append(FieldError("phase", "请选择阶段。"))
    if force not in Force.values:
        errors.append(FieldError("force", "请选择承担力量。"))
    if not title.strip():
        errors.append(FieldError("title", "请写明要完成什么。"))
    if len(title.strip()) > 200:
        errors.append(FieldError("title", f"不超过 200 字，现有 {len(title.strip())} 字。"))
    if unit is None:
        errors.append(FieldError("unit_id", "请选择责任单位。"))
    if due_on < now.date():
        errors.append(FieldError("due_on", "完成期限不能早于今天。"))
    if errors or unit is None:
        raise Invalid(*errors)
    number = campaign.phase_tasks.filter(code__startswith="Z-").count() + 1
    row = _open(
        campaign,
        actor=actor,
        now=now,
        unit=unit,
        code=f"Z-{number:02d}",
        phase=phase,
        title=title.strip(),
        force=force,
        goal=goal,
        due_on=due_on,
        basis="约定日期",
    )
    ROUNDS.save(campaign, task=row.code)
    return row.id


def _unit_of(force: str, campaign: Round) -> Unit:
    """The body that carries the line; where it is not set up, the office that prepares the round."""
    try:
        return body_for(phases.BODIES[force], tier=campaign.tier, owner_path=campaign.owner_path)
    except NotFound:
        return Unit.objects.get(id=campaign.owner_unit)


def _open(
    campaign: Round,
    *,
    actor: Actor,
    now: datetime,
    unit: Unit,
    code: str,
    phase: str,
    title: str,
    force: str,
    goal: bool,
    due_on: date,
    basis: str,
) -> PhaseTask:
    served = Labels(
        **{
            **Labels.of(campaign).columns(),
            "addressee_unit": unit.id,
            "addressee_path": unit.path,
        }
    )
    row = PhaseTask.objects.create(
        created_at=now,
        round=campaign,
        round_name=campaign.name,
        phase=phase,
        code=code,
        goal=goal,
        title=title,
        force=force,
        unit=unit,
        due_on=due_on,
        basis=basis,
        state=PhaseTaskState.OPEN,
        **served.columns(),
    )
    _start(row, actor=actor, now=now)
    return row


def _start(row: PhaseTask, *, actor: Actor, now: datetime) -> None:
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=CLOCK,
        object_kind=OBJECT,
        object_id=row.id,
        title=f"{row.code} {row.title}",
        responsible=Responsible(row.unit.id, row.unit.short_name),
        labels=Labels.of(row),
        due_on=row.due_on,
    )


@operation("inspection.report_phase_task")
def report_phase_task(
    *, actor: Actor, now: datetime, task_id: UUID, revision: int, result: str
) -> None:
    """The unit that answers for the item says what was done; its clock stops."""
    row = PHASE_TASKS.lock(task_id, revision)
    require(rules.may_report_phase(actor, unit_path=row.unit.path, owner_path=row.owner_path))
    if len(result.strip()) < 5:
        raise Invalid.at("result", "请写明完成了什么、有什么佐证（不少于 5 个字）。")
    row.result = fitting("result", result, LONGEST)
    row.reported_on, row.reported_by_id, row.remark = now.date(), actor.account_id, ""
    fields = ("result", "reported_on", "reported_by", "remark")
    PHASE_TASKS.move(row, PhaseTaskState.REPORTED, *fields)
    duties.fulfil(
        actor=actor,
        now=now,
        object_kind=OBJECT,
        object_id=row.id,
        template_code=CLOCK,
        reason="已报告完成，待销号",
    )


@operation("inspection.strike_phase_task")
def strike_phase_task(*, actor: Actor, now: datetime, task_id: UUID, revision: int) -> None:
    """销号: somebody of the office who did not report it strikes the item off."""
    row = PHASE_TASKS.lock(task_id, revision)
    require(
        rules.may_strike_phase(actor, owner_path=row.owner_path, reported_by=row.reported_by_id)
    )
    row.closed_on, row.closed_by_id = now.date(), actor.account_id
    PHASE_TASKS.move(row, PhaseTaskState.CLOSED, "closed_on", "closed_by")


@operation("inspection.return_phase_task")
def return_phase_task(
    *, actor: Actor, now: datetime, task_id: UUID, revision: int, reason: str
) -> None:
    """What was reported is not enough: back to the unit, under the same day."""
    row = PHASE_TASKS.lock(task_id, revision)
    require(
        rules.may_strike_phase(actor, owner_path=row.owner_path, reported_by=row.reported_by_id)
    )
    if not reason.strip():
        raise Invalid.at("reason", "请写明还缺什么。")
    row.remark = fitting("reason", reason, 300)
    PHASE_TASKS.move(row, PhaseTaskState.OPEN, "remark")
    _start(row, actor=actor, now=now)


@operation("inspection.withdraw_phase_task")
def withdraw_phase_task(
    *, actor: Actor, now: datetime, task_id: UUID, revision: int, reason: str
) -> None:
    """A line that does not apply to this round is taken off, with the reason; it stays on the chart."""
    row = PHASE_TASKS.lock(task_id, revision)
    require(rules.may_prepare(actor, rules.Facts("", row.owner_path)))
    if not reason.strip():
        raise Invalid.at("reason", "请写明撤销的理由。")
    row.remark = fitting("reason", reason, 300)
    PHASE_TASKS.move(row, PhaseTaskState.WITHDRAWN, "remark")
    duties.cancel(actor=actor, now=now, object_kind=OBJECT, object_id=row.id, reason="任务已撤销")


@operation("inspection.issue_preparation_list")
def issue_preparation_list(
    *, actor: Actor, now: datetime, round_id: UUID, revision: int
) -> tuple[UUID, UUID]:
    """Print the 《筹备工作清单》 as it stands (W01): item, who, by when, struck off or not."""
    campaign = ROUNDS.lock(round_id, revision)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    rows = list(
        campaign.phase_tasks.filter(phase=RoundPhase.PREPARE)
        .exclude(state=PhaseTaskState.WITHDRAWN)
        .select_related("unit")
    )
    if not rows:
        raise WrongState("筹备阶段还没有条目，请先“列出阶段任务”。")
    owner = Unit.objects.get(id=campaign.owner_unit)
    document = Official(
        issuer=owner.name,
        number=documents.next_number(unit_id=owner.id, code=f"巡筹{owner.code}", year=now.year),
        title=f"{campaign.name}筹备工作清单",
        addressee="各责任单位",
        blocks=_blocks(campaign, rows),
        signed_by=owner.short_name,
        signed_on=now.date(),
        level_mark=Level(campaign.level).label,
        printed_by=owner.short_name,
    )
    files = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind="inspection.round",
        object_id=campaign.id,
        labels=Labels.of(campaign),
    )
    ROUNDS.note(campaign, number=document.number)
    return files


def _blocks(campaign: Round, rows: list[PhaseTask]) -> tuple[Block, ...]:
    closed = sum(r.state == PhaseTaskState.CLOSED for r in rows)
    lines = tuple(
        (
            r.code,
            r.title,
            r.get_force_display(),
            r.unit.short_name,
            f"{r.due_on:%Y-%m-%d}",
            f"{r.closed_on:%Y-%m-%d} 销号" if r.closed_on else r.get_state_display(),
        )
        for r in rows
    )
    header = ("编号", "事项", "承担力量", "责任单位", "期限", "销号")
    return (
        Paragraph(
            f"{campaign.name}定于{campaign.starts_on:%Y年%m月%d日}全面实施。"
            f"筹备事项共 {len(rows)} 项，已销号 {closed} 项。各责任单位逐项完成、逐项报告，"
            "由巡视办核实后销号。"
        ),
        Heading("清单"),
        Table(header, lines, (2, 6, 3, 3, 3, 3)),
    )

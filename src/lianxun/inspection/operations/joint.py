"""Joint inspection tasks from assignment to close (SM-4, R-4.2-3, R-4.3-5)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.inspection import rules
from lianxun.inspection.common import facts_of, labels_of, load, require
from lianxun.inspection.enums import (
    MACHINES,
    JointState,
    SeatState,
    State,
    TeamGroup,
)
from lianxun.inspection.models import Engagement, JointEntry, JointTask, Seat
from lianxun.inspection.operations.focus import active_focus
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows

OBJECT = "duties.joint_task"  # every unit works with duties: whoever answers for it may see it
ACCEPT, DO = "DT-JT-ACCEPT", "DT-JT-DO"
TOLD = ["leader", "coordinator", "liaison_officer"]
JOINT = Rows(
    JointTask,
    kind="inspection.joint_task",
    noun="联合检查任务",
    machine=MACHINES["inspection_jointtask"],
    related=("unit",),
)
_OPEN = (State.PREPARED, State.ON_SITE, State.EXTENDED)
_WORKING = (JointState.ACCEPTED, JointState.IN_PROGRESS)


def joint_facts(row: JointTask, task: Engagement | None) -> rules.JointFacts:
    """What the rules read. The unit that answers sees the task but not the engagement: then no seats are known."""
    team = facts_of(task) if task is not None else rules.Facts("", row.owner_path)
    leads = {row.lead_id, row.deputy_id}
    seats = list(task.seats.all()) if task is not None else []
    return rules.JointFacts(
        owner_path=row.owner_path,
        unit_path=row.unit.path,
        state=row.state,
        submitted_by=row.submitted_by_id,
        lead_accounts=frozenset(s.account_id for s in seats if s.id in leads),
        team=team,
    )


def engagement_of(row: JointTask) -> Engagement | None:
    """The engagement, where the actor sees it."""
    return Engagement.objects.prefetch_related("seats").filter(id=row.task_id).first()


def lock_joint(task_id: UUID, revision: int) -> tuple[JointTask, rules.JointFacts]:
    row = JOINT.lock(task_id, revision)
    return row, joint_facts(row, engagement_of(row))


@operation("inspection.plan_joint_task")
def plan_joint_task(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    title: str,
    content: str,
    unit_id: UUID,
    due_on: date,
    focus_id: UUID | None = None,
) -> UUID:
    """Put a joint task down; nobody is told before it is assigned. Returns its id."""
    task = load(engagement_id)
    require(rules.may_direct_joint(actor, facts_of(task)))
    if task.state not in _OPEN:
        raise WrongState("联合检查任务在准备就绪之后、驻点结束之前安排。")
    unit = _unit(unit_id, task)
    _check(title, content, unit, due_on, now.date())
    row = _new(
        task,
        actor=actor,
        now=now,
        title=title.strip(),
        content=content.strip(),
        unit=unit,
        due_on=due_on,
        focus=active_focus(task, focus_id),
    )
    return row.id


def _unit(unit_id: UUID, task: Engagement) -> Unit | None:
    """The unit that may answer: a member unit outside of the wall around the inspected one."""
    rows = Unit.objects.filter(id=unit_id, kind=UnitKind.MEMBER, valid_to__isnull=True)
    return rows.exclude(id=task.unit_id).first()


def _check(title: str, content: str, unit: Unit | None, due_on: date, today: date) -> None:
    errors = []
    if not 0 < len(title.strip()) <= 120:
        errors.append(FieldError("title", "请填写任务（不超过 120 字）。"))
    if not 5 <= len(content.strip()) <= 500:
        errors.append(FieldError("content", "请写明检查内容（5—500 字）。"))
    if unit is None:
        errors.append(FieldError("unit_id", "请选择承办的成员单位；被巡视单位不能承办。"))
    if due_on < today:
        errors.append(FieldError("due_on", "完成期限不能早于今天。"))
    if errors:
        raise Invalid(*errors)


def _new(task: Engagement, *, actor: Actor, now: datetime, **values: object) -> JointTask:
    number = f"{task.number}-联{task.joint_tasks.count() + 1:02d}"
    unit = values["unit"]
    assert isinstance(unit, Unit)  # checked by the caller
    row = JointTask.objects.create(
        created_at=now,
        task=task,
        number=number,
        unit_name=unit.short_name,
        state=JointState.PLANNED,
        planned_by_id=actor.account_id,
        **values,
        **labels_of(task).columns(),
    )
    JOINT.note(row)
    return row


@operation("inspection.assign_joint_task")
def assign_joint_task(
    *,
    actor: Actor,
    now: datetime,
    task_id: UUID,
    revision: int,
    lead_id: UUID,
    deputy_id: UUID,
) -> None:
    """Serve it on the unit: two confirmed members of the team from different units lead it, and the unit's
    liaison officer accepts within the clock's days."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_direct_joint(actor, facts.team))
    _leads(row, lead_id, deputy_id)
    _serve(row, row.unit, actor=actor, now=now)


def _leads(row: JointTask, lead_id: UUID, deputy_id: UUID) -> None:
    seats = {
        s.id: s
        for s in Seat.objects.filter(
            task=row.task_id,
            id__in=[lead_id, deputy_id],
            state=SeatState.CONFIRMED,
            group=TeamGroup.ON_SITE,
        )
    }
    lead, deputy = seats.get(lead_id), seats.get(deputy_id)
    errors = []
    if lead is None:
        errors.append(FieldError("lead_id", "请选择巡视组已确认的一名组员。"))
    if deputy is None:
        errors.append(FieldError("deputy_id", "请选择巡视组已确认的一名组员。"))
    if lead is not None and deputy is not None and lead.home_id == deputy.home_id:
        errors.append(
            FieldError(
                "deputy_id",
                f"牵头人和副牵头人都来自{lead.home_unit}，须来自不同单位（人员交叉任职）。",
            )
        )
    if errors or lead is None or deputy is None:
        raise Invalid(*errors)
    row.lead, row.lead_name, row.lead_home = lead, lead.name, lead.home_id
    row.deputy, row.deputy_name, row.deputy_home = deputy, deputy.name, deputy.home_id


_LEADS = ("lead", "lead_name", "lead_home", "deputy", "deputy_name", "deputy_home")


def _serve(row: JointTask, unit: Unit, *, actor: Actor, now: datetime, why: str = "") -> None:
    """Address the row to ``unit``, open its clocks, tell its people."""
    row.unit, row.unit_name, row.remark = unit, unit.short_name, why
    row.addressee_unit, row.addressee_path = unit.id, unit.path
    row.accepted_by, row.accepted_at = None, None
    JOINT.move(
        row,
        JointState.ASSIGNED,
        *_LEADS,
        *("unit", "unit_name", "remark", "addressee_unit", "addressee_path"),
        *("accepted_by", "accepted_at"),
    )
    JointEntry.objects.filter(joint=row).update(addressee_unit=unit.id, addressee_path=unit.path)
    for code, due in ((ACCEPT, None), (DO, row.due_on)):
        duties.open_duty(
            actor=actor,
            now=now,
            template_code=code,
            object_kind=OBJECT,
            object_id=row.id,
            title=f"{row.number} {row.title}"[:200],
            responsible=Responsible(unit.id, unit.short_name),
            labels=Labels.of(row),
            due_on=due,
        )
    duties.notify(
        now=now,
        accounts=sorted(accounts_at(unit_id=unit.id, roles=TOLD)),
        code=NoticeCode.ARRIVED,
        object_kind=OBJECT,
        object_id=row.id,
    )


@operation("inspection.accept_joint_task")
def accept_joint_task(*, actor: Actor, now: datetime, task_id: UUID, revision: int) -> None:
    """The liaison officer of the unit takes it on; the clock of acceptance stops."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_accept_joint(actor, facts))
    row.accepted_by_id, row.accepted_at = actor.account_id, now
    JOINT.move(row, JointState.ACCEPTED, "accepted_by", "accepted_at")
    duties.fulfil(
        actor=actor,
        now=now,
        object_kind=OBJECT,
        object_id=row.id,
        template_code=ACCEPT,
        reason="承办单位已签收",
    )


@operation("inspection.reassign_joint_task")
def reassign_joint_task(
    *,
    actor: Actor,
    now: datetime,
    task_id: UUID,
    revision: int,
    unit_id: UUID,
    reason: str,
) -> None:
    """Give it to another unit: the first one's clocks end, the new one accepts anew."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_direct_joint(actor, facts.team))
    why = reason_of(reason)
    task = load(row.task_id)
    unit = _unit(unit_id, task)
    if unit is None or unit.id == row.unit_id:
        raise Invalid.at("unit_id", "请选择另一个成员单位。")
    if row.state not in (JointState.ASSIGNED, *_WORKING):
        raise WrongState("只有已分派、未提交的任务可以改派。")
    duties.cancel(
        actor=actor, now=now, object_kind=OBJECT, object_id=row.id, reason="任务已改派其他单位"
    )
    _serve(row, unit, actor=actor, now=now, why=f"由{row.unit_name}改派：{why}"[:300])


@operation("inspection.split_joint_task")
def split_joint_task(
    *,
    actor: Actor,
    now: datetime,
    task_id: UUID,
    revision: int,
    title: str,
    content: str,
    unit_id: UUID,
    due_on: date,
) -> UUID:
    """Make a part of it a task of its own; the whole is verified when its parts are closed."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_direct_joint(actor, facts.team))
    if row.state not in (JointState.ASSIGNED, *_WORKING):
        raise WrongState("只有已分派、未提交的任务可以拆分。")
    task = load(row.task_id)
    unit = _unit(unit_id, task)
    _check(title, content, unit, due_on, now.date())
    if due_on > row.due_on:
        raise Invalid.at("due_on", "拆分出的任务期限不能晚于原任务的期限。")
    part = _new(
        task,
        actor=actor,
        now=now,
        title=title.strip(),
        content=content.strip(),
        unit=unit,
        due_on=due_on,
        focus_id=row.focus_id,
        parent=row,
    )
    JOINT.save(row, part=part.number)
    return part.id


def reason_of(reason: str) -> str:
    words = fitting("reason", reason, 200)
    if len(words) < 5:
        raise Invalid.at("reason", "请写明理由（不少于 5 个字）。")
    return words

"""Consultation → collaboration list (W03) → collaboration plan (W04)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.approvals import steps as approvals
from lianxun.documents import steps as documents
from lianxun.documents.records import Block, Official
from lianxun.exchange.catalogue import is_known
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.inspection import milestones, rules, texts
from lianxun.inspection.common import (
    KIND,
    body_of,
    facts_of,
    labels_of,
    load,
    note,
    require,
)
from lianxun.inspection.enums import FocusState, SeatState, State
from lianxun.inspection.models import Consultation, Engagement, Focus, ListLine, Plan
from lianxun.inspection.operations.focus import active_focus
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Stale, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation

MATTER = "inspection.plan"


@operation("inspection.record_consultation")
def record_consultation(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    held_on: date,
    place: str,
    units: tuple[UUID, ...],
    minutes: str,
) -> UUID:
    """Keep the minutes of a consultation; node 1 is done with it."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    if task.state not in (State.APPROVED, State.CONSULTING):
        raise WrongState("信息会商在批准之后、准备就绪之前进行。")
    errors = []
    known = set(Unit.objects.filter(id__in=units).values_list("id", flat=True))
    if not units or known != set(units):
        errors.append(FieldError("units", "请选择参加单位。"))
    if held_on > now.date():
        errors.append(FieldError("held_on", "召开日期不能晚于今天。"))
    if len(minutes.strip()) < 10:
        errors.append(FieldError("minutes", "请填写会商纪要（不少于 10 个字）。"))
    if errors:
        raise Invalid(*errors)
    row = Consultation.objects.create(
        created_at=now,
        task=task,
        held_on=held_on,
        place=fitting("place", place, 80),
        units=list(units),
        minutes=minutes.strip(),
        **labels_of(task).columns(),
    )
    milestones.done(task, "MS-N1A", actor=actor, now=now)
    note(task, consultation=str(row.id))
    return row.id


@operation("inspection.add_line")
def add_line(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    unit_id: UUID,
    risk: str = "",
    data_class_code: str = "",
    due_on: date | None = None,
    consultation_id: UUID | None = None,
    focus_id: UUID | None = None,
) -> UUID:
    """Agree one line of the list: a risk point with its source, or a need with provider and day."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    errors = []
    if bool(risk.strip()) == bool(data_class_code):
        errors.append(FieldError("risk", "每一条目写一个风险点，或者一项信息需求，二者选一。"))
    if data_class_code and not is_known(data_class_code):
        errors.append(FieldError("data_class_code", f"数据目录中没有 {data_class_code} 类。"))
    if data_class_code and due_on is None:
        errors.append(FieldError("due_on", "信息需求须写明提供期限。"))
    if len(risk.strip()) > 300:
        errors.append(FieldError("risk", "风险点不超过 300 字。"))
    if not Unit.objects.filter(id=unit_id).exists():
        errors.append(FieldError("unit_id", "请选择单位。"))
    if consultation_id is not None and not task.consultations.filter(id=consultation_id).exists():
        errors.append(FieldError("consultation_id", "请选择本任务的一次信息会商。"))
    if errors:
        raise Invalid(*errors)
    row = ListLine.objects.create(
        created_at=now,
        task=task,
        consultation_id=consultation_id,
        focus=active_focus(task, focus_id),
        risk=fitting("risk", risk, 300),
        data_class=data_class_code,
        unit_id=unit_id,
        due_on=due_on,
        **labels_of(task).columns(),
    )
    note(task, line=str(row.id))
    return row.id


@operation("inspection.issue_list")
def issue_list(
    *, actor: Actor, now: datetime, engagement_id: UUID, code: str = "巡协"
) -> tuple[UUID, UUID]:
    """Print the 《巡前协作清单》 with its number; returns the DOCX and the PDF."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    lines = list(task.list_lines.select_related("unit"))
    if not lines:
        raise WrongState("协作清单还没有条目，请先登记风险点或信息需求。")
    return _issue(
        task,
        actor=actor,
        now=now,
        code=code,
        title=f"关于对{task.unit.name}开展巡视的巡前协作清单",
        addressee="、".join(dict.fromkeys(line.unit.short_name for line in lines)),
        blocks=texts.collaboration_list(task, lines, active_lines(task)),
    )


@operation("inspection.issue_minutes")
def issue_minutes(
    *, actor: Actor, now: datetime, engagement_id: UUID, consultation_id: UUID, code: str = "巡协纪"
) -> tuple[UUID, UUID]:
    """Print the minutes of one consultation with what was agreed in it; returns the DOCX and the PDF."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    meeting = task.consultations.filter(id=consultation_id).first()
    if meeting is None:
        raise Invalid.at("consultation_id", "请选择本任务的一次信息会商。")
    units = list(Unit.objects.filter(id__in=meeting.units).order_by("path"))
    return _issue(
        task,
        actor=actor,
        now=now,
        code=code,
        title=f"{task.unit.name}巡前信息会商纪要",
        addressee="、".join(u.short_name for u in units),
        blocks=texts.minutes(
            meeting,
            units,
            list(meeting.lines.select_related("unit")),
            list(meeting.focuses.select_related("source")),
        ),
    )


@operation("inspection.issue_plan")
def issue_plan(
    *, actor: Actor, now: datetime, engagement_id: UUID, code: str = "巡协方"
) -> tuple[UUID, UUID]:
    """Print the 《协作方案》 in force: the last approved version; returns the DOCX and the PDF."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    plan = task.plans.filter(approved_on__isnull=False).order_by("-version").first()
    if plan is None:
        raise WrongState("协作方案尚未批准，批准之后才能印制。")
    seats = task.seats.filter(state=SeatState.CONFIRMED).order_by("group", "role", "id")
    return _issue(
        task,
        actor=actor,
        now=now,
        code=code,
        title=f"{task.unit.name}巡视协作方案（第{plan.version}版）",
        addressee="各成员单位",
        blocks=texts.plan(plan, list(seats), active_lines(task)),
    )


def active_lines(task: Engagement) -> list[Focus]:
    """The focus as it stands now."""
    rows = task.focuses.filter(state=FocusState.ACTIVE).select_related("source")
    return list(rows.order_by("number"))


def _issue(
    task: Engagement,
    *,
    actor: Actor,
    now: datetime,
    code: str,
    title: str,
    addressee: str,
    blocks: tuple[Block, ...],
) -> tuple[UUID, UUID]:
    owner = Unit.objects.get(id=task.owner_unit)
    document = Official(
        issuer=owner.name,
        number=documents.next_number(
            unit_id=actor.unit_id,
            code=f"{code}{documents.serial_of(task.number)}",
            year=now.year,
        ),
        title=title,
        addressee=addressee,
        blocks=blocks,
        signed_by=owner.short_name,
        signed_on=now.date(),
        level_mark=Level(task.level).label,
        printed_by=owner.short_name,
    )
    files = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=KIND,
        object_id=task.id,
        labels=labels_of(task),
    )
    note(task, number=document.number)
    return files


@operation("inspection.draft_plan")
def draft_plan(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    aim: str,
    focus: str,
    secrecy: str,
    emergency: str,
) -> UUID:
    """Write the next version of the collaboration plan."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    texts = {"aim": aim, "focus": focus, "secrecy": secrecy, "emergency": emergency}
    names = {
        "aim": "目标",
        "focus": "重点",
        "secrecy": "保密与回避要求",
        "emergency": "应急联系人与措施",
    }
    errors = [FieldError(k, f"请填写{names[k]}。") for k, v in texts.items() if not v.strip()]
    if errors:
        raise Invalid(*errors)
    last = task.plans.order_by("-version").first()
    plan = Plan.objects.create(
        created_at=now,
        task=task,
        version=last.version + 1 if last else 1,
        **{k: v.strip() for k, v in texts.items()},
        **labels_of(task).columns(),
    )
    note(task, plan=plan.version)
    return plan.id


@operation("inspection.submit_plan")
def submit_plan(*, actor: Actor, now: datetime, plan_id: UUID, revision: int) -> UUID:
    """Bring the plan before the coordination committee."""
    plan = Plan.objects.select_for_update().filter(id=plan_id).first()
    if plan is None:
        raise NotFound
    if plan.revision != revision:
        raise Stale
    task = load(plan.task_id)
    require(rules.may_prepare(actor, facts_of(task)))
    if plan.approved_on is not None:
        raise WrongState("该版协作方案已经批准。")
    if not task.focuses.filter(state=FocusState.ACTIVE).exists():
        raise WrongState("信息会商还没有确定协作重点，请先“确定协作重点”，再提请批准方案。")
    note(task, plan=plan.version)
    return approvals.propose(
        actor=actor,
        now=now,
        code=MATTER,
        object_kind="inspection.plan",
        object_id=plan.id,
        title=f"关于{task.unit.short_name}巡视协作方案（第{plan.version}版）的请示",
        summary=plan.aim,
        body_id=body_of(task, UnitKind.COMMITTEE).id,
        labels=Labels.of(plan),
    )

"""The work on a joint inspection task: its record, its result, verification and close (SM-4, R-4.3-5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.access.queries import known
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.inspection import rules
from lianxun.inspection.common import require
from lianxun.inspection.enums import JointEntryKind, JointState
from lianxun.inspection.models import JointEntry, JointTask, Paper
from lianxun.inspection.operations.joint import DO, JOINT, OBJECT, lock_joint, reason_of
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, NotFound, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation


@operation("inspection.record_joint_entry")
def record_joint_entry(
    *,
    actor: Actor,
    now: datetime,
    task_id: UUID,
    revision: int,
    kind: str,
    text: str,
    paper_id: UUID | None = None,
    answers_id: UUID | None = None,
) -> UUID:
    """Progress, a problem, its solution, or evidence. The first one begins the work."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_work_joint(actor, facts))
    errors = []
    if kind not in JointEntryKind.values:
        errors.append(FieldError("kind", "请选择记录类别。"))
    if not 5 <= len(text.strip()) <= 500:
        errors.append(FieldError("text", "请写明内容（5—500 字）。"))
    paper = Paper.objects.filter(task=row.task_id, id=paper_id).first() if paper_id else None
    if paper_id and paper is None:
        errors.append(FieldError("paper_id", "请选择本任务的一份问题底稿。"))
    problem = _open_problems(row).filter(id=answers_id).first() if answers_id else None
    if (kind == JointEntryKind.SOLVED) != (problem is not None):
        errors.append(
            FieldError("answers_id", "“问题已解决”须选择一个尚未解决的问题，其他类别不选。")
        )
    if errors:
        raise Invalid(*errors)
    entry = JointEntry.objects.create(
        created_at=now,
        joint=row,
        kind=kind,
        text=text.strip(),
        unit_id=actor.unit_id,
        unit_name=Unit.objects.get(id=actor.unit_id).short_name,
        account_id=actor.account_id,
        name=actor.name,
        paper=paper,
        answers=problem,
        **Labels.of(row).columns(),
    )
    if row.state == JointState.ACCEPTED:
        JOINT.move(row, JointState.IN_PROGRESS, entry=str(entry.id))
    else:
        JOINT.save(row, entry=str(entry.id))
    return entry.id


def _open_problems(row: JointTask) -> QuerySet[JointEntry]:
    return row.entries.filter(kind=JointEntryKind.PROBLEM, answered_by__isnull=True)


@operation("inspection.link_joint_request")
def link_joint_request(
    *, actor: Actor, now: datetime, task_id: UUID, revision: int, request_id: UUID
) -> None:
    """Say which information request of the engagement this task works with (数据实时共享)."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_work_joint(actor, facts))
    try:
        found = known(kind="exchange.request", object_id=request_id)
    except NotFound:
        found = None
    if found is None or found.engagement != row.task_id:
        raise Invalid.at("request_id", "请选择本巡视任务的一项信息需求。")
    if request_id in row.requests:
        raise Invalid.at("request_id", "该信息需求已经关联。")
    row.requests = [*row.requests, request_id]
    JOINT.save(row, "requests", request=str(request_id))


@operation("inspection.submit_joint_task")
def submit_joint_task(
    *, actor: Actor, now: datetime, task_id: UUID, revision: int, result: str
) -> None:
    """Hand in the result with its evidence; the unit's clock stops, somebody else verifies."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_work_joint(actor, facts))
    if not 10 <= len(result.strip()) <= 1000:
        raise Invalid.at("result", "请写明检查结果（10—1000 字）。")
    if not row.entries.filter(kind=JointEntryKind.EVIDENCE).exists():
        raise WrongState("还没有登记证据，请先登记至少一份证据再提交。")
    if _open_problems(row).exists():
        raise WrongState("还有问题没有解决，请先登记解决情况再提交。")
    row.result, row.remark = result.strip(), ""
    row.submitted_by_id, row.submitted_on = actor.account_id, now.date()
    JOINT.move(row, JointState.SUBMITTED, "result", "remark", "submitted_by", "submitted_on")
    duties.fulfil(
        actor=actor,
        now=now,
        object_kind=OBJECT,
        object_id=row.id,
        template_code=DO,
        reason="已提交检查结果，待核验",
    )


@operation("inspection.verify_joint_task")
def verify_joint_task(
    *, actor: Actor, now: datetime, task_id: UUID, revision: int, finding: str
) -> None:
    """The office or the head of the team verifies; never whoever handed it in, nor who led the task."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_verify_joint(actor, facts))
    if row.parts.exclude(state=JointState.CLOSED).exists():
        raise WrongState("拆分出的任务还没有办结，请先办结。")
    row.finding = fitting("finding", finding, 300)
    if len(row.finding) < 5:
        raise Invalid.at("finding", "请写明核验意见（不少于 5 个字）。")
    row.verified_by_id, row.verified_on = actor.account_id, now.date()
    JOINT.move(row, JointState.VERIFIED, "finding", "verified_by", "verified_on")


@operation("inspection.return_joint_task")
def return_joint_task(
    *, actor: Actor, now: datetime, task_id: UUID, revision: int, reason: str
) -> None:
    """Not enough: back to work under the same day."""
    row, facts = lock_joint(task_id, revision)
    require(rules.may_verify_joint(actor, facts))
    row.remark = reason_of(reason)
    JOINT.move(row, JointState.IN_PROGRESS, "remark")
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=DO,
        object_kind=OBJECT,
        object_id=row.id,
        title=f"{row.number} {row.title}"[:200],
        responsible=Responsible(row.unit_id, row.unit_name),
        labels=Labels.of(row),
        due_on=row.due_on,
    )


@operation("inspection.close_joint_task")
def close_joint_task(*, actor: Actor, now: datetime, task_id: UUID, revision: int) -> None:
    row, facts = lock_joint(task_id, revision)
    require(rules.may_direct_joint(actor, facts.team))
    JOINT.move(row, JointState.CLOSED)

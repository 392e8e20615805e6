"""Working papers: one matter, one paper, three signatures; earlier findings carried into a new round."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.fabric.labels import Labels
from lianxun.inspection import rules
from lianxun.inspection.common import facts_of, labels_of, load, require
from lianxun.inspection.enums import MACHINES, Implementation, PaperState, State
from lianxun.inspection.models import Engagement, Paper, Signature
from lianxun.inspection.operations.focus import active_focus
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import FieldError, Invalid, Refused, WrongState
from lianxun.kernel.texts import fitting
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows

PAPERS = Rows(
    Paper,
    kind="inspection.paper",
    noun="问题底稿",
    machine=MACHINES["inspection_paper"],
    related=("task",),
)
_WRITABLE = (State.ON_SITE, State.EXTENDED)
_CARRY = (State.APPROVED, State.CONSULTING, State.PREPARED, *_WRITABLE)


@operation("inspection.draft_paper")
def draft_paper(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    title: str,
    axis: str,
    course: str,
    basis: str,
    responsible: str,
    immediate: bool = False,
    focus_id: UUID | None = None,
) -> UUID:
    """Open a paper on one matter."""
    task = load(engagement_id)
    require(rules.may_work(actor, facts_of(task)))
    if task.state not in _WRITABLE:
        raise WrongState("只有驻点期间可以起草问题底稿。")
    _check(title, axis, course, basis, responsible)
    return _new(
        task,
        actor=actor,
        now=now,
        title=title.strip(),
        axis=axis,
        course=course.strip(),
        basis=basis.strip(),
        responsible=responsible.strip(),
        immediate=immediate,
        focus=active_focus(task, focus_id),
    )


def _check(title: str, axis: str, course: str, basis: str, responsible: str) -> None:
    errors = []
    for place, text, words in (
        ("title", title, "请用一句话写明问题。"),
        ("course", course, "请填写查证经过。"),
        ("basis", basis, "请填写定性依据。"),
        ("responsible", responsible, "请填写责任主体（单位或职务）。"),
    ):
        if not text.strip():
            errors.append(FieldError(place, words))
    if axis not in Implementation.values:
        errors.append(FieldError("axis", "请选择“四个落实”中的一项。"))
    if len(title.strip()) > 200:
        errors.append(FieldError("title", "问题不超过 200 字。"))
    if len(responsible.strip()) > 120:
        errors.append(FieldError("responsible", "责任主体不超过 120 字。"))
    if errors:
        raise Invalid(*errors)


def _new(task: Engagement, *, actor: Actor, now: datetime, **values: object) -> UUID:
    number = f"{task.number}-底{task.papers.count() + 1:03d}"
    paper = Paper.objects.create(
        created_at=now,
        task=task,
        number=number,
        state=PaperState.DRAFT,
        **values,
        **labels_of(task).columns(),
    )
    PAPERS.note(paper)
    return paper.id


@operation("inspection.revise_paper")
def revise_paper(
    *,
    actor: Actor,
    now: datetime,
    paper_id: UUID,
    revision: int,
    title: str,
    axis: str,
    course: str,
    basis: str,
    responsible: str,
    immediate: bool = False,
    focus_id: UUID | None = None,
) -> None:
    """Change a paper that nobody has signed yet."""
    paper = PAPERS.lock(paper_id, revision)
    require(rules.may_work(actor, facts_of(paper.task)))
    if paper.state != PaperState.DRAFT:
        raise WrongState("底稿已经签字，须先退回才能修改。")
    _check(title, axis, course, basis, responsible)
    paper.title, paper.axis, paper.course = title.strip(), axis, course.strip()
    paper.basis, paper.responsible = basis.strip(), responsible.strip()
    paper.immediate = immediate
    if focus_id != paper.focus_id:
        paper.focus = active_focus(paper.task, focus_id)
    PAPERS.save(paper, "title", "axis", "course", "basis", "responsible", "immediate", "focus")


@operation("inspection.sign_paper")
def sign_paper(*, actor: Actor, now: datetime, paper_id: UUID, revision: int) -> str:
    """Sign at the next place; returns the new state."""
    paper = PAPERS.lock(paper_id, revision)
    place = rules.next_place(paper.state)
    if place is None:
        raise WrongState("底稿已完成三级签字。")
    signed = list(paper.signatures.values_list("account_id", flat=True))
    require(rules.may_sign(actor, facts_of(paper.task), place=place, signed_by=signed))
    Signature.objects.create(
        created_at=now,
        paper=paper,
        place=place,
        account_id=actor.account_id,
        name=actor.name,
        **Labels.of(paper).columns(),
    )
    paper.state, paper.returned_because = place, ""
    PAPERS.save(paper, "state", "returned_because", place=place.value)
    return place.value


@operation("inspection.return_paper")
def return_paper(
    *, actor: Actor, now: datetime, paper_id: UUID, revision: int, reason: str
) -> None:
    """Send a paper back to its author; the signatures given so far are void and kept in the trace."""
    paper = PAPERS.lock(paper_id, revision)
    require(rules.may_work(actor, facts_of(paper.task)))
    if paper.state not in (PaperState.SIGNED_AUTHOR, PaperState.SIGNED_DEPUTY):
        raise WrongState("只有签字过程中的底稿可以退回。")
    if paper.signatures.order_by("created_at").values_list("account_id", flat=True).first() == (
        actor.account_id
    ) and not rules.may_enter_site(actor, facts_of(paper.task)):
        raise Refused(Denied("退回由后一环节签字人作出，不由承办人自己退回。", "INS-THREE"))
    because = fitting("reason", reason, 300)
    if not because:
        raise Invalid.at("reason", "请写明退回理由。")
    paper.signatures.all().delete()
    paper.state, paper.returned_because = PaperState.DRAFT, because
    PAPERS.save(paper, "state", "returned_because", returned=True)


@operation("inspection.carry_forward")
def carry_forward(*, actor: Actor, now: datetime, engagement_id: UUID, paper_id: UUID) -> UUID:
    """Bring an earlier finding on the same unit into this round (新官须理旧账); the team verifies it."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    if task.state not in _CARRY:
        raise WrongState("以往问题在任务批准之后、结束驻点之前转入。")
    earlier = PAPERS.lock(paper_id)
    if task.papers.filter(carried_from=earlier).exists():
        raise WrongState("该问题已转入本任务。")
    if earlier.task_id == task.id or earlier.subject_org != task.unit_id:
        raise Invalid.at("paper_id", "请选择同一单位以往巡视的问题底稿。")
    return _new(
        task,
        actor=actor,
        now=now,
        title=earlier.title,
        axis=Implementation.RECTIFICATION,
        course=f"由 {earlier.number} 转入，待核查整改情况。",
        basis=earlier.basis,
        responsible=earlier.responsible,
        carried_from=earlier,
    )

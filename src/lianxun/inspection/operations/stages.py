"""From stage to stage: gates, entry, report, feedback, extension and changed dates (SM-1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from lianxun.access import steps as access
from lianxun.approvals import steps as approvals
from lianxun.exchange import steps as exchange
from lianxun.inspection import milestones, rules
from lianxun.inspection.common import (
    KIND,
    TASKS,
    body_of,
    bump,
    facts_of,
    labels_of,
    load,
    look_back_purpose,
    note,
    partners_on,
    require,
)
from lianxun.inspection.enums import (
    CorroborationState,
    PaperState,
    SeatState,
    State,
    TeamGroup,
    TeamRole,
)
from lianxun.inspection.models import Corroboration, Engagement, Gate
from lianxun.inspection.operations.rounds import date_errors
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Stale, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import Skill, UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation

EXTENSION = "inspection.extension"
MOST_PEOPLE = 20  # asked for with an extension: more is another team
REPORT = "inspection.report"
_NODES_DONE = {
    State.PREPARED: ("MS-N1A", "MS-N1B", "MS-N3"),
    State.ON_SITE: ("MS-NOTICE", "MS-N4"),
    State.RECTIFYING: ("MS-N7",),
    State.ASSESSED: ("MS-N8", "MS-N9"),
}


@operation("inspection.pass_gate")
def pass_gate(*, actor: Actor, now: datetime, gate_id: UUID, revision: int, evidence: str) -> None:
    """Tick one line of the checklist, with what it rests on."""
    gate = Gate.objects.select_for_update().filter(id=gate_id).first()
    if gate is None:
        raise NotFound
    if gate.revision != revision:
        raise Stale
    task = load(gate.task_id)
    decision = rules.may_prepare(actor, facts_of(task))
    if not decision:
        decision = rules.may_enter_site(actor, facts_of(task))
    require(decision)
    if gate.passed_at is not None:
        raise WrongState("该条目已经通过。")
    if not evidence.strip():
        raise Invalid.at("evidence", "请写明通过的依据（文件、会议或核对情况）。")
    gate.passed_at, gate.passed_by_id = now, actor.account_id
    gate.evidence, gate.revision = fitting("evidence", evidence, 300), gate.revision + 1
    gate.save(update_fields=["passed_at", "passed_by", "evidence", "revision"])
    note(task, gate=gate.code)


@operation("inspection.advance")
def advance(*, actor: Actor, now: datetime, engagement_id: UUID, revision: int, to: str) -> None:
    """Declare the next stage. Raises ``WrongState`` with everything that is still missing."""
    task = load(engagement_id, revision)
    if to not in State.values:
        raise Invalid.at("to", "没有这个阶段。")
    target = State(to)
    require(rules.may_advance(actor, facts_of(task), target))
    missing = missing_for(task, target, now.date())
    if missing:
        raise WrongState("；".join(missing) + "。请先补齐再进入下一阶段。")
    task.state = target
    if target == State.ON_SITE and task.look_back_of_id is not None:
        _begin_look_back(task.look_back_of_id)
    if target == State.ARCHIVED:
        task.archived_on = now.date()
        access.end_memberships(
            engagement=task.id, purpose=TeamGroup.GUIDANCE.label, last_day=now.date()
        )
        exchange.end_access(actor=actor, now=now, engagement=task.id)
    bump(task, "state", "archived_on")
    for code in _NODES_DONE.get(target, ()):
        milestones.done(task, code, actor=actor, now=now)
    _stop_recurring(task, target, actor=actor, now=now)
    note(task, to=target.value)


def _begin_look_back(first_id: UUID) -> None:
    """The engagement that is looked back at says so, from the day the new team enters."""
    first = load(first_id)
    if first.state == State.ASSESSED:
        TASKS.move(first, State.LOOK_BACK)


def _stop_recurring(task: Engagement, to: State, *, actor: Actor, now: datetime) -> None:
    """Weekly and daily nodes end with the time on site; at archive nothing runs on without a reason."""
    if to == State.REPORTING:
        for code in ("MS-N5", "MS-N6"):
            milestones.end(task, code, actor=actor, now=now, reason="驻点结束，不再计次")
    if to == State.ARCHIVED:
        milestones.end(task, "", actor=actor, now=now, reason="任务归档，转入长效时限")


def missing_for(task: Engagement, to: State, today: date) -> tuple[str, ...]:
    """What still stands before ``to``; the screens show it beside the button."""
    open_gates = task.gates.filter(stage=to, passed_at__isnull=True).values_list("code", flat=True)
    missing = rules.missing_for(
        to,
        open_gates=list(open_gates),
        has_minutes=task.consultations.exists(),
        has_approved_plan=task.plans.filter(approved_on__isnull=False).exists(),
        has_head=task.seats.filter(
            group=TeamGroup.ON_SITE, role=TeamRole.HEAD, state=SeatState.CONFIRMED
        ).exists(),
        unsigned_papers=task.papers.exclude(state=PaperState.SIGNED_HEAD).count(),
        partners_without_a_seat=_partners_missing(task, today),
        open_corroborations=Corroboration.objects.filter(
            paper__task=task, state=CorroborationState.ASKED
        ).count(),
    )
    if to == State.ON_SITE and today < task.entry_on:
        missing += (f"进驻日为 {task.entry_on:%Y-%m-%d}，尚未到期",)
    return missing


def _partners_missing(task: Engagement, today: date) -> list[str]:
    """Short names of partner units that have nobody confirmed in the on-site team."""
    seated = set(
        task.seats.filter(group=TeamGroup.ON_SITE, state=SeatState.CONFIRMED).values_list(
            "home_id", flat=True
        )
    )
    absent = [unit for unit in partners_on(task, today) if unit not in seated]
    if not absent:
        return []
    rows = Unit.objects.filter(id__in=absent).order_by("path")
    return list(rows.values_list("short_name", flat=True))


@operation("inspection.submit_report")
def submit_report(
    *, actor: Actor, now: datetime, engagement_id: UUID, revision: int, summary: str
) -> UUID:
    """The head brings the report before the leading group, which hears it and decides."""
    task = load(engagement_id, revision)
    require(rules.may_enter_site(actor, facts_of(task)))
    if task.state != State.REPORTING:
        raise WrongState("只有在“起草报告”阶段才能提请听取汇报。")
    if len(summary.strip()) < 10:
        raise Invalid.at("summary", "请写明报告摘要（不少于 10 个字）。")
    note(task)
    return approvals.propose(
        actor=actor,
        now=now,
        code=REPORT,
        object_kind=KIND,
        object_id=task.id,
        title=f"关于听取{task.unit.short_name}巡视情况汇报的请示",
        summary=summary.strip(),
        body_id=body_of(task, UnitKind.LEADING_GROUP).id,
        labels=labels_of(task),
    )


@operation("inspection.ask_extension")
def ask_extension(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    revision: int,
    to: date,
    reason: str,
    skills: Sequence[str] = (),
    people: int | None = None,
) -> UUID:
    """Ask the leading group to extend the time on site, once, by at most one month (R-6.4-4).

    ``people`` more of these ``skills`` may be asked for with it (R-7.3-3); approved, they are the
    office's to find, within days.
    """
    task = load(engagement_id, revision)
    require(rules.may_enter_site(actor, facts_of(task)))
    if task.state != State.ON_SITE or task.extended:
        raise WrongState("只有正在驻点且未延期过的任务可以申请延期。")
    if not task.on_site_end_on < to <= _plus_month(task.on_site_end_on):
        raise Invalid.at("to", "延期后的日期须晚于原驻点结束日，且最多延长 1 个月。")
    if not reason.strip():
        raise Invalid.at("reason", "请写明延期理由。")
    wanted = _reinforcement(skills, people)
    note(task, people=people or 0)
    return approvals.propose(
        actor=actor,
        now=now,
        code=EXTENSION,
        object_kind=KIND,
        object_id=task.id,
        title=f"关于{task.unit.short_name}巡视任务延期的请示",
        summary=f"{reason.strip()}（申请增派：{wanted}）" if wanted else reason.strip(),
        body_id=body_of(task, UnitKind.LEADING_GROUP).id,
        labels=labels_of(task),
        facts={
            "to": to.isoformat(),
            "from": task.on_site_end_on.isoformat(),
            "entry_on": task.entry_on.isoformat(),
            "reinforcement": wanted,
        },
    )


def _reinforcement(skills: Sequence[str], people: int | None) -> str:
    """“审计、法律 3 人”, or nothing where nobody is asked for."""
    if not skills and people is None:
        return ""
    errors = []
    if not skills or set(skills) - set(Skill.values):
        errors.append(FieldError("skills", "申请增派人员的，请选择需要的专长。"))
    if people is None or not 1 <= people <= MOST_PEOPLE:
        errors.append(FieldError("people", f"申请增派人员的，请填写人数（1—{MOST_PEOPLE} 人）。"))
    elif len(set(skills)) > people:
        errors.append(FieldError("people", "增派人数不能少于所选专长的个数。"))
    if errors:
        raise Invalid(*errors)
    return f"{'、'.join(Skill(s).label for s in dict.fromkeys(skills))} {people} 人"


def _plus_month(day: date) -> date:
    from lianxun.kernel.calendar import add_months

    return add_months(day, 1)


@operation("inspection.reschedule")
def reschedule(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    revision: int,
    entry_on: date,
    on_site_end_on: date,
    reason: str,
) -> int:
    """Move entry and end before entry, within the time the profile allows (R-7.3-1); every node moves along.
    Returns how many nodes moved."""
    task = load(engagement_id, revision)
    require(rules.may_prepare(actor, facts_of(task)))
    if task.state not in (State.APPROVED, State.CONSULTING, State.PREPARED):
        raise WrongState("进驻之后不能改期；需要延长请申请延期。")
    wrong = date_errors(entry_on, on_site_end_on, task.profile, today=now.date())
    if wrong:
        raise Invalid(*wrong)
    if not reason.strip():
        raise Invalid.at("reason", "请写明改期理由。")
    moved = move_dates(
        task,
        entry_on=entry_on,
        on_site_end_on=on_site_end_on,
        reason=reason.strip(),
        actor=actor,
        now=now,
    )
    note(task, moved=moved)
    return moved


def move_dates(
    task: Engagement,
    *,
    entry_on: date,
    on_site_end_on: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """New days before the entry: access of the team and every node follow. Returns how many nodes moved."""
    task.entry_on, task.on_site_end_on = entry_on, on_site_end_on
    bump(task, "entry_on", "on_site_end_on")
    if task.state == State.DRAFT:
        return 0
    access.move_memberships(
        engagement=task.id, purpose=TeamGroup.ON_SITE.label, valid_from=entry_on
    )
    move_look_back_access(task)
    return milestones.move_nodes(task, actor=actor, now=now, reason=reason)


def move_look_back_access(task: Engagement) -> None:
    """What a look-back team may read of the first engagement begins and ends with its own time on site."""
    if task.look_back_of_id is not None:
        access.move_memberships(
            engagement=task.look_back_of_id,
            purpose=look_back_purpose(task.number),
            valid_from=task.entry_on,
            valid_to=task.on_site_end_on,
            own_last_day=list(
                task.seats.filter(until__isnull=False).values_list("account_id", flat=True)
            ),
        )


@operation("inspection.give_feedback")
def give_feedback(
    *, actor: Actor, now: datetime, engagement_id: UUID, revision: int, feedback_on: date
) -> None:
    """The findings were told to the unit: from here the clocks of rectification run."""
    task = load(engagement_id, revision)
    require(rules.may_advance(actor, facts_of(task), State.FED_BACK))
    missing = missing_for(task, State.FED_BACK, now.date())
    if missing:
        raise WrongState("；".join(missing) + "。请先补齐再反馈。")
    if feedback_on > now.date():
        raise Invalid.at("feedback_on", "反馈日不能晚于今天。")
    if task.decided_on is not None and feedback_on < task.decided_on:
        raise Invalid.at("feedback_on", "反馈日不能早于听取汇报日。")
    task.feedback_on, task.state = feedback_on, State.FED_BACK
    bump(task, "feedback_on", "state")
    milestones.open_nodes(task, actor=actor, now=now)
    note(task, feedback_on=feedback_on.isoformat())

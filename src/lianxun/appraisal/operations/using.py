"""Use of the results: praise and blame are proposed with facts, and people decide each (R-4.4-4, 5.3-3, 9.2-4)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.appraisal import rules
from lianxun.appraisal.common import (
    OUTCOME,
    OUTCOMES,
    SHEETS,
    TALK_CLOCK,
    TOLD,
    USE,
    body_for,
    body_unit,
    grade_of,
    outcome_facts,
    tell,
    today_of,
    worded,
)
from lianxun.appraisal.enums import Cause, OutcomeKind, OutcomeState, PeriodState, SheetState
from lianxun.appraisal.models import Outcome, Period, Sheet
from lianxun.approvals import steps as approvals
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

LEAST, MOST = 10, 1000
PRAISE = (OutcomeKind.AWARD, OutcomeKind.COMMEND)
# Who decides: praise, veto and admonition are the leading group's, criticism is the committee's.
BODIES = {
    OutcomeKind.AWARD: UnitKind.LEADING_GROUP,
    OutcomeKind.COMMEND: UnitKind.COMMITTEE,
    OutcomeKind.CRITICISE: UnitKind.COMMITTEE,
    OutcomeKind.ADMONISH: UnitKind.LEADING_GROUP,
    OutcomeKind.VETO: UnitKind.LEADING_GROUP,
}


@operation("appraisal.propose")
def propose(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    cause: str,
    unit_id: UUID,
    facts: str,
    period_id: UUID | None = None,
    person_post: str = "",
    person_name: str = "",
    consented: bool = False,
    cause_key: str = "",
) -> UUID:
    """Put down what should follow for a unit, with the facts. Nothing follows by itself. Returns its id."""
    owner = Unit.objects.get(id=actor.unit_id)
    require(rules.may_run(actor, region=owner.region))
    unit = Unit.objects.filter(
        id=unit_id, kind=UnitKind.MEMBER, tier=owner.tier, valid_to__isnull=True
    ).first()
    errors = worded("facts", facts, least=LEAST, most=MOST, what="事实")
    if kind not in OutcomeKind.values:
        errors.append(FieldError("kind", "请选择类别。"))
    if cause not in Cause.values:
        errors.append(FieldError("cause", "请选择事由。"))
    if unit is None or not actor.region[0] <= unit.region <= actor.region[1]:
        errors.append(FieldError("unit_id", "请选择本级的一家成员单位。"))
    errors += _people(kind, person_post.strip(), person_name.strip(), consented=consented)
    period = Period.objects.filter(id=period_id).first() if period_id else None
    if period_id and period is None:
        errors.append(FieldError("period_id", "没有这个考核期，请从列表中选择。"))
    if kind == OutcomeKind.VETO and (period is None or period.state != PeriodState.DECIDED):
        errors.append(
            FieldError("period_id", "一票否决须在年度考核“复核已结”之后、报请审签之前提出。")
        )
    if errors or unit is None:
        raise Invalid(*errors)
    if cause_key and _known(kind, unit, cause_key):
        raise WrongState("就同一事实已经提出过建议，请在“结果运用”中查看。")
    row = Outcome.objects.create(
        created_at=now,
        kind=kind,
        cause=cause,
        cause_key=cause_key,
        unit=unit,
        period=period,
        state=OutcomeState.PROPOSED,
        facts=facts.strip(),
        person_post=person_post.strip(),
        person_name=person_name.strip(),
        consented=consented,
        proposed_by_id=actor.account_id,
        level=Level.INTERNAL,
        region=owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        subject_org=unit.id,
        subject_path=unit.path,
    )
    OUTCOMES.note(row, outcome=kind, cause=cause)
    return row.id


def _known(kind: str, unit: Unit, cause_key: str) -> bool:
    rows = Outcome.objects.filter(kind=kind, unit=unit, cause_key=cause_key)
    return rows.exclude(state=OutcomeState.DECLINED).exists()


def _people(kind: str, post: str, name: str, *, consented: bool) -> list[FieldError]:
    """People stand in praise alone: by post, or by name with consent."""
    errors = []
    if (post or name) and kind not in PRAISE:
        errors.append(FieldError("person_post", "批评、诫勉、约谈和否决只对单位，不写人员。"))
    if name and not consented:
        errors.append(FieldError("person_name", "写明姓名须经本人同意，请勾选；未同意的只写职务。"))
    if len(post) > 60 or len(name) > 40:
        errors.append(FieldError("person_post", "职务不超过 60 字，姓名不超过 40 字。"))
    return errors


@operation("appraisal.submit_outcome")
def submit_outcome(
    *,
    actor: Actor,
    now: datetime,
    outcome_id: UUID,
    revision: int,
    team_id: UUID | None = None,
    remark: str = "",
) -> UUID | None:
    """Bring a proposal before who decides it: a body, or for an interview the head of the team ``team_id``."""
    row = OUTCOMES.lock(outcome_id, revision)
    require(rules.may_handle(actor, outcome_facts(row)))
    if row.kind == OutcomeKind.TALK:
        _hand_over(row, team_id, now=now)
        return None
    body = body_unit(BODIES[OutcomeKind(row.kind)], region=row.region)
    row.body = body
    label = OutcomeKind(row.kind).label
    matter = approvals.propose(
        actor=actor,
        now=now,
        code=USE,
        object_kind=OUTCOME,
        object_id=row.id,
        title=f"{label}：{row.unit.short_name}",
        body_id=body.id,
        labels=Labels.of(row),
        summary=row.facts,
        barred=[row.proposed_by_id],
        remark=remark,
    )
    OUTCOMES.move(row, OutcomeState.SUBMITTED, "body")
    return matter


def _hand_over(row: Outcome, team_id: UUID | None, *, now: datetime) -> None:
    groups = Unit.objects.filter(kind=UnitKind.TASK_GROUP, valid_to__isnull=True)
    team = groups.filter(id=team_id).first() if team_id else None
    if team is None:
        raise Invalid.at("team_id", "请选择由哪个巡视组组长约谈。")
    heads = accounts_at(unit_id=team.id, roles=["team_leader"])
    if not heads:
        raise Invalid.at("team_id", f"{team.short_name}没有在任的组长，请选择其他巡视组。")
    row.body, row.addressee_unit, row.addressee_path = team, team.id, team.path
    OUTCOMES.move(row, OutcomeState.SUBMITTED, "body", "addressee_unit", "addressee_path")
    tell(heads, NoticeCode.DECIDE, now=now, kind=OUTCOME, object_id=row.id)


@operation("appraisal.drop_outcome")
def drop_outcome(
    *, actor: Actor, now: datetime, outcome_id: UUID, revision: int, answer: str
) -> None:
    """Take a proposal back before anybody decided it, with the reason."""
    row = OUTCOMES.lock(outcome_id, revision)
    require(rules.may_handle(actor, outcome_facts(row)))
    errors = worded("answer", answer, least=5, most=500, what="理由")
    if errors:
        raise Invalid(*errors)
    row.answer = answer.strip()
    OUTCOMES.move(row, OutcomeState.DECLINED, "answer")


@operation("appraisal.decide_talk")
def decide_talk(
    *, actor: Actor, now: datetime, outcome_id: UUID, revision: int, holds: bool, answer: str
) -> None:
    """The head of the inspection team decides whether to interview; if so the clock of the interview starts."""
    row = OUTCOMES.lock(outcome_id, revision)
    body = row.body
    require(rules.may_hold_talk(actor, outcome_facts(row, body.path if body else "")))
    errors = worded("answer", answer, least=5, most=500, what="决定理由")
    if errors or body is None:
        raise Invalid(*errors)
    row.answer, row.decided_by_id, row.decided_at = answer.strip(), actor.account_id, now
    to = OutcomeState.DECIDED if holds else OutcomeState.DECLINED
    OUTCOMES.move(row, to, "answer", "decided_by", "decided_at")
    if holds:
        duties.open_duty(
            actor=actor,
            now=now,
            template_code=TALK_CLOCK,
            object_kind=OUTCOME,
            object_id=row.id,
            title=f"约谈：{row.unit.short_name}",
            responsible=Responsible(body.id, body.short_name),
            labels=Labels.of(row),
        )
    tell([row.proposed_by_id], NoticeCode.ANSWERED, now=now, kind=OUTCOME, object_id=row.id)


def decided(row: Outcome, *, state: str, comment: str, actor: Actor, now: datetime) -> None:
    """A body has decided. A veto is the lowest grade of the year; the unit learns of what concerns it."""
    row.answer = fitting("comment", comment, 500)
    if state in ("returned", "withdrawn"):
        OUTCOMES.move(row, OutcomeState.PROPOSED, "answer")
        return
    row.decided_by_id, row.decided_at = actor.account_id, now
    if state != "approved":
        OUTCOMES.move(row, OutcomeState.DECLINED, "answer", "decided_by", "decided_at")
        return
    if row.kind == OutcomeKind.VETO:
        _veto(row)
    row.addressee_unit, row.addressee_path = row.unit_id, row.unit.path
    OUTCOMES.move(
        row, OutcomeState.DECIDED,
        "answer", "decided_by", "decided_at", "addressee_unit", "addressee_path",
    )  # fmt: skip
    told = accounts_at(unit_id=row.unit_id, roles=TOLD)
    tell(told, NoticeCode.ARRIVED, now=now, kind=OUTCOME, object_id=row.id)


def _veto(row: Outcome) -> None:
    sheet = Sheet.objects.filter(period=row.period, unit_id=row.unit_id).first()
    if sheet is None or sheet.state != SheetState.DECIDED:
        raise WrongState("该单位的考核表不在“复核已结”，不能再一票否决。")
    sheet = SHEETS.lock(sheet.id)
    sheet.vetoed = True
    sheet.grade = grade_of(body_for(sheet.scheme), sheet.total, vetoed=True)
    SHEETS.save(sheet, "vetoed", "grade")


@operation("appraisal.complete_outcome")
def complete_outcome(
    *,
    actor: Actor,
    now: datetime,
    outcome_id: UUID,
    revision: int,
    done_on: date,
    result: str,
) -> None:
    """Record what was done on what was decided: the award given, the interview held and what it came to."""
    row = OUTCOMES.lock(outcome_id, revision)
    require(rules.may_complete(actor, outcome_facts(row, row.body.path if row.body else "")))
    errors = worded("result", result, least=LEAST, most=MOST, what="办理情况")
    if done_on > today_of(now) or (row.decided_at and done_on < today_of(row.decided_at)):
        errors.append(FieldError("done_on", "办理日期不能早于决定，也不能晚于今天。"))
    if errors:
        raise Invalid(*errors)
    row.done_on, row.result = done_on, result.strip()
    OUTCOMES.move(row, OutcomeState.DONE, "done_on", "result")
    if row.kind == OutcomeKind.TALK:
        duties.fulfil(
            actor=actor,
            now=now,
            object_kind=OUTCOME,
            object_id=row.id,
            template_code=TALK_CLOCK,
            reason="约谈已进行",
        )

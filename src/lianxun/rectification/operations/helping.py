"""The lines of 《整改协同方案》 (W20): the helping unit agrees, reports; the office looks, takes out (R-1.3.1-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, WrongState
from lianxun.organisation.models import Person
from lianxun.organisation.queries import recusal_codes
from lianxun.rectification import rules_support as rules
from lianxun.rectification.common import require, words
from lianxun.rectification.enums import PlanState, SupportKind, SupportState
from lianxun.rectification.models import Helper, Support, SupportPlan
from lianxun.rectification.supporting import (
    DO,
    LINES,
    LOOK,
    OBJECT,
    PLANS,
    clock,
    lapse,
    line_facts,
    reason_of,
    stop,
    take_out,
    tell,
)
from lianxun.trace.door import operation


@operation("rectification.agree_support")
def agree_support(
    *,
    actor: Actor,
    now: datetime,
    support_id: UUID,
    revision: int,
    people: Sequence[UUID] = (),
) -> None:
    """The helping unit takes the line on; it binds when the committee has approved the plan. Of its own
    ``people`` it may say at once who comes."""
    row = LINES.lock(support_id, revision)
    require(rules.may_answer_support(actor, line_facts(row)))
    if people and row.kind != SupportKind.PEOPLE:
        raise Invalid.at("people", "只有人员支援才指定支援人员。")
    row.answered_by_id = actor.account_id
    LINES.move(row, SupportState.AGREED, "answered_by", people=len(people))
    _send(row, people, actor=actor, now=now)


@operation("rectification.name_helpers")
def name_helpers(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, people: Sequence[UUID]
) -> None:
    """Say who comes, all of them: who is not named any more is called back, and stays in the books."""
    row = LINES.lock(support_id, revision)
    require(rules.may_name_helpers(actor, line_facts(row)))
    if not people:
        raise Invalid.at("people", "请至少选择一名支援人员。")
    _send(row, people, actor=actor, now=now)
    LINES.save(row, people=len(people))


def _send(row: Support, people: Sequence[UUID], *, actor: Actor, now: datetime) -> None:
    """``people`` of the helping unit and nobody else, none of whom has to step aside from the inspected unit."""
    wanted = set(people)
    found = list(
        Person.objects.filter(
            id__in=wanted, active=True, unit_path__startswith=row.unit.path
        ).order_by("pinyin", "id")
    )
    if len(found) != len(wanted):
        raise Invalid.at("people", "支援人员须是本单位在岗人员，请从列表中选择。")
    if row.subject_org is None:
        raise WrongState("该事项没有登记被巡视单位，不能检查回避关系。")
    ties = recusal_codes(person_ids=[p.id for p in found], unit_id=row.subject_org, on=now.date())
    tied = [p.name for p in found if ties[p.id]]
    if tied:
        raise _steps_aside(tied)
    there = row.helpers.filter(left_on__isnull=True)
    for gone in there.exclude(person__in=wanted):
        gone.left_on, gone.revision = now.date(), gone.revision + 1
        gone.save(update_fields=["left_on", "revision"])
    known = set(there.values_list("person_id", flat=True))
    for person in found:
        if person.id in known:
            continue
        try:
            with transaction.atomic():
                Helper.objects.create(
                    created_at=now,
                    support=row,
                    person=person,
                    name=person.name,
                    named_by_id=actor.account_id,
                    named_on=now.date(),
                    **Labels.of(row).columns(),
                )
        except (
            IntegrityError
        ) as refused:  # a recusal decided by somebody, which this unit may not read
            raise _steps_aside([person.name]) from refused


def _steps_aside(names: Sequence[str]) -> Invalid:
    return Invalid.at("people", f"{'、'.join(names)}对被巡视单位应当回避，请另选人员。")


@operation("rectification.decline_support")
def decline_support(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, reason: str
) -> None:
    """The helping unit says why it cannot; the line goes back to the office, which takes it out or asks another."""
    row = LINES.lock(support_id, revision)
    require(rules.may_answer_support(actor, line_facts(row)))
    row.answer, row.answered_by_id = reason_of(reason), actor.account_id
    LINES.move(row, SupportState.DECLINED, "answer", "answered_by")


@operation("rectification.withdraw_support")
def withdraw_support(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, reason: str
) -> None:
    """Take a line out, with the reason; it stays on the plan's page, and its clocks stop."""
    # The plan first, as every act on it: it is not submitted or approved while a line of it goes.
    held = Support.objects.filter(id=support_id).values_list("plan_id", flat=True).first()
    if held is None:
        raise NotFound
    plan: SupportPlan = PLANS.lock(held)
    row = LINES.lock(support_id, revision)
    require(rules.may_support(actor, owner_path=row.owner_path))
    if plan.state == PlanState.PROPOSED:
        raise WrongState("方案正在审批，委员会决定之后才能撤出。")
    if row.state in (SupportState.REPORTED, SupportState.CLOSED):
        raise WrongState("该事项已报告完成，请检查，不能撤出。")
    take_out(row, reason_of(reason), now=now)
    duties.cancel(
        actor=actor, now=now, object_kind=OBJECT, object_id=row.id, reason="支援事项已撤出方案"
    )


@operation("rectification.report_support")
def report_support(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, result: str
) -> None:
    """The helping unit says what it did; its clock stops, the office looks at its point."""
    row = LINES.lock(support_id, revision)
    require(rules.may_report_support(actor, line_facts(row)))
    lapse(row)
    row.result = words("result", result, "请写明完成情况。", most=500)
    row.reported_by_id, row.reported_on = actor.account_id, now.date()
    LINES.move(row, SupportState.REPORTED, "result", "reported_by", "reported_on")
    stop(row, DO, actor=actor, now=now)


@operation("rectification.check_support")
def check_support(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, met: bool, finding: str
) -> None:
    """At the inspection point somebody else holds the result against the standard: met, or back to the unit
    with its clock running again."""
    row = LINES.lock(support_id, revision)
    require(rules.may_check_support(actor, line_facts(row)))
    row.finding = words("finding", finding, "请写明检查情况。", most=500)
    row.checked_by_id, row.checked_on = actor.account_id, now.date()
    to = SupportState.CLOSED if met else SupportState.OPEN
    LINES.move(row, to, "finding", "checked_by", "checked_on", met=met)
    if met:
        stop(row, LOOK, actor=actor, now=now)
    else:
        clock(row, DO, row.unit, max(row.due_on, now.date()), actor=actor, now=now)
        tell(row, NoticeCode.RETURNED, now=now)

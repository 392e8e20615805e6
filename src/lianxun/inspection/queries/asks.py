"""Look-backs that were asked for: the list within reach, one of them, and what became of a cause's (R-4.2-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.inspection import rules
from lianxun.inspection.common import ASK_KIND, leading_group_path
from lianxun.inspection.enums import AskState, LookBackVerdict, State
from lianxun.inspection.models import LookBackAsk
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecord:
    """One request for a look-back. ``task`` and what follows it are empty until it stands in a round, and for
    who may not see that engagement; ``reopened`` of ``items`` were found not to be sound."""

    id: UUID
    revision: int
    number: str
    unit_name: str
    first: UUID
    first_number: str
    cause_kind: str
    cause_id: UUID
    items: tuple[UUID, ...]
    reason: str
    asked_on: date
    state: str
    state_label: str
    answer: str
    decided_on: date | None
    task: UUID | None
    task_number: str
    task_state: str
    looked: int
    reopened: int
    permitted: frozenset[str]

    @property
    def outcome(self) -> str:
        """In one sentence, for the page of the cause."""
        if self.state == AskState.DECLINED:
            return f"不予安排：{self.answer}"
        if self.state == AskState.PENDING:
            return "等待巡视办列入轮次或领导小组决定。"
        if self.task is None:
            return "已列入轮次。"
        return (
            f"已列入{self.task_number}（{self.task_state}）；须核查 {len(self.items)} 项，"
            f"已核查 {self.looked} 项，其中不到位、重新整改 {self.reopened} 项。"
        )


@query("inspection.look_back_asks")
def look_back_asks(
    *, actor: Actor, now: datetime, state: str = "", page: int = 1
) -> Page[AskRecord]:
    """Those the actor may see, the latest first. A fixed number of queries."""
    rows = _rows().filter(within_reach(actor, kind=ASK_KIND, library="inspection"))
    if state:
        rows = rows.filter(state=state)
    part, total = page_of(rows.order_by("-asked_on", "id"), page)
    noting().about(ASK_KIND, actor.account_id, count=len(part))
    return Page([_record(r, actor) for r in part], page, total)


@query("inspection.look_back_ask")
def look_back_ask(*, actor: Actor, now: datetime, ask_id: UUID) -> AskRecord:
    """Raises ``NotFound`` also for who may not know it."""
    row = _rows().filter(id=ask_id).first()
    if row is None:
        raise NotFound
    noting().about(ASK_KIND, row.id, revision=row.revision, engagement=row.engagement)
    return _record(row, actor)


@query("inspection.asked_by_cause")
def asked_by_cause(*, actor: Actor, now: datetime, cause_id: UUID) -> AskRecord | None:
    """What was asked for by a row of another room, for who may see both."""
    row = _rows().filter(cause_id=cause_id).first()
    noting().about(ASK_KIND, row.id if row else actor.account_id)
    return _record(row, actor) if row else None


@query("inspection.asked_for_task")
def asked_for_task(*, actor: Actor, now: datetime, engagement_id: UUID) -> AskRecord | None:
    """Where a look-back comes from, for its own page."""
    row = _rows().filter(task=engagement_id).first()
    noting().about(ASK_KIND, row.id if row else actor.account_id)
    return _record(row, actor) if row else None


def _rows() -> QuerySet[LookBackAsk]:
    return LookBackAsk.objects.select_related("first__unit", "first__round").prefetch_related(
        "task__look_back_findings"
    )


def _record(row: LookBackAsk, actor: Actor) -> AskRecord:
    task = row.task if row.task_id else None
    findings = [
        f
        for f in (task.look_back_findings.all() if task is not None else ())
        if f.item_id in row.items
    ]
    return AskRecord(
        id=row.id,
        revision=row.revision,
        number=row.cause_number,
        unit_name=row.first.unit.short_name,
        first=row.first_id,
        first_number=row.first.number,
        cause_kind=row.cause_kind,
        cause_id=row.cause_id,
        items=tuple(row.items),
        reason=row.reason,
        asked_on=row.asked_on,
        state=row.state,
        state_label=AskState(row.state).label,
        answer=row.answer,
        decided_on=row.decided_on,
        task=task.id if task is not None else None,
        task_number=task.number if task is not None else "",
        task_state=State(task.state).label if task is not None else "",
        looked=len(findings),
        reopened=sum(f.verdict != LookBackVerdict.SOUND for f in findings),
        permitted=_permitted(row, actor),
    )


def _permitted(row: LookBackAsk, actor: Actor) -> frozenset[str]:
    if row.state != AskState.PENDING:
        return frozenset()
    found = set()
    if rules.may_prepare(actor, rules.Facts(row.state, row.owner_path)):
        found.add("take")
    if rules.may_decline_look_back(
        actor, body_path=leading_group_path(row.first), asked_by=row.asked_by_id
    ):
        found.add("decline")
    return frozenset(found)

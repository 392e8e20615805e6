"""What the acts of a support plan share: its rows, its facts for the rules, its clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from lianxun.access.queries import accounts_at
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.rectification import rules_support as rules
from lianxun.rectification.enums import MACHINES, UNDER_WAY, ChangeState, SupportKind, SupportState
from lianxun.rectification.models import Support, SupportChange, SupportPlan
from lianxun.trace.rows import Rows

PLAN, LINE = "rectification.support_plan", "rectification.support"
CHANGE = "rectification.support_change"
OBJECT = "duties.support"  # every unit works with duties: whoever helps may see its own line
DO, LOOK = "DT-RC-SUPPORT", "DT-RC-INSPECT"
LEAST = 5
TOLD = ["leader", "coordinator", "liaison_officer"]
PLANS = Rows(
    SupportPlan, kind=PLAN, noun="整改协同方案", machine=MACHINES["rectification_supportplan"]
)
LINES = Rows(
    Support,
    kind=LINE,
    noun="支援事项",
    machine=MACHINES["rectification_support"],
    related=("unit",),
)


CHANGES = Rows(
    SupportChange,
    kind=CHANGE,
    noun="支援事项变更",
    machine=MACHINES["rectification_supportchange"],
)


def under_way(row: Support) -> SupportChange | None:
    """The change of a line that is neither in force nor refused."""
    return next((c for c in row.changes.all() if c.state in UNDER_WAY), None)


def lapse(row: Support) -> None:
    """What is reported or taken out is not changed any more."""
    change = under_way(row)
    if change is not None:
        CHANGES.move(change, ChangeState.LAPSED)


def take_out(row: Support, reason: str, *, now: datetime) -> None:
    """Out of the plan, with the reason; a unit that has it on its table and did not decline it is told."""
    told = row.state in (SupportState.ASKED, SupportState.AGREED, SupportState.OPEN)
    lapse(row)
    row.withdrawn_because = reason
    LINES.move(row, SupportState.WITHDRAWN, "withdrawn_because")
    if told:
        tell(row, NoticeCode.WITHDRAWN, now=now)


def line_facts(row: Support) -> rules.SupportFacts:
    change = under_way(row)
    return rules.SupportFacts(
        state=row.state,
        unit_path=row.unit.path,
        owner_path=row.owner_path,
        reported_by=row.reported_by_id,
        kind=row.kind,
        change=change.state if change else "",
        changed_by=change.proposed_by_id if change else None,
    )


def tell(row: Support, code: NoticeCode, *, now: datetime) -> None:
    duties.notify(
        now=now,
        accounts=sorted(accounts_at(unit_id=row.unit_id, roles=TOLD)),
        code=code,
        object_kind=OBJECT,
        object_id=row.id,
    )


def clock(
    row: Support, code: str, unit: Unit, due_on: date, *, actor: Actor, now: datetime
) -> None:
    own = Labels.of(row)
    if code == LOOK:  # the office's own clock is nobody else's business
        own = replace(own, addressee_unit=None, addressee_path=None)
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=OBJECT,
        object_id=row.id,
        title=f"{row.plan_number} 第{row.number}项 {SupportKind(row.kind).label}支援"[:200],
        responsible=Responsible(unit.id, unit.short_name),
        labels=own,
        due_on=due_on,
    )


def stop(row: Support, code: str, *, actor: Actor, now: datetime) -> None:
    duties.fulfil(actor=actor, now=now, object_kind=OBJECT, object_id=row.id, template_code=code)


def reason_of(reason: str) -> str:
    said = fitting("reason", reason, 300)
    if len(said) < LEAST:
        raise Invalid.at("reason", f"请写明理由（不少于 {LEAST} 个字）。")
    return said

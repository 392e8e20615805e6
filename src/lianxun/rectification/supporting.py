"""What the acts of a support plan share: its rows, its facts for the rules."""

from __future__ import annotations

from lianxun.rectification import rules
from lianxun.rectification.enums import MACHINES
from lianxun.rectification.models import Support, SupportPlan
from lianxun.trace.rows import Rows

PLAN, LINE = "rectification.support_plan", "rectification.support"
OBJECT = "duties.support"  # every unit works with duties: whoever helps may see its own line
DO, LOOK = "DT-RC-SUPPORT", "DT-RC-INSPECT"
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


def line_facts(row: Support) -> rules.SupportFacts:
    return rules.SupportFacts(
        state=row.state,
        unit_path=row.unit.path,
        owner_path=row.owner_path,
        reported_by=row.reported_by_id,
    )

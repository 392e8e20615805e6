"""Each unit reports its progress every quarter, in its own words; the report meets its time limit (R-9.1-4)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.access.queries import accounts_overseeing
from lianxun.appraisal import rules
from lianxun.appraisal.common import REPORT, period_name, tell, today_of, worded
from lianxun.appraisal.models import QuarterReport
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

LEAST, MOST = 20, 4000
AHEAD_DAYS = 30  # a quarter is reported on from its last month


@operation("appraisal.report_quarter")
def report_quarter(
    *,
    actor: Actor,
    now: datetime,
    year: int,
    quarter: int,
    done: str,
    plans: str,
    problems: str = "",
) -> UUID:
    """Report what the own unit did in a quarter. Closes the time limit of exactly this quarter; late stays late.

    Returns the report's id.
    """
    require(rules.may_report(actor))
    today = today_of(now)
    errors = worded("done", done, least=LEAST, most=MOST, what="工作进展")
    errors += worded("plans", plans, least=5, most=MOST, what="下步打算")
    errors += worded("problems", problems, least=0, most=MOST, what="存在问题")
    if quarter not in range(1, 5) or not -1 <= year - today.year <= 0:
        errors.append(FieldError("quarter", "请选择今年或去年的一个季度。"))
    elif (_last_day(year, quarter) - today).days > AHEAD_DAYS:
        errors.append(
            FieldError(
                "quarter", f"{period_name(year, quarter)}还没有结束，季末前 30 日起可以报送。"
            )
        )
    if errors:
        raise Invalid(*errors)
    unit = Unit.objects.get(id=actor.unit_id)
    if QuarterReport.objects.filter(unit=unit, year=year, quarter=quarter).exists():
        raise WrongState(f"{period_name(year, quarter)}的进展已经报送。")
    due_on = duties.fulfil_quarter(
        actor=actor,
        now=now,
        unit_id=unit.id,
        library=rules.ROOM,
        year=year,
        quarter=quarter,
        reason=f"{period_name(year, quarter)}进展报告已报送",
    )
    row = QuarterReport.objects.create(
        created_at=now,
        unit=unit,
        year=year,
        quarter=quarter,
        done=done.strip(),
        problems=problems.strip(),
        plans=plans.strip(),
        reported_by_id=actor.account_id,
        reported_on=today,
        due_on=due_on,
        level=Level.INTERNAL,
        region=unit.region,
        owner_unit=unit.id,
        owner_path=unit.path,
    )
    office = accounts_overseeing(region=unit.region, role="coordinator", duty=rules.ROOM)
    tell(office, NoticeCode.ARRIVED, now=now, kind=REPORT, object_id=row.id)
    noting().about(
        REPORT, row.id, revision=row.revision, level=row.level, year=year, quarter=quarter
    )
    return row.id


def _last_day(year: int, quarter: int) -> date:
    return date(year, *{1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}[quarter])

"""What the acts of the room share: the rows, the facts, the labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from lianxun.appraisal import rules
from lianxun.appraisal.body import Body, body_of
from lianxun.appraisal.enums import MACHINES, ObjectionState, SheetState
from lianxun.appraisal.models import Line, Objection, Outcome, Period, Scheme, Sheet
from lianxun.appraisal.scoring import Case, Scored
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.rows import Rows

SCHEME, PERIOD, SHEET = "appraisal.scheme", "appraisal.period", "appraisal.sheet"
OUTCOME, REPORT = "appraisal.outcome", "appraisal.report"
OBJECT_CLOCK, DECIDE_CLOCK, TALK_CLOCK = "DT-AS-OBJECT", "DT-AS-DECIDE", "DT-AS-TALK"
SIGN_OFF, APPROVE, USE = "appraisal.sign_off", "appraisal.scheme", "appraisal.outcome"
TOLD = ["leader", "liaison_officer"]  # whom news of the own sheet reaches in a unit
COUNTED_LEVEL = 2  # 敏感: cases above it and in compartments burden nobody's figure
SCHEMES = Rows(
    Scheme,
    kind=SCHEME,
    noun="指标体系",
    machine=MACHINES["appraisal_scheme"],
    related=("drafted_by",),
)
PERIODS = Rows(
    Period, kind=PERIOD, noun="考核期", machine=MACHINES["appraisal_period"], related=("scheme",)
)
SHEETS = Rows(
    Sheet,
    kind=SHEET,
    noun="考核表",
    machine=MACHINES["appraisal_sheet"],
    related=("unit", "scheme"),
)
OBJECTIONS = Rows(
    Objection,
    kind=SHEET,
    noun="异议",
    machine=MACHINES["appraisal_objection"],
    related=("sheet__unit", "line"),
)
OUTCOMES = Rows(
    Outcome, kind=OUTCOME, noun="处理建议", machine=MACHINES["appraisal_outcome"], related=("unit",)
)


def today_of(now: datetime) -> date:
    return timezone.localdate(now)


def body_for(scheme: Scheme) -> Body:
    return body_of(scheme.body, share=scheme.share, weights=scheme.weights)


def period_name(year: int, quarter: int) -> str:
    return f"{year}年度" if quarter == 0 else f"{year}年第{'一二三四'[quarter - 1]}季度"


def facts_of(period: Period) -> rules.Facts:
    """One query for the sheets and objections the actor sees."""
    sheets = list(period.sheets.order_by("id").values_list("state", flat=True))
    waits = Objection.objects.filter(sheet__period=period, state=ObjectionState.FILED)
    return rules.Facts(
        state=period.state,
        owner_path=period.owner_path,
        region=period.region,
        quarter=period.quarter,
        units=period.units,
        seen=len(sheets),
        calculated_by=period.calculated_by_id,
        open_objections=waits.count(),
        review_until=period.review_until,
        waiting=sum(s == SheetState.SHOWN for s in sheets),
    )


def sheet_facts(sheet: Sheet) -> rules.SheetFacts:
    return rules.SheetFacts(
        state=sheet.state,
        unit_id=sheet.unit_id,
        owner_path=sheet.owner_path,
        region=sheet.region,
        object_until=sheet.object_until,
    )


def objection_facts(row: Objection) -> rules.ObjectionFacts:
    return rules.ObjectionFacts(
        state=row.state,
        owner_path=row.owner_path,
        region=row.region,
        calculated_by=row.calculated_by,
        filed_by=row.filed_by_id,
    )


def outcome_facts(row: Outcome, body_path: str = "") -> rules.OutcomeFacts:
    return rules.OutcomeFacts(
        state=row.state,
        kind=row.kind,
        owner_path=row.owner_path,
        region=row.region,
        proposed_by=row.proposed_by_id,
        body_path=body_path,
    )


def cases_of(line: Line) -> list[Case]:
    return [
        Case(
            id=UUID(raw["id"]),
            due_on=date.fromisoformat(raw["due"]),
            done_on=date.fromisoformat(raw["done"]) if raw["done"] else None,
            in_time=raw["in_time"],
        )
        for raw in line.cases
    ]


def raw_of(cases: Iterable[Case]) -> list[dict[str, Any]]:
    return [
        {
            "id": str(c.id),
            "due": c.due_on.isoformat(),
            "done": c.done_on.isoformat() if c.done_on else "",
            "in_time": c.in_time,
        }
        for c in cases
    ]


def scored_of(line: Line) -> Scored:
    return Scored(
        code=line.code,
        weight=line.weight,
        met=line.met,
        due=line.due,
        effective=line.effective,
        score=line.score,
    )


def grade_of(body: Body, total: int | None, *, vetoed: bool = False) -> str:
    """The grade of a total in hundredths; nothing is graded where nothing was scored. A veto is the lowest."""
    if vetoed:
        return body.grades[-1].label
    return "" if total is None else body.grade_of(total / 100)


def body_unit(kind: UnitKind, *, region: int) -> Unit:
    """The committee or the leading group of a region. Raises ``Invalid`` where there is none."""
    found = Unit.objects.filter(kind=kind, region=region, valid_to__isnull=True).first()
    if found is None:
        raise Invalid.at("body", f"本级还没有登记“{kind.label}”，请先在“组织”中登记。")
    return found


def audience_of(owner: Unit) -> str:
    """The path of the party committee that the office works for: everything below it is its audience."""
    above = Unit.objects.filter(kind=UnitKind.GOVERNMENT, valid_to__isnull=True)
    paths = [
        p for p in above.order_by("path").values_list("path", flat=True) if owner.path.startswith(p)
    ]
    return max(paths, key=len, default=owner.path)


def worded(place: str, text: str, *, least: int, most: int, what: str) -> list[FieldError]:
    """What is wrong with the length of a text."""
    length = len(text.strip())
    if length < least:
        return [FieldError(place, f"请写明{what}（不少于 {least} 个字）。")]
    if length > most:
        return [FieldError(place, f"{what}不超过 {most} 字（现为 {length} 字），请精简。")]
    return []


def tell(
    accounts: Iterable[UUID], code: NoticeCode, *, now: datetime, kind: str, object_id: UUID
) -> None:
    chosen: Sequence[UUID] = sorted(set(accounts))
    duties.notify(now=now, accounts=chosen, code=code, object_kind=kind, object_id=object_id)

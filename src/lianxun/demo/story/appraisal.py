"""The last quarter is counted, read by every unit and closed; this year is being counted; one unit is commended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lianxun.appraisal import operations as do
from lianxun.appraisal import queries
from lianxun.appraisal.records import PeriodRecord, SheetRecord
from lianxun.coordination import operations as meetings
from lianxun.coordination import queries as meeting_queries
from lianxun.coordination.records import DecisionRecord, MeetingRecord
from lianxun.demo.people import ACCOUNTS, unit_id
from lianxun.demo.story.teller import Teller, units

_OFFICERS = {unit_id(a.unit): a.key for a in ACCOUNTS if a.roles == ("liaison_officer",)}

WORK = ("工程造价", "政府采购", "项目拨款", "资产登记", "往来款项", "专项资金")


def last_quarter(today: date) -> tuple[int, int, date]:
    """Year, number and last day of the quarter that ended before ``today``."""
    end = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return end.year, (end.month - 1) // 3 + 1, end


def told(t: Teller) -> Iterator[int]:
    year, quarter, end = last_quarter(t.present)
    since = (t.present - end).days
    yield from _decisions(t, since)
    ago = max(since - 3, 1)
    yield ago
    for scheme_year in sorted({year, t.present.year}):
        scheme = t.do(
            "coordinator", do.draft_scheme, year=scheme_year, share=20, note="按工作方案拟订。"
        )
        t.do("coordinator", do.submit_scheme, scheme_id=scheme, revision=1)
        t.decide("chair", f"{scheme_year}年度巡视协调对接考核指标体系")
    period = t.do("coordinator", do.calculate, year=year, quarter=quarter)

    def found() -> PeriodRecord:
        return t.see("coordinator", queries.period, period_id=period)

    t.do("coordinator", do.show, period_id=period, revision=found().revision)
    _answer(t, found())
    t.do("coordinator", do.close_review, period_id=period, revision=found().revision)
    t.do(
        "audit",
        do.report_quarter,
        year=year,
        quarter=quarter,
        done="按需求提供审计结论和整改台账，参加信息会商，派员参加联合检查。",
        problems="部分项目审计尚未结束，数据只能分批提供。",
        plans="年底前完成工程审计数据口径统一，按月更新。",
    )
    yield max(ago - 2, 0)
    praise = t.do(
        "coordinator",
        do.propose,
        kind="commend",
        cause="result",
        unit_id=unit_id("YL-SJ"),
        facts="牵头统一工程审计数据口径，按期提供审计结论，联合检查派员到位。",
        person_post="联络员",
    )
    t.do("coordinator", do.submit_outcome, outcome_id=praise, revision=1)
    t.decide("chair", "通报表扬：省审计厅")
    t.do("coordinator", do.calculate, year=t.present.year, quarter=0)


def _decisions(t: Teller, since: int) -> Iterator[int]:
    """A meeting of the quarter gave two units enough to do for their figures to say something: one did all in
    time, the other two of six late. ``since``: days from the end of the quarter to today."""
    yield since + 40
    meeting = t.do(
        "coordinator",
        meetings.convene,
        body_id=unit_id("YL-CC"),
        kind="joint",
        title="数据口径联席会议",
        planned_on=t.day(since + 40),
        place="省委巡视办一号会议室",
        topics=["逐项落实数据口径"],
        units=units("YL-SJ", "YL-CZ"),
    )

    def found() -> MeetingRecord:
        return t.see("coordinator", meeting_queries.meeting, meeting_id=meeting)

    said = found()
    t.do(
        "coordinator",
        meetings.record,
        meeting_id=meeting,
        revision=said.revision,
        held_on=t.day(since + 40),
        minutes={said.agenda[0].id: "会议逐项明确了口径统一的责任单位和完成时间。"},
        attendance={row.id: ("present", "分管领导") for row in said.invitations},
    )
    for what in WORK:
        for unit in ("YL-SJ", "YL-CZ"):
            t.do(
                "coordinator",
                meetings.add_decision,
                meeting_id=meeting,
                revision=found().revision,
                item_id=said.agenda[0].id,
                text=f"统一{what}数据口径",
                unit_id=unit_id(unit),
                due_on=t.day(since + 20),
            )
    t.do("chair", meetings.confirm, meeting_id=meeting, revision=found().revision)
    given = found().decisions
    late = [d for d in given if d.unit_id == unit_id("YL-CZ")][:2]
    yield since + 25
    for row in given:
        if row not in late:
            _done(t, row)
    yield since + 10
    for row in late:
        _done(t, row)


def _done(t: Teller, row: DecisionRecord) -> None:
    """The unit reports, the chair checks."""
    t.do(
        _OFFICERS[row.unit_id],
        meetings.report_decision,
        decision_id=row.id,
        revision=row.revision,
        report="口径说明已印发，附字段对照表。",
    )
    again = t.see("chair", meeting_queries.decision, decision_id=row.id)
    t.do(
        "chair",
        meetings.check_decision,
        decision_id=row.id,
        revision=again.revision,
        accepts=True,
    )


def _answer(t: Teller, period: PeriodRecord) -> None:
    """Every unit reads its own sheet and agrees to it."""
    for row in period.sheets:
        who = _OFFICERS[row.unit_id]
        mine: SheetRecord = t.see(who, queries.sheet, sheet_id=row.id)
        t.do(who, do.confirm_sheet, sheet_id=mine.id, revision=mine.revision)

"""The committee's quarterly meeting with what it decided, and the leading group's that is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lianxun.coordination import operations as do
from lianxun.coordination import queries
from lianxun.coordination.records import MeetingRecord
from lianxun.demo.people import unit_id
from lianxun.demo.story.teller import Teller, units


def _year(t: Teller) -> None:
    """The committee's plan of the year: agreed by the chair, one line struck off, one under way."""
    plan = t.do(
        "coordinator",
        do.draft_year_plan,
        body_id=unit_id("YL-CC"),
        year=t.now.year,
        aim="围绕全年巡视任务，统筹信息共享、线索移交和整改督导，逐项销号。",
    )
    for revision, (text, unit) in enumerate(
        (
            ("建立工程审计数据统一口径", "YL-SJ"),
            ("完善政府采购数据按季共享机制", "YL-CZ"),
        ),
        start=1,
    ):
        t.do(
            "coordinator",
            do.add_plan_line,
            plan_id=plan,
            revision=revision,
            text=text,
            unit_id=unit_id(unit),
            due_on=date(t.now.year, 12, 31),
            source="standing",
            source_name="协调对接委员会职责",
        )
    t.do("coordinator", do.submit_year_plan, plan_id=plan, revision=3)
    t.decide("chair", "年度协调对接计划")
    lines = t.see("coordinator", queries.year_plan, plan_id=plan).lines
    first = lines[0]
    t.do(
        "audit",
        do.report_plan_line,
        line_id=first.id,
        revision=first.revision,
        result="口径说明和字段对照表已印发各成员单位。",
    )
    t.do("chair", do.strike_plan_line, line_id=first.id, revision=first.revision + 1)


def told(t: Teller) -> Iterator[int]:
    """Called, held, minutes confirmed by the chair; one decision done, one under way; another meeting called."""
    yield 22
    _year(t)
    yield 21
    meeting = t.do(
        "coordinator",
        do.convene,
        body_id=unit_id("YL-CC"),
        kind="regular",
        title="协调对接委员会季度会商",
        planned_on=t.day(17),
        place="省委巡视办一号会议室",
        topics=["通报协调对接进展", "研究数据提供中的堵点"],
        units=units("YL-SJ", "YL-CZ", "YL-XF"),
    )

    def found() -> MeetingRecord:
        return t.see("coordinator", queries.meeting, meeting_id=meeting)

    yield 17
    said = found()
    t.do(
        "coordinator",
        do.record,
        meeting_id=meeting,
        revision=said.revision,
        held_on=t.day(17),
        minutes={
            said.agenda[0].id: "会议听取联络员办公室通报，对按期提供数据的单位予以肯定。",
            said.agenda[1].id: "工程审计数据口径不一，由审计厅牵头统一口径，财政厅配合。",
        },
        attendance={
            row.id: ("excused", "分管领导出差")
            if row.unit_name == "省信访局"
            else ("present", "分管领导")
            for row in said.invitations
        },
    )
    for text, unit, days in (
        ("统一工程审计数据口径并发各单位", "YL-SJ", 7),
        ("补报政府采购合同台账", "YL-CZ", -9),
    ):
        t.do(
            "coordinator",
            do.add_decision,
            meeting_id=meeting,
            revision=found().revision,
            item_id=said.agenda[1].id,
            text=text,
            unit_id=unit_id(unit),
            due_on=t.day(days),
        )
    yield 16
    t.do("chair", do.confirm, meeting_id=meeting, revision=found().revision)
    yield 9
    first = found().decisions[0]
    t.do(
        "audit",
        do.report_decision,
        decision_id=first.id,
        revision=first.revision,
        report="口径说明已印发各成员单位，附字段对照表。",
    )
    yield 8
    first = found().decisions[0]
    t.do("chair", do.check_decision, decision_id=first.id, revision=first.revision, accepts=True)
    yield 2
    t.do(
        "coordinator",
        do.convene,
        body_id=unit_id("YL-LG"),
        kind="regular",
        title="领导小组季度会议",
        planned_on=t.day(-6),
        place="省委三号楼会议室",
        topics=["听取协调对接委员会季度工作汇报"],
        units=units("YL-CC"),
    )

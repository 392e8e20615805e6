"""Every number of days in the rules, held against the shipped data: law, regulation, published practice or
proposal · number · how days count · from when · where it stands.

The numbers here are typed from the rules, not from the data. A template with a number that no rule below
names fails too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from lianxun.access import breakglass
from lianxun.documents.retention import periods
from lianxun.duties import queries, rules
from lianxun.duties.models import DutyTemplate
from lianxun.duties.seed import template_rows
from lianxun.fabric.identity import acting_as
from lianxun.leads.rules import result_clock, sorting_clock
from lianxun.leads.sources import keystore
from lianxun.organisation.rules import parameters
from tests.support.cast import account_id

SOURCE_PLAN, REAL = "source-plan", "real-practice"
ON_MONTH = 12


@dataclass(frozen=True)
class Said:
    """One number of the rules. ``longer``: months of extension; ``sizes``: other amounts by size of body."""

    clause: str
    code: str
    amount: int
    days: str  # calendar, working, month, hour
    anchor: str
    file: str
    preset: str = "common"
    longer: int = 0
    sizes: tuple[tuple[str, int], ...] = ()
    warn: int | None = None
    every: str = "none"
    on: tuple[int | None, ...] = (None, None, None)  # weekday (Monday = 0), month, day
    since: date = date(2024, 1, 1)


def both(clause: str, code: str, amount: int, **more: Any) -> tuple[Said, Said]:
    values = {"days": "calendar", "anchor": "entry", "file": "milestones", **more}
    return (
        Said(clause, code, amount, preset=SOURCE_PLAN, **values),
        Said(clause, code, amount, preset=REAL, **values),
    )


NODES = (
    *both("7.1 会商不迟于进驻前 15 日", "MS-N1A", -15),
    *both("7.2 数据更新不迟于进驻前 10 日", "MS-N1B", -10),
    *both("7.2 协作方案不迟于进驻前 5 日", "MS-N2", -5),
    *both("7.2 人员到位不迟于进驻前 3 日", "MS-N3", -3),
    *both("7.2 进驻后 3 日内启动联合检查", "MS-N4", 3),
    *both("7.2 每周五移交线索", "MS-N5", 0, every="weekly", on=(4, None, None)),
    *both("7.2 数据共享每日完成", "MS-N6", 0, every="daily"),
    Said("7.2 结束后 5 日内", "MS-N7", 5, "calendar", "on_site_end", "milestones", SOURCE_PLAN),
    Said(
        *("7.2 15 日黄线，6.4 一个月红线", "MS-N8", 30, "calendar", "on_site_end", "milestones"),
        preset=SOURCE_PLAN,
        warn=15,
    ),
    Said("7.2 结束后 30 日内", "MS-N9", 30, "calendar", "on_site_end", "milestones", SOURCE_PLAN),
    Said("反馈后 1 个月", "MS-N7", 1, "month", "feedback", "milestones", REAL),
    Said("3 个月整改＋1 个月评估", "MS-N8", 4, "month", "feedback", "milestones", REAL, warn=3),
    Said("反馈后 30 日", "MS-N9", 30, "calendar", "feedback", "milestones", REAL),
    *both("7.2 每年 6 月", "MS-N10", 0, anchor="calendar", every="annual", on=(None, 6, 30)),
    *both("7.2 每年 12 月", "MS-N11", 0, anchor="calendar", every="annual", on=(None, 12, 31)),
    *both("7.2 年底", "MS-N12", 0, anchor="calendar", every="annual", on=(None, 12, 31)),
    Said("定远：进驻前 10 日通知", "MS-NOTICE", -10, "calendar", "entry", "milestones", REAL),
    Said("定远：1 个月内书记专题会", "MS-REPORT", 1, "month", "on_site_end", "milestones", REAL),
)
COURSE = (
    Said(
        *("7.3 一般 2 个月、县 1 个月、大型国企 3 个月，延长 1 个月", "DT-IN-ONSITE"),
        *(2, "month", "entry", "clocks"),
        longer=1,
        sizes=(("county", 1), ("large_enterprise", 3)),
    ),
    Said("SM-4 联络员 1 个工作日接受", "DT-IN-TASK", 1, "working", "event", "clocks"),
    Said("印证函 5 个工作日", "DT-IN-CORROB", 5, "working", "event", "clocks"),
    Said("SM-7 回头看 1 个月", "DT-IN-RETURN", 1, "month", "event", "clocks"),
    Said("定远：进驻前 10 日通知", "DT-IN-NOTICE10", -10, "calendar", "entry", "clocks"),
    Said("7.3 延期增派，3 个工作日", "DT-IN-REINFORCE", 3, "working", "event", "clocks"),
    Said("6.4 总结提升 1 个月", "DT-IN-EVALUATE", 1, "month", "event", "clocks"),
    Said("西乡：审批 1—3 个工作日", "DT-AP-DECIDE", 3, "working", "event", "clocks"),
)
EXCHANGE = (
    Said("高平：校核 2 个工作日", "DT-EX-CHECK", 2, "working", "event", "clocks"),
    Said("高平：答复 5 个工作日", "DT-EX-REPLY", 5, "working", "event", "clocks"),
    Said("高平、贵州：提供 10 个工作日", "DT-EX-SUPPLY", 10, "working", "event", "clocks"),
    Said("7.3 紧急 24 小时", "DT-EX-URGENT", 24, "hour", "event", "clocks"),
    Said("SM-3 协商 3 个工作日", "DT-EX-NEGOTIATE", 3, "working", "event", "clocks"),
    Said("SM-3 验收 5 个工作日", "DT-EX-ACCEPT", 5, "working", "event", "clocks"),
    Said("高平：数据校核 2 个工作日", "DT-EX-CORRECT", 2, "working", "event", "clocks"),
)
LEADS = (
    Said("信访工作条例：15 日甄别", "DT-LD-SORT", 15, "calendar", "event", "clocks"),
    Said("检举控告规则第十六条：5 个工作日", "DT-LD-FORWARD", 5, "working", "event", "clocks"),
    Said("SM-2 签收 3 个工作日", "DT-LD-RECEIPT", 3, "working", "event", "clocks"),
    Said("信访工作条例：异议 5 个工作日", "DT-LD-OBJECT", 5, "working", "event", "clocks"),
    Said("处置意见 1 个月", "DT-LD-OPINION", 1, "month", "event", "clocks"),
    Said("2015 条例第二十八条：3 个月", "DT-LD-RESULT", 3, "month", "event", "clocks", longer=3),
    Said("云南：3 个月，复杂 6 个月", "DT-LD-AUDIT", 3, "month", "event", "clocks", longer=3),
    Said("SM-2 暂存每 6 个月复查", "DT-LD-HELD", 6, "month", "event", "clocks"),
    Said("保护：24 小时集结", "DT-LD-PROTECT", 24, "hour", "event", "clocks"),
    Said("保护：3 个工作日报告", "DT-LD-PROTECT3", 3, "working", "event", "practice"),
    Said("谈话函询：谈话或答复后 30 日", "DT-LD-INQUIRY", 30, "calendar", "event", "practice"),
    Said("西乡：初核 15 个工作日", "DT-LD-PRELIM", 15, "working", "event", "practice"),
    Said("信访工作条例：15 日告知", "DT-PT-TELL", 15, "calendar", "event", "practice"),
    Said("信访工作条例：60 日办结", "DT-PT-CLOSE", 60, "calendar", "event", "practice"),
    Said("信访工作条例：延长 30 日", "DT-PT-LONGER", 30, "calendar", "event", "practice"),
    Said("信访工作条例：复查 30 日", "DT-PT-REVIEW", 30, "calendar", "event", "practice"),
    Said("信访工作条例：复核 30 日", "DT-PT-RECHECK", 30, "calendar", "event", "practice"),
    Said("疑点终止满 6 个月销毁", "DT-LD-DESTROY", 6, "month", "event", "retention"),
    Said("期满 1 个月内处置", "DT-DC-DISPOSE", 1, "month", "event", "retention"),
)
RECTIFICATION = (
    Said("反馈后 1 个月报方案", "DT-RC-PLAN", 1, "month", "feedback", "clocks"),
    # 东海：半年、至多一年 = 约定日期之后只延一次，至多 6 个月。
    Said("东海：至多 1 年", "DT-RC-ITEM", 0, "working", "explicit", "clocks", longer=6),
    Said("立行立改：约定日期", "DT-RC-IMMEDIATE", 0, "working", "explicit", "clocks"),
    Said("核验 10 个工作日", "DT-RC-CHECK", 10, "working", "event", "clocks"),
    Said("2015 条例第二十七条：2 个月", "DT-RC-REPORT", 2, "month", "feedback", "clocks"),
    Said(
        *("定远 3 个月，中央做法 6 个月", "DT-RC-PERIOD", 3, "month", "feedback", "clocks"),
        sizes=(("large_enterprise", 6),),
    ),
    Said("贵阳：期满 1 个月内评估", "DT-RC-ASSESS", 1, "month", "event", "clocks"),
    Said("督查条例第十七条：30 日", "DT-RC-OBJECT", 30, "calendar", "event", "clocks"),
    Said("SM-6 督办 15 日", "DT-RC-JOINT", 15, "calendar", "event", "clocks"),
    Said("SM-6 批准后 3 个工作日发通知书", "DT-RC-NOTICE", 3, "working", "event", "clocks"),
    Said("SM-6 答复期满后 10 个工作日核查", "DT-RC-SITE", 10, "working", "event", "clocks"),
    Said("5.3 约谈承诺的期限", "DT-RC-PLEDGE", 0, "working", "explicit", "clocks"),
)
EMERGENCY = (
    Said("5.4 响应 24 小时", "DT-CO-RESPOND", 24, "hour", "event", "clocks"),
    Said("5.4 处置 48 小时", "DT-CO-HANDLE", 48, "hour", "event", "clocks"),
    Said("7.3 到位 1 小时", "DT-CO-MUSTER", 1, "hour", "event", "practice"),
    Said("7.3 方案 3 小时", "DT-CO-PLAN", 3, "hour", "event", "practice"),
    Said("5.4 一级 2 小时", "DT-CO-RESTORE1", 2, "hour", "event", "practice"),
    Said("5.4 二级 4 小时", "DT-CO-RESTORE2", 4, "hour", "event", "practice"),
    Said("5.4 三级 24 小时", "DT-CO-RESTORE3", 24, "hour", "event", "practice"),
    Said("保密法实施条例：24 小时", "DT-CO-LEAK", 24, "hour", "event", "practice"),
    *(
        Said(
            f"网安事件报告：{n} 小时", code, n, "hour", "event", "practice", since=date(2025, 11, 1)
        )
        for code, n in (("DT-CO-CII", 1), ("DT-CO-CENTRAL", 2), ("DT-CO-OTHER", 4))
    ),
    Said("应急调阅 24 小时复核", "DT-AC-REVIEW", 24, "hour", "event", "clocks"),
    Said("应急调阅 3 个工作日停用", "DT-AC-BLOCK", 3, "working", "event", "practice"),
)


def standing(clause: str, code: str, every: str, *on: int | None, file: str = "clocks") -> Said:
    days = "calendar" if file == "practice" else "working"
    return Said(clause, code, 0, days, "calendar", file, every=every, on=on or (None, None, None))


APPRAISAL = (
    Said("建议值：5 个工作日内复核", "DT-AS-OBJECT", 5, "working", "event", "appraisal"),
    Said("建议值：10 个工作日内裁定", "DT-AS-DECIDE", 10, "working", "event", "appraisal"),
    Said("建议值：决定后 10 个工作日内约谈", "DT-AS-TALK", 10, "working", "event", "appraisal"),
)
STANDING = (
    standing("7.2 周通报", "DT-ST-WEEK", "weekly", 4, None, None),
    standing("9.1 季度报告", "DT-ST-QUARTER", "quarterly"),
    standing("4.1 季度会商", "DT-ST-MEETING", "quarterly"),
    standing("9.1 季度会议", "DT-ST-GROUP", "quarterly"),
    standing("检举控告规则第十八条：每季度", "DT-ST-LEADS", "quarterly", file="practice"),
    standing("7.1 季度微调", "DT-ST-TUNE", "quarterly"),
    standing("7.1 年度修订", "DT-ST-REVISE", "annual", None, ON_MONTH, 31),
    standing("7.2 每年 12 月", "DT-ST-UPGRADE", "annual", None, ON_MONTH, 31),
    standing("4.4 每年一次", "DT-ST-TRAINING", "annual", None, ON_MONTH, 31),
    Said("4.2 按协同方案约定期限", "DT-RC-SUPPORT", 0, "working", "explicit", "clocks"),
    Said("4.2 按协同方案检查节点", "DT-RC-INSPECT", 0, "working", "explicit", "clocks"),
    Said("SM-7 收到提请后 10 个工作日答复", "DT-IN-ASKED", 10, "working", "event", "clocks"),
    Said("SM-4 分派后 1 个工作日签收", "DT-JT-ACCEPT", 1, "working", "event", "clocks"),
    Said("4.2、4.3 联合检查任务按约定日期", "DT-JT-DO", 0, "working", "explicit", "clocks"),
    Said("4.1、9.1 会议议定事项按约定日期", "DT-CD-DECISION", 0, "working", "explicit", "clocks"),
    Said("7.2 日调度要求按约定日期", "DT-DU-INSTRUCT", 0, "working", "explicit", "dispatch"),
    Said("4.1 年度计划事项按约定日期", "DT-CD-PLAN", 0, "working", "explicit", "clocks"),
    Said("7.1 倒排工期，按约定日期", "DT-IN-PHASE", 0, "working", "explicit", "clocks", longer=1),
    *(
        Said(clause, code, 0, "calendar", "explicit", "institutions")
        for clause, code in (
            ("6.3 每季度", "DT-RG-QUARTER"),
            ("7.2 每年 6 月", "DT-RG-JUNE"),
            ("6.3 每两年", "DT-RG-BIENNIAL"),
        )
    ),
)
ALL = (*NODES, *COURSE, *EXCHANGE, *LEADS, *RECTIFICATION, *EMERGENCY, *STANDING, *APPRAISAL)
FILES = (
    *("milestones", "clocks", "institutions", "retention", "practice", "dispatch"),
    "appraisal",
)


def shipped() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (row["code"], row["preset"]): {**row, "file": file}
        for file in FILES
        for row in template_rows(file)
    }


def facts(row: Any) -> tuple[Any, ...]:
    """What a template says in numbers, from the file or from the database."""
    get = row.get if isinstance(row, dict) else lambda name, default=None: getattr(row, name)
    return (
        *(get("amount", 0), get("day_kind"), get("anchor"), get("recurrence"), get("valid_from")),
        *(get("extension_months", 0) or 0, get("warn_amount"), get("on_weekday"), get("on_month")),
        *(get("on_day"), {k: v["amount"] for k, v in (get("profiles", None) or {}).items()}),
    )


def expected(said: Said) -> tuple[Any, ...]:
    return (
        *(said.amount, said.days, said.anchor, said.every, said.since, said.longer, said.warn),
        *(*said.on, dict(said.sizes)),
    )


@pytest.mark.parametrize("said", ALL, ids=lambda s: f"{s.code}/{s.preset}")
def test_a_rule_stands_in_the_data_as_it_was_said(said: Said) -> None:
    row = shipped()[said.code, said.preset]
    assert facts(row) == expected(said), said.clause
    assert row["file"] == said.file
    assert row["clause"]
    assert row["source"]
    assert row["confidence"] in {"R", "K", "P"}


def test_no_template_has_a_number_that_no_rule_names() -> None:
    assert set(shipped()) == {(s.code, s.preset) for s in ALL}
    assert len({(s.code, s.preset) for s in ALL}) == len(ALL)


def test_the_database_holds_what_is_shipped(cast: Any) -> None:
    with acting_as(account_id("coordinator")), transaction.atomic():
        rows = {(t.code, t.preset): t for t in DutyTemplate.objects.filter(version=1)}
        for said in ALL:
            assert facts(rows[said.code, said.preset]) == expected(said), said
        assert queries.amount_of("DT-AC-BLOCK", on=date(2026, 3, 2)) == 3
        with pytest.raises(LookupError, match="DT-CO-CII"):
            queries.amount_of("DT-CO-CII", on=date(2025, 10, 31))  # in force a day later
        assert queries.amount_of("DT-CO-CII", on=date(2025, 11, 1)) == 1


@pytest.mark.parametrize(
    ("source", "sorts", "answers"),
    [
        ("petition", ("DT-LD-SORT", 15), "DT-LD-RESULT"),
        ("found", ("DT-LD-SORT", 15), "DT-LD-RESULT"),
        ("analysis", ("DT-LD-SORT", 15), "DT-LD-RESULT"),
        ("member", ("DT-LD-FORWARD", 5), "DT-LD-RESULT"),
        ("audit", ("DT-LD-FORWARD", 5), "DT-LD-AUDIT"),
    ],
)
def test_a_lead_runs_under_the_rule_of_its_source(
    source: str, sorts: tuple[str, int], answers: str
) -> None:
    """SM-2: petitions 15 days, what others passed on 5 working days; audits answer by their own rule."""
    assert (sorting_clock(source), result_clock(source)) == (sorts[0], answers)
    assert shipped()[sorts[0], "common"]["amount"] == sorts[1]


def recusal() -> Any:
    return parameters("recusal", date(2026, 3, 2))


@pytest.mark.parametrize(
    ("clause", "found", "number"),
    [
        ("SM-5 绿：剩 20 日", lambda: rules.GREEN_LEFT, 20),
        ("SM-5 黄：剩 10 日", lambda: rules.YELLOW_LEFT, 10),
        ("应急调阅至多 4 小时", lambda: breakglass.HOURS, 4),
        ("应急调阅 24 小时审查", lambda: breakglass.REVIEW_HOURS, 24),
        ("数据密钥副本至多 35 天", lambda: keystore.MOST_DAYS, 35),
        ("保管 10 年", lambda: periods().years["years_10"], 10),
        ("保管 30 年", lambda: periods().years["years_30"], 30),
        ("北航：近 3 年工作过", lambda: recusal()["worked_within_years"], 3),
        ("北航：累计超过 3 年", lambda: recusal()["worked_longer_than_years"], 3),
        ("北航：3 年内上下级", lambda: recusal()["superior_within_years"], 3),
    ],
)
def test_a_number_outside_the_templates(clause: str, found: Any, number: int) -> None:
    assert found() == number, clause

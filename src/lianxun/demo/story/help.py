"""The plan of help for the university: a line at work that is to change, and one waiting for the look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from lianxun.demo.people import unit_id
from lianxun.demo.story.teller import Teller
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as ledger


def of_university(t: Teller, task: UUID, item: UUID) -> Iterator[int]:
    """Two units help with the archives and the budget; the committee approves; people are named, one line is
    asked for more time, one reports."""
    yield 17
    plan = t.do(
        "coordinator",
        rectify.draft_support_plan,
        engagement_id=task,
        aim="统筹组织、财政两家力量，帮助学校补齐干部档案和预算管理短板。",
    )
    lines: list[UUID] = []

    def on_plan(call: Callable[..., Any], **fields: Any) -> Any:
        seen = t.see("coordinator", ledger.support_plan, plan_id=plan)
        return t.do("coordinator", call, plan_id=plan, revision=seen.revision, **fields)

    def on_line(who: str, call: Callable[..., Any], line: UUID, **fields: Any) -> None:
        seen = t.see(who, ledger.support_line, support_id=line)
        t.do(who, call, support_id=line, revision=seen.revision, **fields)

    for unit, kind, text, standard, due, target in (
        (
            "YL-ZZ",
            "people",
            "选派干部档案审核骨干驻校指导。",
            "抽查一百卷，差错率低于百分之二。",
            6,
            item,
        ),
        (
            "YL-CZ",
            "technical",
            "帮助学校建立科研经费结余预警台账。",
            "台账上线，逾期结余自动提示。",
            -30,
            None,
        ),
    ):
        lines.append(
            on_plan(
                rectify.add_support,
                unit_id=unit_id(unit),
                kind=kind,
                text=text,
                standard=standard,
                due_on=t.day(due),
                inspect_on=t.day(due - 10),
                item_id=target,
            )
        )
    on_plan(rectify.ask_supports)
    yield 16
    for who, line in zip(("personnel", "finance"), lines, strict=True):
        on_line(who, rectify.agree_support, line)
    on_plan(rectify.submit_support_plan)
    yield 14
    t.decide("chair", "整改协同方案")
    yield 13
    on_line("personnel", rectify.name_helpers, lines[0], people=[t.actor("personnel").person_id])
    yield 7
    on_line(
        "personnel",
        rectify.report_support,
        lines[0],
        result="驻校两周，复核档案一百二十卷，差错率百分之一。",
    )
    yield 5
    on_line(
        "coordinator",
        rectify.change_support,
        lines[1],
        due_on=t.day(-45),
        standard="台账上线试运行一个月，逾期结余自动提示。",
        inspect_on=t.day(-50),
        reason="学校财务系统正在升级，台账需随新系统一并上线。",
    )

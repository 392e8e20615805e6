"""How people of the story answer for items: issued, planned, handed in, checked."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from lianxun.demo.story.teller import Teller, units
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as ledger


def issue(t: Teller, task: UUID) -> list[UUID]:
    found = t.task(task)
    due = {
        "科研经费结余长期挂账不清理": 40,
        "两个基建项目超概算未按规定报批": 20,
        "干部档案审核把关不严": 2,
        "公务用车台账登记不全": 9,
        "学院“三重一大”决策记录不规范": -16,
    }
    return [
        t.do(
            "coordinator",
            rectify.issue_item,
            engagement_id=task,
            engagement_number=found.number,
            unit_id=found.unit_id,
            title=title,
            type="phased",
            due_on=t.day(ago),
        )
        for title, ago in due.items()
    ]


def act_on(t: Teller, who: str, act: object, item: UUID, **fields: object) -> None:
    found = t.see(who, ledger.item, item_id=item)
    t.do(who, act, item_id=item, revision=found.revision, **fields)  # type: ignore[arg-type]


def answer(t: Teller, item: UUID) -> None:
    """The unit's plan, reviewed by two units, approved, begun."""
    act_on(
        t,
        "other_contact",
        rectify.draft_plan,
        item,
        lead_person="校长",
        lead_unit="计划财务处",
        measures="全面自查，建立台账，修订制度，追究责任。",
        standard="连续三个月无新增同类问题",
        institution="经费管理办法",
    )
    act_on(t, "other_contact", rectify.submit_plan, item, signed_by="校长 温知行")
    act_on(
        t,
        "coordinator",
        rectify.invite,
        item,
        units=units("YL-JW", "YL-ZZ"),
        until=t.day(-30),
    )
    for who in ("discipline", "personnel"):
        act_on(t, who, rectify.review_plan, item, opinion="agree")
    act_on(t, "coordinator", rectify.decide_plan, item, approves=True)
    act_on(t, "other_contact", rectify.start, item)


def hand_in(t: Teller, item: UUID, progress: str) -> None:
    t.do(
        "other_contact",
        rectify.add_evidence,
        item_id=item,
        stream=BytesIO(f"{progress}附清单和凭证目录。".encode()),
        name="整改情况.txt",
        title="整改情况报告",
    )
    act_on(t, "other_contact", rectify.submit, item, progress=progress)


def check(t: Teller, item: UUID, verdict: str, finding: str, new_due: object = None) -> None:
    act_on(
        t,
        "guide",
        rectify.check,
        item,
        verdict=verdict,
        finding=finding,
        on_site=True,
        new_due_on=new_due,
    )

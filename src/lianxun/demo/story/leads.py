"""Leads of the story, in every state from registered to done; two lie with nobody's receipt."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from lianxun.demo.people import UNITS, unit_id
from lianxun.demo.story.teller import Teller
from lianxun.inspection import queries as inspection
from lianxun.leads import operations as acts
from lianxun.leads import queries

TEAM = ("inspector",)  # who register what the team found, in the engagement itself


def _register(t: Teller, who: str, unit: str, title: str, discipline: str = "integrity") -> UUID:
    return t.do(
        who,
        acts.register,
        seal_rule="none",
        source="found" if who in TEAM else "petition",
        title=title,
        summary=f"近两年来，{title}，来信列有时间、合同号和金额，附复印件三页。",
        discipline=discipline,
        subject_org=unit_id(unit),
        engagement_id=_task(t, unit) if who in TEAM else None,
    )


def _task(t: Teller, unit: str) -> UUID:
    """The engagement about a unit."""
    spec = next(u for u in UNITS if u.code == unit)
    found = t.see("coordinator", inspection.engagements, search=spec.name).rows
    return next(x.id for x in found if x.unit_name == spec.short)


def _act(t: Teller, who: str, act: object, lead: UUID, **fields: object) -> None:
    found = t.see(who, queries.lead, lead_id=lead)
    t.do(who, act, lead_id=lead, revision=found.revision, **fields)  # type: ignore[arg-type]


def _studied(t: Teller, lead: UUID, discipline: str = "integrity") -> None:
    _act(t, "coordinator", acts.screen, lead, discipline=discipline)
    _act(t, "coordinator", acts.study, lead, minutes="集体研究，内容具体、可查，同意移交。")


def _transfer(t: Teller, leads: tuple[UUID, ...], to: str) -> None:
    t.do("coordinator", acts.transfer, lead_ids=leads, recipient_id=unit_id(to))


def told(t: Teller) -> Iterator[int]:
    """From spring until yesterday."""
    yield 190
    old = [
        _register(t, "clerk", "YL-DX", "反映基建处负责人收受施工方礼品礼金"),
        _register(t, "petitions", "YL-DX", "反映某学院违规发放津贴补贴", "masses"),
    ]
    for lead in old:
        _studied(t, lead)
        _act(t, "leader", acts.approve, lead)
    yield 186
    _transfer(t, tuple(old), "YL-JW")
    yield 184
    for lead in old:
        _act(t, "discipline", acts.receive, lead)
        _act(
            t,
            "discipline",
            acts.dispose,
            lead,
            way="prelim",
            opinion="集体研究，初步核实。",
        )
    yield 120
    _act(
        t,
        "discipline",
        acts.record_result,
        old[0],
        outcome="partly",
        result="部分属实，已立案审查。",
    )
    _act(t, "discipline", acts.feed_back, old[0])
    yield 118
    _act(t, "coordinator", acts.finish, old[0])
    yield from _of_group(t)


def _of_group(t: Teller) -> Iterator[int]:
    yield 22
    first = _register(t, "clerk", "YL-JT", "反映采购部长期向同一供应商定向采购")
    second = _register(t, "petitions", "YL-JT", "反映投资项目论证走过场", "work")
    _studied(t, first)
    _studied(t, second, "work")
    for lead in (first, second):
        _act(t, "leader", acts.approve, lead)
    yield 15
    _transfer(t, (first,), "YL-JW")
    _transfer(t, (second,), "YL-ZZ")
    yield 14
    _act(t, "discipline", acts.receive, first)
    yield 9
    third = _register(t, "clerk", "YL-JT", "反映车辆维修费虚列")
    fourth = _register(t, "inspector", "YL-JT", "谈话中反映公务接待超标准", "work")
    _studied(t, third)
    _studied(t, fourth, "work")
    for lead in (third, fourth):
        _act(t, "leader", acts.approve, lead)
    yield 5
    _transfer(t, (third,), "YL-SJ")
    yield 4
    _act(t, "audit", acts.object_transfer, third, reason="属财务报销问题，建议由派驻机构先行核实。")
    yield 3
    waiting = [
        _register(t, "clerk", "YL-JT", title)
        for title in (
            "反映物业合同价格明显偏高",
            "反映招聘中为亲属提供便利",
            "反映下属公司私设小金库",
        )
    ]
    for lead in waiting:
        _studied(t, lead)
    yield 1
    _register(t, "clerk", "YL-JT-1", "反映征收补偿面积虚增")
    _register(t, "petitions", "YL-JT-1", "反映补偿款发放拖延", "masses")

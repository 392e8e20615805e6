"""The university's sham item under joint supervision: approved, served, answered, looked at, taken up one rung."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from lianxun.demo.people import account_id
from lianxun.demo.story.teller import Teller, units
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as ledger


def of_university(t: Teller, task: UUID, item: UUID) -> Iterator[int]:
    """The item whose papers were dated back; the unit has to answer a second time now."""
    yield 44
    found = t.do(
        "coordinator",
        rectify.propose_supervision,
        engagement_id=task,
        items=(item,),
        units=units("YL-JW", "YL-ZZ"),
        reason="补办手续系事后倒签，性质严重。",
        demand="说明倒签经过和责任人，重新核实两个项目的报批和支付，限期整改到位。",
    )

    def act(who: str, call: Callable[..., Any], **fields: Any) -> None:
        seen = t.see("coordinator", ledger.supervision, supervision_id=found)
        t.do(who, call, supervision_id=found, revision=seen.revision, **fields)

    yield 43
    t.decide("chair", "开展联合督办")
    yield 42
    for who, role in (("discipline", "head"), ("personnel", "member")):
        act(
            "coordinator",
            rectify.name_supervisor,
            account_id=account_id(who),
            role=role,
            until=t.day(-90),
        )
    act("coordinator", rectify.send_notice)
    listed = t.see("coordinator", ledger.supervision, supervision_id=found).listed[0].id
    yield 40
    act("other_contact", rectify.receive_notice)
    yield 30
    act(
        "other_contact",
        rectify.reply_supervision,
        listed_id=listed,
        text="倒签系基建处经办人员所为，已停职检查；两个项目的报批材料正在补正。",
    )
    yield 24
    for who, verdict, finding in (
        ("discipline", "insufficient", "责任人已停职，但支付凭证尚未逐笔核对。"),
        ("personnel", "confirmed", "停职决定属实，会议记录完整。"),
    ):
        act(
            who,
            rectify.find_on_site,
            listed_id=listed,
            verdict=verdict,
            finding=finding,
            visited_on=t.now.date(),
        )
    yield 20
    act(
        "coordinator",
        rectify.interview_head,
        interviewer_as="party_head",
        interviewer="省委副书记 简怀远",
        interviewee="青松大学党委书记 温知行",
        held_on=t.now.date(),
        place="省委三号楼会议室",
        demand="主要负责人对虚假整改失察，要求亲自部署、逐笔核对。",
        pledge="两个月内完成逐笔核对并公开结果。",
        pledge_due_on=t.day(-40),
    )
    yield 18
    act("coordinator", rectify.ask_again, due_on=t.day(-6))

"""Four engagements in four phases: in rectification, on site, in preparation, and a round to be decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from lianxun.demo.people import person_id, unit_id
from lianxun.demo.story import help, rectifying, requests, sharing, steps, supervision
from lianxun.demo.story.teller import Teller
from lianxun.inspection import operations as acts
from lianxun.inspection import queries
from lianxun.rectification import operations as rectify

SONGS = {"team_head": "head", "team_deputy": "deputy", "inspector": "member"}


def university(t: Teller) -> Iterator[int]:
    """青松大学: inspected in spring, fed back, now in rectification; some of it late."""
    yield 236
    campaign = steps.campaign(
        t, f"{t.now.year}年第二轮巡视", "立德树人根本任务、基建和科研经费管理", 236, 60
    )
    task = steps.plan(t, campaign, "YL-DX", 206, 166)
    steps.submit(t, campaign)
    yield 233
    t.decide("leader", "第二轮巡视任务安排")
    yield 223
    steps.consult(
        t,
        task,
        ("YL-JW", "YL-ZZ", "YL-SJ", "YL-CZ"),
        {"YL-SJ": "科研经费结余长期挂账", "YL-CZ": "基建项目超概算未报批"},
    )
    yield 214
    steps.plan_of_work(t, task, "掌握经费、基建和用人情况")
    yield 213
    t.decide("chair", "协作方案")
    steps.team(t, task, SONGS | {"auditor_expert": "expert"})
    yield 210
    done = requests.ask(t, task, "D08", "YL-SJ", "YL-DX", "核对近三年审计发现问题整改")
    yield 208
    requests.deliver(t, done, "audit", "D08")
    t.advance("coordinator", task, "prepared")
    yield 206
    t.advance("team_head", task, "on_site")
    yield 180
    for title in (
        "科研经费结余长期挂账不清理",
        "两个基建项目超概算未按规定报批",
        "干部档案审核把关不严",
    ):
        steps.paper(t, task, "inspector", title, ("inspector", "team_deputy", "team_head"))
    yield 166
    t.advance("team_head", task, "reporting")
    yield 160
    t.do(
        "team_head",
        acts.submit_report,
        engagement_id=task,
        revision=t.task(task, "team_head").revision,
        summary="发现三个方面七个问题，移交线索两件，提出整改建议五条。",
    )
    t.gates("coordinator", task, "decided")
    yield 158
    t.decide("leader", "听取青松大学")
    yield 150
    t.gates("coordinator", task, "fed_back")
    t.do(
        "coordinator",
        acts.give_feedback,
        engagement_id=task,
        revision=t.task(task).revision,
        feedback_on=t.now.date(),
    )
    yield 148
    items = rectifying.issue(t, task)
    t.advance("coordinator", task, "rectifying")
    steps.team(t, task, {"guide": "member"}, "guidance")
    yield 130
    for item in items[:4]:
        rectifying.answer(t, item)
    yield 60
    rectifying.hand_in(t, items[0], "结余资金已全部清理上缴，修订经费管理办法。")
    rectifying.hand_in(t, items[1], "两个项目已补办报批手续。")
    yield 52
    rectifying.check(t, items[0], "confirmed", "现场抽查二十笔，全部清理到位。")
    rectifying.check(t, items[1], "sham", "补报批文日期系事后倒签，责令重新整改。", t.day(-12))
    yield 45
    for who in ("coordinator", "discipline"):
        rectifying.act_on(t, who, rectify.sign_close_out, items[0])
    yield from _pressed_and_helped(t, task, items)
    yield 4
    rectifying.hand_in(t, items[2], "干部档案已逐卷复核，补正三十六卷。")


def _pressed_and_helped(t: Teller, task: UUID, items: list[UUID]) -> Iterator[int]:
    yield from supervision.of_university(t, task, items[1])
    yield from help.of_university(t, task, items[2])


def group(t: Teller) -> Iterator[int]:
    """示范投资集团: the team is on site; requests are late, an extension waits for the leader."""
    yield 58
    campaign = steps.campaign(
        t, f"{t.now.year}年第四轮巡视", "国企改革深化提升行动，采购和投资领域廉洁风险", 58, -100
    )
    task = steps.plan(t, campaign, "YL-JT", 26, -14)
    steps.submit(t, campaign)
    yield 56
    t.decide("leader", "第四轮巡视任务安排")
    yield 43
    steps.consult(
        t,
        task,
        ("YL-JW", "YL-ZZ", "YL-SJ", "YL-XF", "YL-CZ", "YL-FG", "YL-GZ", "YL-SC"),
        {"YL-SJ": "下属公司采购集中于少数供应商", "YL-GZ": "对外投资论证程序不全"},
    )
    yield 35
    steps.plan_of_work(t, task, "掌握采购、投资和整改情况")
    yield 34
    t.decide("chair", "协作方案")
    steps.team(t, task, {"idle": "member"} | SONGS | {"auditor_expert": "expert"})
    yield from requests.of_group(t, task)
    yield 27
    t.advance("coordinator", task, "prepared")
    yield 26
    t.advance("team_head", task, "on_site")
    yield 16
    t.do(
        "coordinator",
        acts.propose_member_change,
        engagement_id=task,
        unit_id=unit_id("YL-SW"),
        change="join",
        since=t.day(15),
        reason="采购资金流向需要税务发票数据佐证。",
    )
    yield 15
    t.decide("chair", "加入")
    t.do(
        "team_head",
        acts.set_focus,
        engagement_id=task,
        axis="strict",
        text="公务接待和差旅支出",
        source_id=unit_id("YL-CZ"),
        reason="驻点谈话集中反映，会商时尚未掌握。",
    )
    yield 12
    one = steps.paper(
        t,
        task,
        "inspector",
        "下属公司未经招标集中采购",
        ("inspector", "team_deputy", "team_head"),
    )
    for unit, who in (("YL-CZ", "finance"), ("YL-GZ", "assets")):
        asked = t.do(
            "inspector",
            acts.ask_corroboration,
            paper_id=one,
            unit_id=unit_id(unit),
            question="2025年该公司采购支付是否有对应的招标备案？请按本单位掌握的资料答复。",
        )
        if who == "finance":
            t.do(
                who,
                acts.answer_corroboration,
                corroboration_id=asked,
                revision=1,
                answer="confirmed",
                statement="抽查支付凭证，没有招标备案记录。",
            )
    yield 11
    _joint(t, task, one)
    agreed = sharing.agree(t, task)
    yield 9
    first = sharing.provide(t, agreed)
    yield 6
    two = steps.paper(t, task, "inspector", "两个投资项目未履行集体决策", ("inspector",))
    paper = t.see("auditor_expert", queries.paper, paper_id=two)
    t.do(
        "auditor_expert",
        acts.cross_check,
        paper_id=two,
        revision=paper.revision,
        verdict="sound",
        text="与审计底稿逐项核对，决策记录确实缺失。",
    )
    t.do(
        "coordinator",
        acts.record_obstacle,
        engagement_id=task,
        text="投资台账口径不一，两家单位数据对不上",
        between="省国资委、集团",
    )
    yield 2
    sharing.mend(t, agreed, first)
    steps.paper(t, task, "inspector", "公务接待超标准列支", ())
    t.do(
        "team_head",
        acts.ask_extension,
        engagement_id=task,
        revision=t.task(task, "team_head").revision,
        to=t.task(task, "team_head").on_site_end_on + timedelta(days=14),
        reason="投资项目核查需增加审计力量，延长两周。",
    )


def _joint(t: Teller, task: UUID, paper: UUID) -> None:
    """Two joint tasks: one at work with evidence of two units, one that waits to be taken on."""
    seats = {s.person_id: s.id for s in t.task(task).seats}
    leads = {
        "lead_id": seats[person_id("inspector")],
        "deputy_id": seats[person_id("auditor_expert")],
    }
    for title, unit, days in (
        ("核查采购支付与招标备案", "YL-CZ", -5),
        ("核查对外投资论证材料", "YL-GZ", -6),
    ):
        made = t.do(
            "team_head",
            acts.plan_joint_task,
            engagement_id=task,
            title=title,
            content=f"{title}，逐笔比对近三年台账，提交问题和证据。",
            unit_id=unit_id(unit),
            due_on=t.day(days),
        )
        t.do("team_head", acts.assign_joint_task, task_id=made, revision=1, **leads)
        if unit != "YL-CZ":
            continue
        t.do("finance", acts.accept_joint_task, task_id=made, revision=2)
        for revision, (who, kind, text) in enumerate(
            (
                ("finance", "progress", "已调取近三年支付凭证，正在逐笔比对。"),
                ("finance", "evidence", "二十一笔支付没有对应的招标备案。"),
                ("auditor_expert", "evidence", "审计底稿显示同一批合同拆分签订。"),
            ),
            start=3,
        ):
            t.do(
                who,
                acts.record_joint_entry,
                task_id=made,
                revision=revision,
                kind=kind,
                text=text,
                paper_id=paper if who == "auditor_expert" else None,
            )


def estate(t: Teller) -> Iterator[int]:
    """示范置业: the second team prepares; its plan waits for the committee."""
    yield 30
    campaign = steps.campaign(t, f"{t.now.year}年第五轮专项巡视", "房屋征收补偿资金管理", 30, -150)
    task = steps.plan(t, campaign, "YL-JT-1", -9, -40, kind="special")
    steps.submit(t, campaign)
    yield 28
    t.decide("leader", "第五轮专项巡视任务安排")
    yield 8
    steps.consult(t, task, ("YL-JW", "YL-ZR", "YL-CZ"), {"YL-ZR": "征收补偿面积认定前后不一"})
    steps.team(t, task, {"neighbour_head": "head", "neighbour": "member"})
    yield 3
    steps.plan_of_work(t, task, "核清征收补偿资金去向")
    yield 2
    requests.ask(t, task, "D14", "YL-CZ", "YL-JT-1", "核对补偿资金支付凭证")


def next_year(t: Teller) -> Iterator[int]:
    """The next round waits for the leading group's decision."""
    yield 1
    campaign = steps.campaign(t, f"{t.now.year + 1}年第一轮巡视", "基层党建和惠民资金", -45, -200)
    steps.plan(t, campaign, "LJ-ZJ", -60, -100)
    steps.submit(t, campaign)

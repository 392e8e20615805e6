"""Four engagements in four phases: in rectification, on site, in preparation, and a round to be decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from lianxun.demo.people import person_id, unit_id
from lianxun.demo.story import help, requests, sharing, supervision
from lianxun.demo.story.teller import Teller, units
from lianxun.inspection import operations as acts
from lianxun.inspection import queries
from lianxun.inspection.enums import CheckPhase
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as ledger


def _round(t: Teller, name: str, focus: str, begins: int, ends: int) -> UUID:
    return t.do(
        "coordinator",
        acts.open_round,
        name=name,
        year=t.now.year,
        focus=focus,
        starts_on=t.day(begins),
        ends_on=t.day(ends),
    )


def _plan(
    t: Teller, campaign: UUID, unit: str, entry: int, end: int, *, kind: str = "regular"
) -> UUID:
    return t.do(
        "coordinator",
        acts.plan_engagement,
        round_id=campaign,
        unit_id=unit_id(unit),
        kind=kind,
        profile="regular",
        entry_on=t.day(entry),
        on_site_end_on=t.day(end),
        with_audit=unit == "YL-JT",
    )


def _submit(t: Teller, campaign: UUID) -> None:
    for check in t.see("coordinator", queries.round_page, round_id=campaign)[0].checks:
        if check.phase == CheckPhase.DEPLOY:
            found = t.see("coordinator", queries.round_page, round_id=campaign)[0]
            t.do(
                "coordinator",
                acts.pass_check,
                check_id=check.id,
                revision=found.revision,
                evidence="领导小组会议纪要，逐项明确并分解到单位。",
            )
    found = t.see("coordinator", queries.round_page, round_id=campaign)[0]
    t.do("coordinator", acts.submit_round, round_id=campaign, revision=found.revision)


def _consult(t: Teller, task: UUID, members: tuple[str, ...], risks: dict[str, str]) -> None:
    t.advance("coordinator", task, "consulting")
    t.do(
        "coordinator",
        acts.record_consultation,
        engagement_id=task,
        held_on=t.now.date(),
        place="省委巡视办三楼会议室",
        units=units(*members),
        minutes="各单位通报近三年掌握情况，研判风险点，议定协作清单和提供期限。",
    )
    meeting = t.task(task).consultations[0].id
    for unit, risk in risks.items():
        focus = t.do(
            "coordinator",
            acts.set_focus,
            engagement_id=task,
            consultation_id=meeting,
            axis="policy",
            text=f"查清：{risk}",
            source_id=unit_id(unit),
            reason="会商研判风险集中，需要多个单位一起查证。",
        )
        t.do(
            "coordinator",
            acts.add_line,
            engagement_id=task,
            unit_id=unit_id(unit),
            risk=risk,
            consultation_id=meeting,
            focus_id=focus,
        )


def _plan_of_work(t: Teller, task: UUID, aim: str) -> None:
    t.do("coordinator", acts.issue_list, engagement_id=task)
    made = t.do(
        "coordinator",
        acts.draft_plan,
        engagement_id=task,
        aim=aim,
        focus="围绕“四个落实”，突出重点领域和关键岗位。",
        secrecy="按工作秘密管理，回避审查先行，材料不出平台。",
        emergency="联络办值班电话 24 小时响应。",
    )
    plan = next(p for p in t.task(task).plans if p.id == made)
    t.do("coordinator", acts.submit_plan, plan_id=made, revision=plan.revision)


def _team(t: Teller, task: UUID, seats: dict[str, str], group: str = "on_site") -> None:
    for who, role in seats.items():
        t.do(
            "coordinator",
            acts.propose_seat,
            engagement_id=task,
            person_id=person_id(who),
            group=group,
            role=role,
        )
    t.do(
        "coordinator",
        acts.confirm_team,
        engagement_id=task,
        revision=t.task(task).revision,
        group=group,
    )


def _paper(t: Teller, task: UUID, author: str, title: str, signers: tuple[str, ...]) -> UUID:
    made = t.do(
        author,
        acts.draft_paper,
        engagement_id=task,
        title=title,
        axis="policy",
        course="调阅合同和会议记录，谈话五人，比对支付数据，结果一致。",
        basis="招标投标法第三条；“三重一大”决策制度",
        responsible="分管负责人和采购部门",
    )
    for who in signers:
        paper = t.see(who, queries.paper, paper_id=made)
        t.do(who, acts.sign_paper, paper_id=made, revision=paper.revision)
    return made


SONGS = {"team_head": "head", "team_deputy": "deputy", "inspector": "member"}


def university(t: Teller) -> Iterator[int]:
    """青松大学: inspected in spring, fed back, now in rectification; some of it late."""
    yield 236
    campaign = _round(
        t, f"{t.now.year}年第二轮巡视", "立德树人根本任务、基建和科研经费管理", 236, 60
    )
    task = _plan(t, campaign, "YL-DX", 206, 166)
    _submit(t, campaign)
    yield 233
    t.decide("leader", "第二轮巡视任务安排")
    yield 223
    _consult(
        t,
        task,
        ("YL-JW", "YL-ZZ", "YL-SJ", "YL-CZ"),
        {"YL-SJ": "科研经费结余长期挂账", "YL-CZ": "基建项目超概算未报批"},
    )
    yield 214
    _plan_of_work(t, task, "掌握经费、基建和用人情况")
    yield 213
    t.decide("chair", "协作方案")
    _team(t, task, SONGS | {"auditor_expert": "expert"})
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
        _paper(t, task, "inspector", title, ("inspector", "team_deputy", "team_head"))
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
    items = _issue(t, task)
    t.advance("coordinator", task, "rectifying")
    _team(t, task, {"guide": "member"}, "guidance")
    yield 130
    for item in items[:4]:
        _answer(t, item)
    yield 60
    _hand_in(t, items[0], "结余资金已全部清理上缴，修订经费管理办法。")
    _hand_in(t, items[1], "两个项目已补办报批手续。")
    yield 52
    _check(t, items[0], "confirmed", "现场抽查二十笔，全部清理到位。")
    _check(t, items[1], "sham", "补报批文日期系事后倒签，责令重新整改。", t.day(-12))
    yield 45
    for who in ("coordinator", "discipline"):
        _act_on(t, who, rectify.sign_close_out, items[0])
    yield from _pressed_and_helped(t, task, items)
    yield 4
    _hand_in(t, items[2], "干部档案已逐卷复核，补正三十六卷。")


def _pressed_and_helped(t: Teller, task: UUID, items: list[UUID]) -> Iterator[int]:
    yield from supervision.of_university(t, task, items[1])
    yield from help.of_university(t, task, items[2])


def _issue(t: Teller, task: UUID) -> list[UUID]:
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


def _act_on(t: Teller, who: str, act: object, item: UUID, **fields: object) -> None:
    found = t.see(who, ledger.item, item_id=item)
    t.do(who, act, item_id=item, revision=found.revision, **fields)  # type: ignore[arg-type]


def _answer(t: Teller, item: UUID) -> None:
    """The unit's plan, reviewed by two units, approved, begun."""
    _act_on(
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
    _act_on(t, "other_contact", rectify.submit_plan, item, signed_by="校长 温知行")
    _act_on(
        t,
        "coordinator",
        rectify.invite,
        item,
        units=units("YL-JW", "YL-ZZ"),
        until=t.day(-30),
    )
    for who in ("discipline", "personnel"):
        _act_on(t, who, rectify.review_plan, item, opinion="agree")
    _act_on(t, "coordinator", rectify.decide_plan, item, approves=True)
    _act_on(t, "other_contact", rectify.start, item)


def _hand_in(t: Teller, item: UUID, progress: str) -> None:
    t.do(
        "other_contact",
        rectify.add_evidence,
        item_id=item,
        stream=BytesIO(f"{progress}附清单和凭证目录。".encode()),
        name="整改情况.txt",
        title="整改情况报告",
    )
    _act_on(t, "other_contact", rectify.submit, item, progress=progress)


def _check(t: Teller, item: UUID, verdict: str, finding: str, new_due: object = None) -> None:
    _act_on(
        t,
        "guide",
        rectify.check,
        item,
        verdict=verdict,
        finding=finding,
        on_site=True,
        new_due_on=new_due,
    )


def group(t: Teller) -> Iterator[int]:
    """示范投资集团: the team is on site; requests are late, an extension waits for the leader."""
    yield 58
    campaign = _round(
        t, f"{t.now.year}年第四轮巡视", "国企改革深化提升行动，采购和投资领域廉洁风险", 58, -100
    )
    task = _plan(t, campaign, "YL-JT", 26, -14)
    _submit(t, campaign)
    yield 56
    t.decide("leader", "第四轮巡视任务安排")
    yield 43
    _consult(
        t,
        task,
        ("YL-JW", "YL-ZZ", "YL-SJ", "YL-XF", "YL-CZ", "YL-FG", "YL-GZ", "YL-SC"),
        {"YL-SJ": "下属公司采购集中于少数供应商", "YL-GZ": "对外投资论证程序不全"},
    )
    yield 35
    _plan_of_work(t, task, "掌握采购、投资和整改情况")
    yield 34
    t.decide("chair", "协作方案")
    _team(t, task, {"idle": "member"} | SONGS | {"auditor_expert": "expert"})
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
    one = _paper(
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
    two = _paper(t, task, "inspector", "两个投资项目未履行集体决策", ("inspector",))
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
    _paper(t, task, "inspector", "公务接待超标准列支", ())
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
    campaign = _round(t, f"{t.now.year}年第五轮专项巡视", "房屋征收补偿资金管理", 30, -150)
    task = _plan(t, campaign, "YL-JT-1", -9, -40, kind="special")
    _submit(t, campaign)
    yield 28
    t.decide("leader", "第五轮专项巡视任务安排")
    yield 8
    _consult(t, task, ("YL-JW", "YL-ZR", "YL-CZ"), {"YL-ZR": "征收补偿面积认定前后不一"})
    _team(t, task, {"neighbour_head": "head", "neighbour": "member"})
    yield 3
    _plan_of_work(t, task, "核清征收补偿资金去向")
    yield 2
    requests.ask(t, task, "D14", "YL-CZ", "YL-JT-1", "核对补偿资金支付凭证")


def next_year(t: Teller) -> Iterator[int]:
    """The next round waits for the leading group's decision."""
    yield 1
    campaign = _round(t, f"{t.now.year + 1}年第一轮巡视", "基层党建和惠民资金", -45, -200)
    _plan(t, campaign, "LJ-ZJ", -60, -100)
    _submit(t, campaign)

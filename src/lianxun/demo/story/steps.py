"""How people of the story take an inspection through its stages."""

from __future__ import annotations

from uuid import UUID

from lianxun.demo.people import person_id, unit_id
from lianxun.demo.story.teller import Teller, units
from lianxun.inspection import operations as acts
from lianxun.inspection import queries
from lianxun.inspection.enums import CheckPhase


def campaign(t: Teller, name: str, focus: str, begins: int, ends: int) -> UUID:
    return t.do(
        "coordinator",
        acts.open_round,
        name=name,
        year=t.now.year,
        focus=focus,
        starts_on=t.day(begins),
        ends_on=t.day(ends),
    )


def plan(
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


def submit(t: Teller, campaign: UUID) -> None:
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


def consult(t: Teller, task: UUID, members: tuple[str, ...], risks: dict[str, str]) -> None:
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


def plan_of_work(t: Teller, task: UUID, aim: str) -> None:
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


def team(t: Teller, task: UUID, seats: dict[str, str], group: str = "on_site") -> None:
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


def paper(t: Teller, task: UUID, author: str, title: str, signers: tuple[str, ...]) -> UUID:
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

"""Before the entry: round, consultation, list, plan of collaboration, team, requests."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

from lianxun.demo.people import person_id
from lianxun.demo.rehearsal.gates import pass_gates
from lianxun.demo.rehearsal.stage import UUID, Stage, unit
from lianxun.demo.rehearsal.visitor import RehearsalError
from lianxun.exchange.catalogue import data_class

MEMBERS = ("YL-JW", "YL-ZZ", "YL-SJ", "YL-XF", "YL-CZ", "YL-FG", "YL-GZ", "YL-SC")


def before(stage: Stage, ocds: Path | None) -> str:
    """Plan, consult, list, plan of collaboration, team, requests answered."""
    work = _plan(stage)
    pass_gates(stage, "coordinator", work, "会商中")
    stage.do("coordinator", f"{work}do/advance/", to="consulting")
    stage.do(
        "coordinator",
        f"{work}do/consult/",
        held_on=stage.today,
        place="省委巡视办会议室",
        units=[unit(u) for u in MEMBERS],
        minutes="八个单位通报近三年情况，研判出采购集中、投资论证不足两个风险点，议定协作清单。",
    )
    stage.say("信息会商召开，纪要登记，节点一办结")
    (meeting, *_) = stage.links(
        "coordinator", f"{work}do/focus/", r'<option value="([0-9a-f-]{36})"'
    )
    stage.do(
        "coordinator",
        f"{work}do/focus/",
        consultation_id=meeting,
        axis="policy",
        text="下属公司采购集中于少数供应商",
        source_id=unit("YL-SJ"),
        reason="审计、财政两家数据互相印证，风险集中",
    )
    for code, risk in (
        ("YL-SJ", "下属公司采购集中于少数供应商"),
        ("YL-GZ", "对外投资论证程序不全"),
    ):
        stage.do("coordinator", f"{work}do/line/", unit_id=unit(code), risk=risk)
    due = stage.today + timedelta(days=14)
    for code, kind in (("YL-CZ", "D14"), ("YL-FG", "D20"), ("YL-SJ", "D08")):
        stage.do(
            "coordinator", f"{work}do/line/", unit_id=unit(code), data_class_code=kind, due_on=due
        )
    stage.do("coordinator", f"{work}do/list/")
    stage.do(
        "coordinator",
        f"{work}do/plan/",
        aim="掌握采购、投资和整改情况",
        focus="四个落实",
        secrecy="按工作秘密管理，回避审查先行",
        emergency="联络办值班电话，24 小时响应",
    )
    stage.do("coordinator", f"{work}do/submit_plan/")
    stage.decide("chair", "协作方案")
    stage.say("《巡前协作清单》印制，协作方案经协调对接委员会批准，节点二办结")
    _team(stage, work)
    _requests(stage, work, ocds)
    pass_gates(stage, "coordinator", work, "准备就绪")
    stage.do("coordinator", f"{work}do/advance/", to="prepared")
    return work


def _plan(stage: Stage) -> str:
    entry = stage.today + timedelta(days=20)
    made = stage.do(
        "coordinator",
        "/rounds/new/",
        name="2026年第四轮巡视",
        year=2026,
        focus="国企改革深化提升行动落实情况，采购和投资领域廉洁风险",
        starts_on=stage.today,
        ends_on=stage.today + timedelta(days=200),
        preset="real-practice",
    )
    stage.do(
        "coordinator",
        made.path,
        unit_id=unit("YL-JT"),
        kind="regular",
        profile="regular",
        entry_on=entry,
        on_site_end_on=entry + timedelta(days=40),
        with_audit=True,
    )
    work = stage.links("coordinator", made.path, rf"/engagements/{UUID}/")[0]
    _answer_checks(stage, made.path)
    stage.do("coordinator", f"{made.path}do/submit/")
    stage.decide("leader", "任务安排")
    stage.secret |= {work, made.path, f"{work}tab/team/", f"{work}tab/papers/"}
    stage.say("轮次和任务经领导小组批准，十二个节点开始计时")
    return work


def _answer_checks(stage: Stage, campaign: str) -> None:
    """Answer the deployment lines of the political checklist: nothing goes up with one open."""
    page = f"{campaign}do/check/"
    while True:
        form = stage["coordinator"].get(page).text
        found = re.search(rf'<option value="({UUID})">部署', form)
        if not found:
            return
        stage.do("coordinator", page, check_id=found.group(1), evidence="领导小组会议纪要第5号")


def _team(stage: Stage, work: str) -> None:
    seats = (
        ("idle", "member"),
        ("team_head", "head"),
        ("team_deputy", "deputy"),
        ("inspector", "member"),
        ("auditor_expert", "expert"),
    )
    for key, role in seats:
        stage.do(
            "coordinator", f"{work}do/seat/", person_id=person_id(key), group="on_site", role=role
        )
    page = stage["coordinator"].get(f"{work}tab/team/").text
    if "已回避" not in page:
        raise RehearsalError("有亲属关系的提名没有被回避")
    stage.do("coordinator", f"{work}do/team/", group="on_site")
    stage.say("联合检查组组成：一人自动回避，其余按进驻日开放访问，节点三办结")


def _requests(stage: Stage, work: str, ocds: Path | None) -> None:
    engagement = work.split("/")[2]
    wanted = (
        ("D14", "finance", "YL-CZ"),
        ("D20", "development", "YL-FG"),
        ("D08", "audit", "YL-SJ"),
    )
    made = []
    for code, _, provider in wanted:
        fields = [f.name for f in data_class(code).tables[0].fields if f.key or f.required][:5]
        answer = stage.do(
            "coordinator",
            f"/requests/new/{code}/?engagement={engagement}",
            provider_id=unit(provider),
            subject_org=unit("YL-JT"),
            fields_wanted=fields,
            purpose="核查采购项目是否按规定招标",
            basis="巡视协调对接工作办法、协作清单",
            period_from=stage.today - timedelta(days=1000),
            period_to=stage.today,
        )
        made.append(answer.path)
        stage.do("coordinator", f"{answer.path}submit/")
        stage.do("chair", f"{answer.path}check/", passes="yes")
    _refused_by_negative_list(stage, engagement)
    finance, development, audit = made
    stage.do("finance", f"{finance}accept/")
    stage.do("finance", f"{finance}deliver/", file=("采购项目.csv", _csv("D14")))
    stage.do("development", f"{development}deliver/", file=_procurement(ocds))
    stage.do("audit", f"{audit}object/", reason="涉及未公开项目，建议只提供问题清单。")
    stage.do("chair", f"{audit}settle/", outcome="只提供问题清单，不提供底稿。")
    stage.do("audit", f"{audit}deliver/", file=("审计问题.csv", _csv("D08")))
    stage.do("coordinator", f"{finance}judge/", accepts="no", note="请补充采购方式列。")
    stage.do("finance", f"{finance}deliver/", file=("采购项目-补.csv", _csv("D14")))
    for path in made:
        stage.do(
            "coordinator",
            f"{path}judge/",
            accepts="yes",
            expires_on=stage.today + timedelta(days=180),
        )
    stage.secret |= set(made)
    stage.say("三类信息需求：一次异议协商、一次退回更正，全部按期提供并验收")


def _refused_by_negative_list(stage: Stage, engagement: str) -> None:
    fields = [f.name for f in data_class("D13").tables[0].fields if f.key][:1]
    try:
        stage.do(
            "coordinator",
            f"/requests/new/D13/?engagement={engagement}",
            provider_id=unit("YL-CZ"),
            subject_org=unit("YL-JT"),
            fields_wanted=fields,
            purpose="调取举报人姓名和个人账户流水",
            basis="无",
            period_from=stage.today,
            period_to=stage.today,
        )
    except RehearsalError as refused:
        if "NEG-" not in str(refused):
            raise
        stage["coordinator"].acts += 1  # the receipt of the refusal is an act on record
        return
    raise RehearsalError("触及负面清单的需求没有被拒绝")


def _csv(code: str) -> bytes:
    """Three invented rows in the columns of a class."""
    table = data_class(code).tables[0]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([f.label_zh for f in table.fields])
    samples = {
        "money": "1200000.00",
        "int": "3",
        "date": "2026-03-05",
        "month": "2026-03",
        "datetime": "2026-03-05 09:00",
        "bool": "是",
        "share": "0.5",
    }
    for row in range(3):
        writer.writerow(
            [
                f.choices[0] if f.choices else samples.get(f.type, f"示例{row + 1}")
                for f in table.fields
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def _procurement(ocds: Path | None) -> tuple[str, bytes]:
    """A real OCDS file where the public data is at hand, else invented rows."""
    if ocds is not None:
        for path in sorted(ocds.rglob("*.json")):
            if path.stat().st_size < 2_000_000 and b'"ocid"' in path.read_bytes():
                return path.name, path.read_bytes()
    return "公共资源交易.csv", _csv("D20")

"""The inspection of 云岭示范投资集团, act by act, with the people of the sample province."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

from lianxun.demo.people import person_id
from lianxun.demo.rehearsal.stage import UUID, Stage, unit
from lianxun.demo.rehearsal.visitor import RehearsalError
from lianxun.exchange.catalogue import data_class

PASSPHRASE = "排练用的保管口令2026"  # noqa: S105 - of the rehearsal only
REPORTER = ("甘来信", "13900000000")
MEMBERS = ("YL-JW", "YL-ZZ", "YL-SJ", "YL-XF", "YL-CZ", "YL-FG", "YL-GZ", "YL-SC")


def play(stage: Stage, *, ocds: Path | None) -> str:
    """Play it whole; returns the address of the engagement. Raises ``RehearsalError`` at the first stop."""
    work = before(stage, ocds)
    during(stage, work)
    after(stage, work)
    return work


def before(stage: Stage, ocds: Path | None) -> str:
    """Plan, consult, list, plan of collaboration, team, requests answered."""
    work = _plan(stage)
    _pass_gates(stage, "coordinator", work, "会商中")
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
    _pass_gates(stage, "coordinator", work, "准备就绪")
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
    stage.do("coordinator", made.path, button="submit_round")
    stage.decide("leader", "任务安排")
    stage.secret |= {work, made.path, f"{work}tab/team/", f"{work}tab/papers/"}
    stage.say("轮次和任务经领导小组批准，十二个节点开始计时")
    return work


def _pass_gates(stage: Stage, who: str, work: str, stage_word: str) -> None:
    """Pass every open gate of one stage, each with its evidence."""
    while True:
        form = stage[who].get(f"{work}do/gate/")
        found = re.search(rf'<option value="({UUID})">{stage_word}', form.text)
        if not found:
            return
        stage.do(
            who, f"{work}do/gate/", gate_id=found.group(1), evidence="已核对会议纪要和批准文件"
        )


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


def during(stage: Stage, work: str) -> None:
    """Entry, papers, leads both ways, a pause, an extension, the end on site."""
    stage.later(20)
    _pass_gates(stage, "coordinator", work, "驻点")
    stage.do("team_head", f"{work}do/advance/", to="on_site")
    stage.say("进驻，节点四办结")
    _papers(stage, work)
    _leads(stage)
    stage.do("inspector", f"{work}do/pause/", reason="发现一项协作要求偏离监督重点，请研判。")
    stage.decide("leader", "暂停")
    stage.later(3)
    stage.do("leader", f"{work}do/resume/", reason="研判认为不存在政治偏差，恢复。")
    stage.say("一次暂停由领导小组决定，三天后恢复，时限顺延")
    end = stage.today + timedelta(days=55)
    stage.do("team_head", f"{work}do/extend/", to=end, reason="投资项目核查需增加审计力量。")
    stage.decide("leader", "延期")
    stage.later(30)
    stage.do("coordinator", f"{work}do/obstacle/", text="投资台账口径不一", between="国资委、集团")
    _pass_gates(stage, "team_head", work, "起草报告")
    stage.do("team_head", f"{work}do/advance/", to="reporting")
    stage.say("延期获批，驻点结束，底稿全部三级签字")


def _papers(stage: Stage, work: str) -> None:
    for title in ("下属公司未经招标集中采购", "两个投资项目未履行集体决策"):
        stage.do(
            "inspector",
            f"{work}do/paper/",
            title=title,
            axis="policy",
            course="调阅合同十二份，谈话五人，比对支付数据。",
            basis="招标投标法第三条；三重一大制度",
            responsible="示范置业",
        )
    papers = stage.links("inspector", f"{work}tab/papers/", rf"/papers/{UUID}/")
    for path in papers:
        for who in ("inspector", "team_deputy", "team_head"):
            stage.do(who, path, button="sign")
        for who, code in (("finance", "YL-CZ"), ("assets", "YL-GZ")):
            stage.do(
                "inspector",
                f"{path}do/ask/",
                unit_id=unit(code),
                question="2025年该公司采购支付是否有对应的招标备案？请按本单位掌握的资料答复。",
            )
            asked = stage.links(who, "/corroborations/?state=asked", rf"/corroborations/{UUID}/")
            stage.do(who, f"{asked[0]}do/answer/", answer="confirmed", statement="没有备案记录。")
    stage.secret |= set(papers)
    stage.say("两份问题底稿完成三级签字，组外两家单位印证属实")


def _leads(stage: Stage) -> None:
    for who in ("custodian_1", "custodian_2"):
        stage.do(who, "/leads/openings/key/", passphrase=PASSPHRASE, again=PASSPHRASE)
    first = _lead(stage, "clerk", "反映置业公司负责人为亲属企业承揽工程提供便利", REPORTER)
    second = _lead(stage, "petitions", "反映集团采购部收受礼品礼金", ("", ""))
    for path, recipient, receiver in (
        (first, "YL-JW", "discipline"),
        (second, "YL-ZZ", "personnel"),
    ):
        stage.do("coordinator", f"{path}screen/", discipline="integrity")
        stage.do("coordinator", f"{path}study/", minutes="集体研究，同意移交。")
        stage.do("leader", f"{path}approve/")
        stage.do("coordinator", f"{path}transfer/", recipient_id=unit(recipient))
        stage.do(receiver, f"{path}receive/")
        stage.do(receiver, f"{path}dispose/", way="prelim", opinion="集体研究，初步核实。")
        stage.do(
            receiver, f"{path}result/", outcome="partly", result="部分属实，已谈话提醒并责令退回。"
        )
        stage.do(receiver, f"{path}feed_back/")
        stage.do("coordinator", f"{path}finish/")
        page = stage["coordinator"].get(path).text
        if any(part and part in page for part in REPORTER):
            raise RehearsalError("反映人信息出现在线索页面上")
    stage.secret |= {first, second}
    stage.say("两件线索周五批量移交、签收、处置、反馈，节点五办结；反映人信息只在保险库")


def _lead(stage: Stage, who: str, title: str, reporter: tuple[str, str]) -> str:
    stage.do(who, "/leads/new/", seal_rule="none")
    return stage.do(
        who,
        "/leads/new/form/",
        source="petition",
        subject_org=unit("YL-JT"),
        discipline="integrity",
        title=title,
        summary=f"2025年以来，{title}，涉及金额约一百二十万元，有合同和支付凭证可查。",
        named=bool(reporter[0]),
        reporter_name=reporter[0],
        reporter_contact=reporter[1],
    ).path


def after(stage: Stage, work: str) -> None:
    """Report, feedback, rectification with one sham, close-out, archive."""
    stage.do(
        "team_head",
        f"{work}do/report/",
        summary="发现两个方面问题，移交线索两件，提出整改建议四条。",
    )
    _pass_gates(stage, "coordinator", work, "已听取汇报")
    stage.decide("leader", "听取")
    _pass_gates(stage, "coordinator", work, "已反馈")
    stage.do("coordinator", f"{work}do/feedback/", feedback_on=stage.today)
    stage.say("领导小组听取汇报，向被巡视单位反馈，整改时限开始计算")
    items = []
    for title in ("下属公司未经招标集中采购", "投资项目未履行集体决策"):
        stage.do(
            "coordinator",
            f"{work}do/issue/",
            title=title,
            type="phased",
            due_on=stage.today + timedelta(days=90),
        )
    items = stage.links("coordinator", f"{work}tab/issues/", rf"/items/{UUID}/")
    _pass_gates(stage, "coordinator", work, "整改中")
    stage.do("coordinator", f"{work}do/advance/", to="rectifying")
    stage.do(
        "coordinator",
        f"{work}do/seat/",
        person_id=person_id("guide"),
        group="guidance",
        role="member",
    )
    stage.do("coordinator", f"{work}do/team/", group="guidance")
    for number, path in enumerate(items):
        _rectify(stage, path, sham=number == 0)
        stage.served.add(path)
    stage.say("两项整改：一项佐证造假被核验退回，重新整改后两项均由两个单位签字销号")
    _pass_gates(stage, "coordinator", work, "已评估")
    stage.do("coordinator", f"{work}do/advance/", to="assessed")
    for path in stage.links("coordinator", f"{work}tab/requests/", rf"/requests/{UUID}/"):
        stage.do("coordinator", f"{path}end_use/", record="两人监督删除本地副本，平台停止访问。")
    _pass_gates(stage, "coordinator", work, "已归档")
    stage.do("coordinator", f"{work}do/advance/", to="archived")
    stage.say("评估、停用共享数据、归档")


def _rectify(stage: Stage, path: str, *, sham: bool) -> None:
    stage.do(
        "contact",
        f"{path}plan/",
        lead_person="董事长",
        lead_unit="采购部",
        measures="修订采购办法，全面自查",
        standard="连续三个月无拆分采购",
        institution="采购管理办法",
    )
    stage.do("contact", f"{path}submit_plan/", signed_by="董事长 周行远", signed_on=stage.today)
    stage.do(
        "coordinator",
        f"{path}invite/",
        units=[unit("YL-JW"), unit("YL-ZZ")],
        until=stage.today + timedelta(days=150),
    )
    for who in ("discipline", "personnel"):
        stage.do(who, f"{path}review/", opinion="agree")
    stage.do("coordinator", f"{path}decide_plan/", approves="yes")
    stage.do("contact", f"{path}start/")
    stage.do(
        "contact",
        f"{path}evidence/",
        title="自查报告",
        file=("自查报告.txt", "自查情况全文。".encode()),
    )
    stage.do("contact", f"{path}submit/", progress="已完成自查，修订制度一项。")
    if sham:
        stage.do(
            "guide",
            f"{path}check/",
            verdict="sham",
            finding="台账系事后补造。",
            new_due_on=stage.today + timedelta(days=30),
        )
        stage.do(
            "contact",
            f"{path}evidence/",
            title="更正材料",
            file=("更正.txt", "更正说明和原始凭证目录。".encode()),
        )
        stage.do("contact", f"{path}submit/", progress="已更正，附原始凭证目录。")
    stage.do("guide", f"{path}check/", verdict="confirmed", finding="现场核查属实。", on_site=True)
    stage.do("coordinator", f"{path}close/")
    stage.do("discipline", f"{path}close/")

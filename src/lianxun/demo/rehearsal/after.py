"""After the report: feedback, rectification with one sham, close-out, archive."""

from __future__ import annotations

from datetime import timedelta

from lianxun.demo.people import person_id
from lianxun.demo.rehearsal.gates import pass_gates
from lianxun.demo.rehearsal.stage import UUID, Stage, unit


def after(stage: Stage, work: str) -> None:
    """Report, feedback, rectification with one sham, close-out, archive."""
    stage.do(
        "team_head",
        f"{work}do/report/",
        summary="发现两个方面问题，移交线索两件，提出整改建议四条。",
    )
    pass_gates(stage, "coordinator", work, "已听取汇报")
    stage.decide("leader", "听取")
    pass_gates(stage, "coordinator", work, "已反馈")
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
    pass_gates(stage, "coordinator", work, "整改中")
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
    pass_gates(stage, "coordinator", work, "已评估")
    stage.do("coordinator", f"{work}do/advance/", to="assessed")
    for path in stage.links("coordinator", f"{work}tab/requests/", rf"/requests/{UUID}/"):
        stage.do("coordinator", f"{path}end_use/", record="两人监督删除本地副本，平台停止访问。")
    pass_gates(stage, "coordinator", work, "已归档")
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

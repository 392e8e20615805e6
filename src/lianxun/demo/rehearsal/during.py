"""On site: papers, corroborations, leads both ways, a pause, an extension."""

from __future__ import annotations

from datetime import timedelta

from lianxun.demo.rehearsal.gates import pass_gates
from lianxun.demo.rehearsal.stage import UUID, Stage, unit

PASSPHRASE = "排练用的保管口令2026"  # noqa: S105 - of the rehearsal only
REPORTER = ("甘来信", "13900000000")


def during(stage: Stage, work: str) -> None:
    """Entry, papers, leads both ways, a pause, an extension, the end on site."""
    stage.later(20)
    pass_gates(stage, "coordinator", work, "驻点")
    stage.do("team_head", f"{work}do/advance/", to="on_site")
    stage.say("进驻，节点四办结")
    _papers(stage, work)
    _leads(stage)
    stage.do("inspector", f"{work}do/pause/", reason="发现一项协作要求偏离监督重点，请研判。")
    stage.decide("leader", "暂停")
    stage.later(3)
    stage.do("coordinator", f"{work}do/resume/", reason="研判认为不存在政治偏差，建议恢复。")
    stage.decide("leader", "恢复")
    stage.decide("deputy_leader", "恢复")
    stage.say("一次暂停由领导小组决定，三天后由领导小组过半数同意恢复，时限顺延")
    end = stage.today + timedelta(days=55)
    stage.do("team_head", f"{work}do/extend/", to=end, reason="投资项目核查需增加审计力量。")
    stage.decide("leader", "延期")
    stage.later(30)
    stage.do("coordinator", f"{work}do/obstacle/", text="投资台账口径不一", between="国资委、集团")
    pass_gates(stage, "team_head", work, "起草报告")
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
            stage.do(who, f"{path}do/sign/")
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
    stage.silence += REPORTER  # from here on these words stand on no page of anybody
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
    stage.secret |= {first, second}
    stage.say("两件线索周五批量移交、签收、处置、反馈，节点五办结；反映人信息只在保险库")


def _lead(stage: Stage, who: str, title: str, reporter: tuple[str, str]) -> str:
    stage.do(who, "/leads/new/", seal_rule="none")
    stage[who].acts -= 1  # a question before the act: its answer leads on and changes nothing
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

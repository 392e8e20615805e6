"""The kinds of objects that people name: what grants, duties and the trace call them.

A kind that has a page stands here; every other labelled row is a part of one of these and is seen with
its own rule on that page. ``library`` is the duty a reader needs (empty: the one of the room that the row
names); ``served``: rows may be served on whom they are about; ``numbered``: people know it by a number, so
that it can be asked for in an emergency without being seen.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    label: str
    library: str
    served: bool = False
    numbered: bool = False


KINDS: dict[str, Kind] = {
    "leads.lead": Kind("问题线索", "leads", numbered=True),
    "leads.batch": Kind("问题线索移交单", "leads", numbered=True),
    "exchange.request": Kind("信息需求", "exchange", served=True, numbered=True),
    "exchange.sharing": Kind("联动共享约定", "exchange", served=True),
    "exchange.question": Kind("单项核验", "exchange", served=True, numbered=True),
    "rectification.item": Kind("整改事项", "rectification", served=True, numbered=True),
    "rectification.supervision": Kind("联合督办", "rectification", served=True),
    "rectification.press": Kind("整改督办", "rectification", served=True, numbered=True),
    "inspection.engagement": Kind("巡视任务", "inspection", numbered=True),
    "inspection.paper": Kind("工作底稿", "inspection", numbered=True),
    "inspection.corroboration": Kind("印证函", "exchange", numbered=True),
    "inspection.round": Kind("巡视轮次", "inspection"),
    "inspection.round_dates": Kind("轮次改期", "inspection"),
    "inspection.phase_task": Kind("阶段任务", "duties"),
    "inspection.look_back_ask": Kind("“回头看”提请", "inspection"),
    "inspection.joint_task": Kind("联合检查任务", "duties"),
    "inspection.seat": Kind("组员席位", "inspection"),
    "coordination.meeting": Kind("会议", "coordination"),
    "coordination.decision": Kind("议定事项", "coordination"),
    "appraisal.scheme": Kind("考核指标体系", "appraisal"),
    "appraisal.period": Kind("考核期", "appraisal"),
    "appraisal.sheet": Kind("单位考核表", "appraisal", served=True),
    "appraisal.outcome": Kind("结果运用", "appraisal", served=True),
    "appraisal.report": Kind("季度进展报告", "appraisal"),
    "rectification.support_plan": Kind("整改协同方案", "rectification", served=True),
    "rectification.support": Kind("整改支援事项", "duties"),
    "coordination.year_plan": Kind("年度计划", "coordination"),
    "coordination.plan_line": Kind("计划事项", "coordination"),
    "approvals.matter": Kind("审批事项", ""),
    "duties.duty": Kind("时限事项", "", served=True),
    "duties.dispatch": Kind("日调度", ""),
    "duties.dispatch_line": Kind("日调度要求", "", served=True),
    "duties.answering": Kind("责任确认", "duties"),
    "duties.letter": Kind("提醒函", "", served=True, numbered=True),
    "documents.file": Kind("文书", "", served=True, numbered=True),
    "regulations.institution": Kind("制度文件", "regulations"),
    "regulations.check": Kind("引文核对", "regulations"),
    "regulations.intake": Kind("法规导入", "regulations"),
}
EMERGENCY = tuple((kind, k.label) for kind, k in KINDS.items() if k.numbered)

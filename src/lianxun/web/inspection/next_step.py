"""What comes next in an engagement, who does it, and the reader's own button for it where there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lianxun.inspection.enums import PaperState, SeatState, State
from lianxun.inspection.records import EngagementRecord

AFTER = {
    State.APPROVED: State.CONSULTING,
    State.CONSULTING: State.PREPARED,
    State.PREPARED: State.ON_SITE,
    State.ON_SITE: State.REPORTING,
    State.EXTENDED: State.REPORTING,
    State.REPORTING: State.DECIDED,
    State.DECIDED: State.FED_BACK,
    State.FED_BACK: State.RECTIFYING,
    State.RECTIFYING: State.ASSESSED,
    State.ASSESSED: State.ARCHIVED,
    State.LOOK_BACK: State.ARCHIVED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """``act`` is the name of the act that does it, empty where no button does; ``who`` does it."""

    sentence: str
    who: str
    act: str = ""


def next_step(task: EngagementRecord, today: date) -> Step:
    """The one thing that has to happen next, in the order of the procedure."""
    for rule in (_special, _preparing, _on_site, _afterwards):
        found = rule(task, today)
        if found is not None:
            return found
    return Step("本任务已归档，无需办理。", "—")


def _special(task: EngagementRecord, today: date) -> Step | None:
    if task.state == State.DRAFT:
        return Step("等待领导小组批准本轮次。", "领导小组")
    if task.state == State.PAUSED:
        return Step("任务已暂停，恢复须提请领导小组决定。", "巡视办、组长或领导小组", "resume")
    return None


def _open_gates(task: EngagementRecord) -> Step | None:
    target = AFTER.get(State(task.state))
    missing = [g for g in task.gates if g.stage == target and g.passed_at is None]
    if not missing:
        return None
    codes = "、".join(g.code for g in missing)
    return Step(f"通过进入“{missing[0].stage_label}”的关口条目 {codes}。", "巡视办或组长", "gate")


def _preparing(task: EngagementRecord, today: date) -> Step | None:
    if task.state == State.APPROVED:
        return _open_gates(task) or Step("进入会商阶段。", "联络员办公室", "advance")
    if task.state == State.CONSULTING:
        steps: tuple[tuple[Callable[[], bool], Step], ...] = (
            (lambda: not task.consultations, Step("登记信息会商纪要。", "联络员办公室", "consult")),
            (lambda: not task.list_lines, Step("列出协作清单条目。", "联络员办公室", "line")),
            (lambda: not task.plans, Step("起草协作方案。", "联络员办公室", "plan")),
            (
                lambda: not any(p.approved_on for p in task.plans),
                Step("协作方案等待批准。", "协调对接委员会", "submit_plan"),
            ),
            (
                lambda: not any(s.state == SeatState.CONFIRMED for s in task.seats),
                Step("确认巡视组组成人员。", "联络员办公室", "team"),
            ),
        )
        waiting = next((step for holds, step in steps if holds()), None)
        return waiting or _open_gates(task) or Step("宣布准备就绪。", "联络员办公室", "advance")
    if task.state == State.PREPARED:
        if today < task.entry_on:
            left = (task.entry_on - today).days
            return Step(
                f"{task.entry_on.month}月{task.entry_on.day}日进驻，还有 {left} 天。", "组长"
            )
        return _open_gates(task) or Step("宣布进驻。", "组长", "advance")
    return None


def _on_site(task: EngagementRecord, today: date) -> Step | None:
    if task.state not in (State.ON_SITE, State.EXTENDED):
        return None
    unsigned = sum(p.state != PaperState.SIGNED_HEAD for p in task.papers)
    left = (task.on_site_end_on - today).days
    if unsigned:
        return Step(f"{unsigned} 份问题底稿等待签字。", "承办人、副组长、组长", "")
    if not task.papers:
        return Step("起草第一份问题底稿。", "巡视组成员", "paper")
    if left > 0:
        return Step(f"继续驻点，还有 {left} 天；每周五移交线索。", "巡视组", "paper")
    return _open_gates(task) or Step("宣布驻点结束，起草报告。", "组长", "advance")


def _afterwards(task: EngagementRecord, today: date) -> Step | None:
    words = {
        State.REPORTING: Step("提请领导小组听取汇报。", "组长", "report"),
        State.DECIDED: Step("向被巡视单位反馈。", "联络员办公室", "feedback"),
        State.FED_BACK: Step("逐条下达整改事项后进入整改阶段。", "联络员办公室", "issue"),
        State.RECTIFYING: Step("督促整改、核验销号；全部销号后进入评估。", "整改督导组", "advance"),
        State.ASSESSED: Step("停用共享数据后归档。", "联络员办公室", "advance"),
        State.LOOK_BACK: Step("“回头看”结束后归档。", "联络员办公室", "advance"),
    }
    step = words.get(State(task.state))
    if step is None:
        return None
    if task.state in (State.REPORTING, State.FED_BACK, State.RECTIFYING):
        return step
    return _open_gates(task) or step

"""挂图作战: the wall chart of a round, and the page of one item for the unit that answers for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.inspection import operations, queries
from lianxun.inspection.enums import Force, PhaseTaskState, RoundPhase
from lianxun.inspection.phase_records import PhaseTaskRecord, RoundChart
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.web import choices
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm, area
from lianxun.web.requests import ActorRequest
from lianxun.web.timeline import Axis, Point, drawn_axis

_KINDS = {
    RoundPhase.PREPARE: "before",
    RoundPhase.IMPLEMENT: "during",
    RoundPhase.SUMMARY: "after",
    RoundPhase.STANDING: "during",
}
MARGIN = timedelta(days=10)


class PhaseTaskForm(ActForm):
    phase = forms.ChoiceField(label="阶段", choices=[("", "请选择"), *RoundPhase.choices])
    title = forms.CharField(label="任务", max_length=200, help_text="写明要完成什么，能够核实。")
    force = forms.ChoiceField(label="承担力量", choices=[("", "请选择"), *Force.choices])
    unit_id = forms.ChoiceField(label="责任单位")
    due_on = forms.DateField(label="完成期限")
    goal = forms.BooleanField(label="这是阶段目标", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = [("", "请选择"), *choices.units()]  # type: ignore[attr-defined]


class ResultForm(ActForm):
    result = area("完成情况", min_length=5, max_length=500, help_text="写明做了什么、佐证在哪里。")


class ReasonForm(ActForm):
    reason = area("理由", max_length=300)


ROUND_ACTS: dict[str, Act] = {
    "phases": Act(
        "列出阶段任务",
        "列出阶段任务",
        operations.lay_out_phases,
        happens="按标准方案列出四个阶段的目标和筹备工作清单，期限从轮次日期倒排，遇休息日提前；"
        "已有的条目不变。每条送达责任单位并开始计时。",
        done="阶段任务已列出，责任单位已可以看到。",
    ),
    "phase_task": Act(
        "增加阶段任务",
        "增加阶段任务",
        operations.add_phase_task,
        PhaseTaskForm,
        "送达责任单位并开始计时。",
        "阶段任务已增加。",
    ),
    "preparation": Act(
        "印制筹备工作清单",
        "印制筹备工作清单",
        operations.issue_preparation_list,
        happens="按现在的销号情况印制，可以再次印制，每份有自己的文号；文件在轮次页面“文书”。",
        done="筹备工作清单已印制，在轮次页面“文书”。",
    ),
}
TASK_ACTS: dict[str, Act] = {
    "report": Act(
        "报告完成",
        "报告完成",
        operations.report_phase_task,
        ResultForm,
        "报告后由巡视办另一名同志核实销号；本单位的时限随之停止。",
        "已报告，等待销号。",
    ),
    "strike": Act(
        "销号",
        "核实销号",
        operations.strike_phase_task,
        happens="核实完成情况属实后销号；销号后不再变动。",
        done="已销号。",
    ),
    "return": Act(
        "退回",
        "退回补办",
        operations.return_phase_task,
        ReasonForm,
        "退回责任单位，期限不变。",
        "已退回。",
        danger=True,
    ),
    "withdraw": Act(
        "撤销任务",
        "撤销",
        operations.withdraw_phase_task,
        ReasonForm,
        "本轮不需要的条目可以撤销，理由保留在作战图上。",
        "已撤销。",
        danger=True,
    ),
}


def chart(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """Four phases on one axis, then who answers for what: units by phases, each cell with its light."""
    found = queries.round_chart(actor=request.actor, now=request.now, round_id=round_id)
    context = {
        "chart": found,
        "axis": _axis(found, request.now.date()),
        "wall": _wall(found),
        "phases": [
            (span, [t for t in found.tasks if t.phase == span.phase]) for span in found.spans
        ],
        "standing": _standing(request, found),
        "acts": [(n, a) for n, a in ROUND_ACTS.items() if n in found.permitted],
        "counts": _counts(found),
    }
    return render(request, "inspection/chart.html", context)


def _axis(found: RoundChart, today: date) -> Axis:
    bands = [
        (s.first, (s.last or s.first + MARGIN) + timedelta(days=1), _KINDS[s.phase], s.phase.label)
        for s in found.spans
    ]
    early = min([bands[0][0], *(t.due_on for t in found.tasks)])
    late = max([bands[-1][1], *(t.due_on for t in found.tasks)])
    bands[0] = (early, *bands[0][1:])
    bands[-1] = (bands[-1][0], late, *bands[-1][2:])
    points = [
        Point(t.due_on, t.light.value, t.code[2:], f"{t.code} {t.title}：{t.light.word}，{t.why}")
        for t in found.tasks
        if t.state != PhaseTaskState.WITHDRAWN
    ]
    return drawn_axis(points, bands, today=today)


def _wall(found: RoundChart) -> list[tuple[str, list[tuple[str, list[PhaseTaskRecord]]]]]:
    """Unit → its items in each of the phases that have any; the unit with most of them first."""
    shown = [t for t in found.tasks if t.state != PhaseTaskState.WITHDRAWN]
    units: dict[str, list[PhaseTaskRecord]] = {}
    for task in shown:
        units.setdefault(task.unit_name, []).append(task)
    return [
        (name, [(s.phase.label, [t for t in own if t.phase == s.phase]) for s in found.spans])
        for name, own in sorted(units.items(), key=lambda u: (-len(u[1]), u[0]))
    ]


def _standing(request: ActorRequest, found: RoundChart) -> list[DutyRecord]:
    """The next clock of each recurring duty of the standing phase, of those the reader may see."""
    shown: list[DutyRecord] = []
    for code in found.clocks:
        page = duties.duties(
            actor=request.actor,
            now=request.now,
            filters={"code": code, "state": "open"},
            limit=1,
        )
        shown += page.duties
    return shown


def _counts(found: RoundChart) -> dict[str, int]:
    alive = [t for t in found.tasks if t.state != PhaseTaskState.WITHDRAWN]
    return {
        "all": len(alive),
        "closed": sum(t.state == PhaseTaskState.CLOSED for t in alive),
        "reported": sum(t.state == PhaseTaskState.REPORTED for t in alive),
        "late": sum(t.light is Light.RED for t in alive),
    }


def task_page(request: ActorRequest, task_id: UUID) -> HttpResponse:
    found = queries.phase_task(actor=request.actor, now=request.now, task_id=task_id)
    acts = [(name, act) for name, act in TASK_ACTS.items() if name in found.permitted]
    return render(request, "inspection/phase_task.html", {"task": found, "acts": acts})


def task_act(request: ActorRequest, task_id: UUID, name: str) -> HttpResponse:
    if name not in TASK_ACTS:
        raise NotFound

    def given(record: PhaseTaskRecord, form: ActForm) -> dict[str, Any]:
        return {"task_id": record.id, **plain(record, form)}

    return act_page(
        request,
        TASK_ACTS[name],
        load=lambda r: queries.phase_task(actor=r.actor, now=r.now, task_id=task_id),
        name=name,
        back=lambda record: reverse("inspection:phase_task", args=[record.id]),
        heading=lambda record: f"{record.code} {record.title}",
        given=given,
    )

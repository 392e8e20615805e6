"""Coverage with its depth, obstacles, earlier findings, and the acts of a round."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.fabric.paging import page_number
from lianxun.inspection import operations, queries
from lianxun.inspection.records import ObstacleRecord
from lianxun.kernel.problems import NotFound, Problem
from lianxun.leads import depth as leads
from lianxun.rectification import depth as rectification
from lianxun.web.acts import Act, Look, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.inspection import forms
from lianxun.web.inspection.phases import ROUND_ACTS as PHASE_ROUND_ACTS
from lianxun.web.requests import ActorRequest


def coverage(request: ActorRequest) -> HttpResponse:
    """Every inspected unit: visited or not, and how deep — papers, confirmations, leads, issues."""
    actor, now = request.actor, request.now
    lines = queries.coverage(actor=actor, now=now)
    units = [line.unit_id for line in lines]
    found_leads = (
        leads.leads_by_unit(actor=actor, now=now, units=units) if "leads" in actor.duties else {}
    )
    found_items = (
        rectification.items_by_unit(actor=actor, now=now, units=units)
        if "rectification" in actor.duties
        else {}
    )
    rows = [
        (line, found_leads.get(line.unit_id, 0), *found_items.get(line.unit_id, (0, 0)))
        for line in lines
    ]
    context = {
        "rows": rows,
        "visited": sum(line.visits > 0 for line in lines),
        "total": len(lines),
        "shallow": sum(line.visits > 0 and line.corroborated == 0 for line in lines),
    }
    return render(request, "inspection/coverage.html", context)


def obstacles(request: ActorRequest) -> HttpResponse:
    """堵点: what stands between units, and how others were removed."""
    wanted = {"yes": True, "no": False}.get(request.GET.get("removed", ""))
    page = queries.obstacles(
        actor=request.actor,
        now=request.now,
        removed=wanted,
        page=page_number(request.GET.get("page")),
    )
    context = {"page": page, "removed": request.GET.get("removed", "")}
    return render(request, "inspection/obstacles.html", context)


def remove_obstacle(request: ActorRequest, engagement_id: UUID, obstacle_id: UUID) -> HttpResponse:
    """Say how one obstacle was removed."""
    act = Act(
        "登记打通堵点",
        "登记打通",
        operations.remove_obstacle,
        forms.RemoveObstacleForm,
        "写明打通的办法，供其他任务参考。",
        "堵点已打通。",
    )

    def load(r: ActorRequest) -> Any:
        task = queries.engagement(actor=r.actor, now=r.now, engagement_id=engagement_id)
        found = next((o for o in task.obstacles if o.id == obstacle_id), None)
        if found is None or found.removed_on is not None:
            raise NotFound
        return _Obstacle(found, task.permitted)

    return act_page(
        request,
        act,
        load=load,
        name="obstacle",
        back=lambda _: reverse("inspection:obstacles"),
        heading=lambda record: record.obstacle.text,
        given=lambda record, form: {"obstacle_id": record.obstacle.id, **plain(record, form)},
    )


class _Obstacle:
    """An obstacle with what its engagement permits."""

    def __init__(self, obstacle: ObstacleRecord, permitted: frozenset[str]) -> None:
        self.obstacle, self.permitted, self.revision = obstacle, permitted, obstacle.revision


def earlier(request: ActorRequest, engagement_id: UUID) -> HttpResponse:
    """Findings of earlier engagements on the same unit; each can be carried into this one."""
    with transaction.atomic():
        task = queries.engagement(actor=request.actor, now=request.now, engagement_id=engagement_id)
        found = queries.earlier_papers(
            actor=request.actor, now=request.now, engagement_id=engagement_id
        )
    problem = ""
    if request.method == "POST":
        chosen = next((p for p in found if str(p.id) == request.POST.get("paper", "")), None)
        if chosen is None or "carry" not in task.permitted:
            raise NotFound
        try:
            operations.carry_forward(
                actor=request.actor, now=request.now, engagement_id=task.id, paper_id=chosen.id
            )
            messages.success(request, f"{chosen.number} 已转入，待核查整改情况。")
            return redirect(request.path)
        except NotFound:
            raise
        except Problem as refused:
            problem = refused.message
    with transaction.atomic():
        context = {"task": task, "found": found, "problem": problem}
        return render(request, "inspection/earlier.html", context, status=422 if problem else 200)


def _dates_asked(request: ActorRequest, found: Any, form: ActForm) -> dict[str, Any]:
    """What the new days would move."""
    asked = {k: form.cleaned_data[k] for k in ("starts_on", "ends_on", "with_tasks")}
    return {
        "found": queries.preview_round_dates(
            actor=request.actor, now=request.now, round_id=found.id, **asked
        )
    }


ROUND_ACTS: dict[str, Act] = {
    **PHASE_ROUND_ACTS,
    "check": Act(
        "落实政治责任清单条目",
        "落实清单条目",
        operations.pass_check,
        forms.CheckForm,
        "写明依据；登记后不能修改。",
        "条目已落实。",
    ),
    "submit": Act(
        "提请审批",
        "提请领导小组审批",
        operations.submit_round,
        happens="领导小组同意后，清单上的任务全部批准，节点开始计时；提请后不能再增减。",
        done="已提请领导小组审批。",
    ),
    "dates": Act(
        "调整起止日期",
        "改期",
        operations.change_round_dates,
        forms.RoundDatesForm,
        "起草中的轮次即时改期；已批准的轮次提请领导小组决定，同意后阶段任务、任务和节点一并重算，原日期保留。"
        "提交前可先点“预览影响”。",
        "已办理；已批准的轮次待领导小组决定。",
        values=lambda _, found: {"starts_on": found.starts_on, "ends_on": found.ends_on},
        look=Look("预览影响", "inspection/_round_moves.html", _dates_asked),
    ),
    "evaluate": Act(
        "印制协调对接工作评估报告",
        "印制评估报告",
        operations.issue_evaluation,
        forms.EvaluateForm,
        "会商、人员、底稿、印证、堵点、信息需求、线索、整改和时限的数字由平台统计后写入报告；"
        "内部和第三方意见由您填写。可以再次印制，每份有自己的文号。",
        "评估报告已印制，在本页“文书”。",
    ),
    "close": Act(
        "结束轮次",
        "结束轮次",
        operations.close_round,
        forms.CloseRoundForm,
        "全部任务归档、清单全部落实之后才能结束；结束后不再变动。",
        "轮次已结束。",
    ),
}


def round_act(request: ActorRequest, round_id: UUID, name: str) -> HttpResponse:
    if name not in ROUND_ACTS:
        raise NotFound

    def load(r: ActorRequest) -> Any:
        found, _, permitted = queries.round_page(actor=r.actor, now=r.now, round_id=round_id)
        return _Round(found, permitted)

    def given(record: Any, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if name == "check":
            values["check_id"] = UUID(values["check_id"])
            return values
        if "unit_id" in values:
            values["unit_id"] = UUID(values["unit_id"])
        return {"round_id": record.id, **values}

    return act_page(
        request,
        ROUND_ACTS[name],
        load=load,
        name=name,
        back=lambda record: reverse("inspection:round", args=[record.id]),
        heading=lambda record: record.name,
        given=given,
    )


class _Round:
    """A round with what its reader may do."""

    def __init__(self, record: Any, permitted: frozenset[str]) -> None:
        self.record, self.permitted = record, permitted

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

"""Rounds, the list of engagements, and the workspace with its acts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.access import queries as access
from lianxun.access.records import ObjectLabels
from lianxun.approvals import queries as approvals
from lianxun.documents import queries as documents
from lianxun.duties import queries as duties
from lianxun.exchange import queries as exchange
from lianxun.fabric.paging import page_number
from lianxun.inspection import operations, queries
from lianxun.inspection.enums import State
from lianxun.inspection.records import EngagementRecord
from lianxun.kernel.problems import NotFound
from lianxun.leads import queries as leads
from lianxun.rectification import operations as rectification_acts
from lianxun.rectification import queries as rectification
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.inspection import forms
from lianxun.web.inspection.lists import LISTING
from lianxun.web.inspection.next_step import next_step
from lianxun.web.lists import list_page
from lianxun.web.rectification.forms import IssueForm
from lianxun.web.requests import ActorRequest

KIND = "inspection.engagement"
ACTS: dict[str, Act] = {
    "advance": Act(
        "进入下一阶段",
        "进入下一阶段",
        operations.advance,
        forms.AdvanceForm,
        "关口清单须全部通过；缺什么会逐条说明。",
        "已进入新阶段。",
    ),
    "gate": Act(
        "通过关口条目", "通过关口", operations.pass_gate, forms.GateForm, done="条目已通过。"
    ),
    "consult": Act(
        "登记信息会商纪要",
        "登记会商",
        operations.record_consultation,
        forms.ConsultForm,
        "登记后“信息会商”节点办结。",
        "纪要已登记。",
    ),
    "line": Act(
        "增加协作清单条目", "增加清单条目", operations.add_line, forms.LineForm, done="条目已增加。"
    ),
    "list": Act(
        "印制巡前协作清单",
        "印制协作清单",
        operations.issue_list,
        happens="按公文格式生成 Word 和 PDF，编文号存档。",
        done="《巡前协作清单》已生成，见“文书”。",
    ),
    "plan": Act(
        "起草协作方案", "起草协作方案", operations.draft_plan, forms.PlanForm, done="方案已起草。"
    ),
    "submit_plan": Act(
        "提请批准协作方案",
        "提请批准方案",
        operations.submit_plan,
        happens="由协调对接委员会审批。",
        done="已提请审批。",
    ),
    "seat": Act(
        "提名组员",
        "提名组员",
        operations.propose_seat,
        forms.SeatForm,
        "系统自动审查回避；须回避的立即关闭其对本单位一切信息的访问，只显示“回避：是”。",
        "已提名。",
    ),
    "team": Act(
        "确认组成人员",
        "确认组员",
        operations.confirm_team,
        forms.TeamForm,
        "确认后按日期自动开放和关闭访问，不需人工操作。",
        "已确认。",
    ),
    "reschedule": Act(
        "改期",
        "改期",
        operations.reschedule,
        forms.RescheduleForm,
        "所有节点随之重算。",
        "已改期。",
    ),
    "extend": Act(
        "申请延期",
        "申请延期",
        operations.ask_extension,
        forms.ExtendForm,
        "由领导小组决定，最多 1 个月，一次。",
        "已提请审批。",
    ),
    "pause": Act(
        "申请暂停任务",
        "申请暂停",
        operations.ask_pause,
        forms.PauseForm,
        "任何成员发现政治偏差都可提出；由领导小组决定，暂停期间时限停表。",
        "已提请领导小组决定。",
        danger=True,
    ),
    "resume": Act(
        "恢复任务", "恢复", operations.resume, forms.ResumeForm, done="任务已恢复，时限顺延。"
    ),
    "paper": Act(
        "起草问题底稿",
        "起草底稿",
        operations.draft_paper,
        forms.PaperForm,
        "一事一底稿，承办人、副组长、组长三级签字。",
        "底稿已起草。",
    ),
    "report": Act(
        "提请听取汇报",
        "提请听取汇报",
        operations.submit_report,
        forms.ReportForm,
        done="已提请领导小组。",
    ),
    "feedback": Act(
        "登记反馈",
        "登记反馈",
        operations.give_feedback,
        forms.FeedbackForm,
        "从反馈日起计算整改时限。",
        "已登记反馈。",
    ),
    "issue": Act(
        "下达整改事项",
        "下达整改事项",
        rectification_acts.issue_item,
        IssueForm,
        "一个问题一个编号，立即送达被巡视单位。",
        "已下达。",
    ),
    "obstacle": Act(
        "登记堵点", "登记堵点", operations.record_obstacle, forms.ObstacleForm, done="已登记。"
    ),
}
TABS = (
    ("nodes", "节点"),
    ("requests", "信息需求"),
    ("team", "组员"),
    ("papers", "底稿"),
    ("leads", "线索"),
    ("issues", "整改"),
    ("documents", "文书"),
)


def rounds(request: ActorRequest) -> HttpResponse:
    found = queries.rounds(actor=request.actor, now=request.now)
    return render(request, "inspection/rounds.html", {"rounds": found})


def new_round(request: ActorRequest) -> HttpResponse:
    form = forms.RoundForm(request.POST or None, initial={"year": request.now.year})
    if request.method == "POST" and form.is_valid():
        data = {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}
        done, made = form.perform(
            lambda: operations.open_round(actor=request.actor, now=request.now, **data)
        )
        if done:
            messages.success(request, "轮次已起草，请列入被巡视单位后提请审批。")
            return redirect(
                reverse("inspection:round", args=[made]) if made else reverse("inspection:rounds")
            )
    with transaction.atomic():
        return render(
            request, "inspection/new_round.html", {"form": form}, status=422 if form.errors else 200
        )


def round_page(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """One round: its list, and while it is a draft the form that adds to it."""
    with transaction.atomic():
        found, tasks, permitted = queries.round_page(
            actor=request.actor, now=request.now, round_id=round_id
        )
        form = forms.EngagementForm(request.POST if "unit_id" in request.POST else None)
        form.prepare(request, found)
    if request.method == "POST":
        if "submit_round" in request.POST:
            operations.submit_round(
                actor=request.actor, now=request.now, round_id=round_id, revision=found.revision
            )
            messages.success(request, "已提请领导小组审批。")
            return redirect(request.path)
        if form.is_valid():
            data = {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}
            data["unit_id"] = UUID(data["unit_id"])
            done, _ = form.perform(
                lambda: operations.plan_engagement(
                    actor=request.actor, now=request.now, round_id=round_id, **data
                )
            )
            if done:
                messages.success(request, "已列入本轮次。")
                return redirect(request.path)
    with transaction.atomic():
        context = {"round": found, "tasks": tasks, "permitted": permitted, "form": form}
        return render(request, "inspection/round.html", context, status=422 if form.errors else 200)


def engagements(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    rounds = [(reverse("inspection:rounds"), "轮次")]
    return list_page(
        request,
        LISTING,
        lambda: queries.engagements(
            actor=request.actor,
            now=request.now,
            state=state if state in State.values else "",
            search=request.GET.get("q", "").strip()[:60],
            page=page_number(request.GET.get("page")),
        ),
        buttons=rounds if "inspection" in request.actor.duties else [],
    )


def workspace(request: ActorRequest, engagement_id: UUID, tab: str = "nodes") -> HttpResponse:
    """The engagement: 12 nodes on top, then the tab asked for."""
    actor, now = request.actor, request.now
    task = queries.engagement(actor=actor, now=now, engagement_id=engagement_id)
    if tab not in dict(TABS):
        raise NotFound
    step = next_step(task, now.date())
    acts = [(n, a) for n, a in ACTS.items() if n in _permitted(task)]
    context: dict[str, Any] = {
        "task": task,
        "tab": tab,
        "tabs": TABS,
        "nodes": duties.timeline(actor=actor, now=now, engagement=task.id),
        "step": step,
        "first_acts": [(n, a) for n, a in acts if n == step.act],
        "acts": [(n, a) for n, a in acts if n != step.act],
        "matters": approvals.of_object(actor=actor, object_kind=KIND, object_id=task.id),
        "explanation": access.explain_access(actor=actor, obj=_labels(task), now=now),
        "base": reverse("inspection:workspace", args=[task.id]),
        "new_plan": next((p for p in task.plans if p.approved_on is None), None),
    }
    if tab == "requests":
        context["page"] = exchange.requests(actor=actor, now=now, engagement=task.id)
    elif tab == "leads":
        context["page"] = leads.leads(actor=actor, now=now, engagement=task.id)
    elif tab == "issues":
        context["page"] = rectification.items(actor=actor, now=now, engagement=task.id)
    elif tab == "documents":
        context["files"] = documents.files(actor=actor, now=now, engagement=task.id).rows
    return render(request, "inspection/workspace.html", context)


def _labels(task: EngagementRecord) -> ObjectLabels:
    return ObjectLabels(
        id=task.id,
        table="inspection.engagement",
        library="inspection",
        level=task.level,
        region=task.region,
        owner_path=task.owner_path,
        engagement=task.id,
        subject_org=task.unit_id,
        subject_path=task.subject_path,
    )


def _permitted(task: EngagementRecord) -> frozenset[str]:
    found = set(task.permitted)
    if any(s[0] != "fed_back" for s in task.next_states):
        found.add("advance")
    if "plan" in found and any(p.approved_on is None for p in task.plans):
        found.add("submit_plan")
    return frozenset(found)


def act(request: ActorRequest, engagement_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def load(r: ActorRequest) -> Any:
        task = queries.engagement(actor=r.actor, now=r.now, engagement_id=engagement_id)
        return _Permitting(task, _permitted(task))

    return act_page(
        request,
        chosen,
        load=load,
        name=name,
        back=lambda task: reverse("inspection:workspace", args=[task.id]),
        heading=lambda task: f"{task.number} {task.unit_name}",
        given=lambda task, form: _given(name, task, form),
    )


class _Permitting:
    """A record with the acts that depend on more than one of its parts."""

    def __init__(self, record: EngagementRecord, permitted: frozenset[str]) -> None:
        self.record, self.permitted = record, permitted

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)


_WITHOUT_REVISION = frozenset(
    {"consult", "line", "list", "plan", "seat", "pause", "paper", "obstacle", "issue"}
)


def _given(name: str, task: Any, form: ActForm) -> dict[str, Any]:
    values = plain(task, form)
    if name in _WITHOUT_REVISION:
        values.pop("revision", None)
    if name == "gate":
        gate = next(g for g in task.gates if str(g.id) == values["gate_id"])
        return {"gate_id": gate.id, "revision": gate.revision, "evidence": values["evidence"]}
    if name == "submit_plan":
        plan = next(p for p in task.plans if p.approved_on is None)
        return {"plan_id": plan.id, "revision": plan.revision}
    if name == "resume":
        pause = next(p for p in task.pauses if p.state == "active")
        return {"pause_id": pause.id, "revision": pause.revision, "reason": values["reason"]}
    if name == "issue":
        return {
            "engagement_id": task.id,
            "engagement_number": task.number,
            "unit_id": task.unit_id,
            **values,
        }
    for key in ("unit_id", "person_id"):
        if key in values:
            values[key] = UUID(values[key])
    if "units" in values:
        values["units"] = tuple(UUID(u) for u in values["units"])
    return {"engagement_id": task.id, **values}


def paper(request: ActorRequest, paper_id: UUID) -> HttpResponse:
    """One working paper with its signatures; signing, returning and corroborating happen here."""
    with transaction.atomic():
        found = queries.paper(actor=request.actor, now=request.now, paper_id=paper_id)
    form = forms.CorroborateForm(request.POST if "statement" in request.POST else None)
    if request.method == "POST":
        if "sign" in request.POST:
            operations.sign_paper(
                actor=request.actor, now=request.now, paper_id=paper_id, revision=found.revision
            )
            messages.success(request, "已签字。")
            return redirect(request.path)
        if "return" in request.POST:
            operations.return_paper(
                actor=request.actor,
                now=request.now,
                paper_id=paper_id,
                revision=found.revision,
                reason=request.POST.get("reason", ""),
            )
            messages.success(request, "已退回修改。")
            return redirect(request.path)
        if form.is_valid():
            done, _ = form.perform(
                lambda: operations.corroborate(
                    actor=request.actor,
                    now=request.now,
                    paper_id=paper_id,
                    confirms=form.cleaned_data["confirms"],
                    statement=form.cleaned_data["statement"],
                )
            )
            if done:
                messages.success(request, "印证意见已登记。")
                return redirect(request.path)
    with transaction.atomic():
        return render(
            request,
            "inspection/paper.html",
            {"paper": found, "form": form},
            status=422 if form.errors else 200,
        )

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
from lianxun.duties.records import DutyRecord
from lianxun.exchange import queries as exchange
from lianxun.fabric.paging import page_number
from lianxun.inspection import operations, queries
from lianxun.inspection.enums import FORWARD, CheckPhase, RoundState, SeatState, State, TeamKind
from lianxun.inspection.records import EngagementRecord
from lianxun.inspection.rules import Facts, may_prepare
from lianxun.kernel.problems import NotFound
from lianxun.leads import queries as leads
from lianxun.rectification import queries as rectification
from lianxun.rectification.rules import may_issue, may_open_assessment
from lianxun.rectification.supervising import SETTLED
from lianxun.web.acts import uuid_or_none
from lianxun.web.forms import ActForm
from lianxun.web.inspection import forms
from lianxun.web.inspection.acts import ACTS, TAKE_BACK, permitted
from lianxun.web.inspection.depth import ROUND_ACTS
from lianxun.web.inspection.lists import LISTING
from lianxun.web.inspection.next_step import next_step
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest, there_for, uuid_given, year_given
from lianxun.web.timeline import axis, gravest

KIND = "inspection.engagement"
MOST_CLOCKS = 200
TABS = (
    ("nodes", "节点"),
    ("focus", "协作重点"),
    ("requests", "信息需求"),
    ("team", "组员"),
    ("joint", "联合检查"),
    ("linked", "联动"),
    ("papers", "底稿"),
    ("leads", "线索"),
    ("issues", "整改"),
    ("look_back", "回头看"),
    ("documents", "文书"),
)


def rounds(request: ActorRequest) -> HttpResponse:
    found = queries.rounds(actor=request.actor, now=request.now)
    return render(request, "inspection/rounds.html", {"rounds": found})


def new_round(request: ActorRequest) -> HttpResponse:
    actor = request.actor
    there_for(may_prepare(actor, Facts(RoundState.DRAFT, actor.unit_path)))
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
        found, tasks, may = queries.round_page(
            actor=request.actor, now=request.now, round_id=round_id
        )
        form = forms.EngagementForm(request.POST if request.method == "POST" else None)
        form.prepare(request, found)
    if request.method == "POST":
        done, _ = form.perform(lambda: planned(request, form, round_id))
        if done:
            messages.success(request, "已列入本轮次。")
            return redirect(request.path)
    with transaction.atomic():
        open_checks = [
            c for c in found.checks if c.phase == CheckPhase.DEPLOY and c.passed_at is None
        ]
        shown = may - {"submit"} if open_checks or not tasks else may
        acts = [(name, act) for name, act in ROUND_ACTS.items() if name in shown]
        changes = queries.round_dates(actor=request.actor, now=request.now, round_id=found.id)
        context = {
            "round": found,
            "tasks": tasks,
            "changes": changes,
            "permitted": may,
            "form": form,
            "acts": acts,
        }
        context["open_checks"] = open_checks
        context["files"] = documents.of_object(
            actor=request.actor, object_kind="inspection.round", object_id=round_id
        )
        return render(request, "inspection/round.html", context, status=422 if form.errors else 200)


def planned(request: ActorRequest, form: ActForm, round_id: UUID) -> UUID:
    """What a valid form plans, put on the round's list; the page and the interface make the same call."""
    data = {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}
    data["unit_id"] = UUID(data["unit_id"])
    data["look_back_of"] = uuid_or_none(data["look_back_of"])
    data["partners"] = tuple(UUID(p) for p in data["partners"])
    if data["partners"] and not data["with_audit"]:
        data["team_kind"] = TeamKind.JOINT
    return operations.plan_engagement(
        actor=request.actor, now=request.now, round_id=round_id, **data
    )


def engagements(request: ActorRequest) -> HttpResponse:
    state, team = request.GET.get("state", ""), request.GET.get("team", "")
    rounds = [
        (reverse("inspection:rounds"), "轮次"),
        (reverse("inspection:joint_tasks"), "联合检查任务"),
    ]
    return list_page(
        request,
        LISTING,
        lambda: queries.engagements(
            actor=request.actor,
            now=request.now,
            state=state if state in State.values else "",
            search=request.GET.get("q", "").strip()[:60],
            unit=uuid_given(request.GET.get("unit")),
            year=year_given(request.GET.get("year")),
            team=team if team in TeamKind.values else "",
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
    may = permitted(task)
    acts = [(n, a) for n, a in ACTS.items() if n in may - TAKE_BACK]
    nodes = duties.timeline(actor=actor, now=now, engagement=task.id)
    context: dict[str, Any] = {
        "task": task,
        "tab": tab,
        "tabs": [
            t
            for t in TABS
            if (t[0] != "look_back" or task.is_look_back)
            and (t[0] != "linked" or task.partner_names)
        ],
        "nodes": nodes,
        "axis": axis(
            nodes,
            entry=task.entry_on,
            end=task.on_site_end_on,
            feedback=task.feedback_on,
            today=now.date(),
        ),
        "step": step,
        "first_acts": [(n, a) for n, a in acts if n == step.act],
        "acts": [(n, a) for n, a in acts if n != step.act],
        "matters": approvals.of_object(actor=actor, object_kind=KIND, object_id=task.id),
        "explanation": access.explain_access(actor=actor, obj=_labels(task), now=now),
        "base": reverse("inspection:workspace", args=[task.id]),
        "new_plan": next((p for p in task.plans if p.approved_on is None), None),
        "retractable": {g.id for g in forms.retractable(task)} if "ungate" in may else (),
        "may_unline": "unline" in may,
        "gates": _gates(task),
    }
    if tab in _WITH_CLOCKS:
        context["clocks"] = _clocks(request, task.id)
    if tab == "focus":
        context["found"] = queries.collaboration(actor=actor, now=now, engagement_id=task.id)
    elif tab == "requests":
        context["page"] = exchange.requests(actor=actor, now=now, engagement=task.id)
    elif tab == "joint":
        context["page"] = queries.joint_tasks(actor=actor, now=now, engagement=task.id)
    elif tab == "linked":
        context |= linked(request, task)
    elif tab == "leads":
        context["page"] = leads.leads(actor=actor, now=now, engagement=task.id)
    elif tab == "issues":
        context["page"] = rectification.items(actor=actor, now=now, engagement=task.id)
        context["assessments"] = rectification.assessments(actor=actor, now=now, engagement=task.id)
        context["may_assess"] = bool(
            may_open_assessment(
                actor,
                items=len(context["page"].rows),
                states=[a.state for a in context["assessments"].rows],
            )
        )
        context["supervisions"] = rectification.supervisions(
            actor=actor, now=now, engagement=task.id
        )
        context["plans"] = rectification.support_plans(actor=actor, now=now, engagement=task.id)
        context["may_supervise"] = bool(may_issue(actor)) and any(
            i.state not in SETTLED for i in context["page"].rows
        )
    elif tab == "look_back":
        context["ask"] = queries.asked_for_task(actor=actor, now=now, engagement_id=task.id)
    elif tab == "documents":
        context["files"] = documents.files(actor=actor, now=now, engagement=task.id).rows
    return render(request, "inspection/workspace.html", context)


def linked(request: ActorRequest, task: EngagementRecord) -> dict[str, Any]:
    """How both sides of a joint team work as one: agreements and their data, people, cross-checks, joint tasks."""
    actor, now = request.actor, request.now
    sides: dict[str, list[str]] = {}
    for seat in task.seats:
        if seat.state == SeatState.CONFIRMED:
            sides.setdefault(seat.home_unit, []).append(f"{seat.name}（{seat.role_label}）")
    return {
        "sharings": exchange.sharings(actor=actor, now=now, engagement=task.id).rows,
        "shared": exchange.shared_data(actor=actor, now=now, engagement=task.id),
        "sides": [(unit, "、".join(names)) for unit, names in sides.items()],
        "crossed": [(p, c) for p in task.papers for c in p.cross_checks],
        "joint": queries.joint_tasks(actor=actor, now=now, engagement=task.id).rows,
    }


def _gates(task: EngagementRecord) -> dict[str, Any]:
    """The checklist of the stage ahead, and the rest of it."""
    stages = {to for start, to in FORWARD if start == task.state}
    return {
        "passed": sum(g.passed_at is not None for g in task.gates),
        "ahead": [g for g in task.gates if g.stage in stages],
        "others": [g for g in task.gates if g.stage not in stages],
    }


_WITH_CLOCKS = ("requests", "leads", "issues")


def _clocks(request: ActorRequest, engagement: UUID) -> dict[UUID, DutyRecord]:
    """The clock that speaks for each matter of an engagement."""
    found = duties.duties(
        actor=request.actor,
        now=request.now,
        filters={"engagement": str(engagement), "state": "open"},
        limit=MOST_CLOCKS,
    ).duties
    spoken: dict[UUID, list[DutyRecord]] = {}
    for duty in found:
        spoken.setdefault(duty.object_id, []).append(duty)
    return {key: clock for key, all_ in spoken.items() if (clock := gravest(all_)) is not None}


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

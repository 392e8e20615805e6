"""The team: a proposal from the pool as a whole, and one seat with its objection and replacement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.inspection import operations, queries
from lianxun.inspection.enums import SeatState, TeamGroup, TeamRole
from lianxun.inspection.matching import Proposal
from lianxun.inspection.operations import Pick
from lianxun.inspection.records import EngagementRecord, SeatRecord
from lianxun.kernel.problems import NotFound, Problem
from lianxun.organisation.enums import Skill
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


class WantForm(ActForm):
    """What the team needs; a GET form, for it stores nothing."""

    members = forms.IntegerField(label="组员人数", min_value=1, max_value=30, initial=3)
    skills = forms.MultipleChoiceField(
        label="组员须有的专长",
        choices=Skill.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    experts = forms.MultipleChoiceField(
        label="另配专家",
        choices=Skill.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ObjectForm(ActForm):
    reason = forms.CharField(
        label="异议理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class SettleForm(ActForm):
    upholds = forms.TypedChoiceField(
        label="处理意见",
        choices=[("yes", "异议成立，换人"), ("no", "异议不成立，仍为拟任")],
        coerce=lambda v: v == "yes",
    )
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class StandDownForm(ActForm):
    reason = forms.CharField(
        label="须回避的情形",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只供核对，不写入组员名单；他人只看到“回避：是”。",
    )


class ReplaceForm(ActForm):
    by_seat_id = forms.ChoiceField(label="由备选人员接替", required=False)

    def prepare(self, request: ActorRequest, record: SeatRecord) -> None:
        """Alternates of the same group."""
        task = queries.engagement(
            actor=request.actor, now=request.now, engagement_id=record.task_id
        )
        waiting = [
            (str(s.id), f"{s.name}（{s.home_unit}）")
            for s in task.seats
            if s.state == SeatState.ALTERNATE and s.group == record.group and s.id != record.id
        ]
        self.fields["by_seat_id"].choices = [("", "不接替"), *waiting]  # type: ignore[attr-defined]


ACTS: dict[str, Act] = {
    "object": Act(
        "提出异议",
        "提出异议",
        operations.object_to_seat,
        ObjectForm,
        "由领导小组处理；处理之前不能确认该组人员。",
        "异议已登记，等待领导小组处理。",
    ),
    "settle": Act(
        "处理异议",
        "处理异议",
        operations.settle_objection,
        SettleForm,
        "处理意见告知提名人和异议人。",
        "异议已处理。",
    ),
    "stand_down": Act(
        "自行回避",
        "自行回避",
        operations.stand_down,
        StandDownForm,
        "登记后立即退出，本人对该单位一切信息的访问同时关闭，不能撤回。",
        "已登记回避。",
        danger=True,
    ),
    "replace": Act(
        "替换组员",
        "替换",
        operations.replace_seat,
        ReplaceForm,
        "访问立即关闭；接替的人转为拟任，经确认后开放访问。",
        "已替换。",
        danger=True,
    ),
}


def seat(request: ActorRequest, seat_id: UUID) -> HttpResponse:
    """One seat as the person, the home unit, the office and the leading group see it."""
    found = queries.seat(actor=request.actor, now=request.now, seat_id=seat_id)
    acts = [(name, act) for name, act in ACTS.items() if name in found.permitted]
    return render(request, "inspection/seat.html", {"seat": found, "acts": acts})


def seat_act(request: ActorRequest, seat_id: UUID, name: str) -> HttpResponse:
    if name not in ACTS:
        raise NotFound

    def given(record: SeatRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if "by_seat_id" in values:
            values["by_seat_id"] = uuid_or_none(values["by_seat_id"])
        return {"seat_id": record.id, **values}

    def back(record: SeatRecord) -> str:
        # Whoever stood down sees nothing of it any more.
        if name == "stand_down" and request.method == "POST":
            return reverse("home")
        return reverse("inspection:seat", args=[record.id])

    return act_page(
        request,
        ACTS[name],
        load=lambda r: queries.seat(actor=r.actor, now=r.now, seat_id=seat_id),
        name=name,
        back=back,
        heading=lambda record: f"{record.name}：{record.title}",
        given=given,
        after=lambda record, _: back(record),
    )


def propose(request: ActorRequest, engagement_id: UUID) -> HttpResponse:
    """The proposal as a whole: ask for it, change it, take it over. Nothing is stored before that."""
    with transaction.atomic():
        task = queries.engagement(actor=request.actor, now=request.now, engagement_id=engagement_id)
        if "seat" not in task.permitted:
            raise NotFound
        asked = request.GET if "members" in request.GET else None
        form = WantForm(asked, initial={"members": 3})
        found = _suggested(request, task, form) if asked is not None else None
    problem = ""
    if request.method == "POST" and found is not None:
        problem = _take_over(request, task, found)
        if not problem:
            return redirect(reverse("inspection:tab", args=[task.id, "team"]))
    with transaction.atomic():
        context = {
            "task": task,
            "form": form,
            "found": found,
            "problem": problem,
            "roles": TeamRole.choices,
        }
        status = 422 if form.errors or problem else 200
        return render(request, "inspection/propose.html", context, status=status)


def _suggested(request: ActorRequest, task: EngagementRecord, form: WantForm) -> Proposal | None:
    if not form.is_valid():
        return None
    wanted = form.cleaned_data
    try:
        return queries.suggest_team(
            actor=request.actor,
            now=request.now,
            engagement_id=task.id,
            skills=tuple(wanted["skills"]),
            experts=tuple(wanted["experts"]),
            members=wanted["members"],
        )
    except Problem as refused:
        form.add_error(None, refused.message)
        return None


def _take_over(request: ActorRequest, task: EngagementRecord, found: Proposal) -> str:
    """Store what the person made of the proposal; a sentence when it cannot be."""
    picks = []
    for suggestion in (*found.seats, *found.alternates):
        key = str(suggestion.candidate.person)
        use = request.POST.get(f"use_{key}", "")
        if use not in ("seat", "alternate"):
            continue
        role = request.POST.get(f"role_{key}", suggestion.role)
        picks.append(
            Pick(
                person_id=suggestion.candidate.person,
                role=role,
                alternate=use == "alternate",
                reason=suggestion.text,
            )
        )
    try:
        recused = operations.propose_team(
            actor=request.actor,
            now=request.now,
            engagement_id=task.id,
            revision=_number(request.POST.get("revision")),
            group=TeamGroup.ON_SITE,
            picks=picks,
            method=found.method,
        )
    except NotFound:
        raise
    except Problem as refused:
        return refused.message
    words = f"，其中 {recused} 人须回避" if recused else ""
    messages.success(request, f"已提名 {len(picks)} 人{words}。请核对后确认组成人员。")
    return ""


def _number(raw: str | None) -> int:
    return int(raw) if raw and raw.isascii() and raw.isdigit() else 0

"""Meetings: the list, calling one, its page and its acts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.coordination import operations, queries
from lianxun.coordination.enums import MeetingKind, MeetingState
from lianxun.coordination.records import MeetingRecord
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.coordination import forms
from lianxun.web.coordination.lists import MEETINGS
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest

KIND = "coordination.meeting"
ACTS: dict[str, Act] = {
    "record": Act(
        "登记会议纪要",
        "登记会议纪要",
        operations.record,
        forms.RecordForm,
        "逐个议题写纪要，逐个单位写出席情况；登记后由另一名同志确认。",
        "纪要已提交确认。",
    ),
    "opinion": Act(
        "填写研判意见",
        "填写研判意见",
        operations.opine,
        forms.OpinionForm,
        "代表本单位填写；纪要提交之前可以再次填写，以最后一次为准。",
        "研判意见已提交。",
    ),
    "confirm": Act(
        "确认纪要",
        "确认纪要",
        operations.confirm,
        happens="确认后纪要不能再改，议定事项送达责任单位并开始计时；定期会商同时办结本机构当季的会议时限。",
        done="纪要已确认，议定事项已送达。",
    ),
    "decision": Act(
        "登记议定事项",
        "登记议定事项",
        operations.add_decision,
        forms.DecisionForm,
        "写明由哪个单位负责、何时完成；纪要确认后生效。",
        "已登记，纪要确认后生效。",
    ),
    "item": Act("增加议题", "增加议题", operations.add_item, forms.ItemForm, done="已增加。"),
    "invite": Act(
        "增加参会单位",
        "增加参会单位",
        operations.invite,
        forms.InviteForm,
        "受邀单位可以查看本次会议的通知、纪要和议定事项，并即时收到提醒。",
        "已通知。",
    ),
    "return": Act(
        "退回纪要",
        "退回纪要",
        operations.return_minutes,
        forms.ReasonForm,
        "退回后由记录人修改再报。",
        "已退回。",
        danger=True,
    ),
    "cancel": Act(
        "取消会议",
        "取消会议",
        operations.cancel,
        forms.ReasonForm,
        "受邀单位即时收到提醒；取消后不能恢复。",
        "已取消。",
        danger=True,
    ),
}


def meeting_list(request: ActorRequest) -> HttpResponse:
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    with transaction.atomic():
        room = queries.room(actor=request.actor, now=request.now)
    return list_page(
        request,
        MEETINGS,
        lambda: queries.meetings(
            actor=request.actor,
            now=request.now,
            state=state if state in MeetingState.values else "",
            kind=kind if kind in MeetingKind.values else "",
            page=page_number(request.GET.get("page")),
        ),
        tab="meetings",
        may_convene=bool(room.bodies),
    )


def begin(request: ActorRequest) -> HttpResponse:
    """Call a meeting; for nobody who runs no body (404)."""
    with transaction.atomic():
        room = queries.room(actor=request.actor, now=request.now)
        form = forms.ConveneForm(request.POST or None)
        form.offer(room)
    if not room.bodies:
        raise NotFound
    if request.method == "POST":
        done, made = form.perform(
            lambda: operations.convene(
                actor=request.actor,
                now=request.now,
                **{k: v for k, v in form.cleaned_data.items() if k != "submission_key"},
            )
        )
        if done:
            messages.success(
                request, "此前已提交，未重复办理。" if made is None else "会议已通知。"
            )
            return redirect(
                reverse("coordination:meeting", args=[made])
                if made
                else reverse("coordination:meetings")
            )
    with transaction.atomic():
        return render(
            request,
            "coordination/begin.html",
            {"form": form},
            status=422 if request.method == "POST" else 200,
        )


def inquire(request: ActorRequest, kind: str, about_id: UUID) -> HttpResponse:
    """Ask units to judge one matter together; nothing is there for who does not see it (404)."""
    with transaction.atomic():
        room = queries.room(actor=request.actor, now=request.now)
        label = queries.inquired(actor=request.actor, now=request.now, kind=kind, about_id=about_id)
        form = forms.InquiryForm(request.POST or None)
        form.offer(room)
    if not room.bodies:
        raise NotFound
    if request.method == "POST":

        def convene() -> UUID:
            given = dict(form.cleaned_data)
            del given["submission_key"]
            return operations.convene_inquiry(
                actor=request.actor,
                now=request.now,
                about_kind=kind,
                about_id=about_id,
                **{**given, "units": tuple(given["units"])},
            )

        done, made = form.perform(convene)
        if done:
            messages.success(
                request, "此前已提交，未重复办理。" if made is None else "会议已通知。"
            )
            return redirect(
                reverse("coordination:meeting", args=[made])
                if made
                else reverse("coordination:meetings")
            )
    with transaction.atomic():
        context = {"form": form, "label": label, "back": object_url(kind, about_id)}
        return render(
            request,
            "coordination/inquire.html",
            context,
            status=422 if request.method == "POST" else 200,
        )


def detail(request: ActorRequest, meeting_id: UUID) -> HttpResponse:
    found = queries.meeting(actor=request.actor, now=request.now, meeting_id=meeting_id)
    context = {
        "meeting": found,
        "about": object_url(found.about_kind, found.about_id) if found.about_id else "",
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "coordination/meeting.html", context)


def act(request: ActorRequest, meeting_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: MeetingRecord, form: ActForm) -> dict[str, Any]:
        if isinstance(form, forms.RecordForm):
            revision = form.cleaned_data["revision"]
            return {"meeting_id": found.id, "revision": revision, **form.given(found)}
        values = {"meeting_id": found.id, **plain(found, form)}
        if name == "invite":
            values["units"] = tuple(values["units"])
        return values

    return act_page(
        request,
        chosen,
        load=lambda r: queries.meeting(actor=r.actor, now=r.now, meeting_id=meeting_id),
        name=name,
        back=lambda found: reverse("coordination:meeting", args=[found.id]),
        heading=lambda found: found.title,
        given=given,
    )

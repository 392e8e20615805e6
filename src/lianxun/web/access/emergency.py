"""应急调阅: ask, consent, review; one list for asker, second person and security administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.access import breakglass
from lianxun.access.records import BreakGlassRecord
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest


class AskForm(ActForm):
    object_kind = forms.ChoiceField(label="事项类别", choices=breakglass.KINDS)
    number = forms.CharField(
        label="事项编号", max_length=60, help_text="按文书上的编号填写；平台不提示编号是否存在。"
    )
    reason = forms.CharField(
        label="应急理由",
        min_length=10,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明为什么来不及按正常程序共享。事项所属单位和审查人都会看到。",
    )
    second = forms.ChoiceField(label="第二人（须为其他单位）")


class ReviewForm(ActForm):
    note = forms.CharField(
        label="审查意见", max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


ACTS = {
    "consent": Act(
        "同意应急调阅",
        "同意",
        breakglass.consent_break_glass,
        happens="同意后申请人最多可查看该事项 4 小时；事项所属单位立即收到提醒，24 小时内审查。回避、隔离、知悉级别和被巡视单位的限制不受影响，反映人身份不会开启。",
        done="已同意，所属单位和审查人已收到提醒。",
    ),
    "review": Act(
        "审查应急调阅",
        "提交审查意见",
        breakglass.review_break_glass,
        ReviewForm,
        "3 个工作日内没有审查的，调阅人账号自动停用。",
        "已审查。",
    ),
}


def listing(request: ActorRequest) -> HttpResponse:
    found = breakglass.break_glass(actor=request.actor, now=request.now)
    rows = [
        (
            x,
            object_url(x.object_kind, x.object_id) if x.open_now and x.object_id else "",
            [(name, act.button) for name, act in ACTS.items() if name in x.permitted],
        )
        for x in found
    ]
    return render(request, "access/emergency.html", {"rows": rows, "may_ask": _may(request)})


def _may(request: ActorRequest) -> bool:
    return bool(request.actor.duties or request.actor.engagements)


def ask(request: ActorRequest) -> HttpResponse:
    if not _may(request):
        raise NotFound
    form = AskForm(request.POST if request.method == "POST" else None)
    with transaction.atomic():
        people = breakglass.seconds(actor=request.actor)
        form.fields["second"].choices = [("", "请选择"), *((str(i), n) for i, n in people)]  # type: ignore[attr-defined]
    if request.method == "POST":
        done, _ = form.perform(
            lambda: breakglass.ask_break_glass(
                actor=request.actor,
                now=request.now,
                object_kind=form.cleaned_data["object_kind"],
                number=form.cleaned_data["number"],
                reason=form.cleaned_data["reason"],
                second=UUID(form.cleaned_data["second"]),
            )
        )
        if done:
            messages.success(request, "已提交，等待第二人同意；4 小时内未同意自动失效。")
            return redirect(reverse("emergency:list"))
    with transaction.atomic():
        status = 422 if request.method == "POST" else 200
        return render(request, "access/emergency_ask.html", {"form": form}, status=status)


def act(request: ActorRequest, grant_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(record: BreakGlassRecord, form: ActForm) -> dict[str, Any]:
        return {"grant_id": record.id, **plain(record, form)}

    return act_page(
        request,
        chosen,
        load=lambda r: breakglass.one_break_glass(actor=r.actor, now=r.now, grant_id=grant_id),
        name=name,
        back=lambda _: reverse("emergency:list"),
        heading=lambda x: (
            f"{x.asked_by}（{x.unit_name}）申请：{x.kind_label} {x.number}。{x.reason}"
        ),
        given=given,
    )

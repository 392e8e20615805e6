"""The inbox of a body: decide in place."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django import forms as fields
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.approvals import operations, queries
from lianxun.approvals.enums import MatterState, Opinion
from lianxun.approvals.records import MatterRecord
from lianxun.fabric.paging import Page
from lianxun.web.approvals.lists import LISTING
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest


class VoteForm(ActForm):
    opinion = fields.ChoiceField(label="意见", choices=Opinion.choices, widget=fields.RadioSelect)
    comment = fields.CharField(
        label="说明（不同意或退回时必填）",
        widget=fields.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=500,
    )
    revision = fields.IntegerField(widget=fields.HiddenInput)


class CommentForm(ActForm):
    text = fields.CharField(
        label="留言",
        widget=fields.Textarea(attrs={"rows": 2}),
        max_length=500,
        help_text="提请人和审批机构的成员可以看到；留言不是表决。",
    )
    revision = fields.IntegerField(widget=fields.HiddenInput)


TRIED_DAYS = (
    30  # nobody knows yet how long a pause lasts: the page shows this, and any other length
)


def inbox(request: ActorRequest) -> HttpResponse:
    """What waits, unless another state is asked for; many can be decided at once."""
    state = request.GET.get("state", MatterState.PENDING)
    wanted = state if state in MatterState.values else MatterState.PENDING

    def query() -> Page[MatterRecord]:
        found = queries.inbox(actor=request.actor, now=request.now, state=wanted)
        return Page(found, 1, len(found), max(1, len(found)))

    return list_page(request, LISTING, query)


def matter(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    with transaction.atomic():
        found = queries.matter(actor=request.actor, now=request.now, matter_id=matter_id)
    if "withdraw" in request.POST:
        raw = request.POST["withdraw"]
        operations.withdraw(
            actor=request.actor,
            now=request.now,
            matter_id=matter_id,
            revision=int(raw) if raw.isascii() and raw.isdigit() else 0,
        )
        messages.success(request, "已撤回。")
        return redirect(reverse("approvals:inbox"))
    said = CommentForm(
        request.POST if "text" in request.POST else None, initial={"revision": found.revision}
    )
    if "text" in request.POST:
        done, _ = said.perform(
            lambda: operations.comment(
                actor=request.actor,
                now=request.now,
                matter_id=matter_id,
                revision=said.cleaned_data["revision"],
                text=said.cleaned_data["text"],
            )
        )
        if done:
            messages.success(request, "已留言。")
            return redirect(request.path)
    voting = request.method == "POST" and "text" not in request.POST
    form = VoteForm(
        request.POST if voting else None,
        initial={"revision": found.revision, "opinion": "agree"},
    )
    if voting:
        done, state = form.perform(
            lambda: operations.vote(
                actor=request.actor,
                now=request.now,
                matter_id=matter_id,
                revision=form.cleaned_data["revision"],
                opinion=form.cleaned_data["opinion"],
                comment=form.cleaned_data["comment"],
            )
        )
        if done:
            word = MatterState(state).label if state else "已办理"
            messages.success(request, f"已表决，事项现为“{word}”。")
            return redirect(reverse("approvals:inbox"))
    with transaction.atomic():
        return render(
            request,
            "approvals/matter.html",
            {
                "matter": found,
                "form": form,
                "said": said,
                "effect": _effect(found),
                "object": object_url(found.object_kind, found.object_id),
            },
            status=422 if form.errors or said.errors else 200,
        )


def _effect(matter: MatterRecord) -> str:
    """Where the approver sees what his consent would move, before he gives it."""
    facts = matter.facts
    if matter.code == "inspection.pause" and matter.engagement is not None:
        page = reverse("inspection:preview", args=[matter.engagement])
        return f"{page}?{urlencode({'days': TRIED_DAYS})}"
    if matter.code == "inspection.resume" and matter.engagement is not None:
        return f"{reverse('inspection:preview', args=[matter.engagement])}?resume=1"
    if matter.code != "inspection.extension" or not {"to", "entry_on"} <= facts.keys():
        return ""
    page = reverse("inspection:preview", args=[matter.object_id])
    return f"{page}?{urlencode({'entry_on': facts['entry_on'], 'on_site_end_on': facts['to']})}"

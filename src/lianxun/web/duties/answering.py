"""责任链: who answers for what from the leading group down to the liaison officer, and the own confirmation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.duties import operations, queries
from lianxun.duties.queries.answering import MyPost
from lianxun.web.acts import Act, act_page
from lianxun.web.forms import ActForm, area
from lianxun.web.requests import ActorRequest


class ConfirmForm(ActForm):
    words = area("责任内容", max_length=300, help_text="写明在这一职务上对什么负责、抓到什么程度。")


CONFIRM = Act(
    "确认责任",
    "确认",
    operations.confirm_responsibility,
    ConfirmForm,
    "由本人确认；确认后不能修改，以后可以再次确认，历次都保留。",
    "责任已确认。",
    values=lambda _, post: {"words": post.words},
)


def chain(request: ActorRequest) -> HttpResponse:
    found = queries.chain(actor=request.actor, now=request.now)
    return render(request, "duties/chain.html", {"chain": found})


def history(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    name, rows = queries.answering(actor=request.actor, now=request.now, unit_id=unit_id)
    return render(request, "duties/chain_unit.html", {"name": name, "rows": rows})


def confirm(request: ActorRequest, appointment_id: UUID) -> HttpResponse:
    def load(wanted: ActorRequest) -> MyPost:
        return queries.my_post(actor=wanted.actor, now=wanted.now, appointment_id=appointment_id)

    return act_page(
        request,
        CONFIRM,
        load=load,
        name="confirm",
        back=lambda _: reverse("duties:chain"),
        heading=lambda post: f"{post.unit_name} {post.kind_label}",
        given=lambda post, form: {"appointment_id": post.id, "words": form.cleaned_data["words"]},
    )

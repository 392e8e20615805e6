"""Citation check: paste or upload, then every citation with its outcome, and the pages with marks."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.fabric.models import Level
from lianxun.fabric.paging import page_number
from lianxun.regulations import operations, queries
from lianxun.web.forms import ActForm
from lianxun.web.regulations.dates import today_of
from lianxun.web.regulations.views import reading
from lianxun.web.requests import ActorRequest


class CheckForm(ActForm):
    text = forms.CharField(
        label="要核查的文字",
        max_length=500_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="粘贴报告、底稿或文书的文字；也可以改为上传文件。",
    )
    file = forms.FileField(
        label="或上传文件",
        required=False,
        help_text="Word（.docx）、PDF（扫描件自动识别文字）、OFD、图片、TXT。在后台读取，可离开页面。",
    )
    title = forms.CharField(label="名称", max_length=200, required=False)
    as_of = forms.DateField(label="按哪天的规定核查")
    level = forms.TypedChoiceField(
        label="级别", choices=Level.choices, coerce=int, initial=Level.INTERNAL
    )


def check_list(request: ActorRequest) -> HttpResponse:
    reading(request)
    page = queries.checks(
        actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
    )
    return render(request, "regulations/checks.html", {"page": page, "tab": "checks"})


def new(request: ActorRequest) -> HttpResponse:
    reading(request)
    form = CheckForm(
        request.POST or None, request.FILES or None, initial={"as_of": today_of(request)}
    )
    if request.method == "POST" and form.is_valid():
        done, made = form.perform(lambda: _check(request, form))
        if done:
            words = (
                "已接收，正在后台读取；完成后在本页显示结果。"
                if form.cleaned_data["file"]
                else "已核查并留痕。"
            )
            messages.success(request, words)
            where = (
                reverse("regulations:check", args=[made]) if made else reverse("regulations:checks")
            )
            return redirect(where)
    with transaction.atomic():
        return render(
            request,
            "regulations/check_new.html",
            {"form": form, "tab": "checks"},
            status=422 if request.method == "POST" else 200,
        )


def _check(request: ActorRequest, form: ActForm) -> UUID:
    data = form.cleaned_data
    upload = data["file"]
    return operations.check(
        actor=request.actor,
        now=request.now,
        as_of=data["as_of"],
        title=data["title"],
        text=data["text"],
        stream=upload.file if upload else None,
        name=upload.name if upload else "",
        level=data["level"],
    )


def detail(request: ActorRequest, check_id: UUID) -> HttpResponse:
    found = queries.check(actor=request.actor, now=request.now, check_id=check_id)
    context = {"check": found, "tab": "checks", "all": request.GET.get("all") == "1"}
    return render(request, "regulations/check.html", context)


def page(request: ActorRequest, check_id: UUID, number: int) -> HttpResponse:
    """One page of the text with what is wrong marked where it stands."""
    found, view = queries.check_page(
        actor=request.actor, now=request.now, check_id=check_id, number=number
    )
    context = {
        "view": view,
        "title": found.title,
        "back": reverse("regulations:check", args=[check_id]),
        "previous": _url("check-page", check_id, number - 1) if number > 1 else "",
        "following": _url("check-page", check_id, number + 1) if number < view.pages else "",
        "tab": "checks",
    }
    return render(request, "regulations/page.html", context)


def intake_page(request: ActorRequest, intake_id: UUID, file_id: int, number: int) -> HttpResponse:
    """One page of a received file: the words that were read, in place."""
    name, view = queries.intake_page(
        actor=request.actor,
        now=request.now,
        intake_id=intake_id,
        file_id=file_id,
        number=number,
    )
    context = {
        "view": view,
        "title": name,
        "back": reverse("regulations:import", args=[intake_id]),
        "previous": _url("import-page", intake_id, file_id, number - 1) if number > 1 else "",
        "following": _url("import-page", intake_id, file_id, number + 1)
        if number < view.pages
        else "",
        "tab": "imports",
    }
    return render(request, "regulations/page.html", context)


def _url(name: str, *parts: object) -> str:
    return reverse(f"regulations:{name}", args=list(parts))

"""The working-day calendar and the import of the next official notice."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.duties import notice_text, operations, queries
from lianxun.duties.records import CalendarImport
from lianxun.duties.rules import may_keep_calendar
from lianxun.duties.seed import DayRow
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.web.duties.year import months as year_sheets
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


class NoticeForm(ActForm):
    text = forms.CharField(
        label="通知全文",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="连同标题一起粘贴；也可以不粘贴，改为上传文件。",
    )
    file = forms.FileField(label="或上传文件（.xlsx、.csv）", required=False)
    source = forms.CharField(
        label="通知名称或文号", required=False, max_length=150, help_text="上传文件时填写。"
    )
    confirm = forms.BooleanField(
        label="确认导入", required=False, help_text="不勾选只预览，什么都不保存。"
    )


def calendar(request: ActorRequest) -> HttpResponse:
    """One year, month by month: days off and make-up days by name."""
    raw = request.GET.get("year", "")
    year = int(raw) if raw.isascii() and raw.isdigit() and len(raw) == 4 else request.now.year
    shown = queries.calendar_page(actor=request.actor, now=request.now, year=year)
    named = [d for d in shown.days if d.name]
    months = [(m, list(days)) for m, days in groupby(named, key=lambda d: d.date.month)]
    context = {
        "shown": shown,
        "sheets": year_sheets(shown.days, today=request.now.date()),
        "months": months,
        "versions": queries.calendar_versions(actor=request.actor, now=request.now),
        "may_import": bool(may_keep_calendar(request.actor)),
    }
    return render(request, "duties/calendar.html", context)


def import_notice(request: ActorRequest) -> HttpResponse:
    """Preview first; the same form with “确认导入” ticked stores a new version."""
    if not may_keep_calendar(request.actor):
        raise NotFound
    form = NoticeForm(request.POST, request.FILES) if request.method == "POST" else NoticeForm()
    found: CalendarImport | None = None
    if request.method == "POST":
        done, found = form.perform(lambda: _import(request, form))
        if done and found is not None and found.applied:
            messages.success(
                request, f"已导入为第 {found.version} 版，未办结的时限将在几分钟内自动重算。"
            )
            return redirect(f"{reverse('duties:calendar')}?year={found.years[-1]}")
    with transaction.atomic():
        context = {"form": form, "found": found}
        status = 422 if form.errors else 200
        return render(request, "duties/import_notice.html", context, status=status)


def _import(request: ActorRequest, form: NoticeForm) -> CalendarImport:
    return operations.import_calendar(
        actor=request.actor,
        now=request.now,
        days=_days(form.cleaned_data),
        confirm=form.cleaned_data["confirm"],
    )


def _days(data: dict[str, Any]) -> list[DayRow]:
    file = data["file"]
    if file is None:
        if not data["text"].strip():
            raise Invalid.at("text", "请粘贴通知全文，或上传文件。")
        return notice_text.from_text(data["text"])
    content = file.read()
    if not data["source"].strip():
        raise Invalid.at("source", "上传文件时请填写通知名称或文号。")
    if file.name.lower().endswith(".csv"):
        return notice_text.from_csv(content, data["source"])
    return notice_text.from_xlsx(content, data["source"], name=file.name)

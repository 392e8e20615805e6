"""The rules behind the clocks: every template with its versions, and a new version with its effect."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.duties import operations, queries
from lianxun.duties.enums import Preset
from lianxun.duties.records import TemplateEffect, TemplateRecord
from lianxun.duties.rules import may_keep_calendar
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest

CONFIDENCE = (("R", "R 已读原文"), ("K", "K 已知未核"), ("P", "P 建议值"))


class ReviseForm(ActForm):
    amount = forms.IntegerField(label="期限", help_text="“之前”的期限填负数。")
    warn_amount = forms.IntegerField(
        label="预警起点", required=False, help_text="与期限同一计日方式；不填按规则推算。"
    )
    clause = forms.CharField(label="条款", max_length=200)
    source = forms.CharField(label="来源", max_length=200)
    confidence = forms.ChoiceField(label="来源可信度", choices=CONFIDENCE)
    valid_from = forms.DateField(label="生效日期", help_text="须晚于今天和旧版本生效日期。")
    confirm = forms.BooleanField(
        label="确认发布新版本", required=False, help_text="不勾选只预览影响，什么都不保存。"
    )


def templates(request: ActorRequest) -> HttpResponse:
    """Every template in force, by preset."""
    preset = request.GET.get("preset", "")
    found = queries.templates(
        actor=request.actor,
        now=request.now,
        preset=preset if preset in Preset.values else "",
    )
    today = request.now.date()
    rows = [t for t in found if t.valid_to is None or t.valid_to >= today]
    context = {"rows": rows, "presets": Preset.choices, "preset": preset}
    return render(request, "duties/templates.html", context)


def template(request: ActorRequest, template_id: UUID) -> HttpResponse:
    """One template: its versions, and for its keeper the form of the next one."""
    with transaction.atomic():
        found, *others = queries.template(
            actor=request.actor, now=request.now, template_id=template_id
        )
    keeper = bool(may_keep_calendar(request.actor)) and all(
        o.version < found.version for o in others
    )
    if request.method == "POST" and not keeper:
        raise NotFound
    form = ReviseForm(request.POST or None, initial=_initial(found)) if keeper else None
    effect: TemplateEffect | None = None
    if request.method == "POST" and form is not None and form.is_valid():
        if form.cleaned_data["confirm"]:
            done, made = form.perform(lambda: _revise(request, found, form))
            if done:
                messages.success(request, "新版本已发布，自生效日期起适用；在办时限不变。")
                return redirect(reverse("duties:template", args=[made or found.id]))
        else:
            effect = _effect(request, found, form)
    with transaction.atomic():
        context = {"t": found, "others": others, "form": form, "effect": effect}
        status = 422 if form is not None and form.errors else 200
        return render(request, "duties/template.html", context, status=status)


def _initial(t: TemplateRecord) -> dict[str, Any]:
    return {
        "amount": t.amount,
        "warn_amount": t.warn_amount,
        "clause": t.clause,
        "source": t.source,
        "confidence": t.confidence,
    }


def _revise(request: ActorRequest, found: TemplateRecord, form: ActForm) -> UUID:
    names = ("amount", "warn_amount", "clause", "source", "confidence", "valid_from")
    return operations.revise_template(
        actor=request.actor,
        now=request.now,
        template_id=found.id,
        **{name: form.cleaned_data[name] for name in names},
    )


def _effect(request: ActorRequest, found: TemplateRecord, form: ActForm) -> TemplateEffect | None:
    try:
        with transaction.atomic():
            return queries.preview_template(
                actor=request.actor,
                now=request.now,
                template_id=found.id,
                amount=form.cleaned_data["amount"],
            )
    except Invalid as problem:
        for error in problem.errors:
            form.add_error(error.place if error.place in form.fields else None, error.message)
        return None

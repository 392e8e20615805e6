"""The standard pack for a unit: choose unit and preset, look at the proposed lines, one button."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.exchange import operations, queries
from lianxun.exchange.catalogue import pack_choices, packs
from lianxun.exchange.operations import PackLine, PackResult
from lianxun.exchange.records import PackClass
from lianxun.exchange.rules import may_draft
from lianxun.inspection import queries as inspection
from lianxun.kernel.calendar import add_months
from lianxun.kernel.problems import Invalid
from lianxun.web import choices
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest, any_task, there_for, uuid_given


class PackForm(ActForm):
    """Purpose, basis and period are filled in; each class has a tick and a provider."""

    engagement = forms.ChoiceField(label="巡视任务", required=False)
    subject_org = forms.ChoiceField(label="被巡视单位")
    period_from = forms.DateField(label="数据起始")
    period_to = forms.DateField(label="数据截止")
    purpose = forms.CharField(label="用途", max_length=300)
    basis = forms.CharField(label="依据", max_length=300)
    submit = forms.BooleanField(label="起草后一并提交合规审核", required=False, initial=True)


def pack(request: ActorRequest) -> HttpResponse:
    """GET shows the proposal for ``?preset=8``; POST drafts what is ticked and shows each line's result."""
    there_for(may_draft(request.actor, engagement=any_task(request)))
    preset = request.GET.get("preset", packs()["presets"][0])
    today = request.now.date()
    start = add_months(today, -12 * packs()["years"])
    form = PackForm(request.POST or None, initial=_initial(request, start, today))
    with transaction.atomic():
        _offer(form, request)
        org = uuid_given(request.POST.get("subject_org") or request.GET.get("unit"))
        try:
            lines = queries.pack_lines(
                actor=request.actor,
                now=request.now,
                preset=preset,
                subject_org=org,
                period_from=start,
                period_to=today,
            )
        except Invalid:
            preset = packs()["presets"][0]
            lines = []
        units = choices.member_units()
    results: list[PackResult] | None = None
    if request.method == "POST":
        chosen, errors = _chosen(request, lines)
        _, results = form.perform(lambda: _draft(request, form, chosen, errors))
        if results is not None:
            made = sum(1 for r in results if r.request_id)
            messages.success(request, f"已起草 {made} 件信息需求。")
    with transaction.atomic():
        return render(
            request,
            "exchange/pack.html",
            {
                "form": form,
                "lines": [_line(line, request) for line in lines],
                "units": units,
                "presets": pack_choices(),
                "preset": preset,
                "results": results,
                "list_url": reverse("exchange:requests"),
            },
            status=422 if form.errors else 200,
        )


def _initial(request: ActorRequest, start: date, today: date) -> dict[str, Any]:
    return {
        "engagement": request.GET.get("engagement", ""),
        "subject_org": request.GET.get("unit", ""),
        "period_from": start,
        "period_to": today,
        "purpose": packs()["purpose"],
        "basis": packs()["basis"],
    }


def _offer(form: PackForm, request: ActorRequest) -> None:
    tasks = inspection.engagements(actor=request.actor, now=request.now).rows
    form.fields["engagement"].choices = [  # type: ignore[attr-defined]
        ("", "（不属于具体任务）"),
        *((str(t.id), f"{t.number} {t.unit_name}") for t in tasks),
    ]
    form.fields["subject_org"].choices = choices.inspected_units()  # type: ignore[attr-defined]
    wanted = next((t for t in tasks if str(t.id) == request.GET.get("engagement")), None)
    if wanted is not None and not form.initial.get("subject_org"):
        inspected = form.fields["subject_org"].choices  # type: ignore[attr-defined]
        form.initial["subject_org"] = next((i for i, n in inspected if n == wanted.unit_name), "")


def _line(line: PackClass, request: ActorRequest) -> dict[str, Any]:
    """A line with what is ticked: everything that may be asked in bulk and is not held already."""
    sent = request.method == "POST"
    ticked = request.POST.get(f"take_{line.code}") == "on" if sent else not line.held
    provider = request.POST.get(f"provider_{line.code}") if sent else str(line.provider_id or "")
    return {
        "line": line,
        "ticked": ticked and not line.question_only,
        "provider": provider,
    }


def _chosen(request: ActorRequest, lines: list[PackClass]) -> tuple[list[PackLine], list[str]]:
    chosen, errors = [], []
    for line in lines:
        if line.question_only or request.POST.get(f"take_{line.code}") != "on":
            continue
        provider = uuid_given(request.POST.get(f"provider_{line.code}"))
        if provider is None:
            errors.append(f"{line.code} {line.name}：请选择提供单位。")
        else:
            chosen.append(PackLine(line.code, provider))
    return chosen, errors


def _draft(
    request: ActorRequest, form: ActForm, chosen: list[PackLine], errors: list[str]
) -> list[PackResult]:
    if errors:
        raise Invalid.at("lines", "".join(errors))
    data = form.cleaned_data
    made: list[PackResult] = operations.receipted(operations.draft_pack)(
        actor=request.actor,
        now=request.now,
        engagement_id=UUID(data["engagement"]) if data["engagement"] else None,
        subject_org=UUID(data["subject_org"]),
        lines=chosen,
        purpose=data["purpose"],
        basis=data["basis"],
        period_from=data["period_from"],
        period_to=data["period_to"],
        submit=data["submit"],
    )
    return made

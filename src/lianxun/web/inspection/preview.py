"""The page that shows what new dates would move. It changes nothing, so it is a GET form."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from lianxun.duties import queries as duties
from lianxun.inspection import queries
from lianxun.inspection.preview import preview_dates, preview_resume
from lianxun.kernel.problems import Invalid
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


class PauseForm(ActForm):
    days = forms.IntegerField(label="若暂停（天）", min_value=1, max_value=366)


class DatesForm(ActForm):
    entry_on = forms.DateField(label="进驻日")
    on_site_end_on = forms.DateField(label="驻点结束日")


def preview(request: ActorRequest, engagement_id: UUID) -> HttpResponse:
    """Dates as they are until others are asked for."""
    task = queries.engagement(actor=request.actor, now=request.now, engagement_id=engagement_id)
    asked = request.GET if "entry_on" in request.GET else None
    form = DatesForm(
        asked, initial={"entry_on": task.entry_on, "on_site_end_on": task.on_site_end_on}
    )
    found = None
    if asked is not None and form.is_valid():
        try:
            found = preview_dates(
                actor=request.actor,
                now=request.now,
                engagement_id=engagement_id,
                entry_on=form.cleaned_data["entry_on"],
                on_site_end_on=form.cleaned_data["on_site_end_on"],
            )
        except Invalid as problem:
            for error in problem.errors:
                form.add_error(error.place if error.place in form.fields else None, error.message)
    pause = PauseForm(request.GET if "days" in request.GET else None)
    paused, longer = None, None
    if pause.is_bound and pause.is_valid():
        longer = preview_dates(  # who would then be in two places, and which holidays lie inside
            actor=request.actor,
            now=request.now,
            engagement_id=engagement_id,
            entry_on=task.entry_on,
            on_site_end_on=task.on_site_end_on + timedelta(days=pause.cleaned_data["days"]),
        )
        paused = duties.preview_pause(
            actor=request.actor,
            now=request.now,
            engagement=task.id,
            days=pause.cleaned_data["days"],
        )
    resumed = None
    if "resume" in request.GET:
        resumed = preview_resume(actor=request.actor, now=request.now, engagement_id=engagement_id)
    context = {
        "task": task,
        "resumed": resumed,
        "moved": [m for m in resumed.clocks if m.new_due != m.old_due] if resumed else [],
        "form": form,
        "found": found,
        "pause": pause,
        "paused": paused,
        "longer": longer,
    }
    status = 422 if form.errors or pause.errors else 200
    return render(request, "inspection/preview.html", context, status=status)

"""A page on which something new is made: one form, one call, to the page of what was made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.appraisal import queries
from lianxun.appraisal.records import DeskRecord
from lianxun.kernel.problems import NotFound
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


def begin_page(
    request: ActorRequest,
    form_class: type[ActForm],
    call: Callable[..., UUID],
    *,
    may: Callable[[DeskRecord], bool],
    given: Callable[[Any], dict[str, Any]],
    words: dict[str, str],
) -> HttpResponse:
    """Show the form or carry it out; nothing is there for who may not begin it (404).

    ``words``: ``heading``, ``button``, ``done``, ``page`` (of what is made), ``list`` and its ``label``.
    """
    with transaction.atomic():
        desk = queries.desk(actor=request.actor, now=request.now)
        if not may(desk):
            raise NotFound
        initial = request.GET.dict() if request.method == "GET" else None
        form = form_class(request.POST or None, initial=initial)
        form.offer(desk)  # type: ignore[attr-defined]
    if request.method == "POST":
        done, made = form.perform(lambda: call(actor=request.actor, now=request.now, **given(form)))
        if done:
            messages.success(request, words["done"] if made else "此前已提交，未重复办理。")
            return redirect(reverse(words["page"], args=[made]) if made else reverse(words["list"]))
    with transaction.atomic():
        return render(
            request,
            "appraisal/begin.html",
            {"form": form, "words": words, "back": reverse(words["list"])},
            status=422 if request.method == "POST" else 200,
        )


def plain_of(form: ActForm) -> dict[str, Any]:
    return {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}

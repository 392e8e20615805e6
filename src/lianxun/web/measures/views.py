"""协作度量: questions about working together, answered from what the reader may see."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.measures.tables import MEASURES
from lianxun.web.requests import ActorRequest

ROLES = ("leader", "coordinator", "team_leader", "liaison_officer")


def _open(request: ActorRequest) -> dict[str, str]:
    """Measures of the rooms the reader has a duty in, by name; for those who coordinate, by their roles."""
    if not request.actor.has_role(*ROLES):
        return {}
    return {name: m.label for name, m in MEASURES.items() if m.duty in request.actor.duties}


def first(request: ActorRequest) -> HttpResponse:
    names = _open(request)
    if not names:
        raise NotFound
    return redirect("measures:measure", name=next(iter(names)))


def measure(request: ActorRequest, name: str) -> HttpResponse:
    names = _open(request)
    if name not in names:
        raise NotFound
    shown = MEASURES[name].load(request, page_number(request.GET.get("page")))
    return render(
        request,
        "measures/measure.html",
        {"names": names, "name": name, "label": names[name], "shown": shown, "page": shown.page},
    )

"""The tree of units and one unit's page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from lianxun.organisation import queries
from lianxun.organisation.enums import Tier, UnitKind
from lianxun.web.requests import ActorRequest


def units(request: ActorRequest) -> HttpResponse:
    kind, tier = request.GET.get("kind", ""), request.GET.get("tier", "")
    found = queries.units(
        actor=request.actor,
        now=request.now,
        search=request.GET.get("q", "")[:60],
        kind=kind if kind in UnitKind.values else "",
        tier=tier if tier in Tier.values else "",
    )
    return render(
        request,
        "organisation/units.html",
        {"units": found, "kinds": UnitKind.choices, "tiers": Tier.choices},
    )


def unit(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    found = queries.unit(actor=request.actor, now=request.now, unit_id=unit_id)
    return render(request, "organisation/unit.html", {"detail": found})

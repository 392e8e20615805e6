"""The tree of units, a unit, people, the network of bodies and liaison officers, pool, training."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.organisation import queries, rules
from lianxun.organisation.enums import PoolKind, Skill, Tier, UnitKind
from lianxun.web.lists import list_page
from lianxun.web.organisation import acts, lists
from lianxun.web.requests import ActorRequest

FIRST_DAY = date(1949, 10, 1)


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _day(request: ActorRequest) -> tuple[date, str]:
    """The day asked for in the address; today and a sentence for what is no day."""
    today, raw = timezone.localdate(request.now), request.GET.get("on", "")
    if not raw:
        return today, ""
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return today, f"“{raw[:20]}”不是日期，现按今天显示。请填写如 2026-03-02 的日期。"
    if not FIRST_DAY <= day <= today:
        return today, "日期须在 1949-10-01 至今天之间，现按今天显示。"
    return day, ""


def units(request: ActorRequest) -> HttpResponse:
    """The tree of a day; with a search, what it finds among all units."""
    kind = _one_of(request.GET.get("kind", ""), list(UnitKind.values))
    tier = _one_of(request.GET.get("tier", ""), list(Tier.values))
    search = request.GET.get("q", "").strip()[:60]
    who: dict[str, Any] = {"actor": request.actor, "now": request.now}
    day, problem = _day(request)
    found: Any
    if search:
        found = queries.units(**who, search=search, kind=kind, tier=tier)
    else:
        found = queries.tree(**who, day=day, kind=kind, tier=tier)
    room = queries.room(**who)
    context = {
        "units": found,
        "flat": bool(search or kind or tier),
        "day": day,
        "today": timezone.localdate(request.now),
        "problem": problem,
        "kinds": UnitKind.choices,
        "tiers": Tier.choices,
        "acts": acts.buttons(acts.ROOM, room.permitted),
        "keeper": rules.may_keep_room(request.actor),
    }
    return render(request, "organisation/units.html", context)


def unit(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    found = queries.unit(actor=request.actor, now=request.now, unit_id=unit_id)
    context = {
        "detail": found,
        "acts": acts.buttons(acts.UNIT, found.permitted),
        "base": reverse("organisation:unit", args=[unit_id]) + "do/",
        "post_acts": acts.POST.acts,
    }
    return render(request, "organisation/unit.html", context)


def people(request: ActorRequest) -> HttpResponse:
    return list_page(
        request,
        lists.PEOPLE,
        lambda: queries.people(
            actor=request.actor,
            now=request.now,
            search=request.GET.get("q", "")[:60],
            active=request.GET.get("left") != "1",
            page=page_number(request.GET.get("page")),
        ),
        buttons=_buttons(request),
    )


def _buttons(request: ActorRequest) -> list[tuple[str, str]]:
    if not rules.may_keep_room(request.actor):
        return []
    return [
        (reverse("organisation:new", args=["person"]), "登记人员"),
        (reverse("organisation:sheets"), "表格导入导出"),
    ]


def person(request: ActorRequest, person_id: UUID) -> HttpResponse:
    found = queries.person(actor=request.actor, now=request.now, person_id=person_id)
    context = {
        "detail": found,
        "acts": acts.buttons(acts.PERSON, found.permitted),
        "base": reverse("organisation:person", args=[person_id]) + "do/",
    }
    return render(request, "organisation/person.html", context)


def me(request: ActorRequest) -> HttpResponse:
    """What is registered about oneself, and where one declares recusal."""
    if request.actor.person_id is None:
        raise NotFound
    return person(request, request.actor.person_id)


def pool(request: ActorRequest) -> HttpResponse:
    return list_page(
        request,
        lists.POOL,
        lambda: queries.pool_page(
            actor=request.actor,
            now=request.now,
            kind=_one_of(request.GET.get("kind", ""), list(PoolKind.values)),
            skill=_one_of(request.GET.get("skill", ""), list(Skill.values)),
            tier=_one_of(request.GET.get("tier", ""), list(Tier.values)),
            years=int(_one_of(request.GET.get("years", ""), [y for y, _ in lists.YEARS]) or 0),
            page=page_number(request.GET.get("page")),
        ),
        standing=queries.pool_standing(actor=request.actor, now=request.now),
    )


def network(request: ActorRequest) -> HttpResponse:
    found = queries.network(actor=request.actor, now=request.now)
    return render(request, "organisation/network.html", {"network": found})


def training(request: ActorRequest) -> HttpResponse:
    """Who attended what this year and what is missing; a record of attendance, never a mark."""
    this_year = timezone.localdate(request.now).year
    raw = request.GET.get("year", "")
    year = int(raw) if raw.isascii() and raw.isdigit() and len(raw) == 4 else this_year
    year = min(max(year, FIRST_DAY.year), this_year)
    rows = queries.training(actor=request.actor, now=request.now, year=year)
    context = {"rows": rows, "year": year, "years": range(this_year, this_year - 5, -1)}
    return render(request, "organisation/training.html", context)

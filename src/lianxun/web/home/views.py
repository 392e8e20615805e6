"""The first page, by who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render

from lianxun.access.queries import account_names
from lianxun.fabric.paging import uncounted
from lianxun.trace import queries as trace
from lianxun.trace.rules import may_audit, may_see_health
from lianxun.web.home import office, people
from lianxun.web.home.parts import HomePage, told
from lianxun.web.requests import ActorRequest

ADMINS = ("system_admin", "security_admin", "audit_admin")
FAILED, CHANGED = "access.sign_in", "access.set_permissions"
SHOWN = 8
# The first role that fits decides: somebody with several works mostly in the one named first.
BY_ROLE: tuple[tuple[str, Callable[[ActorRequest], HomePage]], ...] = (
    ("contact", people.contact),
    ("leader", office.leader),
    ("coordinator", office.coordinator),
    ("team_leader", people.team),
    ("inspector", people.team),
    ("liaison_officer", people.liaison),
    ("clerk", people.clerk),
    ("expert", people.expert),
)


def home(request: ActorRequest) -> HttpResponse:
    """One question answered first; administrators have no business here and get their own page."""
    if request.actor.has_role(*ADMINS):
        return _administrators(request)
    build = next((b for role, b in BY_ROLE if role in request.actor.roles), people.others)
    with uncounted():  # sections show rows and lead to the lists, which count
        page = build(request)
    page = replace(page, sections=[*page.sections, told(request)])
    return render(request, "web/home.html", {"page": page})


def _administrators(request: ActorRequest) -> HttpResponse:
    """Is it healthy, was everything recorded? No business data: acts by name, never their objects."""
    actor = request.actor
    context: dict[str, object] = {"told": told(request)}
    if may_see_health(actor):
        context["health"] = trace.health(actor=actor)
    if may_audit(actor):
        failed = trace.search(actor=actor, act=FAILED, result="deny", limit=SHOWN)
        changed = trace.search(actor=actor, act=CHANGED, limit=SHOWN)
        names = account_names([r.actor for r in (*failed, *changed) if r.actor])
        context["failed"] = [
            (r, names.get(r.actor, "未知账号") if r.actor else "未知账号") for r in failed
        ]
        context["changed"] = [
            (r, names.get(r.actor, "系统") if r.actor else "系统") for r in changed
        ]
    return render(request, "web/home_admin.html", context)

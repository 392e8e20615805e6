"""One search box: a number jumps to its object, words find matters and units the reader may know."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from lianxun.exchange import queries as exchange
from lianxun.inspection import queries as inspection
from lianxun.leads import queries as leads
from lianxun.organisation import queries as organisation
from lianxun.rectification import queries as rectification
from lianxun.regulations import queries as regulations
from lianxun.regulations.rules import may_read
from lianxun.web.requests import ActorRequest

MAX = 80
_ROOMS = (
    ("问题线索", "leads:detail", leads.find),
    ("信息需求", "exchange:detail", exchange.find),
    ("整改事项", "rectification:detail", rectification.find),
    ("巡视任务", "inspection:workspace", inspection.find),
)


def search(request: ActorRequest) -> HttpResponse:
    """Obeys need-to-know: what the reader may not see is neither listed nor counted."""
    actor, now = request.actor, request.now
    text = request.GET.get("q", "").strip()[:MAX]
    business = not actor.has_role("system_admin", "security_admin", "audit_admin")
    asked: dict[str, Any] = {"actor": actor, "now": now, "text": text}
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    if text and business:
        found = {
            title: [(label, reverse(page, args=[ident])) for ident, label in find(**asked)]
            for title, page, find in _ROOMS
        }
        if "contact" not in actor.roles:
            found["单位"] = [
                (u.name, reverse("organisation:unit", args=[u.id]))
                for u in organisation.units(actor=actor, now=now, search=text)[:20]
            ]
        found["政策法规"] = [
            (place.label, _address(place))
            for place in regulations.find(**asked, today=timezone.localdate(now))
        ]
        groups = [(name, rows) for name, rows in found.items() if rows]
        rows = [row for _, group in groups for row in group]
        if len(rows) == 1 and rows[0][0].split(" ")[0] == text:
            return redirect(rows[0][1])
    library = ""
    if text and business and may_read(actor):
        library = f"{reverse('regulations:search')}?{urlencode({'q': text})}"
    return render(request, "web/search.html", {"groups": groups, "text": text, "library": library})


def _address(place: regulations.Place) -> str:
    if place.version_id is None:
        return reverse("regulations:work", args=[place.work_id])
    return reverse("regulations:article", args=[place.version_id, place.key])

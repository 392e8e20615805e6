"""One search box: a number jumps to its object, words find matters and units the reader may know."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.exchange import queries as exchange
from lianxun.inspection import queries as inspection
from lianxun.leads import queries as leads
from lianxun.organisation import queries as organisation
from lianxun.rectification import queries as rectification
from lianxun.web.requests import ActorRequest

MAX = 80


def search(request: ActorRequest) -> HttpResponse:
    """Obeys need-to-know: what the reader may not see is neither listed nor counted."""
    actor, now = request.actor, request.now
    text = request.GET.get("q", "").strip()[:MAX]
    business = not actor.has_role("system_admin", "security_admin", "audit_admin")
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    if text and business:
        found = {
            "问题线索": [
                (x.number, reverse("leads:detail", args=[x.id]))
                for x in leads.leads(actor=actor, now=now, search=text).rows
            ],
            "信息需求": [
                (f"{x.number} {x.class_name}", reverse("exchange:detail", args=[x.id]))
                for x in exchange.requests(actor=actor, now=now, search=text).rows
            ],
            "整改事项": [
                (f"{x.number} {x.title}", reverse("rectification:detail", args=[x.id]))
                for x in rectification.items(actor=actor, now=now, search=text).rows
            ],
            "巡视任务": [
                (f"{x.number} {x.unit_name}", reverse("inspection:workspace", args=[x.id]))
                for x in inspection.engagements(actor=actor, now=now, search=text).rows
            ],
        }
        if "contact" not in actor.roles:
            found["单位"] = [
                (u.name, reverse("organisation:unit", args=[u.id]))
                for u in organisation.units(actor=actor, now=now, search=text)[:20]
            ]
        groups = [(name, rows) for name, rows in found.items() if rows]
        rows = [row for _, group in groups for row in group]
        if len(rows) == 1 and rows[0][0].split(" ")[0] == text:
            return redirect(rows[0][1])
    return render(request, "web/search.html", {"groups": groups, "text": text})

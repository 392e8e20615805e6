"""Who did and saw what with an object; the health of the log; a proof to take away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from lianxun.access.queries import account_names
from lianxun.access.rules import OPENINGS
from lianxun.kernel.problems import NotFound
from lianxun.organisation.queries.choices import unit_names
from lianxun.trace import queries
from lianxun.trace.records import Trail, Waiting
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest


def health(request: ActorRequest) -> HttpResponse:
    found = queries.health(actor=request.actor)
    return render(request, "trace/health.html", {"health": found})


def search(request: ActorRequest) -> HttpResponse:
    """The audit administrator's view of the log."""
    before = request.GET.get("before", "")
    rows = queries.search(
        actor=request.actor,
        act=request.GET.get("act", "").strip()[:60],
        result=request.GET.get("result", "")
        if request.GET.get("result") in ("allow", "deny")
        else "",
        before=int(before[:18]) if before.isascii() and before.isdigit() else None,
    )
    return render(
        request, "trace/trail.html", _trail(rows) | {"title": "操作记录", "searching": True}
    )


def about(request: ActorRequest, kind: str, object_id: UUID) -> HttpResponse:
    """The trail of one object, for those who may know the object."""
    before = request.GET.get("before", "")
    older = int(before[:18]) if before.isascii() and before.isdigit() else None
    rows = queries.who_did_what(actor=request.actor, obj=kind, obj_id=object_id, before=older)
    waiting: list[Waiting] = []
    try:
        waiting = queries.waiting(actor=request.actor, obj=kind, obj_id=object_id)
    except NotFound:
        # Whoever acted on it himself, and the audit administrator, see the log of what they cannot open.
        if not rows:
            raise
    context = _trail(rows) | {
        "title": "谁办理、谁看过",
        "url": object_url(kind, object_id),
        "waiting": _named(waiting) if older is None else [],
    }
    return render(request, "trace/trail.html", context)


def _trail(rows: list[Trail]) -> dict[str, object]:
    return {"rows": _named(rows), "last": rows[-1].seq if len(rows) == queries.PAGE else None}


def _named(rows: Sequence[Trail | Waiting]) -> list[tuple[Trail | Waiting, str, str, str]]:
    """Each record with the names of the person and the unit, and in words what let it be read."""
    names = account_names([r.actor for r in rows if r.actor])
    units = unit_names([r.unit for r in rows if r.unit])
    return [
        (
            r,
            names.get(r.actor, "系统") if r.actor else "系统",
            units.get(r.unit, "") if r.unit else "",
            OPENINGS.get(r.rule, ""),
        )
        for r in rows
    ]


def proof(request: ActorRequest, seq: int) -> HttpResponse:
    """Record, proof and policy in one ZIP, to be verified anywhere with the stand-alone verifier."""
    found = queries.proof_for(actor=request.actor, seq=seq)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("record.json", found.record)
        archive.writestr("record.tlog-proof", found.proof)
        archive.writestr("policy.txt", found.policy)
    answer = HttpResponse(buffer.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="lianxun-proof-{seq}.zip"'
    return answer

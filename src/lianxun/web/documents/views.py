"""Files: the list and the download."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from lianxun.documents import operations, queries
from lianxun.documents.enums import FileRole
from lianxun.documents.rules import may_issue_rules
from lianxun.fabric.paging import page_number
from lianxun.web.documents.lists import LISTING
from lianxun.web.lists import list_page
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest

ROOMS = (
    ("documents:disposals", "销毁清册"),
    ("documents:holds", "法律保全"),
    ("documents:prints", "打印登记"),
)


def file_list(request: ActorRequest) -> HttpResponse:
    role = request.GET.get("role", "")
    return list_page(
        request,
        LISTING,
        lambda: queries.files(
            actor=request.actor,
            now=request.now,
            role=role if role in FileRole.values else "",
            number=request.GET.get("number", "").strip()[:60],
            page=page_number(request.GET.get("page")),
        ),
        buttons=[(reverse(name), word) for name, word in ROOMS]
        + ([(reverse("documents:rules"), "制度文本")] if may_issue_rules(request.actor) else []),
    )


def about(request: ActorRequest, file_id: UUID) -> HttpResponse:
    """What is known of a file: facts, holds, prints; the bytes are one click further."""
    found = queries.file(actor=request.actor, now=request.now, file_id=file_id)
    context = {
        "file": found,
        "object": object_url(found.object_kind, found.object_id),
        "holds": queries.holds_of(actor=request.actor, object_id=file_id),
        "prints": queries.orders_of(actor=request.actor, file_id=file_id),
    }
    return render(request, "documents/file.html", context)


def download(request: ActorRequest, file_id: UUID) -> HttpResponseBase:
    """Hand a file out: never shown inline, so nothing in it runs in our pages."""
    record, stream = operations.handed_out(
        actor=request.actor, now=request.now, file_id=file_id, marked=True
    )
    answer = FileResponse(stream, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(record.file_name)}"
    answer["Cache-Control"] = "no-store"
    return answer

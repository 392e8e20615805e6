"""Files: the list and the download."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase

from lianxun.documents import operations, queries
from lianxun.documents.enums import FileRole
from lianxun.fabric.paging import page_number
from lianxun.web.documents.lists import LISTING
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest


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
    )


def download(request: ActorRequest, file_id: UUID) -> HttpResponseBase:
    """Hand a file out: never shown inline, so nothing in it runs in our pages."""
    record, stream = operations.handed_out(actor=request.actor, now=request.now, file_id=file_id)
    answer = FileResponse(stream, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(record.file_name)}"
    answer["Cache-Control"] = "no-store"
    return answer

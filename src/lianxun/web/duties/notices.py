"""The inbox: what somebody was told, and that he has read it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.duties import operations, queries
from lianxun.duties.records import NoticeRecord
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import Invalid
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest, uuid_given


def notices(request: ActorRequest) -> HttpResponse:
    """The inbox. Marking as read is a POST; a notice names its matter only to whom it is open now."""
    if request.method == "POST":
        return _read(request)
    unread = request.GET.get("state") == "unread"
    page = queries.notices(
        actor=request.actor,
        now=request.now,
        page=page_number(request.GET.get("page")),
        unread=unread,
    )
    rows = [(n, url_of(n)) for n in page.rows]
    return render(request, "duties/notices.html", {"rows": rows, "page": page, "unread": unread})


def _read(request: ActorRequest) -> HttpResponse:
    named = request.POST.get("notice", "")
    one = uuid_given(named)
    if named and one is None:
        raise Invalid.at("notice", "没有这条提醒，请刷新页面后再标记。")
    operations.mark_read(actor=request.actor, now=request.now, notice_ids=[one] if one else [])
    return redirect("duties:notices")


def url_of(notice: NoticeRecord) -> str:
    """The page of what a notice is about; empty where the kind has none and where it is not open any more."""
    if not notice.open:
        return ""
    if notice.object_kind == "duties.duty":
        return reverse("duties:detail", args=[notice.object_id])
    return object_url(notice.object_kind, notice.object_id)

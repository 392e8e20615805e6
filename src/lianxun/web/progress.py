"""One way to show long work: how far, how long still; one may leave the page and come back.

A page includes ``web/components/progress.html`` while the work runs. The part asks its own address every
two seconds: that look is no reading of business data (count and stage only) and writes no record
(settled.md 12). When the work is done the answer tells the browser to load the page again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from lianxun.web.requests import ActorRequest

SURE = 0.05  # below this share of the work an estimate would only jump about


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """``url`` answers with this part alone (``progress_part``). ``unit``: what is counted, e.g. 个文件."""

    title: str
    url: str
    running: bool
    percent: int
    done: int = 0
    total: int = 0
    unit: str = ""
    stage: str = ""
    left: str = ""


def time_left(*, began: datetime | None, now: datetime, percent: float) -> str:
    """“约剩 2 分钟”, from the pace so far; empty while nothing can be said."""
    if began is None or percent / 100 < SURE or percent >= 100:
        return ""
    spent = now - began
    left = spent * ((100 - percent) / percent)
    if left < timedelta(minutes=1):
        return "约剩不到 1 分钟"
    minutes = round(left / timedelta(minutes=1))
    return (
        f"约剩 {minutes} 分钟" if minutes < 60 else f"约剩 {minutes // 60} 小时 {minutes % 60} 分"
    )


def progress_part(request: ActorRequest, progress: Progress) -> HttpResponse:
    """The answer to the part's own look."""
    request.untraced = True
    if progress.running:
        return render(request, "web/components/progress.html", {"progress": progress})
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    return answer

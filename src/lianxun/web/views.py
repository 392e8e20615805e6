"""Pages that belong to no room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxun.kernel.problems import NotFound
from lianxun.web.help_topics import TOPICS


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/help.html", {"topics": TOPICS})


def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """The help of one page: who it is for, the steps, what can go wrong."""
    if topic not in TOPICS:
        raise NotFound
    return render(request, "web/help_topic.html", {"topic": TOPICS[topic]})

"""Pages that belong to no room."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.web.forms import ActForm
from lianxun.web.help_topics import TOPICS


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/help.html", {"topics": TOPICS})


def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """The help of one page: who it is for, the steps, what can go wrong."""
    if topic not in TOPICS:
        raise NotFound
    return render(request, "web/help_topic.html", {"topic": TOPICS[topic]})


class _GalleryForm(ActForm):
    title = forms.CharField(label="事项", max_length=60, help_text="一句话写清是什么事")
    kind = forms.ChoiceField(label="类别", choices=[("a", "常规"), ("b", "专项")])
    due = forms.DateField(label="期限")
    urgent = forms.BooleanField(label="加急", required=False)
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every variant: the page against which looks are judged and tested."""
    bad = _GalleryForm({"title": "", "kind": "z", "due": ""})
    bad.is_valid()
    return render(
        request,
        "web/gallery.html",
        {
            "lights": [m.value for m in Light],
            "form": _GalleryForm(),
            "bad_form": bad,
            "levels": range(4),
        },
    )

"""Every component in every variant on one page, with invented words: how looks are judged and tested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.access.records import Explanation, Reason
from lianxun.fabric.paging import Page
from lianxun.kernel.clock import Light
from lianxun.kernel.ids import new_id
from lianxun.web import cells
from lianxun.web.forms import ActForm
from lianxun.web.home.parts import Row, Section
from lianxun.web.lists import Column, Filter, Listing, embedded
from lianxun.web.many import ManyAct
from lianxun.web.progress import Progress, progress_part
from lianxun.web.requests import ActorRequest
from lianxun.web.timeline import axis

PARTS = (
    *(("lights", "灯和标记"), ("messages", "提醒"), ("line", "节点"), ("next", "下一步")),
    *(("facts", "情况"), ("home", "第一页"), ("board", "看板"), ("lists", "列表")),
    *(("empty", "空列表"), ("work", "进度"), ("forms", "表单"), ("bad", "有误")),
)
LIGHTS = (
    Light.DONE,
    Light.DONE_LATE,
    Light.DONE,
    Light.GREEN,
    Light.RED,
    Light.YELLOW,
    Light.PAUSED,
)


class _Form(ActForm):
    title = forms.CharField(label="事项", max_length=60, help_text="一句话写清是什么事")
    kind = forms.ChoiceField(label="类别", choices=[("a", "常规"), ("b", "专项")])
    due = forms.DateField(label="期限")
    urgent = forms.BooleanField(label="加急", required=False)
    ways = forms.ChoiceField(
        label="方式", choices=[("x", "书面"), ("y", "会议")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)


@dataclass(frozen=True, slots=True)
class _Line:
    id: Any
    title: str
    due: date
    light: str


_LISTING = Listing(
    name="gallery",
    title="示例事项",
    columns=(
        Column(key="title", label="事项", value=lambda x: x.title, fixed=True),
        Column(key="due", label="期限", value=lambda x: x.due, html=lambda x: cells.day(x.due)),
        Column(
            key="light", label="灯", value=lambda x: x.light, html=lambda x: cells.light(x.light)
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=[("open", "办理中")]),
        Filter(name="q", label="编号"),
    ),
    many={
        "sign": ManyAct(title="签收", button="签收", may=lambda x: x.light != "done", in_place=True)
    },
)


_PROGRESS = Progress(
    title="正在试读",
    url="?part=progress",
    running=True,
    percent=40,
    done=4,
    total=10,
    unit="个文件",
    left="约剩 3 分钟",
)


def gallery(request: ActorRequest) -> HttpResponse:
    """Nothing on it is real and nothing on it acts."""
    if "part" in request.GET:
        return progress_part(request, _PROGRESS)
    today = request.now.date()
    bad = _Form({"title": "", "kind": "z", "due": ""})
    bad.is_valid()
    nodes = _nodes(today)
    rows = [
        _Line(new_id(), f"示例事项{n}", today + timedelta(days=n), x)
        for n, x in enumerate(("red", "green"))
    ]
    shown = embedded(request, _LISTING, Page(rows, 1, len(rows)), at=request.path)
    return render(
        request,
        "web/gallery.html",
        shown
        | {
            "parts": PARTS,
            "lights": [m.value for m in Light],
            "levels": range(4),
            "nodes": nodes,
            "axis": axis(
                nodes,
                entry=today - timedelta(days=20),
                end=today + timedelta(days=20),
                feedback=None,
                today=today,
            ),
            "filters": [(f, "") for f in _LISTING.filters],
            "facts": [("来源", "来信来访"), ("涉及单位", "示例单位"), ("期限", cells.day(today))],
            "sections": [_section(today)],
            "progress": _PROGRESS,
            "explanation": Explanation(True, (Reason("ACC-P1", True, "本单位职责范围内。"),)),
            "form": _Form(),
            "bad_form": bad,
        },
    )


def _nodes(today: date) -> list[Any]:
    """Clocks as a time line shows them; seven nodes, one for each light but 取消."""
    return [
        SimpleNamespace(
            id=new_id(),
            node=str(n),
            title=f"示例节点{n}",
            phase="during",
            clause="示例条款",
            state="open" if light in (Light.RED, Light.YELLOW, Light.GREEN) else "fulfilled",
            light=light,
            why="应于某日完成",
            due_on=today + timedelta(days=8 * (n - 4)),
            days_left=8 * (n - 4),
            working_days_left=max(0, 5 * (n - 4)),
            provisional=False,
            responsible_unit=None,
            responsible_unit_name="示例单位",
        )
        for n, light in enumerate(LIGHTS, start=1)
    ]


def _section(today: date) -> Section:
    row = Row(
        text="线索〔2026〕1号 示例",
        url=reverse("gallery"),
        light="red",
        why=f"应于{today.month}月{today.day}日完成，已超期 2 天",
        note="等示例单位签收",
        buttons=((reverse("gallery"), "签收"),),
    )
    return Section(
        title="移交后没有签收", rows=[row], empty="", first=True, more=(reverse("gallery"), "全部")
    )

"""The page that prints the weekly bulletin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from lianxun.duties import operations
from lianxun.duties.rules import may_issue_bulletin
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


class BulletinForm(ActForm):
    words = forms.CharField(
        label="情况说明和要求",
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="本周主要情况、需要通报的问题、下周要求。数字由平台统计，不用填写。",
    )


class _Office:
    """Who prints it, and that he may."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.permitted = actor, frozenset({"bulletin"})


ACT = Act(
    "印制周通报",
    "印制周通报",
    operations.issue_bulletin,
    BulletinForm,
    "按责任单位和环节统计的件数写入通报，不写具体事项；本周的“周通报”时限随之办结，文件在“文书档案”。",
    "周通报已印制，在“文书档案”。",
)


def bulletin(request: ActorRequest) -> HttpResponse:
    def load(r: ActorRequest) -> Any:
        if not may_issue_bulletin(r.actor):
            raise NotFound
        return _Office(r.actor)

    return act_page(
        request,
        ACT,
        load=load,
        name="bulletin",
        back=lambda _: reverse("duties:board", args=["unit"]),
        heading=lambda _: "时限与进度",
        given=plain,
    )

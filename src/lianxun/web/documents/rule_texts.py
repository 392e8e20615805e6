"""The page that prints the body's own rules on data security and on emergencies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from lianxun.documents import operations
from lianxun.documents.rule_texts import rule_texts
from lianxun.documents.rules import may_issue_rules
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


class RulesForm(ActForm):
    text = forms.ChoiceField(label="制度文本")
    office = forms.CharField(label="责任部门", max_length=40, help_text="负责日常管理的部门名称。")
    effective_on = forms.DateField(label="施行日期")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        texts = [(t.key, f"《{t.title}》") for t in rule_texts(request.now.date())]
        self.fields["text"].choices = [("", "请选择"), *texts]  # type: ignore[attr-defined]


class _Office:
    """Who prints it, and that he may."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.permitted = actor, frozenset({"rules"})


ACT = Act(
    "印制制度文本",
    "印制",
    operations.issue_rules,
    RulesForm,
    "《数据安全管理办法》《应急处置预案》按本单位名称、责任部门和施行日期填好，写明依据，"
    "生成 Word 和 PDF；请按本地规定核定后施行。",
    "制度文本已印制，在本页可以下载。",
)


def rule_text(request: ActorRequest) -> HttpResponse:
    def load(r: ActorRequest) -> Any:
        if not may_issue_rules(r.actor):
            raise NotFound
        return _Office(r.actor)

    return act_page(
        request,
        ACT,
        load=load,
        name="rules",
        back=lambda _: reverse("documents:list"),
        heading=lambda _: "文书档案",
        given=plain,
    )

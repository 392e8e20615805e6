"""Institution documents: list, page, acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.fabric.models import Level
from lianxun.kernel.problems import NotFound, Refused
from lianxun.regulations import operations, queries, rules, templates
from lianxun.regulations.enums import InstitutionState, ReviewKind, ReviewOutcome
from lianxun.regulations.operations.adoption import BODIES
from lianxun.regulations.queries.institutions import InstitutionRecord
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm, storable
from lianxun.web.regulations.views import one_of, reading
from lianxun.web.requests import ActorRequest

KIND = "regulations.institution"


def _area(label: str, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


class DraftForm(ActForm):
    template = forms.ChoiceField(
        label="模板",
        required=False,
        help_text="选模板后名称和正文可留空，起草后再改；正文按“第一章”“第一条”“（一）”分行书写。",
    )
    title = forms.CharField(label="制度名称", max_length=200, required=False)
    text = _area("正文", rows=12, required=False, max_length=100_000, validators=[storable])
    level = forms.TypedChoiceField(
        label="级别", choices=Level.choices, coerce=int, initial=Level.INTERNAL
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            ("", "不用模板"),
            *((t.code, t.title) for t in templates.shipped()),
        ]


class EditForm(ActForm):
    title = forms.CharField(label="制度名称", max_length=200)
    text = _area("正文", rows=24, max_length=100_000, validators=[storable])


class PublishForm(ActForm):
    decided_by = forms.CharField(label="由哪次会议审议通过", max_length=200)
    document_number = forms.CharField(label="文号", max_length=100, required=False)
    effective_on = forms.DateField(label="施行日期")
    everyone = forms.TypedChoiceField(
        label="谁可以查阅",
        choices=[("yes", "有法规职责的全体人员"), ("no", "本单位和上级巡视机构")],
        coerce=lambda v: v == "yes",
    )


class BringForm(ActForm):
    body = forms.ChoiceField(label="审议机构", choices=[(k.value, k.label) for k in BODIES])
    effective_on = forms.DateField(label="施行日期")
    document_number = forms.CharField(label="文号", max_length=100, required=False)
    everyone = forms.TypedChoiceField(
        label="施行后谁可以查阅",
        choices=[("yes", "有法规职责的全体人员"), ("no", "本单位和上级巡视机构")],
        coerce=lambda v: v == "yes",
    )
    all_sign = forms.BooleanField(label="由全体成员会签", required=False)


class OpinionForm(ActForm):
    opinion = _area("修改意见", max_length=500)


class ReasonForm(ActForm):
    reason = _area("理由", max_length=500)


class AbolishForm(ActForm):
    decided_by = forms.CharField(label="由哪次会议决定废止", max_length=200)
    since = forms.DateField(label="自哪天起废止")


class ReviewForm(ActForm):
    kind = forms.ChoiceField(label="评估类型", choices=ReviewKind.choices)
    finding = _area("执行情况和问题", max_length=1000)
    outcome = forms.ChoiceField(label="结论", choices=ReviewOutcome.choices)


ACTS: dict[str, Act] = {
    "edit": Act(
        "修改草案",
        "保存",
        operations.edit,
        EditForm,
        done="已保存。",
        values=lambda _, found: {"title": found.title, "text": found.text},
    ),
    "submit": Act(
        "送审",
        "送审",
        operations.submit,
        happens="系统先检查条文编号是否连续；送审后由另一名同志审核。",
        done="已送审。",
    ),
    "bring": Act(
        "审核通过，提请审议",
        "提请审议",
        operations.bring,
        BringForm,
        "由所选机构在“审批”中决定：同意即施行并写入法规库，不同意或退回的回到起草，意见写在制度页上。",
        "已提请审议。",
    ),
    "publish": Act(
        "会议已审议通过，登记施行",
        "施行",
        operations.publish,
        PublishForm,
        "写入法规库，可检索、可引用；前一版同时失效；季度、六月、两年三项评估时限随即开始。",
        "已施行，并写入法规库。",
    ),
    "return": Act(
        "退回修改", "退回", operations.return_, OpinionForm, done="已退回。", danger=True
    ),
    "revise": Act(
        "启动修订",
        "启动修订",
        operations.revise,
        ReasonForm,
        "以现行文本为底稿建立下一版草案；新版施行之前，现行版本继续有效。",
        "已建立修订草案。",
    ),
    "review": Act(
        "登记评估",
        "登记评估",
        operations.review,
        ReviewForm,
        "相应的评估时限办结，下一次同类评估的时限随即建立。",
        "已登记。",
    ),
    "keep": Act(
        "停止修订",
        "停止修订",
        operations.keep,
        ReasonForm,
        "修订草案删除，现行版本继续有效。",
        "已停止修订。",
        danger=True,
    ),
    "abolish": Act(
        "废止",
        "废止",
        operations.abolish,
        AbolishForm,
        "本制度自所填日期起失效，没有替代文本；评估时限取消。",
        "已废止。",
        danger=True,
    ),
}


def institution_list(request: ActorRequest) -> HttpResponse:
    reading(request)
    state = one_of(request.GET.get("state", ""), InstitutionState.values)
    rows = queries.institutions(actor=request.actor, now=request.now, state=state)
    context = {
        "rows": rows,
        "states": InstitutionState.choices,
        "drafts": bool(rules.may_draft(request.actor)),
        "tab": "institutions",
    }
    return render(request, "regulations/institutions.html", context)


def new(request: ActorRequest) -> HttpResponse:
    decision = rules.may_draft(request.actor)
    if not decision:
        raise Refused(decision)  # type: ignore[arg-type]
    form = DraftForm(request.POST or None, initial={"template": request.GET.get("template", "")})
    if request.method == "POST" and form.is_valid():
        done, made = form.perform(
            lambda: operations.draft(actor=request.actor, now=request.now, **plain(None, form))
        )
        if done:
            messages.success(request, "草案已建立。")
            return redirect(
                reverse("regulations:institution", args=[made])
                if made
                else reverse("regulations:institutions")
            )
    with transaction.atomic():
        return render(
            request,
            "regulations/institution_new.html",
            {"form": form, "tab": "institutions"},
            status=422 if request.method == "POST" else 200,
        )


def detail(request: ActorRequest, institution_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.institution(actor=actor, now=now, institution_id=institution_id)
    context = {
        "doc": found,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=KIND, object_id=found.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
        "tab": "institutions",
    }
    return render(request, "regulations/institution.html", context)


def act(request: ActorRequest, institution_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: InstitutionRecord, form: ActForm) -> Mapping[str, Any]:
        return {"institution_id": found.id, **plain(found, form)}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.institution(actor=r.actor, now=r.now, institution_id=institution_id),
        name=name,
        back=lambda found: reverse("regulations:institution", args=[found.id]),
        heading=lambda found: found.title,
        given=given,
        after=_after if name == "revise" else None,
    )


def _after(found: InstitutionRecord, made: Any) -> str:
    return reverse("regulations:institution", args=[made])

"""Pages of the standing agreements of sharing: the list, one of them with what came under it, its acts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.exchange import operations, queries
from lianxun.exchange.catalogue import catalogue, question_only
from lianxun.exchange.enums import SharingState
from lianxun.exchange.sharing_records import SharingRecord
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web import cells, choices
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm, area
from lianxun.web.lists import Column, Filter, Listing, list_page
from lianxun.web.requests import ActorRequest

LISTING = Listing(
    name="sharings",
    title="联动共享约定",
    columns=(
        Column(
            key="number",
            label="编号",
            value=lambda s: s.number,
            html=lambda s: cells.link(reverse("exchange:sharing", args=[s.id]), s.number),
            fixed=True,
        ),
        Column(key="provider", label="提供单位", value=lambda s: s.provider_name),
        Column(key="subject", label="涉及单位", value=lambda s: s.subject_name),
        Column(
            key="classes", label="信息类别", value=lambda s: "、".join(c.name for c in s.classes)
        ),
        Column(
            key="until",
            label="截止日期",
            value=lambda s: s.valid_to,
            html=lambda s: cells.day(s.valid_to),
        ),
        Column(key="files", label="已提供", value=lambda s: len(s.lines)),
        Column(
            key="state",
            label="状态",
            value=lambda s: s.state_label,
            html=lambda s: cells.state(s.state, s.state_label),
        ),
    ),
    filters=(Filter(name="state", label="状态", choices=SharingState.choices),),
    empty="没有您可以知悉的联动共享约定。约定由联合组在巡视任务页“起草联动共享约定”，双方签署后生效。",
)


class SharingForm(ActForm):
    """What is agreed, for the engagement from whose page it is drafted."""

    provider_id = forms.ChoiceField(label="提供单位", help_text="如审计机关；被巡视单位不能选。")
    classes = forms.MultipleChoiceField(
        label="共享的信息类别",
        widget=forms.CheckboxSelectMultiple,
        help_text="只列可以成批提供的类别；核心级和只问不给的类别仍办单项核验。",
    )
    all_fields = forms.BooleanField(
        label="需要目录的全部字段",
        required=False,
        help_text="不勾选时只共享必备字段（最小必要）。",
    )
    purpose = area("用途", max_length=300)
    basis = area("依据", max_length=300)
    valid_from = forms.DateField(label="生效日期")
    valid_to = forms.DateField(label="截止日期", help_text="最长一年；任务归档时自动终止。")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["provider_id"].choices = choices.member_units()  # type: ignore[attr-defined]
        self.fields["classes"].choices = [  # type: ignore[attr-defined]
            (c.id, f"{c.id} {c.name_zh}") for c in catalogue() if not question_only(c.id)
        ]


class ProjectForm(ActForm):
    project_number = forms.CharField(label="对应项目编号", max_length=60, required=False)
    project_title = forms.CharField(
        label="对应项目名称",
        max_length=120,
        required=False,
        help_text="巡审联动填写审计项目名称；没有对应项目的不填。",
    )
    project_lead = forms.CharField(label="项目负责人", max_length=40, required=False)


class WhyForm(ActForm):
    reason = area("理由", min_length=5, max_length=300)


ACTS: dict[str, Act] = {
    "sign": Act(
        "巡视方签署",
        "签署",
        operations.sign_sharing,
        happens="签署前请核对负面清单和最小必要；签署后送达提供单位，由其签署后生效。",
        done="已签署，等待提供方签署。",
    ),
    "countersign": Act(
        "提供方签署",
        "签署",
        operations.countersign_sharing,
        ProjectForm,
        "签署后按类别生成数据提供事项；此后提供的数据校验通过即向联合组开放，不再逐次提出需求。",
        "已签署，约定生效。",
    ),
    "decline": Act(
        "不同意签署",
        "不同意",
        operations.decline_sharing,
        WhyForm,
        "约定不生效，理由告知起草人。",
        "已登记不同意。",
        danger=True,
    ),
    "withdraw": Act(
        "撤回约定", "撤回", operations.withdraw_sharing, WhyForm, done="已撤回。", danger=True
    ),
    "suspend": Act(
        "暂停共享",
        "暂停",
        operations.suspend_sharing,
        WhyForm,
        "立即生效：联合组随即不能查看按约定提供的数据，提供单位不能再按约定提供。",
        "已暂停共享。",
        danger=True,
    ),
    "resume": Act(
        "恢复共享",
        "恢复",
        operations.resume_sharing,
        WhyForm,
        "由暂停的一方恢复；恢复后联合组可以继续查看。",
        "已恢复共享。",
    ),
}


def sharing_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        LISTING,
        lambda: queries.sharings(
            actor=request.actor,
            now=request.now,
            state=state if state in SharingState.values else "",
            page=page_number(request.GET.get("page")),
        ),
    )


def detail(request: ActorRequest, sharing_id: UUID) -> HttpResponse:
    found = queries.sharing(actor=request.actor, now=request.now, sharing_id=sharing_id)
    context = {
        "s": found,
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
        "member": found.engagement in request.actor.engagements,
        "provides": request.actor.unit_id == found.provider_id,
    }
    return render(request, "exchange/sharing.html", context)


def act(request: ActorRequest, sharing_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: SharingRecord, form: ActForm) -> dict[str, Any]:
        return {"sharing_id": found.id, **plain(found, form)}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.sharing(actor=r.actor, now=r.now, sharing_id=sharing_id),
        name=name,
        back=lambda found: reverse("exchange:sharing", args=[found.id]),
        heading=lambda found: f"联动共享约定 {found.number}",
        given=given,
    )

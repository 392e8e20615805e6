"""Pages of the rectification room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.documents import queries as documents
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.rectification import operations, queries
from lianxun.rectification.enums import ItemState
from lianxun.rectification.records import ItemRecord
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.rectification import forms
from lianxun.web.rectification.lists import LISTING
from lianxun.web.requests import ActorRequest

ACTS: dict[str, Act] = {
    "plan": Act(
        "填写整改方案",
        "保存方案",
        operations.draft_plan,
        forms.PlanForm,
        "责任领导、措施、标准、制度一次填全，可反复修改到报送为止。",
        "方案已保存。",
        values=lambda r, i: {
            "lead_person": i.lead_person,
            "lead_unit": i.lead_unit,
            "measures": i.measures,
            "standard": i.standard,
            "institution": i.institution,
        },
    ),
    "submit_plan": Act(
        "报送整改方案",
        "报送",
        operations.submit_plan,
        happens="报送后由审核单位会审，主要负责人已签字背书。",
        done="方案已报送审核。",
    ),
    "invite": Act(
        "邀请会同办理",
        "邀请",
        operations.invite,
        forms.InviteForm,
        "受邀单位可以查看本事项、提出审核意见、签署销号单。",
        "已邀请。",
    ),
    "review": Act(
        "审核整改方案",
        "提交意见",
        operations.review_plan,
        forms.ReviewForm,
        "各单位意见互不可见，由巡视办归口合并。",
        "意见已提交。",
    ),
    "decide_plan": Act(
        "归口审核意见", "决定", operations.decide_plan, forms.DecideForm, done="已作出归口决定。"
    ),
    "start": Act("开始整改", "开始", operations.start, done="已转入整改。"),
    "evidence": Act(
        "上传佐证材料",
        "上传",
        operations.add_evidence,
        forms.EvidenceForm,
        "材料按摘要保存，不能更改；可再次上传。",
        "材料已保存。",
        multipart=True,
    ),
    "submit": Act(
        "报送整改情况",
        "报送核验",
        operations.submit,
        forms.SubmitForm,
        "报送后由报送人以外的人员核验。",
        "已报送核验。",
    ),
    "check": Act(
        "核验",
        "登记核验",
        operations.check,
        forms.CheckForm,
        "整改不到位或虚假整改的退回，须给出新的期限。",
        "核验已登记。",
    ),
    "close": Act(
        "签署销号单",
        "签署",
        operations.sign_close_out,
        happens="两个单位先后签字，第二个签字后销号。",
        done="已签署。",
    ),
    "reopen": Act(
        "重新整改",
        "重新整改",
        operations.reopen,
        forms.ReopenForm,
        done="已重新打开。",
        danger=True,
    ),
    "extend": Act(
        "申请延期",
        "申请",
        operations.ask_extension,
        forms.ExtendForm,
        "每个事项只能延期一次，由协调对接委员会决定。",
        "已提请审批。",
    ),
}


def item_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        LISTING,
        lambda: queries.items(
            actor=request.actor,
            now=request.now,
            state=state if state in ItemState.values else "",
            page=page_number(request.GET.get("page")),
        ),
    )


def detail(request: ActorRequest, item_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    item = queries.item(actor=actor, now=now, item_id=item_id)
    kind = "rectification.item"
    context = {
        "item": item,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=kind, object_id=item.id),
        "files": documents.of_object(actor=actor, object_kind=kind, object_id=item.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in item.permitted],
    }
    return render(request, "rectification/detail.html", context)


def act(request: ActorRequest, item_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(item: ItemRecord, form: ActForm) -> dict[str, Any]:
        values = {"item_id": item.id, **plain(item, form)}
        if name == "evidence":
            upload = values.pop("file")
            values.pop("revision")
            return {**values, "stream": upload.file, "name": upload.name}
        if name == "invite":
            values["units"] = tuple(UUID(u) for u in values["units"])
        return values

    return act_page(
        request,
        chosen,
        load=lambda r: queries.item(actor=r.actor, now=r.now, item_id=item_id),
        name=name,
        back=lambda item: reverse("rectification:detail", args=[item.id]),
        heading=lambda item: f"整改事项 {item.number}",
        given=given,
    )

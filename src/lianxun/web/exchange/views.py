"""Pages of the exchange room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.documents import queries as documents
from lianxun.duties import queries as duties
from lianxun.exchange import operations, queries
from lianxun.exchange.catalogue import catalogue, data_class, is_known
from lianxun.exchange.enums import RequestState
from lianxun.exchange.records import RequestRecord
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.exchange import forms
from lianxun.web.exchange.lists import LISTING
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest

ACTS: dict[str, Act] = {
    "submit": Act(
        "提交合规审核",
        "提交",
        operations.submit_request,
        happens="由另一名同志在 2 个工作日内审核负面清单、最小必要和是否已有。",
        done="已提交审核。",
    ),
    "check": Act(
        "合规审核",
        "审核",
        operations.check_request,
        forms.CheckForm,
        "通过后立即送达提供单位，答复 5 个工作日、提供 10 个工作日开始计时。",
        "已审核。",
    ),
    "accept": Act("同意提供", "同意提供", operations.accept_request, done="已答复同意。"),
    "object": Act(
        "提出异议",
        "提出异议",
        operations.object_request,
        forms.ReasonForm,
        "联络员办公室将在 3 个工作日内协商。",
        "已提出异议。",
    ),
    "settle": Act(
        "登记协商结果",
        "登记",
        operations.settle_objection,
        forms.OutcomeForm,
        done="已登记，请求恢复待答复。",
    ),
    "refuse": Act(
        "不予提供",
        "出具不予提供理由书",
        operations.refuse_request,
        forms.RefuseForm,
        "理由将送达需求单位，并计入协作情况。",
        "已答复不予提供。",
        danger=True,
    ),
    "deliver": Act(
        "提供数据",
        "上传",
        operations.deliver,
        forms.DeliverForm,
        "文件按摘要保存；不能读取的文件整份拒收，不会只收一半。",
        "数据已提供，等待验收。",
        multipart=True,
    ),
    "judge": Act("验收数据", "验收", operations.judge_delivery, forms.JudgeForm, done="已验收。"),
    "end_use": Act(
        "停用并登记销毁", "登记", operations.end_use, forms.RecordForm, done="已停用。", danger=True
    ),
    "withdraw": Act(
        "撤回需求",
        "撤回",
        operations.withdraw_request,
        forms.ReasonForm,
        done="已撤回。",
        danger=True,
    ),
}


def request_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    contact = "contact" in request.actor.roles
    return list_page(
        request,
        LISTING,
        lambda: queries.requests(
            actor=request.actor,
            now=request.now,
            state=state if state in RequestState.values else "",
            mine=request.GET.get("mine") == "1",
            page=page_number(request.GET.get("page")),
        ),
        buttons=[] if contact else [(reverse("exchange:catalogue"), "提出需求")],
    )


def catalogue_page(request: ActorRequest) -> HttpResponse:
    """The data catalogue; choosing a class starts a request."""
    return render(
        request,
        "exchange/catalogue.html",
        {"catalogue": catalogue(), "engagement": request.GET.get("engagement", "")},
    )


def draft(request: ActorRequest, code: str) -> HttpResponse:
    if not is_known(code):
        raise NotFound
    form = forms.DraftForm(request.POST or None)
    with transaction.atomic():
        form.prepare(request, code)
    if request.method == "POST" and form.is_valid():
        done, made = form.perform(lambda: _draft(request, form, code))
        if done:
            messages.success(request, "需求已起草，请核对后提交合规审核。")
            return redirect(
                reverse("exchange:detail", args=[made]) if made else reverse("exchange:requests")
            )
    with transaction.atomic():
        return render(
            request,
            "exchange/draft.html",
            {"form": form, "wanted": data_class(code)},
            status=422 if request.method == "POST" else 200,
        )


def _draft(request: ActorRequest, form: ActForm, code: str) -> UUID:
    data = form.cleaned_data
    try:
        return operations.draft_request(
            actor=request.actor,
            now=request.now,
            engagement_id=uuid_or_none(request.GET.get("engagement")),
            subject_org=uuid_or_none(data["subject_org"]),
            provider_id=UUID(data["provider_id"]),
            data_class_code=code,
            fields=tuple(data["fields_wanted"]),
            purpose=data["purpose"],
            basis=data["basis"],
            scope=data["scope"],
            period_from=data["period_from"],
            period_to=data["period_to"],
            urgent=data["urgent"],
            again_reason=data["again_reason"],
        )
    except operations.NegativeList as hit:
        operations.issue_receipt(actor=request.actor, now=request.now, rule=hit.rules[0])
        raise


def detail(request: ActorRequest, request_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.request(actor=actor, now=now, request_id=request_id)
    kind = "exchange.request"
    context = {
        "req": found,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=kind, object_id=found.id),
        "files": documents.of_object(actor=actor, object_kind=kind, object_id=found.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "exchange/detail.html", context)


def act(request: ActorRequest, request_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: RequestRecord, form: ActForm) -> dict[str, Any]:
        values = plain(found, form)
        if name == "judge":
            last = found.deliveries[-1]
            return {**values, "delivery_id": last.id, "revision": last.revision}
        if name == "deliver":
            upload = values.pop("file")
            return {"request_id": found.id, **values, "stream": upload.file, "name": upload.name}
        return {"request_id": found.id, **values}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.request(actor=r.actor, now=r.now, request_id=request_id),
        name=name,
        back=lambda found: reverse("exchange:detail", args=[found.id]),
        heading=lambda found: f"信息需求 {found.number}",
        given=given,
    )

"""The acts on one request for data, as the pages and the interface offer them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from lianxun.exchange import operations, queries
from lianxun.exchange.records import RequestRecord
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, Underway, Undo, act_page, plain, uuid_or_none
from lianxun.web.exchange import forms
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest

CHECKING = "已收到文件，正在检查：检查通过即为已提供，结果见本页。"


def _provide(**given: Any) -> UUID | Underway:
    """Data or their correction; the operation says whether the file is still being checked."""
    made = operations.provide(**given)
    if not made.checking:
        return made.id
    at = reverse("api-1:get_incoming", args=[given["request_id"], made.id])
    return Underway(made.id, said=CHECKING, at=at)


ACTS: dict[str, Act] = {
    "change": Act(
        "修改需求",
        "保存修改",
        operations.receipted(operations.change_draft),
        forms.ChangeForm,
        "修改后再提交合规审核。",
        "已修改。",
        values=lambda r, q: {
            "fields_wanted": list(q.fields),
            "purpose": q.purpose,
            "basis": q.basis,
            "scope": q.scope,
            "period_from": q.period_from,
            "period_to": q.period_to,
            "urgent": q.urgent,
        },
    ),
    "submit": Act(
        "提交合规审核",
        "提交",
        operations.submit_request,
        happens="由另一名同志在 2 个工作日内审核负面清单、最小必要和是否已有。",
        done="已提交审核。",
        undo=Undo("recall", lambda *_: {"back": 1}),
    ),
    "recall": Act(
        "撤回提交",
        "撤回提交",
        operations.recall_request,
        happens="审核人还没有办理，需求退回起草，可以修改后再提交；提交和撤回各有一条留痕。",
        done="已撤回提交，可以修改后再提交。",
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
        _provide,
        forms.DeliverForm,
        "文件校验后加密保存，只向需求方（按共享约定提供的，只向联合组）开放；不能读取、只有一半或触及负面清单的整份拒收。"
        "较大的文件上传后在后台检查，可以离开页面。",
        "数据已提供，等待验收；按共享约定提供的不需验收，已向联合组开放。",
        multipart=True,
        queues=True,
    ),
    "correct": Act(
        "更正数据",
        "上传更正后的数据",
        _provide,
        forms.CorrectForm,
        "验收之前原数据继续使用；验收后原数据即行停用，密钥销毁。按共享约定提供的不再验收，"
        "校验通过即替换原来那一份。",
        "更正后的数据已提供，等待验收；按共享约定提供的不需验收，已替换原来那一份。",
        multipart=True,
        queues=True,
    ),
    "stop": Act(
        "停止检查",
        "停止检查",
        operations.stop_incoming,
        happens="正在检查的文件不再接收，可以重新上传。",
        done="已停止，没有接收。",
        danger=True,
    ),
    "ask_correction": Act(
        "要求更正",
        "要求更正",
        operations.ask_correction,
        forms.ReasonForm,
        "提供单位 10 个工作日内提供更正后的数据；在此之前原数据继续使用。",
        "已要求提供单位更正。",
    ),
    "contest": Act(
        "不同意不予提供",
        "提请协商",
        operations.contest_refusal,
        forms.ReasonForm,
        "联络员办公室将在 3 个工作日内协商；协商不成的提请委员会裁定。",
        "已提请协商。",
    ),
    "settle_refusal": Act(
        "登记协商结果",
        "登记协商结果",
        operations.settle_refusal,
        forms.LadderForm,
        "选择提请委员会裁定的，将生成审批事项；委员会同意即应当提供。",
        "已登记。",
    ),
    "appeal": Act(
        "提请领导小组裁定",
        "提请领导小组裁定",
        operations.appeal_refusal,
        forms.ReasonForm,
        "委员会裁定不予提供成立；领导小组的裁定是最后一级。",
        "已提请领导小组裁定。",
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


def act(request: ActorRequest, request_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: RequestRecord, form: ActForm) -> dict[str, Any]:
        values = plain(found, form)
        if name == "change":
            values["fields"] = tuple(values.pop("fields_wanted"))
        if name == "judge":
            last = found.deliveries[-1]
            return {**values, "delivery_id": last.id, "revision": last.revision}
        if name in ("deliver", "correct"):
            upload = values.pop("file")
            if name == "correct":
                values["delivery_id"] = uuid_or_none(values["delivery_id"])
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

"""Pages of the exchange room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.exchange import operations, queries
from lianxun.exchange.catalogue import catalogue, data_class, is_known, packs, question_only
from lianxun.exchange.enums import RequestState
from lianxun.exchange.records import RequestRecord
from lianxun.fabric.once import submission
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound, WrongState
from lianxun.web.acts import Act, Undo, act_page, as_read, plain, uuid_or_none
from lianxun.web.exchange import forms
from lianxun.web.exchange.lists import LISTING, RECEIPTS
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.progress import Progress, progress_part, time_left
from lianxun.web.requests import ActorRequest, uuid_given, year_given


def receipted(call: Callable[..., Any]) -> Callable[..., Any]:
    """What the negative list stops leaves its receipt, outside of the submission: the mended form may go again."""

    def run(**given: Any) -> Any:
        try:
            return call(**given)
        except operations.NegativeList as hit:
            with submission(None):
                operations.issue_receipt(
                    actor=given["actor"], now=given["now"], rule=hit.rule, stage=hit.stage
                )
            raise

    return run


def sized(call: Callable[..., Any]) -> Callable[..., Any]:
    """A large file is taken in and checked by a job, a small one at once."""
    at_once = receipted(call)

    def run(**given: Any) -> Any:
        large = given["stream"].seek(0, 2) > operations.LARGE
        given["stream"].seek(0)
        return operations.hand_in(**given) if large else at_once(**given)

    return run


ACTS: dict[str, Act] = {
    "change": Act(
        "修改需求",
        "保存修改",
        receipted(operations.change_draft),
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
        sized(operations.deliver),
        forms.DeliverForm,
        "文件校验后加密保存，只向需求方开放；不能读取、只有一半或触及负面清单的整份拒收。"
        "较大的文件上传后在后台检查，可以离开页面。",
        "数据已提供，等待验收。",
        multipart=True,
    ),
    "correct": Act(
        "更正数据",
        "上传更正后的数据",
        sized(operations.correct_delivery),
        forms.CorrectForm,
        "验收之前原数据继续使用；验收后原数据即行停用，密钥销毁。",
        "更正后的数据已提供，等待验收。",
        multipart=True,
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


def _filters(request: ActorRequest) -> dict[str, Any]:
    """The list's filter out of the URL; nonsense is no filter."""
    state, code = request.GET.get("state", ""), request.GET.get("class", "")
    return {
        "state": state if state in RequestState.values else "",
        "data_class_code": code if is_known(code) else "",
        "mine": request.GET.get("mine") == "1",
        "search": request.GET.get("q", "").strip()[:60],
        "pack": uuid_given(request.GET.get("pack")),
        "provider": uuid_given(request.GET.get("provider")),
        "about": uuid_given(request.GET.get("about")),
        "year": year_given(request.GET.get("year")),
        "again": request.GET.get("again") == "1",
    }


def request_list(request: ActorRequest) -> HttpResponse:
    buttons = [
        (reverse("exchange:pack"), "标准资料包"),
        (reverse("exchange:catalogue"), "按目录提出"),
    ]
    more = [
        (reverse("exchange:questions"), "单项核验"),
        (reverse("exchange:receipts"), "负面清单拒绝回执"),
        (reverse("exchange:keys"), "单位公钥"),
    ]
    contact = "contact" in request.actor.roles
    return list_page(
        request,
        LISTING,
        lambda: queries.requests(
            actor=request.actor,
            now=request.now,
            page=page_number(request.GET.get("page")),
            **_filters(request),
        ),
        buttons=more if contact else [*buttons, *more],
    )


def receipt_list(request: ActorRequest) -> HttpResponse:
    """What the negative list stopped: rule, stage, desk, day."""
    return list_page(
        request,
        RECEIPTS,
        lambda: queries.receipts(
            actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
        ),
    )


def catalogue_page(request: ActorRequest) -> HttpResponse:
    """The data catalogue; choosing a class starts a request."""
    return render(
        request,
        "exchange/catalogue.html",
        {
            "classes": [(c, question_only(c.id)) for c in catalogue()],
            "catalogue": catalogue(),
            "presets": [p for p in catalogue().presets if p.id in packs()["presets"]],
            "engagement": request.GET.get("engagement", ""),
        },
    )


def draft(request: ActorRequest, code: str) -> HttpResponse:
    if not is_known(code):
        raise NotFound
    if question_only(code):
        return redirect("exchange:ask", code)
    form = forms.DraftForm(request.POST or None)
    with transaction.atomic():
        form.prepare(request, code)
    if request.method == "POST" and form.is_valid():
        task = uuid_given(request.GET.get("engagement"))
        done, made = form.perform(lambda: drafted(request, form, code, task))
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


def drafted(request: ActorRequest, form: ActForm, code: str, engagement: UUID | None) -> UUID:
    """What a valid form asks for, drafted; the page and the interface make the same call."""
    data = form.cleaned_data
    made: UUID = receipted(operations.draft_request)(
        actor=request.actor,
        now=request.now,
        engagement_id=engagement,
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
    return made


def try_file(request: ActorRequest, request_id: UUID) -> HttpResponseBase:
    """Check a file before handing it in: the report here, or the file with its faults."""
    form = forms.TryForm(request.POST or None, request.FILES or None)
    with transaction.atomic():
        found = queries.request(actor=request.actor, now=request.now, request_id=request_id)
        if "deliver" not in found.permitted:
            raise NotFound
    report = None
    if request.method == "POST":
        _, report = form.perform(lambda: _try(request, form, request_id))
        if report is not None and report.marked and form.cleaned_data["marked"]:
            return _download(f"校验结果-{found.number}{report.suffix}", BytesIO(report.marked))
    with transaction.atomic():
        return render(
            request,
            "exchange/try.html",
            {"req": found, "form": form, "report": report},
            status=422 if form.errors else 200,
        )


def _try(request: ActorRequest, form: ActForm, request_id: UUID) -> Any:
    upload = form.cleaned_data["file"]
    return receipted(operations.check_file)(
        actor=request.actor,
        now=request.now,
        request_id=request_id,
        stream=upload.file,
        name=upload.name,
        declared_rows=form.cleaned_data["declared_rows"],
    )


_FORMS = {
    "clear": operations.hand_out,
    "package": operations.hand_out_package,
    "marked": operations.hand_out_marked,
}


def data(request: ActorRequest, request_id: UUID, delivery_id: UUID, form: str) -> HttpResponseBase:
    """Hand out a delivery: in clear, as a package closed to the own unit, or with its faults marked."""
    make = _FORMS.get(form)
    if make is None:
        raise NotFound
    try:
        handed = make(actor=request.actor, now=request.now, delivery_id=delivery_id)
    except WrongState as missing:
        messages.error(request, missing.message)
        return redirect("exchange:keys")
    return _download(handed.name, handed.stream)


def _download(name: str, stream: Any) -> FileResponse:
    answer = FileResponse(stream, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def detail(request: ActorRequest, request_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.request(actor=actor, now=now, request_id=request_id)
    kind = "exchange.request"
    context = {
        "req": found,
        "progress": _progress(request, found) if found.incoming else None,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=kind, object_id=found.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "exchange/detail.html", context)


def progress(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """How far the check of a large file has come; asked again and again by the page itself."""
    found = queries.request(actor=request.actor, now=request.now, request_id=request_id)
    if found.incoming is None:
        raise NotFound
    return progress_part(request, _progress(request, found))


def _progress(request: ActorRequest, found: RequestRecord) -> Progress:
    incoming = found.incoming
    assert incoming is not None
    return Progress(
        title=f"正在检查《{incoming.name}》",
        url=reverse("exchange:progress", args=[found.id]),
        running=incoming.running,
        percent=incoming.percent,
        stage=incoming.state_label,
        left=time_left(began=incoming.begun_at, now=request.now, percent=incoming.percent),
    )


def act(request: ActorRequest, request_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound
    uploaded = request.FILES.get("file")
    if name in ("deliver", "correct") and uploaded and (uploaded.size or 0) > operations.LARGE:
        chosen = replace(chosen, done="已收到文件，正在检查：检查通过即为已提供，结果见本页。")

    def given(found: RequestRecord, form: ActForm) -> dict[str, Any]:
        values = plain(found, form)
        if name == "change":
            values["fields"] = tuple(values.pop("fields_wanted"))
        if name == "judge":
            as_read(found, form)
            last = found.deliveries[-1]
            return {**values, "delivery_id": last.id, "revision": last.revision}
        if name in ("deliver", "correct"):
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

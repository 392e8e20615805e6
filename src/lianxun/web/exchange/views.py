"""Pages of the exchange room."""

from __future__ import annotations

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
from lianxun.exchange.rules import may_draft
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound, WrongState
from lianxun.web.acts import uuid_or_none
from lianxun.web.exchange import forms
from lianxun.web.exchange.acts import ACTS
from lianxun.web.exchange.lists import LISTING, RECEIPTS
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.progress import Progress, progress_part, time_left
from lianxun.web.requests import ActorRequest, any_task, there_for, uuid_given, year_given


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
        (reverse("exchange:sharings"), "联动共享约定"),
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
            "may_ask": bool(may_draft(request.actor, engagement=any_task(request))),
            "presets": [p for p in catalogue().presets if p.id in packs()["presets"]],
            "engagement": request.GET.get("engagement", ""),
        },
    )


def draft(request: ActorRequest, code: str) -> HttpResponse:
    there_for(may_draft(request.actor, engagement=any_task(request)))
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
    made: UUID = operations.receipted(operations.draft_request)(
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
    return operations.receipted(operations.check_file)(
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

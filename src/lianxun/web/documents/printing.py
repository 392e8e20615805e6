"""Pages of the print queue: ask, let out, print once under a mark, take back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.documents import operations, queries
from lianxun.documents.enums import PrintState
from lianxun.documents.records import FileRecord, PrintRecord
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, NoFields, act_page, plain, uuid_or_none
from lianxun.web.documents import forms
from lianxun.web.documents.lists import PRINTS
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest

ASK = Act(
    "申请打印",
    "申请打印",
    operations.ask_print,
    forms.PrintForm,
    "每份单独编号，每页带申请人、单位、时间和份号的水印；敏感以上文件由另一人放行后打印。",
    "已进入打印队列。",
)
ACTS: dict[str, Act] = {
    "release": Act(
        "放行打印",
        "放行",
        operations.release_print,
        happens="放行后由申请人打印。",
        done="已放行。",
    ),
    "refuse": Act(
        "不予打印",
        "不予打印",
        operations.refuse_print,
        forms.RefusalForm,
        done="已退回申请人。",
        danger=True,
    ),
    "settle": Act(
        "登记纸质件清退",
        "登记清退",
        operations.settle_copies,
        forms.SettleForm,
        "收回、销毁或下落不明的逐份登记；销毁须两人在场。",
        "已登记。",
    ),
}


def order_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        PRINTS,
        lambda: queries.orders(
            actor=request.actor,
            now=request.now,
            state=state if state in PrintState.values else "",
            mark=request.GET.get("mark", "").strip()[:40],
            page=page_number(request.GET.get("page")),
        ),
    )


def ask(request: ActorRequest, file_id: UUID) -> HttpResponse:
    def given(record: FileRecord, form: ActForm) -> dict[str, Any]:
        return {"file_id": record.id, **plain(record, form)}

    return act_page(
        request,
        ASK,
        load=lambda r: queries.file(actor=r.actor, now=r.now, file_id=file_id),
        name="print",
        back=lambda record: reverse("documents:file", args=[record.id]),
        heading=lambda record: record.title,
        given=given,
        after=lambda record, order: reverse("documents:print", args=[order]),
    )


def order(request: ActorRequest, order_id: UUID) -> HttpResponse:
    found = queries.order(actor=request.actor, now=request.now, order_id=order_id)
    context = {
        "order": found,
        "form": NoFields(),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "documents/print.html", context)


def order_act(request: ActorRequest, order_id: UUID, name: str) -> HttpResponse:
    if name == "take":
        return _take(request, order_id)
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(record: PrintRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if name == "settle":
            to = values.pop("to")
            values["copies"] = {int(serial): to for serial in values["copies"]}
            values["witness_id"] = uuid_or_none(values["witness_id"])
        return {"order_id": record.id, **values}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.order(actor=r.actor, now=r.now, order_id=order_id),
        name=name,
        back=lambda record: reverse("documents:print", args=[record.id]),
        heading=lambda record: f"打印任务 {record.mark}",
        given=given,
    )


def _take(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """The marked copies as a file, once. A plain look leads back to the order."""
    if request.method != "POST":
        queries.order(actor=request.actor, now=request.now, order_id=order_id)
        return redirect(reverse("documents:print", args=[order_id]))
    raw = request.POST.get("revision", "")
    title, pdf = operations.take_print(
        actor=request.actor,
        now=request.now,
        order_id=order_id,
        revision=int(raw) if raw.isascii() and raw.isdigit() else 0,
    )
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}"
    answer["Cache-Control"] = "no-store"
    return answer

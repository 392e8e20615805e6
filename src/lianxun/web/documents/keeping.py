"""Pages of what ran out: lists for two people, and what is held back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.documents import operations, queries
from lianxun.documents import queries as documents
from lianxun.documents.enums import DisposalState, HoldState
from lianxun.documents.records import DisposalRecord, HoldRecord, KeptRecord
from lianxun.documents.rules import may_draw
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, NoFields, act_page, plain
from lianxun.web.documents import forms
from lianxun.web.documents.lists import DISPOSALS, HOLDS
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest

ACTS: dict[str, Act] = {
    "review": Act(
        "审核销毁清册",
        "审核",
        operations.review_list,
        forms.ReviewForm,
        "两人审核销毁的第一人：逐条核对是否期满、有无继续保存的需要。审核后由另一人监销。",
        "已审核，等待另一人监销。",
    ),
    "destroy": Act(
        "监销",
        "销毁",
        operations.destroy_list,
        happens="两人审核销毁的第二人。销毁后只留编号、日期和摘要，任何备份恢复时也须再次清除；不能撤销。"
        "将生成《销毁清册》，由审核人和监销人签字存档。",
        done="已销毁，销毁清册已存档。",
        danger=True,
    ),
    "return": Act(
        "退回审核",
        "退回审核",
        operations.return_list,
        forms.ReasonForm,
        "退回后由审核人重新逐条审核。",
        "已退回。",
    ),
}
LIFT = Act(
    "解除法律保全",
    "解除",
    operations.lift_hold,
    forms.ReasonForm,
    "解除后期满的可以列入清册销毁；须由设定人以外的分管领导办理。",
    "已解除。",
    danger=True,
)
HOLD = Act(
    "设定法律保全",
    "设定保全",
    operations.place_hold,
    forms.HoldForm,
    "保全期间不得销毁，销毁时限停止计算；解除须由设定人以外的分管领导办理。",
    "已设定法律保全。",
)


def disposal_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    buttons = []
    if may_draw(request.actor):
        buttons.append((reverse("documents:draw"), "清理期满材料"))
    buttons.append((reverse("documents:holds"), "法律保全"))
    return list_page(
        request,
        DISPOSALS,
        lambda: queries.disposals(
            actor=request.actor,
            now=request.now,
            state=state if state in DisposalState.values else "",
            page=page_number(request.GET.get("page")),
        ),
        buttons=buttons,
    )


def draw(request: ActorRequest) -> HttpResponse:
    """Do by hand what the nightly run does: list what ran out among what the reader may see."""
    if not may_draw(request.actor):
        raise NotFound
    act = Act(
        "清理期满材料",
        "列入清册",
        operations.draw_lists,
        happens="把您知悉范围内已期满或两周内期满的线索和文件列入清册；平台每夜也会自动列入。列入不等于销毁。",
    )
    back = reverse("documents:disposals")
    form = NoFields(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done, drawn = form.perform(lambda: act.call(actor=request.actor, now=request.now))
        if done:
            count = len(drawn or ())
            messages.success(request, f"新列出 {count} 份清册。" if count else "没有新的期满材料。")
            return redirect(back)
    with transaction.atomic():
        return render(
            request,
            "web/act.html",
            {"act": act, "form": form, "back": back, "heading": "销毁清册"},
            status=422 if request.method == "POST" else 200,
        )


def disposal(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    found = queries.disposal(actor=request.actor, now=request.now, disposal_id=disposal_id)
    context = {
        "disposal": found,
        "lines": [(line, object_url(line.keeper, line.object_id)) for line in found.lines],
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
        "files": documents.of_object(
            actor=request.actor, object_kind=found.object_kind, object_id=found.id
        ),
    }
    return render(request, "documents/disposal.html", context)


def disposal_act(request: ActorRequest, disposal_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(record: DisposalRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if name == "review":
            values["keep"] = [UUID(x) for x in values["keep"]]
        return {"disposal_id": record.id, **values}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.disposal(actor=r.actor, now=r.now, disposal_id=disposal_id),
        name=name,
        back=lambda record: reverse("documents:disposal", args=[record.id]),
        heading=lambda record: record.name,
        given=given,
    )


def hold_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        HOLDS,
        lambda: queries.holds(
            actor=request.actor,
            now=request.now,
            state=state if state in HoldState.values else "",
            page=page_number(request.GET.get("page")),
        ),
        buttons=[(reverse("documents:disposals"), "销毁清册")],
    )


def hold(request: ActorRequest, hold_id: UUID) -> HttpResponse:
    found = queries.hold(actor=request.actor, now=request.now, hold_id=hold_id)
    context = {
        "hold": found,
        "object": object_url(found.kept_by, found.object_id),
        "acts": [("lift", LIFT)] if "lift" in found.permitted else [],
    }
    return render(request, "documents/hold.html", context)


def hold_act(request: ActorRequest, hold_id: UUID, name: str) -> HttpResponse:
    if name != "lift":
        raise NotFound

    def given(record: HoldRecord, form: ActForm) -> dict[str, Any]:
        return {"hold_id": record.id, **plain(record, form)}

    return act_page(
        request,
        LIFT,
        load=lambda r: queries.hold(actor=r.actor, now=r.now, hold_id=hold_id),
        name="lift",
        back=lambda record: reverse("documents:hold", args=[record.id]),
        heading=lambda record: f"法律保全 {record.number}",
        given=given,
    )


def place(request: ActorRequest, kind: str, object_id: UUID) -> HttpResponse:
    """Hold something back, from its own page."""

    def given(record: KeptRecord, form: ActForm) -> dict[str, Any]:
        return {"kept_by": record.kept_by, "object_id": record.object_id, **plain(record, form)}

    return act_page(
        request,
        HOLD,
        load=lambda r: queries.kept(actor=r.actor, now=r.now, kept_by=kind, object_id=object_id),
        name="hold",
        back=lambda record: object_url(record.kept_by, record.object_id),
        heading=lambda record: f"{record.noun} {record.number}",
        given=given,
    )

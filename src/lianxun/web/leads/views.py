"""Pages of the leads room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.access import queries as access
from lianxun.documents import queries as documents
from lianxun.documents.rules import may_hold
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.leads import operations, queries
from lianxun.leads.enums import Discipline, LeadState
from lianxun.leads.operations.identity import reporter_of
from lianxun.leads.records import Handed, LeadRecord
from lianxun.leads.rules import may_register, may_transfer
from lianxun.web import choices
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm
from lianxun.web.leads import forms
from lianxun.web.leads.lists import LISTING
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest, any_task, there_for, uuid_given, year_given

ACTS: dict[str, Act] = {
    "screen": Act(
        "甄别线索",
        "确认甄别",
        operations.screen,
        forms.ScreenForm,
        "甄别后提交集体研究。",
        "已甄别。",
    ),
    "return": Act(
        "退回线索",
        "退回",
        operations.return_lead,
        forms.ReasonForm,
        "退回后不再办理，理由留存。",
        "已退回。",
        danger=True,
    ),
    "forward": Act(
        "转主管部门",
        "转出",
        operations.forward,
        forms.ReasonForm,
        "业务诉求转主管部门线下办理。",
        "已转主管部门。",
    ),
    "study": Act(
        "登记集体研究意见",
        "登记",
        operations.study,
        forms.StudyForm,
        "登记后由组长或分管领导签批。",
        "已登记研究意见。",
    ),
    "approve": Act(
        "签批移交",
        "签批",
        operations.approve,
        happens="签批后进入待移交，每周五由联络员办公室移交。",
        done="已签批。",
    ),
    "transfer": Act(
        "移交线索",
        "移交",
        operations.transfer,
        forms.TransferForm,
        "将生成《问题线索移交单》，接收单位须在 3 个工作日内签收。移交单不含反映人信息。",
        "已移交，签收时限开始计算。",
    ),
    "receive": Act(
        "签收线索",
        "签收",
        operations.receive,
        happens="签收后 1 个月内提出处置意见，3 个月内反馈结果。",
        done="已签收，处置时限开始计算。",
    ),
    "object": Act(
        "提出异议",
        "提出异议",
        operations.object_transfer,
        forms.ReasonForm,
        "线索退回联络员办公室重新研究去向。",
        "已提出异议。",
        danger=True,
    ),
    "dispose": Act(
        "提出处置意见",
        "提交",
        operations.dispose,
        forms.DisposeForm,
        "四种方式之一，须经集体研究。",
        "已登记处置意见。",
    ),
    "result": Act(
        "登记办理结果", "登记", operations.record_result, forms.ResultForm, done="已登记结果。"
    ),
    "feed_back": Act(
        "反馈结果", "反馈", operations.feed_back, happens="结果将反馈给移交单位。", done="已反馈。"
    ),
    "finish": Act("办结", "办结", operations.finish, done="线索已办结。"),
    "attach": Act(
        "添加材料",
        "添加",
        operations.attach,
        forms.AttachForm,
        "材料随线索移交。能看出反映人的原件不要放在这里，请用“封存原件”。",
        "材料已保存，随线索移交。",
        multipart=True,
    ),
    "attach_sealed": Act(
        "封存原件",
        "封存",
        operations.attach_sealed,
        forms.SealFileForm,
        "原件加密封存，不留文件名、标题和摘要，经身份保管员同意才能开启，不随线索移交。",
        "原件已封存。",
        multipart=True,
    ),
    "shred": Act(
        "销毁封存的反映人信息",
        "销毁",
        operations.shred_identity,
        forms.ReasonForm,
        "密钥立即销毁，任何备份都不能恢复；线索本身保留。",
        "反映人信息已销毁。",
        danger=True,
    ),
    "ask_identity": Act(
        "申请查看反映人身份",
        "申请",
        operations.ask_identity,
        forms.PurposeForm,
        "由身份保管员决定；同意后一小时内由保管员开启。",
        "已提交身份保管员。",
    ),
}


def lead_list(request: ActorRequest) -> HttpResponse:
    state, discipline = request.GET.get("state", ""), request.GET.get("discipline", "")
    may = may_register(request.actor, engagement=any_task(request))
    buttons = [(reverse("leads:seal"), "登记线索")] if may else []
    if may_transfer(request.actor, None):
        buttons.append((reverse("leads:handover"), "周五批量移交"))
    if "custodian" in request.actor.roles:
        buttons.append((reverse("leads:openings"), "身份调阅"))
    return list_page(
        request,
        LISTING,
        lambda: queries.leads(
            actor=request.actor,
            now=request.now,
            state=state if state in LeadState.values else "",
            discipline=discipline if discipline in Discipline.values else "",
            owner=uuid_given(request.GET.get("owner")),
            handed_in=year_given(request.GET.get("handed")),
            number=request.GET.get("number", "").strip()[:60],
            page=page_number(request.GET.get("page")),
        ),
        buttons=buttons,
    )


def _url(lead: LeadRecord) -> str:
    return reverse("leads:detail", args=[lead.id])


def detail(request: ActorRequest, lead_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    lead = queries.lead(actor=actor, now=now, lead_id=lead_id)
    context = {
        "lead": lead,
        "clocks": duties.duties_of(
            actor=actor, now=now, object_kind="leads.lead", object_id=lead.id
        ),
        "files": documents.of_object(
            actor=actor, object_kind="leads.batch", object_id=lead.batch_id
        )
        if lead.batch_id
        else [],
        "materials": documents.of_object(actor=actor, object_kind="leads.lead", object_id=lead.id),
        "holds": documents.holds_of(actor=actor, object_id=lead.id),
        "may_hold": lead.state != "destroyed" and may_hold(actor, object_kind="leads.lead"),
        "explanation": access.explain_access(
            actor=actor,
            obj=access.labels_of(kind="leads.lead", object_id=lead.id, library="leads"),
            now=now,
        ),
        "acts": [(name, act) for name, act in ACTS.items() if name in lead.permitted],
    }
    return render(request, "leads/detail.html", context)


def act(request: ActorRequest, lead_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(lead: LeadRecord, form: ActForm) -> dict[str, Any]:
        values = plain(lead, form)
        if name == "transfer":
            values.pop("revision", None)
            return {
                "lead_ids": (lead.id,),
                "recipient_id": UUID(values["recipient_id"]),
                "grave": values["grave"],
            }
        if name == "ask_identity":
            values.pop("revision", None)
        if name in {"attach", "attach_sealed"}:
            values["name"] = values["file"].name
        if name == "screen":
            values["duplicate_of"] = uuid_or_none(values["duplicate_of"])
        return {"lead_id": lead.id, **values}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.lead(actor=r.actor, now=r.now, lead_id=lead_id),
        name=name,
        back=_url,
        heading=lambda lead: f"线索 {lead.number}",
        given=given,
    )


def _sent(request: ActorRequest) -> QueryDict | None:
    """What was sent, also when it is nothing at all: an empty form is answered like any other."""
    return request.POST if request.method == "POST" else None


def seal(request: ActorRequest) -> HttpResponse:
    """First question: may this lead enter at all? Asked before any text field exists."""
    there_for(may_register(request.actor, engagement=any_task(request)))
    form = forms.SealForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        rule = form.cleaned_data["seal_rule"]
        if rule == "none":
            return redirect(reverse("leads:register"))
        done, _ = form.perform(
            lambda: operations.refuse_sealed(actor=request.actor, now=request.now, rule=rule)
        )
        if done:
            messages.success(
                request, "已记录不予登记的情形。请将材料装入密封件直接报送，平台没有保存任何内容。"
            )
            return redirect(reverse("leads:list"))
    with transaction.atomic():
        status = 422 if form.is_bound else 200
        return render(request, "leads/seal.html", {"form": form}, status=status)


def register(request: ActorRequest) -> HttpResponse:
    """Register a lead; the identity goes to the vault in the same act."""
    there_for(may_register(request.actor, engagement=any_task(request)))
    form = forms.RegisterForm(_sent(request))
    with transaction.atomic():
        form.prepare(request, None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        reporter = reporter_of(
            name=data["reporter_name"], contact=data["reporter_contact"], note=data["reporter_note"]
        )
        done, lead_id = form.perform(
            lambda: operations.register(
                actor=request.actor,
                now=request.now,
                seal_rule="none",
                source=data["source"],
                title=data["title"],
                summary=data["summary"],
                discipline=data["discipline"],
                subject_org=UUID(data["subject_org"]),
                engagement_id=uuid_or_none(data.get("engagement_id")),
                object_name=data["object_name"],
                object_post=data["object_post"],
                named=data["named"],
                reporter=reporter,
            )
        )
        if done:
            messages.success(request, "线索已登记，请由另一名同志甄别。")
            again = "save_next" in request.POST or lead_id is None
            return redirect(
                reverse("leads:seal") if again else reverse("leads:detail", args=[lead_id])
            )
    with transaction.atomic():
        return render(
            request,
            "leads/register.html",
            {"form": form},
            status=422 if request.method == "POST" else 200,
        )


def handover(request: ActorRequest) -> HttpResponse:
    """The Friday page: tick, choose the receiving unit of each row, hand over; every row is answered."""
    with transaction.atomic():
        waiting = queries.handover(actor=request.actor, now=request.now)
        units = choices.member_units()
    form = forms.HandOverForm(_sent(request), waiting=waiting, units=units)
    if request.method == "POST":
        done, answers = form.perform(
            lambda: operations.hand_over(
                actor=request.actor,
                now=request.now,
                rows=form.chosen(),
                grave=form.cleaned_data["grave"],
            )
        )
        if done and answers is None:
            messages.success(request, "此前已提交，未重复办理。")
            return redirect(reverse("leads:handover"))
        if done:
            return _answered(request, "批量移交结果", answers, reverse("leads:handover"))
    with transaction.atomic():
        context = {"form": form, "rows": form.rows(), "units": units}
        status = 422 if request.method == "POST" else 200
        return render(request, "leads/handover.html", context, status=status)


def batch(request: ActorRequest, batch_id: UUID) -> HttpResponse:
    """A hand-over sheet; the receiving unit signs for the rows it ticks."""
    actor, now = request.actor, request.now
    form = forms.SignForm(_sent(request))
    if request.method == "POST":
        done, answers = form.perform(
            lambda: operations.receive_many(actor=actor, now=now, rows=form.chosen())
        )
        here = reverse("leads:batch", args=[batch_id])
        if done and answers is None:
            messages.success(request, "此前已提交，未重复办理。")
            return redirect(here)
        if done:
            return _answered(request, "批量签收结果", answers, here)
    with transaction.atomic():
        found = queries.batch(actor=actor, now=now, batch_id=batch_id)
        files = documents.of_object(actor=actor, object_kind="leads.batch", object_id=batch_id)
        context = {"batch": found, "files": files, "form": form}
        status = 422 if request.method == "POST" else 200
        return render(request, "leads/batch.html", context, status=status)


def _answered(
    request: ActorRequest, title: str, answers: Sequence[Handed], back: str
) -> HttpResponse:
    done = sum(x.done for x in answers)
    context = {"title": title, "answers": answers, "done": done, "back": back}
    context["refused"] = len(answers) - done
    with transaction.atomic():
        return render(request, "leads/answered.html", context)

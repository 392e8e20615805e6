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
from lianxun.rectification.enums import ItemState, ItemType
from lianxun.rectification.records import ItemRecord
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.rectification import forms
from lianxun.web.rectification.lists import LISTING
from lianxun.web.requests import ActorRequest, day_given, uuid_given

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
        forms.SignForm,
        "报送后由审核单位会审；方案由主要负责人签发，签发人和日期随方案保存。",
        "方案已报送审核。",
        values=lambda r, i: {"signed_on": r.now.date()},
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
    "report": Act(
        "报告整改进展",
        "报告进展",
        operations.report_progress,
        forms.ReportForm,
        "两类报告：整改进展情况、主要负责人组织落实情况。报告后不能更改，可再次报告。",
        "已报告。",
    ),
    "answer_press": Act(
        "答复督办函", "答复督办函", operations.answer_press, forms.AnswerForm, done="已答复。"
    ),
    "press": Act(
        "发出督办函",
        "督办",
        operations.press,
        forms.PressForm,
        "生成督办函（Word 和 PDF）并送达整改单位，答复时限开始计算。",
        "督办函已发出。",
    ),
    "use": Act(
        "登记成果运用", "登记成果运用", operations.record_use, forms.UseForm, done="已登记。"
    ),
    "print_plan": Act(
        "印制整改方案",
        "印制方案",
        operations.print_plan,
        happens="按公文格式生成整改方案（Word 和 PDF），附四张清单和签发人。",
        done="已生成，见“材料”。",
    ),
    "print_close_out": Act(
        "印制销号单",
        "印制销号单",
        operations.print_close_out,
        happens="按公文格式生成销号单（Word 和 PDF），附两个单位的签字。",
        done="已生成，见“材料”。",
    ),
    "extend": Act(
        "申请延期",
        "申请",
        operations.ask_extension,
        forms.ExtendForm,
        "每个事项只能延期一次：先报巡视办，由协调对接委员会决定。",
        "延期申请已报巡视办。",
    ),
    "bring_extension": Act(
        "办理延期申请",
        "办理延期申请",
        operations.bring_extension,
        forms.BringForm,
        "同意提请的，生成协调对接委员会的审批事项。",
        "已办理。",
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
            engagement=uuid_given(request.GET.get("engagement")),
            subject=uuid_given(request.GET.get("subject")),
            inherited=_one_of(request, "inherited", "all", "overdue", "silent"),
            unfinished=_one_of(request, "unfinished", "all", "overdue"),
            type=_one_of(request, "type", *ItemType.values),
            reopened=request.GET.get("reopened") == "yes",
            since=day_given(request.GET.get("since")),
            until=day_given(request.GET.get("until")),
            page=page_number(request.GET.get("page")),
        ),
        buttons=[
            (reverse("rectification:supervisions"), "联合督办"),
            (reverse("rectification:support_plans"), "整改协同方案"),
        ],
    )


def _one_of(request: ActorRequest, name: str, *known: str) -> str:
    given = request.GET.get(name, "")
    return given if given in known else ""


def detail(request: ActorRequest, item_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    item = queries.item(actor=actor, now=now, item_id=item_id)
    kind = "rectification.item"
    context = {
        "item": item,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=kind, object_id=item.id),
        "files": documents.of_object(actor=actor, object_kind=kind, object_id=item.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in item.permitted],
        "pressing": queries.supervision_of(actor=actor, now=now, item=item),
        "supports": queries.supports_of(actor=actor, now=now, item_id=item.id),
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
        if name == "use":
            values["recipient_id"] = UUID(values["recipient_id"])
            yuan = values.pop("amount")
            values["amount"] = None if yuan is None else int(yuan * 100)
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

"""Pages of joint supervision: what may be proposed, the supervisions, their items in one list, one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.documents import queries as documents
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.inspection import queries as inspection
from lianxun.kernel.problems import NotFound
from lianxun.rectification import operations, queries
from lianxun.rectification.enums import (
    GroupRole,
    Interviewer,
    ItemState,
    SupervisionState,
    Verdict,
)
from lianxun.rectification.records_supervision import ReadyToSupervise, SupervisionRecord
from lianxun.rectification.supervising import scheme
from lianxun.web import choices
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm, area
from lianxun.web.lists import list_page
from lianxun.web.rectification.lists import SUPERVISED, SUPERVISIONS
from lianxun.web.requests import ActorRequest, uuid_given

KIND = "rectification.supervision"


class ProposeForm(ActForm):
    items = forms.MultipleChoiceField(label="督办事项", widget=forms.CheckboxSelectMultiple)
    units = forms.MultipleChoiceField(label="督办单位", widget=forms.CheckboxSelectMultiple)
    reason = area("提请理由", max_length=1000)
    demand = area("督办要求", max_length=2000)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["units"].choices = choices.member_units()[1:]  # type: ignore[attr-defined]
        if isinstance(record, ReadyToSupervise):
            self.fields["items"].choices = [  # type: ignore[attr-defined]
                (str(i.id), f"{i.number} {i.title}（{i.state_label}{_why(i.reasons)}）")
                for i in record.items
            ]


def _why(reasons: Any) -> str:
    return "".join(f"；{r.trigger.name}：{r.words}" for r in reasons)


class MemberForm(ActForm):
    account_id = forms.ChoiceField(label="成员", help_text="督办单位中承担整改职责的同志。")
    role = forms.ChoiceField(label="组内职责", choices=GroupRole.choices)
    until = forms.DateField(label="失效日期")

    def prepare(self, request: ActorRequest, record: SupervisionRecord) -> None:
        self.fields["account_id"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((str(i), n) for i, n in record.candidates),
        ]


class LeaveForm(ActForm):
    member_id = forms.ChoiceField(label="退出的成员")

    def prepare(self, request: ActorRequest, record: SupervisionRecord) -> None:
        self.fields["member_id"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((str(m.id), f"{m.name}（{m.unit_name}）") for m in record.group if m.left_on is None),
        ]


class DueForm(ActForm):
    due_on = forms.DateField(
        label="答复期限", required=False, help_text="不填的按规则计算：15 日。"
    )


class _ListedForm(ActForm):
    listed_id = forms.ChoiceField(label="督办事项")

    def prepare(self, request: ActorRequest, record: SupervisionRecord) -> None:
        self.fields["listed_id"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((str(s.id), f"{s.number} {s.title}") for s in record.listed),
        ]


class ReplyForm(_ListedForm):
    text = area("整改情况、原因和下一步措施", max_length=2000)

    def prepare(self, request: ActorRequest, record: SupervisionRecord) -> None:
        self.fields["listed_id"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((str(s.id), f"{s.number} {s.title}") for s in record.listed if s.waiting),
        ]


class FindForm(_ListedForm):
    verdict = forms.ChoiceField(label="核查结论", choices=Verdict.choices)
    finding = area("核查情况", max_length=500)
    visited_on = forms.DateField(label="核查日期")


class LiftForm(ActForm):
    result = area("督办结果", max_length=1000)


class InterviewForm(ActForm):
    interviewer_as = forms.ChoiceField(label="约谈人身份", choices=Interviewer.choices)
    interviewer = forms.CharField(label="约谈人", max_length=60, help_text="职务和姓名。")
    interviewee = forms.CharField(
        label="被约谈人", max_length=60, help_text="被督办单位主要负责人的职务和姓名。"
    )
    held_on = forms.DateField(label="约谈日期")
    place = forms.CharField(label="地点", max_length=80)
    demand = area("指出的问题和要求", max_length=2000)
    pledge = area("整改承诺", max_length=1000)
    pledge_due_on = forms.DateField(label="承诺期限")


class ClimbForm(ActForm):
    demand = area("指出的问题和要求", max_length=2000)
    held_on = forms.DateField(label="日期")


PROPOSING = Act(
    "提请联合督办",
    "提请委员会批准",
    operations.propose_supervision,
    ProposeForm,
    "生成协调对接委员会的审批事项；批准之前被督办单位和督办单位都看不到。",
    "已提请协调对接委员会审批。",
)
ACTS: dict[str, Act] = {
    "notice": Act(
        "发出联合督办通知书",
        "发出通知书",
        operations.send_notice,
        DueForm,
        "生成通知书（Word 和 PDF）并送达被督办单位，答复时限开始计算。",
        "通知书已发出并送达。",
    ),
    "member": Act(
        "增加督导组成员",
        "增加督导组成员",
        operations.name_supervisor,
        MemberForm,
        "该同志只能看到这份清单、清单上的事项和督办文书，到期自动关闭。",
        "已加入督导组。",
    ),
    "receive": Act(
        "签收通知书",
        "签收",
        operations.receive_notice,
        happens="签收人和时间随通知书保存。",
        done="已签收，请在期限内逐项答复。",
    ),
    "reply": Act(
        "逐项答复",
        "逐项答复",
        operations.reply_supervision,
        ReplyForm,
        "每个事项答复一次，答复后不能更改；最后一项答复后转入联合核查。",
        "已答复。",
    ),
    "find": Act(
        "登记现场核查",
        "登记现场核查",
        operations.find_on_site,
        FindForm,
        "代表本单位对一个事项作出核查结论；每个事项须有两个以上单位的结论。",
        "核查结论已登记。",
    ),
    "lift": Act(
        "解除督办",
        "解除督办",
        operations.lift_supervision,
        LiftForm,
        "督导组的知悉随之关闭，清单上的事项按原程序核验、销号。",
        "督办已解除。",
    ),
    "interview": Act(
        "登记约谈",
        "登记约谈",
        operations.interview_head,
        InterviewForm,
        "生成约谈记录（Word 和 PDF）；整改承诺按承诺期限计时。",
        "约谈已登记。",
    ),
    "climb": Act(
        "升级措施",
        "升级措施",
        operations.escalate_supervision,
        ClimbForm,
        "按阶梯采取下一级措施并生成文书；问责建议不送达被督办单位，“回头看”为最后一级。",
        "已采取下一级措施。",
        danger=True,
    ),
    "again": Act(
        "要求再次答复",
        "要求再次答复",
        operations.ask_again,
        DueForm,
        "被督办单位对清单上每一事项重新答复，之后再次联合核查。",
        "已要求再次答复。",
    ),
    "look": Act(
        "转入联合核查",
        "转入联合核查",
        operations.look_on_site,
        happens="被督办单位逾期未答复的，督导组直接现场核查。",
        done="已转入联合核查。",
    ),
    "leave": Act(
        "成员退出督导组",
        "成员退出",
        operations.leave_group,
        LeaveForm,
        "即时关闭该同志对清单和事项的知悉；已作出的核查结论保留。",
        "已退出督导组。",
        danger=True,
    ),
}
_IDS = ("account_id", "member_id", "listed_id")


def supervision_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        SUPERVISIONS,
        lambda: queries.supervisions(
            actor=request.actor,
            now=request.now,
            state=state if state in SupervisionState.values else "",
            engagement=uuid_given(request.GET.get("engagement")),
            page=page_number(request.GET.get("page")),
        ),
        tab="supervisions",
    )


def supervised_list(request: ActorRequest) -> HttpResponse:
    """督办清单: one row for each item, wherever it is supervised."""
    state = request.GET.get("state", "")
    return list_page(
        request,
        SUPERVISED,
        lambda: queries.supervised(
            actor=request.actor,
            now=request.now,
            state=state if state in ItemState.values else "",
            late="overdue" if request.GET.get("late") == "overdue" else "",
            supervision_id=uuid_given(request.GET.get("supervision")),
            page=page_number(request.GET.get("page")),
        ),
        tab="supervised",
    )


def suggestions(request: ActorRequest) -> HttpResponse:
    """可提请联合督办, each with its reason and the rule it rests on."""
    context = {
        "tasks": queries.suggested(actor=request.actor, now=request.now),
        "scheme": scheme(),
        "tab": "suggested",
    }
    return render(request, "rectification/suggested.html", context)


def detail(request: ActorRequest, supervision_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.supervision(actor=actor, now=now, supervision_id=supervision_id)
    context = {
        "found": found,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=KIND, object_id=found.id),
        "files": documents.of_object(actor=actor, object_kind=KIND, object_id=found.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
        "base": reverse("rectification:supervision", args=[found.id]),
        "ask": inspection.asked_by_cause(actor=actor, now=now, cause_id=found.id),
    }
    return render(request, "rectification/supervision.html", context)


def begin(request: ActorRequest, engagement_id: UUID) -> HttpResponse:
    """Propose joint supervision of items of an engagement."""

    def given(ready: ReadyToSupervise, form: ActForm) -> dict[str, Any]:
        values = plain(ready, form)
        return {
            **values,
            "items": tuple(UUID(i) for i in values["items"]),
            "units": tuple(UUID(u) for u in values["units"]),
            "engagement_id": ready.engagement,
        }

    return act_page(
        request,
        PROPOSING,
        load=lambda r: queries.ready_to_supervise(
            actor=r.actor, now=r.now, engagement_id=engagement_id
        ),
        name="open",
        back=lambda ready: reverse("inspection:tab", args=[ready.engagement, "issues"]),
        heading=lambda ready: f"{ready.subject_name}：未销号整改事项 {len(ready.items)} 项",
        given=given,
        after=lambda ready, made: reverse("rectification:supervision", args=[made]),
    )


def act(request: ActorRequest, supervision_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: SupervisionRecord, form: ActForm) -> dict[str, Any]:
        values = plain(found, form)
        return {
            "supervision_id": found.id,
            **{k: UUID(v) if k in _IDS else v for k, v in values.items()},
        }

    return act_page(
        request,
        chosen,
        load=lambda r: queries.supervision(actor=r.actor, now=r.now, supervision_id=supervision_id),
        name=name,
        back=lambda found: reverse("rectification:supervision", args=[found.id]),
        heading=lambda found: f"联合督办 {found.number}",
        given=given,
    )

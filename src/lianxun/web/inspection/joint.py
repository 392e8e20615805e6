"""联合检查任务: the list by day, and one task with its record for the unit and the joint team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.exchange import queries as exchange
from lianxun.fabric.paging import page_number
from lianxun.inspection import operations, queries
from lianxun.inspection.enums import JointEntryKind, JointState, SeatState, TeamGroup
from lianxun.inspection.joint_records import JointTaskRecord
from lianxun.kernel.problems import NotFound
from lianxun.web import cells, choices
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm, area
from lianxun.web.lists import Column, Filter, Listing, list_page
from lianxun.web.requests import ActorRequest

OBJECT = "duties.joint_task"
LISTING = Listing(
    name="joint_tasks",
    title="联合检查任务",
    columns=(
        Column(
            key="title",
            label="任务",
            value=lambda t: f"{t.number} {t.title}",
            html=lambda t: cells.link(
                reverse("inspection:joint_task", args=[t.id]), f"{t.number} {t.title}"
            ),
            fixed=True,
        ),
        Column(key="unit", label="承办单位", value=lambda t: t.unit_name),
        Column(
            key="due", label="期限", value=lambda t: t.due_on, html=lambda t: cells.day(t.due_on)
        ),
        Column(
            key="light",
            label="灯",
            value=lambda t: t.light.word,
            html=lambda t: cells.light(t.light.value, t.why),
        ),
        Column(
            key="evidence",
            label="印证",
            value=lambda t: "多方印证" if t.corroborated else f"{len(t.units)} 家",
        ),
        Column(
            key="state",
            label="状态",
            value=lambda t: t.state_label,
            html=lambda t: cells.state(t.state, t.state_label),
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=JointState.choices),
        Filter(name="mine", label="范围", choices=[("own", "本单位承办的")]),
    ),
    empty="没有您可以知悉的联合检查任务。任务由巡视办或组长在巡视任务页“安排联合检查任务”。",
)


class JointForm(ActForm):
    title = forms.CharField(label="任务", max_length=120)
    content = area("检查内容", max_length=500, min_length=5)
    unit_id = forms.ChoiceField(label="承办单位")
    due_on = forms.DateField(label="完成期限")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.member_units()  # type: ignore[attr-defined]


class AssignForm(ActForm):
    lead_id = forms.ChoiceField(label="牵头人")
    deputy_id = forms.ChoiceField(label="副牵头人", help_text="须与牵头人来自不同单位。")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        task = queries.engagement(
            actor=request.actor, now=request.now, engagement_id=record.task_id
        )
        people = [
            ("", "请选择"),
            *(
                (str(s.id), f"{s.name}（{s.home_unit}，{s.role_label}）")
                for s in task.seats
                if s.state == SeatState.CONFIRMED and s.group == TeamGroup.ON_SITE
            ),
        ]
        self.fields["lead_id"].choices = people  # type: ignore[attr-defined]
        self.fields["deputy_id"].choices = people  # type: ignore[attr-defined]


class EntryForm(ActForm):
    kind = forms.ChoiceField(label="类别", choices=JointEntryKind.choices)
    text = area("内容", max_length=500, min_length=5)
    answers_id = forms.ChoiceField(
        label="所解决的问题", required=False, help_text="类别为“问题已解决”时选择。"
    )
    paper_id = forms.ChoiceField(label="对应的问题底稿", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["answers_id"].choices = [  # type: ignore[attr-defined]
            ("", "不选"),
            *((str(e.id), e.text[:60]) for e in record.entries if e.open_problem),
        ]
        try:
            task = queries.engagement(
                actor=request.actor, now=request.now, engagement_id=record.task_id
            )
        except NotFound:  # the unit that answers sees its task, not the team's papers
            del self.fields["paper_id"]
            return
        self.fields["paper_id"].choices = [  # type: ignore[attr-defined]
            ("", "不对应"),
            *((str(p.id), f"{p.number} {p.title}") for p in task.papers),
        ]


class LinkForm(ActForm):
    request_id = forms.ChoiceField(label="信息需求")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        found = exchange.requests(actor=request.actor, now=request.now, engagement=record.task_id)
        self.fields["request_id"].choices = [  # type: ignore[attr-defined]
            (str(r.id), f"{r.number} {r.class_name}")
            for r in found.rows
            if r.id not in record.requests
        ]


class ResultForm(ActForm):
    result = area("检查结果", min_length=10, max_length=1000)


class FindingForm(ActForm):
    finding = area("核验意见", min_length=5, max_length=300)


class ReasonForm(ActForm):
    reason = area("理由", min_length=5, max_length=200)


class ReassignForm(ReasonForm):
    unit_id = forms.ChoiceField(label="改派给")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.member_units()  # type: ignore[attr-defined]


ACTS: dict[str, Act] = {
    "assign": Act(
        "分派任务",
        "分派",
        operations.assign_joint_task,
        AssignForm,
        "送达承办单位，联络员 1 个工作日内签收；牵头人和副牵头人来自不同单位。",
        "任务已分派，承办单位已收到通知。",
    ),
    "accept": Act(
        "签收任务",
        "签收",
        operations.accept_joint_task,
        happens="签收后由本单位和联合检查组一起办理，期限从任务页可见。",
        done="已签收。",
    ),
    "entry": Act(
        "登记进展、问题或证据",
        "登记进展或证据",
        operations.record_joint_entry,
        EntryForm,
        "记在任务里，巡视办、联合检查组和承办单位都看得到；两家以上独立单位的证据即为多方印证。",
        "已登记。",
    ),
    "link": Act(
        "关联信息需求",
        "关联信息需求",
        operations.link_joint_request,
        LinkForm,
        "关联后从任务页直接查看所提供的数据。",
        "已关联。",
    ),
    "submit": Act(
        "提交检查结果",
        "提交结果",
        operations.submit_joint_task,
        ResultForm,
        "须至少登记一份证据，问题均已解决；提交后由他人核验，本单位时限停止。",
        "已提交，等待核验。",
    ),
    "verify": Act(
        "核验检查结果",
        "核验通过",
        operations.verify_joint_task,
        FindingForm,
        "由提交人和牵头人以外的人核验。",
        "已核验。",
    ),
    "return": Act(
        "退回补充",
        "退回",
        operations.return_joint_task,
        ReasonForm,
        "退回继续检查，期限不变。",
        "已退回。",
        danger=True,
    ),
    "close": Act(
        "办结任务",
        "办结",
        operations.close_joint_task,
        happens="核验通过的任务办结后不再变动。",
        done="任务已办结。",
    ),
    "split": Act(
        "拆分任务",
        "拆分",
        operations.split_joint_task,
        JointForm,
        "拆出的部分另行分派；原任务在拆出的任务办结之后核验。",
        "已拆分，请分派拆出的任务。",
    ),
    "reassign": Act(
        "改派任务",
        "改派",
        operations.reassign_joint_task,
        ReassignForm,
        "原单位的时限终止，新单位重新签收；已有记录保留。",
        "已改派。",
        danger=True,
    ),
}
_IDS = ("lead_id", "deputy_id", "unit_id", "answers_id", "paper_id", "request_id")


def task_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        LISTING,
        lambda: queries.joint_tasks(
            actor=request.actor,
            now=request.now,
            state=state if state in JointState.values else "",
            mine=request.GET.get("mine") == "own",
            page=page_number(request.GET.get("page")),
        ),
    )


def detail(request: ActorRequest, task_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.joint_task(actor=actor, now=now, task_id=task_id)
    context = {
        "task": found,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=OBJECT, object_id=found.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
        "shared": _shared(request, found),
    }
    return render(request, "inspection/joint_task.html", context)


def _shared(request: ActorRequest, found: JointTaskRecord) -> list[Any]:
    """The linked requests the reader may see."""
    if not found.requests:
        return []
    rows = exchange.requests(actor=request.actor, now=request.now, engagement=found.task_id).rows
    return [r for r in rows if r.id in found.requests]


def act(request: ActorRequest, task_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(record: JointTaskRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        for key in _IDS:
            if key in values:
                values[key] = uuid_or_none(values[key])
        return {"task_id": record.id, **values}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.joint_task(actor=r.actor, now=r.now, task_id=task_id),
        name=name,
        back=lambda record: reverse("inspection:joint_task", args=[record.id]),
        heading=lambda record: f"{record.number} {record.title}",
        given=given,
    )

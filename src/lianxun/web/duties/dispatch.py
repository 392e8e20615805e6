"""日调度: the desk of the day, one day of one engagement with its lines, and a unit's instruction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.duties import operations, queries
from lianxun.duties.dispatch_records import DeskRow, DispatchRecord, LineRecord
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web import choices
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm, area
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest


class InstructForm(ActForm):
    instruction = area("调度要求", max_length=300, help_text="写明要做什么、做到什么程度。")
    unit_id = forms.ChoiceField(
        label="承办单位", help_text="默认是该时限的责任单位；没有人能知悉事项的单位不能承办。"
    )
    by_day = forms.DateField(label="办理期限")

    def prepare(self, request: ActorRequest, record: LineRecord) -> None:
        units = [p for p in choices.units() if p[0]]
        self.fields["unit_id"].choices = units  # type: ignore[attr-defined]


class WaiveForm(ActForm):
    reason = area("不需办理的理由", max_length=300)


class CloseForm(ActForm):
    words = area("当日小结", max_length=500, required=False)


class AnswerForm(ActForm):
    result = area("办理结果", max_length=500)


def _last(request: ActorRequest, line: LineRecord) -> Mapping[str, Any]:
    return {
        "instruction": line.instruction,
        "unit_id": str(line.unit_id or line.owed_by),
        "by_day": line.by_day or line.on_date + timedelta(days=1),
    }


BEGIN = Act(
    "开始今日调度",
    "开始今日调度",
    operations.begin_dispatch,
    happens="平台按今天的时限列出清单：到期和临期的节点、超期事项、待签收回执、逾期未答复的信息需求。",
    done="今日调度清单已列出，请逐项安排。",
)
ACTS: dict[str, Act] = {
    "close": Act(
        "办结今日调度",
        "办结今日调度",
        operations.close_dispatch,
        CloseForm,
        "办结后要求即时下达各承办单位并开始计时，当日内容不再变动。",
        "已办结，要求已下达。",
    ),
    "renew": Act(
        "更新清单",
        "更新清单",
        operations.renew_dispatch,
        happens="把开始调度以后新出现的事项列入清单，已经安排的不变。",
        done="清单已更新。",
    ),
}
LINE_ACTS: dict[str, Act] = {
    "instruct": Act(
        "下达要求",
        "下达要求",
        operations.instruct,
        InstructForm,
        "今日调度办结时一并下达；办结之前可以修改。",
        "已安排，办结时下达。",
        values=_last,
    ),
    "waive": Act(
        "标为不需办理", "不需办理", operations.waive_line, WaiveForm, done="已标为不需办理。"
    ),
    "take": Act(
        "签收调度要求",
        "签收",
        operations.take_instruction,
        happens="签收表示已经知道，办理期限照常计算。",
        done="已签收。",
    ),
    "answer": Act(
        "回复调度要求",
        "回复",
        operations.answer_instruction,
        AnswerForm,
        "回复后时限办结，结果列入下一日的调度。",
        "已回复。",
    ),
}


def desk(request: ActorRequest) -> HttpResponse:
    """Today's engagements and the days before."""
    found = queries.dispatch_desk(actor=request.actor, now=request.now)
    past = queries.dispatches(
        actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
    )
    return render(request, "duties/dispatch_desk.html", {"desk": found, "page": past})


class _Begin:
    """An engagement of the desk and that its dispatch may begin."""

    def __init__(self, row: DeskRow) -> None:
        self.engagement, self.title = row.engagement, row.title
        self.permitted = frozenset({"begin"} if row.may_begin else ())


def begin(request: ActorRequest, engagement_id: UUID) -> HttpResponse:
    def load(wanted: ActorRequest) -> _Begin:
        found = queries.dispatch_desk(actor=wanted.actor, now=wanted.now)
        for row in found.rows if found.works else ():
            if row.engagement == engagement_id:
                return _Begin(row)
        raise NotFound

    return act_page(
        request,
        BEGIN,
        load=load,
        name="begin",
        back=lambda _: reverse("duties:dispatch_desk"),
        heading=lambda row: row.title,
        given=lambda row, _form: {"engagement_id": row.engagement},
        after=lambda _, made: reverse("duties:dispatch", args=[made]),
    )


def detail(request: ActorRequest, dispatch_id: UUID) -> HttpResponse:
    found = queries.dispatch(actor=request.actor, now=request.now, dispatch_id=dispatch_id)
    acts = [(name, act) for name, act in ACTS.items() if name in found.permitted]
    context = {
        "dispatch": found,
        "acts": acts,
        "lines": [(x, _buttons(x)) for x in found.lines],
        "met": [n for n in found.nodes if n.done_on is not None],
        "open": [n for n in found.nodes if n.done_on is None],
        "left": found.counted("pending"),
        "planned": found.counted("planned"),
        "sent": found.counted("sent", "taken", "done"),
        "waived": found.counted("waived"),
        "answered": found.counted("done"),
        "url": object_url("inspection.engagement", found.engagement),
    }
    return render(request, "duties/dispatch.html", context)


def _buttons(line: LineRecord) -> list[tuple[str, str]]:
    """Each act on a line with its address."""
    return [
        (act.button, reverse("duties:dispatch_line_act", args=[line.id, name]))
        for name, act in LINE_ACTS.items()
        if name in line.permitted
    ]


def act(request: ActorRequest, dispatch_id: UUID, name: str) -> HttpResponse:
    if name not in ACTS:
        raise NotFound

    def load(wanted: ActorRequest) -> DispatchRecord:
        return queries.dispatch(actor=wanted.actor, now=wanted.now, dispatch_id=dispatch_id)

    return act_page(
        request,
        ACTS[name],
        load=load,
        name=name,
        back=lambda record: reverse("duties:dispatch", args=[record.id]),
        heading=lambda record: f"{record.on_date:%Y-%m-%d} 日调度：{record.title}",
        given=lambda record, form: {"dispatch_id": record.id, **plain(record, form)},
    )


def line(request: ActorRequest, line_id: UUID) -> HttpResponse:
    found = queries.dispatch_line(actor=request.actor, now=request.now, line_id=line_id)
    acts = [(name, act) for name, act in LINE_ACTS.items() if name in found.permitted]
    runs = bool({"instruct", "waive"} & found.permitted)
    return render(
        request,
        "duties/dispatch_line.html",
        {"line": found, "acts": acts, "runs": runs, "duty": object_url("duties.duty", found.duty)},
    )


def line_act(request: ActorRequest, line_id: UUID, name: str) -> HttpResponse:
    if name not in LINE_ACTS:
        raise NotFound

    def load(wanted: ActorRequest) -> LineRecord:
        return queries.dispatch_line(actor=wanted.actor, now=wanted.now, line_id=line_id)

    def given(record: LineRecord, form: ActForm) -> dict[str, Any]:
        values = {"line_id": record.id, **plain(record, form)}
        if "unit_id" in values:
            values["unit_id"] = uuid_or_none(values["unit_id"])
        return values

    def back(record: LineRecord) -> str:
        if name in ("instruct", "waive"):
            return reverse("duties:dispatch", args=[record.dispatch_id])
        return reverse("duties:dispatch_line", args=[record.id])

    return act_page(
        request,
        LINE_ACTS[name],
        load=load,
        name=name,
        back=back,
        heading=lambda record: f"{record.title}：{record.object_title}",
        given=given,
    )

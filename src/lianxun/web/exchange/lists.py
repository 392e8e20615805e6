"""The list of information requests."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString

from lianxun.exchange import operations, queries
from lianxun.exchange.catalogue import catalogue
from lianxun.exchange.enums import QuestionState, RequestState
from lianxun.exchange.records import QuestionRecord, RequestRecord
from lianxun.kernel.actor import Actor
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing
from lianxun.web.many import ManyAct


def _number(r: RequestRecord) -> SafeString:
    mark = cells.state("urgent", "紧急", "bad") if r.urgent else ""
    return cells.joined(cells.link(reverse("exchange:detail", args=[r.id]), r.number), mark)


def _question(q: QuestionRecord) -> SafeString:
    mark = cells.state("urgent", "紧急", "bad") if q.urgent else ""
    return cells.joined(cells.link(reverse("exchange:question", args=[q.id]), q.number), mark)


def _submit(*, actor: Actor, now: datetime, row: RequestRecord) -> None:
    operations.submit_request(actor=actor, now=now, request_id=row.id, revision=row.revision)


def _pass(*, actor: Actor, now: datetime, row: RequestRecord) -> None:
    operations.check_request(
        actor=actor, now=now, request_id=row.id, revision=row.revision, passes=True
    )


LISTING = Listing(
    name="requests",
    title="信息需求",
    columns=(
        Column(key="number", label="编号", value=lambda r: r.number, html=_number, fixed=True),
        Column(key="class", label="信息类别", value=lambda r: f"{r.data_class} {r.class_name}"),
        Column(key="owner", label="需求单位", value=lambda r: r.owner_name),
        Column(key="provider", label="提供单位", value=lambda r: r.provider_name),
        Column(key="subject", label="涉及单位", value=lambda r: r.subject_name),
        Column(key="purpose", label="用途", value=lambda r: r.purpose, shown=False),
        Column(
            key="sent",
            label="送达时间",
            value=lambda r: r.sent_at,
            html=lambda r: cells.moment(r.sent_at),
            shown=False,
        ),
        Column(
            key="deliveries",
            label="提供次数",
            value=lambda r: len(r.deliveries),
            shown=False,
            number=True,
        ),
        Column(
            key="state",
            label="状态",
            value=lambda r: r.state_label,
            html=lambda r: cells.state(r.state, r.state_label),
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=RequestState.choices),
        Filter(
            name="class",
            label="信息类别",
            choices=[(c.id, f"{c.id} {c.name_zh}") for c in catalogue()],
        ),
        Filter(name="mine", label="范围", choices=[("1", "送达本单位")]),
        Filter(name="q", label="编号或用途"),
    ),
    empty="没有您可以知悉的信息需求。可以放宽筛选条件，或从数据目录提出。",
    many={
        "submit": ManyAct(
            title="批量提交合规审核",
            button="提交合规审核",
            may=lambda r: "submit" in r.permitted,
            call=_submit,
            why_not=lambda r: f"现为“{r.state_label}”，不能提交审核。",
            happens="由另一名同志在 2 个工作日内审核。",
            done="已提交",
        ),
        "check": ManyAct(
            title="批量通过合规审核",
            button="审核通过",
            may=lambda r: "check" in r.permitted,
            call=_pass,
            why_not=lambda r: f"现为“{r.state_label}”，或起草人是您本人，不能审核。",
            happens="通过后立即送达提供单位，答复和提供时限开始计算。需要退回的请单件办理。",
            done="已通过并送达",
        ),
    },
    load=lambda request, key: queries.request(actor=request.actor, now=request.now, request_id=key),
    label=lambda r: f"{r.number} {r.class_name}",
)

QUESTIONS = Listing(
    name="questions",
    title="单项核验",
    columns=(
        Column(key="number", label="编号", value=lambda q: q.number, html=_question, fixed=True),
        Column(key="ask", label="核验事项", value=lambda q: f"{q.data_class} {q.ask}"),
        Column(key="owner", label="提出单位", value=lambda q: q.owner_name),
        Column(key="provider", label="核验单位", value=lambda q: q.provider_name),
        Column(key="subject", label="涉及单位", value=lambda q: q.subject_name),
        Column(
            key="state",
            label="状态",
            value=lambda q: q.state_label,
            html=lambda q: cells.state(q.state, q.state_label),
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=QuestionState.choices),
        Filter(name="mine", label="范围", choices=[("1", "送达本单位")]),
    ),
    empty="没有您可以知悉的核验单。在数据目录中选择标“只问答”的类别可以提出。",
)

RECEIPTS = Listing(
    name="receipts",
    title="负面清单拒绝回执",
    columns=(
        Column(key="rule", label="规则", value=lambda r: f"{r.rule} {r.rule_name}", fixed=True),
        Column(key="stage", label="环节", value=lambda r: r.stage_label),
        Column(key="unit", label="单位", value=lambda r: r.unit_name),
        Column(key="at", label="时间", value=lambda r: r.at, html=lambda r: cells.moment(r.at)),
    ),
    empty="没有触及负面清单的记录。回执只留规则、环节、单位和时间，不留被拒绝的内容。",
)

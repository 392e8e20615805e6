"""The inbox as a list: matters are decided one by one or many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from lianxun.approvals import operations, queries
from lianxun.approvals.enums import MatterState, Opinion
from lianxun.approvals.records import MatterRecord
from lianxun.kernel.actor import Actor
from lianxun.web import cells
from lianxun.web.forms import ActForm
from lianxun.web.lists import Column, Filter, Listing
from lianxun.web.many import ManyAct


class AgreeForm(ActForm):
    comment = forms.CharField(
        label="说明",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
        help_text="可不填；填写的内容记入每一件。",
    )


class ReturnForm(ActForm):
    comment = forms.CharField(
        label="退回理由",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        help_text="写入每一件，提请人可以看到。",
    )


def _vote(opinion: str) -> Any:
    def call(*, actor: Actor, now: datetime, row: MatterRecord, comment: str) -> object:
        return operations.vote(
            actor=actor,
            now=now,
            matter_id=row.id,
            revision=row.revision,
            opinion=opinion,
            comment=comment,
        )

    return call


MANY = {
    "agree": ManyAct(
        title="批量同意",
        button="同意",
        may=lambda m: m.may_vote,
        why_not=lambda m: m.why_not,
        call=_vote(Opinion.AGREE),
        form=AgreeForm,
        happens="每一件单独表决、单独留痕；达到表决规则的立即按决定办理，提请人收到提醒。",
        done="已同意",
        in_place=True,
    ),
    "return": ManyAct(
        title="批量退回修改",
        button="退回修改",
        may=lambda m: m.may_vote,
        why_not=lambda m: m.why_not,
        call=_vote(Opinion.RETURN),
        form=ReturnForm,
        happens="退回后由提请人修改再报。",
        done="已退回",
        danger=True,
    ),
}


def _state(m: MatterRecord) -> Any:
    if m.may_vote:
        return cells.state(m.state, "待我审批", "wait")
    return cells.state(m.state, m.state_label)


LISTING = Listing(
    name="approvals",
    title="审批",
    columns=(
        Column(
            key="title",
            label="事项",
            value=lambda m: m.title,
            html=lambda m: cells.link(reverse("approvals:matter", args=[m.id]), m.title),
            fixed=True,
        ),
        Column(key="body", label="审批机构", value=lambda m: m.body_name),
        Column(key="quorum", label="表决规则", value=lambda m: m.quorum_label, shown=False),
        Column(key="proposer", label="提请人", value=lambda m: m.proposed_by_name),
        Column(
            key="at",
            label="提请时间",
            value=lambda m: m.created_at,
            html=lambda m: cells.moment(m.created_at),
        ),
        Column(key="votes", label="已表决", value=lambda m: len(m.votes), shown=False, number=True),
        Column(key="state", label="状态", value=lambda m: m.state_label, html=_state),
    ),
    filters=(Filter(name="state", label="状态", choices=MatterState.choices),),
    empty="没有这一状态的审批事项。",
    many=MANY,
    load=lambda request, key: queries.matter(actor=request.actor, now=request.now, matter_id=key),
    label=lambda m: f"{m.title}（{m.proposed_by_name}提请）",
)

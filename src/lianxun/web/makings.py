"""What pages make anew and a unit's own system may make, too: rounds, engagements, requests, leads, assessments.

Each line is the page's form and the page's one call; ``api.acts`` makes an operation of it. What only a
person may say at a screen has no field here: who reported a lead is sealed by a person at his page and
never travels through a system of somebody else (``Source`` of a lead by machine stays without identity).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpResponse

from lianxun.inspection import operations as inspection
from lianxun.inspection import queries as rounds
from lianxun.kernel.problems import WrongState
from lianxun.leads import operations as leads
from lianxun.leads.enums import SealRule
from lianxun.web import choices
from lianxun.web.acts import by_machine, uuid_or_none
from lianxun.web.exchange import views as exchange
from lianxun.web.exchange.forms import DraftForm
from lianxun.web.forms import ActForm
from lianxun.web.inspection.forms import EngagementForm, RoundForm
from lianxun.web.inspection.views import planned
from lianxun.web.leads.forms import RegisterForm
from lianxun.web.rectification import assessments, supervisions, supports
from lianxun.web.requests import ActorRequest


@dataclass(frozen=True, slots=True)
class Making:
    """``path`` stands behind /api/v1 and may name the object at which something is made; ``name`` is the
    act of the call in the trace when it leads to none of a room."""

    path: str
    tag: str
    name: str
    title: str
    form: type[ActForm]
    view: Callable[..., HttpResponse]
    happens: str = ""


class RequestForm(DraftForm):
    """The page's form, and what the page takes from its address."""

    data_class_code = forms.ChoiceField(label="信息类别", help_text="见数据目录，如 D14。")
    engagement_id = forms.UUIDField(label="巡视任务", required=False)

    def prepare(self, request: ActorRequest, code: Any) -> None:
        super().prepare(request, code)
        self.fields["data_class_code"].choices = choices.data_classes()  # type: ignore[attr-defined]


class LeadForm(RegisterForm):
    """The page's form with the question that the page asks before it, and no place for who reported."""

    seal_rule = forms.ChoiceField(
        label="该线索是否属于不得进入平台的情形",
        choices=SealRule.choices,
        help_text="属于前三种的一律不收，请装入密封件直接报送。",
    )
    reporter_name = reporter_contact = reporter_note = None  # type: ignore[assignment]

    def prepare(self, request: ActorRequest, record: Any) -> None:
        """Who is on no team today may not name one: refused, and never left out silently."""
        task = self.fields["engagement_id"]
        super().prepare(request, record)
        self.fields.setdefault("engagement_id", task)


def draft_request(request: ActorRequest) -> HttpResponse:
    form = RequestForm(request.POST)
    with transaction.atomic():
        form.prepare(request, request.POST.get("data_class_code", ""))
    return by_machine(
        request,
        form,
        lambda: exchange.drafted(
            request,
            form,
            form.cleaned_data["data_class_code"],
            form.cleaned_data["engagement_id"],
        ),
    )


def register_lead(request: ActorRequest) -> HttpResponse:
    form = LeadForm(request.POST)
    with transaction.atomic():
        form.prepare(request, None)

    def call() -> UUID:
        data = {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}
        data["subject_org"] = UUID(data["subject_org"])
        data["engagement_id"] = uuid_or_none(data.get("engagement_id"))
        return leads.register(actor=request.actor, now=request.now, **data)

    return by_machine(request, form, call)


def open_round(request: ActorRequest) -> HttpResponse:
    form = RoundForm(request.POST)

    def call() -> UUID:
        data = {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}
        return inspection.open_round(actor=request.actor, now=request.now, **data)

    return by_machine(request, form, call)


def plan_engagement(request: ActorRequest, round_id: UUID) -> HttpResponse:
    form = EngagementForm(request.POST)
    with transaction.atomic():
        found, _, may = rounds.round_page(actor=request.actor, now=request.now, round_id=round_id)
        if "plan" not in may:
            raise WrongState("现在不能向这个轮次列入单位，请重新读取轮次后再试。")
        form.prepare(request, found)
    return by_machine(request, form, lambda: planned(request, form, round_id))


MAKINGS = (
    Making(
        "/rounds",
        "巡视任务",
        "inspection.round.open",
        "起草轮次",
        RoundForm,
        open_round,
        "起草后列入被巡视单位，再提请审批。",
    ),
    Making(
        "/rounds/{object_id}/engagements",
        "巡视任务",
        "inspection.round.plan",
        "列入任务",
        EngagementForm,
        plan_engagement,
    ),
    Making(
        "/requests",
        "信息共享",
        "exchange.request.draft",
        "起草信息需求",
        RequestForm,
        draft_request,
        "触及负面清单的不予起草并出具拒绝回执；起草后提交合规审核。",
    ),
    Making(
        "/leads",
        "问题线索",
        "leads.lead.register",
        "登记问题线索",
        LeadForm,
        register_lead,
        "反映人的姓名、联系方式不经接口传输：登记后由登记人员在页面封存原件。",
    ),
    Making(
        "/engagements/{object_id}/assessments",
        "整改",
        "rectification.assessment.open",
        "开展整改评估",
        assessments.OpenForm,
        assessments.begin,
        assessments.OPENING.happens,
    ),
    Making(
        "/engagements/{object_id}/supervisions",
        "整改",
        "rectification.supervision.propose",
        "提请联合督办",
        supervisions.ProposeForm,
        supervisions.begin,
        supervisions.PROPOSING.happens,
    ),
    Making(
        "/engagements/{object_id}/support-plans",
        "整改",
        "rectification.support_plan.draft",
        "起草整改协同方案",
        supports.DraftForm,
        supports.begin,
        supports.DRAFTING.happens,
    ),
)

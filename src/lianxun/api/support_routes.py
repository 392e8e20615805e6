"""Version 1: plans of help for rectification, and their lines."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from lianxun.api.read_schemas import Permitted
from lianxun.api.routes import PageNumber, _known, _page
from lianxun.api.service import PROBLEMS, api, read
from lianxun.rectification import queries as rectification
from lianxun.rectification.enums import PlanState

RECTIFICATION = ["整改"]


class SupportPlanRowOut(Schema):
    id: UUID
    number: str
    subject_name: str
    engagement: UUID | None
    state: str
    state_label: str
    count: int
    closed: int


class SupportPlanPage(Schema):
    rows: list[SupportPlanRowOut]
    page: int
    total: int


class SupportChangeOut(Schema):
    number: int
    reason: str
    proposed_on: date
    old_due_on: date
    old_standard: str
    old_inspect_on: date
    due_on: date
    standard: str
    inspect_on: date
    state: str
    state_label: str
    answer: str
    done_on: date | None


class SupportOut(Permitted):
    """``amount`` in yuan as text, of money alone; ``item`` for who may see it."""

    plan_id: UUID
    plan_number: str
    number: int
    item: UUID | None
    item_title: str
    unit_id: UUID
    unit_name: str
    kind: str
    kind_label: str
    text: str
    amount: str
    people: list[str]
    people_called_back: list[str]
    due_on: date
    standard: str
    inspect_on: date
    state: str
    state_label: str
    answer: str
    result: str
    reported_on: date | None
    finding: str
    checked_on: date | None
    withdrawn_because: str
    changes: list[SupportChangeOut]
    light: str
    why: str


class SupportPlanOut(SupportPlanRowOut, Permitted):
    aim: str
    drafted_by: str
    approved_by: str
    approved_on: date | None
    remark: str
    outcome: str
    ended_by: str
    ended_on: date | None
    lines: list[SupportOut]


@api.get(
    "/support-plans",
    response={200: SupportPlanPage, **PROBLEMS},
    summary="整改协同方案列表",
    tags=RECTIFICATION,
)
def list_support_plans(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    return _page(
        read(
            request,
            "support_plans",
            lambda **who: rectification.support_plans(
                **who, page=page, state=_known(state, PlanState.values)
            ),
        )
    )


@api.get(
    "/support-plans/{object_id}",
    response={200: SupportPlanOut, **PROBLEMS},
    summary="一份整改协同方案",
    tags=RECTIFICATION,
)
def get_support_plan(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "support_plan", lambda **who: rectification.support_plan(**who, plan_id=object_id)
    )


@api.get(
    "/supports/{object_id}",
    response={200: SupportOut, **PROBLEMS},
    summary="一项支援事项",
    tags=RECTIFICATION,
)
def get_support(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "support", lambda **who: rectification.support_line(**who, support_id=object_id)
    )

"""Version 1: look-backs that were asked for, and one of them with what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from lianxun.api.read_schemas import Permitted
from lianxun.api.routes import PageNumber, _known, _page
from lianxun.api.service import PROBLEMS, api, read
from lianxun.inspection import queries as inspection
from lianxun.inspection.enums import AskState

INSPECTION = ["巡视任务"]


class AskOut(Permitted):
    """``task`` and what follows are empty until it stands in a round, and for who may not see that engagement;
    ``reopened`` of ``looked`` items were found not to be sound."""

    number: str
    unit_name: str
    first: UUID
    first_number: str
    cause_kind: str
    cause_id: UUID
    items: list[UUID]
    reason: str
    asked_on: date
    state: str
    state_label: str
    answer: str
    decided_on: date | None
    task: UUID | None
    task_number: str
    task_state: str
    looked: int
    reopened: int


class AskPage(Schema):
    rows: list[AskOut]
    page: int
    total: int


@api.get(
    "/look-back-asks",
    response={200: AskPage, **PROBLEMS},
    summary="“回头看”提请列表",
    tags=INSPECTION,
)
def list_look_back_asks(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    return _page(
        read(
            request,
            "look_back_asks",
            lambda **who: inspection.look_back_asks(
                **who, page=page, state=_known(state, AskState.values)
            ),
        )
    )


@api.get(
    "/look-back-asks/{object_id}",
    response={200: AskOut, **PROBLEMS},
    summary="一项“回头看”提请",
    tags=INSPECTION,
)
def get_look_back_ask(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "look_back_ask", lambda **who: inspection.look_back_ask(**who, ask_id=object_id)
    )

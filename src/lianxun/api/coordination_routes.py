"""Version 1: meetings, decisions, and the programme of a round."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from lianxun.api.coordination_schemas import (
    ChartOut,
    DecisionOut,
    DecisionPage,
    MeetingOut,
    MeetingPage,
    PhaseTaskOut,
)
from lianxun.api.routes import PageNumber, _known, _page
from lianxun.api.service import PROBLEMS, api, read
from lianxun.coordination import queries as coordination
from lianxun.coordination.enums import DecisionState, MeetingKind, MeetingState
from lianxun.inspection import queries as inspection

COORDINATION, INSPECTION = ["协作会商"], ["巡视任务"]


@api.get(
    "/meetings", response={200: MeetingPage, **PROBLEMS}, summary="会议列表", tags=COORDINATION
)
def list_meetings(
    request: HttpRequest, page: PageNumber = 1, state: str = "", kind: str = ""
) -> Any:
    return _page(
        read(
            request,
            "meetings",
            lambda **who: coordination.meetings(
                **who,
                page=page,
                state=_known(state, MeetingState.values),
                kind=_known(kind, MeetingKind.values),
            ),
        )
    )


@api.get(
    "/meetings/{object_id}",
    response={200: MeetingOut, **PROBLEMS},
    summary="一次会议",
    tags=COORDINATION,
)
def get_meeting(request: HttpRequest, object_id: UUID) -> Any:
    return read(request, "meeting", lambda **who: coordination.meeting(**who, meeting_id=object_id))


@api.get(
    "/decisions",
    response={200: DecisionPage, **PROBLEMS},
    summary="议定事项列表",
    tags=COORDINATION,
)
def list_decisions(
    request: HttpRequest, page: PageNumber = 1, state: str = "", mine: bool = False
) -> Any:
    return _page(
        read(
            request,
            "decisions",
            lambda **who: coordination.decisions(
                **who, page=page, state=_known(state, DecisionState.values), mine=mine
            ),
        )
    )


@api.get(
    "/decisions/{object_id}",
    response={200: DecisionOut, **PROBLEMS},
    summary="一项议定事项",
    tags=COORDINATION,
)
def get_decision(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "decision", lambda **who: coordination.decision(**who, decision_id=object_id)
    )


@api.get(
    "/rounds/{object_id}/phase-tasks",
    response={200: ChartOut, **PROBLEMS},
    summary="轮次的阶段任务",
    tags=INSPECTION,
)
def get_chart(request: HttpRequest, object_id: UUID) -> Any:
    return read(request, "chart", lambda **who: inspection.round_chart(**who, round_id=object_id))


@api.get(
    "/phase-tasks/{object_id}",
    response={200: PhaseTaskOut, **PROBLEMS},
    summary="一项阶段任务",
    tags=INSPECTION,
)
def get_phase_task(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "phase_task", lambda **who: inspection.phase_task(**who, task_id=object_id)
    )

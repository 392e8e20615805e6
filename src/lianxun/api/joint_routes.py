"""Version 1: joint inspection tasks, those of one engagement or all within reach, and one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from lianxun.api.joint_schemas import JointPage, JointTaskOut
from lianxun.api.routes import PageNumber, _known, _page
from lianxun.api.service import PROBLEMS, api, read
from lianxun.fabric.paging import Page
from lianxun.inspection import queries as inspection
from lianxun.inspection.enums import JointState
from lianxun.inspection.joint_records import JointLine

INSPECTION = ["巡视任务"]


@api.get(
    "/joint-tasks",
    response={200: JointPage, **PROBLEMS},
    summary="联合检查任务列表",
    tags=INSPECTION,
)
def list_joint_tasks(
    request: HttpRequest, page: PageNumber = 1, state: str = "", mine: bool = False
) -> Any:
    return _page(
        read(
            request,
            "joint_tasks",
            lambda **who: inspection.joint_tasks(
                **who, page=page, state=_known(state, JointState.values), mine=mine
            ),
        )
    )


@api.get(
    "/engagements/{object_id}/joint-tasks",
    response={200: JointPage, **PROBLEMS},
    summary="一项巡视任务的联合检查任务",
    tags=INSPECTION,
)
def list_joint_tasks_of(
    request: HttpRequest, object_id: UUID, page: PageNumber = 1, state: str = ""
) -> Any:
    """A unit sees the task it answers for without seeing the engagement: who sees neither finds nothing."""

    def found(**who: Any) -> Page[JointLine]:
        rows = inspection.joint_tasks(
            **who, engagement=object_id, page=page, state=_known(state, JointState.values)
        )
        if not rows.total:
            inspection.engagement(**who, engagement_id=object_id)
        return rows

    return _page(read(request, "joint_tasks_of", found))


@api.get(
    "/joint-tasks/{object_id}",
    response={200: JointTaskOut, **PROBLEMS},
    summary="一项联合检查任务",
    tags=INSPECTION,
)
def get_joint_task(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "joint_task", lambda **who: inspection.joint_task(**who, task_id=object_id)
    )

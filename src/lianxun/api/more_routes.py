"""Version 1: time limits and letters, inspections, approvals, files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse

from lianxun.api.more_schemas import (
    DutyOut,
    DutyPage,
    EngagementPage,
    FilePage,
    LetterOut,
    MatterOut,
    ReportIn,
    StateOut,
    VoteIn,
)
from lianxun.api.routes import PageNumber, _page
from lianxun.api.schemas import DoneOut
from lianxun.api.service import PROBLEMS, SystemBasic, SystemBearer, api, read, write
from lianxun.approvals import operations as approval_acts
from lianxun.approvals import queries as approvals
from lianxun.documents import operations as document_acts
from lianxun.documents import queries as documents
from lianxun.duties import operations as duty_acts
from lianxun.duties import queries as duties
from lianxun.fabric.paging import PAGE_SIZE
from lianxun.inspection import queries as inspection
from lianxun.inspection.enums import State


@api.get("/duties", response={200: DutyPage, **PROBLEMS}, summary="时限列表", tags=["时限"])
def list_duties(request: HttpRequest, page: PageNumber = 1, light: str = "") -> Any:
    found = read(
        request,
        "duties",
        lambda **who: duties.duties(
            **who,
            filters={"light": light},
            offset=(page - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
        ),
    )
    return {"rows": list(found.duties), "page": page, "total": found.total}


@api.get(
    "/duties/calendar.ics",
    response=PROBLEMS,
    auth=[SystemBearer(), SystemBasic()],
    url_name="calendar",
    summary="时限日历（供日历软件订阅，令牌作口令）",
    tags=["时限"],
    openapi_extra={
        "responses": {
            200: {
                "description": "OK",
                "content": {"text/calendar": {"schema": {"type": "string"}}},
            }
        }
    },
)
def calendar(request: HttpRequest) -> Any:
    data = read(request, "calendar", duties.calendar_feed)
    answer = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


@api.get(
    "/duties/{duty_id}", response={200: DutyOut, **PROBLEMS}, summary="一项时限", tags=["时限"]
)
def get_duty(request: HttpRequest, duty_id: UUID) -> Any:
    return read(request, "duty", lambda **who: duties.duty(**who, duty_id=duty_id)).duty


@api.post(
    "/duties/{duty_id}/report",
    response={200: DoneOut, **PROBLEMS},
    summary="报告完成常规事项",
    tags=["时限"],
)
def report_duty(request: HttpRequest, duty_id: UUID, body: ReportIn) -> Any:
    write(request, duty_acts.report_done, duty_id=duty_id, **body.dict())
    return DoneOut()


@api.get(
    "/letters", response={200: list[LetterOut], **PROBLEMS}, summary="预警函列表", tags=["时限"]
)
def list_letters(request: HttpRequest, unacknowledged: bool = False) -> Any:
    return list(
        read(request, "letters", lambda **who: duties.letters(**who, unacknowledged=unacknowledged))
    )


@api.post(
    "/letters/{letter_id}/acknowledge",
    response={200: DoneOut, **PROBLEMS},
    summary="签收预警函",
    tags=["时限"],
)
def acknowledge_letter(request: HttpRequest, letter_id: UUID) -> Any:
    write(request, duty_acts.acknowledge_letter, letter_id=letter_id)
    return DoneOut()


@api.get(
    "/engagements",
    response={200: EngagementPage, **PROBLEMS},
    summary="巡视任务列表",
    tags=["巡视任务"],
)
def list_engagements(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    known = state if state in State.values else ""
    return _page(
        read(
            request,
            "engagements",
            lambda **who: inspection.engagements(**who, page=page, state=known),
        )
    )


@api.get(
    "/approvals", response={200: list[MatterOut], **PROBLEMS}, summary="待审批事项", tags=["审批"]
)
def list_matters(request: HttpRequest) -> Any:
    return read(request, "matters", approvals.inbox)


@api.get(
    "/approvals/{matter_id}",
    response={200: MatterOut, **PROBLEMS},
    summary="一项审批事项",
    tags=["审批"],
)
def get_matter(request: HttpRequest, matter_id: UUID) -> Any:
    return read(request, "matter", lambda **who: approvals.matter(**who, matter_id=matter_id))


@api.post(
    "/approvals/{matter_id}/vote",
    response={200: StateOut, **PROBLEMS},
    summary="表示意见",
    tags=["审批"],
)
def vote(request: HttpRequest, matter_id: UUID, body: VoteIn) -> Any:
    return {"state": write(request, approval_acts.vote, matter_id=matter_id, **body.dict())}


@api.get("/files", response={200: FilePage, **PROBLEMS}, summary="文件列表", tags=["文书档案"])
def list_files(request: HttpRequest, page: PageNumber = 1, number: str = "") -> Any:
    return _page(
        read(request, "files", lambda **who: documents.files(**who, page=page, number=number[:60]))
    )


@api.get(
    "/files/{file_id}/content",
    response=PROBLEMS,
    summary="下载文件",
    tags=["文书档案"],
    openapi_extra={
        "responses": {
            200: {
                "description": "OK",
                "content": {"application/octet-stream": {"schema": {"type": "string"}}},
            }
        }
    },
)
def download_file(request: HttpRequest, file_id: UUID) -> Any:
    record, stream = write(request, document_acts.handed_out, file_id=file_id)
    answer = FileResponse(stream, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(record.file_name)}"
    answer["Cache-Control"] = "no-store"
    return answer

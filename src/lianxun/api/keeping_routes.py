"""Version 1: what is held back, what ran out, remarks on matters.

A system may hold back and read; reviewing and destroying is for two people at their pages.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from lianxun.api.keeping_schemas import CommentIn, DisposalPage, HoldIn, HoldPage, IdOut
from lianxun.api.routes import PageNumber, _page
from lianxun.api.service import PROBLEMS, api, read, write
from lianxun.approvals import operations as approvals
from lianxun.documents import operations, queries
from lianxun.documents.enums import DisposalState, HoldState


@api.get("/holds", response={200: HoldPage, **PROBLEMS}, summary="法律保全", tags=["文书档案"])
def list_holds(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    known = state if state in HoldState.values else ""
    return _page(read(request, "holds", lambda **who: queries.holds(**who, page=page, state=known)))


@api.post("/holds", response={200: IdOut, **PROBLEMS}, summary="设定法律保全", tags=["文书档案"])
def place_hold(request: HttpRequest, body: HoldIn) -> Any:
    return {"id": write(request, operations.place_hold, **body.dict())}


@api.get(
    "/disposals", response={200: DisposalPage, **PROBLEMS}, summary="销毁清册", tags=["文书档案"]
)
def list_disposals(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    known = state if state in DisposalState.values else ""
    return _page(
        read(request, "disposals", lambda **who: queries.disposals(**who, page=page, state=known))
    )


@api.post(
    "/approvals/{matter_id}/comments",
    response={200: IdOut, **PROBLEMS},
    summary="审批留言",
    tags=["审批"],
)
def comment(request: HttpRequest, matter_id: UUID, body: CommentIn) -> Any:
    return {"id": write(request, approvals.comment, matter_id=matter_id, **body.dict())}

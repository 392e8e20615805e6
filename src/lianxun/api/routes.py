"""Version 1: what a member unit's system needs — requests served on it, leads handed to it, items."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import File, Form, Query, Status, UploadedFile

from lianxun.api.schemas import (
    ArticleOut,
    DisposeIn,
    DoneOut,
    IncomingOut,
    ItemOut,
    ItemPage,
    LeadOut,
    LeadPage,
    MadeOut,
    ReasonIn,
    RefuseIn,
    RequestOut,
    RequestPage,
    ResultIn,
    RevisionIn,
    SearchOut,
    UnderwayOut,
)
from lianxun.api.service import PROBLEMS, api, read, write
from lianxun.exchange import operations as exchange_acts
from lianxun.exchange import queries as exchange
from lianxun.exchange.enums import RequestState
from lianxun.fabric.paging import Page
from lianxun.leads import operations as lead_acts
from lianxun.leads import queries as leads
from lianxun.leads.enums import LeadState
from lianxun.rectification import queries as rectification
from lianxun.rectification.enums import ItemState
from lianxun.regulations import queries as regulations

PageNumber = Annotated[int, Query(ge=1, le=500)]


def _page(found: Page[Any]) -> dict[str, Any]:
    return {"rows": list(found.rows), "page": found.number, "total": found.total}


def _known(value: str, known: list[str]) -> str:
    return value if value in known else ""


@api.get(
    "/requests", response={200: RequestPage, **PROBLEMS}, summary="信息需求列表", tags=["信息共享"]
)
def list_requests(
    request: HttpRequest, page: PageNumber = 1, state: str = "", mine: bool = False
) -> Any:
    return _page(
        read(
            request,
            "requests",
            lambda **who: exchange.requests(
                **who, page=page, state=_known(state, RequestState.values), mine=mine
            ),
        )
    )


@api.get(
    "/requests/{request_id}",
    response={200: RequestOut, **PROBLEMS},
    summary="一项信息需求",
    tags=["信息共享"],
)
def get_request(request: HttpRequest, request_id: UUID) -> Any:
    return read(request, "request", lambda **who: exchange.request(**who, request_id=request_id))


@api.post(
    "/requests/{request_id}/accept",
    response={200: DoneOut, **PROBLEMS},
    summary="同意提供",
    tags=["信息共享"],
)
def accept_request(request: HttpRequest, request_id: UUID, body: RevisionIn) -> Any:
    write(request, exchange_acts.accept_request, request_id=request_id, revision=body.revision)
    return DoneOut()


@api.post(
    "/requests/{request_id}/object",
    response={200: DoneOut, **PROBLEMS},
    summary="提出异议",
    tags=["信息共享"],
)
def object_request(request: HttpRequest, request_id: UUID, body: ReasonIn) -> Any:
    write(request, exchange_acts.object_request, request_id=request_id, **body.dict())
    return DoneOut()


@api.post(
    "/requests/{request_id}/refuse",
    response={200: DoneOut, **PROBLEMS},
    summary="不予提供",
    tags=["信息共享"],
)
def refuse_request(request: HttpRequest, request_id: UUID, body: RefuseIn) -> Any:
    write(request, exchange_acts.refuse_request, request_id=request_id, **body.dict())
    return DoneOut()


@api.post(
    "/requests/{request_id}/deliveries",
    response={200: MadeOut, 202: UnderwayOut, **PROBLEMS},
    summary="提供数据文件",
    description="较小的文件当场检查，200 即已提供；较大的文件收下后在后台检查，202 给出查看结果的地址。",
    tags=["信息共享"],
)
def deliver(
    request: HttpRequest,
    response: HttpResponse,
    request_id: UUID,
    revision: Form[int],
    file: File[UploadedFile],
) -> Any:
    made = write(
        request,
        exchange_acts.provide,
        request_id=request_id,
        revision=revision,
        stream=file.file,
        name=file.name or "数据",
    )
    if not made.checking:
        return Status(200, {"id": made.id})
    at = reverse("api-1:get_incoming", args=[request_id, made.id])
    response["Location"] = at
    return Status(202, {"id": made.id, "at": at})


@api.get(
    "/requests/{request_id}/incoming/{incoming_id}",
    response={200: IncomingOut, **PROBLEMS},
    summary="一份大文件检查到哪里、结果如何",
    tags=["信息共享"],
)
def get_incoming(request: HttpRequest, request_id: UUID, incoming_id: UUID) -> Any:
    return read(
        request,
        "incoming",
        lambda **who: exchange.incoming(**who, request_id=request_id, incoming_id=incoming_id),
    )


@api.get("/leads", response={200: LeadPage, **PROBLEMS}, summary="问题线索列表", tags=["问题线索"])
def list_leads(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    return _page(
        read(
            request,
            "leads",
            lambda **who: leads.leads(**who, page=page, state=_known(state, LeadState.values)),
        )
    )


@api.get(
    "/leads/{lead_id}",
    response={200: LeadOut, **PROBLEMS},
    summary="一件问题线索",
    tags=["问题线索"],
)
def get_lead(request: HttpRequest, lead_id: UUID) -> Any:
    return read(request, "lead", lambda **who: leads.lead(**who, lead_id=lead_id))


@api.post(
    "/leads/{lead_id}/receive",
    response={200: DoneOut, **PROBLEMS},
    summary="签收",
    tags=["问题线索"],
)
def receive_lead(request: HttpRequest, lead_id: UUID, body: RevisionIn) -> Any:
    write(request, lead_acts.receive, lead_id=lead_id, revision=body.revision)
    return DoneOut()


@api.post(
    "/leads/{lead_id}/object",
    response={200: DoneOut, **PROBLEMS},
    summary="提出异议",
    tags=["问题线索"],
)
def object_lead(request: HttpRequest, lead_id: UUID, body: ReasonIn) -> Any:
    write(request, lead_acts.object_transfer, lead_id=lead_id, **body.dict())
    return DoneOut()


@api.post(
    "/leads/{lead_id}/opinion",
    response={200: DoneOut, **PROBLEMS},
    summary="处置意见",
    tags=["问题线索"],
)
def dispose_lead(request: HttpRequest, lead_id: UUID, body: DisposeIn) -> Any:
    write(request, lead_acts.dispose, lead_id=lead_id, **body.dict())
    return DoneOut()


@api.post(
    "/leads/{lead_id}/result",
    response={200: DoneOut, **PROBLEMS},
    summary="办理结果",
    tags=["问题线索"],
)
def lead_result(request: HttpRequest, lead_id: UUID, body: ResultIn) -> Any:
    write(request, lead_acts.record_result, lead_id=lead_id, **body.dict())
    return DoneOut()


@api.get("/items", response={200: ItemPage, **PROBLEMS}, summary="整改事项列表", tags=["整改"])
def list_items(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    return _page(
        read(
            request,
            "items",
            lambda **who: rectification.items(
                **who, page=page, state=_known(state, ItemState.values)
            ),
        )
    )


@api.get(
    "/items/{item_id}", response={200: ItemOut, **PROBLEMS}, summary="一项整改事项", tags=["整改"]
)
def get_item(request: HttpRequest, item_id: UUID) -> Any:
    return read(request, "item", lambda **who: rectification.item(**who, item_id=item_id))


@api.get(
    "/regulations/lookup",
    response={200: list[ArticleOut], **PROBLEMS},
    summary="按引用定位法条",
    tags=["政策法规"],
)
def lookup_articles(
    request: HttpRequest,
    text: Annotated[str, Query(min_length=1, max_length=1000)],
    as_of: date | None = None,
) -> Any:
    return read(
        request,
        "lookup",
        lambda actor, now: regulations.lookup(
            actor=actor, now=now, text=text, as_of=as_of or timezone.localdate(now)
        ),
    )


@api.get(
    "/regulations/search",
    response={200: SearchOut, **PROBLEMS},
    summary="检索法规",
    tags=["政策法规"],
)
def search_regulations(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=1000)],
    as_of: date | None = None,
    page: Annotated[int, Query(ge=1, le=5)] = 1,
) -> Any:
    found = read(
        request,
        "search_regulations",
        lambda actor, now: regulations.search(
            actor=actor,
            now=now,
            today=timezone.localdate(now),
            text=q,
            wanted=regulations.Wanted(as_of=as_of or timezone.localdate(now)),
            page=page,
        ),
    )
    return {"exact": found.exact, "hits": found.hits, "missing": found.missing}

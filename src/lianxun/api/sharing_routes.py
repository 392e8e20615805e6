"""Version 1: standing agreements of sharing, and what came for an engagement under them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from lianxun.api.routes import PageNumber, _known, _page
from lianxun.api.service import PROBLEMS, api, read
from lianxun.api.sharing_schemas import SharedDataOut, SharingOut, SharingPage
from lianxun.exchange import queries as exchange
from lianxun.exchange.enums import SharingState
from lianxun.exchange.sharing_records import SharedData
from lianxun.inspection import queries as inspection

EXCHANGE = ["信息共享"]


@api.get(
    "/sharings", response={200: SharingPage, **PROBLEMS}, summary="联动共享约定列表", tags=EXCHANGE
)
def list_sharings(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    return _page(
        read(
            request,
            "sharings",
            lambda **who: exchange.sharings(
                **who, page=page, state=_known(state, SharingState.values)
            ),
        )
    )


@api.get(
    "/sharings/{object_id}",
    response={200: SharingOut, **PROBLEMS},
    summary="一份联动共享约定",
    tags=EXCHANGE,
)
def get_sharing(request: HttpRequest, object_id: UUID) -> Any:
    return read(request, "sharing", lambda **who: exchange.sharing(**who, sharing_id=object_id))


@api.get(
    "/engagements/{object_id}/shared-data",
    response={200: SharedDataOut, **PROBLEMS},
    summary="一项巡视任务的联动数据",
    tags=EXCHANGE,
)
def get_shared_data(request: HttpRequest, object_id: UUID) -> Any:
    """What the caller may read today; who sees neither an agreement nor the engagement finds nothing."""

    def found(**who: Any) -> SharedData:
        if not exchange.sharings(**who, engagement=object_id).total:
            inspection.engagement(**who, engagement_id=object_id)
        return exchange.shared_data(**who, engagement=object_id)

    return read(request, "shared_data", found)

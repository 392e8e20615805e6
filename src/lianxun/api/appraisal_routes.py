"""Version 1: the appraisal of member units. The same queries as the pages; acts come from the pages' tables."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from lianxun.api.appraisal_schemas import (
    OutcomeOut,
    OutcomePage,
    PeriodOut,
    PeriodPage,
    ProgressPage,
    RankingPage,
    SheetOut,
    SheetPage,
)
from lianxun.api.routes import PageNumber, _known, _page
from lianxun.api.service import PROBLEMS, api, read
from lianxun.appraisal import queries as appraisal
from lianxun.appraisal.enums import OutcomeKind, OutcomeState

TAGS = ["考核评价"]


@api.get(
    "/appraisal-periods", response={200: PeriodPage, **PROBLEMS}, summary="考核期列表", tags=TAGS
)
def list_periods(request: HttpRequest, page: PageNumber = 1) -> Any:
    return _page(
        read(request, "appraisal_periods", lambda **who: appraisal.periods(**who, page=page))
    )


@api.get(
    "/appraisal-periods/{object_id}",
    response={200: PeriodOut, **PROBLEMS},
    summary="一个考核期和各单位结果",
    tags=TAGS,
)
def get_period(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "appraisal_period", lambda **who: appraisal.period(**who, period_id=object_id)
    )


@api.get(
    "/appraisal-sheets", response={200: SheetPage, **PROBLEMS}, summary="考核表列表", tags=TAGS
)
def list_sheets(request: HttpRequest, page: PageNumber = 1, mine: bool = False) -> Any:
    return _page(
        read(
            request,
            "appraisal_sheets",
            lambda **who: appraisal.sheets(**who, page=page, mine=mine),
        )
    )


@api.get(
    "/appraisal-sheets/{object_id}",
    response={200: SheetOut, **PROBLEMS},
    summary="一张考核表和计算过程",
    tags=TAGS,
)
def get_sheet(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "appraisal_sheet", lambda **who: appraisal.sheet(**who, sheet_id=object_id)
    )


@api.get(
    "/appraisal-outcomes", response={200: OutcomePage, **PROBLEMS}, summary="结果运用", tags=TAGS
)
def list_outcomes(
    request: HttpRequest, page: PageNumber = 1, state: str = "", kind: str = ""
) -> Any:
    return _page(
        read(
            request,
            "appraisal_outcomes",
            lambda **who: appraisal.outcomes(
                **who,
                page=page,
                state=_known(state, OutcomeState.values),
                kind=_known(kind, OutcomeKind.values),
            ),
        )
    )


@api.get(
    "/appraisal-outcomes/{object_id}",
    response={200: OutcomeOut, **PROBLEMS},
    summary="一件结果运用",
    tags=TAGS,
)
def get_outcome(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "appraisal_outcome", lambda **who: appraisal.outcome(**who, outcome_id=object_id)
    )


@api.get(
    "/progress-reports",
    response={200: ProgressPage, **PROBLEMS},
    summary="季度进展报告",
    tags=TAGS,
)
def list_reports(request: HttpRequest, page: PageNumber = 1) -> Any:
    return _page(
        read(request, "appraisal_reports", lambda **who: appraisal.reports(**who, page=page))
    )


@api.get(
    "/appraisal-rankings",
    response={200: RankingPage, **PROBLEMS},
    summary="公布的考核结果",
    tags=TAGS,
)
def list_rankings(request: HttpRequest, page: PageNumber = 1) -> Any:
    return _page(
        read(request, "appraisal_rankings", lambda **who: appraisal.rankings(**who, page=page))
    )

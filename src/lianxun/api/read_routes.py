"""Version 1: what the acts on engagements, papers, seats, questions and keys are about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from lianxun.api.read_schemas import (
    AssessmentOut,
    AssessmentPage,
    BatchOut,
    ConfirmationOut,
    ConfirmationPage,
    CoverageOut,
    KeyOut,
    ObstaclePage,
    PaperOut,
    QuestionOut,
    QuestionPage,
    ReceiptPage,
    RoundOut,
    SeatOut,
    SupervisionOut,
    SupervisionPage,
    TaskOut,
)
from lianxun.api.routes import PageNumber, _known, _page
from lianxun.api.service import PROBLEMS, api, read
from lianxun.exchange import queries as exchange
from lianxun.exchange.enums import QuestionState
from lianxun.inspection import queries as inspection
from lianxun.inspection.enums import CorroborationState
from lianxun.leads import queries as leads
from lianxun.rectification import queries as rectification
from lianxun.rectification.enums import AssessmentState, SupervisionState

INSPECTION, EXCHANGE = ["巡视任务"], ["信息共享"]


@api.get("/rounds", response={200: list[RoundOut], **PROBLEMS}, summary="轮次列表", tags=INSPECTION)
def list_rounds(request: HttpRequest) -> Any:
    return read(request, "rounds", inspection.rounds)


@api.get(
    "/rounds/{object_id}",
    response={200: RoundOut, **PROBLEMS},
    summary="一个轮次",
    tags=INSPECTION,
)
def get_round(request: HttpRequest, object_id: UUID) -> Any:
    return read(request, "round", lambda **who: inspection.round_page(**who, round_id=object_id)[0])


@api.get(
    "/engagements/{object_id}",
    response={200: TaskOut, **PROBLEMS},
    summary="一项巡视任务",
    tags=INSPECTION,
)
def get_engagement(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request, "engagement", lambda **who: inspection.engagement(**who, engagement_id=object_id)
    )


@api.get(
    "/papers/{object_id}",
    response={200: PaperOut, **PROBLEMS},
    summary="一份工作底稿",
    tags=INSPECTION,
)
def get_paper(request: HttpRequest, object_id: UUID) -> Any:
    return read(request, "paper", lambda **who: inspection.paper(**who, paper_id=object_id))


@api.get(
    "/seats/{object_id}",
    response={200: SeatOut, **PROBLEMS},
    summary="一个组员席位",
    tags=INSPECTION,
)
def get_seat(request: HttpRequest, object_id: UUID) -> Any:
    return read(request, "seat", lambda **who: inspection.seat(**who, seat_id=object_id))


@api.get(
    "/corroborations",
    response={200: ConfirmationPage, **PROBLEMS},
    summary="本单位收到的印证函",
    tags=INSPECTION,
)
def list_corroborations(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    known = _known(state, CorroborationState.values)
    return _page(
        read(
            request,
            "corroborations",
            lambda **who: inspection.corroborations(**who, page=page, state=known),
        )
    )


@api.get(
    "/corroborations/{object_id}",
    response={200: ConfirmationOut, **PROBLEMS},
    summary="一件印证函",
    tags=INSPECTION,
)
def get_corroboration(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request,
        "corroboration",
        lambda **who: inspection.corroboration(**who, corroboration_id=object_id),
    )


@api.get(
    "/obstacles", response={200: ObstaclePage, **PROBLEMS}, summary="堵点列表", tags=INSPECTION
)
def list_obstacles(request: HttpRequest, page: PageNumber = 1, removed: bool | None = None) -> Any:
    return _page(
        read(
            request,
            "obstacles",
            lambda **who: inspection.obstacles(**who, page=page, removed=removed),
        )
    )


@api.get(
    "/coverage", response={200: list[CoverageOut], **PROBLEMS}, summary="巡视覆盖", tags=INSPECTION
)
def list_coverage(request: HttpRequest) -> Any:
    return read(request, "coverage", inspection.coverage)


@api.get(
    "/questions", response={200: QuestionPage, **PROBLEMS}, summary="单项核验列表", tags=EXCHANGE
)
def list_questions(
    request: HttpRequest, page: PageNumber = 1, state: str = "", mine: bool = False
) -> Any:
    known = _known(state, QuestionState.values)
    return _page(
        read(
            request,
            "questions",
            lambda **who: exchange.questions(**who, page=page, state=known, mine=mine),
        )
    )


@api.get(
    "/questions/{object_id}",
    response={200: QuestionOut, **PROBLEMS},
    summary="一件单项核验",
    tags=EXCHANGE,
)
def get_question(request: HttpRequest, object_id: UUID) -> Any:
    return read(request, "question", lambda **who: exchange.question(**who, question_id=object_id))


@api.get(
    "/receipts",
    response={200: ReceiptPage, **PROBLEMS},
    summary="负面清单拒绝回执",
    tags=EXCHANGE,
)
def list_receipts(request: HttpRequest, page: PageNumber = 1) -> Any:
    return _page(read(request, "receipts", lambda **who: exchange.receipts(**who, page=page)))


@api.get("/unit-keys", response={200: list[KeyOut], **PROBLEMS}, summary="单位公钥", tags=EXCHANGE)
def list_keys(request: HttpRequest) -> Any:
    return read(request, "keys", exchange.keys)


@api.get(
    "/batches/{object_id}",
    response={200: BatchOut, **PROBLEMS},
    summary="一份问题线索移交单",
    tags=["问题线索"],
)
def get_batch(request: HttpRequest, object_id: UUID) -> Any:
    return read(request, "batch", lambda **who: leads.batch(**who, batch_id=object_id))


@api.get(
    "/assessments",
    response={200: AssessmentPage, **PROBLEMS},
    summary="整改评估列表",
    tags=["整改"],
)
def list_assessments(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    known = _known(state, AssessmentState.values)
    return _page(
        read(
            request,
            "assessments",
            lambda **who: rectification.assessments(**who, page=page, state=known),
        )
    )


@api.get(
    "/supervisions",
    response={200: SupervisionPage, **PROBLEMS},
    summary="联合督办列表",
    tags=["整改"],
)
def list_supervisions(request: HttpRequest, page: PageNumber = 1, state: str = "") -> Any:
    known = _known(state, SupervisionState.values)
    return _page(
        read(
            request,
            "supervisions",
            lambda **who: rectification.supervisions(**who, page=page, state=known),
        )
    )


@api.get(
    "/supervisions/{object_id}",
    response={200: SupervisionOut, **PROBLEMS},
    summary="一次联合督办",
    tags=["整改"],
)
def get_supervision(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request,
        "supervision",
        lambda **who: rectification.supervision(**who, supervision_id=object_id),
    )


@api.get(
    "/assessments/{object_id}",
    response={200: AssessmentOut, **PROBLEMS},
    summary="一次整改评估",
    tags=["整改"],
)
def get_assessment(request: HttpRequest, object_id: UUID) -> Any:
    return read(
        request,
        "assessment",
        lambda **who: rectification.assessment(**who, assessment_id=object_id),
    )

"""Version 1: units, posts, people, appointments, the pool, training, spreadsheets."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, UploadedFile

from lianxun.api import organisation_schemas as s
from lianxun.api.routes import PageNumber, _page
from lianxun.api.schemas import DoneOut, MadeOut
from lianxun.api.service import PROBLEMS, api, read, write
from lianxun.fabric.safefiles import XLSX
from lianxun.kernel.problems import NotFound
from lianxun.organisation import operations as acts
from lianxun.organisation import queries, sheets
from lianxun.organisation.enums import PoolKind, Skill

TAGS = ["组织"]
WORKBOOK = {
    "responses": {
        200: {
            "description": "OK",
            "content": {XLSX.content_type: {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@api.get("/units", response={200: list[s.UnitOut], **PROBLEMS}, summary="单位列表", tags=TAGS)
def list_units(request: HttpRequest, search: str = "") -> Any:
    return list(read(request, "units", lambda **who: queries.units(**who, search=search[:40])))


@api.get(
    "/units/tree",
    response={200: list[s.TreeOut], **PROBLEMS},
    summary="某一天的组织",
    tags=TAGS,
)
def unit_tree(request: HttpRequest, on: date) -> Any:
    return list(read(request, "unit_tree", lambda **who: queries.tree(**who, day=on)))


@api.get("/units/gaps", response={200: list[s.GapOut], **PROBLEMS}, summary="还缺什么", tags=TAGS)
def list_gaps(request: HttpRequest) -> Any:
    return list(read(request, "unit_gaps", queries.gaps))


@api.get(
    "/units/{unit_id}",
    response={200: s.UnitDetailOut, **PROBLEMS},
    summary="一个单位",
    tags=TAGS,
)
def get_unit(request: HttpRequest, unit_id: UUID) -> Any:
    return read(request, "unit", lambda **who: queries.unit(**who, unit_id=unit_id))


@api.post("/units", response={200: MadeOut, **PROBLEMS}, summary="新设单位", tags=TAGS)
def create_unit(request: HttpRequest, body: s.UnitIn) -> Any:
    return {"id": write(request, acts.create_unit, **body.dict())}


@api.post(
    "/units/{unit_id}/rename",
    response={200: DoneOut, **PROBLEMS},
    summary="单位更名",
    tags=TAGS,
)
def rename_unit(request: HttpRequest, unit_id: UUID, body: s.RenameIn) -> Any:
    write(request, acts.rename_unit, unit_id=unit_id, **body.dict())
    return DoneOut()


@api.post(
    "/units/{unit_id}/move", response={200: s.CountOut, **PROBLEMS}, summary="调整隶属", tags=TAGS
)
def move_unit(request: HttpRequest, unit_id: UUID, body: s.MoveIn) -> Any:
    """``count``: rows of all rooms that were relabelled."""
    return {"count": write(request, acts.move_unit, unit_id=unit_id, **body.dict())}


@api.post(
    "/units/{unit_id}/close", response={200: DoneOut, **PROBLEMS}, summary="撤销单位", tags=TAGS
)
def close_unit(request: HttpRequest, unit_id: UUID, body: s.CloseIn) -> Any:
    write(request, acts.close_unit, unit_id=unit_id, **body.dict())
    return DoneOut()


@api.post(
    "/units/{unit_id}/posts", response={200: MadeOut, **PROBLEMS}, summary="设立职位", tags=TAGS
)
def create_post(request: HttpRequest, unit_id: UUID, body: s.PostIn) -> Any:
    return {"id": write(request, acts.create_post, unit_id=unit_id, **body.dict())}


@api.post("/posts/{post_id}", response={200: DoneOut, **PROBLEMS}, summary="变更职位", tags=TAGS)
def change_post(request: HttpRequest, post_id: UUID, body: s.PostChangeIn) -> Any:
    write(request, acts.change_post, post_id=post_id, **body.dict())
    return DoneOut()


@api.post(
    "/posts/{post_id}/close", response={200: DoneOut, **PROBLEMS}, summary="撤销职位", tags=TAGS
)
def close_post(request: HttpRequest, post_id: UUID, body: s.LastDayIn) -> Any:
    write(request, acts.close_post, post_id=post_id, **body.dict())
    return DoneOut()


@api.get("/people", response={200: s.PersonPage, **PROBLEMS}, summary="人员列表", tags=TAGS)
def list_people(
    request: HttpRequest, page: PageNumber = 1, search: str = "", unit_id: UUID | None = None
) -> Any:
    return _page(
        read(
            request,
            "people",
            lambda **who: queries.people(**who, page=page, search=search[:60], unit_id=unit_id),
        )
    )


@api.get(
    "/people/{person_id}",
    response={200: s.PersonDetailOut, **PROBLEMS},
    summary="一名人员",
    tags=TAGS,
)
def get_person(request: HttpRequest, person_id: UUID) -> Any:
    return read(request, "person", lambda **who: queries.person(**who, person_id=person_id))


@api.post("/people", response={200: MadeOut, **PROBLEMS}, summary="登记人员", tags=TAGS)
def add_person(request: HttpRequest, body: s.PersonIn) -> Any:
    return {"id": write(request, acts.add_person, **body.dict())}


@api.post("/people/{person_id}", response={200: DoneOut, **PROBLEMS}, summary="变更人员", tags=TAGS)
def change_person(request: HttpRequest, person_id: UUID, body: s.PersonChangeIn) -> Any:
    write(request, acts.change_person, person_id=person_id, **body.dict())
    return DoneOut()


@api.post("/appointments", response={200: MadeOut, **PROBLEMS}, summary="任命", tags=TAGS)
def appoint(request: HttpRequest, body: s.AppointIn) -> Any:
    return {"id": write(request, acts.appoint, **body.dict())}


@api.post(
    "/appointments/{appointment_id}/end",
    response={200: DoneOut, **PROBLEMS},
    summary="结束任职",
    tags=TAGS,
)
def end_appointment(request: HttpRequest, appointment_id: UUID, body: s.EndIn) -> Any:
    write(request, acts.end_appointment, appointment_id=appointment_id, **body.dict())
    return DoneOut()


@api.get("/pool", response={200: s.PoolPage, **PROBLEMS}, summary="人才库", tags=TAGS)
def list_pool(request: HttpRequest, page: PageNumber = 1, kind: str = "", skill: str = "") -> Any:
    return _page(
        read(
            request,
            "pool",
            lambda **who: queries.pool_page(
                **who,
                page=page,
                kind=kind if kind in PoolKind.values else "",
                skill=skill if skill in Skill.values else "",
            ),
        )
    )


@api.post(
    "/people/{person_id}/pool",
    response={200: MadeOut, **PROBLEMS},
    summary="列入人才库",
    tags=TAGS,
)
def put_in_pool(request: HttpRequest, person_id: UUID, body: s.PoolIn) -> Any:
    return {"id": write(request, acts.put_in_pool, person_id=person_id, **body.dict())}


@api.post(
    "/pool/{entry_id}/leave", response={200: DoneOut, **PROBLEMS}, summary="移出人才库", tags=TAGS
)
def leave_pool(request: HttpRequest, entry_id: UUID, body: s.LastDayIn) -> Any:
    write(request, acts.leave_pool, entry_id=entry_id, **body.dict())
    return DoneOut()


@api.post(
    "/people/{person_id}/facts",
    response={200: MadeOut, **PROBLEMS},
    summary="申报回避情形",
    tags=TAGS,
)
def declare_fact(request: HttpRequest, person_id: UUID, body: s.FactIn) -> Any:
    return {"id": write(request, acts.declare_fact, person_id=person_id, **body.dict())}


@api.post(
    "/facts/{fact_id}/withdraw",
    response={200: DoneOut, **PROBLEMS},
    summary="撤销回避申报",
    tags=TAGS,
)
def withdraw_fact(request: HttpRequest, fact_id: UUID) -> Any:
    write(request, acts.withdraw_fact, fact_id=fact_id)
    return DoneOut()


@api.post("/training", response={200: s.CountOut, **PROBLEMS}, summary="登记培训", tags=TAGS)
def record_training(request: HttpRequest, body: s.TrainingIn) -> Any:
    """``count``: how many were not noted before."""
    return {"count": write(request, acts.record_training, **body.dict())}


@api.get(
    "/sheets/{kind}/template",
    response=PROBLEMS,
    summary="表格模板",
    tags=TAGS,
    openapi_extra=WORKBOOK,
)
def sheet_template(request: HttpRequest, kind: str) -> Any:
    def room(**who: Any) -> Any:
        if kind not in sheets.BY_KEY:
            raise NotFound
        return queries.room(**who)

    read(request, "sheet_template", room)
    return _workbook(acts.template(kind))


@api.post(
    "/sheets/{kind}/import",
    response={200: s.ImportOut, **PROBLEMS},
    summary="表格导入（check 仅检查，all 全部，valid 只导入无误的行）",
    tags=TAGS,
)
def import_sheet(
    request: HttpRequest, kind: str, file: File[UploadedFile], mode: Form[str] = "check"
) -> Any:
    return write(
        request,
        acts.import_sheet,
        kind=kind,
        data=file.read(),
        name=file.name or "",
        mode=mode,
    )


@api.post(
    "/sheets/{kind}/export",
    response=PROBLEMS,
    summary="表格导出",
    tags=TAGS,
    openapi_extra=WORKBOOK,
)
def export_sheet(request: HttpRequest, kind: str, purpose: Form[str]) -> Any:
    return _workbook(write(request, acts.export, kind=kind, purpose=purpose))


def _workbook(data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX.content_type)
    answer["Cache-Control"] = "no-store"
    return answer

"""OpenAPI 3.1: sign-in by system token, problems as JSON, one record per call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBasicAuth, HttpBearer

from lianxun.access import queries as access
from lianxun.fabric.identity import acting_as
from lianxun.fabric.once import submission
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Problem, Refused
from lianxun.trace import door
from lianxun.trace.records import Note

T = TypeVar("T")


class SystemBearer(HttpBearer):
    """``Authorization: Bearer <token>`` of a unit's own system."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return access.actor_of_token(secret=token)


class SystemBasic(HttpBasicAuth):
    """The same token as the password of a calendar program, which knows no other way; any user name."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Actor | None:
        return access.actor_of_token(secret=password)


class PlaceError(Schema):
    """One wrong field."""

    place: str
    message: str


class ProblemOut(Schema):
    """Why nothing was done; ``message`` is a sentence for people."""

    code: str
    message: str
    errors: tuple[PlaceError, ...] = ()


PROBLEMS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 503), ProblemOut)

api = NinjaAPI(
    title="联巡接口",
    version="1",
    description="成员单位系统对接。与页面同一套操作、同一套权限；每次调用留痕一条。",
    auth=SystemBearer(),
    urls_namespace="api-1",
    docs_url=None,
)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    errors = problem.errors if isinstance(problem, Invalid) else ()
    body = ProblemOut(
        code=problem.code,
        message=problem.message,
        errors=tuple(PlaceError(place=e.place, message=e.message) for e in errors),
    )
    return api.create_response(request, body.model_dump(), status=problem.status)


_TOO_MUCH = "接口不接受这一项，内容没有保存；请对照接口说明删除后重发。"


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    errors = [
        {
            "place": ".".join(str(p) for p in e.get("loc", ())),
            "message": _TOO_MUCH
            if e.get("type") == "extra_forbidden"
            else "类型或取值不符合接口说明。",
        }
        for e in problem.errors
    ]
    return _refused(request, "请求内容不符合接口说明。", errors)


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """A body that is no JSON, or no form; or nobody known is asking, of whom there is no record."""
    if not hasattr(request, "auth"):
        words = "令牌缺少、无效或已过期，请向安全管理员申请系统令牌。"
        body = {"code": "unauthenticated", "message": words, "errors": []}
        answer = api.create_response(request, body, status=problem.status_code)
        answer["WWW-Authenticate"] = (
            'Basic realm="lianxun"' if _for_calendars(request) else "Bearer"
        )
        return answer
    return _refused(request, "请求内容无法读取，请按接口说明发送。", [], status=problem.status_code)


def _for_calendars(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "calendar"


def _refused(
    request: HttpRequest, message: str, errors: list[dict[str, str]], *, status: int = 422
) -> HttpResponse:
    """Nothing was looked at, and that is on record as well: who called what is never lost. An address of
    several operations has one name, so the method is said too."""
    match, actor = request.resolver_match, actor_of(request)
    name = match.url_name if match else "unknown"
    with acting_as(actor.account_id):
        door.record_event(f"api.{name}", result="none", actor=actor, method=request.method)
    body = {"code": "invalid", "message": message, "errors": errors}
    return api.create_response(request, body, status=status)


def actor_of(request: HttpRequest) -> Actor:
    """Who the token speaks for; set by ninja after authentication."""
    found: Actor = request.auth  # type: ignore[attr-defined]
    return found


def read(request: HttpRequest, act: str, call: Callable[..., T]) -> T:
    """Run queries in one read transaction with one record."""
    actor = actor_of(request)
    try:
        with (
            acting_as(actor.account_id),
            transaction.atomic(),
            door.page(f"api.{act}", actor=actor),
        ):
            return call(actor=actor, now=access.database_now())
    except (Refused, NotFound) as refusal:
        door.record_denial(Note(f"api.{act}"), actor, refusal)
        raise


def idempotency_key(request: HttpRequest) -> UUID | None:
    """``Idempotency-Key`` (a UUID): a repetition has no second effect."""
    raw = request.headers.get("Idempotency-Key", "")
    try:
        return UUID(raw) if raw else None
    except ValueError:
        raise Invalid.at("Idempotency-Key", "Idempotency-Key 须为 UUID。") from None


def recorded(act: str, actor: Actor, call: Callable[[], T]) -> T:
    """Run what leads to an operation: its record, or one of this call when it led to none."""
    problem: Problem | None = None
    with acting_as(actor.account_id), door.form(act, actor=actor) as note:
        try:
            return call()
        except Problem as found:
            problem = found
            if isinstance(found, Refused | NotFound) and not note.acted:
                door.record_denial(Note(act), actor, found)
                note.acted = True
    raise problem


def write(request: HttpRequest, call: Callable[..., T], **values: Any) -> T:
    """Run one operation; ``Idempotency-Key`` (a UUID) makes a repetition harmless."""
    actor, key = actor_of(request), idempotency_key(request)
    with acting_as(actor.account_id), transaction.atomic():
        now = access.database_now()

    def carried_out() -> T:
        with submission(key):
            return call(actor=actor, now=now, **values)

    return recorded(f"api.{call.__name__}", actor, carried_out)

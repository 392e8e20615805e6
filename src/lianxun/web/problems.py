"""Anticipated refusals as pages; not visible and not existing look exactly alike (T19)."""

from __future__ import annotations

import logging
import sys
from secrets import token_hex
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from lianxun.kernel.problems import Invalid, NotFound, Problem, Unavailable
from lianxun.trace import writer
from lianxun.web.logs import where

_log = logging.getLogger("lianxun.web")
_TITLES = {
    400: "请求有误",
    403: "无权办理",
    404: "没有找到",
    409: "未能办理",
    422: "填写有误",
    503: "暂停办理",
}


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _TITLES.get(problem.status, "未能办理"),
        "message": problem.message,
        "errors": problem.errors if isinstance(problem, Invalid) else (),
        "status": problem.status,
    }
    template = (
        "web/problem_fragment.html" if request.headers.get("HX-Request") else "web/problem.html"
    )
    return render(request, template, context, status=problem.status)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if hasattr(request, "problem"):
        request.problem = (
            NotFound()
        )  # an address that is nowhere is on record like an object that is
    return problem_page(request, NotFound())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The address or the form is broken beyond what a page could mend."""
    return _plain_page(
        request,
        400,
        "请求有误",
        "这个地址或提交的内容不完整，平台没有办理。请从页面上的链接重新进入；"
        "如是提交表单，请返回上一页，缩短内容或减少附件后再提交。",
    )


def fault(request: HttpRequest) -> HttpResponse:
    """What nobody anticipated. Needs neither database nor session, and says nothing of the matter.

    A database that cannot work (disk full, restarting) is a clean 503, and so is a page whose record
    could not be written.
    """
    number, error = token_hex(4), sys.exc_info()[1]
    if isinstance(error, Unavailable):
        return _plain_page(request, 503, "暂停办理", error.message, number)
    if isinstance(error, DatabaseError | InterfaceError) and writer.unreachable(error):
        _log.error("fault %s at %s: the database does not answer", number, where(request))
        return _plain_page(
            request,
            503,
            "暂停办理",
            "数据库暂时没有回应，不能确认刚才的操作是否已经办理。请稍候片刻刷新核对，再决定是否重做。",
            number,
        )
    _log.error("fault %s at %s", number, where(request))
    return _plain_page(
        request,
        500,
        "平台出错",
        "刚才的操作没有办理，也没有保存任何改动。请返回上一页重试；再次出错，请把下面的编号告诉系统管理员。",
        number,
    )


def _plain_page(
    request: HttpRequest, status: int, title: str, message: str, number: str = ""
) -> HttpResponse:
    answer: HttpResponse
    if request.path.startswith("/api/"):
        code = {400: "invalid", 503: "unavailable"}.get(status, "fault")
        body = {"code": code, "message": message, "errors": []}
        answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    else:
        context = {"title": title, "message": message, "number": number}
        answer = HttpResponse(render_to_string("web/fault.html", context), status=status)
    answer["Cache-Control"] = "no-store"
    if status == 503:
        answer["Retry-After"] = "30"
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem_page(request, _CsrfProblem())


class _CsrfProblem(Problem):
    status = 403
    code = "csrf"

    def __init__(self) -> None:
        super().__init__(
            "页面停留过久或来源不明，请返回上一页刷新后重新提交；已填写的内容不会丢失。"
        )

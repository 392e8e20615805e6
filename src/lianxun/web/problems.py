"""Anticipated refusals as pages; not visible and not existing look exactly alike (T19)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxun.kernel.problems import Invalid, NotFound, Problem

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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem_page(request, _CsrfProblem())


class _CsrfProblem(Problem):
    status = 403
    code = "csrf"

    def __init__(self) -> None:
        super().__init__(
            "页面停留过久或来源不明，请返回上一页刷新后重新提交；已填写的内容不会丢失。"
        )

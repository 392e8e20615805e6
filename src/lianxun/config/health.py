"""Whether this process can do its work: asked by the launcher and by load balancers."""

from __future__ import annotations

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when not. Says nothing about any case."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except OperationalError:
        return HttpResponse(
            "数据库没有回应\n", status=503, content_type="text/plain; charset=utf-8"
        )
    return HttpResponse("正常\n", content_type="text/plain; charset=utf-8")

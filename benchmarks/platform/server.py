"""The platform's WSGI application with a stopwatch: database time, statements and processor time.

Serve with ``granian --interface wsgi benchmarks.platform.server:application``. The figures travel in the
``Server-Timing`` header; nothing else changes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.platform.settings")

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

from lianxun.config import serving

_application = get_wsgi_application()
serving.prepare()
_spent = threading.local()

if os.environ.get("LIANXUN_BENCH_PLAIN"):
    from benchmarks.platform import plain

    plain.install()


def _timed(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        _spent.database = getattr(_spent, "database", 0.0) + time.perf_counter() - started
        _spent.statements = getattr(_spent, "statements", 0) + 1


def _watch(connection: Any, **_: Any) -> None:
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)


connection_created.connect(_watch, weak=False)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    from django.db import connections

    _watch(connections["default"])
    _spent.database, _spent.statements = 0.0, 0
    started, cpu = time.perf_counter(), time.thread_time()
    head: list[Any] = []

    def remember(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        head[:] = [status, headers, more]
        return lambda _data: None

    answer = _application(environ, remember)
    body = b"".join(answer)
    close = getattr(answer, "close", None)
    if close:
        close()
    status, headers, more = head
    timing = (
        f"app;dur={(time.perf_counter() - started) * 1000:.3f}, "
        f"db;dur={_spent.database * 1000:.3f}, cpu;dur={(time.thread_time() - cpu) * 1000:.3f}, "
        f'sql;desc="{_spent.statements}"'
    )
    start_response(status, [*headers, ("Server-Timing", timing)], *more)
    return [body]

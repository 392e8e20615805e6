"""A browser of the benchmark: one signed-in account at one server, keep-alive, times by request."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    """``whole``: ms from the first byte sent to the last one read; the rest as the server measured it (ms)."""

    status: int
    body: bytes
    whole: float
    server: float
    database: float
    processor: float
    statements: int
    location: str


class Browser:
    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port, self.cookies = port, dict(cookies or {})
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "Host": f"127.0.0.1:{self.port}",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        data = answer.read()
        whole = (time.perf_counter() - started) * 1000
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        timing = answer.headers.get("Server-Timing", "")
        found = {m[0]: float(m[1] or m[2]) for m in _TIMING.findall(timing)}
        return Answer(
            answer.status,
            data,
            whole,
            found.get("app", 0.0),
            found.get("db", 0.0),
            found.get("cpu", 0.0),
            int(found.get("sql", 0)),
            answer.headers.get("Location", ""),
        )

    def close(self) -> None:
        self._connection.close()


_TIMING = re.compile(r'(\w+);(?:dur=([\d.]+)|desc="(\d+)")')

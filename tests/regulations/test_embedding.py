"""An embedding service on the intranet re-ranks the hits of the library; off by default, never in the way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from lianxun.kernel.actor import Actor
from lianxun.regulations import index
from tests.regulations import support
from tests.regulations.support import shelve
from tests.regulations.test_search import ask


class _Embedder(BaseHTTPRequestHandler):
    """Texts that speak of a fine lie near the question, all others far from it."""

    asked: list[list[str]] = []  # noqa: RUF012 - emptied by the fixture

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append(body["input"])
        near = [
            [1.0, 0.0] if i == 0 or "罚款" in t else [0.0, 1.0] for i, t in enumerate(body["input"])
        ]
        rows = [{"index": i, "embedding": v} for i, v in enumerate(near)]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"data": rows}).encode())

    def log_message(self, *_args: object) -> None:
        """Silent."""


@pytest.fixture
def embedder(settings: Any) -> Iterator[None]:
    _Embedder.asked = []
    server = HTTPServer(("127.0.0.1", 0), _Embedder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.LIANXUN_EMBEDDING = {"url": f"http://127.0.0.1:{server.server_port}/v1", "model": "m"}
    yield
    server.shutdown()
    server.server_close()


def test_a_configured_embedding_service_orders_anew_within_what_the_reader_sees(
    shelf: None, cast: Any, keeper: Actor, now: datetime, embedder: None
) -> None:
    secret = support.LAW.replace("水井保护法", "水塔值守细则").replace("水井", "水塔")
    shelve(keeper, now, secret, everyone=False, level=2)
    found = ask(cast["audit"], now, "污染水井水塔")
    (sent,) = _Embedder.asked
    assert all("水塔" not in text for text in sent[1:]), "nothing hidden leaves for the service"
    assert any("向量服务" in name for name, _ in found.hits[0].reasons)
    assert "罚款" in found.hits[0].snippet


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "https://example.com/v1", "nonsense"])
def test_an_embedding_service_that_fails_or_is_refused_costs_no_search(
    shelf: None, cast: Any, now: datetime, settings: Any, url: str
) -> None:
    settings.LIANXUN_EMBEDDING = {"url": url, "model": "m", "timeout_seconds": 0.5}
    assert ask(cast["audit"], now, "污染水井").hits


def test_no_embedding_service_is_asked_unless_one_is_named(settings: Any) -> None:
    assert settings.LIANXUN_EMBEDDING["url"] == ""
    assert index.reranker() is None

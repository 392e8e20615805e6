"""The embedding client against a local stub: order, limits, and every way an endpoint can fail."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from lianxun_insight.rank import Passage, Searcher, SearchIndex
from lianxun_insight.rank.dense import EmbeddingReranker, EndpointError


class _Stub(BaseHTTPRequestHandler):
    """Embeds a text as (number of 甲, number of 乙, 1); other modes misbehave on purpose."""

    mode = "good"
    seen: list[dict[str, Any]] = []  # noqa: RUF012 - reset by the fixture

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        type(self).seen.append(
            {"path": self.path, "auth": self.headers.get("Authorization"), **body}
        )
        if self.mode == "error":
            self.send_error(500)
            return
        if self.mode == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://example.invalid/")
            self.end_headers()
            return
        rows = [
            {"index": i, "embedding": [t.count("甲"), t.count("乙"), 1.0]}
            for i, t in enumerate(body["input"])
        ]
        rows = rows[:-1] if self.mode == "short" else rows[::-1]
        if self.mode == "no number":
            rows[0]["embedding"] = [float("nan"), 0.0, 1.0]
        if self.mode == "no http":
            self.wfile.write(b"SSH-2.0-OpenSSH\r\n")
            return
        if self.mode == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "900000")
            self.end_headers()
            self.wfile.write(b"{")
            return
        payload = b"nonsense" if self.mode == "nonsense" else json.dumps({"data": rows}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_args: object) -> None:
        """Silent."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    _Stub.mode, _Stub.seen = "good", []
    server = HTTPServer(("127.0.0.1", 0), _Stub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_scores_are_cosines_in_the_order_asked(endpoint: str) -> None:
    client = EmbeddingReranker(endpoint, "m", api_key="k")
    first, second = client.scores("甲甲甲", ["乙乙乙", "甲甲甲甲"])
    assert second > first
    (request,) = _Stub.seen
    assert request["path"] == "/v1/embeddings"
    assert request["auth"] == "Bearer k"
    assert request["input"][0] == "query: 甲甲甲"
    assert client.scores("甲", []) == []


@pytest.mark.parametrize(
    "mode", ["error", "redirect", "short", "nonsense", "no number", "no http", "cut"]
)
def test_failures_are_one_sentence(endpoint: str, mode: str) -> None:
    _Stub.mode = mode
    with pytest.raises(EndpointError, match="已按原次序排列"):
        EmbeddingReranker(endpoint, "m").scores("甲", ["乙", "丙"])


def test_nobody_listens() -> None:
    client = EmbeddingReranker("http://127.0.0.1:9/v1", "m", timeout_seconds=0.5)
    with pytest.raises(EndpointError, match="没有按时答复"):
        client.scores("甲", ["乙"])


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1", "https://api.example.com/v1"])
def test_only_configured_intranet_addresses(url: str) -> None:
    with pytest.raises(ValueError, match="向量服务"):
        EmbeddingReranker(url, "m")


@pytest.mark.parametrize(
    "url", ["http://10.1.2.3/v1", "http://vectors/v1", "http://localhost:8/v1"]
)
def test_intranet_addresses_are_accepted(url: str) -> None:
    assert EmbeddingReranker(url, "m").url == url


def _searcher(endpoint: str) -> Searcher:
    index = SearchIndex(
        [
            Passage("1", "w", "", "", "共同词 乙乙乙乙"),
            Passage("2", "w", "", "", "共同词 甲甲甲甲 其他许多文字使其排名靠后"),
        ]
    )
    return Searcher(index, None, EmbeddingReranker(endpoint, "m", timeout_seconds=1.0))


def test_the_order_of_the_endpoint_is_mixed_in_and_said(endpoint: str) -> None:
    plain = Searcher(_searcher(endpoint).index).search("共同词甲甲甲甲甲甲甲甲")
    mixed = _searcher(endpoint).search("共同词甲甲甲甲甲甲甲甲")
    assert {h.passage.id for h in mixed} == {h.passage.id for h in plain}
    named = [h.contributions["与问题的语义相似度（向量服务）"] for h in mixed]
    assert named[[h.passage.id for h in mixed].index("2")] == max(named)
    assert all("向量服务" not in name for h in plain for name in h.contributions)


def test_search_keeps_its_order_when_the_endpoint_fails(endpoint: str) -> None:
    plain = [h.passage.id for h in Searcher(_searcher(endpoint).index).search("共同词")]
    _Stub.mode = "error"
    assert [h.passage.id for h in _searcher(endpoint).search("共同词")] == plain


def test_after_a_failure_nobody_waits_for_the_endpoint(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = EmbeddingReranker(endpoint, "m")
    _Stub.mode = "error"
    for _ in range(3):
        with pytest.raises(EndpointError):
            client.scores("甲", ["乙"])
    assert len(_Stub.seen) == 1
    _Stub.mode = "good"
    monkeypatch.setattr("lianxun_insight.rank.dense.REST_SECONDS", 0.0)
    assert client.scores("甲", ["甲"])
    assert len(_Stub.seen) == 2

"""Optional re-ranking by an embedding model behind an OpenAI-compatible endpoint. Off by default.

Meant for a model on the intranet or on this machine. Failure is never fatal: the caller gets the
order it had, and one sentence for the log.
"""

import http.client
import ipaddress
import json
import math
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

MAX_CHARACTERS: Final = 500
MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024
REST_SECONDS: Final = (
    60.0  # after a failure the endpoint is left alone, so that nobody waits for it
)


class EndpointError(RuntimeError):
    """The endpoint did not answer as agreed; a Chinese sentence for the administrator."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class EmbeddingReranker:
    """Cosine of question and passages. `url` is the base up to and including /v1.

    `timeout_seconds` bounds connecting and every read of the one request. No proxy, no redirects: what
    is asked must not leave for an address nobody configured. Raises `ValueError` for such an address.
    """

    url: str
    model: str
    timeout_seconds: float = 3.0
    api_key: str = ""
    query_prefix: str = "query: "
    passage_prefix: str = "passage: "
    allow_public: bool = False
    _failed: list[float] = field(default_factory=list, compare=False, repr=False)  # the last moment

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("向量服务地址应以 http:// 或 https:// 开头。")
        if not self.allow_public and not _is_private(parts.hostname):
            raise ValueError("向量服务只能是本机或内网地址；确需外部地址须由管理员另行开启。")

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Cosine similarities. Raises `EndpointError` when the endpoint fails, or failed a moment ago."""
        if not texts:
            return []
        if self._failed and time.monotonic() - self._failed[0] < REST_SECONDS:
            raise EndpointError("向量服务刚才没有按约定答复，一分钟内不再询问，已按原次序排列。")
        try:
            found = self._scores(question, texts)
        except EndpointError:
            self._failed[:] = [time.monotonic()]
            raise
        self._failed.clear()
        return found

    def _scores(self, question: str, texts: Sequence[str]) -> list[float]:
        inputs = [self.query_prefix + question[:MAX_CHARACTERS]]
        inputs += [self.passage_prefix + t[:MAX_CHARACTERS] for t in texts]
        vectors = self._embed(inputs)
        query = vectors[0]
        return [_cosine(query, v) for v in vectors[1:]]

    def _embed(self, inputs: Sequence[str]) -> list[list[float]]:
        body = json.dumps({"model": self.model, "input": list(inputs)}).encode()
        headers = {"Content-Type": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        request = urllib.request.Request(  # noqa: S310 - scheme checked above
            self.url.rstrip("/") + "/embeddings", body, headers, method="POST"
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
        try:
            with opener.open(request, timeout=self.timeout_seconds) as answer:
                raw = answer.read(MAX_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise EndpointError(
                f"向量服务没有按时答复（{type(error).__name__}），已按原次序排列。"
            ) from error
        return _vectors(raw, len(inputs))


def _vectors(raw: bytes, count: int) -> list[list[float]]:
    try:
        rows = sorted(json.loads(raw)["data"], key=lambda r: r["index"])
        vectors = [[float(x) for x in row["embedding"]] for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise EndpointError("向量服务的答复格式不符，已按原次序排列。") from error
    if not all(math.isfinite(x) for v in vectors for x in v):
        raise EndpointError("向量服务的答复含有非数字，已按原次序排列。")
    if len(vectors) != count or len({len(v) for v in vectors}) != 1 or not vectors[0]:
        raise EndpointError("向量服务的答复数量不符，已按原次序排列。")
    return vectors


def _cosine(a: Sequence[float], b: Sequence[float]) -> float:
    size = math.hypot(*a) * math.hypot(*b)
    return sum(x * y for x, y in zip(a, b, strict=True)) / size if size else 0.0


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".local", ".internal", ".intranet")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        # A plain name without dots is resolved by the intranet's own resolver.
        return "." not in host

"""What the trace took in during a test that rolls back: the application role may write it, not read it."""

from __future__ import annotations

from typing import Any

import pytest

from lianxun.trace import writer


class Recorded(list[dict[str, Any]]):
    """Bodies in the order in which they were written."""

    def of(self, act: str) -> list[dict[str, Any]]:
        return [body for body in self if body["act"] == act]


def listen(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """Everything written from now on, each record also written for good."""
    heard, write = Recorded(), writer.append

    def append(body: dict[str, Any], *args: Any, **more: Any) -> Any:
        heard.append(dict(body))
        return write(body, *args, **more)

    monkeypatch.setattr(writer, "append", append)
    return heard

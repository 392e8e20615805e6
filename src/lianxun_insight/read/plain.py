"""Text and JSON files of our own making, read strictly: what is wrong becomes a ValueError in Chinese."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def own_text(path: Path, what: str) -> str:
    """The UTF-8 text of a file; `what` names the kind of file in the error. OSError passes."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            f"{what} {path.name} 不是 UTF-8 文本，可能选错了文件，或被其他软件另存过。"
        ) from None


def json_value(text: str | bytes) -> Any:
    """A JSON value; raises ValueError for broken JSON, endless nesting and half characters."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("嵌套过深") from None
    if not whole(text, value):
        raise ValueError("含有不完整的字符（半个代理对）")
    return value


def whole(source: str | bytes, value: Any) -> bool:
    """Whether the texts of a decoded value can be written again: a lone surrogate cannot.

    Only a source with an escape can hold one, so the others are not looked at.
    """
    mark: Any = "\\u" if isinstance(source, str) else b"\\u"
    if mark not in source:
        return True
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True

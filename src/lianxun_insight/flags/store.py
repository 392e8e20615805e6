"""Flags files: one canonical JSON line per flag, whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from lianxun_insight.flags.record import Flag, from_json
from lianxun_insight.read.plain import json_value


class FlagFileError(ValueError):
    """A flags file cannot be used; the text names the line and what to do."""


def write_flags(path: Path, flags: Iterable[Flag]) -> int:
    """Write `flags` to `path` (JSON lines, UTF-8) and return their number.

    The file appears under its name only when it is complete, so a run cut off half way leaves
    the previous file as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    count = 0
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            for flag in flags:
                out.write(flag.text() + "\n")
                count += 1
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def read_flags(path: Path) -> Iterator[Flag]:
    """Yield the flags of a file; raises FlagFileError naming the first line that is not one."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        raise FlagFileError(
            f"找不到疑点文件 {path}。请核对路径，或先用 scan 命令生成（--out 写到哪里，--flags 就给哪里）。"
        ) from None
    except OSError:
        raise FlagFileError(f"不能读取疑点文件 {path}：请检查它是否为文件、是否有权限。") from None
    with source:
        for number, line in enumerate(source, start=1):
            if not line.strip():
                continue
            try:
                yield from_json(json_value(line))
            except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                raise FlagFileError(
                    f"疑点文件 {path.name} 第 {number} 行不能使用：{_why(error)}"
                    "请用 scan 命令重新生成，不要手工修改。"
                ) from error


def find_flag(path: Path, flag_id: str) -> Flag:
    """Return the flag with this identifier, or the only one whose identifier begins with it."""
    found = [flag for flag in read_flags(path) if flag.flag_id.startswith(flag_id)]
    exact = [flag for flag in found if flag.flag_id == flag_id]
    if exact:
        return exact[0]
    if len(found) == 1:
        return found[0]
    problem = "没有" if not found else f"有 {len(found)} 个"
    raise FlagFileError(
        f"疑点文件 {path.name} 中{problem}编号以“{flag_id}”开头的疑点。请核对编号。"
    )


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "不是完整的 UTF-8 JSON。"
    if isinstance(error, TypeError | IndexError | AttributeError):
        return "不是疑点记录。"
    if isinstance(error, KeyError):
        return f"缺少字段 {error}。"
    return f"{error}"

"""Help and usage errors of every subcommand, alike and in Chinese. Standard library only.

argparse is taught once, for the launcher's own process: what it prints goes through its ``_`` (it looks its
words up there at each use), and a wrong line becomes ``UsageError`` instead of two lines of English.
"""

from __future__ import annotations

import argparse
from typing import NoReturn

from lianxun.config.launch.commands import UsageError

WORDS = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示本说明",
    " (default: %(default)s)": "（缺省 %(default)s）",
    "the following arguments are required: %s": "缺少 %s",
    "unrecognized arguments: %s": "不认识 %s",
    "expected one argument": "后面要写一个值",
    "expected at least one argument": "后面至少要写一个值",
    "expected at most one argument": "后面至多写一个值",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可选 %(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r 的写法不对",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确，可能是 %(matches)s",
    "not allowed with argument %s": "不能与 %s 同用",
    "one of the arguments %s is required": "%s 之中要写一个",
}


def _word(text: str) -> str:
    return WORDS.get(text, text)


def _refuse(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    raise UsageError(f"{parser.prog}：参数有误（{message}）。用 {parser.prog} --help 查看写法。")


def in_chinese() -> None:
    """Teach argparse; safe to call again."""
    argparse._ = _word  # type: ignore[attr-defined]
    argparse.ArgumentParser.error = _refuse  # type: ignore[method-assign, assignment]

"""An argument parser that speaks Chinese: headings of the help, and every error with what to do.

`argparse` has English sentences only; its translations would come from the locale of the machine. What
is not known here is shown as it is, so nothing is ever hidden.
"""

from __future__ import annotations

import argparse
import re
import sys
from typing import Final

_HEADINGS: Final = {
    "usage: ": "用法: ",
    "positional arguments:": "参数:",
    "options:": "选项:",
    "show this help message and exit": "显示本说明后退出",
}
_ERRORS: Final = (
    (r"the following arguments are required: (.+)", r"缺少必需的参数：\1"),
    (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1 不能是 \2，可用：\3"),
    (r"argument (.+?): expected one argument", r"\1 后面缺少一个值"),
    (r"argument (.+?): expected at least one argument", r"\1 后面至少要有一个值"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 不带值，多出了 \2"),
    (r"argument (.+?): invalid int value: (.+)", r"\1 应为整数，收到的是 \2"),
    (r"argument (.+?): invalid float value: (.+)", r"\1 应为数字，收到的是 \2"),
    (
        r"argument (.+?): invalid fromisoformat value: (.+)",
        r"\1 应为日期，写成 2025-12-31 的形式，收到的是 \2",
    ),
    (r"ambiguous option: (.+?) could match (.+)", r"\1 写得不全，可能是：\2"),
    (r"argument (.+?): (.+)", r"\1:\2"),
)


def in_chinese(message: str) -> str:
    """An error sentence of `argparse` in Chinese; unknown ones stay as they are."""
    for pattern, words in _ERRORS:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            return match.expand(words)
    return message


class ChineseParser(argparse.ArgumentParser):
    """Argument errors as one Chinese line and the exit code of wrong usage."""

    wrong_usage = 2

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print the usage and one line; never a traceback."""
        self.print_usage(sys.stderr)
        sys.stderr.write(f"参数错误：{in_chinese(message)}\n请用 {self.prog} --help 查看用法。\n")
        raise SystemExit(self.wrong_usage)

    def format_usage(self) -> str:
        """The usage line with a Chinese heading."""
        return _headed(super().format_usage())

    def format_help(self) -> str:
        """The help with Chinese headings."""
        return _headed(super().format_help())


def _headed(text: str) -> str:
    for english, chinese in _HEADINGS.items():
        text = text.replace(english, chinese)
    return text

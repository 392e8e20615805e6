"""The command line `lianxun-insight`.

Every command is a module `cli/<name>.py` with `add_parser(subparsers)` and `run(args) -> int`.
Heavy libraries are imported inside `run` only, so that `--help` is quick and a machine without the
analysis extra gets one clear sentence.

Exit codes: 0 fine · 1 findings or errors in the data · 2 wrong usage · 3 a part is not installed.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Final

from lianxun_insight.cli.chinese import ChineseParser
from lianxun_insight.cli.common import (
    EXIT_INTERRUPTED,
    EXIT_MISSING,
    EXIT_OK,
    EXIT_USAGE,
    CommandError,
    fail,
)

#: Module names under `lianxun_insight.cli`, in the order of `--help`.
COMMANDS: Final[tuple[str, ...]] = (
    "validate",
    "ingest",
    "link",
    "judge",
    "pairs",
    "names",
    "generate",
    "scan",
    "ask",
    "profile",
    "verdict",
    "explain",
    "replay",
    "evaluate",
    "ocds",
    "text",
)

_FILE_ERRORS: Final = {
    FileNotFoundError: "找不到文件：{name}。请核对路径。",
    PermissionError: "没有权限读写：{name}。请检查文件权限。",
    IsADirectoryError: "这是文件夹而不是文件：{name}。请给出文件。",
    NotADirectoryError: "这不是文件夹：{name}。请给出文件夹。",
}
EPILOG: Final = "退出码:0 正常;1 数据有错误或有发现;2 用法错误;3 缺少组件。"


def build_parser(commands: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser with one sub-parser per command."""
    parser = ChineseParser(
        prog="lianxun-insight",
        description="联巡数据研判工具：接收数据、比对主体、运行规则、说明疑点。只提示，不下结论。",
        epilog=EPILOG,
    )
    subparsers = parser.add_subparsers(dest="command", metavar="命令", required=True)
    for name in commands:
        module = importlib.import_module(f"lianxun_insight.cli.{name}")
        module.add_parser(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        args = build_parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else EXIT_USAGE
    module = importlib.import_module(f"lianxun_insight.cli.{args.command}")
    try:
        code: int = module.run(args)
    except BrokenPipeError:
        sys.stderr.close()
        code = EXIT_OK
    except (CommandError, ModuleNotFoundError, OSError, KeyboardInterrupt) as error:
        code = _report(error)
    return code


def _report(error: BaseException) -> int:
    """Say in one line what stopped the command; errors of our own making stay loud."""
    if isinstance(error, CommandError):
        return fail(str(error), error.code)
    if isinstance(error, KeyboardInterrupt):
        return fail("已中断。支持断点续作的命令，再次运行即可从断点继续。", EXIT_INTERRUPTED)
    if isinstance(error, ModuleNotFoundError):
        missing = error.name or ""
        if missing.split(".")[0] == "lianxun_insight":
            raise error
        return fail(
            f"此命令需要安装 insight 扩展(缺少 {missing})：请运行 ./lianxun 的完整安装，"
            "或 pip install 'lianxun[insight]'。",
            EXIT_MISSING,
        )
    name = getattr(error, "filename", None)
    for kind, words in _FILE_ERRORS.items():
        if isinstance(error, kind) and name is not None:
            return fail(words.format(name=name))
    raise error

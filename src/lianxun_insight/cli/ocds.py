"""`lianxun-insight ocds FILE.jsonl`: the 11 procurement indicators in the peer's JSON form."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianxun_insight import scratch
from lianxun_insight.cli.common import (
    EXIT_FINDINGS,
    EXIT_OK,
    CommandError,
    Progress,
    add_common,
    print_json,
)

if TYPE_CHECKING:
    from lianxun_insight.rules.ocds import Outcome, Settings

NAME = "ocds"
SHOWN_LINES = 20
"""Line numbers listed per kind of warning; all of them with `--json`."""

_WARNINGS = {
    "json": "不是合格的 JSON,已跳过",
    "utf8": "不是 UTF-8 编码，已跳过",
    "currency": "有报价不是主币种，该报价不参与比价",
    "price": "中标价为零或超出范围，无法算出价差",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        NAME,
        help="计算 11 项开放采购(OCDS)指标",
        description=(
            "逐行读取 OCDS 汇编发布(compiled release,每行一个 JSON),"
            "把 11 项指标的结果以 JSON 写到标准输出；警告写到标准错误。"
            "发布包、记录包(整个文件一个或每行一个)、.gz 压缩文件或文件夹也可以，先逐个汇编再计算。"
            "结果只是风险提示，需要人工核实。"
        ),
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        help="JSON 行文件、发布包或记录包(可为 .gz)、含有它们的文件夹;- 为标准输入",
    )
    parser.add_argument("--settings", metavar="FILE.json", help="设置文件(JSON 对象)")
    parser.add_argument("--only", metavar="R024,…", help="只算这些指标，用逗号分隔")
    parser.add_argument("--no-meta", action="store_true", help="不输出 Meta(分位数与界限)")
    parser.add_argument("--maps", action="store_true", help="另外输出 Maps(项目与主体的对应)")
    parser.add_argument(
        "--coverage", action="store_true", help="改为输出每项指标能算多少、不能算的原因"
    )
    parser.add_argument("--processes", type=int, metavar="N", help="进程数，默认为可用处理器数")
    add_common(parser)
    parser.set_defaults(run=run)


def _read_settings(args: argparse.Namespace) -> Settings:
    from lianxun_insight.rules.ocds import SettingsError, parse_settings

    document: object = {}
    if args.settings:
        try:
            document = json.loads(Path(args.settings).read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise CommandError(
                f"设置文件 {args.settings} 不是 UTF-8 编码，请另存为 UTF-8。"
            ) from None
        except (json.JSONDecodeError, RecursionError) as error:
            place = (
                f"第 {error.lineno} 行第 {error.colno} 列"
                if isinstance(error, json.JSONDecodeError)
                else "嵌套过深处"
            )
            raise CommandError(
                f"设置文件 {args.settings} 不是合格的 JSON:{place}读不下去，请改正。"
            ) from None
    given = re.split(r"[,,、;\s]+", args.only.upper()) if args.only else []
    only = [code for code in given if code] or None
    try:
        return parse_settings(document, only=only, maps=args.maps)
    except SettingsError as error:
        where = f"设置文件 {args.settings}:" if args.settings else ""
        raise CommandError(f"{where}{error}") from None


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from lianxun_insight.rules.ocds.packages import InputError

    if args.processes is not None and args.processes < 1:
        raise CommandError("--processes 应为正整数。")
    settings = _read_settings(args)
    try:
        with _given(args.file) as path:
            return (
                _coverage(path, settings, args)
                if args.coverage
                else _indicators(path, settings, args)
            )
    except InputError as error:
        raise CommandError(str(error)) from None


@contextmanager
def _given(name: str) -> Iterator[Path]:
    """The file or folder of this name; what can be read only once (`-`, a pipe) goes to a private file."""
    path = Path(name)
    if path.is_dir() or path.is_file():
        yield path
        return
    if name != "-" and not path.exists():
        raise FileNotFoundError(2, "No such file", name)
    with tempfile.NamedTemporaryFile(dir=scratch.home(), suffix=".jsonl") as copy:
        with nullcontext(sys.stdin.buffer) if name == "-" else path.open("rb") as source:
            shutil.copyfileobj(source, copy)
        copy.flush()
        yield Path(copy.name)


def _coverage(path: Path, settings: Settings, args: argparse.Namespace) -> int:
    from lianxun_insight.rules.ocds.coverage import coverage_of
    from lianxun_insight.rules.ocds.packages import releases_of

    unread: list[str] = []
    _print_coverage(coverage_of(releases_of(path, unread), settings), as_json=args.json)
    _name_unread(unread)
    return EXIT_OK


def _indicators(path: Path, settings: Settings, args: argparse.Namespace) -> int:
    from lianxun_insight.rules.ocds.packages import is_lines, releases_of
    from lianxun_insight.rules.ocds.run import run_file, run_values

    started = time.monotonic()
    unread: list[str] = []
    outcome: Outcome | None = None
    if is_lines(path):
        with Progress("指标", path.stat().st_size, unit="字节", force=args.progress) as bar:
            outcome = run_file(
                path,
                settings,
                processes=args.processes,
                progress=lambda done, _: bar.advance(done - bar.done),
            )
    if outcome is None or _only_packages(outcome):
        outcome = run_values(releases_of(path, unread), settings)
    print_json(outcome.as_json(meta=not args.no_meta), indent=None)
    _report(outcome, time.monotonic() - started, as_json=args.json)
    _name_unread(unread)
    if outcome.lines["used"] + outcome.lines["out"]:
        return EXIT_OK
    sys.stderr.write("没有一个可用的 OCDS 发布。每行应为一个汇编发布，或为发布包、记录包。\n")
    return EXIT_FINDINGS


def _only_packages(outcome: Outcome) -> bool:
    """No line is a release, but some are other JSON: perhaps every line is a package."""
    lines = outcome.lines
    return not lines["used"] and not lines["out"] and lines["ignored"] > 0


def _name_unread(unread: list[str]) -> None:
    for words in unread[:SHOWN_LINES]:
        sys.stderr.write(f"警告：{words}，已跳过。\n")
    if len(unread) > SHOWN_LINES:
        sys.stderr.write(f"警告：另有 {len(unread) - SHOWN_LINES} 处同样跳过。\n")


def _report(outcome: Outcome, seconds: float, *, as_json: bool) -> None:
    """Write what was read, skipped and assumed to stderr."""
    if as_json:
        notes = {
            "lines": outcome.lines,
            "currency": outcome.currency,
            "warnings": outcome.warnings,
            "seconds": round(seconds, 3),
        }
        sys.stderr.write(json.dumps(notes, ensure_ascii=False) + "\n")
        return
    lines = outcome.lines
    sys.stderr.write(
        f"读入 {lines['read']} 行：使用 {lines['used']}，已取消或被排除 {lines['out']}，"
        f"不是发布 {lines['ignored']}，不能解析 {lines['broken']}，空行 {lines['blank']}；"
        f"用时 {seconds:.1f} 秒。\n"
    )
    if outcome.currency is not None:
        sys.stderr.write(f"主币种：{outcome.currency}(价格类指标只比较这一币种)。\n")
    for kind, numbers in outcome.warnings.items():
        shown = "、".join(str(number) for number in numbers[:SHOWN_LINES])
        more = f"等共 {len(numbers)} 行" if len(numbers) > SHOWN_LINES else ""
        sys.stderr.write(f"警告：第 {shown} 行{more}{_WARNINGS[kind]}。\n")


def _print_coverage(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    print(f"参与计算的采购过程：{report['processes']}")
    for code, entry in report["indicators"].items():
        print(f"{code} {entry['title']}：可算 {entry['computable']} 个({entry['share']:.1%})")
        for reason, number in entry["missing"].items():
            print(f"    不能算：{reason} —— {number} 个")

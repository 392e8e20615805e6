"""`lianxun-insight replay FLAG`: does the rule, on these records alone, say the same again?"""

from __future__ import annotations

import argparse
from pathlib import Path

from lianxun_insight.cli.common import EXIT_FINDINGS, EXIT_OK, CommandError, add_common, print_json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "replay",
        help="复算一条疑点：只用所列记录重新运行规则，并逐条去掉记录检验",
        description="复算一致则退出码为 0；数值不同、记录缺失或有变化、或去掉某条记录结果不变，则为 1。",
    )
    parser.add_argument("flag", metavar="疑点编号", help="可只写开头几位")
    parser.add_argument("--data", type=Path, required=True, metavar="数据", help="扫描时所用的数据")
    parser.add_argument(
        "--flags", type=Path, default=Path("flags.jsonl"), metavar="文件", help="疑点文件"
    )
    parser.add_argument(
        "--limits", type=Path, default=None, metavar="文件", help="扫描时所用的本地限额标准"
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Replay and say what happened."""
    from lianxun_insight.flags import FlagFileError, find_flag
    from lianxun_insight.read.plain import own_text
    from lianxun_insight.rules.limits import load_limits
    from lianxun_insight.scan import SourceError, open_source, replay_flag
    from lianxun_insight.scan.source import data_of

    try:
        flag = find_flag(args.flags, args.flag)
        limits = load_limits(own_text(args.limits, "本地限额表") if args.limits else None)
        result = replay_flag(flag, data_of(open_source(args.data)), limits=limits)
    except (FlagFileError, SourceError, ValueError) as error:
        raise CommandError(str(error)) from None
    report = result.report
    ok = report.ok and not result.gone and not result.changed
    if args.json:
        print_json(
            {
                "flag": flag.flag_id,
                "ok": ok,
                "reproduced": report.reproduced,
                "idle_records": list(report.idle),
                "gone": list(result.gone),
                "changed": list(result.changed),
                "value": dict(report.outcome.value) if report.outcome.value else None,
            }
        )
        return EXIT_OK if ok else EXIT_FINDINGS
    print(f"疑点 {flag.flag_id}：{len(flag.records)} 条记录")
    print("  复算结果与原值一致。" if report.reproduced else "  复算结果与原值不一致。")
    for label, addresses in (
        ("数据中已找不到的记录", result.gone),
        ("内容已变化的记录", result.changed),
        ("去掉后结果不变的记录", report.idle),
    ):
        if addresses:
            print(f"  {label}：{'、'.join(addresses)}")
    if report.reproduced and not report.idle:
        print("  逐条去掉任一记录，结果都会改变：所列记录缺一不可。")
    return EXIT_OK if ok else EXIT_FINDINGS

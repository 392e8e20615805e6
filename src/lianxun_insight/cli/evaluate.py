"""`lianxun-insight evaluate TRUTH FLAGS`: recall per scheme at a review budget, precision."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lianxun_insight.cli.common import EXIT_OK, CommandError, add_common, print_json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "evaluate",
        help="用真值文件评价疑点：各情形在核查力量内的发现率、准确率",
        description="比较单部门规则、单部门规则合计与跨部门规则；发现率按情形分别列出，并列出数据完整的部分。",
    )
    parser.add_argument("truth", type=Path, metavar="真值文件", help="generate 写出的 truth.jsonl")
    parser.add_argument("flags", type=Path, metavar="疑点文件", help="scan 写出的疑点文件")
    parser.add_argument(
        "--budget",
        type=int,
        default=None,
        metavar="N",
        help="可核查的线索数（默认单位—供应商对的 2%%）",
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table."""
    from lianxun_insight.evaluation import settings_of, two_rounds
    from lianxun_insight.flags import FlagFileError, read_flags
    from lianxun_insight.generator import read_truth
    from lianxun_insight.profile.facts import read_scan, scan_path

    try:
        truth = list(read_truth(args.truth))
        flags = list(read_flags(args.flags))
        scan = read_scan(scan_path(args.flags))
    except (FlagFileError, ValueError) as error:
        raise CommandError(str(error)) from None
    if not truth:
        raise CommandError(f"真值文件 {args.truth.name} 是空的")
    results = settings_of(truth, flags, scan, budget=args.budget)
    rounds = two_rounds(truth, flags, scan, budget=args.budget)
    if args.json:
        print_json(
            {
                "settings": [_plain(result) for result in results],
                "rounds": [asdict(quality) for quality in rounds],
            }
        )
        return EXIT_OK
    print(f"核查力量：{results[-1].budget} 条线索；情形按发现率平均，每种情形权重相同。")
    for result in results:
        print(
            f"{result.setting}：线索 {result.leads:,} 条，核查 {result.reviewed:,} 条，"
            f"准确率 {result.precision:.1%}，前 100 条准确率 {result.precision_100:.1%}，"
            f"平均发现率 {result.mean_recall:.1%}"
        )
    print(f"数据完整的情形漏检 {results[-1].visible_missed:.1%}")
    for quality in rounds:
        print(
            f"第 {quality.round} 轮单位清单：列入 {quality.listed} 个，其中确有预埋情形 "
            f"{quality.listed_right} 个（红色 {quality.red_right}/{quality.red}）；"
            f"有预埋情形的单位共 {quality.guilty} 个"
        )
    for row in results[-1].schemes:
        word = "情形" if row.kind == "scheme" else "无辜情形被列入"
        print(
            f"  {row.scheme} {row.title_zh}（{word}）：{row.found}/{row.planted}　{'、'.join(row.rules)}"
        )
    return EXIT_OK


def _plain(result: Any) -> dict[str, Any]:
    return {
        **asdict(result),
        "mean_recall": result.mean_recall,
        "visible_missed": result.visible_missed,
    }

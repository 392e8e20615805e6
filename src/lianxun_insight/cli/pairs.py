"""`lianxun-insight pairs A.csv B.csv`: the match weight of every likely pair across two files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from lianxun_insight.cli.common import EXIT_OK, CommandError, add_common


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "pairs",
        help="两个文件逐对比较，列出匹配权重(比特)及每个字段的贡献",
        description="每对一行，权重从高到低;--json 每行一个 JSON 对象。不合并、不写入任何内容。",
    )
    parser.add_argument("left", type=Path, metavar="甲文件")
    parser.add_argument("right", type=Path, metavar="乙文件")
    parser.add_argument("--kind", choices=("person", "org"), default="person", help="人员或单位")
    parser.add_argument(
        "--limit", type=int, default=1_000, metavar="N", help="最多列出几对(默认 1000)"
    )
    parser.add_argument("--all", action="store_true", help="连同不像的一并列出(仅限小文件)")
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Print one line per pair."""
    from lianxun_insight.deliveries.issues import DeliveryError
    from lianxun_insight.er.files import read_table
    from lianxun_insight.er.link import LinkError
    from lianxun_insight.er.pairs import compare
    from lianxun_insight.er.prepare import NoUsableColumnError
    from lianxun_insight.read.encoding import EncodingError

    if args.limit < 1:
        raise CommandError("--limit 应为正整数")
    try:
        rows = compare(
            args.kind,
            read_table(args.left),
            read_table(args.right),
            args.limit,
            everything=args.all,
        )
    except (LinkError, DeliveryError, NoUsableColumnError, EncodingError) as error:
        raise CommandError(str(error)) from None
    for row in rows:
        if args.json:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(
                f"{row['weight']:+8.2f}  {row['left']}  {row['right']}  {row['why']}\n"
            )
    if not rows and not args.json:
        sys.stdout.write("没有相像的记录对\n")
    return EXIT_OK

"""`lianxun-insight judge`: record what a person decided about two records."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lianxun_insight.cli.common import EXIT_OK, CommandError, add_common, print_json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "judge",
        help="登记人工判定:两条记录是否同一主体(谁、何时、为何)",
        description="判定只增不改;判定为不同的永久有效。link 用 --judgements 读取同一文件。",
    )
    parser.add_argument("left", metavar="记录甲", help="形如 来源:记录号,见 links.parquet")
    parser.add_argument("right", metavar="记录乙")
    parser.add_argument(
        "--verdict",
        choices=("positive", "negative", "unsure"),
        required=True,
        help="同一、不同、不能确定",
    )
    parser.add_argument("--who", required=True, help="判定人")
    parser.add_argument("--why", required=True, help="理由,写明核对了什么")
    parser.add_argument("--judgements", type=Path, required=True, metavar="文件", help="人工判定库")
    parser.add_argument(
        "--at", type=datetime.fromisoformat, metavar="时间", help="判定时间,缺省为现在(北京时间)"
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Append one judgement and show the history of the pair."""
    from lianxun_insight.er.judgements import VERDICTS, Judgement, JudgementError, JudgementStore
    from lianxun_insight.er.model import MODEL_VERSION

    decided_at = args.at or datetime.now(ZoneInfo("Asia/Shanghai")).replace(microsecond=0)
    try:
        store = JudgementStore(args.judgements)
        store.record(
            Judgement(
                args.left,
                args.right,
                args.verdict,
                args.who,
                decided_at,
                args.why,
                model=MODEL_VERSION,
            )
        )
    except JudgementError as error:
        raise CommandError(str(error)) from None
    history = store.history(args.left, args.right)
    if args.json:
        print_json(
            [
                {
                    "left": item.left,
                    "right": item.right,
                    "verdict": item.verdict,
                    "who": item.who,
                    "at": item.decided_at.isoformat(),
                    "why": item.why,
                }
                for item in history
            ]
        )
    else:
        for item in history:
            sys.stdout.write(
                f"{item.decided_at:%Y-%m-%d %H:%M} {item.who} 判定为{VERDICTS[item.verdict]}:{item.why}\n"
            )
    return EXIT_OK

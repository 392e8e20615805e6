"""`lianxun-insight ask DATA --class D25`: the questions a question-only class should answer."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lianxun_insight.cli.common import EXIT_OK, CommandError, Progress, add_common, print_json

SHOWN = 20


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "ask",
        help="向只问不给的数据类（亲属、死亡、房产等）列出候选问题，经两人批准后生成核验单",
        description="第一步：由其他数据得出候选，只列出、不提问。第二步：写明提出人、用途和两名批准人，"
        "逐题留痕后写出核验单（每单不超过 200 题）；答复以清单 answers_to 为单号的报送交回，由 ingest 接收。"
        "人员以标识出现。",
    )
    parser.add_argument("data", type=Path, metavar="数据", help="与 scan 相同")
    parser.add_argument(
        "--class", dest="class_id", required=True, metavar="类", help="只问不给的数据类，如 D25"
    )
    parser.add_argument(
        "--org", action="append", default=[], metavar="代码", help="只问与这些单位有关的，可重复"
    )
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="最多几题（默认 50）")
    parser.add_argument("--log", type=Path, metavar="文件", help="核验记录：问过的不再列出")
    parser.add_argument("--out", type=Path, metavar="文件", help="写出核验单（CSV），须经批准")
    parser.add_argument("--asked-by", default="", metavar="姓名", help="提出人")
    parser.add_argument("--purpose", default="", metavar="用途", help="用途，如任务与疑点编号")
    parser.add_argument(
        "--approved-by", action="append", default=[], metavar="姓名", help="批准人，须两人"
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """List the candidates, or log and write an approved sheet."""
    from lianxun_insight.rules.asking import approve, log_sheet, open_questions, write_sheet
    from lianxun_insight.rules.questions import questions
    from lianxun_insight.scan import SourceError, open_source
    from lianxun_insight.scan.source import data_of

    if args.limit < 1:
        raise CommandError("--limit 应为正整数")
    if args.out is not None and args.log is None:
        raise CommandError("写出核验单须同时给出核验记录（--log），每题先留痕再提问")
    try:
        with Progress("列出候选", unit="步", force=args.progress) as bar:
            data = data_of(open_source(args.data))
            found, left_off = questions(data, args.class_id, orgs=args.org, limit=10**9)
            bar.advance()
            fresh = open_questions(found, args.log)
        chosen = fresh[: args.limit]
        sheet = None
        if args.out is not None:
            sheet = approve(
                chosen,
                asked_by=args.asked_by,
                approved_by=args.approved_by,
                purpose=args.purpose,
                now=datetime.now(ZoneInfo("Asia/Shanghai")),
            )
            log_sheet(args.log, sheet)
            write_sheet(args.out, sheet)
    except (SourceError, ValueError) as error:
        raise CommandError(str(error)) from None
    result: dict[str, Any] = {
        "class": args.class_id,
        "candidates": len(found) + left_off,
        "asked_before": len(found) - len(fresh),
        "sheet": sheet.number if sheet else None,
        "questions": [question.as_row() for question in chosen],
    }
    if args.json:
        print_json(result)
        return EXIT_OK
    _print(result, args)
    return EXIT_OK


def _print(result: dict[str, Any], args: argparse.Namespace) -> None:
    from lianxun_insight.reports import Callings

    callings = Callings()
    print(
        f"向 {result['class']} 的候选问题 {result['candidates']:,} 个，"
        f"此前已问 {result['asked_before']:,} 个，本次 {len(result['questions']):,} 个。"
    )
    for row in result["questions"][:SHOWN]:
        print(f"  {row['org']}　{row['reason']}　用于规则 {row['rules']}")
    if len(result["questions"]) > SHOWN:
        print(f"  ……其余 {len(result['questions']) - SHOWN} 个见 --json")
    if result["sheet"]:
        print(f"核验单 {result['sheet']} 已留痕并写入 {callings.call(args.out.name)}。")
        print(f"答复请按报送格式交回，清单 answers_to 填 {result['sheet']}。")
    else:
        print(
            "以上只是候选，尚未提问。批准后用 --out、--log、--asked-by、--purpose、--approved-by 写出核验单。"
        )

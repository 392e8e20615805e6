"""`lianxun-insight scan`: run every rule that can be computed and write the doubts."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from lianxun_insight.cli.common import EXIT_OK, CommandError, Progress, add_common, print_json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "scan",
        help="对已接收的数据运行全部可计算的规则，写出疑点文件",
        description="数据可以是 ingest 的存放目录、Parquet 文件夹或 DuckDB 文件。"
        "写出疑点文件（JSON 行）及同名 .scan.json 扫描说明；不能计算的规则逐条说明原因。",
    )
    parser.add_argument(
        "data", type=Path, metavar="数据", help="存放目录、Parquet 文件夹或 DuckDB 文件"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("flags.jsonl"),
        metavar="文件",
        help="疑点文件（默认 flags.jsonl）",
    )
    parser.add_argument(
        "--only", default="", metavar="规则", help="只运行这些规则，以逗号分隔，如 X01,F01"
    )
    parser.add_argument("--as-of", default="", metavar="日期", help="数据截止日期（默认今天）")
    parser.add_argument(
        "--verdicts",
        type=Path,
        default=None,
        metavar="文件",
        help="核实结论文件：先显示各规则准确率，过低的不再运行",
    )
    parser.add_argument(
        "--limits",
        type=Path,
        default=None,
        metavar="文件",
        help="本地限额标准（YAML），补充内置的法定限额表",
    )
    parser.add_argument(
        "--memory", default="4GB", metavar="上限", help="数据库内存上限（默认 4GB）"
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Scan and print what was found and what could not be computed."""
    import duckdb

    from lianxun_insight.profile import VerdictStore, precision_by_rule
    from lianxun_insight.read.plain import own_text
    from lianxun_insight.rules.limits import load_limits
    from lianxun_insight.rules.model import load_rules
    from lianxun_insight.scan import SourceError, open_source, run_scan

    as_of = _day(args.as_of) or date.today().isoformat()  # noqa: DTZ011 - the day on the user's desk
    only = [name.strip() for name in args.only.split(",") if name.strip()] or None
    try:
        reviews = list(VerdictStore(args.verdicts).history()) if args.verdicts else []
        precision = precision_by_rule(reviews)
        if not args.json:
            for found in precision.values():
                print(found.sentence())
        limits = load_limits(own_text(args.limits, "本地限额表") if args.limits else None)
        backend = open_source(args.data, memory_limit=args.memory)
        with Progress("运行规则", len(only or load_rules()), unit="条", force=args.progress) as bar:
            result = run_scan(
                backend, args.out, as_of=as_of, only=only, limits=limits, precision=precision,
                progress=lambda _: bar.advance(),
            )  # fmt: skip
    except (SourceError, ValueError) as error:
        raise CommandError(str(error)) from None
    except duckdb.OutOfMemoryException:
        raise CommandError(
            f"内存上限 {args.memory} 不够。请用 --memory 提高，或用 --only 分批运行规则"
        ) from None
    missing = [r for r in result.scan.indicators if not r.computed]
    if args.json:
        print_json(
            {
                "flags": result.flags,
                "file": str(args.out),
                "computed": len(result.scan.computed),
                "indicators": len(result.scan.indicators),
                "not_computed": {r.id: r.reason for r in missing},
                "hits": {r.id: r.hits for r in result.scan.computed},
                "seconds": {k: round(v, 3) for k, v in result.seconds.items()},
                "questions": dict(result.questions),
            }
        )
        return EXIT_OK
    print(f"{result.scan.coverage_sentence()}写出疑点 {result.flags:,} 条：{args.out}")
    for run_ in missing:
        print(f"  未计算 {run_.id} {run_.title_zh}：{run_.reason}")
    for rule, count in result.questions.items():
        print(f"  {rule} 有 {count} 个单项核验问题待批准后询问提供部门")
    print("疑点是风险提示，需人工核实。下一步：lianxun-insight profile")
    return EXIT_OK


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise CommandError(f"--as-of 应为日期，如 2025-12-31，而不是“{text}”") from None

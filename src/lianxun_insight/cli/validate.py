"""`lianxun-insight validate`: check a delivery without taking it in."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from lianxun_insight.cli.common import (
    EXIT_FINDINGS,
    EXIT_OK,
    Progress,
    add_common,
    print_json,
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "validate",
        help="校验报送：清单、哈希、表头和每个单元格",
        description="校验一个报送文件夹或 zip 包，不写入任何内容。没有问题退出码为 0,有问题为 1。",
    )
    parser.add_argument(
        "delivery", type=Path, metavar="报送", help="文件夹或 zip 包(内含 manifest.json)"
    )
    parser.add_argument("--catalogue", type=Path, metavar="文件", help="另用一份数据目录(YAML)")
    parser.add_argument("--today", type=date.fromisoformat, metavar="日期", help="以此日为今天")
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Print the quality report."""
    from lianxun_insight.deliveries.quality import text_report
    from lianxun_insight.deliveries.validate import check_delivery
    from lianxun_insight.schemas import load_catalogue

    today = args.today or date.today()  # noqa: DTZ011 - the machine's day, unless told otherwise
    with Progress("校验", force=args.progress) as bar:
        findings = check_delivery(args.delivery, load_catalogue(args.catalogue), today, bar.advance)
    if args.json:
        print_json(
            {"problems": findings.problems, "tables": findings.reports, "ok": findings.clean}
        )
    else:
        sys.stdout.write(text_report(findings.reports, findings.problems) + "\n")
        words = "可以接收" if findings.clean else "请按以上提示修正；隔离的行不会进入分析"
        sys.stdout.write(f"结论：{words}\n")
    return EXIT_OK if findings.clean else EXIT_FINDINGS

"""`lianxun-insight verdict LIST`: take the team's verdicts in."""

from __future__ import annotations

import argparse
from pathlib import Path

from lianxun_insight.cli.common import (
    EXIT_FINDINGS,
    EXIT_OK,
    CommandError,
    add_common,
    print_json,
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "verdict",
        help="登记交回的核查清单中的核实结论，并显示各规则准确率",
        description="整份清单要么全部登记，要么指出有误的行、一条也不登记；已登记且未变的结论不会重复登记。",
    )
    parser.add_argument("list", type=Path, metavar="核查清单", help="填好的 核查清单.xlsx")
    parser.add_argument("--flags", type=Path, required=True, metavar="文件", help="疑点文件")
    parser.add_argument(
        "--verdicts", type=Path, required=True, metavar="文件", help="核实结论文件（不存在则新建）"
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Register what is new and print the precision of every rule."""
    from lianxun_insight.flags import FlagFileError, read_flags
    from lianxun_insight.profile import VerdictStore, precision_by_rule
    from lianxun_insight.reports.returned import ReturnedListError, reviews_of_workbook

    store = VerdictStore(args.verdicts)
    try:
        flags = {flag.flag_id: flag for flag in read_flags(args.flags)}
        found = reviews_of_workbook(args.list, flags)
        known = store.latest()
    except ReturnedListError as error:
        raise CommandError(str(error), EXIT_FINDINGS) from None
    except (FlagFileError, ValueError) as error:
        raise CommandError(str(error)) from None
    new = [review for review in found if known.get(review.flag_id) != review]
    for review in new:
        store.add(review)
    precision = precision_by_rule(store.history())
    if args.json:
        print_json(
            {
                "registered": len(new),
                "already_known": len(found) - len(new),
                "precision": {f"{rule} {v}": p.share for (rule, v), p in precision.items()},
            }
        )
        return EXIT_OK
    print(f"登记结论 {len(new)} 条，此前已登记 {len(found) - len(new)} 条。")
    for result in precision.values():
        print(result.sentence())
    return EXIT_OK

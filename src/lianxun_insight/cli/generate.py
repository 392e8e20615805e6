"""`lianxun-insight generate`: an invented province for tests, demonstrations and benchmarks."""

from __future__ import annotations

import argparse
from pathlib import Path

from lianxun_insight.cli.common import EXIT_OK, CommandError, Progress, add_common, print_json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "generate",
        help="生成一个虚构的省：各部门数据、预埋的问题情形与无辜的相似情形、真值文件",
        description="所有单位、企业、人员均为虚构，证件号码使用未分配的行政区划代码。"
        "同一种子、同一规模得到完全相同的数据。",
    )
    parser.add_argument("folder", type=Path, metavar="目录", help="写到哪个（空）目录")
    parser.add_argument(
        "--size", type=float, default=1.0, metavar="倍数", help="规模：0.1、1、10、100（默认 1）"
    )
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="随机种子（默认 7）")
    parser.add_argument(
        "--instances", type=int, default=None, metavar="N", help="每种情形安排几例（默认 12×规模）"
    )
    parser.add_argument(
        "--missing-relations",
        type=float,
        default=0.0,
        metavar="比例",
        help="亲属与股权记录缺失比例（0–1）",
    )
    parser.add_argument(
        "--missing-ids",
        type=float,
        default=0.0,
        metavar="比例",
        help="非主键人员标识缺失比例（0–1）",
    )
    parser.add_argument(
        "--absent",
        action="append",
        default=[],
        metavar="部门",
        help="不提供数据的部门，可重复，如 --absent 公安",
    )
    parser.add_argument(
        "--deliveries",
        action="store_true",
        help="另写一份各部门原始报送（CSV 与清单，含少量错误行），供 validate、ingest 使用",
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Write the province and print the row counts."""
    from lianxun_insight.generator import (
        Gaps,
        make_province,
        write_deliveries,
        write_province,
    )
    from lianxun_insight.schemas import load_catalogue

    for name in ("missing_relations", "missing_ids"):
        if not 0 <= getattr(args, name) <= 1:
            raise CommandError(f"--{name.replace('_', '-')} 应在 0 与 1 之间")
    if not 0 < args.size <= 100:
        raise CommandError("--size 应大于 0 且不超过 100")
    providers = {item.provider for item in load_catalogue()}
    unknown = [name for name in args.absent if name not in providers]
    if unknown:
        raise CommandError(f"没有名为“{unknown[0]}”的部门，可用：{'、'.join(sorted(providers))}")
    if args.folder.exists() and any(args.folder.iterdir()):
        raise CommandError(f"目录 {args.folder} 不是空的，请换一个目录，以免混入旧数据")
    gaps = Gaps(relations=args.missing_relations, ids=args.missing_ids, absent=tuple(args.absent))
    try:
        province = make_province(args.size, args.seed, instances=args.instances)
    except ValueError as error:
        raise CommandError(str(error)) from None
    with Progress("写出数据表", unit="张", force=args.progress) as bar:
        counts = write_province(province, args.folder, gaps=gaps, progress=lambda _: bar.advance())
    if args.deliveries:
        write_deliveries(province, args.folder / "deliveries", gaps=gaps)
    total = sum(counts.values())
    if args.json:
        print_json(
            {"folder": str(args.folder), "tables": len(counts), "rows": total, "by_table": counts}
        )
    else:
        print(
            f"已生成 {len(counts)} 张表，共 {total:,} 行；真值文件 truth.jsonl。目录：{args.folder}"
        )
    return EXIT_OK

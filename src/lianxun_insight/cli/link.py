"""`lianxun-insight link`: which records of several files are the same person or organisation."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from lianxun_insight.cli.common import EXIT_OK, CommandError, Progress, add_common, print_json
from lianxun_insight.read.plain import json_value


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "link",
        help="主体比对：找出各来源中同一个人或同一单位的记录",
        description="结果写入 --out:links.parquet(逐对结论与权重说明)、entities.parquet(记录归属)、"
        "report.json、model.json。仅姓名或名称相同永不关联；证件号有效且不同的永不合并。",
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="文件", help="CSV、XLSX、JSON、Parquet"
    )
    parser.add_argument("--kind", choices=("person", "org"), default="person", help="人员或单位")
    parser.add_argument("--out", type=Path, required=True, metavar="目录", help="结果目录")
    parser.add_argument("--key", type=Path, metavar="文件", help="本轮令牌密钥；不给则用一次性密钥")
    parser.add_argument("--store", type=Path, metavar="目录", help="已接收数据的存放目录")
    parser.add_argument(
        "--tables", default="", metavar="表", help="存放目录中的数据表，如 d15,d34_insured"
    )
    parser.add_argument("--model", type=Path, metavar="文件", help="沿用上次的 model.json,不再训练")
    parser.add_argument(
        "--new",
        action="append",
        default=[],
        metavar="名称",
        help="只比对涉及此来源的记录(增量)，可多次",
    )
    parser.add_argument("--judgements", type=Path, metavar="文件", help="人工判定库")
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Link and print the summary."""
    from lianxun_insight.deliveries.issues import DeliveryError
    from lianxun_insight.er.files import read_table, store_tables
    from lianxun_insight.er.judgements import JudgementError, JudgementStore
    from lianxun_insight.er.link import LinkError, link, write
    from lianxun_insight.er.prepare import NoUsableColumnError
    from lianxun_insight.identifiers.tokens import BadKeyError, Tokeniser, TokenKey
    from lianxun_insight.read.encoding import EncodingError

    if not args.files and not (args.store and args.tables):
        raise CommandError("请给出要比对的文件，或 --store 与 --tables")
    bar = Progress("比对", len(args.files) + 2, unit="步", force=args.progress)
    try:
        tables = {}
        for path in args.files:
            tables[path.stem] = read_table(path)
            bar.advance()
        if len(tables) < len(args.files):
            raise CommandError("文件名(不含后缀)须互不相同，它们用作来源名称")
        if args.store:
            tables |= store_tables(args.store, [name for name in args.tables.split(",") if name])
        key = TokenKey.load(args.key) if args.key else TokenKey.generate()
        verdicts = JudgementStore(args.judgements).current() if args.judgements else {}
        linked = link(
            args.kind,
            tables,
            Tokeniser(key),
            parameters=_load_model(args.model),
            verdicts=verdicts,
            new=args.new,
        )
        bar.advance()
    except (
        LinkError, DeliveryError, NoUsableColumnError, BadKeyError, EncodingError, JudgementError
    ) as error:  # fmt: skip
        raise CommandError(str(error)) from None
    write(linked, args.out)
    bar.advance()
    bar.finish()
    if args.json:
        print_json(linked.summary)
    else:
        sys.stdout.write(_words(linked.summary))
    return EXIT_OK


def _load_model(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        model: dict[str, Any] = json_value(path.read_bytes())
    except ValueError:
        raise CommandError(f"{path.name} 不是比对模型文件") from None
    if not isinstance(model, dict) or "comparisons" not in model:
        raise CommandError(f"{path.name} 不是比对模型文件")
    return model


def _words(summary: dict[str, Any]) -> str:
    pairs = summary["pairs"]
    lines = [
        f"记录 {summary['records']:,} 条(其中内容完全相同的 {summary['identical']:,} 条只比一次)，归并为多条记录的主体 {summary['entities']:,} 个",
        f"自动关联 {pairs['linked']:,} 对；待人工判断 {pairs['review']:,} 对；"
        f"证件号冲突 {pairs['conflict']:,} 对；仅姓名相近不关联 {pairs['name_only']:,} 对",
        f"因证件号不同或人工判定而拒绝合并 {summary['refused_merges']:,} 处",
    ]
    lines += [
        f"跳过过大的分组({s['key']})：{s['blocks']:,} 组 {s['records']:,} 条，最大 {s['largest']:,} 条"
        for s in summary["skipped_blocks"]
    ]
    if not summary["trained"]:
        lines.append("数据较少，权重用缺省参数，未经训练")
    return "\n".join(lines) + "\n"

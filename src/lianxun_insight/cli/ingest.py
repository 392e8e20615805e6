"""`lianxun-insight ingest`: take a delivery into a store."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lianxun_insight.cli.common import (
    EXIT_FINDINGS,
    EXIT_OK,
    CommandError,
    Progress,
    add_common,
    print_json,
)

if TYPE_CHECKING:
    from lianxun_insight.identifiers.tokens import TokenKey


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "ingest",
        help="接收报送：可用行入库，问题行隔离并写明原因；中断后可继续",
        description="把一个报送接收到存放目录。身份证号等标识以带密钥的令牌代替，明文不落盘。"
        "同一报送再次接收不会重复。中断后再次运行同一命令，从断点继续。",
    )
    parser.add_argument(
        "delivery", type=Path, metavar="报送", help="文件夹或 zip 包(内含 manifest.json)"
    )
    parser.add_argument("--store", type=Path, required=True, metavar="目录", help="数据存放目录")
    parser.add_argument(
        "--key",
        type=Path,
        required=True,
        metavar="文件",
        help="本轮令牌密钥(权限 600;首次可用 --new-key 生成)",
    )
    parser.add_argument("--new-key", action="store_true", help="生成新的令牌密钥并写入 --key")
    parser.add_argument("--catalogue", type=Path, metavar="文件", help="另用一份数据目录(YAML)")
    parser.add_argument("--today", type=date.fromisoformat, metavar="日期", help="以此日为今天")
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Take the delivery in and print what became of every row."""
    from lianxun_insight.deliveries.ingest import ingest
    from lianxun_insight.deliveries.issues import DeliveryError
    from lianxun_insight.deliveries.quality import text_report
    from lianxun_insight.deliveries.store import Store
    from lianxun_insight.identifiers.tokens import BadKeyError, Tokeniser
    from lianxun_insight.schemas import load_catalogue

    today = args.today or date.today()  # noqa: DTZ011 - the machine's day, unless told otherwise
    try:
        key = load_key(args.key, new=args.new_key)
        store = Store.open(args.store, key.fingerprint)
        with Progress("接收", force=args.progress) as bar:
            result = ingest(
                args.delivery,
                store,
                load_catalogue(args.catalogue),
                Tokeniser(key),
                today=today,
                on_rows=bar.advance,
            )
    except (DeliveryError, BadKeyError) as problem:
        raise CommandError(str(problem), EXIT_FINDINGS) from None
    quarantined = sum(item["quarantined"] for item in result.reports)
    if args.json:
        print_json(
            {
                "delivery": result.delivery_id,
                "repeated": result.repeated,
                "folder": str(result.folder),
                "tables": result.reports,
                "superseded": result.superseded,
            }
        )
    else:
        words = "此前已接收，未重复入库" if result.repeated else "已接收"
        sys.stdout.write(f"{words}：{result.delivery_id}\n{text_report(result.reports, [])}\n")
        for each in result.superseded:
            sys.stdout.write(
                f"{each['table']}：{each['of']} 中 {each['rows']:,} 行由 {each['by']} 取代"
                f"(内容有变 {each['changed']:,} 行)，分析只用后者，原行仍保留备查\n"
            )
    return EXIT_FINDINGS if quarantined else EXIT_OK


def load_key(path: Path, *, new: bool) -> TokenKey:
    """Read the round key, or make it."""
    from lianxun_insight.identifiers.tokens import TokenKey

    if new:
        if path.exists():
            raise CommandError(f"密钥文件 {path.name} 已存在，不会覆盖；去掉 --new-key 即可使用")
        TokenKey.generate().save(path)
    return TokenKey.load(path)

"""`lianxun-insight names`: from short names to legal names."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from lianxun_insight.cli.common import EXIT_OK, CommandError, Progress, add_common
from lianxun_insight.names.lists import NameListError, read_names
from lianxun_insight.read.encoding import EncodingError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "names",
        help="由简称查全称：每个查询给出最像的五个候选及理由",
        description="文件可为每行一个名称的文本、JSON 行(name/short/query/legal/candidate 等键)、"
        "JSON 数组或带表头的 CSV(简称、全称、名称等列)；认不出时用 --query-column 指明。"
        "每个查询输出一行 JSON。",
    )
    parser.add_argument("--queries", required=True, type=Path, metavar="文件", help="待查名称")
    parser.add_argument("--candidates", required=True, type=Path, metavar="文件", help="候选全称")
    for role, what in (("query", "待查名称"), ("candidate", "候选全称")):
        parser.add_argument(
            f"--{role}-column", default="", metavar="列", help=f"{what}所在的键或列(表头或第几列)"
        )
    parser.add_argument(
        "--top", type=int, default=5, metavar="N", help="每个查询给几个候选(默认 5)"
    )
    parser.add_argument(
        "--independent", action="store_true", help="逐个查询，不用同一名单中的其他名称区分近似候选"
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Print one JSON line per query, in the order of the file."""
    from lianxun_insight.names.match import match_all

    try:
        queries = read_names(args.queries, role="query", column=args.query_column)
        candidates = read_names(args.candidates, role="candidate", column=args.candidate_column)
    except EncodingError as error:
        raise CommandError(f"名单文件：{error}") from None
    except NameListError as error:
        raise CommandError(str(error)) from None
    if args.top < 1:
        raise CommandError("--top 应为正整数")
    with Progress("查名", len(queries), unit="个", force=args.progress) as bar:
        results = match_all(
            queries, candidates, args.top, independent=args.independent, on_progress=bar.advance
        )
    for query, matches in zip(queries, results, strict=True):
        found = [{"name": m.name, "score": m.score, "why": m.why} for m in matches]
        line = json.dumps({"query": query, "candidates": found}, ensure_ascii=False)
        sys.stdout.write(line + "\n")
    return EXIT_OK

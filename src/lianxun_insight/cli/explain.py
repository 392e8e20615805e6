"""`lianxun-insight explain FLAG`: one doubt in words, with its records."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lianxun_insight.cli.common import EXIT_OK, CommandError, add_common, print_json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "explain",
        help="说明一条疑点：依据的规则、记录、同类比较与应先排除的情形",
        description="疑点编号可只写开头几位。--without 用于查看无权读取某些部门数据的人所能看到的内容。",
    )
    parser.add_argument("flag", metavar="疑点编号", help="如 F-3a9c…")
    parser.add_argument(
        "--flags", type=Path, default=Path("flags.jsonl"), metavar="文件", help="疑点文件"
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="部门",
        help="按无权查看该部门数据的人显示，可重复",
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Print the explanation."""
    from lianxun_insight.flags import FlagFileError, find_flag, view_for
    from lianxun_insight.profile.facts import read_scan, scan_path
    from lianxun_insight.reports import Callings

    try:
        flag = find_flag(args.flags, args.flag)
    except FlagFileError as error:
        raise CommandError(str(error)) from None
    view = view_for(flag, lambda _dataset, department: department not in args.without)
    if args.json:
        print_json(view)
        return EXIT_OK
    beside = scan_path(args.flags)
    callings = Callings(dict(read_scan(beside).names)) if beside.exists() else Callings()
    for line in explanation(view, flag, callings):
        print(line)
    return EXIT_OK


def explanation(view: dict[str, Any], flag: Any, callings: Any) -> list[str]:
    """The lines of an explanation, from the view somebody may have."""
    from lianxun_insight.reports.page import chance_sentence, field_text
    from lianxun_insight.schemas import load_catalogue

    lines = [
        f"疑点 {flag.flag_id}（{flag.status.zh}）",
        f"{flag.indicator.title_zh}（规则 {flag.indicator.id}，第 {flag.indicator.version} 版）",
        f"  {callings.call(view['sentence'])}",
        f"  {chance_sentence(flag)}",
    ]
    if flag.indicator.legal_basis:
        lines.append(f"  依据：{'；'.join(flag.indicator.legal_basis)}")
    if flag.innocent_explanations:
        lines.append(f"  请先排除：{'；'.join(flag.innocent_explanations)}")
    lines.append(f"  所依据的记录（{len(view['records'])} 条）：")
    for record in view["records"]:
        if "note" in record:
            lines.append(f"    {record['department']}：{record['note']}")
            continue
        table = load_catalogue().table(record["dataset"])
        specs = {field.name: field for field in table.fields}
        content = "，".join(
            f"{specs[name].label_zh if name in specs else name} "
            f"{field_text(specs.get(name), value, callings)}"
            for name, value in record["fields"].items()
        )
        lines.append(f"    {record['department']} · {table.name_zh}：{content}")
    for note in flag.data_quality:
        lines.append(f"  数据说明：缺 {note.missing}；处理：{note.assumption}")
    lines.append("风险提示，需人工核实；不构成任何结论。")
    return lines

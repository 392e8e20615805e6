"""`lianxun-insight profile`: organisation pages and the team's list from a flags file."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from lianxun_insight.cli.common import EXIT_OK, CommandError, Progress, add_common, print_json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "profile",
        help="由疑点文件生成单位风险画像（网页）与核查清单（Excel）",
        description="每个列入清单的单位一页网页，可离线打开、可打印；另有一份 Excel 清单。"
        "人员以代号显示；--unmasked 须写明事由并经两人批准，页面加水印并留痕。",
    )
    parser.add_argument("flags", type=Path, metavar="疑点文件", help="scan 写出的疑点文件")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("report"),
        metavar="目录",
        help="写到哪个目录（默认 report）",
    )
    parser.add_argument(
        "--budget",
        type=int,
        default=None,
        metavar="N",
        help="核查力量可承担的单位数：清单最多列这么多",
    )
    parser.add_argument(
        "--org", action="append", default=[], metavar="代码", help="只做这个单位，可重复"
    )
    parser.add_argument("--verdicts", type=Path, default=None, metavar="文件", help="核实结论文件")
    parser.add_argument(
        "--round", default="", metavar="轮次", help="轮次名称，用于随机抽取 5%% 未提示单位"
    )
    parser.add_argument(
        "--unmasked",
        type=Path,
        default=None,
        metavar="对照文件",
        help="显示姓名：人员标识与姓名的 CSV",
    )
    parser.add_argument("--reason", default="", metavar="事由", help="显示姓名的事由")
    parser.add_argument(
        "--approved-by", action="append", default=[], metavar="姓名", help="批准人，须两人"
    )
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Write pages, list and summary."""
    from lianxun_insight.flags import FlagFileError, read_flags
    from lianxun_insight.profile import (
        VerdictStore,
        audit_sample,
        build_profiles,
        estimate_misses,
        precision_by_rule,
        read_scan,
    )
    from lianxun_insight.profile.facts import scan_path
    from lianxun_insight.reports import ReportInputs, organisation_page, write_workbook

    now = datetime.now().astimezone()
    if args.budget is not None and args.budget < 1:
        raise CommandError("--budget 应为正整数")
    try:
        flags = {flag.flag_id: flag for flag in read_flags(args.flags)}
        scan = read_scan(scan_path(args.flags))
        history = list(VerdictStore(args.verdicts).history()) if args.verdicts else []
        precision = precision_by_rule(history)
        profiles = build_profiles(flags.values(), scan, budget=args.budget, precision=precision)
        callings = _callings(args, dict(scan.names), now)
    except (FlagFileError, ValueError) as error:
        raise CommandError(str(error)) from None
    inputs = ReportInputs(
        profiles=profiles,
        flags=flags,
        scan=scan,
        callings=callings,
        reviews={review.flag_id: review for review in history},
        now=now.isoformat(timespec="seconds"),
        precision={key: found.sentence() for key, found in precision.items()},
    )
    wanted = _wanted(args.org, profiles)
    args.out.mkdir(parents=True, exist_ok=True)
    with Progress("写出画像", len(wanted), unit="页", force=args.progress) as bar:
        for profile in wanted:
            page = organisation_page(profile, inputs)
            (args.out / f"{profile.org.org}.html").write_text(page, encoding="utf-8")
            bar.advance()
    listed = write_workbook(args.out / "核查清单.xlsx", inputs)
    unflagged = [p.org.org for p in profiles if not p.listed]
    sample = audit_sample(unflagged, args.round or scan.settings_hash)
    colours = Counter(p.colour.value for p in profiles if p.listed)
    result: dict[str, Any] = {
        "out": str(args.out),
        "pages": len(wanted),
        "listed_flags": listed,
        "listed": {"red": colours["red"], "yellow": colours["yellow"]},
        "organisations": len(profiles),
        "audit_sample": sample,
        "misses": estimate_misses(history, len(unflagged)).sentence(),
    }
    if args.json:
        print_json(result)
        return EXIT_OK
    print(f"{scan.coverage_sentence()}在 {len(profiles)} 个单位中列入 {sum(colours.values())} 个"
          f"（红 {colours['red']}、黄 {colours['yellow']}），疑点 {listed} 条。")  # fmt: skip
    print(f"画像 {len(wanted)} 页与“核查清单.xlsx”已写入 {args.out}。")
    print(
        f"随机抽查的未列入单位 {len(sample)} 个：{'、'.join(sample[:10])}{'…' if len(sample) > 10 else ''}"
    )
    print(result["misses"])
    return EXIT_OK


def _callings(args: argparse.Namespace, orgs: dict[str, str], now: datetime) -> Any:
    from lianxun_insight.reports import Callings, log_unmasking, read_names, unmask

    if args.unmasked is None:
        return Callings(orgs)
    names = read_names(args.unmasked)
    unmasking = unmask(args.reason, tuple(args.approved_by), now)
    log_unmasking(args.out / "还原姓名记录.jsonl", unmasking, len(names))
    return Callings(orgs, names, unmasking)


def _wanted(orgs: list[str], profiles: list[Any]) -> list[Any]:
    if not orgs:
        return [p for p in profiles if p.listed]
    by_code = {p.org.org: p for p in profiles}
    unknown = [org for org in orgs if org not in by_code]
    if unknown:
        raise CommandError(f"扫描数据中没有代码为 {unknown[0]} 的单位，请核对统一社会信用代码")
    return [by_code[org] for org in orgs]

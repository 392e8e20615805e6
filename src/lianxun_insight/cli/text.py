"""`lianxun-insight text eval NAME FILE.jsonl`: measure a text engine on any labelled file.

Formats of the files stand in the module of each evaluation and in `docs/text/harness.md`.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any, Final

from lianxun_insight.cli.common import EXIT_FINDINGS, EXIT_OK, CommandError, print_json

#: Evaluations, each a module of `lianxun_insight.text.evals` with `evaluate(file, *, train, corpus)`.
EVALS: Final[dict[str, str]] = {
    "classify": "主题分流或是否判断",
    "similar": "相似线索与重复件",
    "law": "法条检索(需要 --corpus)",
    "cite": "引文定位(需要 --corpus)",
    "ner": "要素识别",
    "ocr": "图片与扫描件文字识别",
}


def add_parser(subparsers: Any) -> None:
    """Add `text eval`."""
    parser = subparsers.add_parser("text", help="文本引擎：评测")
    actions = parser.add_subparsers(dest="action", metavar="动作", required=True)
    evaluate = actions.add_parser("eval", help="在给定文件上评测，固定随机种子，附 95% 区间")
    evaluate.add_argument(
        "name",
        choices=tuple(EVALS),
        metavar="评测",
        help="、".join(f"{k}={v}" for k, v in EVALS.items()),
    )
    evaluate.add_argument("file", type=Path, metavar="FILE.jsonl", help="每行一个 JSON 对象")
    evaluate.add_argument("--corpus", type=Path, metavar="DIR", help="法规文件夹(law、cite)")
    evaluate.add_argument("--train", type=Path, metavar="FILE.jsonl", help="先在此文件上训练")
    evaluate.add_argument("--output", type=Path, metavar="FILE.json", help="结果另存为文件")

    split = actions.add_parser("split", help="拆分法规文件夹，报告未能拆分之处")
    split.add_argument(
        "folder", type=Path, metavar="DIR", help="法规文件夹(.md、.txt、.docx、.pdf、.ofd、.xlsx)"
    )
    train = actions.add_parser("train-ranker", help="训练法条检索排序模型(需要 insight 扩展)")
    train.add_argument("file", type=Path, metavar="FILE.jsonl", help="问题与所答法条")
    train.add_argument("--corpus", type=Path, metavar="DIR", required=True, help="法规文件夹")
    train.add_argument("--output", type=Path, metavar="DIR", required=True, help="模型写入的文件夹")


def run(args: argparse.Namespace) -> int:
    """Run the evaluation and print its report as JSON, or train the ranker."""
    actions = {"train-ranker": _train, "split": _split, "eval": _evaluate}
    return actions[args.action](args)


def _split(args: argparse.Namespace) -> int:
    """Print what became of every file; exit code 1 when something needs a person's eye."""
    from lianxun_insight.articles.library import load_folder

    if not args.folder.is_dir():
        raise CommandError(f"找不到法规文件夹：{args.folder}。请核对路径。")
    library, report = load_folder(args.folder)
    versions = list(library)
    print_json(
        {
            "files": report.files,
            "lines": report.lines,
            "works": len(library.works),
            "versions": len(versions),
            "units": sum(len(v.articles) for v in versions),
            "problems": [
                {"file": f, "line": p.line, "reason": p.reason, "text": p.text}
                for f, p in report.problems
            ],
            "skipped": [{"file": f, "reason": r} for f, r in report.skipped],
        }
    )
    return EXIT_FINDINGS if report.problems or report.skipped else EXIT_OK


def _train(args: argparse.Namespace) -> int:
    from lianxun_insight.text.evals.law import train_and_save

    try:
        learned = train_and_save(args.file, args.corpus, args.output)
    except ValueError as error:
        raise CommandError(str(error)) from error
    print_json({"questions": learned.card["questions"], "written_to": str(args.output)})
    return EXIT_OK


def _evaluate(args: argparse.Namespace) -> int:
    module_name = f"lianxun_insight.text.evals.{args.name}"
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name == module_name:
            raise CommandError(f"评测 {args.name} 不在本安装中。") from error
        raise
    for label, path in (("文件", args.file), ("训练文件", args.train), ("法规文件夹", args.corpus)):
        if path is not None and not path.exists():
            raise CommandError(f"找不到{label}：{path}。请核对路径。")
    try:
        report = module.evaluate(args.file, train=args.train, corpus=args.corpus)
    except ValueError as error:
        # Evaluations raise ValueError (BadFileError) with a Chinese sentence naming file and line.
        raise CommandError(str(error)) from error
    print_json(report)
    if args.output is not None:
        import json

        args.output.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return EXIT_OK

"""`./lianxun check`: everything that can be told without running the product, cheap things first."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lianxun.config.launch.bootstrap import ROOT
from lianxun.config.launch.up import say


@dataclass(frozen=True, slots=True)
class Check:
    """One step; `runs` are the words after the environment's Python."""

    title: str
    runs: tuple[str, ...]


def checks(root: Path) -> list[Check]:
    """The steps, in order of cost."""
    folders = [name for name in ("src", "tests", "benchmarks") if (root / name).is_dir()]
    steps = [
        Check("格式", ("-m", "ruff", "format", "--check", "--quiet", *folders)),
        Check("静态规则", ("-m", "ruff", "check", "--quiet", *folders)),
        Check(
            "分层约定",
            (
                "-c",
                "import sys; from importlinter.cli import lint_imports_command as m; sys.argv=['lint-imports', '--no-cache']; m()",
            ),
        ),
        Check(
            "迁移", ("-m", "django", "makemigrations", "--check", "--dry-run", "--verbosity", "1")
        ),
        Check("部署检查", ("-m", "django", "check", "--fail-level", "WARNING")),
    ]
    if (root / "tests" / "docs").is_dir():
        steps.append(Check("文档", ("-m", "pytest", "-n0", "tests/docs")))
    steps.append(Check("类型", ("-m", "mypy")))
    return steps


def main(arguments: Sequence[str]) -> int:
    """Run every check, also after one failed; 1 when any did."""
    parser = argparse.ArgumentParser(
        prog="./lianxun check", description="检查代码与文档，先易后难。"
    )
    parser.add_argument("--fast", action="store_true", help="不做类型检查")
    wishes: argparse.Namespace = parser.parse_args(arguments)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lianxun.config.settings",
        # No data directory: what is checked is the code, not somebody's data.
        "LIANXUN_INSTANCE": str(ROOT / ".lianxun-none"),
        "PYTHONWARNINGS": "ignore::RuntimeWarning",
    }
    failed = []
    for check in checks(ROOT):
        if wishes.fast and check.title == "类型":
            continue
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, *check.runs],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        good = done.returncode == 0
        say(f"{'通过' if good else '没有通过'}：{check.title}（{time.monotonic() - began:.1f} 秒）")
        if not good:
            failed.append(check.title)
            sys.stdout.write((done.stdout + done.stderr).strip()[-8000:] + "\n")
    if failed:
        say("没有通过：" + "、".join(failed))
    return 1 if failed else 0

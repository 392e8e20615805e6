"""`./lianxun wheelhouse`: everything an unconnected machine needs, in one folder."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lianxun.config.launch.bootstrap import LOCKS, ROOT
from lianxun.config.launch.commands import Lock
from lianxun.config.launch.up import say


def main(arguments: Sequence[str]) -> int:
    """Download the hash-pinned packages for this kind of machine and this Python."""
    parser = argparse.ArgumentParser(
        prog="./lianxun wheelhouse",
        description="下载全部安装包（与本机同类的系统和同版本的 Python 可用）。",
    )
    parser.add_argument("folder", type=Path, metavar="文件夹")
    parser.add_argument("--lock", choices=LOCKS, default="base", help="哪一套（默认 base）")
    wishes = parser.parse_args(arguments)
    lock: Lock = wishes.lock
    folder: Path = wishes.folder
    folder.mkdir(parents=True, exist_ok=True)
    if importlib.util.find_spec("pip") is None:
        subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True)
    for name in ("requirements-bootstrap.lock", LOCKS[lock]):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--dest",
                str(folder),
                "--requirement",
                str(ROOT / name),
            ],
            check=False,
        )
        if done.returncode:
            say(f"下载 {name} 中的安装包没有成功（见上文）。")
            return 1
    count = sum(1 for _ in folder.glob("*.whl"))
    size = sum(file.stat().st_size for file in folder.glob("*.whl")) / 1e6
    say(f"共 {count} 个安装包，{size:.0f} MB，已放入 {folder}。")
    say(
        f"在不联网的机器上：./lianxun up --wheelhouse {folder}"
        + (" --light" if lock == "light" else "")
    )
    return 0

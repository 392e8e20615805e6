"""`./lianxun test`: the whole suite, with what the browser tests need installed where it can be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence

from lianxun.config.launch.bootstrap import ROOT
from lianxun.config.launch.commands import UsageError
from lianxun.config.launch.up import say

HELP = """用法：./lianxun test [--long] [pytest 的参数 …]

运行全部测试（两个进程并行）。--long 另外运行长时间测试。
例：./lianxun test tests/config -k 日历
    LIANXUN_PG_BINDIR=/usr/lib/postgresql/15/bin ./lianxun test   # 在 Debian 的 PostgreSQL 15 上
"""
USAGE = 4  # pytest's exit code for arguments it does not know
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FONT_FOLDERS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk")


def main(arguments: Sequence[str]) -> int:
    """Run pytest; its exit code. Options of pytest come last and win over ours."""
    if arguments and arguments[0] in {"-h", "--help"}:
        sys.stdout.write(HELP)
        return 0
    browser = ensure_browser()
    # -rs: what was skipped is named with its reason.
    words = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-rs", *arguments]
    environment = {**os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    done = subprocess.run(
        words, cwd=ROOT, env=environment, check=False, stderr=subprocess.PIPE, text=True
    )
    if done.returncode == USAGE:
        raise UsageError(_wrong(done.stderr))
    sys.stderr.write(done.stderr)
    code = done.returncode
    if not browser:
        say("没有 Chromium，浏览器测试已跳过；安装后重试：apt-get install chromium fonts-noto-cjk")
    return code


def _wrong(said: str) -> str:
    """What pytest said of its arguments, in one line."""
    for pattern, words in (
        (r"unrecognized arguments: (.+)", "不认识 {}"),
        (r"(?:file or directory not found|not found): (.+)", "没有 {}"),
    ):
        found = re.search(pattern, said)
        if found:
            return words.format(found[1].strip())
    return next((line for line in said.splitlines() if "error" in line.lower()), said.strip())


def ensure_browser() -> bool:
    """Whether Chromium is there; root on a system with apt gets it installed, with Chinese fonts."""
    if _browser() and _fonts():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("安装浏览器测试所需的 Chromium 与中文字体（只在第一次）…")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        for words in (["apt-get", "update", "-qq"], [*install, "chromium", "fonts-noto-cjk"]):
            done = subprocess.run(
                words,
                env=environment,
                stdout=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                check=False,
            )
            if done.returncode:
                say(f"{' '.join(words)} 没有成功（退出码 {done.returncode}）。")
                break
    return _browser() is not None


def _browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _fonts() -> bool:
    return any(os.path.isdir(folder) for folder in _FONT_FOLDERS)  # noqa: PTH112

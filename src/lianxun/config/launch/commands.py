"""The one table of subcommands, printed by `./lianxun --help`. Standard library only.

To add a subcommand, append a row. `runs` is either `package.module:function` (called with the
remaining arguments, returns an exit code) or `django:NAME` (a management command, run inside the
data directory that `--data` names, with its database started).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lock = Literal["light", "base", "dev", "long"]
Audience = Literal["使用", "运维", "开发"]


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand; `needs` is the smallest environment that can run it."""

    name: str
    summary: str
    runs: str
    audience: Audience = "使用"
    needs: Lock = "base"


COMMANDS: tuple[Command, ...] = (
    Command("up", "启动联巡：数据库、任务进程与网页服务", "lianxun.config.launch.up:main"),
    Command(
        "rehearse",
        "排练一次完整的巡视，从计划到归档，并检查各项保证",
        "lianxun.config.launch.rehearse:main",
    ),
    Command(
        "pg",
        "运行数据库工具并自动连上本实例，如 pg pg_dump、pg psql",
        "lianxun.config.launch.tools:main",
        "运维",
    ),
    Command("audit-trace", "核查全部留痕，逐条重算并比对检查点", "django:audit_trace", "运维"),
    Command("prove", "写出一条留痕的证明文件，可脱离平台核验", "django:prove_trace", "运维"),
    Command(
        "copy-keys",
        "复制身份保管的密钥库并核对，或从副本找回（--restore）",
        "django:copy_keys",
        "运维",
    ),
    Command(
        "witness",
        "为另一单位的留痕作见证（在见证单位自己的机器上运行）",
        "lianxun.trace.witness:main",
        "运维",
    ),
    Command(
        "package-key", "生成本单位接收加密包的密钥", "lianxun.exchange.unpacking:make_key", "运维"
    ),
    Command(
        "package-open",
        "打开收到的加密包并核对清单",
        "lianxun.exchange.unpacking:open_package",
        "运维",
    ),
    Command(
        "wheelhouse",
        "下载全部安装包到一个文件夹，供不联网的机器安装",
        "lianxun.config.launch.wheelhouse:main",
        "运维",
    ),
    Command(
        "manage",
        "在本实例上运行 Django 管理命令",
        "lianxun.config.launch.manage:main",
        "开发",
    ),
    Command(
        "test",
        "运行全部测试（--long 加上长时间测试，其余参数交给 pytest）",
        "lianxun.config.launch.testing:main",
        "开发",
        "dev",
    ),
    Command(
        "check",
        "检查格式、静态规则、类型、分层约定、迁移与文档",
        "lianxun.config.launch.checking:main",
        "开发",
        "dev",
    ),
)


class UsageError(Exception):
    """Wrong usage of the launcher: printed as one line, exit code 2."""


def find(name: str) -> Command:
    """The row called `name`; UsageError names the nearest thing to do."""
    for command in COMMANDS:
        if command.name == name:
            return command
    raise UsageError(f"没有“{name}”这个子命令；用 ./lianxun --help 查看全部子命令。")


def overview() -> str:
    """The help text: every subcommand with one line, grouped by audience."""
    width = max(len(command.name) for command in COMMANDS)
    lines = ["用法：./lianxun <子命令> [选项]", "子命令自己的选项：./lianxun <子命令> --help"]
    for audience in ("使用", "运维", "开发"):
        rows = [command for command in COMMANDS if command.audience == audience]
        if rows:
            lines += ["", f"{audience}："]
            lines += [f"  {row.name:<{width}}  {row.summary}" for row in rows]
    lines += [
        "",
        "任何子命令都可加：",
        "  --wheelhouse 文件夹  只用该文件夹里的安装包，不访问网络",
        "  --light              不装分析组件（仅对 up、manage 等运行类命令有效）",
    ]
    return "\n".join(lines)

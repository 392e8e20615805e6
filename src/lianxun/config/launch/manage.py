"""Management commands inside a data directory, with its database running."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lianxun.config.instance import (
    ENVIRONMENT_VARIABLE,
    Instance,
    InstanceError,
    default_folder,
    exists,
    load,
)
from lianxun.config.launch import setup
from lianxun.config.launch.binaries import PostgresError
from lianxun.config.launch.commands import UsageError
from lianxun.config.launch.up import say

SOURCES = Path(__file__).resolve().parents[2]  # the package lianxun
HELP = """用法：./lianxun manage [--data 目录] 命令 [参数 …]

在本实例上运行 Django 管理命令，数据库随之启动。不写命令即列出全部命令。
例：./lianxun manage --data 目录 migrate --check --database owner
    ./lianxun manage import_laws 文件夹
"""


def split_data(arguments: Sequence[str]) -> tuple[Path, list[str]]:
    """Take `--data DIR` out of the line (before the command's own words or among them)."""
    rest = list(arguments)
    for index, word in enumerate(rest):
        if word == "--data" or word.startswith("--data="):
            value = word.partition("=")[2] or (rest[index + 1] if index + 1 < len(rest) else "")
            if not value:
                raise UsageError("--data 后面要写数据目录。")
            del rest[index : index + (1 if "=" in word else 2)]
            return Path(os.path.abspath(value)), rest
    return Path(os.path.abspath(default_folder())), rest


def existing(folder: Path) -> Instance:
    """The instance in `folder`; a usage error when there is none."""
    if not exists(folder):
        raise UsageError(f"{folder} 不是联巡的数据目录；请先运行 ./lianxun up，或用 --data 指明。")
    return load(folder)


def main(arguments: Sequence[str]) -> int:
    """`./lianxun manage [--data DIR] COMMAND …`."""
    folder, words = split_data(arguments)
    if words[:1] in (["-h"], ["--help"]):
        sys.stdout.write(HELP)
        return 0
    return _execute(folder, words or ["help"])


def run_management_command(name: str, arguments: Sequence[str], *, title: str) -> int:
    """A row of the command table that runs `django:NAME`; its help needs no data directory."""
    folder, words = split_data(arguments)
    if {"-h", "--help"} & set(words):
        sys.stdout.write(_help(name, title))
        return 0
    return _execute(folder, [name, *words])


def _help(name: str, title: str) -> str:
    """The command's own options, without those that Django gives to every command."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxun.config.settings")
    django.setup()
    (file,) = SOURCES.glob(f"*/management/commands/{name}.py")
    words = [SOURCES.name, *file.relative_to(SOURCES).with_suffix("").parts]
    command = importlib.import_module(".".join(words)).Command()
    parser = argparse.ArgumentParser(prog=f"./lianxun {title}", description=command.help)
    parser.add_argument("--data", metavar="目录", help="数据目录（默认 .lianxun）")
    command.add_arguments(parser)
    return parser.format_help()


def _execute(folder: Path, words: list[str]) -> int:
    os.environ[ENVIRONMENT_VARIABLE] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "lianxun.config.settings"
    try:
        with setup.opened(existing(folder)):
            from django.core.management import ManagementUtility

            ManagementUtility(["./lianxun", *words]).execute()
    except (PostgresError, InstanceError) as error:
        say(str(error))
        return 1
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0

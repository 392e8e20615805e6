"""Management commands inside a data directory, with its database running."""

from __future__ import annotations

import os
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
    return _execute(folder, words or ["help"])


def run_management_command(name: str, arguments: Sequence[str]) -> int:
    """A row of the command table that runs `django:NAME`."""
    folder, words = split_data(arguments)
    return _execute(folder, [name, *words])


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

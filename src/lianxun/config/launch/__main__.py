"""`python -m lianxun.config.launch COMMAND …`, inside the environment."""

from __future__ import annotations

import importlib
import sys

from lianxun.config.launch import stopping, usage
from lianxun.config.launch.commands import Command, UsageError, find, overview


def run(command: Command, arguments: list[str]) -> int:
    """Run one row of the table."""
    kind, _, name = command.runs.partition(":")
    if kind == "django":
        from lianxun.config.launch.manage import run_management_command

        return run_management_command(name, arguments, title=command.name)
    return int(getattr(importlib.import_module(kind), name)(arguments))


def main(arguments: list[str]) -> int:
    """Dispatch; one line and exit code 2 for wrong usage."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(overview() + "\n")
        return 0
    usage.in_chinese()
    try:
        command = find(arguments[0])
        if command.name != "up":  # which listens itself, and must not lose what came before
            stopping.let_through()
        return run(command, arguments[1:])
    except UsageError as error:
        sys.stderr.write(f"联巡：{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    stopping.hold_back()
    sys.exit(main(sys.argv[1:]))

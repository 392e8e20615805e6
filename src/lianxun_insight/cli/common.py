"""What all commands share: exit codes, one-line errors, JSON output and progress."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any, Final

EXIT_OK: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_USAGE: Final = 2
EXIT_MISSING: Final = 3
EXIT_INTERRUPTED: Final = 130


class CommandError(Exception):
    """A reason to stop that the user can act on; the text is one Chinese sentence."""

    def __init__(self, message: str, code: int = EXIT_USAGE) -> None:
        super().__init__(message)
        self.code = code


def fail(message: str, code: int = EXIT_USAGE) -> int:
    """Write one line to stderr and return `code`."""
    sys.stderr.write(f"错误：{message}\n")
    return code


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add `--json` and `--progress`."""
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")
    parser.add_argument("--progress", action="store_true", help="在非终端环境也显示进度")


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Write a JSON document with readable Chinese to stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent, default=str) + "\n")


class Progress:
    """A progress line on stderr: silent unless stderr is a terminal or `--progress` was given.

    `total` is in rows (or bytes, named by `unit`); None shows a plain count.
    """

    def __init__(
        self, label: str, total: int | None = None, *, unit: str = "行", force: bool = False
    ) -> None:
        self.label, self.total, self.unit = label, total, unit
        self.done = 0
        self._tty = sys.stderr.isatty()
        self._shown = self._tty or force
        self._start = self._last = time.monotonic()

    def advance(self, amount: int = 1) -> None:
        """Count `amount` more units and redraw at most five times a second (0.2/s off a TTY)."""
        self.done += amount
        if not self._shown:
            return
        now = time.monotonic()
        if now - self._last >= (0.2 if self._tty else 5.0):
            self._last = now
            self._draw(now)

    def finish(self) -> None:
        """Draw the last state and end the line."""
        if self._shown:
            self._draw(time.monotonic())
            if self._tty:
                sys.stderr.write("\n")

    def _draw(self, now: float) -> None:
        rate = self.done / max(now - self._start, 1e-9)
        share = f" {self.done / self.total:.1%}" if self.total else ""
        line = f"{self.label}{share} {self.done:,} {self.unit} {rate:,.0f} {self.unit}/秒"
        sys.stderr.write(f"\r{line}   " if self._tty else line + "\n")
        sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.finish()

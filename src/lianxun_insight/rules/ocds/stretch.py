"""A stretch of a file: the lines that begin inside a byte range."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lianxun_insight.rules.ocds.settings import Settings
from lianxun_insight.rules.ocds.tally import Counter, Tally

MARK = b"\xef\xbb\xbf"
"""What some programs write before a text in UTF-8; it is no part of the text."""


class Stretch(NamedTuple):
    """Bytes `begin` to `end` (end not included); both are line starts or the file's end."""

    path: Path
    begin: int
    end: int


def cut(path: Path, size: int, wanted: int) -> Iterator[Stretch]:
    """Cut a file of `size` bytes into stretches of about `wanted` bytes, at line ends."""
    with path.open("rb") as file:
        begin = 0
        while begin < size:
            file.seek(min(begin + wanted, size))
            if file.tell() < size:
                file.seek(-1, 1)  # a line may end exactly here
                file.readline()
            end = min(file.tell(), size)
            yield Stretch(path, begin, end)
            begin = end


def count(stretch: Stretch, settings: Settings, currency: str | None) -> Tally:
    """Count the lines of a stretch. `currency` is the main currency if it is known already."""
    counter = Counter(settings, currency)
    enabled = gc.isenabled()
    gc.disable()  # decoded lines hold no cycles; the collector would only walk them
    try:
        with stretch.path.open("rb") as file:
            file.seek(stretch.begin)
            left = stretch.end - stretch.begin
            begins = stretch.begin == 0
            for line in file:
                counter.line(line.removeprefix(MARK) if begins else line)
                begins = False
                left -= len(line)
                if left <= 0:
                    break
    finally:
        if enabled:
            gc.enable()
    return counter.tally

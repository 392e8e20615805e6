"""What measures are shown with: cells whose numbers lead to their rows, tables, a page of a long one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from lianxun.fabric.paging import Page
from lianxun.web.requests import ActorRequest

LINES = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; a number leads to its rows; ``hot`` asks for attention."""

    text: str
    url: str = ""
    hot: bool = False
    number: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` name all cells; the first of a row is its heading."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    empty: str
    note: str = ""

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """Each column with whether it holds numbers: a heading stands where its cells stand."""
        first = self.rows[0] if self.rows else ()
        return [(c, cell.number) for c, cell in zip(self.columns, first, strict=False)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a measure: the answer in one sentence, its tables, the page of the long one.

    ``choices``: what else it can be shown for, as label, address and whether it is the one shown.
    """

    answer: str
    tables: Sequence[Table]
    page: Page[Any]
    choices: Sequence[tuple[str, str, bool]] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """``duty`` is the duty without which a reader has nothing to count here."""

    label: str
    duty: str
    load: Callable[[ActorRequest, int], Shown]


def word(text: object, url: str = "") -> Cell:
    return Cell(str(text), url, number=False)


def count(number: int, view: str = "", *, hot: bool = False, **query: object) -> Cell:
    """A number with the address of exactly its rows; nothing is no link."""
    url = f"{reverse(view)}?{urlencode(query)}" if view and number else ""
    return Cell(str(number), url, hot and number > 0)


def percent(rate: int | None) -> Cell:
    return Cell("—" if rate is None else f"{rate}%")


def days(days: int | None) -> Cell:
    return Cell("—" if days is None else f"{days} 天")


def part(rows: Sequence[object], number: int) -> Page[object]:
    return Page(rows[(number - 1) * LINES : number * LINES], number, len(rows), LINES)

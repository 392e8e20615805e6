"""Numbers that tell nobody how many there are (adr/0030).

An object somebody may know singly (a lead, a request, an engagement) gets a number drawn at random: two
of them say nothing about what lies between. An official document keeps the running number that
GB/T 9704-2012 §7.2.5 asks for, in a series of its own for each addressee or matter, so that a reader
counts only what was sent to himself.
"""

from __future__ import annotations

import re
import secrets
from uuid import UUID

from django.db import connection

from lianxun.documents.models import NumberSeries

SMALLEST, LARGEST = 10_000, 99_999  # five digits: read over the telephone without mistakes
_TRIES = 40  # (1/2)^40: with half of the numbers given, one in 10^12 draws fails
_SERIAL = re.compile(r"〕(\d+)号$")


def next_number(*, unit_id: UUID, code: str, year: int) -> str:
    """The next 发文字号 of a unit, such as ``线移YL-JW〔2026〕3号``; no gaps, no doubles.

    ``code`` must name whoever reads the series (the addressee, the matter): its readers can count.
    """
    NumberSeries.objects.get_or_create(unit_id=unit_id, code=code, year=year)
    series = NumberSeries.objects.select_for_update().get(unit_id=unit_id, code=code, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{code}〔{year}〕{series.last}号"


def draw_number(*, unit_id: UUID, code: str, year: int) -> str:
    """A number nobody can count from, such as ``线YL-LO〔2026〕48213号``; never given twice."""
    return draw_numbers(unit_id=unit_id, code=code, year=year, count=1)[0]


def draw_numbers(*, unit_id: UUID, code: str, year: int, count: int) -> list[str]:
    """``count`` numbers at once. Raises ``LookupError`` when the year is used up (about 10¹² numbers)."""
    found: list[int] = []
    low, high = SMALLEST, LARGEST
    while high < 10**12:
        for _ in range(_TRIES):
            wanted = count - len(found)
            if not wanted:
                return [f"{code}〔{year}〕{value}号" for value in found]
            drawn = {low + secrets.randbelow(high - low + 1) for _ in range(wanted)}
            found += _given(unit_id, code, year, sorted(drawn, key=lambda _: secrets.randbits(32)))
        low, high = high + 1, high * 10 + 9
    raise LookupError(f"no number left in {code} of {year}")


def _given(unit_id: UUID, code: str, year: int, values: list[int]) -> list[int]:
    """Which of ``values`` were free; they are taken now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into documents_givennumber(unit_id, code, year, value) "
            "select %s, %s, %s, unnest(%s::bigint[]) on conflict do nothing returning value",
            [unit_id, code, year, values],
        )
        return [row[0] for row in cursor.fetchall()]


def serial_of(number: str) -> str:
    """The digits of a number, to name the series of its documents: ``48213``; empty if there are none."""
    found = _SERIAL.search(number)
    return found[1] if found else ""

"""Numbers as written in Chinese documents: 三万五千, 12.8万, 1,200, 两百六, 二〇二三."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")
}
DIGITS |= {"〇": 0, "○": 0, "两": 2, "俩": 2}
SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CHINESE = "".join(dict.fromkeys([*DIGITS, *SMALL, *LARGE]))
_ARABIC = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def parse(written: str) -> Decimal | None:
    """The value of a numeral in Arabic, Chinese or mixed writing, or None.

    A bare last digit after a unit counts in the next lower unit: 两百六 = 260, 三万五 = 35,000.
    """
    text = written.replace(" ", "").replace("點", "点")
    if not text:
        return None
    arabic = _ARABIC.fullmatch(text)
    if arabic:
        return Decimal(text.replace(",", ""))
    if all(c in DIGITS for c in text):
        return Decimal("".join(str(DIGITS[c]) for c in text))
    return _mixed(text)


def _mixed(text: str) -> Decimal | None:
    total = section = Decimal(0)
    number: Decimal | None = None
    unit = Decimal(1)  # the last unit read, for a bare last digit
    position = 0
    while position < len(text):
        character = text[position]
        arabic = _ARABIC.match(text, position)
        if arabic:
            number, position = Decimal(arabic.group().replace(",", "")), arabic.end()
            continue
        if character in DIGITS:
            if character in "零〇○":
                unit = Decimal(1)
            number = Decimal(DIGITS[character])
        elif character in SMALL:
            section += (Decimal(1) if number is None else number) * SMALL[character]
            number, unit = None, Decimal(SMALL[character])
        elif character in LARGE:
            section += number or Decimal(0)
            if not section:
                return None
            total += section * LARGE[character]
            section, number, unit = Decimal(0), None, Decimal(LARGE[character])
        else:
            return None
        position += 1
    if number is not None:
        section += number * (unit / 10 if unit > 1 else 1)
    return total + section

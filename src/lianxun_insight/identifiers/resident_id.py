"""Resident identity number (GB 11643-1999): check digit by ISO 7064 MOD 11-2, date and area.

A 15-digit number of before 1999 is upgraded to 18 digits (century 19) so that both forms of one
person give one token.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Final

from lianxun_insight.names.regions import known_area

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS: Final = ord("0") * sum(_WEIGHTS)
_CHECK: Final = "10X98765432"
_OLDEST: Final = 1880


@dataclass(frozen=True, slots=True)
class ResidentIdCheck:
    """Result of a check; `number` has 18 characters when the text could be read at all."""

    number: str
    valid: bool
    reason: str = ""
    birth_date: date | None = None
    gender: str = ""
    upgraded: bool = False

    @property
    def swap_class(self) -> str:
        """Sorted digits of the body: equal for two numbers that differ by one neighbour swap."""
        return "".join(sorted(self.number[:17])) if len(self.number) == 18 else ""


def check_character(body: str) -> str:
    """Check character of 17 digits."""
    total = sum(map(mul, body.encode("ascii"), _WEIGHTS)) - _ZEROS
    return _CHECK[total % 11]


@lru_cache(maxsize=500_000)
def check_resident_id(text: str, latest_birth: date = date(2100, 1, 1)) -> ResidentIdCheck:
    """Check a number as written; `latest_birth` refuses births after that day."""
    number = text
    if not (text.isascii() and text.isalnum()):
        number = unicodedata.normalize("NFKC", text)
        number = "".join(char for char in number if not char.isspace() and char not in "-'\"")
    number = number.upper()
    if len(number) == 15 and number.isascii() and number.isdecimal():
        body = number[:6] + "19" + number[6:]
        return _check_body(body + check_character(body), latest_birth, upgraded=True)
    if len(number) != 18:
        return ResidentIdCheck(number, False, f"应为 18 位(旧号 15 位)，实为 {len(number)} 位")
    if not (number[:17].isascii() and number[:17].isdecimal() and number[17] in "0123456789X"):
        return ResidentIdCheck(number, False, "含有数字和末位 X 以外的字符")
    return _check_body(number, latest_birth, upgraded=False)


def _check_body(number: str, latest_birth: date, *, upgraded: bool) -> ResidentIdCheck:
    born = _birth(number[6:14])
    gender = "男" if int(number[16]) % 2 else "女"
    reason = ""
    if born is None or not born.year >= _OLDEST or born > latest_birth:
        reason, born = "第 7–14 位不是可能的出生日期", None
    elif not known_area(number[:6]):
        reason = "前 6 位不是行政区划代码"
    elif check_character(number[:17]) != number[17]:
        reason = "末位校验码不符，可能有错字或相邻两位颠倒"
    return ResidentIdCheck(number, not reason, reason, born, gender, upgraded)


def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None

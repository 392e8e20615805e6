"""Unified social credit code (GB 32100-2015) with the embedded organisation code (GB 11714-1997).

Both carry a check character; a mistyped code must fail at least one. Fifteen-digit registration
numbers of before 2015 (GS 15—2006) are recognised as legacy: a record key, never a linking key.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31 characters, without I O S V Z
_VALUE: Final = {char: number for number, char in enumerate(_ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_OLD_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_OLD_VALUE: Final = {
    char: number for number, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}


@dataclass(frozen=True, slots=True)
class OrgCodeCheck:
    """Result of a check; `code` is normalised, `reason` one Chinese clause when not valid.

    `legacy` is "registration" (15 digits) or "organisation" (9 characters) for old numbers.
    """

    code: str
    valid: bool
    reason: str = ""
    legacy: str = ""

    @property
    def old_code(self) -> str:
        """The embedded nine-character organisation code; empty unless the code is valid."""
        return self.code[8:17] if self.valid and len(self.code) == 18 else ""


def check_character(body: str) -> str:
    """Check character of the first 17 characters: (31 - Σ vᵢ·3^(i-1)) mod 31."""
    total = sum(_VALUE[char] * weight for char, weight in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def old_check_character(body: str) -> str:
    """Check character of an eight-character organisation code (modulus 11, X for 10)."""
    total = sum(_OLD_VALUE[char] * weight for char, weight in zip(body, _OLD_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


@lru_cache(maxsize=500_000)
def check_org_code(text: str) -> OrgCodeCheck:
    """Check a code as written; blanks, hyphens, width and case do not matter.

    >>> check_org_code("９１３５０１００ｍ０００１００Ｙ４３").valid
    True
    """
    code = unicodedata.normalize("NFKC", text).upper()
    code = "".join(char for char in code if not char.isspace() and char not in "-—–'\"")
    if legacy := _legacy(code):
        return legacy
    if len(code) != 18:
        return OrgCodeCheck(code, False, f"应为 18 位，实为 {len(code)} 位")
    wrong = "".join(sorted({char for char in code if char not in _VALUE}))
    if wrong:
        return OrgCodeCheck(code, False, f"含有不允许的字符「{wrong}」(不使用 I、O、S、V、Z)")
    if check_character(code[:17]) != code[17]:
        return OrgCodeCheck(code, False, "末位校验码不符，可能有错字或相邻两位颠倒")
    if old_check_character(code[8:16]) != code[16]:
        return OrgCodeCheck(code, False, "第 17 位组织机构代码校验码不符")
    return OrgCodeCheck(code, True)


def _legacy(code: str) -> OrgCodeCheck | None:
    if len(code) == 15 and code.isascii() and code.isdecimal():
        reason = "是旧注册号(15 位)，请改填统一社会信用代码"
        return OrgCodeCheck(code, False, reason, "registration")
    if len(code) == 9 and code[:8].isalnum():
        reason = "是旧组织机构代码(9 位)，请改填统一社会信用代码"
        return OrgCodeCheck(code, False, reason, "organisation")
    return None


def make_org_code(prefix: str, serial: str) -> str:
    """Build a valid code from 8 characters (department, kind, region) and 8 of a serial."""
    body = prefix + serial
    body += old_check_character(serial)
    return body + check_character(body)

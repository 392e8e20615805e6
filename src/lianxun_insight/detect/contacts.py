"""Identifiers and ways to reach a person: what must never reach a model or leave by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lianxun_insight.detect.spans import Span
from lianxun_insight.identifiers import org_code, resident_id

_GAP = r"[\s\-—–.]?"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@dataclass(frozen=True)
class _Rule:
    type: str
    pattern: re.Pattern[str]
    confidence: float


def _c(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_LABEL = r"\s*(?:号码?|是|为)?\s*[:：=]?\s*"
_RULES: tuple[_Rule, ...] = (
    _Rule("phone", _c(rf"(?<!\d)(?:\+?86{_GAP})?(1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}})(?!\d)"), 0.97),
    _Rule(
        "phone",
        _c(r"(?<!\d)((?:\(0\d{2,3}\)|0\d{2,3})[\s\-—–]?[2-8]\d{6,7}(?:\s*转\s*\d{1,6})?)(?!\d)"),
        0.9,
    ),
    _Rule("phone", _c(rf"(?:电话|手机|座机|联系方式|致电){_LABEL}([2-8]\d{{6,7}})(?!\d)"), 0.85),
    _Rule("phone", _c(r"(?<!\d)([48]00[\s\-]?\d{3,4}[\s\-]?\d{3,4})(?!\d)"), 0.8),
    _Rule(
        "plate", _c(rf"([{PROVINCES}][A-HJ-NP-Z][\s·•.\-]?[A-HJ-NP-Z0-9]{{5,6}})(?![A-Z0-9])"), 0.97
    ),
    _Rule("plate", _c(rf"([{PROVINCES}][A-HJ-NP-Z][\s·•.]?[A-HJ-NP-Z0-9]{{4}}[警学挂领])"), 0.97),
    _Rule("email", _c(r"([A-Z0-9._%+\-]+@[A-Z0-9\-]+(?:\.[A-Z0-9\-]+)+)"), 0.98),
    _Rule("account", _c(rf"(?:微信|wechat|vx|v信|QQ|抖音){_LABEL}([A-Z0-9_\-]{{5,20}})"), 0.9),
    _Rule(
        "passport",
        _c(rf"(?:护照|通行证|台胞证|港澳证|证件){_LABEL}([A-Z]{{1,2}}\d{{6,9}})(?!\d)"),
        0.9,
    ),
    _Rule("officer_no", _c(rf"(?:警号|工号|军官证|士兵证){_LABEL}([A-Z0-9字第]{{4,12}})"), 0.85),
)
_ID18 = re.compile(r"(?<![\dA-Za-z])(\d(?:[\s\-]?\d){16}[\s\-]?[\dXx])(?![\dA-Za-z])")
_ID15 = re.compile(r"(?<!\d)([1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?!\d)")
_CREDIT = re.compile(
    r"(?<![0-9A-Za-z])([0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10})(?![0-9A-Za-z])"
)
_CARD = re.compile(r"(?<![\dA-Za-z])(\d(?:[ \-]?\d){15,18})(?![\dA-Za-z])")
# Two numbers run together, a number with a slip: nobody writes so many digits for anything else.
_LONG_NUMBER = re.compile(r"(?<!\d)(?<!\d[.,])\d{11,}(?!\d)(?![.,]\d)")
_ACCOUNT_WORD = re.compile(r"(?:账号|帐号|账户|帐户|卡号|银行卡|存折|开户行|尾号)[^。；]{0,12}$")
_BARE_ACCOUNT = re.compile(
    r"(?:账号|帐号|账户|帐户|卡号|银行卡|存折)[^\d。；]{0,8}(\d(?:[ \-]?\d){8,29})(?!\d)"
)


def find_contacts(text: str) -> Iterator[Span]:
    """Phones, identity cards, bank cards, plates, mail, accounts and credit codes in folded text."""
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            norm = re.sub(r"[\s\-—–.·•()]", "", match[1]) if rule.type != "email" else match[1]
            yield Span(
                match.start(1), match.end(1), rule.type, norm.upper(), rule.type, rule.confidence
            )
    yield from _identity_cards(text)
    yield from _credit_codes(text)
    yield from _bank_cards(text)


def _identity_cards(text: str) -> Iterator[Span]:
    for match in _ID18.finditer(text):
        digits = re.sub(r"[\s\-]", "", match[1]).upper()
        if not _plausible_birth(digits[6:14]):
            continue
        confidence = 0.99 if resident_check(digits) else 0.86
        yield Span(match.start(1), match.end(1), "id_card", digits, "id18", confidence)
    for match in _ID15.finditer(text):
        yield Span(match.start(1), match.end(1), "id_card", match[1], "id15", 0.8)


def _plausible_birth(day: str) -> bool:
    year, month, date = int(day[:4]), int(day[4:6]), int(day[6:])
    return 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= date <= 31


def resident_check(digits: str) -> bool:
    """Does the check character of an 18-place resident identity number fit (GB 11643-1999)?"""
    return resident_id.check_character(digits[:17]) == digits[17]


def _credit_codes(text: str) -> Iterator[Span]:
    for match in _CREDIT.finditer(text):
        if credit_check(match[1]):
            yield Span(match.start(1), match.end(1), "credit_code", match[1], "uscc", 0.99)


def credit_check(code: str) -> bool:
    """Does the check character of an 18-place social credit code fit (GB 32100-2015)?"""
    return org_code.check_character(code[:17]) == code[17]


def _bank_cards(text: str) -> Iterator[Span]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"[ \-]", "", match[1])
        named = _ACCOUNT_WORD.search(text, max(0, match.start() - 20), match.start()) is not None
        if luhn(digits) or named:
            confidence = 0.93 if luhn(digits) and named else 0.85
            yield Span(match.start(1), match.end(1), "bank_card", digits, "card", confidence)
    for match in _LONG_NUMBER.finditer(text):
        yield Span(match.start(), match.end(), "bank_card", match.group(), "long-number", 0.5)
    for match in _BARE_ACCOUNT.finditer(text):
        digits = re.sub(r"[ \-]", "", match[1])
        yield Span(match.start(1), match.end(1), "bank_card", digits, "account", 0.82)


def luhn(digits: str) -> bool:
    """Check digit of a payment card number (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0

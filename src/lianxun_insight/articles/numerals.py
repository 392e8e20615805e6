"""Chinese and Arabic numerals as they stand in article numbers (第一百二十条之一, 第120条)."""

from typing import Final

DIGITS: Final = "〇零○Ｏ一壹二贰两三叁四肆五伍六陆七柒八捌九玖"
_VALUE: Final = {
    **dict.fromkeys("〇零○Ｏ", 0),
    **dict.fromkeys("一壹", 1),
    **dict.fromkeys("二贰两", 2),
    **dict.fromkeys("三叁", 3),
    **dict.fromkeys("四肆", 4),
    **dict.fromkeys("五伍", 5),
    **dict.fromkeys("六陆", 6),
    **dict.fromkeys("七柒", 7),
    **dict.fromkeys("八捌", 8),
    **dict.fromkeys("九玖", 9),
}
_UNIT: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_ARABIC: Final = {
    **{c: i for i, c in enumerate("0123456789")},
    **{c: i for i, c in enumerate("０１２３４５６７８９")},
}
_CIRCLED: Final = {chr(0x2460 + i): i + 1 for i in range(20)} | {
    chr(0x3220 + i): i + 1 for i in range(10)
}
#: Characters of a numeral, for use inside a regular-expression class.
NUMERAL_CLASS: Final = "〇零○一二两三四五六七八九十百千0-9０-９"
_CHARS: Final = "零一二三四五六七八九"


def parse_numeral(text: str) -> int:
    """The value of a numeral below 10,000: 一百零五, 105, １０５, 二〇二三, ㈢, ③.

    Raises `ValueError` when the text is not a numeral.
    """
    text = text.strip()
    if not text:
        raise ValueError("空的数字")
    if text in _CIRCLED:
        return _CIRCLED[text]
    if all(c in _ARABIC for c in text):
        return int("".join(str(_ARABIC[c]) for c in text))
    if all(c in _VALUE for c in text):
        # 二〇二三 is read digit by digit; a lone digit is the same either way.
        return int("".join(str(_VALUE[c]) for c in text))
    return _parse_with_units(text)


def _parse_with_units(text: str) -> int:
    total, digit = 0, None
    for char in text:
        if char in _UNIT:
            # 十五 has no digit before its unit: one ten.
            total += (1 if digit is None or digit == 0 else digit) * _UNIT[char]
            digit = None
        elif char in _VALUE:
            digit = _VALUE[char]
        elif char in _ARABIC:
            digit = (digit or 0) * 10 + _ARABIC[char]
        else:
            raise ValueError(f"不是数字：{text}")
    return total + (digit or 0)


def format_numeral(value: int) -> str:
    """The numeral as statutes write it: 1 → 一, 12 → 十二, 105 → 一百零五 (0 ≤ value < 10,000)."""
    if not 0 <= value < 10_000:
        raise ValueError(f"数字超出范围：{value}")
    if value < 10:
        return _CHARS[value]
    out, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit == 0:
            pending_zero = bool(out)
            continue
        if pending_zero:
            out += "零"
            pending_zero = False
        # 十二, not 一十二, but 一百一十二.
        out += name if (digit == 1 and unit == 10 and not out) else _CHARS[digit] + name
    return out

"""One cell of a delivery: text in; a value, an error or a warning out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lianxun_insight.deliveries.readers import LOST_DIGITS
from lianxun_insight.identifiers.org_code import check_org_code
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey
from lianxun_insight.identifiers.values import (
    ValueFormatError,
    parse_bool,
    parse_date,
    parse_datetime,
    parse_int,
    parse_money,
    parse_month,
    parse_share,
)
from lianxun_insight.schemas import Field

MAX_TEXT: Final = 4_000
_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "int": parse_int,
    "money": parse_money,
    "date": parse_date,
    "month": parse_month,
    "datetime": parse_datetime,
    "bool": parse_bool,
    "share": parse_share,
}


@dataclass(slots=True)
class Parsed:
    """A cell after parsing: `value`, an error or a warning, and companions of a token.

    Not frozen: made once per distinct text, and freezing would double the cost.
    """

    value: Any = None
    error: str = ""
    warning: str = ""
    code: str = ""
    extra: tuple[Any, ...] = ()


class _CheckOnly(Tokeniser):
    """For validation without a key: checks identifiers, gives a constant instead of a token."""

    def __init__(self) -> None:
        super().__init__(TokenKey(b"\0" * 32))


_CHECK_ONLY: Final = _CheckOnly()


def parse_cell(item: Field, text: str, tokeniser: Tokeniser | None) -> Parsed:
    """Read the text of a cell as `item` asks for it. Without `tokeniser` identifiers are only checked."""
    if not text or text in ("-", "—", "/", "NULL", "null", "None"):
        return Parsed(error="必填项为空", code="missing") if item.required else Parsed()
    if text.startswith(LOST_DIGITS):
        if item.type in ("text", "id_token", "org_code"):
            return Parsed(
                error="长号码被电子表格存成数字，末几位已丢失，请把该列设为文本后重新填写",
                code="lost-digits",
            )
        text = text.removeprefix(LOST_DIGITS)
    if "\ufffd" in text or "\x00" in text:
        return Parsed(error="含有无法识别的字符(编码错误)，请另存为 UTF-8", code="encoding")
    if item.type == "text":
        return _parse_text(item, text)
    if item.type == "org_code":
        return _parse_org_code(item, text)
    if item.type == "id_token":
        return _parse_token(item, text, tokeniser or _CHECK_ONLY)
    try:
        value = _PARSERS[item.type](text)
    except ValueFormatError as error:
        return Parsed(error=str(error), code=f"bad-{item.type}")
    if item.type in ("money", "int") and value < 0 and not item.signed:
        return Parsed(error=f"「{text}」不应为负数", code="negative")
    return Parsed(value)


def _parse_token(item: Field, text: str, tokeniser: Tokeniser) -> Parsed:
    token = tokeniser.token(item.kind, text)
    extra = (token.swap_class or None, token.valid, token.birth_date)
    warning = "" if token.valid else f"{token.reason}；保留记录，但不用作比对依据"
    return Parsed(token.value, warning=warning, code="bad-identifier", extra=extra)


def _parse_text(item: Field, text: str) -> Parsed:
    if len(text) > MAX_TEXT:
        return Parsed(error=f"超过 {MAX_TEXT} 字", code="too-long")
    if item.choices and text not in item.choices:
        words = f"「{text[:20]}」不在可选值中({'、'.join(item.choices[:8])})"
        if item.key:
            return Parsed(error=words, code="bad-choice")
        return Parsed(text, warning=words, code="bad-choice")
    return Parsed(text)


def _parse_org_code(item: Field, text: str) -> Parsed:
    checked = check_org_code(text)
    if checked.valid or _is_foreign(text):
        return Parsed(checked.code if checked.valid else text)
    if item.required:
        return Parsed(error=f"「{text[:24]}」{checked.reason}", code="bad-org-code")
    words = f"「{text[:24]}」{checked.reason}；该格不采用，保留记录"
    return Parsed(None, warning=words, code="bad-org-code")


def _is_foreign(text: str) -> bool:
    """Identifiers of other registers in OCDS form (`UA-EDR-…`): kept as they are."""
    parts = text.split("-", 2)
    return len(parts) == 3 and len(parts[0]) == 2 and parts[0].isalpha() and bool(parts[2])

"""Whom a single question is about: checked, then sealed; in clear only where it is opened on record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from lianxun.exchange.catalogue import questions
from lianxun.kernel.crypto import Place, provider
from lianxun.kernel.problems import FieldError, Invalid
from lianxun_insight.identifiers import ValueFormatError, parse_month
from lianxun_insight.identifiers.org_code import check_org_code
from lianxun_insight.identifiers.resident_id import check_resident_id


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a question: its key in forms, its label, what kind of value."""

    key: str
    label: str
    kind: str


def asks(code: str) -> str:
    """The one question that a class answers, in words."""
    return str(questions()["questions"][code]["ask"])


def parts_of(code: str) -> tuple[Part, ...]:
    return tuple(Part(**part) for part in questions()["questions"][code]["parts"])


def checked(code: str, given: Mapping[str, str]) -> dict[str, str]:
    """Label → value, in order. Raises ``Invalid`` naming every part that does not hold."""
    errors, found = [], {}
    for part in parts_of(code):
        value = given.get(part.key, "").strip()
        problem = _problem(part, value)
        if problem:
            errors.append(FieldError(part.key, problem))
        found[part.label] = value.upper() if part.kind in ("resident_id", "org_code") else value
    if errors:
        raise Invalid(*errors)
    return found


def _problem(part: Part, value: str) -> str:
    if not value:
        return f"请填写{part.label}。"
    if "\n" in value or (any(mark in value for mark in "、；;,，") and part.kind != "text"):
        return f"{part.label}一次只能填一个；每件核验只问一人一事，不接受批量。"
    if len(value) > 100:
        return f"{part.label}不超过 100 字。"
    if part.kind == "resident_id":
        found = check_resident_id(value)
        return "" if found.valid else f"{part.label}不正确：{found.reason}。"
    if part.kind == "org_code":
        code = check_org_code(value)
        return "" if code.valid else f"{part.label}不正确：{code.reason}。"
    if part.kind == "month":
        try:
            parse_month(value)
        except ValueFormatError:
            return f"{part.label}应如 2026-03。"
    return ""


def place_of(question: UUID, level: int) -> Place:
    return Place("exchange_question", "sealed", question, level)


def seal(subject: Mapping[str, str], *, key: bytes, question: UUID, level: int) -> bytes:
    """The sealed form that the row keeps."""
    text = json.dumps(dict(subject), ensure_ascii=False).encode()
    return provider().seal(key, text, place=place_of(question, level), key_id=str(question))

"""Shared by the acts of this room."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pypinyin import Style, lazy_pinyin

from lianxun.kernel.problems import FieldError, Invalid, NotFound, Stale
from lianxun.organisation.models import Person, Unit


def unit_for_change(unit_id: UUID, revision: int) -> Unit:
    row = Unit.objects.select_for_update().filter(id=unit_id).first()
    if row is None:
        raise NotFound("没有这个单位。")
    if row.revision != revision:
        raise Stale
    return row


def person_for_change(person_id: UUID, revision: int | None = None) -> Person:
    row = Person.objects.select_for_update(of=("self",)).filter(id=person_id).first()
    if row is None:
        raise NotFound
    if revision is not None and row.revision != revision:
        raise Stale
    return row


def pinyin(text: str) -> str:
    """Sort key and search text: full syllables, then initials (“xu ruoxi … xrx”)."""
    return f"{' '.join(lazy_pinyin(text))} {''.join(lazy_pinyin(text, style=Style.FIRST_LETTER))}"[
        :240
    ]


class Checks:
    """Collects every problem of a form before anything is stored."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def text(self, place: str, value: str, label: str, *, most: int, least: int = 1) -> str:
        value = value.strip()
        if len(value) < least:
            self.errors.append(FieldError(place, f"请填写{label}。"))
        elif len(value) > most:
            self.errors.append(
                FieldError(place, f"{label}不能超过 {most} 字，现有 {len(value)} 字。")
            )
        return value

    def that(self, place: str, holds: bool, message: str) -> None:
        if not holds:
            self.errors.append(FieldError(place, message))

    def order(self, place: str, first: date | None, last: date | None) -> None:
        self.that(
            place, first is None or last is None or last >= first, "结束日期不能早于开始日期。"
        )

    def done(self) -> None:
        if self.errors:
            raise Invalid(*self.errors)

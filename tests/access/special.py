"""The rules of protected tables without labels, said a second time in plain Python.

Each: who may read a row, who may change it, who may delete it. ``row`` holds the columns by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

ADMINS = {"system_admin", "security_admin", "audit_admin"}


@dataclass
class Reader:
    id: UUID
    person: UUID | None
    unit: UUID
    path: str
    roles: set[str]
    duties: set[str]
    oversees: tuple[int, int] | None
    today: date


Row = dict[str, Any]
Rule = Callable[[Reader, Row], bool]


def nobody(who: Reader, row: Row) -> bool:
    return False


def everybody(who: Reader, row: Row) -> bool:
    return True


def keeper(who: Reader, row: Row) -> bool:
    return "organisation" in who.duties


def unit_keeper(who: Reader, row: Row) -> bool:
    return keeper(who, row) or "system_admin" in who.roles


def colleague(who: Reader, row: Row) -> bool:
    """Anybody but the contact of an inspected organisation and the three administrators."""
    return not who.roles & {*ADMINS, "contact"}


def _own(who: Reader, row: Row) -> bool:
    return bool(row["unit_path"][: len(who.path)] == who.path)


def area(who: Reader, row: Row) -> bool:
    """Whoever keeps the organisation, for his own units and the region he oversees."""
    overseen = who.oversees is not None and who.oversees[0] <= row["region"] <= who.oversees[1]
    return keeper(who, row) and (_own(who, row) or overseen)


def _not_over(day: date | None, today: date) -> bool:
    return day is not None and day >= today


def person(who: Reader, row: Row) -> bool:
    known = _own(who, row) or _not_over(row["contact_until"], who.today)
    return (colleague(who, row) and known) or area(who, row) or row["id"] == who.person


def appointment(who: Reader, row: Row) -> bool:
    public = row["kind"] != "staff" and (
        row["valid_to"] is None or _not_over(row["valid_to"], who.today)
    )
    return (colleague(who, row) and (_own(who, row) or public)) or about_me(who, row)


def about_me(who: Reader, row: Row) -> bool:
    return area(who, row) or row["person_id"] == who.person


def my_own(who: Reader, row: Row) -> bool:
    return bool(row["account"] == who.id)


def my_import(who: Reader, row: Row) -> bool:
    return my_own(who, row) and keeper(who, row)


def my_unit(who: Reader, row: Row) -> bool:
    return bool(row["unit_id"] == who.unit)


def recusal(who: Reader, row: Row) -> bool:
    return row["account_id"] == who.id or "access" in who.duties


def recusal_keeper(who: Reader, row: Row) -> bool:
    return "access" in who.duties


def another_keeper(who: Reader, row: Row) -> bool:
    return recusal_keeper(who, row) and row["account_id"] != who.id


def librarian(who: Reader, row: Row) -> bool:
    return "regulations" in who.duties


@dataclass(frozen=True)
class Special:
    read: Rule
    update: Rule
    delete: Rule


RULES = {
    "duties_workday": Special(everybody, keeper, keeper),
    "duties_calendarversion": Special(everybody, keeper, keeper),
    "duties_dutytemplate": Special(everybody, keeper, keeper),
    "duties_notice": Special(my_own, my_own, nobody),
    "documents_givennumber": Special(my_unit, my_unit, my_unit),
    "documents_numberseries": Special(my_unit, my_unit, my_unit),
    "organisation_unit": Special(everybody, unit_keeper, unit_keeper),
    "organisation_unitperiod": Special(everybody, unit_keeper, unit_keeper),
    "organisation_post": Special(colleague, keeper, keeper),
    "organisation_person": Special(person, area, area),
    "organisation_appointment": Special(appointment, area, area),
    "organisation_poolentry": Special(about_me, area, area),
    "organisation_recusalfact": Special(about_me, about_me, about_me),
    "organisation_trainingrecord": Special(about_me, area, area),
    "organisation_importbatch": Special(my_own, my_import, my_import),
    "regulations_alias": Special(everybody, librarian, librarian),
    "regulations_librarychange": Special(everybody, nobody, nobody),
    "access_recusal": Special(recusal, another_keeper, nobody),
}

"""What an update of the product brings to an installation: templates and days that it does not have yet.

The migrations plant what was shipped on the day of the installation. Every preparation afterwards
compares with the files of this version: a template that is missing is added, a newer version of one that
nobody changed here takes over from today on, days of years to come are added. What an office changed
stays as it is; duties that run keep the version they were opened with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from lianxun.duties import seed
from lianxun.duties.models import CalendarVersion, DutyTemplate, WorkDay
from lianxun.fabric.forced import unforced
from lianxun.kernel.ids import new_id

OWNER = "owner"
SOURCE = "随产品更新交付：{first}—{last} 年"


@dataclass(slots=True)
class Brought:
    """What an update added, and the codes whose newer version waits because an office changed them."""

    added: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    days: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.revised or self.days)


def bring(*, now: datetime) -> Brought:
    """Add what is missing, in one transaction of the owner. Safe to repeat: a second time adds nothing."""
    found = Brought()
    with (
        transaction.atomic(using=OWNER),
        unforced("duties_dutytemplate", "duties_workday", expect_change=False),
        unforced("duties_calendarversion", expect_change=False),
    ):
        _templates(found, seed.shipped_templates(), now.date())
        _days(found, now)
    return found


def _templates(found: Brought, shipped: Iterable[dict[str, Any]], today: date) -> None:
    rows = DutyTemplate.objects.using(OWNER)
    newest: dict[tuple[str, str], DutyTemplate] = {}
    for row in rows.order_by("code", "preset", "version"):
        newest[row.code, row.preset] = row
    for values in shipped:
        old = newest.get((values["code"], values["preset"]))
        if old is None:
            _add(values)
            found.added.append(values["code"])
        elif old.created_at != seed.shipped_at():  # the office's own
            if values["version"] >= old.version:
                found.kept.append(values["code"])
        elif values["version"] > old.version:
            _take_over(old, values, today)
            found.revised.append(values["code"])


def _take_over(old: DutyTemplate, values: dict[str, Any], today: date) -> None:
    """The newer version holds from its day on, at the earliest from today and the day after the old one's."""
    start = max(_day(values["valid_from"]), today, old.valid_from + timedelta(days=1))
    old.valid_to, old.revision = start - timedelta(days=1), old.revision + 1
    old.save(using=OWNER, update_fields=["valid_to", "revision"])
    _add({**values, "valid_from": start})


def _add(values: dict[str, Any]) -> None:
    DutyTemplate.objects.using(OWNER).create(id=new_id(), created_at=seed.shipped_at(), **values)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _days(found: Brought, now: datetime) -> None:
    """Days after the last one that the table knows; a day that is there is changed by a notice only."""
    last = WorkDay.objects.using(OWNER).aggregate(last=Max("date"))["last"]
    fresh = [r for r in seed.day_rows() if last is None or r.date > last]
    if not fresh:
        return
    WorkDay.objects.using(OWNER).bulk_create(
        WorkDay(date=r.date, is_work=r.is_work, name=r.name, source=r.source, status=r.status)
        for r in fresh
    )
    number = CalendarVersion.objects.using(OWNER).aggregate(n=Max("number"))["n"] or 0
    CalendarVersion.objects.using(OWNER).create(
        number=number + 1,
        source=SOURCE.format(first=fresh[0].date.year, last=fresh[-1].date.year),
        imported_at=now,
        changed_days=len(fresh),
    )
    found.days = len(fresh)

"""What a new head inherited, where help is short: counts, and the lists behind them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from lianxun.demo.province import person_id
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.organisation import operations as organise
from lianxun.organisation.models import Appointment
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from lianxun.rectification.records import InheritedRow
from tests.rectification.support import OFFICE, UNIT, act, closed, in_progress, issued
from tests.support.cast import unit_id

GROUP = unit_id("YL-JT")
LONG_AGO = timedelta(days=100)


class Earlier:
    """The cast a hundred days ago: what was done then carries that day."""

    def __init__(self, cast: Any) -> None:
        self.cast, self.now = cast, cast.now - LONG_AGO

    def __getitem__(self, key: str) -> Any:
        return self.cast[key]

    def revision(self, *what: Any) -> int:
        return int(self.cast.revision(*what))


def new_head(cast: Any, days_ago: int = 30) -> None:
    """The present head of the group took office so many days ago."""
    keeper, today = cast["coordinator"], cast.now.date()
    with acting_as(keeper.account_id), transaction.atomic():
        present = Appointment.objects.filter(unit=GROUP, kind="head", valid_to__isnull=True).first()
    if present is not None:
        organise.end_appointment(
            actor=keeper,
            now=cast.now,
            appointment_id=present.id,
            revision=present.revision,
            last_day=today - timedelta(days=days_ago + 1),
        )
    organise.appoint(
        actor=keeper,
        now=cast.now,
        person_id=person_id("contact"),
        unit_id=GROUP,
        kind="head",
        valid_from=today - timedelta(days=days_ago),
        basis="任职通知",
    )


def inherited(cast: Any, who: str = OFFICE) -> InheritedRow | None:
    rows = queries.inherited(actor=cast[who], now=cast.now)
    return next((r for r in rows if r.unit == GROUP), None)


def listed(cast: Any, which: str, who: str = OFFICE) -> set[UUID]:
    page = queries.items(actor=cast[who], now=cast.now, subject=GROUP, inherited=which)
    return {i.id for i in page.rows}


def test_without_a_registered_head_nothing_is_called_inherited(cast: Any) -> None:
    with acting_as(cast[OFFICE].account_id), transaction.atomic():
        known = Appointment.objects.filter(unit=GROUP, kind="head", valid_to__isnull=True).exists()
    issued(Earlier(cast))
    assert known or inherited(cast) is None


def test_what_is_older_than_the_head_is_inherited_and_what_is_newer_is_not(cast: Any) -> None:
    new_head(cast)
    before = inherited(cast)
    known = before.items if before else 0
    old = issued(Earlier(cast))
    new = issued(cast)
    found = inherited(cast)
    assert found is not None
    assert (found.items, found.days) == (known + 1, 30)
    assert found.since == cast.now.date() - timedelta(days=30)
    assert old in listed(cast, "all")
    assert new not in listed(cast, "all")


def test_overdue_and_silent_are_parts_that_can_be_listed(cast: Any) -> None:
    new_head(cast)
    late = issued(Earlier(cast))  # due sixty days after the day it was issued: forty days ago
    running = issued(Earlier(cast), due_on=cast.now.date() + timedelta(days=9))
    found = inherited(cast)
    assert found is not None
    assert late in listed(cast, "overdue")
    assert running not in listed(cast, "overdue")
    assert {late, running} <= listed(cast, "silent")
    assert len(listed(cast, "overdue")) == found.overdue
    assert len(listed(cast, "silent")) == found.silent


def test_a_report_of_the_new_head_breaks_the_silence(cast: Any) -> None:
    new_head(cast)
    item = in_progress(Earlier(cast))
    assert item in listed(cast, "silent")
    act(
        cast,
        do.report_progress,
        UNIT,
        item,
        kind="head",
        percent=40,
        text="新任班子已研究，限期完成。",
    )
    assert item not in listed(cast, "silent")
    assert item in listed(cast, "all")


def test_what_is_struck_off_is_no_longer_inherited(cast: Any) -> None:
    new_head(cast)
    item = closed(Earlier(cast))
    assert item not in listed(cast, "all")


def test_a_reader_counts_only_items_he_may_see(cast: Any) -> None:
    new_head(cast)
    issued(Earlier(cast))
    assert inherited(cast, "police") is None
    assert listed(cast, "all", "police") == set()


def row_of(cast: Any, engagement: UUID, who: str = OFFICE) -> Any:
    rows = queries.support(actor=cast[who], now=cast.now)
    return next((r for r in rows if r.engagement == engagement), None)


def test_support_counts_open_overdue_and_struck_off_of_each_engagement(cast: Any) -> None:
    task = new_id()
    issued(Earlier(cast), engagement_id=task)
    issued(cast, engagement_id=task)
    found = row_of(cast, task)
    assert (found.open, found.overdue, found.due, found.closed) == (2, 1, 1, 0)
    assert found.rate == 0
    for which, number in (("all", 2), ("overdue", 1)):
        page = queries.items(actor=cast[OFFICE], now=cast.now, engagement=task, unfinished=which)
        assert page.total == number
    assert row_of(cast, task, "police") is None


def test_an_engagement_without_open_items_needs_no_support(cast: Any) -> None:
    item = closed(cast)
    with acting_as(cast[OFFICE].account_id), transaction.atomic():
        task = queries.item(actor=cast[OFFICE], now=cast.now, item_id=item).engagement
    assert row_of(cast, task) is None


def test_the_rate_counts_what_was_struck_off_before_its_day(cast: Any) -> None:
    item = closed(cast)
    task = queries.item(actor=cast[OFFICE], now=cast.now, item_id=item).engagement
    issued(cast, engagement_id=task, engagement_number=f"巡〔2026〕{task.int % 10**9}号")
    found = row_of(cast, task)
    assert (found.open, found.due, found.closed, found.rate) == (1, 1, 1, 100)

"""Node 6: a day is complete when nothing due by then was missing; the facts say so, nobody ticks it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from lianxun.access.queries import service_actor
from lianxun.duties import operations, steps
from lianxun.duties.models import Duty
from lianxun.duties.operations.daily import COMPLETE, JOINED, Owed, missing_on, standing_on
from lianxun.duties.seed import template_rows
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from tests.duties.support import at, inside, labels, owes

ENTRY, END = date(2026, 3, 30), date(2026, 5, 29)  # a Monday, a Friday
WEEK = [ENTRY + timedelta(days=n) for n in range(5)]


def engagement_of(cast: Any) -> UUID:
    office, task = cast["coordinator"], new_id()
    inside(
        office,
        steps.open_milestones,
        now=at(date(2026, 3, 2)),
        engagement=task,
        title="第一轮",
        anchors={"entry": ENTRY, "on_site_end": END},
        labels=labels(office, engagement=task),
        responsible={"": owes(office)},
    )
    return task


def request_due(cast: Any, task: UUID, due: date) -> UUID:
    """A request of the engagement whose supply is due on ``due``; returns the clock."""
    office = cast["coordinator"]
    return inside(
        office,
        steps.open_duty,
        now=at(date(2026, 3, 2)),
        template_code="DT-EX-SUPPLY",
        object_kind="exchange.request",
        object_id=new_id(),
        title="信需〔2026〕1号",
        responsible=owes(cast["finance"]),
        labels=labels(office, engagement=task),
        due_on=due,
    )


def tick(day: date) -> Any:
    return operations.tick(actor=service_actor(service="duties"), now=at(day))


def line(cast: Any, task: UUID) -> list[tuple[date, str, date | None, str]]:
    """Day, state, day of completion and reason of the first week's occurrences."""
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        rows = Duty.objects.filter(engagement=task, template_code="MS-N6", due_on__lte=WEEK[-1])
        return list(
            rows.order_by("due_on").values_list("due_on", "state", "done_on", "close_reason")
        )


def supplied(cast: Any, clock: UUID, on: date) -> None:
    inside(cast["coordinator"], steps.fulfil_duty, now=at(on), duty_id=clock)


def test_a_day_on_which_nothing_was_due_is_complete_by_itself(cast: Any) -> None:
    task = engagement_of(cast)
    tick(WEEK[0])
    found = line(cast, task)
    assert found[0] == (WEEK[0], "fulfilled", WEEK[0], COMPLETE)
    assert [state for _, state, _, _ in found[1:]] == ["open"] * 4


def test_what_is_due_today_leaves_the_day_open_until_it_is_there(cast: Any) -> None:
    task = engagement_of(cast)
    clock = request_due(cast, task, WEEK[0])
    tick(WEEK[0])
    assert line(cast, task)[0][1] == "open"
    supplied(cast, clock, WEEK[0])
    tick(WEEK[0])
    assert line(cast, task)[0][1:3] == ("fulfilled", WEEK[0])


def test_days_without_the_missing_data_are_one_matter_and_end_together(cast: Any) -> None:
    task = engagement_of(cast)
    clock = request_due(cast, task, WEEK[0])
    for day in WEEK[:3]:
        tick(day)
    states = [(state, reason) for _, state, _, reason in line(cast, task)]
    assert states[:3] == [("open", ""), ("cancelled", JOINED), ("open", "")]  # today is not over
    supplied(cast, clock, WEEK[2])
    tick(WEEK[2])
    found = line(cast, task)
    assert found[0][1:3] == ("fulfilled", WEEK[2])  # late, once
    assert found[2][1:3] == ("fulfilled", WEEK[2])


def test_days_are_settled_from_the_facts_also_when_no_job_ran_on_them(cast: Any) -> None:
    task = engagement_of(cast)
    clock = request_due(cast, task, WEEK[1])
    supplied(cast, clock, WEEK[2])
    tick(WEEK[4])
    found = line(cast, task)
    assert [state for _, state, _, _ in found] == ["fulfilled"] * 5
    assert [done for _, _, done, _ in found] == [WEEK[0], WEEK[2], WEEK[2], WEEK[3], WEEK[4]]


def test_other_engagements_and_paused_requests_do_not_count(cast: Any) -> None:
    task, other = engagement_of(cast), engagement_of(cast)
    request_due(cast, other, WEEK[0])
    tick(WEEK[1])
    assert [state for _, state, _, _ in line(cast, task)[:2]] == ["fulfilled", "fulfilled"]
    assert line(cast, other)[0][1] == "open"


def test_settling_twice_changes_nothing(cast: Any) -> None:
    task = engagement_of(cast)
    request_due(cast, task, WEEK[0])
    tick(WEEK[3])
    before = line(cast, task)
    tick(WEEK[3])
    assert line(cast, task) == before


def test_the_rule_names_templates_that_exist() -> None:
    known = {row["code"] for file in ("clocks", "milestones") for row in template_rows(file)}
    for node, codes in standing_on().items():
        assert {node, *codes} <= known


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))
OWED = st.lists(
    st.builds(Owed, DAYS, st.one_of(st.none(), DAYS)),
    max_size=6,
)


@given(DAYS, OWED)
def test_what_comes_in_never_makes_a_day_worse(day: date, owed: Sequence[Owed]) -> None:
    supplied_now = [o._replace(done_on=min(o.due_on, day)) for o in owed]
    assert not missing_on(day, supplied_now)
    if not missing_on(day, owed):
        assert all(o.due_on > day or (o.done_on is not None and o.done_on <= day) for o in owed)

"""Nodes 10 to 12: the year's own work closes them for every engagement of the office that did it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from lianxun.access.queries import service_actor
from lianxun.duties import operations, queries, steps
from lianxun.duties.models import Duty
from lianxun.duties.operations.yearly import works
from lianxun.duties.seed import template_rows
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from tests.duties.support import at, inside, labels, owes

ENTRY, END = date(2026, 3, 30), date(2026, 5, 29)
MAY, JUNE, DECEMBER = date(2026, 5, 20), date(2026, 6, 10), date(2026, 12, 10)


def engagement(cast: Any, who: str = "coordinator") -> UUID:
    office, task = cast[who], new_id()
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


def review(cast: Any, who: str = "coordinator", due: date = date(2026, 6, 30)) -> UUID:
    """The June review of one institution document of that office."""
    office = cast[who]
    return inside(
        office,
        steps.open_duty,
        now=at(date(2026, 3, 2)),
        template_code="DT-RG-JUNE",
        object_kind="regulations.institution",
        object_id=new_id(),
        title="《巡视协调对接工作办法》",
        responsible=owes(office),
        labels=labels(office),
        due_on=due,
    )


def done(cast: Any, clock: UUID, on: date, who: str = "coordinator") -> None:
    inside(cast[who], steps.fulfil_duty, now=at(on), duty_id=clock)


def tick(day: date) -> Any:
    return operations.tick(actor=service_actor(service="duties"), now=at(day))


def node(cast: Any, task: UUID, code: str, who: str = "coordinator") -> Duty:
    with acting_as(cast[who].account_id), transaction.atomic():
        return Duty.objects.get(engagement=task, template_code=code)


def test_a_node_stands_for_clocks_that_exist(cast: Any) -> None:
    known = {r["code"] for name in ("clocks", "institutions") for r in template_rows(name)}
    nodes = {r["code"]: r["node"] for r in template_rows("milestones")}
    assert {nodes[code] for code in works()} == {"10", "11", "12"}
    for work in works().values():
        assert set(work.codes) <= known
        assert work.reason


def test_all_reviews_of_june_close_node_ten_of_every_engagement(cast: Any) -> None:
    first, second = engagement(cast), engagement(cast)
    one, other = review(cast), review(cast)
    done(cast, one, MAY)
    tick(MAY)
    assert node(cast, first, "MS-N10").state == "open"  # one of two is still to be reviewed
    done(cast, other, JUNE)
    tick(JUNE)
    for task in (first, second):
        found = node(cast, task, "MS-N10")
        assert (found.state, found.done_on) == ("fulfilled", JUNE)
        assert found.close_reason == "当年制度年度修订已全部办结"


def test_without_any_work_of_the_year_the_node_stays_open(cast: Any) -> None:
    task = engagement(cast)
    done(cast, review(cast, due=date(2027, 6, 30)), MAY)  # next year's
    tick(JUNE)
    assert node(cast, task, "MS-N10").state == "open"


def test_a_review_called_off_does_not_hold_the_node_up(cast: Any) -> None:
    task = engagement(cast)
    called_off = review(cast)
    done(cast, review(cast), JUNE)
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        about = Duty.objects.get(id=called_off).object_id
    inside(
        cast["coordinator"],
        steps.cancel,
        now=at(JUNE),
        object_kind="regulations.institution",
        object_id=about,
        reason="制度已废止",
    )
    tick(JUNE)
    assert node(cast, task, "MS-N10").state == "fulfilled"


def test_another_offices_work_closes_nothing_here(cast: Any) -> None:
    task = engagement(cast)
    done(cast, review(cast, "audit"), MAY, "audit")
    tick(JUNE)
    assert node(cast, task, "MS-N10").state == "open"


def test_work_done_long_before_the_nodes_window_is_not_asked_for_again(cast: Any) -> None:
    """Before its window a node is on nobody's table; once there, it is closed as of the work's own day."""
    task = engagement(cast)
    done(cast, review(cast), date(2026, 4, 1))
    tick(date(2026, 4, 2))
    assert node(cast, task, "MS-N10").state == "open"
    tick(MAY)
    assert node(cast, task, "MS-N10").done_on == date(2026, 4, 1)


def test_what_the_office_reports_for_the_year_closes_eleven_and_twelve(cast: Any) -> None:
    task, office = engagement(cast), cast["coordinator"]
    operations.open_standing(actor=office, now=at(date(2026, 3, 2)), year=2026)
    for code, note in (("DT-ST-UPGRADE", "升级到 1.1 版"), ("DT-ST-TRAINING", "培训并考核 28 人")):
        page = queries.duties(actor=office, now=at(DECEMBER), filters={"code": code})
        [clock] = page.duties
        assert clock.responsible_unit == office.unit_id
        operations.report_done(
            actor=office, now=at(DECEMBER), duty_id=clock.id, note=note, revision=clock.revision
        )
    tick(DECEMBER)
    for code in ("MS-N11", "MS-N12"):
        found = node(cast, task, code)
        assert (found.state, found.done_on) == ("fulfilled", DECEMBER)
    assert node(cast, task, "MS-N10").state == "open"  # nobody revised anything


@pytest.mark.parametrize("hours", [1, 5])
def test_a_second_tick_changes_nothing(cast: Any, hours: int) -> None:
    task = engagement(cast)
    done(cast, review(cast), MAY)
    tick(MAY)
    before = node(cast, task, "MS-N10").revision
    operations.tick(actor=service_actor(service="duties"), now=at(MAY, 9 + hours))
    assert node(cast, task, "MS-N10").revision == before


def test_the_leading_group_has_its_quarterly_meeting_on_the_table(cast: Any) -> None:
    operations.open_standing(actor=cast["coordinator"], now=at(date(2026, 3, 2)), year=2026)
    page = queries.duties(
        actor=cast["leader"], now=at(date(2026, 3, 2)), filters={"code": "DT-ST-GROUP"}
    )
    assert {d.responsible_unit for d in page.duties} == {cast["leader"].unit_id}
    assert [d.due_on.month for d in page.duties] == [3, 6, 9, 12]

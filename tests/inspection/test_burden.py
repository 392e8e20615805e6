"""How often a unit is inspected in a year, and who helps it rectify."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lianxun.inspection import queries
from lianxun.inspection.records import BurdenLine
from tests.inspection.support import Play
from tests.support.cast import unit_id

GROUP, SCHOOL = unit_id("YL-JT"), unit_id("YL-DX")


def line(play: Play, unit: Any = GROUP, who: str = "coordinator", **more: Any) -> BurdenLine | None:
    page = play.see(who, queries.burden, **{"year": play.today.year, **more})
    return next((x for x in page.rows if x.unit_id == unit), None)


def test_a_unit_is_counted_by_year_and_by_round(play: Play) -> None:
    before = line(play)
    visits = before.visits if before else 0
    play.approved()
    found = line(play)
    assert found is not None
    assert found.visits == visits + 1
    assert found.in_a_round >= 1
    listed = play.see("coordinator", queries.engagements, unit=GROUP, year=play.today.year)
    assert listed.total == found.visits
    assert line(play, year=play.today.year - 9) is None


def test_two_kinds_in_one_round_are_two_visits_in_a_round(play: Play) -> None:
    play.open_round()
    play.plan()
    play.plan(kind="special", entry_on=play.today + timedelta(days=3))
    play.submit_round()
    play.decide("leader", "任务安排")
    found = line(play)
    assert found is not None
    assert found.in_a_round == 2


def test_a_joint_team_enters_once_for_several_units(play: Play) -> None:
    before = line(play)
    joint = before.joint if before else 0
    play.approved(with_audit=True)
    found = line(play)
    assert found is not None
    assert found.joint == joint + 1


def test_what_is_only_drafted_burdens_nobody_yet(play: Play) -> None:
    play.open_round()
    before = line(play, SCHOOL)
    play.plan(unit_id=SCHOOL)
    after = line(play, SCHOOL)
    assert (after.visits if after else 0) == (before.visits if before else 0)


def test_the_most_often_inspected_stands_first(play: Play) -> None:
    play.approved()
    visits = [x.visits for x in play.see("coordinator", queries.burden, year=play.today.year).rows]
    assert visits == sorted(visits, reverse=True)


def test_strangers_count_nothing(play: Play) -> None:
    play.approved()
    for who in ("other_city", "police"):
        assert line(play, who=who) is None


def test_support_counts_the_confirmed_people_of_the_guidance_group(play: Play) -> None:
    play.on_site().fed_back()
    play.seat("audit", group="guidance")
    play.seat("personnel", group="guidance")
    found = play.see("coordinator", queries.support, engagements=[play.id])
    assert found[play.id].people == 0  # proposed is not confirmed
    play.confirm("guidance")
    found = play.see("coordinator", queries.support, engagements=[play.id])
    assert (found[play.id].people, found[play.id].unit_name) == (2, "示范投资集团")
    assert play.see("police", queries.support, engagements=[play.id]) == {}

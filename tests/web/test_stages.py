"""三段衔接: what was warned of before, set right under the team's eyes, and set right afterwards (R-8.1-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from typing import cast as cast_to

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from lianxun.access.queries import service_actor
from lianxun.duties import queries as duties
from lianxun.duties.models import Duty, Letter
from lianxun.fabric.identity import acting_as
from lianxun.fabric.labels import Labels
from lianxun.inspection import queries as inspection
from lianxun.leads import depth as leads
from lianxun.leads.records import PresenceCount
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as rectification
from lianxun.rectification.records import PresenceItems
from lianxun.web.measures.course import course
from lianxun.web.requests import ActorRequest
from tests.inspection.support import Play
from tests.leads.support import Desk
from tests.rectification.support import act, closed, issued
from tests.support.cast import Cast, account_id
from tests.web.test_measures import numbers, page
from tests.web.test_pages import client_of


@pytest.fixture
def site(cast: Cast) -> Play:
    """The team is on site: what is done now is done in its presence."""
    return Play(cast).on_site()


def spans(play: Play, days: int = 10) -> Any:
    """The team is on site until today, since ``days``."""
    return {play.id: (play.today - timedelta(days=days), play.today)}


def items(play: Play, given: Any, who: str = "coordinator") -> PresenceItems:
    return play.see(who, rectification.after_presence, presences=given)[play.id]


def told(play: Play, given: Any, who: str = "coordinator") -> PresenceCount:
    return play.see(who, leads.leads_in_presence, presences=given)[play.id]


def quick(play: Play, **more: Any) -> Any:
    given = {"engagement_id": play.id, "engagement_number": "巡〔2026〕91号", "type": "immediate"}
    return issued(play.cast, **{**given, **more})


def test_the_course_of_an_engagement_before_the_entry(site: Play) -> None:
    site.paper()  # a draft counts nowhere
    site.sign(site.paper(immediate=True), "inspector")
    (line,) = [x for x in lines(site) if x.id == site.id]
    assert (line.consultations, line.lead_days) == (1, 0)
    assert (line.list_lines, line.papers, line.immediate) == (site_list(site), 1, 1)
    assert line.on_site(site.today - timedelta(days=1)) is None
    assert line.on_site(site.today) == (site.today, site.today)
    assert line.on_site(site.today + timedelta(days=900)) == (line.entry_on, line.on_site_end_on)


def lines(play: Play, who: str = "coordinator") -> Any:
    return play.see(who, inspection.courses, year=play.today.year).rows


def site_list(play: Play) -> int:
    return sum(len(c.lines) for c in play.task().consultations)


def test_only_what_is_demanded_in_the_team_s_presence_is_set_right_at_once(site: Play) -> None:
    quick(site)
    quick(site, type="phased")
    here, gone, later = spans(site), spans(site), spans(site)
    gone[site.id] = (site.today - timedelta(days=20), site.today - timedelta(days=1))
    later[site.id] = (site.today + timedelta(days=1), site.today + timedelta(days=20))
    assert items(site, here) == PresenceItems(at_once=1, items=2)
    assert items(site, gone) == items(site, later) == PresenceItems(items=2)


def test_items_struck_off_late_and_brought_back_are_counted(site: Play) -> None:
    late = quick(site, due_on=site.today + timedelta(days=2))
    done = closed(site.cast, engagement_id=site.id, type="immediate")
    assert items(site, spans(site)) == PresenceItems(at_once=2, at_once_done=1, items=2, closed=1)
    act(
        site.cast,
        rectify.reopen,
        "coordinator",
        done,
        cause="rebound",
        text="现场抽查，又有三份合同未招标。",
        due_on=site.today + timedelta(days=40),
    )
    site.now += timedelta(days=5)
    found = items(site, spans(site))
    assert (found.closed, found.overdue, found.reopened) == (0, 1, 1)
    text = page("coordinator", "stages")
    assert ("曾重新整改", 1) in {(label, n) for label, _, n in numbers(text)}
    assert late != done


def test_people_speak_up_while_the_team_is_there(site: Play) -> None:
    desk = Desk(site.cast)
    lead = desk.at("transferred", who="team_head", engagement_id=site.id)
    desk.register("team_head", engagement_id=site.id, source="found")
    assert lead
    assert told(site, spans(site)) == PresenceCount(told=1, handed=1)
    ahead = {site.id: (site.today + timedelta(days=1), site.today + timedelta(days=5))}
    assert told(site, ahead) == PresenceCount(told_before=1)
    far = {site.id: (site.today + timedelta(days=9), site.today + timedelta(days=12))}
    assert told(site, far) == PresenceCount(), "only as many days as the team was there"


def test_warning_letters_stand_where_they_were_sent(site: Play) -> None:
    with acting_as(account_id("coordinator")):
        duty = Duty.objects.filter(engagement=site.id).order_by("id").first()
    assert duty is not None
    entry = site.today - timedelta(days=10)
    given = {site.id: (entry, site.today - timedelta(days=1))}
    for days, step in ((1, "green"), (-3, "yellow"), (-10, "red")):
        letter(site, duty, entry - timedelta(days=days), step)
    assert site.see("coordinator", duties.warned, presences=given)[site.id] == (1, 1, 1)


def letter(play: Play, duty: Duty, on: Any, step: str) -> None:
    with (
        acting_as(service_actor(service="duties").account_id, service="duties"),
        transaction.atomic(),
    ):
        Letter.objects.create(
            created_at=play.now,
            duty=duty,
            step=step,
            due_on=duty.due_on,
            number=f"预警{on:%m%d}",
            issued_on=on,
            to_unit=duty.responsible_unit,
            to_roles="liaison_officer",
            object_kind=duty.object_kind,
            **Labels.of(duty).columns(),
        )


def test_nobody_counts_what_he_may_not_know(site: Play) -> None:
    quick(site)
    Desk(site.cast).register("team_head", engagement_id=site.id)
    assert site.id in {x.id for x in lines(site, "inspector")}
    for who in ("neighbour", "audit"):
        assert site.id not in {x.id for x in lines(site, who)}
        assert items(site, spans(site), who) == PresenceItems()
        assert told(site, spans(site), who) == PresenceCount()
    assert told(site, spans(site)) == PresenceCount(told=1)


def test_the_page_tells_the_three_stages_and_its_numbers_lead_to_their_rows(site: Play) -> None:
    quick(site)
    text = page("coordinator", "stages")
    for words in ("巡前预警", "巡中震慑", "巡后整改", "驻点期间要求立行立改 1 件"):
        assert words in text
    found = {label: (url, n) for label, url, n in numbers(text) if str(site.id) in url}
    assert found["驻点立行立改"][1] == found["整改事项"][1] == 1
    client = client_of("coordinator")
    for url, number in found.values():
        assert client.get(url).context["page"].total == number
    assert "没有您可以知悉的巡视任务" in page("coordinator", "stages", "?year=2011")


def test_days_and_types_in_the_address_choose_the_items(site: Play) -> None:
    quick(site)
    client = client_of("coordinator")
    base = f"/items/?engagement={site.id}"
    day = site.today.isoformat()
    for query, number in (
        ("&type=immediate", 1),
        ("&type=phased", 0),
        (f"&since={day}&until={day}", 1),
        (f"&since={site.today + timedelta(days=1)}", 0),
        (f"&until={site.today - timedelta(days=1)}", 0),
        ("&reopened=yes", 0),
        ("&type=x&since=x&until=2026-02-30&reopened=maybe", 1),  # nonsense chooses nothing
    ):
        assert client.get(base + query).context["page"].total == number, query


def test_a_room_without_a_duty_shows_a_dash_not_a_nought(site: Play) -> None:
    quick(site)
    request = RequestFactory().get("/measures/stages/")
    whole = site.cast["coordinator"]
    request.actor = replace(whole, duties=whole.duties - {"leads", "rectification"})  # type: ignore[attr-defined]
    request.now = site.now  # type: ignore[attr-defined]
    with acting_as(whole.account_id), transaction.atomic():
        shown = course(cast_to(ActorRequest, request), 1)
    after = next(row for row in shown.tables[2].rows if str(site.task().number) in row[0].text)
    assert [cell.text for cell in after[1:5]] == ["—"] * 4


def test_the_page_costs_the_same_with_more_of_everything(site: Play) -> None:
    client = client_of("coordinator")

    def cost() -> int:
        with CaptureQueriesContext(connection) as said:
            assert client.get("/measures/stages/").status_code == 200
        return len(said)

    quick(site)
    cost()
    before = cost()
    for _ in range(3):
        quick(site)
        Desk(site.cast).register("team_head", engagement_id=site.id)
    assert cost() == before <= 25

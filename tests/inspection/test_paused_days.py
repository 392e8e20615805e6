"""What a pause on site costs is given back once: the end of the time on site, and every clock, move by it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from lianxun.approvals import queries as matters
from lianxun.duties import queries as duties
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection.preview import preview_resume
from lianxun.kernel.calendar import DayKind, Roll, due_after
from tests.inspection.support import Play, refused_by_database, sql
from tests.inspection.test_depth import ask_resume, paused
from tests.web.test_pages import client_of

LOST = 11


def nodes(play: Play) -> dict[str, date]:
    """Open nodes that count from the end on site."""
    found = play.see(
        "coordinator", duties.duties_of, object_kind="inspection.engagement", object_id=play.id
    )
    return {d.code: d.due_on for d in found if d.code in ("MS-REPORT",)}


def planned(play: Play) -> dict[str, date]:
    """Where the same nodes lie if they count from the end on site and nothing ever stood still."""
    end = play.task().on_site_end_on
    actor = play.cast["coordinator"]
    with acting_as(actor.account_id), transaction.atomic():
        table = current_calendar()
        rows = list(Duty.objects.filter(object_id=play.id, template_code="MS-REPORT"))
    kinds = [(d.template_code, d.amount, DayKind(d.day_kind), Roll(d.roll)) for d in rows]
    return {
        code: due_after(end, amount, table, kind=kind, roll=roll).day
        for code, amount, kind, roll in kinds
    }


@pytest.fixture
def stopped(play: Play) -> Any:
    """A pause of ``LOST`` days whose end is before the leading group."""
    pause = paused(play)
    play.now += timedelta(days=LOST)
    ask_resume(play, pause)
    return pause


def resume(play: Play) -> None:
    play.decide("leader", "恢复")
    play.decide("deputy_leader", "恢复")
    assert play.task().state == "on_site"


def test_the_end_on_site_moves_by_the_days_lost(play: Play, stopped: Any) -> None:
    before = play.task().on_site_end_on
    resume(play)
    assert play.task().on_site_end_on == before + timedelta(days=LOST)
    assert nodes(play) == planned(play)


def test_a_later_extension_does_not_give_the_days_back_again(play: Play, stopped: Any) -> None:
    resume(play)
    task = play.task("team_head")
    to = task.on_site_end_on + timedelta(days=14)
    play.act(
        "team_head",
        do.ask_extension,
        engagement_id=play.id,
        revision=task.revision,
        to=to,
        reason="投资项目尚未核完，需延长两周。",
    )
    play.decide("leader", "延期")
    assert play.task().on_site_end_on == to
    assert nodes(play) == planned(play)


def test_a_pause_of_no_day_moves_nothing(play: Play) -> None:
    pause = paused(play)
    before = play.task().on_site_end_on, nodes(play)
    ask_resume(play, pause)
    resume(play)
    assert (play.task().on_site_end_on, nodes(play)) == before


def test_lateness_is_not_healed(play: Play) -> None:
    """Who stops after the last day on site has no day to get back."""
    play.on_site()
    play.now += timedelta(days=60)
    play.act("inspector", do.ask_pause, engagement_id=play.id, reason="协作偏离监督重点，需研判。")
    play.decide("leader", "暂停")
    pause = next(p for p in play.task().pauses if p.state == "active")
    before = play.task().on_site_end_on
    play.now += timedelta(days=LOST)
    ask_resume(play, pause)
    resume(play)
    assert play.task().on_site_end_on == before


def test_before_the_entry_the_office_sets_the_days(play: Play) -> None:
    play.approved()
    play.act("chair", do.ask_pause, engagement_id=play.id, reason="协作偏离监督重点，需研判。")
    play.decide("leader", "暂停")
    pause = next(p for p in play.task().pauses if p.state == "active")
    before = play.task().entry_on, play.task().on_site_end_on
    play.now += timedelta(days=2)
    ask_resume(play, pause)
    play.decide("leader", "恢复")
    play.decide("deputy_leader", "恢复")
    assert (play.task().entry_on, play.task().on_site_end_on) == before


def often(play: Play, state: str = "open") -> Counter[tuple[str, date]]:
    """Weekly and daily nodes: code and day."""
    found = play.see(
        "coordinator", duties.duties_of, object_kind="inspection.engagement", object_id=play.id
    )
    return Counter(
        (d.code, d.due_on) for d in found if d.code in ("MS-N5", "MS-N6") and d.state == state
    )


def test_what_comes_every_week_or_day_is_not_shifted_but_falls_away_inside_the_pause(
    play: Play,
) -> None:
    pause = paused(play)
    start, before = play.today, often(play)
    play.now += timedelta(days=LOST)
    ask_resume(play, pause)
    shown = play.see("leader", preview_resume, engagement_id=play.id)
    resume(play)
    end, today = play.task().on_site_end_on, play.now.date()
    after = often(play)
    assert after.total() == len(after), "none twice on a day"
    fallen = {key for key in before if start <= key[1] < today}
    assert len(fallen) > 5
    assert set(often(play, "cancelled")) == fallen
    assert {(m.code, m.old_due) for m in shown.clocks if m.new_due is None} == fallen
    assert set(before) - fallen <= set(after), "what comes later stays on its day"
    assert {(m.code, m.new_due) for m in shown.dates.added} == set(after) - set(before)
    assert max(day for _, day in after) > end - timedelta(days=4), "up to the new end"


def test_the_database_gives_back_no_other_days(play: Play, cast: Any, stopped: Any) -> None:
    move = (
        "update inspection_engagement set state = paused_from, paused_from = '', "
        "on_site_end_on = on_site_end_on + %s where id = %s"
    )
    with refused_by_database("goes on where it stopped"):
        sql(cast, "leader", move, LOST, play.id)
    resume(play)
    again = (
        "update inspection_engagement set state = 'reporting', on_site_end_on = on_site_end_on + 1 "
        "where id = %s"
    )
    with refused_by_database("days lost|gates are open"):
        sql(cast, "leader", again, play.id)


def test_who_decides_on_the_resumption_sees_what_it_moves(play: Play, stopped: Any) -> None:
    end = play.task().on_site_end_on
    [matter] = [m for m in play.see("leader", matters.inbox) if "恢复" in m.title]
    page = f"/engagements/{play.id}/preview/?resume=1"
    said = play.see("leader", preview_resume, engagement_id=play.id)
    told = {m.code: m.new_due for m in said.clocks}
    assert "MS-REPORT" in told
    resume(play)
    assert {c: told[c] for c in nodes(play)} == nodes(play), "as it was shown"
    assert page in client_of("leader").get(f"/approvals/{matter.id}/").content.decode()
    assert (said.was, said.end) == (end, play.task().on_site_end_on)


def test_the_page_shows_the_resumption_only_while_the_line_is_stopped(
    play: Play, stopped: Any
) -> None:
    page = f"/engagements/{play.id}/preview/?resume=1"
    told = client_of("leader").get(page).content.decode()
    assert "如今日恢复" in told
    assert client_of("neighbour").get(page).status_code == 404
    resume(play)
    assert "如今日恢复" not in client_of("leader").get(page).content.decode()
    assert play.see("leader", preview_resume, engagement_id=play.id) is None

"""Who was let in until an own, earlier day stays out after it, whatever moves the end of the others."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from lianxun.access.models import Grant
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from tests.inspection.support import Play
from tests.support.cast import account_id

EARLY = timedelta(days=3)
LATER = timedelta(days=10)


def last_day(play: Play, key: str, engagement: UUID) -> date | None:
    with acting_as(account_id("coordinator")), transaction.atomic():
        (grant,) = Grant.objects.filter(
            kind="membership", account_id=account_id(key), engagement=engagement
        )
        return grant.valid_to


def test_the_decided_report_ends_the_team_s_access_and_opens_nobody_s(play: Play) -> None:
    play.on_site()
    own = play.today + EARLY
    play.seat("auditor_expert", "expert", until=own)
    play.confirm()
    play.now += LATER
    play.today = play.now.date()
    play.reported()
    play.decide("leader", "听取")
    assert last_day(play, "auditor_expert", play.id) == own
    assert last_day(play, "inspector", play.id) == play.today


def test_the_archive_ends_the_guidance_group_and_opens_nobody_s(play: Play) -> None:
    play.on_site().fed_back()
    own = play.today + EARLY
    play.seat("auditor_expert", "expert", group="guidance", until=own)
    play.seat("tax", group="guidance")
    play.confirm("guidance")
    play.now += LATER
    play.today = play.now.date()
    for stage in ("rectifying", "assessed", "archived"):
        play.through("coordinator", stage)
    assert last_day(play, "auditor_expert", play.id) == own
    assert last_day(play, "tax", play.id) == play.today


def test_a_look_back_moved_to_other_days_keeps_an_own_last_day(play: Play) -> None:
    first = play.on_site().archived().id
    entry = play.today + timedelta(days=30)
    end = entry + timedelta(days=25)
    play.approved(kind="look_back", look_back_of=first, entry_on=entry, on_site_end_on=end)
    own = entry + EARLY
    play.seat("auditor_expert", "expert", until=own)
    play.seat("neighbour_head", "head")
    play.confirm()
    assert last_day(play, "auditor_expert", first) == own
    assert last_day(play, "neighbour_head", first) == end
    play.act(
        "coordinator",
        do.reschedule,
        engagement_id=play.id,
        revision=play.task().revision,
        entry_on=entry + timedelta(days=2),
        on_site_end_on=end + timedelta(days=7),
        reason="与汛期错开，顺延两天进驻。",
    )
    assert last_day(play, "auditor_expert", first) == own
    assert last_day(play, "neighbour_head", first) == end + timedelta(days=7)

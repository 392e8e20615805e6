"""New dates shown before anybody approves them: nodes, holidays, people in two places at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from lianxun.approvals import queries as approvals
from lianxun.duties import queries as duties
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.inspection.models import Engagement, Seat
from lianxun.inspection.preview import preview_dates
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound
from tests.inspection.test_flow import approved
from tests.support.cast import unit_id
from tests.web.test_pages import client_of

__all__ = ["approved"]


def preview(cast: Any, task: Any, **more: Any) -> Any:
    values = {
        "actor": cast["coordinator"],
        "now": cast.now,
        "engagement_id": task.id,
        "entry_on": task.entry_on,
        "on_site_end_on": task.on_site_end_on + timedelta(days=30),
        **more,
    }
    with acting_as(values["actor"].account_id), transaction.atomic():
        return preview_dates(**values)


def test_the_preview_says_what_rescheduling_then_does(cast: Any, approved: Any) -> None:
    later = approved.entry_on + timedelta(days=14)
    end = approved.on_site_end_on + timedelta(days=30)
    said = preview(cast, approved, entry_on=later, on_site_end_on=end)
    moved = {m.code: m.new_due for m in said.moves if m.old_due != m.new_due}
    assert {"MS-N2", "MS-N4", "MS-REPORT"} <= set(moved)
    do.reschedule(
        actor=cast["coordinator"],
        now=cast.now,
        engagement_id=approved.id,
        revision=approved.revision,
        entry_on=later,
        on_site_end_on=end,
        reason="与汛期错开",
    )
    again = preview(cast, approved, entry_on=later, on_site_end_on=end)
    assert [m for m in again.moves if m.old_due != m.new_due] == []
    assert again.added == again.dropped == ()


def seated(cast: Any, task_id: Any) -> None:
    """The same person on the team of another engagement (rows as the team operations leave them)."""
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        for seat in Seat.objects.filter(task_id=task_id):
            other = Engagement.objects.exclude(id=task_id).get()
            seat.pk, seat.task, seat.engagement = new_id(), other, other.id
            seat.subject_org, seat.subject_path = other.subject_org, other.subject_path
            seat.save(force_insert=True)


def test_people_in_two_places_are_named(cast: Any, approved: Any) -> None:
    office = cast["coordinator"]
    do.propose_seat(
        actor=office,
        now=cast.now,
        engagement_id=approved.id,
        person_id=cast["inspector"].person_id,
        group="on_site",
        role="member",
    )
    assert preview(cast, approved).double_booked == ()
    round_id = do.open_round(
        actor=office,
        now=cast.now,
        name="2026年第五轮巡视",
        year=2026,
        focus="高校党的建设",
        starts_on=approved.entry_on,
        ends_on=approved.entry_on + timedelta(days=200),
    )
    begin = approved.on_site_end_on + timedelta(days=10)
    do.plan_engagement(
        actor=office,
        now=cast.now,
        round_id=round_id,
        unit_id=unit_id("YL-DX"),
        kind="regular",
        profile="regular",
        entry_on=begin,
        on_site_end_on=begin + timedelta(days=40),
    )
    seated(cast, approved.id)
    clash = preview(cast, approved).double_booked
    assert [(c.name, c.from_on) for c in clash] == [("方一鸣", begin)]
    assert preview(cast, approved, on_site_end_on=approved.on_site_end_on).double_booked == ()


def test_dates_must_fit_and_strangers_see_nothing(cast: Any, approved: Any) -> None:
    with pytest.raises(Invalid, match="晚于进驻日"):
        preview(cast, approved, on_site_end_on=approved.entry_on)
    for key in ("neighbour", "contact", "system_admin"):
        with pytest.raises(NotFound):
            preview(cast, approved, actor=cast[key])


def test_the_page_shows_it_and_changes_nothing(cast: Any, approved: Any) -> None:
    page = f"/engagements/{approved.id}/preview/"
    client = client_of("coordinator")
    assert "预览影响" in client.get(page).content.decode()
    end: date = approved.on_site_end_on + timedelta(days=30)
    answer = client.get(page, {"entry_on": approved.entry_on, "on_site_end_on": end})
    assert answer.status_code == 200
    assert "书记专题会听取汇报" in answer.content.decode()
    bad = client.get(page, {"entry_on": end, "on_site_end_on": approved.entry_on})
    assert bad.status_code == 422
    assert "晚于进驻日" in bad.content.decode()
    assert client_of("neighbour").get(page).status_code == 404
    shown = queries.engagement(actor=cast["coordinator"], now=cast.now, engagement_id=approved.id)
    assert (shown.on_site_end_on, shown.revision) == (approved.on_site_end_on, approved.revision)


def test_days_are_not_moved_beyond_what_the_profile_allows(cast: Any, approved: Any) -> None:
    """Neither by who plans nor by who changes the days afterwards; the day allowed is in the sentence."""
    move = {
        "actor": cast["coordinator"],
        "now": cast.now,
        "engagement_id": approved.id,
        "revision": approved.revision,
        "reason": "与汛期错开",
    }
    entry = approved.entry_on
    for end in (entry + timedelta(days=400), entry):
        with pytest.raises(Invalid) as refused:
            do.reschedule(**move, entry_on=entry, on_site_end_on=end)
        assert [e.place for e in refused.value.errors] == ["on_site_end_on"]
    assert do.reschedule(**move, entry_on=entry, on_site_end_on=entry + timedelta(days=20)) > 0


def test_a_pause_shows_days_off_holidays_and_people_in_two_places(cast: Any, approved: Any) -> None:
    page = f"/engagements/{approved.id}/preview/"
    moves = []
    for days in range(1, 8):  # one of seven lengths ends a clock of calendar days on a day off
        with acting_as(cast["coordinator"].account_id), transaction.atomic():
            moves += duties.preview_pause(
                actor=cast["coordinator"], now=cast.now, engagement=approved.id, days=days
            )
    rolled = [m for m in moves if m.off]
    assert rolled
    assert all(m.new_due > m.old_due for m in rolled)
    told = client_of("coordinator").get(page, {"days": 7}).content.decode()
    assert "人员冲突" in told
    assert "驻点期间的节假日" in told


def test_who_approves_a_pause_sees_before_what_it_moves(cast: Any, approved: Any) -> None:
    do.ask_pause(
        actor=cast["coordinator"],
        now=cast.now,
        engagement_id=approved.id,
        reason="发现重大政治偏差，需立即停止核对情况。",
    )
    (matter,) = [
        m for m in approvals.inbox(actor=cast["leader"], now=cast.now) if "暂停" in m.title
    ]
    leader = client_of("leader")
    told = leader.get(f"/approvals/{matter.id}/").content.decode()
    preview_page = f"/engagements/{approved.id}/preview/?days=30"
    assert preview_page in told
    assert "暂停后顺延的时限" in leader.get(preview_page).content.decode()

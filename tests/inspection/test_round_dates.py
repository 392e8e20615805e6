"""改期 of a round: what moves, what stays, who decides; the preview tells the same as the act."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.coordination.support import recuse
from tests.inspection.support import Play, refused_by_database, sql
from tests.support.recorded import listen
from tests.web.test_pages import client_of

LATER = timedelta(days=14)
WHY = "省委重点工作安排调整，轮次顺延两周"


def planned(play: Play, *, approve: bool = True, ahead: int = 30) -> Play:
    """A round that begins in a month, with its programme and one engagement."""
    first = play.today + timedelta(days=ahead)
    play.open_round(starts_on=first, ends_on=first + timedelta(days=120))
    play.plan(entry_on=first, on_site_end_on=first + timedelta(days=45))
    play.act(
        "coordinator", do.lay_out_phases, round_id=play.round_id, revision=play.round().revision
    )
    if approve:
        play.submit_round()
        play.decide("leader", "任务安排")
    return play


def change(play: Play, who: str = "coordinator", **changes: Any) -> Any:
    now = play.round()
    given = {
        "round_id": play.round_id,
        "revision": now.revision,
        "starts_on": now.starts_on + LATER,
        "ends_on": now.ends_on + LATER,
        "reason": WHY,
        **changes,
    }
    return play.act(who, do.change_round_dates, **given)


def days(play: Play) -> tuple[date, date]:
    found = play.round()
    return found.starts_on, found.ends_on


def lines(play: Play) -> dict[str, date]:
    found = play.see("coordinator", queries.round_chart, round_id=play.round_id)
    return {t.code: t.due_on for t in found.tasks}


def nodes(play: Play) -> dict[str, date]:
    found = play.see("coordinator", duties.timeline, engagement=play.id)
    return {d.code: d.due_on for d in found}


def asked(play: Play, **changes: Any) -> Any:
    now = play.round()
    given = {"starts_on": now.starts_on + LATER, "ends_on": now.ends_on + LATER, **changes}
    return play.see("coordinator", queries.preview_round_dates, round_id=play.round_id, **given)


def test_a_draft_moves_at_once_with_its_programme_and_engagements(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(play, approve=False)
    before, old = lines(play), days(play)
    preview = asked(play)
    heard = listen(monkeypatch)
    change(play)
    assert days(play) == (old[0] + LATER, old[1] + LATER)
    after = lines(play)
    assert {m.code: m.new for m in preview.lines} == {
        code: day for code, day in after.items() if day != before[code]
    }
    (told,) = preview.tasks
    task = play.task()
    assert told.new == (task.entry_on, task.on_site_end_on) != told.old
    (kept,) = play.see("coordinator", queries.round_dates, round_id=play.round_id)
    assert (kept.old, kept.state_label, kept.reason) == (old, "起草时改期", WHY)
    assert "1 个任务" in kept.effect
    assert len(heard.of("inspection.change_round_dates")) == 1


def test_an_approved_round_moves_when_the_leading_group_agrees(play: Play) -> None:
    planned(play)
    old, before, clocks = days(play), lines(play), nodes(play)
    preview = asked(play)
    change(play)
    assert (days(play), lines(play), nodes(play)) == (old, before, clocks)
    (waiting,) = play.see("coordinator", queries.round_dates, round_id=play.round_id)
    assert waiting.state_label == "待领导小组决定"
    play.decide("leader", "起止日期")
    assert days(play) == (old[0] + LATER, old[1] + LATER)
    told = {m.code: m.new_due for t in preview.tasks for m in t.found.moves}
    after = nodes(play)
    assert told
    assert {code: after[code] for code in told if code in after} == {
        code: day for code, day in told.items() if code in after
    }
    (decided,) = play.see("coordinator", queries.round_dates, round_id=play.round_id)
    assert (decided.state_label, decided.decided_on) == ("已批准", play.today)
    assert decided.decided_by


def test_every_clock_keeps_its_old_day_in_its_history(play: Play) -> None:
    planned(play)
    chart = play.see("coordinator", queries.round_chart, round_id=play.round_id)
    line = next(t for t in chart.tasks if t.state == "open")
    change(play)
    play.decide("leader", "起止日期")
    (clock,) = play.see(
        "coordinator", duties.duties_of, object_kind="duties.phase_task", object_id=line.id
    )
    found = play.see("coordinator", duties.duty, duty_id=clock.id)
    moved = [c for c in found.changes if c.kind == "shifted"]
    assert [(c.old_due, c.new_due) for c in moved] == [(line.due_on, clock.due_on)]
    assert moved[0].reason.startswith("轮次改期")


def test_what_was_refused_moves_nothing(play: Play) -> None:
    planned(play)
    old = days(play)
    change(play)
    play.decide("leader", "起止日期", opinion="return", comment="日期不宜再动")
    assert days(play) == old
    (found,) = play.see("coordinator", queries.round_dates, round_id=play.round_id)
    assert found.state_label == "未批准"
    change(play)


def test_engagements_stay_where_they_are_not_to_move_and_agreed_days_always(play: Play) -> None:
    planned(play, approve=False)
    agreed = play.today + timedelta(days=40)
    play.act(
        "coordinator",
        do.add_phase_task,
        round_id=play.round_id,
        revision=play.round().revision,
        phase="prepare",
        title="约定日期的事项",
        force="group",
        unit_id=play.cast["coordinator"].unit_id,
        due_on=agreed,
    )
    entry = play.task().entry_on
    assert asked(play, with_tasks=False).tasks == ()
    change(play, with_tasks=False)
    assert play.task().entry_on == entry
    assert lines(play)["Z-01"] == agreed


def test_one_at_a_time_and_not_while_the_round_is_before_its_body(play: Play) -> None:
    planned(play)
    change(play)
    with pytest.raises(WrongState, match="改期正在审批"):
        change(play)
    with pytest.raises(Stale):
        change(play, revision=1)


def test_a_round_before_the_leading_group_or_closed_does_not_move(play: Play) -> None:
    planned(play, approve=False)
    play.submit_round()
    with pytest.raises(WrongState, match="正在审批或已经结束"):
        change(play)


@pytest.mark.parametrize(
    ("place", "changes", "words"),
    [
        ("ends_on", {"ends_on": date(2020, 1, 1)}, "不能早于计划开始"),
        ("reason", {"reason": "改"}, "请写明改期理由"),
        ("reason", {"reason": "改" * 301}, "请写明改期理由"),
    ],
)
def test_bad_days_are_named(play: Play, place: str, changes: dict[str, Any], words: str) -> None:
    planned(play)
    with pytest.raises(Invalid) as bad:
        change(play, **changes)
    assert words in {e.place: e.message for e in bad.value.errors}[place]


def test_nothing_new_and_days_that_passed_are_refused(play: Play) -> None:
    planned(play)
    first, last = days(play)
    with pytest.raises(Invalid, match="日期没有变化"):
        change(play, starts_on=first, ends_on=last)
    with pytest.raises(Invalid, match="进驻日将早于今天"):
        asked(play, starts_on=first - timedelta(days=90))


def test_of_a_round_that_began_only_the_end_moves(play: Play) -> None:
    play.approved()
    first, last = days(play)
    with pytest.raises(Invalid, match="只能调整计划结束"):
        change(play)
    change(play, starts_on=first)
    play.decide("leader", "起止日期")
    assert days(play) == (first, last + LATER)


@pytest.mark.parametrize("who", ["leader", "team_head"])
def test_only_the_office_asks(play: Play, who: str) -> None:
    planned(play)
    with pytest.raises((Refused, NotFound)):
        change(play, who)


@pytest.mark.parametrize("who", ["neighbour", "contact", "expired", "system_admin", "audit_admin"])
def test_strangers_see_neither_the_days_nor_the_preview(play: Play, who: str) -> None:
    planned(play)
    change(play)
    first, last = days(play)
    with pytest.raises(NotFound):
        play.see(
            who,
            queries.preview_round_dates,
            round_id=play.round_id,
            starts_on=first + LATER,
            ends_on=last,
        )
    assert play.see(who, queries.round_dates, round_id=play.round_id) == ()


def test_who_is_recused_from_an_engagement_that_moves_does_not_decide(play: Play) -> None:
    planned(play)
    change(play)
    recuse(play.cast, "leader", "YL-JT")
    with pytest.raises(WrongState, match="您须回避"):
        play.decide("leader", "起止日期")


def test_the_database_keeps_what_was_asked_and_who_decided(play: Play) -> None:
    planned(play)
    made = change(play)
    update = "update inspection_rounddates set {} where id = %s"
    with refused_by_database("written once"):
        sql(play.cast, "coordinator", update.format("reason = '改口'"), made)
    with refused_by_database("round_dates_decided_by_another"):
        sql(
            play.cast,
            "coordinator",
            update.format(
                "state = 'approved', decided_on = now()::date, decided_by_id = proposed_by_id"
            ),
            made,
        )


def test_by_form_with_its_preview(play: Play) -> None:
    planned(play)
    office = client_of("coordinator")
    first, last = days(play)
    url = reverse("inspection:round", args=[play.round_id])
    page = office.get(url).content.decode()
    link = next(x for x in page.split('"') if x.endswith("/dates/"))
    values = {
        "revision": play.round().revision,
        "starts_on": f"{first + LATER:%Y-%m-%d}",
        "ends_on": f"{last + LATER:%Y-%m-%d}",
        "with_tasks": "on",
        "reason": WHY,
    }
    shown = office.post(link, values | {"look": "1"}).content.decode()
    assert "移动的时限" in shown
    assert "全面实施" in shown
    assert days(play) == (first, last)
    assert office.post(link, values | {"starts_on": "x", "reason": ""}).status_code == 422
    assert office.post(link, values).status_code == 302
    assert "待领导小组决定" in office.get(url).content.decode()

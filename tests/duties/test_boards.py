"""Boards and lists: every number drills down to exactly its rows; light in SQL equals light in Python."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from lianxun.access.models import Grant
from lianxun.duties import queries, steps
from lianxun.duties.clocks import light_case, light_filter, light_of
from lianxun.duties.models import Duty
from lianxun.duties.queries import boards
from lianxun.fabric.identity import acting_as
from lianxun.kernel.clock import Light
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid
from lianxun.web.duties import views
from tests.duties.support import MONDAY, at, inside, labels, opened, owes
from tests.web.test_pages import client_of

TODAY = date(2026, 3, 20)


def mixture(cast: Any) -> None:
    """Duties of every light, at two units and in two prefectures."""
    audit, coordinator = cast["audit"], cast["coordinator"]
    opened(audit)  # red on TODAY
    opened(audit, on=TODAY)  # green or yellow
    opened(audit, code="DT-LD-RESULT")  # green
    done, late, paused, dropped = new_id(), new_id(), new_id(), new_id()
    for lead in (done, late, paused, dropped):
        opened(audit, object_id=lead)
    facts = {"object_kind": "leads.lead", "template_code": "DT-LD-RECEIPT"}
    inside(audit, steps.fulfil, now=at(date(2026, 3, 4)), object_id=done, **facts)
    inside(audit, steps.fulfil, now=at(date(2026, 3, 9)), object_id=late, **facts)
    inside(
        audit,
        steps.pause_object,
        now=at(MONDAY),
        object_kind="leads.lead",
        object_id=paused,
        reason="停线",
    )
    inside(
        audit,
        steps.cancel,
        now=at(MONDAY),
        object_kind="leads.lead",
        object_id=dropped,
        reason="撤回",
    )
    city = labels(coordinator, region=970100)
    opened(coordinator, labels=city, responsible=owes(audit))
    opened(coordinator, labels=city)


@pytest.mark.parametrize("board", ["province_board", "unit_board", "task_board"])
@pytest.mark.parametrize(
    "key", ["coordinator", "audit", "city_overseer", "county_overseer", "contact"]
)
def test_every_number_drills_down_to_its_rows(cast: Any, board: str, key: str) -> None:
    mixture(cast)
    actor = cast[key]
    shown = getattr(queries, board)(actor=actor, now=at(TODAY))
    for row in (*shown.rows, shown.total):
        for light, count in row.counts.items():
            filters = {**row.filters, "light": light.value}
            page = queries.duties(actor=actor, now=at(TODAY), filters=filters)
            assert page.total == count
            assert all(d.light is light for d in page.duties)
        assert queries.duties(actor=actor, now=at(TODAY), filters=row.filters).total == row.total
    assert shown.total.total == sum(r.total for r in shown.rows)


def test_a_board_counts_what_its_reader_may_see_and_no_more(cast: Any) -> None:
    mixture(cast)
    totals = {
        key: queries.task_board(actor=cast[key], now=at(TODAY)).total.total
        for key in ("coordinator", "audit", "city_overseer", "finance", "contact", "neighbour")
    }
    assert totals == {
        "coordinator": 8,
        "audit": 7,
        "city_overseer": 2,
        "finance": 0,
        "contact": 0,
        "neighbour": 0,
    }


def test_what_was_finished_long_ago_leaves_the_board_but_not_the_list(cast: Any) -> None:
    mixture(cast)
    actor, later = cast["audit"], date(2026, 6, 20)
    shown = queries.task_board(actor=actor, now=at(later))
    assert shown.total.counts[Light.DONE] == shown.total.counts[Light.DONE_LATE] == 0
    page = queries.duties(actor=actor, now=at(later), filters={"light": "done"})
    assert page.total == 1


def test_what_is_shared_is_within_reach(cast: Any) -> None:
    audit, finance = cast["audit"], cast["finance"]
    ident = opened(audit)
    assert queries.duties(actor=finance, now=at(TODAY)).total == 0
    with acting_as(audit.account_id), transaction.atomic():
        Grant.objects.create(
            created_at=at(MONDAY),
            kind="share",
            account_id=finance.account_id,
            object_kind="duties.duty",
            object_id=ident,
            purpose="核对",
            granted_by_id=audit.account_id,
            valid_from=date(2020, 1, 1),
            valid_to=date(2099, 1, 1),
            owner_path=audit.unit_path,
        )
    assert [d.id for d in queries.duties(actor=finance, now=at(TODAY)).duties] == [ident]


def test_the_worst_comes_first_and_the_rate_is_of_what_is_finished(cast: Any) -> None:
    mixture(cast)
    shown = queries.unit_board(actor=cast["coordinator"], now=at(TODAY))
    reds = [row.counts[Light.RED] for row in shown.rows]
    assert reds == sorted(reds, reverse=True)
    assert shown.total.on_time_rate == 50
    assert queries.unit_board(actor=cast["city_overseer"], now=at(TODAY)).total.on_time_rate is None


def test_boards_and_pages_of_work_take_few_queries(cast: Any) -> None:
    mixture(cast)
    actor = cast["audit"]
    with acting_as(actor.account_id), transaction.atomic():
        queries.calendar()
        for read, most in (
            (lambda: queries.task_board(actor=actor, now=at(TODAY)), 5),
            (lambda: queries.my_duties(actor=actor, now=at(TODAY)), 4),
            (lambda: queries.duties(actor=actor, now=at(TODAY)), 4),
        ):
            with CaptureQueriesContext(connection) as said:
                read()
            assert len(said) <= most, [q["sql"][:90] for q in said]


def test_the_light_in_sql_is_the_light_in_python_on_every_day(cast: Any) -> None:
    mixture(cast)
    actor = cast["coordinator"]
    with acting_as(actor.account_id), transaction.atomic():
        for offset in range(0, 140, 3):
            now = at(MONDAY + timedelta(days=offset))
            rows = list(Duty.objects.annotate(light=light_case(now)).order_by("id"))
            assert [r.light for r in rows] == [light_of(r, now).value for r in rows]
            for light in Light:
                ids = set(
                    Duty.objects.filter(light_filter(light, now)).values_list("id", flat=True)
                )
                assert ids == {r.id for r in rows if r.light == light.value}


def test_my_work_shows_what_is_mine_in_the_order_of_the_day(cast: Any) -> None:
    mixture(cast)
    mine = queries.my_duties(actor=cast["audit"], now=at(TODAY))
    assert [d.light for d in mine.overdue] == [Light.RED] * len(mine.overdue)
    assert len(mine.overdue) == 2  # its own and the one that the liaison office put on it
    green = [d.due_on for d in mine.waiting if d.light is Light.GREEN]
    assert green == sorted(green)
    assert mine.counts["paused"] == 1
    assert queries.my_duties(actor=cast["finance"], now=at(TODAY)).overdue == ()


def test_every_light_says_why_in_one_line(cast: Any) -> None:
    mixture(cast)
    page = queries.duties(actor=cast["audit"], now=at(TODAY))
    said = {d.light: d.why for d in page.duties}
    assert said[Light.RED] == "应于3月5日完成，已超期 15 天"
    assert said[Light.GREEN].startswith("应于6月2日完成，还剩 74 天")
    assert said[Light.DONE_LATE] == "应于3月5日完成，3月9日完成"
    assert said[Light.PAUSED] == "原应于3月5日完成，已暂停"
    assert {d.library for d in page.duties} == {"leads"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("light", "purple"),
        ("unit", "x"),
        ("region", "1"),
        ("object_id", "'; drop"),
        ("nonsense", "1"),
    ],
)
def test_a_filter_that_does_not_fit_is_named(cast: Any, name: str, value: str) -> None:
    with pytest.raises(Invalid, match="无效") as problem:
        queries.duties(actor=cast["audit"], now=at(TODAY), filters={name: value})
    assert problem.value.errors[0].place == name


def test_the_timeline_shows_each_node_once(cast: Any) -> None:
    leader, task = cast["coordinator"], new_id()
    inside(
        leader,
        steps.open_milestones,
        now=at(MONDAY),
        engagement=task,
        title="第一轮",
        anchors={"entry": date(2026, 3, 30), "on_site_end": date(2026, 5, 29)},
        labels=labels(leader, engagement=task),
        responsible={"": owes(leader)},
    )
    nodes = queries.timeline(actor=leader, now=at(date(2026, 4, 14)), engagement=task)
    assert [n.code for n in nodes].count("MS-N5") == 1
    weekly = next(n for n in nodes if n.code == "MS-N5")
    assert weekly.due_on == date(2026, 4, 17)
    assert len(nodes) == 13
    assert queries.timeline(actor=cast["neighbour"], now=at(MONDAY), engagement=task) == ()


def test_the_feed_is_valid_and_hides_what_a_sensitive_duty_is_about(cast: Any) -> None:
    audit = cast["audit"]
    opened(audit, title="公开对象")
    opened(audit, title="敏感对象", labels=labels(audit, level=2))
    data = queries.calendar_feed(actor=audit, now=at(TODAY))
    events = Calendar.from_ical(data).walk("VEVENT")
    text = data.decode()
    assert len(events) == 2
    assert {e.decoded("dtstart") for e in events} == {date(2026, 3, 5)}
    assert "公开对象" in text.replace("\r\n ", "")
    assert "敏感对象" not in text.replace("\r\n ", "")


def test_the_length_on_site_follows_the_profile(cast: Any) -> None:
    with acting_as(cast["audit"].account_id), transaction.atomic():
        ends = {
            profile: queries.on_site_end(entry=date(2026, 3, 30), profile=profile, on=MONDAY).due
            for profile in ("county", "regular", "large_enterprise")
        }
    assert ends == {
        "county": date(2026, 4, 30),
        "regular": date(2026, 5, 29),
        "large_enterprise": date(2026, 6, 30),
    }


def test_a_long_board_has_pages_the_worst_first_and_one_sum(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixture(cast)
    actor = cast["coordinator"]
    whole = queries.task_board(actor=actor, now=at(TODAY))
    assert whole.lines == len(whole.rows) > 1
    monkeypatch.setattr(boards, "LINES", 1)
    pages = [
        queries.task_board(actor=actor, now=at(TODAY), page=n + 1) for n in range(whole.lines + 1)
    ]
    assert [r for p in pages for r in p.rows] == list(whole.rows)
    assert {p.total.total for p in pages} == {whole.total.total}
    assert {p.lines for p in pages} == {whole.lines}


def test_the_page_of_a_board_leads_to_the_next(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mixture(cast)
    for room in (boards, views):
        monkeypatch.setattr(room, "LINES", 1)
    office = client_of("coordinator")
    first = office.get("/boards/task/").content.decode()
    assert 'href="?page=2"' in first
    assert "合计" in first
    last = office.get("/boards/task/?page=2").content.decode()
    assert 'rel="prev"' in last
    assert "合计" in last

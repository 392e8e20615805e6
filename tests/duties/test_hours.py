"""Clocks in hours, clocks of an engagement that stands still, standing duties that open by themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from lianxun.access.queries import service_actor
from lianxun.duties import operations, queries, steps
from lianxun.duties.models import Duty, DutyChange, Letter
from lianxun.fabric.identity import acting_as
from lianxun.kernel.clock import Light
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused
from tests.duties.support import MONDAY, at, inside, labels, opened
from tests.inspection.support import refused_by_database, sql
from tests.web.test_pages import client_of

URGENT = "DT-EX-URGENT"


def get(cast: Any, ident: Any, who: str = "audit") -> Duty:
    with acting_as(cast[who].account_id), transaction.atomic():
        return Duty.objects.get(id=ident)


def urgent(cast: Any, hour: int = 15, day: date = MONDAY) -> Any:
    return opened(
        cast["audit"],
        code=URGENT,
        on=day,
        now=at(day, hour),
        object_kind="exchange.request",
    )


def test_24_hours_end_at_the_minute_not_at_the_end_of_a_day(cast: Any) -> None:
    duty = get(cast, urgent(cast))
    assert duty.due_at == at(MONDAY, 15) + timedelta(hours=24)
    assert (duty.due_on, duty.day_kind, duty.amount) == (date(2026, 3, 3), "hour", 24)


def test_hours_run_through_the_weekend(cast: Any) -> None:
    friday = date(2026, 3, 6)
    duty = get(cast, urgent(cast, 17, friday))
    assert duty.due_at == at(friday, 17) + timedelta(hours=24)
    assert duty.due_on == date(2026, 3, 7), "a Saturday"


@pytest.mark.parametrize(
    ("hours", "light", "words"),
    [
        (1, Light.YELLOW, "还剩 23 小时"),
        (20, Light.YELLOW, "还剩 4 小时"),
        (25, Light.RED, "已超时 1 小时"),
        (50, Light.RED, "已超时 26 小时"),
    ],
)
def test_the_light_follows_the_moment(cast: Any, hours: int, light: Light, words: str) -> None:
    ident = urgent(cast)
    now = at(MONDAY, 15) + timedelta(hours=hours)
    found = queries.duty(actor=cast["audit"], now=now, duty_id=ident)
    assert found.duty.light is light
    assert words in found.duty.why
    assert any("24 小时内完成" in sentence for sentence in found.explanation)


def test_a_pause_gives_the_lost_minutes_back(cast: Any) -> None:
    task = new_id()
    ident = opened(
        cast["coordinator"],
        code=URGENT,
        now=at(MONDAY, 9),
        object_kind="exchange.request",
        labels=labels(cast["coordinator"], engagement=task),
    )
    common = {"engagement": task, "reason": "领导小组决定"}
    inside(cast["coordinator"], steps.pause_all, now=at(MONDAY, 12), **common)
    inside(cast["coordinator"], steps.resume_all, now=at(date(2026, 3, 4), 14), **common)
    duty = get(cast, ident, "coordinator")
    assert duty.due_at == at(MONDAY, 9) + timedelta(hours=24 + 50)
    assert duty.due_on == date(2026, 3, 5)


def test_the_database_keeps_moment_and_kind_together(cast: Any) -> None:
    ident = urgent(cast)
    with refused_by_database("duty_in_hours_has_its_moment"):
        sql(cast, "audit", "update duties_duty set due_at = null where id = %s", ident)
    other = opened(cast["audit"])
    with refused_by_database("duty_in_hours_has_its_moment"):
        sql(cast, "audit", "update duties_duty set due_at = now() where id = %s", other)


# Standing still


def still(cast: Any) -> Any:
    """A paused engagement of which the office has one clock."""
    task = new_id()
    office = cast["coordinator"]
    opened(office, labels=labels(office, engagement=task), now=at(MONDAY))
    inside(office, steps.pause_all, now=at(MONDAY), engagement=task, reason="研判")
    return task


def test_a_clock_opened_during_a_pause_does_not_run(cast: Any) -> None:
    task = still(cast)
    ident = opened(
        cast["audit"],
        labels=labels(cast["audit"], engagement=task),
        now=at(date(2026, 3, 4)),
    )
    duty = get(cast, ident)
    assert duty.paused_on == date(2026, 3, 4)
    detail = queries.duty(actor=cast["audit"], now=at(date(2026, 3, 20)), duty_id=ident)
    assert detail.duty.light is Light.PAUSED


def test_it_runs_with_the_others_when_the_line_goes_on(cast: Any) -> None:
    task = still(cast)
    office = cast["coordinator"]
    ident = opened(office, labels=labels(office, engagement=task), now=at(date(2026, 3, 4)))
    before = get(cast, ident, "coordinator").due_on
    inside(office, steps.resume_all, now=at(date(2026, 3, 11)), engagement=task, reason="恢复")
    after = get(cast, ident, "coordinator")
    assert after.paused_on is None
    assert (after.due_on - before).days == 7


def test_a_pause_of_one_object_stops_nothing_else(cast: Any) -> None:
    office, task, one = cast["coordinator"], new_id(), new_id()
    opened(office, labels=labels(office, engagement=task), object_id=one, now=at(MONDAY))
    inside(
        office,
        steps.pause_object,
        now=at(MONDAY),
        object_kind="leads.lead",
        object_id=one,
        reason="等待鉴定",
    )
    ident = opened(office, labels=labels(office, engagement=task), now=at(MONDAY))
    assert get(cast, ident, "coordinator").paused_on is None


# Preview of a pause


def test_the_preview_of_a_pause_moves_every_running_clock(cast: Any) -> None:
    office, task = cast["coordinator"], new_id()
    opened(office, labels=labels(office, engagement=task), now=at(MONDAY))
    moves = queries.preview_pause(actor=office, now=at(MONDAY), engagement=task, days=7)
    assert [(m.new_due - m.old_due).days for m in moves] == [7]
    assert moves[0].light_after is Light.PAUSED
    for days in (0, 367):
        with pytest.raises(Invalid, match="暂停天数"):
            queries.preview_pause(actor=office, now=at(MONDAY), engagement=task, days=days)


# Standing duties and letters by the platform itself


@pytest.fixture
def service(cast: Any) -> Any:
    return service_actor(service="duties")


def test_standing_duties_open_by_themselves_and_once(cast: Any, service: Any) -> None:
    first = operations.open_standing_years(actor=service, now=cast.now)
    assert first > 0
    assert operations.open_standing_years(actor=service, now=cast.now) == 0
    year = operations.open_standing(actor=cast["coordinator"], now=cast.now, year=cast.now.year)
    assert year == 0, "the keeper finds nothing left to open"


def test_next_years_are_opened_in_december(cast: Any, service: Any) -> None:
    november, december = at(date(2026, 11, 25)), at(date(2026, 12, 2))
    operations.open_standing_years(actor=service, now=november)
    with acting_as(service.account_id, service="duties"), transaction.atomic():
        assert not Duty.objects.filter(occurrence__year=2027).exists()
    operations.open_standing_years(actor=service, now=december)
    with acting_as(service.account_id, service="duties"), transaction.atomic():
        assert Duty.objects.filter(occurrence__year=2027).exists()


@pytest.mark.parametrize("act", [operations.open_standing_years, operations.print_letters])
def test_nobody_but_the_service_does_that(cast: Any, act: Any) -> None:
    with pytest.raises(Refused, match="时限服务"):
        act(actor=cast["coordinator"], now=cast.now)


def test_a_letter_becomes_an_official_document_of_both_kinds(cast: Any, service: Any) -> None:
    opened(cast["audit"], on=MONDAY)
    later = at(MONDAY + timedelta(days=20))
    operations.tick(actor=service, now=later)
    printed = operations.print_letters(actor=service, now=later)
    assert printed >= 1
    assert operations.print_letters(actor=service, now=later) == 0
    found = queries.letters(actor=cast["audit"], now=later)
    assert all(x.docx and x.pdf for x in found)
    answer = client_of("audit").get(f"/documents/{found[0].pdf}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content])[:5] == (
        b"%PDF-"
    )
    assert client_of("finance").get(f"/documents/{found[0].pdf}/").status_code == 404
    assert "查看公文" in client_of("audit").get("/duties/letters/").content.decode()


def test_the_letter_says_what_when_and_under_which_clause(cast: Any, service: Any) -> None:
    from lianxun.duties.operations.letters import letter_document

    ident = opened(cast["audit"], on=MONDAY)
    later = at(MONDAY + timedelta(days=20))
    operations.tick(actor=service, now=later)
    with acting_as(cast["audit"].account_id), transaction.atomic():
        letter = Letter.objects.select_related("duty").get(duty_id=ident)
        paper = letter_document(letter, letter.duty, {letter.to_unit: "省审计厅"}, later)
    text = "".join(getattr(block, "text", "") for block in paper.blocks)
    assert paper.title == "红色预警函"
    assert paper.urgency == "特急"
    assert paper.addressee == "省审计厅"
    for words in ("移交后 3 个工作日内签收", "2026年3月5日", "已超期", "书面说明超期原因"):
        assert words in text


# A new calendar is explained


def test_a_date_that_was_computed_again_says_why(cast: Any) -> None:
    ident = opened(cast["audit"])
    with acting_as(cast["audit"].account_id), transaction.atomic():
        row = DutyChange.objects.get(duty_id=ident)
        row.pk, row.kind = new_id(), "recalculated"
        row.old_due, row.new_due = date(2026, 3, 4), date(2026, 3, 5)
        row.reason = "工作日历第2版"
        row.save(force_insert=True)
    found = queries.duty(actor=cast["audit"], now=at(MONDAY), duty_id=ident)
    assert any(
        "日历更新重算（工作日历第2版）：原为2026-03-04，改为2026-03-05" in s
        for s in found.explanation
    )


# Templates


def a_template(cast: Any, code: str = "DT-LD-RECEIPT") -> Any:
    return next(
        t for t in queries.templates(actor=cast["coordinator"], now=cast.now) if t.code == code
    )


def test_a_new_version_is_previewed_then_published(cast: Any) -> None:
    template = a_template(cast)
    opened(cast["coordinator"])
    page = f"/duties/templates/{template.id}/"
    office = client_of("coordinator")
    form = {
        "amount": 5,
        "clause": "移交后 5 个工作日内签收",
        "source": "省级办法",
        "confidence": "R",
        "valid_from": (cast.now.date() + timedelta(days=30)).isoformat(),
    }
    shown = office.post(page, form).content.decode()
    assert "影响预览" in shown
    assert a_template(cast).version == template.version, "nothing was stored"
    assert office.post(page, {**form, "confirm": "on"}).status_code == 302
    versions = queries.template(actor=cast["coordinator"], now=cast.now, template_id=template.id)
    assert [(v.version, v.amount) for v in versions] == [(1, 3), (2, 5)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"amount": -5}, "不得改变"),
        ({"amount": "many"}, "整数"),
        ({"clause": ""}, "1 处需要修改"),
        ({"confidence": "X"}, "X"),
        ({"valid_from": "2020-01-01", "confirm": "on"}, "今天以后"),
        ({"valid_from": "soon"}, "日期"),
    ],
)
def test_a_version_that_does_not_fit_is_shown_again(cast: Any, more: Any, words: str) -> None:
    form = {
        "amount": 5,
        "clause": "x",
        "source": "y",
        "confidence": "P",
        "valid_from": (cast.now.date() + timedelta(days=30)).isoformat(),
        **more,
    }
    page = f"/duties/templates/{a_template(cast).id}/"
    answer = client_of("coordinator").post(page, form)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_only_the_keeper_revises_and_everybody_reads(cast: Any) -> None:
    page = f"/duties/templates/{a_template(cast).id}/"
    shown = client_of("audit").get(page)
    assert shown.status_code == 200
    assert "发布新版本" not in shown.content.decode()
    assert client_of("audit").post(page, {"amount": 5}).status_code == 404
    assert "DT-LD-RECEIPT" in client_of("audit").get("/duties/templates/").content.decode()
    with pytest.raises(NotFound):
        queries.template(actor=cast["audit"], now=cast.now, template_id=new_id())

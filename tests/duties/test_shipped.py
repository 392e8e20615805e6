"""What an update brings to an installation that is older: templates, their versions, days of new years."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from lianxun.duties import operations, seed, shipped
from lianxun.duties.models import CalendarVersion, DutyTemplate, WorkDay
from lianxun.fabric.forced import unforced
from lianxun.fabric.identity import acting_as
from tests.trace.support import committed_inbox

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "seq", "audit"])
CODE = "DT-CO-MUSTER"  # came after the first version of the product
COMMON = "DT-AC-BLOCK"


def as_owner(words: str, *values: Any, table: str = "duties_dutytemplate") -> None:
    """An installation as it was: rows taken out past row security."""
    with (
        transaction.atomic(using="owner"),
        unforced(table),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(words, values)


def rows(cast: Any, code: str) -> list[DutyTemplate]:
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        return list(DutyTemplate.objects.filter(code=code).order_by("preset", "version"))


def brought() -> str:
    said = StringIO()
    call_command("bring_shipped", stdout=said)
    return said.getvalue()


def records() -> list[dict[str, Any]]:
    return [r.record for r in committed_inbox() if r.record["act"] == "duties.bring_shipped"]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``newer("DT-…", amount=5)``: this version of the product ships a second version of a template."""
    plain = list(seed.shipped_templates())

    def ship(code: str, **changes: Any) -> None:
        found = [{**v, "version": 2, **changes} if v["code"] == code else v for v in plain]
        monkeypatch.setattr(seed, "shipped_templates", lambda: iter(found))

    return ship


def test_a_new_installation_has_everything(cast: Any) -> None:
    assert brought() == ""
    assert records() == []


def test_a_template_that_came_later_is_added_once_and_on_record(cast: Any) -> None:
    (before,) = rows(cast, CODE)
    as_owner("delete from duties_dutytemplate where code in (%s, %s)", CODE, "DT-CO-PLAN")
    assert rows(cast, CODE) == []
    assert "新增时限模板 2 条，更新 0 条" in brought()
    (after,) = rows(cast, CODE)
    same = [f.name for f in DutyTemplate._meta.fields if f.name != "id"]
    assert [getattr(after, n) for n in same] == [getattr(before, n) for n in same]
    assert brought() == ""
    (record,) = records()
    assert record["detail"] == {"added": 2, "revised": 0, "days": 0}


def test_a_newer_version_takes_over_from_today_and_the_old_one_ends(cast: Any, newer: Any) -> None:
    newer(CODE, amount=3, clause="3 小时内人员到位")
    today = cast.now.date()
    assert "更新 1 条" in brought()
    old, new = rows(cast, CODE)
    assert (old.version, old.amount, old.valid_to) == (1, 1, today - timedelta(days=1))
    assert (new.version, new.amount, new.valid_from, new.valid_to) == (2, 3, today, None)
    assert brought() == ""


def test_a_newer_version_waits_for_its_day(cast: Any, newer: Any) -> None:
    newer(CODE, amount=3, valid_from=date(2030, 1, 1))
    brought()
    old, new = rows(cast, CODE)
    assert (old.valid_to, new.valid_from) == (date(2029, 12, 31), date(2030, 1, 1))


def test_what_an_office_changed_stays_and_is_named(cast: Any, newer: Any) -> None:
    (old,) = rows(cast, COMMON)
    now: datetime = cast.now
    operations.revise_template(
        actor=cast["coordinator"],
        now=now,
        template_id=old.id,
        amount=4,
        clause="本省规定 4 个工作日",
        source="省联络办通知",
        confidence="R",
        valid_from=now.date() + timedelta(days=1),
    )
    assert brought() == ""  # the shipped first version is older than the office's own
    newer(COMMON, amount=2)
    assert f"本单位改过的时限模板保持不变，请核对新的规定：{COMMON}。" in brought()
    assert [(t.version, t.amount) for t in rows(cast, COMMON)] == [(1, old.amount), (2, 4)]
    assert records() == []


def test_days_of_new_years_are_added_with_a_version_and_old_days_stay(cast: Any) -> None:
    as_owner("delete from duties_workday where date >= '2027-01-01'", table="duties_workday")
    as_owner(
        "update duties_workday set is_work = false, name = '本省放假' where date = '2026-12-30'",
        table="duties_workday",
    )
    assert "工作日 365 天" in brought()
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        assert WorkDay.objects.filter(date__year=2027).count() == 365
        assert WorkDay.objects.get(date=date(2026, 12, 30)).name == "本省放假"
        newest = CalendarVersion.objects.order_by("-number").first()
    assert newest is not None
    assert newest.source == "随产品更新交付：2027—2027 年"
    assert newest.changed_days == 365
    assert brought() == ""


def test_nothing_is_half_done(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_owner("delete from duties_dutytemplate where code = %s", CODE)

    def breaks(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(shipped, "_days", breaks)
    with pytest.raises(OSError, match="disk full"):
        shipped.bring(now=cast.now)
    assert rows(cast, CODE) == []

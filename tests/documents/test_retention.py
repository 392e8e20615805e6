"""How long things are kept: pure days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lianxun.documents.enums import Retention
from lianxun.documents.retention import periods

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_ten_years_count_from_the_next_new_year() -> None:
    assert periods().ends_on(Retention.YEARS_10, date(2014, 3, 8)) == date(2025, 1, 1)
    assert periods().ends_on(Retention.YEARS_30, date(2014, 12, 31)) == date(2045, 1, 1)


def test_what_is_permanent_or_follows_its_matter_never_ends_by_itself() -> None:
    for retention in (Retention.PERMANENT, Retention.MATTER):
        assert periods().ends_on(retention, date(2000, 1, 1)) is None
        assert periods().latest_made(retention, date(2090, 1, 1)) is None


def test_every_class_says_whether_it_ends() -> None:
    assert set(periods().years) == {Retention.YEARS_10, Retention.YEARS_30}
    assert "第 8 号" in periods().source


@given(made=DAYS, by=DAYS)
def test_the_filter_of_the_database_and_the_date_on_the_list_agree(made: date, by: date) -> None:
    table = periods()
    for name in table.years:
        ends, latest = table.ends_on(name, made), table.latest_made(name, by)
        assert ends is not None
        assert latest is not None
        assert (ends <= by) == (made <= latest)


@given(today=DAYS)
def test_things_are_listed_before_they_end_and_asked_about_again_later(today: date) -> None:
    assert timedelta() < periods().listed_by(today) - today <= timedelta(days=31)
    assert today - periods().kept_until(today) >= timedelta(days=180)

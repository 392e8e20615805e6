"""Quarterly progress: one report for each quarter meets exactly its time limit; late twice running is a fact
from which an interview may be proposed (R-9.1-4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lianxun.appraisal import operations as do
from lianxun.appraisal import queries
from lianxun.duties import operations as duties_acts
from lianxun.duties import queries as duties
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from tests.appraisal.support import OFFICE, see
from tests.duties.support import at
from tests.support.cast import unit_id

WORDS = {"done": "按需求提供数据十二件，参加信息会商两次，无逾期事项。", "plans": "完成口径统一。"}


def quarters(cast: Any, year: int) -> list[Any]:
    """The audit department's time limits of a year, opened on its first day."""
    duties_acts.open_standing(actor=cast[OFFICE], now=at(date(year, 1, 2)), year=year)
    filters = {"unit": str(unit_id("YL-SJ")), "code": "DT-ST-QUARTER"}
    return list(see(cast, OFFICE, duties.duties, filters=filters).duties)


def report(cast: Any, year: int, quarter: int, now: datetime, **changes: Any) -> Any:
    return do.report_quarter(
        actor=cast["audit"], now=now, year=year, quarter=quarter, **{**WORDS, **changes}
    )


def test_a_report_meets_the_limit_of_its_own_quarter(cast: Any) -> None:
    year = cast.now.date().year
    due = {d.due_on: d for d in quarters(cast, year)}
    assert len(due) == 4
    second = sorted(due)[1]
    made = report(cast, year, 2, at(second))
    found = see(cast, "audit", queries.report, report_id=made)
    assert (found.due_on, found.late) == (second, False)
    states = [d.state for d in sorted(quarters_now(cast), key=lambda d: d.due_on)]
    assert states == [
        "open",
        "fulfilled",
        "open",
        "open",
    ]  # the first stays overdue: nothing is made up


def quarters_now(cast: Any) -> list[Any]:
    filters = {"unit": str(unit_id("YL-SJ")), "code": "DT-ST-QUARTER"}
    return list(see(cast, OFFICE, duties.duties, filters=filters).duties)


def test_a_sentence_does_not_meet_it(cast: Any) -> None:
    duty = quarters(cast, cast.now.date().year)[0]
    with pytest.raises(WrongState, match="季度进展请在“考核评价”中报送"):
        duties_acts.report_done(
            actor=cast["audit"], now=cast.now, duty_id=duty.id, note="已报", revision=duty.revision
        )


def test_late_stays_late(cast: Any) -> None:
    year = cast.now.date().year
    first = min(d.due_on for d in quarters(cast, year))
    made = report(cast, year, 1, at(first + timedelta(days=3)))
    assert see(cast, OFFICE, queries.report, report_id=made).late


def test_late_twice_running_is_a_fact_for_a_proposal_and_nothing_more(cast: Any) -> None:
    year = cast.now.date().year
    days = sorted(d.due_on for d in quarters(cast, year))
    seen_on = at(days[1] + timedelta(days=5))
    office = cast[OFFICE]
    found = _suggested(office, seen_on)
    mine = [s for s in found if s.unit_id == unit_id("YL-SJ")]
    assert [(s.kind, s.cause) for s in mine] == [("talk", "late_twice")]
    assert f"{year}年第一季度、{year}年第二季度" in mine[0].facts
    assert see(cast, OFFICE, queries.outcomes).rows == []
    report(cast, year, 2, at(days[1]))
    assert unit_id("YL-SJ") not in {s.unit_id for s in _suggested(office, seen_on)}


def _suggested(actor: Any, now: datetime) -> Any:
    from django.db import transaction

    from lianxun.fabric.identity import acting_as

    with acting_as(actor.account_id), transaction.atomic():
        return queries.suggestions(actor=actor, now=now)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"done": "好"}, "done"),
        ({"done": "长" * 4001}, "done"),
        ({"plans": ""}, "plans"),
        ({"problems": "长" * 4001}, "problems"),
        ({"quarter": 5}, "quarter"),
        ({"year": 2001}, "quarter"),
    ],
)
def test_a_report_says_something_about_a_quarter(
    cast: Any, changes: dict[str, Any], place: str
) -> None:
    given = {"year": cast.now.date().year, "quarter": 1, "now": cast.now, **changes}
    with pytest.raises(Invalid) as problem:
        report(cast, **given)
    assert [e.place for e in problem.value.errors] == [place]


def test_twice_and_too_early_are_refused(cast: Any) -> None:
    year = cast.now.date().year
    report(cast, year, 1, cast.now)
    with pytest.raises(WrongState, match="已经报送"):
        report(cast, year, 1, cast.now)
    with pytest.raises(Invalid, match="还没有结束"):
        report(cast, year, 4, at(date(year, 8, 1)))


@pytest.mark.parametrize("who", ["contact", "inspector", "system_admin"])
def test_who_is_no_unit_does_not_report(cast: Any, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        do.report_quarter(
            actor=cast[who], now=cast.now, year=cast.now.date().year, quarter=1, **WORDS
        )
    assert refusal.value.rule == "APR-REPORT"


def test_a_report_is_the_units_and_the_offices(cast: Any) -> None:
    made = report(cast, cast.now.date().year, 1, cast.now)
    assert see(cast, OFFICE, queries.report, report_id=made).unit_name == "省审计厅"
    for who in ("finance", "other_city", "team_head"):
        with pytest.raises(NotFound):
            see(cast, who, queries.report, report_id=made)

"""When an item may be brought under joint supervision: every trigger where it holds and just where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.rectification.enums import ItemState
from lianxun.rectification.supervising import SETTLED, Standing, reasons, scheme

TODAY = date(2026, 11, 23)
QUIET = Standing(state=ItemState.IN_PROGRESS, due_on=TODAY + timedelta(days=20), clock_red=False)
LATE = replace(QUIET, due_on=date(2026, 10, 23), clock_red=True)
EVERYTHING = replace(LATE, sham_times=1, refused=("调阅3号",), grade="差", worst="差")


def held(item: Standing, today: date = TODAY) -> dict[str, str]:
    return {r.trigger.code: r.words for r in reasons(item, today)}


def test_an_item_in_good_order_is_not_suggested() -> None:
    assert held(QUIET) == {}


def test_an_item_is_suggested_from_the_thirty_first_day_behind_its_day() -> None:
    assert held(LATE) == {"SV-RED": "超期 31 日（期限 2026年10月23日）"}
    assert held(LATE, TODAY - timedelta(days=1)) == {}


@pytest.mark.parametrize(
    "change",
    [{"clock_red": False}, {"state": ItemState.SUBMITTED}],
    ids=["paused-or-extended", "waits-for-its-check"],
)
def test_late_without_fault_of_the_unit_is_not_late(change: dict[str, Any]) -> None:
    assert held(replace(LATE, **change)) == {}


def test_each_sham_check_counts() -> None:
    assert held(replace(QUIET, sham_times=2)) == {"SV-SHAM": "核验发现虚假整改 2 次"}
    # what was found sham stays found while the unit has handed in anew
    assert "SV-SHAM" in held(replace(QUIET, sham_times=1, state=ItemState.SUBMITTED))


def test_requests_refused_without_ground_are_named() -> None:
    item = replace(QUIET, refused=("调阅3号", "调阅5号"))
    assert held(item) == {"SV-DATA": "应提供而未提供：调阅3号、调阅5号"}


def test_only_the_lowest_grade_is_a_reason() -> None:
    assert held(replace(QUIET, grade="差", worst="差")) == {"SV-WORST": "整改评估等次为“差”"}
    assert held(replace(QUIET, grade="一般", worst="差")) == {}
    assert held(replace(QUIET, worst="差")) == {}


def test_all_that_hold_are_said_in_the_order_of_the_rules() -> None:
    assert list(held(EVERYTHING)) == ["SV-RED", "SV-SHAM", "SV-DATA", "SV-WORST"]


@pytest.mark.parametrize("state", SETTLED)
def test_what_is_settled_is_never_suggested(state: str) -> None:
    assert held(replace(EVERYTHING, state=state)) == {}


@given(days=st.integers(-400, 400), red=st.booleans(), state=st.sampled_from(ItemState.values))
def test_lateness_is_a_reason_only_red_unsettled_unsubmitted_and_beyond_the_days(
    days: int, red: bool, state: str
) -> None:
    item = Standing(state=state, due_on=TODAY - timedelta(days=days), clock_red=red)
    assert set(held(item)) <= {"SV-RED"}
    if "SV-RED" in held(item):
        assert red
        assert days > 30
        assert state not in {"submitted", "confirmed", "closed"}


def test_every_trigger_has_a_source_and_what_is_only_suggested_says_so() -> None:
    for trigger in scheme().triggers:
        assert trigger.source
        assert trigger.confidence in {"R", "P"}
        assert ("建议值" in trigger.source) == (trigger.confidence == "P")

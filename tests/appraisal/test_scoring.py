"""The calculation: what is printed adds up, small numbers say nothing, a case more in time never costs points."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun.appraisal.body import Body, body_of, shipped
from lianxun.appraisal.scoring import (
    WHOLE,
    Case,
    Scored,
    contribution,
    late_twice,
    spread,
    tally,
    total,
)

DAY = date(2026, 6, 30)


def body(**weights: int) -> Body:
    return body_of(shipped(DAY), share=20, weights=weights)


def lines(counts: dict[str, tuple[int, int]]) -> list[Scored]:
    """Each indicator of the body with (met, due); those left out had no case."""
    return [
        Scored(code=i.code, weight=i.weight, met=counts.get(i.code, (0, 0))[0],
               due=counts.get(i.code, (0, 0))[1])
        for i in body().indicators
    ]  # fmt: skip


COUNTS = st.dictionaries(
    st.sampled_from([i.code for i in body().indicators]),
    st.integers(0, 60).flatmap(lambda due: st.tuples(st.integers(0, due), st.just(due))),
)


def test_the_shipped_body_is_whole() -> None:
    """Three classes with twelve indicators (R-7.4-3) and the four of the second rule (R-4.4-3): 100 together."""
    found = body()
    of = {g.code: [i for i in found.indicators if i.group == g.code] for g in found.groups}
    assert [len(of[c]) for c in ("nodes", "response", "results", "outcome")] == [4, 4, 4, 4]
    assert [i.title for i in of["outcome"]] == [
        "信息共享率",
        "联合检查成效",
        "整改落实率",
        "成果转化率",
    ]
    assert sum(i.weight for i in found.indicators) == 100
    assert (found.share, found.most, found.least) == (20, 25, 5)
    for i in found.indicators:
        assert i.definition
        assert i.numerator
        assert i.denominator
        assert i.source
        assert i.duties
        assert i.direction_label
        assert i.met_label
        assert i.confidence in "RKP"


def test_every_clock_that_is_counted_exists() -> None:
    from lianxun.duties.seed import template_rows

    files = ("clocks", "milestones", "practice")
    known = {row["code"] for file in files for row in template_rows(file)}
    assert set(body().duties) <= known


@given(COUNTS)
@settings(max_examples=60, deadline=None)
def test_weights_of_scored_lines_add_up_to_a_hundred(counts: dict[str, tuple[int, int]]) -> None:
    found = spread(body(), lines(counts))
    scored = [x for x in found if x.effective is not None]
    assert all(x.due >= 5 for x in scored)
    assert all(x.score is None for x in found if x.due < 5)
    assert sum(x.effective or 0 for x in scored) == (WHOLE if scored else 0)
    assert total(found) == (sum(x.score or 0 for x in scored) if scored else None)
    assert all(0 <= (x.score or 0) <= (x.effective or 0) for x in scored)


@given(COUNTS, st.data())
@settings(max_examples=60, deadline=None)
def test_one_more_in_time_never_costs_points(
    counts: dict[str, tuple[int, int]], data: st.DataObject
) -> None:
    open_ones = [code for code, (met, due) in counts.items() if met < due]
    if not open_ones:
        return
    code = data.draw(st.sampled_from(sorted(open_ones)))
    better = counts | {code: (counts[code][0] + 1, counts[code][1])}
    assert (total(spread(body(), lines(better))) or 0) >= (
        total(spread(body(), lines(counts))) or 0
    )


def test_weight_of_a_small_sample_goes_to_its_class_first() -> None:
    found = {x.code: x for x in spread(body(), lines({"IND-01": (10, 10), "IND-13": (3, 6)}))}
    # The class of nodes weighs 20 and the four of 4.4 weigh 40: nothing else is scored, 1 : 2.
    assert found["IND-01"].effective == 3333
    assert found["IND-13"].effective == 6667
    assert found["IND-13"].score == 3334  # half of 66.67, rounded half up
    assert found["IND-02"].score is None


def test_nothing_scored_is_no_total() -> None:
    found = spread(body(), lines({"IND-01": (4, 4)}))
    assert total(found) is None
    assert contribution(None, 20) is None


@pytest.mark.parametrize(
    ("points", "share", "brings"), [(8750, 20, 1750), (10000, 25, 2500), (3, 20, 1)]
)
def test_what_goes_into_the_annual_assessment(points: int, share: int, brings: int) -> None:
    assert contribution(points, share) == brings


def case(number: int, *, in_time: bool, done: bool = True) -> Case:
    day = DAY + timedelta(days=number)
    return Case(UUID(int=number), day, day if done else None, in_time)


def test_decided_cases_are_dropped_or_kept() -> None:
    on_time = next(i for i in body().indicators if i.code == "IND-13")
    cases = [case(1, in_time=True), case(2, in_time=False), case(3, in_time=False, done=False)]
    assert (tally(on_time, cases, {}).met, tally(on_time, cases, {}).due) == (1, 3)
    dropped = tally(on_time, cases, {str(UUID(int=2)): "drop"})
    assert (dropped.met, dropped.due) == (1, 2)
    kept = tally(on_time, cases, {str(UUID(int=2)): "kept"})
    assert (kept.met, kept.due) == (2, 3)


def test_a_rate_of_things_done_counts_late_ones() -> None:
    done = next(i for i in body().indicators if i.code == "IND-15")
    cases = [case(1, in_time=False), case(2, in_time=False, done=False)]
    assert tally(done, cases, {}).met == 1


D = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("reports", "late"),
    [
        ([], False),
        ([(D, None)], False),
        ([(D, None), (date(2026, 6, 30), None)], True),
        ([(D, date(2026, 4, 1)), (date(2026, 6, 30), date(2026, 7, 2))], True),
        ([(D, date(2026, 4, 1)), (date(2026, 6, 30), date(2026, 6, 30))], False),
        ([(D, None), (date(2026, 6, 30), date(2026, 6, 1))], False),
        ([(D, None), (date(2026, 6, 30), None), (date(2026, 9, 30), None)], True),
    ],
)
def test_late_twice_running(reports: list[tuple[date, date | None]], *, late: bool) -> None:
    """Of the reports that fell due the last two: what is not due yet says nothing."""
    assert late_twice(reports, date(2026, 8, 1)) is late


@pytest.mark.parametrize(
    ("points", "grade"), [(100, "优秀"), (90, "优秀"), (89.99, "良好"), (60, "一般"), (0, "较差")]
)
def test_grades(points: float, grade: str) -> None:
    assert body().grade_of(points) == grade

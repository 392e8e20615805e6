"""Comparing and dating: pure rules, with properties."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lianxun.regulations.chain import Span, dated, validity
from lianxun.regulations.compare import Change, Row, compare, diff, likeness
from lianxun_insight.articles import Validity

TEXTS = st.text("水井污染处罚应当", max_size=30)
ROWS = st.lists(TEXTS.filter(bool), max_size=8).map(
    lambda texts: [(f"a{n}", f"第{n}条", t) for n, t in enumerate(texts, 1)]
)


def rows(*texts: str) -> list[Row]:
    return [(f"a{n}", f"第{n}条", t) for n, t in enumerate(texts, 1)]


@given(TEXTS, TEXTS)
def test_the_pieces_of_a_difference_are_the_texts(old: str, new: str) -> None:
    left, right = diff(old, new)
    assert "".join(p.text for p in left) == old
    assert "".join(p.text for p in right) == new
    assert "".join(p.text for p in left if not p.touched) == "".join(
        p.text for p in right if not p.touched
    )


@given(ROWS, ROWS)
def test_no_article_is_lost_or_doubled(old: list[Row], new: list[Row]) -> None:
    pairs = compare(old, new).pairs
    assert sorted(p.old_key for p in pairs if p.old_label) == sorted(r[0] for r in old)
    assert [p.new_key for p in pairs if p.new_label] == [r[0] for r in new]


@given(ROWS)
def test_a_text_equals_itself(old: list[Row]) -> None:
    assert compare(old, old).changed == ()


def test_an_inserted_article_moves_the_others() -> None:
    old = rows("保护水井的原则", "开凿水井的条件", "处罚的种类和幅度")
    new = rows("保护水井的原则", "鼓励收集雨水", "开凿水井的条件", "处罚的种类和幅度")
    found = compare(old, new)
    assert found.counts == {"未变": 1, "新增": 1, "条号变动": 2}


def test_an_amended_article_is_found_at_its_new_number() -> None:
    old = rows("总则", "污染水井的，处二万元以下罚款，并责令改正。")
    new = rows("总则", "新设巡查员。", "污染水井的，处五万元以下罚款，并责令改正。")
    pair = compare(old, new).pairs[2]
    assert (pair.change, pair.old_label, pair.new_label) == (Change.CHANGED, "第2条", "第3条")
    assert [p.text for p in pair.old if p.touched] == ["二"]
    assert [p.text for p in pair.new if p.touched] == ["五"]


def test_a_removed_article_stands_where_it_was() -> None:
    found = compare(rows("甲甲甲", "乙乙乙", "丙丙丙"), rows("甲甲甲", "丙丙丙"))
    assert [p.change for p in found.pairs] == [Change.SAME, Change.REMOVED, Change.MOVED]


def test_an_article_wholly_rewritten_is_new_and_the_old_one_gone() -> None:
    found = compare(rows("甲乙丙丁戊己"), rows("子丑寅卯辰巳"))
    assert found.counts == {"新增": 1, "删除": 1}


@given(TEXTS, TEXTS)
def test_likeness_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, a) == 1


# -- dates ---------------------------------------------------------------------------------------

DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))


@given(st.lists(DAYS, min_size=1, max_size=6, unique=True), st.none() | DAYS, DAYS)
def test_on_no_day_two_versions_are_valid(
    starts: list[date], repealed_on: date | None, on: date
) -> None:
    spans = dated([Span(n, s, s) for n, s in enumerate(starts)], repealed_on=repealed_on)
    states = [validity(s.start, s.end, repealed=s.repealed, on=on) for s in spans]
    assert states.count(Validity.IN_FORCE) <= 1
    ended = repealed_on is not None and max(starts) < repealed_on <= on
    assert (Validity.IN_FORCE in states) == (on >= min(starts) and not ended)


@given(st.lists(DAYS, min_size=1, max_size=6, unique=True))
def test_each_version_ends_the_day_before_the_next(starts: list[date]) -> None:
    spans = dated([Span(n, s, s) for n, s in enumerate(starts)])
    for one, two in itertools.pairwise(spans):
        assert one.end is not None
        assert two.start == one.end + timedelta(days=1)
    assert spans[-1].end is None


def test_a_repeal_before_the_last_version_ends_nothing() -> None:
    (span,) = dated([Span(1, date(2020, 1, 1), None)], repealed_on=date(2020, 1, 1))
    assert (span.end, span.repealed) == (None, False)


def test_a_version_without_a_day_is_the_oldest() -> None:
    spans = dated([Span("b", date(2020, 1, 1), None), Span("a", None, None)])
    assert [s.key for s in spans] == ["a", "b"]
    assert validity(None, spans[0].end, repealed=False, on=date(1900, 1, 1)) is Validity.IN_FORCE

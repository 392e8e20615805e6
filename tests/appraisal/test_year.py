"""A year from the counted duty to its use: who does what when, what is refused, what is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianxun.appraisal import operations as do
from lianxun.appraisal import queries
from lianxun.duties import queries as duties
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.appraisal.support import (
    CHAIR,
    FINANCE,
    LEADER,
    OFFICE,
    act,
    busy,
    calculated,
    in_force,
    judged,
    last_year,
    look,
    objected,
    published,
    reviewed,
    see,
    sheet,
    shown,
    signed,
    vote,
)
from tests.support.recorded import listen


def line(found: Any, code: str = "IND-13") -> Any:
    return next(x for x in found.lines if x.code == code)


def test_a_year_is_counted_from_its_duties(cast: Any) -> None:
    """What the boards light as in time is the numerator; what fell due is the denominator; four of six is no
    question of who looks."""
    year = last_year(cast)
    in_force(cast, year)
    busy(cast, year)
    period = calculated(cast, year)
    found = look(cast, period)
    assert (found.state, found.units, found.hidden) == ("drafted", 13, 0)
    audit, finance = sheet(cast, period), sheet(cast, period, unit=FINANCE)
    assert (line(audit).met, line(audit).due) == (5, 6)
    assert (line(finance).met, line(finance).due) == (2, 6)
    # Nothing else has five cases: the whole weight lies on this line.
    assert line(audit).sum == "100.00 × 5 ÷ 6 ＝ 83.33"
    assert (audit.points, audit.grade, audit.contribution_points) == ("83.33", "良好", "16.67")
    assert line(audit, "IND-01").effective_points == "样本不足，不计分"
    others = [s for s in found.sheets if s.total is None]
    assert len(others) == 11
    assert {s.grade_label for s in others} == {"不评分"}


def test_figures_follow_the_duties_until_the_units_are_shown(cast: Any) -> None:
    year = last_year(cast)
    in_force(cast, year)
    period = calculated(cast, year)
    busy(cast, year)
    act(cast, do.recount, period)
    assert line(sheet(cast, period)).due == 6
    act(cast, do.show, period)
    with pytest.raises(Refused, match="事实已经固定"):
        act(cast, do.recount, period)


def test_showing_freezes_the_cases_and_serves_each_unit_its_own(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = listen(monkeypatch)
    period = shown(cast)
    found = look(cast, period)
    assert found.state == "shown"
    assert len(found.digest) == 64
    mine = sheet(cast, period, "audit")
    assert len(mine.digest) == 64
    assert mine.permitted == {"confirm", "object"}
    clocks = see(cast, "audit", duties.duties_of, object_kind="appraisal.sheet", object_id=mine.id)
    assert [c.code for c in clocks] == ["DT-AS-OBJECT"]
    assert clocks[0].due_on == mine.object_until == found.review_until
    (record,) = heard.of("appraisal.show")
    assert record["rule"] == "APR-RUN"
    assert record["obj"] == "appraisal.period"


def test_a_unit_sees_its_own_sheet_after_it_was_shown_and_no_other(cast: Any) -> None:
    year = last_year(cast)
    in_force(cast, year)
    busy(cast, year)
    period = calculated(cast, year)
    with pytest.raises(NotFound):
        sheet(cast, period, "audit")
    act(cast, do.show, period)
    assert sheet(cast, period, "audit").mine
    with pytest.raises(NotFound):
        sheet(cast, period, "finance")
    assert [s.unit_name for s in see(cast, "audit", queries.sheets).rows] == ["省审计厅"]
    with pytest.raises(NotFound):
        look(cast, period, "audit")


def test_every_figure_leads_to_its_cases(cast: Any) -> None:
    period = shown(cast)
    mine = sheet(cast, period, "audit")
    found = see(cast, "audit", queries.line_cases, sheet_id=mine.id, code="IND-13")
    assert (len(found.cases), found.hidden) == (6, 0)
    assert [c.words for c in found.cases].count("按期办结") == 5
    with pytest.raises(NotFound):
        see(cast, "finance", queries.line_cases, sheet_id=mine.id, code="IND-13")


def test_an_upheld_objection_recalculates_with_a_recorded_correction(cast: Any) -> None:
    period = shown(cast)
    objection = objected(cast, period)
    late = sheet(cast, period, unit=FINANCE)
    assert late.state == "objected"
    found = see(cast, CHAIR, queries.line_cases, sheet_id=late.id, code="IND-13")
    wrong = next(c.id for c in found.cases if not c.in_time)
    assert judged(cast, objection, treatment="drop", cases=[wrong])
    now = sheet(cast, period, unit=FINANCE)
    assert (line(now).met, line(now).due, now.state) == (2, 5, "decided")
    assert now.points == "40.00"
    (correction,) = now.corrections
    assert correction.words == "2/6 更正为 2/5，总分 33.33 更正为 40.00"
    assert now.objections[0].decided_by == "戴云舟"
    after = see(cast, CHAIR, queries.line_cases, sheet_id=late.id, code="IND-13")
    assert next(c for c in after.cases if c.id == wrong).words == "裁定：不计入"


def test_a_case_may_count_as_kept(cast: Any) -> None:
    period = shown(cast)
    objection = objected(cast, period)
    found = see(
        cast,
        CHAIR,
        queries.line_cases,
        sheet_id=sheet(cast, period, unit=FINANCE).id,
        code="IND-13",
    )
    late = [c.id for c in found.cases if not c.in_time]
    judged(cast, objection, treatment="kept", cases=late[:1])
    assert line(sheet(cast, period, unit=FINANCE)).met == 3


def test_a_rejected_objection_changes_no_figure(cast: Any) -> None:
    period = shown(cast)
    before = sheet(cast, period, unit=FINANCE).total
    judged(cast, objected(cast, period), upheld=False, finding="延期未经批准，不予调整。")
    now = sheet(cast, period, "finance", FINANCE)
    assert (now.total, now.state, now.corrections) == (before, "decided", ())
    assert now.objections[0].state_label == "不成立"


def test_who_calculated_does_not_decide(cast: Any) -> None:
    objection = objected(cast, shown(cast))
    with pytest.raises(Refused, match="核算人和提出人以外") as refusal:
        judged(cast, objection, OFFICE, upheld=False)
    assert refusal.value.rule == "APR-DECIDE"


def test_an_objection_is_complete(cast: Any) -> None:
    period = shown(cast)
    nobodys = "01890a5d-ac96-774b-bcce-b302099a8057"
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"reason": "不对"}, "reason"),
        ({"reason": "长" * 501}, "reason"),
        ({"code": "IND-99"}, "code"),
        ({"cases": [nobodys]}, "cases"),
    )
    for changes, place in wrong:
        with pytest.raises(Invalid) as problem:
            objected(cast, period, **changes)
        assert [e.place for e in problem.value.errors] == [place]


def test_a_decision_is_complete(cast: Any) -> None:
    objection = objected(cast, shown(cast))
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"treatment": "", "cases": ()}, "treatment"),
        ({"treatment": "drop", "cases": ()}, "cases"),
        ({"upheld": False, "finding": ""}, "finding"),
    )
    for changes, place in wrong:
        with pytest.raises(Invalid) as problem:
            judged(cast, objection, **changes)
        assert place in [e.place for e in problem.value.errors]


def test_an_objection_twice_and_a_stale_one_are_refused(cast: Any) -> None:
    period = shown(cast)
    objected(cast, period)
    with pytest.raises(Invalid, match="已有待裁定的异议"):
        objected(cast, period)
    with pytest.raises(Stale):
        objected(cast, period, revision=99)
    mine = sheet(cast, period, "finance", FINANCE)
    with pytest.raises(WrongState, match="已提出异议"):
        do.confirm_sheet(
            actor=cast["finance"], now=cast.now, sheet_id=mine.id, revision=mine.revision
        )


def test_after_its_time_nobody_objects(cast: Any) -> None:
    period = shown(cast)
    mine = sheet(cast, period, "audit")
    with pytest.raises(Refused, match="复核期限已过"):
        do.confirm_sheet(
            actor=cast["audit"],
            now=cast.now + timedelta(days=30),
            sheet_id=mine.id,
            revision=mine.revision,
        )


def test_the_review_does_not_end_before_its_time_or_with_an_open_objection(cast: Any) -> None:
    period = shown(cast)
    with pytest.raises(Refused, match="还有 13 家单位没有复核"):
        act(cast, do.close_review, period)
    objected(cast, period)
    late = cast.now + timedelta(days=30)
    given = {"actor": cast[OFFICE], "now": late, "period_id": period}
    with pytest.raises(Refused, match="还有 1 件异议没有裁定"):
        do.close_review(**given, revision=look(cast, period).revision)


def test_silence_ends_with_the_time(cast: Any) -> None:
    period = shown(cast)
    do.close_review(
        actor=cast[OFFICE],
        now=cast.now + timedelta(days=30),
        period_id=period,
        revision=look(cast, period).revision,
    )
    found = look(cast, period)
    assert found.state == "decided"
    assert {s.state for s in found.sheets} == {"decided"}


def test_the_leading_group_signs_and_who_calculated_does_not(cast: Any) -> None:
    period = signed(cast)
    found = look(cast, period)
    assert (found.state, found.signed_by) == ("signed", "沈明远")
    assert {s.state for s in found.sheets} == {"signed"}


def test_a_year_that_comes_back_may_be_submitted_again(cast: Any) -> None:
    period = reviewed(cast)
    vote(cast, act(cast, do.submit_period, period), LEADER, "return", "请核对审计厅数据。")
    found = look(cast, period)
    assert (found.state, found.answer) == ("decided", "请核对审计厅数据。")
    vote(cast, act(cast, do.submit_period, period, remark="已核对无误。"), LEADER)
    assert look(cast, period).state == "signed"


def test_a_published_year_is_printed_and_listed(cast: Any) -> None:
    period = published(cast)
    found = look(cast, period)
    assert found.state == "published"
    assert found.docx
    assert found.pdf
    listed = see(cast, "finance", queries.rankings).rows
    assert [(r.unit_name, r.points, r.grade_label) for r in listed[:2]] == [
        ("省审计厅", "83.33", "良好"),
        ("省财政厅", "33.33", "较差"),
    ]
    assert len(listed) == 13
    mine = sheet(cast, period, OFFICE)
    docx, pdf = do.print_sheet(
        actor=cast[OFFICE], now=cast.now, sheet_id=mine.id, revision=mine.revision
    )
    again = sheet(cast, period, "audit")
    assert (again.docx, again.pdf, again.state) == (docx, pdf, "published")


def test_order_of_the_acts_is_kept(cast: Any) -> None:
    period = shown(cast)
    for call in (do.submit_period, do.publish, do.finish):
        with pytest.raises(Refused) as refusal:
            act(cast, call, period)
        assert refusal.value.rule == "APR-STATE"
    mine = sheet(cast, period)
    with pytest.raises(WrongState, match="复核结束后才能打印"):
        do.print_sheet(actor=cast[OFFICE], now=cast.now, sheet_id=mine.id, revision=mine.revision)


def test_a_running_year_is_not_frozen(cast: Any) -> None:
    year = cast.now.date().year
    in_force(cast, year)
    period = calculated(cast, year)
    with pytest.raises(WrongState, match="结束之后才能送单位复核"):
        act(cast, do.show, period)


def test_a_quarter_is_shown_and_never_signed(cast: Any) -> None:
    year = last_year(cast)
    in_force(cast, year)
    period = calculated(cast, year, 1)
    assert look(cast, period).name == f"{year}年第一季度"
    act(cast, do.show, period)
    do.close_review(
        actor=cast[OFFICE],
        now=cast.now + timedelta(days=30),
        period_id=period,
        revision=look(cast, period).revision,
    )
    with pytest.raises(Refused, match="季度核算只供通报"):
        act(cast, do.submit_period, period)


def test_a_period_needs_a_scheme_in_force_and_exists_once(cast: Any) -> None:
    year = last_year(cast)
    with pytest.raises(Invalid, match="还没有经委员会批准的指标体系"):
        calculated(cast, year)
    in_force(cast, year)
    calculated(cast, year)
    with pytest.raises(WrongState, match="已经核算"):
        calculated(cast, year)
    with pytest.raises(Invalid, match="请选择全年或一个季度"):
        calculated(cast, year, 7)


def test_only_the_office_of_the_region_calculates(cast: Any) -> None:
    year = last_year(cast)
    in_force(cast, year)
    for who in ("leader", "chair", "audit", "discipline_head", "team_head"):
        with pytest.raises(Refused) as refusal:
            do.calculate(actor=cast[who], now=cast.now, year=year, quarter=0)
        assert refusal.value.rule == "APR-RUN"
    with pytest.raises(
        Invalid, match="还没有经委员会批准"
    ):  # another tier has no scheme of its own
        do.calculate(actor=cast["other_city"], now=cast.now, year=year, quarter=0)

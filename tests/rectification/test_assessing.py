"""The joint assessment act by act: opened, scored blind, merged, decided, served, objected to, in force."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError

from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from tests.exchange.support import as_app, clocks
from tests.rectification.support import (
    CODES,
    OFFICE,
    UNIT,
    act,
    assess,
    closed,
    confirmed,
    look,
    merged,
    opened,
    ruled,
    score,
    seen,
    served,
    soon,
    step,
    submitted,
)
from tests.support.cast import unit_id
from tests.support.recorded import Recorded, listen


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def places(problem: Any) -> set[str]:
    return {e.place for e in problem.value.errors}


# --- beginning ---------------------------------------------------------------------------------


def test_it_begins_with_what_was_done_and_a_month_runs(cast: Any, heard: Recorded) -> None:
    found = seen(cast, opened(cast))
    assert (found.state, found.turn, found.scheme_version) == ("scoring", 1, 1)
    assert found.number.endswith("号-评1")
    assert found.basis["items"] == found.basis["closed"] == found.basis["in_time"] == 1
    assert found.permitted == {"merge"}
    assert clocks(found.id) == {"DT-RC-ASSESS"}
    (record,) = heard.of("rectification.open_assessment")
    assert (record["result"], record["rule"]) == ("allow", "REC-OFFICE")


def test_what_is_not_struck_off_is_explained(cast: Any) -> None:
    engagement = look(cast, submitted(cast)).engagement
    with pytest.raises(Invalid, match="还有 1 项未销号") as problem:
        assess(cast, engagement)
    assert places(problem) == {"open_reason"}
    with pytest.raises(Invalid, match="现有 501 字"):
        assess(cast, engagement, open_reason="长" * 501)
    found = seen(cast, assess(cast, engagement, open_reason="涉诉，等待判决。"))
    assert (found.open_reason, found.basis["closed"]) == ("涉诉，等待判决。", 0)


def test_without_items_there_is_nothing_to_assess(cast: Any) -> None:
    with pytest.raises(WrongState, match="还没有整改事项"):
        assess(cast, new_id())
    with pytest.raises(NotFound):
        queries.ready_to_assess(actor=cast[OFFICE], now=cast.now, engagement_id=new_id())


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"scheme": "AS-0"}, "scheme"),
        ({"units": ()}, "units"),
        ({"units": (unit_id("YL-JW"),)}, "units"),
        ({"units": (unit_id("YL-JW"), new_id())}, "units"),
        ({"units": (unit_id("YL-JW"), unit_id("YL-JT"))}, "units"),
        ({"units": (unit_id("YL-JW"), unit_id("YL-JT-1"))}, "units"),
        ({"units": (unit_id("YL-JW"), unit_id("YL"))}, "units"),
        ({"until": None}, "until"),
    ],
    ids=["scheme", "nobody", "one", "unknown", "itself", "below", "above", "no-time"],
)
def test_a_beginning_that_does_not_fit_names_its_field(
    cast: Any, change: dict[str, Any], place: str
) -> None:
    engagement = look(cast, closed(cast)).engagement
    given = {**change, "until": cast.now.date()} if "until" in change else change
    with pytest.raises(Invalid) as problem:
        assess(cast, engagement, **given)
    assert places(problem) == {place}


def test_one_assessment_at_a_time(cast: Any) -> None:
    found = seen(cast, opened(cast))
    with pytest.raises(WrongState, match="正在进行"):
        assess(cast, found.engagement)
    ready = queries.ready_to_assess(
        actor=cast[OFFICE], now=cast.now, engagement_id=found.engagement
    )
    assert (ready.items, ready.unfinished, ready.permitted) == (1, (), frozenset())


@pytest.mark.parametrize("who", ["contact", "discipline", "guide", "leader"])
def test_only_the_office_begins(cast: Any, who: str) -> None:
    engagement = look(cast, closed(cast)).engagement
    with pytest.raises((Refused, NotFound)):
        do.open_assessment(
            actor=cast[who],
            now=cast.now,
            engagement_id=engagement,
            scheme="AS-4",
            units=(unit_id("YL-JW"), unit_id("YL-ZZ")),
            until=soon(cast),
        )
    with pytest.raises(NotFound):
        queries.ready_to_assess(actor=cast[who], now=cast.now, engagement_id=engagement)


# --- scoring -----------------------------------------------------------------------------------


def test_units_score_blind_and_once(cast: Any) -> None:
    found = opened(cast)
    score(cast, found, "discipline", A3="10")
    score(cast, found, "personnel")
    assert [s.unit_name for s in seen(cast, found, "discipline").scores] == ["省纪委监委"]
    assert [s.unit_name for s in seen(cast, found, "personnel").scores] == ["省委组织部"]
    office = seen(cast, found)
    assert {s.unit_name for s in office.scores} == {"省纪委监委", "省委组织部"}
    assert (office.preview.total, office.preview.grade) == (Decimal("95.0"), "好")
    with pytest.raises(Refused, match="已经评分"):
        score(cast, found, "discipline")
    assert "score" not in seen(cast, found, "discipline").permitted


def test_a_score_that_does_not_fit_names_each_place(cast: Any) -> None:
    found = opened(cast)
    given = {"A1": "16", "A2": "x", "A3": "5", "A4": "0"}
    with pytest.raises(Invalid) as problem:
        step(cast, do.score, "discipline", found, deductions=given, reasons={})
    assert places(problem) == {"points_A1", "points_A2", "reason_A3"}
    assert seen(cast, found).scores == ()


@pytest.mark.parametrize("who", ["contact", "audit", "neighbour", "other_city", "system_admin"])
def test_who_was_not_asked_neither_sees_nor_scores(cast: Any, who: str) -> None:
    found = opened(cast)
    with pytest.raises(NotFound):
        seen(cast, found, who)
    with pytest.raises((NotFound, Refused)):
        score(cast, found, who)
    rows = queries.assessments(actor=cast[who], now=cast.now).rows
    assert rows == []


def test_the_office_sees_it_and_scores_only_where_it_asked_itself(cast: Any) -> None:
    with pytest.raises(Refused, match="没有受邀"):
        score(cast, opened(cast), OFFICE)


def test_a_stale_page_scores_nothing(cast: Any) -> None:
    found = opened(cast)
    zero = dict.fromkeys(CODES, "0")
    with pytest.raises(Stale):
        step(cast, do.score, "discipline", found, revision=9, deductions=zero, reasons={})


def test_a_score_is_never_changed(cast: Any) -> None:
    found = opened(cast)
    score(cast, found, "discipline", A3="10")
    with pytest.raises(IntegrityError):
        as_app("update rectification_score set deductions = '{}'", who="discipline")


def test_the_database_takes_one_score_of_a_unit(cast: Any) -> None:
    found = opened(cast)
    score(cast, found, "discipline")
    copy = (
        "insert into rectification_score select (jsonb_populate_record(s, "
        "jsonb_build_object('id', gen_random_uuid()))).* from rectification_score s"
    )
    with pytest.raises(IntegrityError, match="score_once_for_each_unit"):
        as_app(copy, who="discipline")


# --- merging and deciding ----------------------------------------------------------------------


def test_too_few_scores_are_not_merged(cast: Any) -> None:
    found = opened(cast)
    score(cast, found, "discipline")
    with pytest.raises(WrongState, match="至少要有 2 个单位评分，现有 1 个"):
        step(cast, do.merge_scores, OFFICE, found, summary="到位。")


def test_where_units_lie_apart_the_office_says_why(cast: Any) -> None:
    found = opened(cast)
    score(cast, found, "discipline", A1="9")
    score(cast, found, "personnel")
    with pytest.raises(Invalid, match="“组织领导”评分分歧较大") as problem:
        step(cast, do.merge_scores, OFFICE, found, summary="到位。")
    assert places(problem) == {"summary"}
    said = "组织领导分歧：省纪委监委认为主要负责人未到会，经核对属实一次。"
    step(cast, do.merge_scores, OFFICE, found, summary=said)
    assert seen(cast, found).state == "merged"


def test_an_opinion_is_written_and_not_cut(cast: Any) -> None:
    found = opened(cast)
    for summary, words in ((" ", "请写明评估意见"), ("长" * 2001, "现有 2001 字")):
        with pytest.raises(Invalid, match=words):
            step(cast, do.merge_scores, OFFICE, found, summary=summary)


def test_who_scored_does_not_merge(cast: Any) -> None:
    found = opened(cast, units=(cast[OFFICE].unit_id, unit_id("YL-JW")))
    score(cast, found, OFFICE)
    score(cast, found, "discipline")
    with pytest.raises(Refused, match="归口不能由参加评分的人员办理"):
        step(cast, do.merge_scores, OFFICE, found, summary="到位。")


def test_the_committee_gets_the_points_and_nobody_else_before_it_decided(
    cast: Any, heard: Recorded
) -> None:
    found = merged(cast)
    now = seen(cast, found)
    assert (now.state, now.total, now.grade, now.parts) == ("merged", None, "", ())
    with pytest.raises(NotFound):
        seen(cast, found, UNIT)
    ruled(cast, found)
    now = seen(cast, found, UNIT)
    assert (now.state, now.total, now.grade) == ("served", Decimal("95.0"), "好")
    assert [p.points for p in now.parts] == [15, 15, 55, 10]
    assert now.scores == ()  # what the single units deducted is not served
    assert clocks(found) == {"DT-RC-OBJECT"}
    assert now.object_until >= cast.now.date() + timedelta(days=30)
    assert heard.of("rectification.merge_scores")[0]["detail"]["scored"] == 2


def test_what_the_committee_sends_back_is_scored_anew(cast: Any) -> None:
    found = merged(cast)
    ruled(cast, found, "disagree", "成效部分依据不足。")
    now = seen(cast, found)
    assert (now.state, now.turn, now.returned) == ("scoring", 2, "成效部分依据不足。")
    score(cast, found, "discipline", A3="20")
    score(cast, found, "personnel", A3="20")
    step(cast, do.merge_scores, OFFICE, found, summary="按委员会意见重新评分。")
    ruled(cast, found)
    now = seen(cast, found)
    assert (now.total, now.grade, now.returned) == (Decimal("80.0"), "较好", "")
    assert len(now.scores) == 4


def test_who_scores_anew_has_as_many_days_as_before(cast: Any) -> None:
    found = merged(cast)
    ended = "update access_grant set revoked_at = now() where object_id = %s"
    assert as_app(ended, [found], who=OFFICE) == 2
    with pytest.raises(NotFound):
        seen(cast, found, "discipline")
    ruled(cast, found, "disagree", "成效部分依据不足。")
    score(cast, found, "discipline")
    assert seen(cast, found).turn == 2


def test_what_the_committee_said_to_the_office_is_not_the_units(cast: Any) -> None:
    found = served(cast)
    step(cast, do.object_assessment, UNIT, found, reason="成效扣分与事实不符。")
    step(cast, do.answer_objection, "leader", found, stands=False, answer="补充材料属实。")
    for who in ("discipline", "personnel"):
        score(cast, found, who)
    step(cast, do.merge_scores, OFFICE, found, summary="复评，予以更正。")
    ruled(cast, found, "disagree", "请核对与该单位班子的谈话情况。")
    assert seen(cast, found).returned == "请核对与该单位班子的谈话情况。"
    assert seen(cast, found, UNIT).returned == ""


def test_sham_rectification_vetoes_whatever_was_scored(cast: Any) -> None:
    item = submitted(cast)
    engagement = look(cast, item).engagement
    as_app("update rectification_item set sham_times = 5 where id = %s", [item])
    found = assess(cast, engagement, open_reason="虚假整改，继续督办。")
    score(cast, found, "discipline")
    score(cast, found, "personnel")
    step(cast, do.merge_scores, OFFICE, found, summary="一票否决。")
    ruled(cast, found)
    now = seen(cast, found)
    assert (now.total, now.grade) == (0, "差")
    assert "一票否决" in now.remark
    assert "约谈" in now.worst


@pytest.mark.parametrize("who", ["discipline", "guide", "contact", "leader"])
def test_only_the_office_merges(cast: Any, who: str) -> None:
    found = opened(cast)
    with pytest.raises((Refused, NotFound)):
        step(cast, do.merge_scores, who, found, summary="到位。")


# --- objecting ---------------------------------------------------------------------------------


def test_the_unit_objects_and_another_answers(cast: Any) -> None:
    found = served(cast)
    step(cast, do.object_assessment, UNIT, found, reason="成效扣分与事实不符。")
    assert seen(cast, found).state == "objected"
    assert clocks(found) == set()
    with pytest.raises(Refused, match="归口人自己"):
        step(cast, do.answer_objection, OFFICE, found, stands=True, answer="成立。")
    step(cast, do.answer_objection, "leader", found, stands=True, answer="经复核，扣分有据。")
    now = seen(cast, found, UNIT)
    assert (now.state, now.final_on) == ("final", cast.now.date())
    assert now.objection_answer == "经复核，扣分有据。"


def test_a_justified_objection_leads_to_new_scores(cast: Any) -> None:
    found = served(cast)
    step(cast, do.object_assessment, UNIT, found, reason="成效扣分与事实不符。")
    step(cast, do.answer_objection, "leader", found, stands=False, answer="补充材料属实。")
    now = seen(cast, found, UNIT)
    assert (now.state, now.turn, now.total, now.grade) == ("scoring", 2, None, "")
    assert clocks(found) == {"DT-RC-ASSESS"}
    for who in ("discipline", "personnel"):
        score(cast, found, who)
    step(cast, do.merge_scores, OFFICE, found, summary="复评，予以更正。")
    ruled(cast, found)
    assert seen(cast, found, UNIT).total == Decimal("100.0")


@pytest.mark.parametrize(
    ("call", "values", "place"),
    [
        (do.object_assessment, {"reason": " "}, "reason"),
        (do.object_assessment, {"reason": "长" * 2001}, "reason"),
    ],
)
def test_an_objection_says_something(
    cast: Any, call: Any, values: dict[str, Any], place: str
) -> None:
    found = served(cast)
    with pytest.raises(Invalid) as problem:
        step(cast, call, UNIT, found, **values)
    assert places(problem) == {place}


def test_an_answer_says_something_and_comes_only_to_an_objection(cast: Any) -> None:
    found = served(cast)
    with pytest.raises(WrongState, match="没有等待答复的异议"):
        step(cast, do.answer_objection, "leader", found, stands=True, answer="成立。")
    step(cast, do.object_assessment, UNIT, found, reason="不符。")
    with pytest.raises(Invalid):
        step(cast, do.answer_objection, "leader", found, stands=True, answer="")
    with pytest.raises(WrongState, match="只有已送达"):
        step(cast, do.object_assessment, UNIT, found, reason="再次不符。")


@pytest.mark.parametrize("who", [OFFICE, "leader"])
def test_nobody_objects_for_the_unit(cast: Any, who: str) -> None:
    with pytest.raises(Refused, match="被评估单位"):
        step(cast, do.object_assessment, who, served(cast), reason="不符。")


def test_when_the_days_are_over_the_office_concludes(cast: Any) -> None:
    found = served(cast)
    with pytest.raises(Refused, match="异议期未满"):
        step(cast, do.conclude_assessment, OFFICE, found)
    late = cast.now + timedelta(days=60)
    with pytest.raises(WrongState, match="届满"):
        step(cast, do.object_assessment, UNIT, found, reason="不符。", now=late)
    step(cast, do.conclude_assessment, OFFICE, found, now=late)
    assert seen(cast, found).state == "final"


def test_the_unit_agrees_at_once(cast: Any) -> None:
    found = served(cast)
    step(cast, do.conclude_assessment, UNIT, found)
    assert seen(cast, found).final_on == cast.now.date()
    assert clocks(found) == set()
    with pytest.raises(WrongState):
        step(cast, do.conclude_assessment, UNIT, found)
    assert assess(cast, seen(cast, found).engagement)  # a later one may follow


JOIN = (
    "insert into access_grant(id, revision, created_at, kind, unit_id, object_kind, object_id, purpose,"
    " legal_basis, granted_by_id, valid_from, valid_to, owner_path, review_note)"
    " values (gen_random_uuid(), 1, now(), 'participation', {unit}, 'rectification.assessment', %s, 'x', '',"
    " lx.account(), lx.today(), lx.today(), '~', '')"
)


def test_reading_is_not_turned_into_taking_part(cast: Any) -> None:
    found = served(cast)
    with pytest.raises(DatabaseError, match="his own unit"):
        as_app(JOIN.format(unit="lx.unit()"), [found], who=UNIT)
    other = f"'{unit_id('YL-ZZ')}'"
    for who, about in ((UNIT, new_id()), ("neighbour", found)):
        with pytest.raises(DatabaseError, match="does not see"):
            as_app(JOIN.format(unit=other), [about], who=who)


# --- the report, the list, the database ----------------------------------------------------------


def test_the_report_is_printed_once_it_was_served(cast: Any) -> None:
    found = merged(cast)
    with pytest.raises(WrongState, match="送达之后"):
        step(cast, do.print_assessment, OFFICE, found)
    ruled(cast, found)
    docx, pdf = step(cast, do.print_assessment, OFFICE, found)
    assert docx != pdf
    with pytest.raises(Refused):
        step(cast, do.print_assessment, "discipline", found)


def test_the_list_filters_by_engagement_and_state(cast: Any) -> None:
    found = seen(cast, served(cast))

    def listed(**wanted: Any) -> list[Any]:
        page = queries.assessments(actor=cast[OFFICE], now=cast.now, **wanted)
        return [a.id for a in page.rows]

    assert listed(engagement=found.engagement) == [found.id]
    assert listed(engagement=new_id()) == []
    assert listed(state="served") == [found.id]
    assert listed(state="final") == []
    assert queries.assessments(actor=cast[UNIT], now=cast.now).total == 1


@pytest.mark.parametrize(
    "change",
    [
        "state = 'final', final_on = current_date",
        "state = 'served', addressee_unit = subject_org, addressee_path = subject_path",
        "state = 'objected'",
        "final_on = current_date",
    ],
)
def test_the_database_takes_no_short_cut(cast: Any, change: str) -> None:
    found = opened(cast)
    with pytest.raises(Exception, match=r"check constraint|transition|not allowed|不能"):
        as_app(f"update rectification_assessment set {change} where id = %s", [found])


def test_nothing_is_scored_after_it_was_merged(cast: Any) -> None:
    found = merged(cast)
    with pytest.raises((WrongState, Refused)):
        score(cast, found, OFFICE)
    with pytest.raises(WrongState):
        step(cast, do.merge_scores, "coordinator", found, summary="再次。")


def test_an_item_that_only_waits_for_its_signature_is_not_struck_off(cast: Any) -> None:
    engagement = look(cast, confirmed(cast)).engagement
    with pytest.raises(Invalid, match="未销号"):
        assess(cast, engagement)


def test_a_reopened_item_counts_in_the_next_assessment(cast: Any) -> None:
    item = closed(cast)
    act(cast, do.reopen, OFFICE, item, cause="audit", text="审计发现。", due_on=soon(cast))
    found = seen(cast, assess(cast, look(cast, item).engagement, open_reason="重新整改中。"))
    assert found.basis["reopened"] == 1


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("total = null", "assessment_merged_is_whole"),
        ("addressee_unit = null, addressee_path = null", "assessment_is_served_when_decided"),
    ],
)
def test_an_empty_column_is_no_way_around_a_check(cast: Any, change: str, constraint: str) -> None:
    found = served(cast)
    with pytest.raises(IntegrityError, match=constraint):
        as_app(f"update rectification_assessment set {change} where id = '{found}'", who=OFFICE)

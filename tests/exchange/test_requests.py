"""From draft to answer: who may, what is refused, what the trace and the clocks say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from django.db import IntegrityError

from lianxun.exchange import catalogue, queries
from lianxun.exchange import operations as do
from lianxun.exchange.models import InfoRequest, RefusalReceipt
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.exchange.support import (
    CHECKER,
    OWNER,
    PROVIDER,
    act,
    as_app,
    checking,
    clocks,
    draft,
    in_use,
    look,
    office,
    sent,
)
from tests.support.cast import unit_id
from tests.support.recorded import Recorded


def places(problem: Any) -> dict[str, str]:
    return {e.place: e.message for e in problem.value.errors}


# --- drafting ----------------------------------------------------------------------------------


def test_a_draft_carries_number_labels_and_one_record(cast: Any, heard: Recorded) -> None:
    found = look(cast, draft(cast))
    assert found.number.startswith("信需〔")
    assert (found.state, found.level, found.subject_name) == ("draft", 1, "示范投资集团")
    assert found.permitted == {"change", "submit", "withdraw"}
    (record,) = heard.of("exchange.draft_request")
    assert record["result"] == "allow"
    assert record["rule"] == "EX-DRAFT"


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"provider_id": new_id()}, "provider_id", "请选择提供单位"),
        ({"subject_org": new_id()}, "subject_org", "没有这个被巡视单位"),
        ({"data_class_code": "D99"}, "data_class_code", "数据目录"),
        ({"data_class_code": "D25"}, "data_class_code", "只问不给"),
        ({"data_class_code": "D09"}, "data_class_code", "单项核验"),
        ({"fields": ()}, "fields", "最小必要"),
        ({"fields": ("nonsense",)}, "fields", "D14 类没有字段：nonsense"),
        ({"purpose": "  "}, "purpose", "请填写用途"),
        ({"basis": ""}, "basis", "请填写依据"),
        ({"purpose": "长" * 301}, "purpose", "不超过 300 字，现有 301 字"),
        ({"scope": "长" * 301}, "scope", "不超过 300 字"),
        ({"period_to": date(2020, 1, 1)}, "period_to", "不能早于数据起始"),
    ],
)
def test_a_draft_that_does_not_fit_names_its_field(
    cast: Any, change: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid) as problem:
        draft(cast, **change)
    assert words in places(problem)[place]
    with office():
        assert not InfoRequest.objects.exists()


def test_every_fault_of_a_draft_is_named_at_once(cast: Any) -> None:
    with pytest.raises(Invalid) as problem:
        draft(cast, purpose="", basis="", fields=(), provider_id=new_id())
    assert set(places(problem)) == {"purpose", "basis", "fields", "provider_id"}


@pytest.mark.parametrize("who", ["contact", "other_contact", "idle", "expired", "clerk"])
def test_who_has_no_business_with_sharing_drafts_nothing(
    cast: Any, who: str, heard: Recorded
) -> None:
    with pytest.raises(Refused):
        draft(cast, who)
    (record,) = heard.of("exchange.draft_request")
    assert (record["result"], record["rule"]) == ("deny", "EX-DRAFT")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("调取举报人姓名", "NEG-02"),
        ("掌握个人银行流水", "NEG-09"),
        ("查看组务会记录", "NEG-11"),
        ("核对行踪轨迹", "NEG-07"),
    ],
)
def test_the_negative_list_stops_a_draft_and_keeps_nothing_of_it(
    cast: Any, words: str, rule: str
) -> None:
    with pytest.raises(do.NegativeList, match=rule) as problem:
        draft(cast, purpose=words)
    assert problem.value.rule == rule
    with office():
        assert not InfoRequest.objects.exists()
    do.issue_receipt(actor=cast[OWNER], now=cast.now, rule=rule)
    with office():
        row = RefusalReceipt.objects.get()
    assert (row.rule, row.stage) == (rule, "request")
    assert words not in str(row.__dict__)


def test_receipts_are_listed_with_rule_stage_and_desk(cast: Any) -> None:
    do.issue_receipt(actor=cast[OWNER], now=cast.now, rule="NEG-02", stage="delivery")
    (row,) = queries.receipts(actor=cast[OWNER], now=cast.now).rows
    assert (row.rule, row.stage_label, row.unit_name) == ("NEG-02", "数据提供", "联络办")
    assert queries.receipts(actor=cast["finance"], now=cast.now).rows == []


def test_what_is_held_already_is_named_instead_of_asked_again(cast: Any) -> None:
    held = look(cast, in_use(cast))
    with pytest.raises(Invalid, match=held.number) as problem:
        draft(cast)
    assert "请先使用" in places(problem)["again_reason"]
    again = draft(cast, again_reason="原数据缺少采购方式。")
    assert look(cast, again).again_reason == "原数据缺少采购方式。"


def test_a_longer_period_than_the_one_held_is_another_matter(cast: Any) -> None:
    in_use(cast)
    assert draft(cast, period_to=date(2026, 6, 30))


def test_a_draft_is_mended_until_it_is_handed_in(cast: Any) -> None:
    found = draft(cast)
    wish = {
        "fields": ("project_id", "project_name"),
        "purpose": "核查拆分采购",
        "basis": "协作清单",
        "period_from": date(2024, 1, 1),
        "period_to": date(2024, 12, 31),
    }
    act(cast, do.change_draft, OWNER, found, **wish)
    assert look(cast, found).purpose == "核查拆分采购"
    with pytest.raises(Invalid, match="没有字段"):
        act(cast, do.change_draft, OWNER, found, **{**wish, "fields": ("x",)})
    with pytest.raises(do.NegativeList):
        act(cast, do.change_draft, OWNER, found, **{**wish, "purpose": "要通话记录"})
    with pytest.raises(Refused, match="提出需求的单位"):
        act(cast, do.change_draft, CHECKER, found, **wish)
    act(cast, do.submit_request, OWNER, found)
    with pytest.raises(WrongState, match="起草中"):
        act(cast, do.change_draft, OWNER, found, **wish)


# --- compliance --------------------------------------------------------------------------------


def test_compliance_has_two_days_and_serves_the_request(cast: Any) -> None:
    found = checking(cast)
    assert clocks(found) == {"DT-EX-CHECK"}
    with pytest.raises(NotFound):
        look(cast, found, PROVIDER)
    act(cast, do.check_request, CHECKER, found, passes=True)
    assert look(cast, found, PROVIDER).state == "sent"
    assert clocks(found) == {"DT-EX-REPLY", "DT-EX-SUPPLY"}


def test_an_urgent_request_has_one_clock_of_a_day(cast: Any) -> None:
    assert clocks(sent(cast, urgent=True)) == {"DT-EX-URGENT"}


def test_nobody_checks_his_own_request(cast: Any, heard: Recorded) -> None:
    found = checking(cast)
    with pytest.raises(Refused, match="起草人自己"):
        act(cast, do.check_request, OWNER, found, passes=True)
    assert heard.of("exchange.check_request")[-1]["rule"] == "EX-MAKER-CHECKER"


def test_what_compliance_sends_back_says_why(cast: Any) -> None:
    found = checking(cast)
    with pytest.raises(Invalid, match="写明意见"):
        act(cast, do.check_request, CHECKER, found, passes=False, note=" ")
    act(cast, do.check_request, CHECKER, found, passes=False, note="请缩小期间。")
    back = look(cast, found)
    assert back.state == "draft"
    (said,) = back.statements
    assert (said.kind_label, said.text, said.name) == (
        "审核意见",
        "请缩小期间。",
        cast[CHECKER].name,
    )
    assert clocks(found) == set()


def test_a_long_opinion_is_kept_whole_and_a_longer_one_refused(cast: Any) -> None:
    found = checking(cast)
    with pytest.raises(Invalid, match="2000 字，现有 2001"):
        act(cast, do.check_request, CHECKER, found, passes=False, note="长" * 2001)
    act(cast, do.check_request, CHECKER, found, passes=False, note="长" * 2000)
    assert len(look(cast, found).statements[0].text) == 2000


def test_a_stale_page_changes_nothing(cast: Any) -> None:
    found = checking(cast)
    with pytest.raises(Stale):
        act(cast, do.check_request, CHECKER, found, passes=True, revision=1)
    assert look(cast, found).state == "compliance_check"


# --- the provider ------------------------------------------------------------------------------


def test_the_provider_accepts_and_the_reply_clock_ends(cast: Any) -> None:
    found = sent(cast)
    act(cast, do.accept_request, PROVIDER, found)
    assert look(cast, found).state == "accepted"
    assert clocks(found) == {"DT-EX-SUPPLY"}


@pytest.mark.parametrize("who", ["coordinator", "leader"])
def test_only_the_provider_answers(cast: Any, who: str) -> None:
    found = sent(cast)
    with pytest.raises(Refused, match="只有提供单位"):
        act(cast, do.accept_request, who, found)


@pytest.mark.parametrize("who", ["audit", "neighbour", "contact", "other_city", "system_admin"])
def test_others_do_not_even_see_it(cast: Any, who: str) -> None:
    found = sent(cast)
    with pytest.raises(NotFound):
        look(cast, found, who)
    with pytest.raises(NotFound):
        act(cast, do.accept_request, who, found)


def test_an_objection_is_talked_over_within_three_days_and_goes_back(cast: Any) -> None:
    found = sent(cast)
    with pytest.raises(Invalid, match="异议理由"):
        act(cast, do.object_request, PROVIDER, found, reason="")
    act(cast, do.object_request, PROVIDER, found, reason="期间过长。")
    assert "DT-EX-NEGOTIATE" in clocks(found)
    assert "DT-EX-REPLY" not in clocks(found)
    with pytest.raises(Invalid, match="协商结果"):
        act(cast, do.settle_objection, CHECKER, found, outcome=" ")
    act(cast, do.settle_objection, CHECKER, found, outcome="只要近一年。")
    back = look(cast, found)
    assert back.state == "sent"
    assert [s.kind_label for s in back.statements] == ["异议", "协商结果"]
    assert "DT-EX-REPLY" in clocks(found)


def test_a_refusal_names_its_ground_and_reason(cast: Any) -> None:
    found = sent(cast)
    with pytest.raises(Invalid) as problem:
        act(cast, do.refuse_request, PROVIDER, found, ground="mood", reason="")
    assert set(places(problem)) == {"ground", "reason"}
    act(cast, do.refuse_request, PROVIDER, found, ground="no_basis", reason="未见依据。")
    back = look(cast, found)
    assert (back.state, back.refusal_label) == ("refused", "缺少法律或制度依据")
    assert clocks(found) == set()


def test_a_request_is_taken_back_before_it_is_answered(cast: Any) -> None:
    found = sent(cast)
    with pytest.raises(Invalid, match="撤回理由"):
        act(cast, do.withdraw_request, OWNER, found, reason="")
    with pytest.raises(Refused, match="提出需求的单位"):
        act(cast, do.withdraw_request, CHECKER, found, reason="不需要了。")
    act(cast, do.withdraw_request, OWNER, found, reason="不需要了。")
    assert look(cast, found).state == "withdrawn"
    assert clocks(found) == set()
    with pytest.raises(WrongState, match="已撤回"):
        act(cast, do.accept_request, PROVIDER, found)


# --- lists -------------------------------------------------------------------------------------


def test_a_list_filters_and_counts_what_the_reader_may_see(cast: Any) -> None:
    first, second = draft(cast), sent(cast, data_class_code="D14")
    ask = lambda who, **more: [  # noqa: E731 - read four times below
        r.id for r in queries.requests(actor=cast[who], now=cast.now, **more).rows
    ]
    assert set(ask(OWNER)) == {first, second}
    assert ask(OWNER, state="draft") == [first]
    assert ask(OWNER, search=look(cast, second).number) == [second]
    assert ask(OWNER, data_class_code="D30") == []
    assert ask(PROVIDER, mine=True) == [second]
    assert ask("contact") == []


# --- what the database refuses, whoever asks ---------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("update exchange_inforequest set checked_by_id = drafted_by_id", "checked_by_another"),
        ("update exchange_inforequest set period_to = period_from - 1", "period_is_in_order"),
        ("update exchange_inforequest set level = 3", "above_core_is_a_question"),
        ("update exchange_inforequest set state = 'in_use'", "in_use"),
        (
            "update exchange_inforequest set state = 'refused', refusal = '', answer = ''",
            "refused_says_why",
        ),
        ("update exchange_inforequest set checked_by_id = null", "sent_was_checked"),
        (
            "update exchange_inforequest set addressee_unit = gen_random_uuid()",
            "sent_was_checked",
        ),
    ],
)
def test_the_database_itself_holds_the_rules(cast: Any, sql: str, rule: str) -> None:
    found = sent(cast)
    with pytest.raises(Exception, match=rule) as refused:
        as_app(f"{sql} where id = %s", [found])
    assert isinstance(refused.value, IntegrityError) or "in_use" in rule


def test_a_draft_cannot_be_sent_around_compliance(cast: Any) -> None:
    found = draft(cast)
    with pytest.raises(Exception, match="exchange_inforequest"):
        as_app("update exchange_inforequest set state = 'sent' where id = %s", [found])


def test_what_was_said_is_never_rewritten(cast: Any) -> None:
    found = checking(cast)
    act(cast, do.check_request, CHECKER, found, passes=False, note="请缩小期间。")
    with pytest.raises(IntegrityError, match="text is written once"):
        as_app("update exchange_statement set text = '同意' where request_id = %s", [found])


def test_a_stranger_touches_no_row(cast: Any) -> None:
    found = sent(cast)
    for who in ("audit", "contact", "neighbour", "system_admin"):
        assert (
            as_app("update exchange_inforequest set purpose = 'x' where id = %s", [found], who=who)
            == 0
        )


def test_two_units_numbers_do_not_meet(cast: Any) -> None:
    one = look(cast, draft(cast))
    two = look(
        cast,
        draft(cast, "discipline", subject_org=None, provider_id=unit_id("YL-SJ")),
        "discipline",
    )
    assert one.number != two.number or one.owner_unit != two.owner_unit


def test_each_of_the_twelve_kinds_is_recognised_by_its_words() -> None:
    kinds = {item.id for item in catalogue.catalogue().negative_list}
    rows = yaml.safe_load(catalogue._NEGATIVE.read_text(encoding="utf-8"))["rules"]
    assert {row["id"] for row in rows} == kinds
    assert len(kinds) == 12
    for row in rows:
        for word in row["words"]:
            assert row["id"] in {hit.rule for hit in catalogue.negative_hits(f"请提供{word}。")}


def test_a_request_that_went_out_names_whom_it_was_served_on(cast: Any) -> None:
    found = sent(cast)
    with pytest.raises(IntegrityError, match="request_sent_was_checked"):
        as_app(
            "update exchange_inforequest set addressee_unit = null, addressee_path = null"
            f" where id = '{found}'"
        )

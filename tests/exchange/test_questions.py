"""Single questions: asked one by one, approved one by one, answered once, opened on record, shredded."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from lianxun.exchange import catalogue, keys, queries, subjects
from lianxun.exchange import operations as do
from lianxun.exchange.models import Question
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.exchange.support import GOOD_CODE, OWNER, as_app, clocks, office
from tests.exchange.test_delivering import archive
from tests.support.cast import unit_id
from tests.support.recorded import Recorded

PROVIDER = "discipline"
WISH: dict[str, Any] = {
    "subject_org": unit_id("YL-JT"),
    "provider_id": unit_id("YL-JW"),
    "data_class_code": "D02",
    "purpose": "核实任职回避情形",
    "basis": "协作清单第三项",
    "necessity": "任免档案记载不一致，其他材料无法核实",
    "candidate_from": "D04 干部任免履历",
}


def person() -> dict[str, str]:
    from lianxun_insight.identifiers.resident_id import check_character

    body = "11010119800307001"
    return {"name": "钱某某", "id": body + check_character(body)}


def ask(cast: Any, who: str = OWNER, **changes: Any) -> UUID:
    given = {"engagement_id": new_id(), "subject": person(), **WISH, **changes}
    return do.ask_question(actor=cast[who], now=cast.now, **given)


def look(cast: Any, question: UUID, who: str = OWNER) -> Any:
    return queries.question(actor=cast[who], now=cast.now, question_id=question)


def act(cast: Any, call: Any, who: str, question: UUID, **values: Any) -> Any:
    given = {"revision": look(cast, question).revision, **values}
    return call(actor=cast[who], now=cast.now, question_id=question, **given)


def approved(cast: Any, **changes: Any) -> UUID:
    found = ask(cast, **changes)
    act(cast, do.approve_question, "leader", found, passes=True)
    return found


def answered(cast: Any) -> UUID:
    found = approved(cast)
    act(cast, do.answer_question, PROVIDER, found, answer="no")
    return found


def subject(cast: Any, question: UUID, who: str) -> dict[str, str]:
    return do.show_subject(actor=cast[who], now=cast.now, question_id=question)


# --- asking ------------------------------------------------------------------------------------


def test_whom_it_is_about_lies_sealed_and_outside_of_the_record(cast: Any, heard: Recorded) -> None:
    found = ask(cast)
    number = person()["id"]
    with office(), connection.cursor() as cursor:
        cursor.execute(
            "select row_to_json(q)::text from exchange_question q where id = %s", [found]
        )
        stored = cursor.fetchone()[0]
    assert number not in stored
    assert "钱某某" not in stored
    assert number not in json.dumps(heard)
    assert look(cast, found).ask == "此人是否有正在执行的处分"
    assert clocks(found) == {"DT-EX-CHECK"}


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"purpose": ""}, "purpose", "请填写用途"),
        ({"necessity": " "}, "necessity", "必要性"),
        ({"candidate_from": ""}, "candidate_from", "候选来源"),
        ({"basis": "长" * 301}, "basis", "不超过 300 字"),
        ({"provider_id": new_id()}, "provider_id", "核验单位"),
        ({"subject_org": new_id()}, "subject_org", "被巡视单位"),
        ({"data_class_code": "D14"}, "data_class_code", "不办理单项核验"),
        ({"data_class_code": "D99"}, "data_class_code", "不办理单项核验"),
        ({"subject": {"name": "钱某某", "id": "1101"}}, "id", "居民身份证号不正确"),
        ({"subject": {"name": "", "id": ""}}, "name", "请填写姓名"),
    ],
)
def test_a_question_that_does_not_fit_names_its_field(
    cast: Any, change: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid) as problem:
        ask(cast, **change)
    assert words in {e.place: e.message for e in problem.value.errors}[place]


@pytest.mark.parametrize(
    "name", ["钱某某、孙某某", "钱某某,孙某某", "钱某某\n孙某某", "钱某某；孙某某"]
)
def test_several_people_in_one_question_are_refused(cast: Any, name: str) -> None:
    with pytest.raises(Invalid, match="不接受批量"):
        ask(cast, subject={**person(), "name": name})


def test_the_negative_list_holds_for_questions_too(cast: Any) -> None:
    with pytest.raises(do.NegativeList, match="NEG-02") as problem:
        ask(cast, purpose="核对举报人身份")
    assert problem.value.stage == "question"
    with office():
        assert not Question.objects.exists()


def test_a_day_and_a_task_have_their_limits(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue.questions()["limits"], "per_account_per_day", 2)
    task = new_id()
    ask(cast, engagement_id=task)
    ask(cast, engagement_id=task)
    with pytest.raises(WrongState, match="每天最多提出 2 件"):
        ask(cast)
    monkeypatch.setitem(catalogue.questions()["limits"], "per_account_per_day", 20)
    monkeypatch.setitem(catalogue.questions()["limits"], "per_engagement", 2)
    with pytest.raises(WrongState, match="2 件上限"):
        ask(cast, engagement_id=task)


@pytest.mark.parametrize("who", ["contact", "idle", "clerk"])
def test_who_may_not_ask_asks_nothing(cast: Any, who: str) -> None:
    with pytest.raises(Refused):
        ask(cast, who)


def test_every_question_only_class_has_its_question() -> None:
    only = [c.id for c in catalogue.catalogue() if catalogue.question_only(c.id)]
    assert sorted(catalogue.questions()["questions"]) == sorted(only)
    for code in only:
        assert subjects.parts_of(code)
        assert subjects.asks(code)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("D06", {**person(), "firm": GOOD_CODE}),
        ("D29", {**person(), "firm": GOOD_CODE, "month": "2026-03"}),
        ("D09", {"firm": GOOD_CODE, "matter": "工程款，涉嫌虚报"}),
    ],
)
def test_parts_are_checked_by_their_kind(code: str, given: dict[str, str]) -> None:
    assert len(subjects.checked(code, given)) == len(subjects.parts_of(code))
    for key in given:
        with pytest.raises(Invalid):
            subjects.checked(code, {**given, key: "" if key in ("name", "matter") else "错"})


# --- approving ---------------------------------------------------------------------------------


def test_a_core_question_is_approved_by_a_leader_and_by_another(cast: Any) -> None:
    found = ask(cast)
    with pytest.raises(Refused, match="提出人自己"):
        act(cast, do.approve_question, OWNER, found, passes=True)
    with pytest.raises(NotFound):
        look(cast, found, PROVIDER)
    act(cast, do.approve_question, "leader", found, passes=True)
    now = look(cast, found, PROVIDER)
    assert (now.state, now.approved_by_name) == ("approved", cast["leader"].name)
    assert clocks(found) == {"DT-EX-REPLY"}


def test_an_urgent_question_runs_a_day(cast: Any) -> None:
    assert clocks(approved(cast, urgent=True)) == {"DT-EX-URGENT"}


def test_a_question_declined_says_why_and_goes_nowhere(cast: Any) -> None:
    found = ask(cast)
    with pytest.raises(Invalid, match="不批准须写明理由"):
        act(cast, do.approve_question, "leader", found, passes=False)
    act(cast, do.approve_question, "leader", found, passes=False, note="可由任免表核实。")
    assert look(cast, found).state == "declined"
    with pytest.raises(WrongState, match="不能改为"):
        act(cast, do.approve_question, "leader", found, passes=True)
    with pytest.raises(NotFound):
        look(cast, found, PROVIDER)


def test_a_stale_page_approves_nothing(cast: Any) -> None:
    found = ask(cast)
    with pytest.raises(Stale):
        act(cast, do.approve_question, "leader", found, passes=True, revision=9)


# --- answering ---------------------------------------------------------------------------------


def test_the_answer_is_yes_no_or_cannot_tell(cast: Any) -> None:
    found = approved(cast)
    with pytest.raises(Invalid, match="无法核实"):
        act(cast, do.answer_question, PROVIDER, found, answer="perhaps")
    with pytest.raises(Invalid, match="说明原因"):
        act(cast, do.answer_question, PROVIDER, found, answer="unknown")
    act(cast, do.answer_question, PROVIDER, found, answer="yes")
    now = look(cast, found)
    assert (now.state, now.answer_label) == ("answered", "是")
    assert clocks(found) == set()
    with pytest.raises(WrongState):
        act(cast, do.answer_question, PROVIDER, found, answer="no")


def test_the_provider_may_refuse_with_a_reason(cast: Any) -> None:
    found = approved(cast)
    with pytest.raises(Invalid, match="不予答复"):
        act(cast, do.refuse_question, PROVIDER, found, note="")
    act(cast, do.refuse_question, PROVIDER, found, note="超出职权。")
    assert look(cast, found).state == "refused"


def test_only_the_provider_answers_and_not_before_approval(cast: Any) -> None:
    found = ask(cast)
    with pytest.raises(NotFound):
        act(cast, do.answer_question, PROVIDER, found, answer="yes")
    act(cast, do.approve_question, "leader", found, passes=True)
    with pytest.raises(Refused, match="只有提供单位"):
        act(cast, do.answer_question, "chair", found, answer="yes")
    with pytest.raises(Refused, match="提出人或批准人"):
        act(cast, do.answer_question, "leader", found, answer="yes")


def test_a_question_is_taken_back_while_unanswered(cast: Any) -> None:
    found = approved(cast)
    with pytest.raises(Refused, match="提出需求的单位"):
        act(cast, do.withdraw_question, PROVIDER, found)
    act(cast, do.withdraw_question, OWNER, found)
    assert look(cast, found).state == "withdrawn"
    assert clocks(found) == set()


# --- whom it is about --------------------------------------------------------------------------


def test_the_subject_opens_one_by_one_each_time_on_record(cast: Any, heard: Recorded) -> None:
    found = approved(cast)
    assert subject(cast, found, PROVIDER) == {"姓名": "钱某某", "居民身份证号": person()["id"]}
    assert subject(cast, found, OWNER)["姓名"] == "钱某某"
    assert len(heard.of("exchange.question_subject")) == 2
    assert "钱某某" not in json.dumps(heard, ensure_ascii=False)


def test_the_provider_learns_nobody_before_approval(cast: Any) -> None:
    with pytest.raises(NotFound):
        subject(cast, ask(cast), PROVIDER)


@pytest.mark.parametrize("who", ["audit", "neighbour", "contact", "system_admin", "security_admin"])
def test_strangers_learn_neither_question_nor_subject(cast: Any, who: str) -> None:
    found = approved(cast)
    with pytest.raises(NotFound):
        look(cast, found, who)
    with pytest.raises(NotFound):
        subject(cast, found, who)


def test_a_moved_ciphertext_does_not_open(cast: Any) -> None:
    one, two = approved(cast), approved(cast)
    with pytest.raises(IntegrityError, match="sealed is written once"):
        as_app(
            "update exchange_question set sealed = (select sealed from exchange_question where id = %s)"
            " where id = %s",
            [one, two],
        )


def test_the_archive_destroys_every_question_and_its_key(
    cast: Any, django_capture_on_commit_callbacks: Any
) -> None:
    task = new_id()
    done, waiting = ask(cast, engagement_id=task), ask(cast, engagement_id=task)
    act(cast, do.approve_question, "leader", done, passes=True)
    act(cast, do.answer_question, PROVIDER, done, answer="no")
    with django_capture_on_commit_callbacks(execute=True):
        ended = archive(actor=cast[OWNER], now=cast.now, engagement=task)
    assert ended.questions == 2
    for found in (done, waiting):
        assert look(cast, found).state == "destroyed"
        assert not keys.exists(found)
        assert clocks(found) == set()
        with pytest.raises(Refused, match="已销毁"):
            subject(cast, found, OWNER)


# --- lists and the database --------------------------------------------------------------------


def test_the_list_filters_and_shows_each_his_own(cast: Any) -> None:
    found, other = approved(cast), ask(cast)
    rows = lambda who, **more: {  # noqa: E731 - read below
        q.id for q in queries.questions(actor=cast[who], now=cast.now, **more).rows
    }
    assert rows(OWNER) == {found, other}
    assert rows(OWNER, state="asked") == {other}
    assert rows(PROVIDER, mine=True) == {found}
    assert rows("audit") == set()


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("set approved_by_id = asked_by_id", "approved_by_another"),
        ("set answered_by_id = asked_by_id", "answered_by_a_third"),
        ("set answered_by_id = approved_by_id", "answered_by_a_third"),
        ("set state = 'answered'", "answered_is_whole"),
        ("set state = 'refused'", "refused_says_why"),
        ("set approved_by_id = null", "only_when_approved"),
        ("set state = 'destroyed'", "exchange_question"),
        ("set purpose = 'x'", "purpose is written once"),
    ],
)
def test_the_database_holds_the_rules_of_a_question(cast: Any, sql: str, rule: str) -> None:
    found = approved(cast)
    with pytest.raises(Exception, match=rule):
        as_app(f"update exchange_question {sql} where id = %s", [found])


def test_an_unapproved_question_cannot_be_served_by_hand(cast: Any) -> None:
    found = ask(cast)
    with pytest.raises(IntegrityError, match="served_only_when_approved"):
        as_app("update exchange_question set addressee_unit = provider_id where id = %s", [found])

"""Working papers, what others confirm of them, and what comes back from earlier rounds."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from lianxun.duties import queries as duties
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.inspection.support import PAPER, QUESTION, Play, refused_by_database, sql
from tests.support.cast import account_id, unit_id
from tests.support.notices import notices
from tests.web.test_pages import client_of


@pytest.fixture
def site(play: Play) -> Play:
    return play.on_site()


def see(play: Play, paper: UUID, who: str = "inspector") -> Any:
    return play.see(who, queries.paper, paper_id=paper)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"axis": "luck"}, "axis"),
        ({"course": ""}, "course"),
        ({"basis": ""}, "basis"),
        ({"responsible": ""}, "responsible"),
        ({"responsible": "长" * 121}, "responsible"),
    ],
)
def test_a_paper_names_the_field_that_does_not_fit(play: Play, more: Any, place: str) -> None:
    from lianxun.inspection.operations import papers

    with pytest.raises(Invalid) as problem:
        papers._check(**{**PAPER, **more})
    assert [e.place for e in problem.value.errors] == [place]


def test_papers_are_numbered_and_written_by_the_team_on_site(site: Play) -> None:
    first, second = site.paper(), site.paper(title="另一问题")
    numbers = [see(site, p).number for p in (first, second)]
    assert [n.rsplit("-", 1)[1] for n in numbers] == ["底001", "底002"]
    with pytest.raises(Refused, match="巡视组的成员"):
        site.paper("coordinator")
    with pytest.raises(NotFound):
        site.paper("neighbour")


def test_nobody_writes_papers_before_entry(play: Play) -> None:
    play.prepared()
    with pytest.raises(WrongState, match="驻点期间"):
        play.paper("team_head")


def test_an_unsigned_paper_is_revised_and_a_signed_one_is_not(site: Play) -> None:
    paper = site.paper()
    changed = {**PAPER, "title": "未经招标采购三项", "immediate": True}
    site.act("inspector", do.revise_paper, paper_id=paper, revision=1, **changed)
    assert (see(site, paper).title, see(site, paper).immediate) == ("未经招标采购三项", True)
    with pytest.raises(Stale):
        site.act("inspector", do.revise_paper, paper_id=paper, revision=1, **changed)
    site.sign(paper, "inspector")
    with pytest.raises(WrongState, match="先退回"):
        site.act("inspector", do.revise_paper, paper_id=paper, revision=3, **changed)


def test_signatures_come_in_order_from_three_people(site: Play) -> None:
    paper = site.paper()
    site.sign(paper, "inspector")
    with pytest.raises(Refused, match="本人已在前一环节签字"):
        site.sign(paper, "inspector")
    with pytest.raises(Refused, match="副组长签字"):
        site.sign(paper, "team_head")
    site.sign(paper, "team_deputy", "team_head")
    assert see(site, paper).state == "signed_head"
    with pytest.raises(WrongState, match="已完成三级签字"):
        site.sign(paper, "team_head")


def test_a_returned_paper_starts_again(site: Play) -> None:
    paper = site.paper()
    with pytest.raises(WrongState, match="签字过程中"):
        site.act("team_head", do.return_paper, paper_id=paper, revision=1, reason="不全")
    site.sign(paper, "inspector")
    with pytest.raises(Invalid, match="退回理由"):
        site.act("team_deputy", do.return_paper, paper_id=paper, revision=2, reason=" ")
    with pytest.raises(Refused, match="后一环节"):
        site.act("inspector", do.return_paper, paper_id=paper, revision=2, reason="自己改")
    site.act("team_deputy", do.return_paper, paper_id=paper, revision=2, reason="证据不足")
    found = see(site, paper)
    assert (found.state, found.signatures) == ("draft", ())
    assert found.returned_because == "证据不足"
    site.sign(paper, "inspector")
    assert see(site, paper).returned_because == ""


def test_a_reason_is_kept_whole_or_refused(site: Play) -> None:
    paper = site.paper()
    site.sign(paper, "inspector")
    with pytest.raises(Invalid, match="300"):
        site.act("team_deputy", do.return_paper, paper_id=paper, revision=2, reason="长" * 301)
    assert see(site, paper).state == "signed_author"


def test_what_is_signed_on_the_page_is_what_was_read(site: Play) -> None:
    paper = site.paper()
    author, head = client_of("inspector"), client_of("team_deputy")
    address = f"/papers/{paper}/"
    read = hidden(author.get(address).content.decode(), f"{address}do/sign/")
    site.act(
        "inspector", do.revise_paper, paper_id=paper, revision=1, title="改过的问题",
        axis="policy", course="改过的查证经过", basis="改过的依据", responsible="示范置业",
    )  # fmt: skip
    late = author.post(f"{address}do/sign/", read)
    assert late.status_code == 422
    assert see(site, paper).state == "draft"
    again = hidden(author.get(address).content.decode(), f"{address}do/sign/")
    assert author.post(f"{address}do/sign/", again).status_code == 302
    assert see(site, paper).state == "signed_author"
    page = head.get(f"{address}do/return/").content.decode()
    sent = {**hidden(page), "reason": "证据不足"}
    assert head.post(f"{address}do/return/", sent).status_code == 302
    assert "上次退回理由：证据不足" in author.get(address).content.decode()


def hidden(page: str, action: str = "") -> dict[str, str]:
    """The hidden fields of the form in the main part that is sent to ``action``."""
    sent_to = f' action="{action}"' if action else ""
    form = re.search(rf'<form method="post"{sent_to}[^>]*>.*?</form>', page.split("<main")[1], re.S)
    assert form, page[:300]
    fields = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', form.group(0))
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def test_each_reader_is_offered_what_he_may_do(site: Play) -> None:
    paper = site.paper()
    assert see(site, paper).permitted == {"sign", "revise", "ask"}
    site.sign(paper, "inspector")
    assert see(site, paper).permitted == {"ask"}
    assert see(site, paper, "team_deputy").permitted == {"sign", "return", "ask"}
    assert see(site, paper, "coordinator").permitted == frozenset()


def test_the_database_keeps_a_signed_paper_as_it_is(site: Play, cast: Any) -> None:
    paper = site.paper()
    with refused_by_database("moves with its signature"):
        sql(
            cast,
            "inspector",
            "update inspection_paper set state = 'signed_author' where id = %s",
            paper,
        )
    site.sign(paper, "inspector")
    with refused_by_database("never changes"):
        sql(cast, "inspector", "update inspection_paper set title = 'x' where id = %s", paper)
    with refused_by_database("never changes"):
        sql(
            cast,
            "inspector",
            "update inspection_signature set account_id = %s where paper_id = %s",
            account_id("team_head"),
            paper,
        )
    with refused_by_database("signature_three_different_people"):
        sql(
            cast,
            "inspector",
            "insert into inspection_signature select (jsonb_populate_record(s, jsonb_build_object("
            "'id', gen_random_uuid(), 'place', 'signed_deputy'))).* from inspection_signature s "
            "where paper_id = %s",
            paper,
        )
    site.sign(paper, "team_deputy", "team_head")
    with refused_by_database("three signatures is closed"):
        sql(cast, "inspector", "delete from inspection_signature where paper_id = %s", paper)


# Corroboration


def ask(play: Play, paper: UUID, unit: str = "YL-CZ", **more: Any) -> UUID:
    values = {"unit_id": unit_id(unit), "question": QUESTION, **more}
    return play.act("inspector", do.ask_corroboration, paper_id=paper, **values)


def answer(play: Play, who: str, question: UUID, **more: Any) -> None:
    values = {"revision": 1, "answer": "confirmed", "statement": "没有备案记录。", **more}
    play.act(who, do.answer_corroboration, corroboration_id=question, **values)


def test_a_unit_outside_answers_without_seeing_the_paper(site: Play) -> None:
    paper = site.paper()
    question = ask(site, paper)
    shown = site.see("finance", queries.corroboration, corroboration_id=question)
    assert (shown.question, shown.permitted) == (QUESTION, {"answer"})
    assert PAPER["title"] not in str(shown)
    with pytest.raises(NotFound):
        see(site, paper, "finance")
    answer(site, "finance", question)
    found = see(site, paper).corroborations[0]
    assert (found.state, found.statement) == ("confirmed", "没有备案记录。")
    assert not see(site, paper).corroborated, "one unit is not 多方印证"


def test_two_units_that_confirm_make_it_corroborated(site: Play) -> None:
    paper = site.paper()
    for unit, who in (("YL-CZ", "finance"), ("YL-GZ", "assets")):
        answer(site, who, ask(site, paper, unit))
    assert see(site, paper).corroborated


@pytest.mark.parametrize("verdict", ["denied", "unable"])
def test_a_denial_is_kept_and_does_not_count(site: Play, verdict: str) -> None:
    paper = site.paper()
    answer(site, "finance", ask(site, paper), answer=verdict, statement="查无此事")
    answer(site, "assets", ask(site, paper, "YL-GZ"))
    assert not see(site, paper).corroborated
    assert [c.state for c in see(site, paper).corroborations] == [verdict, "confirmed"]


def test_the_question_has_a_clock_that_the_answer_stops(site: Play) -> None:
    question = ask(site, site.paper())
    mine = site.see("finance", duties.my_duties)
    clock = next(d for d in (*mine.waiting, *mine.due_soon) if d.object_id == question)
    assert clock.title == "印证函答复"
    answer(site, "finance", question)
    after = site.see("finance", duties.my_duties)
    assert question not in {d.object_id for d in (*after.waiting, *after.due_soon)}


def test_neither_the_office_nor_a_unit_in_the_team_corroborates(site: Play) -> None:
    site.seat("auditor_expert", "expert")
    site.confirm()
    paper = site.paper()
    with pytest.raises(Refused, match="组外单位"):
        ask(site, paper, "YL-SJ")
    with pytest.raises(Invalid, match="成员单位"):
        ask(site, paper, "YL-JT")
    with pytest.raises(NotFound):
        site.act(
            "neighbour",
            do.ask_corroboration,
            paper_id=paper,
            unit_id=unit_id("YL-CZ"),
            question=QUESTION,
        )


@pytest.mark.parametrize("question", ["", "太短", "长" * 501])
def test_a_question_must_say_enough_and_not_too_much(site: Play, question: str) -> None:
    with pytest.raises(Invalid, match="需印证的事实"):
        ask(site, site.paper(), question=question)


def test_a_unit_is_asked_once_unless_the_question_was_withdrawn(site: Play) -> None:
    paper = site.paper()
    question = ask(site, paper)
    with pytest.raises(Invalid, match="已收到这份底稿"):
        ask(site, paper)
    site.act("inspector", do.withdraw_corroboration, corroboration_id=question, revision=1)
    assert notices("finance", question) == ["arrived", "withdrawn"]
    assert notices("assets", question) == []
    with pytest.raises(WrongState, match="已撤回"):
        answer(site, "finance", question, revision=2)
    assert ask(site, paper) != question


@pytest.mark.parametrize("who", ["assets", "contact", "neighbour", "system_admin"])
def test_strangers_know_of_no_question(site: Play, who: str) -> None:
    question = ask(site, site.paper())
    with pytest.raises(NotFound):
        site.see(who, queries.corroboration, corroboration_id=question)
    with pytest.raises(NotFound):
        answer(site, who, question)


def test_an_answer_is_given_once_with_a_word_and_a_reason(site: Play) -> None:
    question = ask(site, site.paper())
    for more, words in (({"answer": "perhaps"}, "属实"), ({"statement": " "}, "依据")):
        with pytest.raises(Invalid, match=words):
            answer(site, "finance", question, **more)
    with pytest.raises(Stale):
        answer(site, "finance", question, revision=7)
    answer(site, "finance", question)
    with pytest.raises(WrongState, match="属实"):
        answer(site, "finance", question, revision=2, answer="denied")


def test_the_report_waits_for_open_questions(site: Play) -> None:
    paper = site.paper()
    ask(site, paper)
    site.sign(paper, "inspector", "team_deputy", "team_head")
    site.gates("reporting")
    with pytest.raises(WrongState, match="1 份印证函未答复"):
        site.advance("team_head", "reporting")


def test_the_database_lets_no_insider_corroborate_and_no_answer_change(
    site: Play, cast: Any
) -> None:
    paper = site.paper()
    question = ask(site, paper)
    copy = (
        "insert into inspection_corroboration select (jsonb_populate_record(c, jsonb_build_object("
        "'id', gen_random_uuid(), 'number', 'X1', 'unit_id', %s::uuid))).* "
        "from inspection_corroboration c where id = %s"
    )
    with refused_by_database("outside of the team"):
        sql(cast, "inspector", copy, unit_id("YL-T1"), question)
    answer(site, "finance", question)
    with refused_by_database("an answer never changes"):
        sql(
            cast,
            "finance",
            "update inspection_corroboration set statement = '改口' where id = %s",
            question,
        )
    with refused_by_database("what was asked never changes"):
        sql(
            cast,
            "finance",
            "update inspection_corroboration set question = '别的' where id = %s",
            question,
        )


# Earlier findings


def test_an_earlier_finding_is_carried_into_the_next_round_once(site: Play) -> None:
    paper = site.paper()
    site.sign(paper, "inspector", "team_deputy", "team_head")
    first, number = site.id, see(site, paper, "coordinator").number
    assert site.see("coordinator", queries.earlier_papers, engagement_id=first) == []
    site.approved(kind="special")
    offered = site.see("coordinator", queries.earlier_papers, engagement_id=site.id)
    assert [(p.number, p.carried) for p in offered] == [(number, False)]
    carried = site.act("coordinator", do.carry_forward, engagement_id=site.id, paper_id=paper)
    found = see(site, carried, "coordinator")
    assert (found.carried_from, found.axis, found.state) == (number, "rectification", "draft")
    assert site.see("coordinator", queries.earlier_papers, engagement_id=site.id)[0].carried
    with pytest.raises(WrongState, match="已转入"):
        site.act("coordinator", do.carry_forward, engagement_id=site.id, paper_id=paper)


def test_only_a_finding_on_the_same_unit_is_carried(site: Play) -> None:
    paper = site.paper()
    own = site.id
    with pytest.raises(Invalid, match="同一单位"):
        site.act("coordinator", do.carry_forward, engagement_id=own, paper_id=paper)
    site.approved(unit_id=unit_id("YL-DX"))
    with pytest.raises(Invalid, match="同一单位"):
        site.act("coordinator", do.carry_forward, engagement_id=site.id, paper_id=paper)
    with pytest.raises(NotFound):
        site.act("coordinator", do.carry_forward, engagement_id=site.id, paper_id=uuid4())

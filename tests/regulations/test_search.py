"""Search: citations as of a day, ranked questions, filters, what a reader may not see, keeping up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from lianxun.kernel.actor import Actor
from lianxun.regulations import index, queries
from lianxun.regulations.queries.search import SearchResult, snippet
from tests.regulations import support
from tests.regulations.support import TODAY, reading, shelve


def ask(
    actor: Actor, now: datetime, text: str, *, as_of: date | None = TODAY, **more: Any
) -> SearchResult:
    with reading(actor):
        return queries.search(
            actor=actor,
            now=now,
            today=TODAY,
            text=text,
            wanted=queries.Wanted(as_of=as_of, **more),
        )


@pytest.mark.parametrize(
    "text",
    [
        "云岭省水井管理条例第三条第一款第二项",
        "《云岭省水井管理条例》第3条第1款第（二）项",
        "水井管理条例第三条第（二）项",
    ],
)
def test_a_citation_goes_to_its_clause(shelf: None, cast: Any, now: datetime, text: str) -> None:
    found = ask(cast["audit"], now, text)
    (exact,) = found.exact
    assert (exact.ok, exact.label, exact.key) == (True, "第三条", "a3")
    start, end = exact.marked
    assert exact.text[start:end] == "（二）距离污水管道五十米以上；"
    assert found.hits == ()


def test_a_citation_means_the_wording_of_its_day(shelf: None, cast: Any, now: datetime) -> None:
    found = ask(cast["audit"], now, "水井管理条例第三条", as_of=date(2020, 1, 1))
    assert "三十米" in found.exact[0].text
    assert found.exact[0].version_id is not None


@pytest.mark.parametrize(
    ("text", "day", "status", "words"),
    [
        ("水井保护法第九条", TODAY, "条号不存在", "共到第四条"),
        ("水井保护法第一条第三款", TODAY, "款项目不存在", "只有1款"),
        ("云岭省凿井暂行办法第一条", TODAY, "已废止", "已经废止"),
        ("云岭省凿井暂行办法第一条", date(2001, 1, 1), "有效", ""),
        ("水井保护法第一条", date(2009, 1, 1), "尚未施行", "自2010年3月1日起施行"),
        ("《云岭省井架管理规定》第二条", TODAY, "库中没有该法规", "法规库中没有"),
    ],
)
def test_a_wrong_citation_says_what_is_wrong(
    shelf: None, cast: Any, now: datetime, text: str, day: date, status: str, words: str
) -> None:
    exact = ask(cast["audit"], now, text, as_of=day).exact[0]
    assert exact.status == status
    assert words in exact.reason


def test_own_rule_is_understood_inside_a_work(shelf: None, cast: Any, now: datetime) -> None:
    work = support.work_id(cast["audit"], now, "水井管理条例")
    found = ask(cast["audit"], now, "本条例第四条", within=work)
    assert found.exact[0].key == "a4"
    assert ask(cast["audit"], now, "本条例第四条").exact[0].status == "缺少上下文"


def test_a_question_is_ranked_with_its_words_marked(shelf: None, cast: Any, now: datetime) -> None:
    found = ask(cast["audit"], now, "污染了水井会罚多少钱")
    assert found.hits[0].title == "中华人民共和国水井保护法"
    assert {h.key for h in found.hits[:2]} == {"a3", "a4"}
    marked = "".join(t for t, m in found.hits[0].pieces if m)
    assert "水井" in marked
    assert found.hits[0].reasons
    assert found.hits[0].rank == 1


@pytest.mark.parametrize("word", ["封填", "压水", "雨水"])
def test_two_character_words_are_found(shelf: None, cast: Any, now: datetime, word: str) -> None:
    found = ask(cast["audit"], now, word)
    assert found.hits
    assert word in "".join(t for t, _ in found.hits[0].pieces)


def test_a_day_chooses_the_version(shelf: None, cast: Any, now: datetime) -> None:
    then = ask(cast["audit"], now, "污水管道的距离", as_of=date(2019, 1, 1))
    today = ask(cast["audit"], now, "污水管道的距离")
    assert "三十米" in "".join(t for t, _ in then.hits[0].pieces)
    assert "五十米" in "".join(t for t, _ in today.hits[0].pieces)
    everything = ask(cast["audit"], now, "污水管道的距离", as_of=None)
    assert [h.validity for h in everything.hits[:2]].count("已被修改") == 1


def test_an_article_that_did_not_change_is_found_once(
    shelf: None, cast: Any, now: datetime
) -> None:
    found = ask(cast["audit"], now, "村民自用的压水机", as_of=None)
    same = [h for h in found.hits if h.key == "a2" and "管理条例" in h.title]
    assert len(same) == 1
    assert same[0].valid_from == date(2024, 9, 1)


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"kind": "法律"}, {"中华人民共和国水井保护法"}),
        ({"region": "浙江"}, {"中华人民共和国水井保护法", "浙江省水井办法"}),
        ({"region": "云岭省"}, {"中华人民共和国水井保护法", "云岭省水井管理条例"}),
        ({"tier": "省"}, {"浙江省水井办法", "云岭省水井管理条例"}),
        ({"kind": "司法解释"}, set()),
    ],
)
def test_filters_narrow(
    shelf: None, cast: Any, now: datetime, filters: dict[str, str], titles: set[str]
) -> None:
    local = support.LAW.replace("中华人民共和国水井保护法", "浙江省水井办法", 1)
    shelve(cast["coordinator"], now, local)
    found = ask(cast["audit"], now, "水井", **filters)
    assert {h.title for h in found.hits} == titles


def test_what_a_reader_may_not_see_is_neither_found_nor_named(
    shelf: None, cast: Any, keeper: Actor, now: datetime
) -> None:
    secret = support.LAW.replace("水井保护法", "水塔值守细则").replace("水井", "水塔")
    shelve(keeper, now, secret, everyone=False, level=2)
    assert ask(keeper, now, "水塔").hits
    assert ask(keeper, now, "水塔值守细则第一条").exact[0].ok
    for who in ("audit", "other_city"):
        found = ask(cast[who], now, "污染水塔")
        assert all("水塔" not in h.title for h in found.hits)
        exact = ask(cast[who], now, "《水塔值守细则》第一条").exact[0]
        assert exact.status == "库中没有该法规"
        assert "细则》？" not in exact.reason


def test_by_words_alone_nothing_learnt_takes_part(shelf: None, cast: Any, now: datetime) -> None:
    learnt = ask(cast["audit"], now, "污染水井罚款").hits
    plain = ask(cast["audit"], now, "污染水井罚款", by_words=True).hits
    assert {h.title for h in plain} <= {h.title for h in learnt}
    assert plain[0].label == "第四条"
    assert all(len(h.reasons) == 1 for h in plain), "one reason: the words"
    assert not any(h.expansions for h in plain)


def test_two_units_may_keep_rules_of_the_same_name(cast: Any, now: datetime) -> None:
    mine = support.LAW.replace("水井保护法", "值班办法").replace("二万元", "甲")
    other = support.LAW.replace("水井保护法", "值班办法").replace("二万元", "乙")
    shelve(cast["coordinator"], now, mine, everyone=False)
    shelve(cast["other_city"], now, other, everyone=False)
    assert "甲" in ask(cast["coordinator"], now, "值班办法第四条").exact[0].text
    assert "乙" in ask(cast["other_city"], now, "值班办法第四条").exact[0].text


def test_a_new_rule_is_found_at_once(shelf: None, cast: Any, keeper: Actor, now: datetime) -> None:
    assert all("水碓" not in h.title for h in ask(cast["audit"], now, "水碓").hits)
    shelve(keeper, now, support.LAW.replace("水井", "水碓"))
    assert ask(cast["audit"], now, "水碓").hits[0].title == "中华人民共和国水碓保护法"


def test_a_corrected_rule_is_found_as_corrected(
    shelf: None, cast: Any, keeper: Actor, now: datetime
) -> None:
    ask(cast["audit"], now, "水井")
    intake = support.received(
        keeper, now, support.upload("法.md", support.LAW.replace("巡查", "轮值看护"))
    )
    support.accepted(keeper, now, intake, replace=True)
    assert ask(cast["audit"], now, "轮值看护").hits[0].key == "a2"
    assert "轮值看护" in ask(cast["audit"], now, "水井保护法第二条").exact[0].text


def test_many_changes_are_left_to_the_background(
    shelf: None, cast: Any, keeper: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(cast["audit"], now, "水井")
    started: list[int] = []
    monkeypatch.setattr(index, "_in_background", lambda: started.append(1))
    monkeypatch.setattr(index, "AT_ONCE", 1)
    shelve(keeper, now, *(support.LAW.replace("水井", f"水{c}") for c in "渠坝塘"))
    found = ask(cast["audit"], now, "水井")
    assert (found.missing, started) == (3, [1])
    assert found.hits, "what there is goes on answering"


def test_a_large_library_is_not_indexed_on_the_way(
    shelf: None, cast: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_in_background", lambda: None)
    monkeypatch.setattr(index, "SMALL", 3)
    found = ask(cast["audit"], now, "饮水安全怎么保护")
    assert (found.building, found.hits) == (True, ())
    assert ask(cast["audit"], now, "水井保护法第一条").exact[0].ok, "citations need no index"


def test_a_snapshot_is_used_and_a_damaged_one_is_not(
    shelf: None,
    cast: Any,
    now: datetime,
    settings: Any,
    tmp_path: Any,
) -> None:
    settings.LIANXUN_INSTANCE = tmp_path
    with reading(cast["audit"]):
        number = index.refresh()
    place = tmp_path / "index" / "regulations" / str(number)
    assert (place / "mark.json").is_file()
    index.reset()
    built: list[int] = []
    assert ask(cast["audit"], now, "水井").hits
    with pytest.MonkeyPatch.context() as patch:
        index.reset()
        patch.setattr(index, "build", lambda mark: built.append(1))
        assert ask(cast["audit"], now, "水井").hits, "mapped from the snapshot"
        assert built == []
    (place / "index.json").write_text("{}")
    index.reset()
    assert ask(cast["audit"], now, "水井").hits, "a damaged snapshot is built again"


def test_an_empty_question_asks_nothing(shelf: None, cast: Any, now: datetime) -> None:
    found = ask(cast["audit"], now, "   ")
    assert (found.hits, found.exact) == ((), ())


@pytest.mark.parametrize("text", ["%_'\"\\", "\x00", "🜁" * 30, "第条款项", "？" * 1200])
def test_odd_questions_are_no_fault(shelf: None, cast: Any, now: datetime, text: str) -> None:
    ask(cast["audit"], now, text)


def test_a_snippet_shows_the_words_it_marks() -> None:
    text = "甲" * 300 + "水井" + "乙" * 300
    pieces = snippet(text, [(300, 302)])
    assert ("水井", True) in pieces
    assert pieces[0] == ("…", False)
    assert pieces[-1] == ("…", False)
    assert "".join(t for t, _ in pieces if t != "…") in text


def test_a_few_changes_make_no_new_snapshot_and_many_do(
    shelf: None,
    cast: Any,
    keeper: Actor,
    now: datetime,
    settings: Any,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.LIANXUN_INSTANCE = tmp_path
    first = index.refresh()
    shelve(keeper, now, support.LAW.replace("水井", "水碓"))
    assert index.refresh() == first
    assert ask(cast["audit"], now, "水碓").hits, "indexed on the way"
    monkeypatch.setattr(index, "COMPACT", 3)
    second = index.refresh()
    assert second > first
    place = tmp_path / "index" / "regulations"
    assert [p.name for p in place.glob("[0-9]*")] == [str(second)]
    monkeypatch.setattr(index, "COMPACT", 3_000)
    shelve(keeper, now, support.LAW.replace("水井", "水车"))
    monkeypatch.setattr(index, "AT_ONCE", 0)
    assert index.refresh() > second


def test_a_web_process_opens_the_snapshot_before_it_is_asked(
    shelf: None, cast: Any, now: datetime, settings: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    settings.LIANXUN_INSTANCE = tmp_path
    index.refresh()
    index.reset()
    monkeypatch.setattr(index.connection, "close", lambda: None)  # the test's own connection
    index.warm()
    monkeypatch.setattr(index, "_from_snapshot", lambda: pytest.fail("opened at the question"))
    assert ask(cast["audit"], now, "水井").hits


def test_opening_ahead_never_keeps_a_process_from_starting(
    cast: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Any:
        raise OSError("disk")

    monkeypatch.setattr(index, "_current", broken)
    monkeypatch.setattr(index.connection, "close", lambda: None)
    index.warm()
    assert "could not be opened ahead" in caplog.text


def test_many_added_articles_ask_for_a_new_snapshot(
    shelf: None, cast: Any, keeper: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(cast["audit"], now, "水井")
    started: list[int] = []
    monkeypatch.setattr(index, "_in_background", lambda: started.append(1))
    monkeypatch.setattr(index, "COMPACT", 3)
    shelve(keeper, now, support.LAW.replace("水井", "水碓"))
    assert ask(cast["audit"], now, "水碓").hits
    assert started == [1]

"""Grams, postings, filters, increments: against a plain reference implementation."""

import math
import random
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun_insight.articles import parse_text
from lianxun_insight.articles.library import Library
from lianxun_insight.rank import Filters, Passage, SearchIndex, passages_of
from lianxun_insight.rank.grams import fingerprint, gram_of, key_of, keys_of
from lianxun_insight.rank.passages import article_number
from lianxun_insight.rank.postings import K1, B, build

_TEXT = st.text("甲乙丙丁，。 a1Ａ", max_size=20)


def _grams(text: str) -> Counter[str]:
    """The reference: character by character in Python."""
    folded = text.replace("Ａ", "a")
    out: Counter[str] = Counter()
    for at, char in enumerate(folded):
        if char in "甲乙丙丁a1":
            out[char] += 1
            if at + 1 < len(folded) and folded[at + 1] in "甲乙丙丁a1":
                out[folded[at : at + 2]] += 1
    return out


@given(_TEXT)
def test_keys_are_the_grams_of_the_text(text: str) -> None:
    assert Counter(gram_of(k) for k in keys_of(text).tolist()) == _grams(text)


@given(st.text("甲乙𠀀a1", min_size=1, max_size=2))
def test_keys_and_grams_are_inverse(gram: str) -> None:
    assert gram_of(key_of(gram)) == gram


@given(st.lists(_TEXT, min_size=1, max_size=8), _TEXT)
@settings(max_examples=60)
def test_scores_equal_plain_bm25(texts: list[str], query: str) -> None:
    passages = [Passage(str(i), "w", "", "", t) for i, t in enumerate(texts)]
    index = SearchIndex(passages)
    wanted = _grams(query)
    got = index.score({key_of(g): float(n) for g, n in wanted.items()})
    documents = [_grams(p.searched_text) for p in passages]
    lengths = [sum(d.values()) for d in documents]
    mean = sum(lengths) / len(lengths) or 1.0
    for document, length, score in zip(documents, lengths, got.tolist(), strict=True):
        expected = 0.0
        for gram, n in wanted.items():
            df = sum(gram in d for d in documents)
            if document[gram]:
                idf = math.log1p((len(texts) - df + 0.5) / (df + 0.5))
                norm = K1 * (1 - B + B * length / mean)
                expected += n * idf * document[gram] * (K1 + 1) / (document[gram] + norm)
        assert score == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_an_empty_index_answers_nothing() -> None:
    index = SearchIndex()
    assert index.score({key_of("甲"): 1.0}).tolist() == []
    index.add([Passage("1", "w", "甲法", "第一条", "甲乙")])
    assert index.score({key_of("甲"): 1.0})[0] > 0


def test_added_passages_rank_like_built_ones() -> None:
    rng = random.Random(5)
    texts = ["".join(rng.choices("甲乙丙丁戊己庚辛", k=30)) for _ in range(80)]
    passages = [Passage(str(i), "w", "法", "条", t) for i, t in enumerate(texts)]
    whole = SearchIndex(passages)
    grown = SearchIndex(passages[:70])
    grown.add(passages[70:75])
    grown.add(passages[75:])
    query = {key_of("甲乙"): 1.0, key_of("丙"): 1.0}
    # Mean lengths differ minutely before compaction: the order of clear cases must not.
    assert np.argmax(grown.score(query)) == np.argmax(whole.score(query))
    grown.compact()
    assert np.allclose(grown.score(query), whole.score(query))
    assert np.allclose(grown.norms(), whole.norms())


def test_many_small_additions_keep_few_segments_and_the_scores_of_one() -> None:
    rng = random.Random(9)
    texts = ["".join(rng.choices("甲乙丙丁戊己庚辛", k=30)) for _ in range(200)]
    passages = [Passage(f"w/a{i}/x", f"w{i % 7}", "法", "条", t) for i, t in enumerate(texts)]
    grown = SearchIndex(passages[:100])
    grown.norms()
    for i in range(100, 200):
        grown.add([passages[i]])
    assert len(grown.recent) <= 8
    assert sum(s.size for s in grown.recent) == grown.recent_size == 100
    assert grown.lengths.tolist() == SearchIndex(passages).lengths.tolist()
    together = SearchIndex(passages[:100])
    together.add(passages[100:])
    query = {key_of("甲乙"): 1.0, key_of("丙"): 2.0}
    assert np.allclose(grown.score(query), together.score(query), atol=1e-5)
    assert len(grown.norms()) == 200
    assert np.allclose(grown.norms()[:100], SearchIndex(passages[:100]).norms())


def test_a_work_is_taken_out_whole() -> None:
    passages = [
        Passage(f"w{i % 2}/a{i}/x", f"w{i % 2}", "法", "条", "甲", collections=marks)
        for i, marks in enumerate([frozenset({"内部"}), frozenset(), frozenset({"内部"})])
    ]
    index = SearchIndex(passages)
    assert index.works_in("内部") == {"w0"}
    assert index.mask(Filters(denied_works={"w0", "无"})).tolist() == [False, True, False]
    assert index.remove_work("w0") == 2
    assert index.remove_work("w0") == 0
    assert index.remove_work("无") == 0
    assert index.works_in("内部") == set()
    assert index.mask(None).tolist() == [False, True, False]


def test_the_number_of_an_article_is_read_from_either_form_of_id() -> None:
    ids = ["法.md#a15", "0f/a120-1/ab", "0f/x1.a3/ab", "0f/pre/ab", "a7", "0f/a99999999999/ab"]
    assert [article_number(i) for i in ids] == [15, 120, 3, 0, 0, 1_000_000]


def test_the_same_passage_twice_in_one_addition_counts_once() -> None:
    index = SearchIndex([Passage("1", "w", "", "", "甲")])
    index.add([Passage("2", "w", "", "", "乙"), Passage("2", "w", "", "", "丙")])
    assert index.mask(None).tolist() == [True, False, True]
    index.compact()
    assert [p.text for p in index.passages] == ["甲", "丙"]


@pytest.mark.parametrize("name", ["passages.jsonl", "ids.json", "norms.npy", "column.work.npy"])
def test_a_snapshot_that_lost_something_is_refused(tmp_path: Path, name: str) -> None:
    SearchIndex([Passage(str(i), "w", "法", "条", "甲乙") for i in range(9)]).save(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    with pytest.raises((ValueError, OSError)):
        SearchIndex.load(tmp_path)


def test_an_index_that_was_opened_grows_and_is_saved_again(tmp_path: Path) -> None:
    SearchIndex([Passage(str(i), "w", "法", "条", f"甲乙{i}") for i in range(5)]).save(
        tmp_path / "a"
    )
    opened = SearchIndex.load(tmp_path / "a")
    opened.add([Passage("新", "v", "法", "条", "丙丁", ())])
    opened.remove(["0"])
    assert opened.passages[-1].text == "丙丁"
    assert [p.id for p in opened.passages[3:5]] == ["3", "4"]
    with pytest.raises(IndexError):
        opened.passages[6]
    opened.save(tmp_path / "b")
    again = SearchIndex.load(tmp_path / "b")
    assert [p.id for p in again.passages] == ["1", "2", "3", "4", "新"]
    assert again.score({key_of("丙丁"): 1.0}).argmax() == 4


def test_replacing_and_removing() -> None:
    index = SearchIndex([Passage("1", "w", "", "", "甲"), Passage("2", "w", "", "", "乙")])
    index.add([Passage("1", "w", "", "", "丙")])
    assert index.mask(None).tolist() == [False, True, True]
    assert index.remove(["2", "9"]) == 1
    assert index.mask(None).tolist() == [False, False, True]
    index.compact()
    assert [p.text for p in index.passages] == ["丙"]


def test_double_ids_are_refused() -> None:
    with pytest.raises(ValueError, match="编号重复"):
        SearchIndex([Passage("1", "w", "", "", "甲")] * 2)


def test_a_saved_index_is_the_same(tmp_path: Path) -> None:
    passages = [
        Passage(
            "1", "w", "甲法", "第一条", "甲乙丙", ("第一章",), "法律", "中央", "", date(2020, 1, 1)
        ),
        Passage("2", "v", "乙法", "第二条", "乙丙丁", collections=frozenset({"常用"})),
        Passage("3", "v", "乙法", "第三条", "将删除"),
    ]
    index = SearchIndex(passages)
    index.remove(["3"])
    index.save(tmp_path)
    again = SearchIndex.load(tmp_path)
    assert again.passages == passages[:2]
    query = {key_of("乙丙"): 1.0}
    assert np.allclose(again.score(query), index.score(query))
    assert again.fingerprints == [fingerprint(p.text) for p in passages[:2]]
    (tmp_path / "index.json").write_text('{"format": 99, "passages": 2}')
    with pytest.raises(ValueError, match="请重建索引"):
        SearchIndex.load(tmp_path)


_PASSAGES = [
    Passage(
        "1",
        "甲法",
        "甲法",
        "第一条",
        "x",
        (),
        "法律",
        "中央",
        "",
        date(2010, 1, 1),
        date(2019, 12, 31),
    ),
    Passage("2", "甲法", "甲法", "第一条", "y", (), "法律", "中央", "", date(2020, 1, 1)),
    Passage(
        "3", "乙条例", "乙条例", "第一条", "x", (), "地方性法规", "省", "浙江省", date(2015, 1, 1)
    ),
    Passage(
        "4",
        "丙条例",
        "丙条例",
        "第一条",
        "x",
        (),
        "地方性法规",
        "市",
        "浙江省杭州市",
        None,
        None,
        frozenset({"常用"}),
    ),
    Passage("5", "丁条例", "丁条例", "第一条", "x", (), "地方性法规", "省", "江苏省"),
]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), "12345"),
        (Filters(kinds=["法律"]), "12"),
        (Filters(tiers=["省", "市"]), "345"),
        (Filters(regions=["浙江省"]), "1234"),
        (Filters(regions=["浙江省"], with_centre=False), "34"),
        (Filters(as_of=date(2019, 6, 1)), "1345"),
        (Filters(as_of=date(2020, 1, 1)), "2345"),
        (Filters(as_of=date(2009, 1, 1)), "45"),
        (Filters(collections=["常用"]), "4"),
        (Filters(collections=[]), ""),
        (Filters(works=["甲法"]), "12"),
        (Filters(allowed={"2", "5", "无"}), "25"),
        (Filters(allowed=set()), ""),
        (Filters(denied={"1", "4", "无"}), "235"),
        (Filters(allowed={"1", "2"}, denied={"1"}), "2"),
        (Filters(kinds=["无此类"]), ""),
        (Filters(kinds=["地方性法规"], allowed={"1", "3"}), "3"),
    ],
)
def test_filters(filters: Filters, ids: str) -> None:
    index = SearchIndex(_PASSAGES)
    mask = index.mask(filters)
    assert "".join(p.id for p, m in zip(index.passages, mask, strict=True) if m) == ids


def test_an_unchanged_article_is_one_passage_over_all_its_versions() -> None:
    def text(day: str, body: str) -> str:
        return f"# 甲管理条例\n\n{day} 国务院令第1号公布\n\n<!-- INFO END -->\n\n{body}"

    library = Library(
        [
            ("1", parse_text(text("2010年1月1日", "第一条 不变。\n\n第二条 旧。"))),
            ("2", parse_text(text("2020年1月1日", "第一条 不变。\n\n第二条 新。"))),
        ]
    )
    passages = {(p.label, p.text): p for p in passages_of(library)}
    assert len(passages) == 3
    same = passages["第一条", "不变。"]
    assert (same.valid_from, same.valid_to) == (date(2010, 1, 1), None)
    old = passages["第二条", "旧。"]
    assert old.valid_to == date(2019, 12, 31)


def test_building_nothing() -> None:
    assert build([]).size == 0
    assert build([""]).size == 1

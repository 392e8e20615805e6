"""Finding citations in text: forms, lists, ranges, offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.articles.numerals import format_numeral
from lianxun_insight.citations import Subject, defined_aliases, find_citations


def _labels(text: str) -> list[str]:
    return [r.label for c in find_citations(text) for r in c.references]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("《监察法》第十五条第二款", ["第十五条第二款"]),
        ("《监察法》第15条第2款第（三）项", ["第十五条第二款第（三）项"]),
        ("《监察法》第１５条", ["第十五条"]),
        ("《刑法》第三百八十八条之一", ["第三百八十八条之一"]),
        ("《刑法》第120条之1", ["第一百二十条之一"]),
        (
            "《监察法》第十五条、第十六条至第十八条和第二十条",
            ["第十五条", "第十六条至第十八条", "第二十条"],
        ),
        ("《监察法》第15-18条", ["第十五条至第十八条"]),
        ("《监察法》第三十九、四十条", ["第三十九条", "第四十条"]),
        ("《民法典》第五百七十七条、五百七十八条", ["第五百七十七条", "第五百七十八条"]),
        (
            "《甲条例》第三条第一款、第三款",
            ["第三条第一款", "第三条第三款"],
        ),
        (
            "《甲条例》第二条第（一）项至第（三）项",
            ["第二条第（一）项", "第二条第（二）项", "第二条第（三）项"],
        ),
        ("《甲条例》第二条第一项第2目", ["第二条第（一）项第2目"]),
        ("《甲办法》（2018年修订）第二条", ["第二条"]),
        ("公务员法59条", ["第五十九条"]),
        ("《公务员法》59条2款", ["第五十九条第二款"]),
        ("监察法15条第2款、16条", ["第十五条第二款", "第十六条"]),
        ("刑法三百八十五条一款", ["第三百八十五条第一款"]),
        ("《甲办法》", [""]),
    ],
)
def test_forms(text: str, labels: list[str]) -> None:
    assert _labels(text) == labels


@pytest.mark.parametrize(
    "text",
    [
        "共有59条",
        "他写了15条意见",
        "出台办法15条措施",
        "《甲条例》20条新规发布",
        "拨付三款资金",
        "列出5项问题",
    ],
)
def test_numbers_that_count_are_no_citations(text: str) -> None:
    assert [label for label in _labels(text) if label] == []


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("《监察法》第一条", Subject.TITLE),
        ("监察法第一条", Subject.BARE),
        ("本条例第一条", Subject.OWN),
        ("该办法第一条", Subject.THAT),
        ("同法第一条", Subject.THAT),
        ("第一条", Subject.NONE),
        ("前款", Subject.NONE),
    ],
)
def test_how_the_rule_is_named(text: str, subject: Subject) -> None:
    (citation,) = find_citations(text)
    assert citation.subject is subject


@pytest.mark.parametrize("text", ["基本法第一条", "合同法第一条", "飞行基本规则第一条"])
def test_pronoun_characters_inside_a_name_are_no_pronouns(text: str) -> None:
    (citation,) = find_citations(text)
    assert citation.subject is Subject.BARE


def test_a_short_name_defined_in_brackets_keeps_the_citation_together() -> None:
    text = "根据《公职人员政务处分法》（以下简称《处分法》）第三十九条第一项、第二项"
    (citation,) = find_citations(text)
    assert [r.label for r in citation.references] == [
        "第三十九条第（一）项",
        "第三十九条第（二）项",
    ]
    assert defined_aliases(text) == {"处分法": "公职人员政务处分法"}


def test_the_implementing_rules_of_a_quoted_law() -> None:
    citations = find_citations("《招标投标法》及其实施条例第三十四条")
    assert [c.title for c in citations] == ["招标投标法", "招标投标法实施条例"]
    assert citations[1].references[0].label == "第三十四条"


def test_two_paragraphs_back_means_two_references() -> None:
    (citation,) = find_citations("前两款规定的人员")
    assert [r.back_paragraphs for r in citation.references] == [2, 1]


def test_running_text_between_two_citations_separates_them() -> None:
    first, second = find_citations("《甲法》第一条规定了原则，《乙法》第二条规定了例外。")
    assert (first.title, second.title) == ("甲法", "乙法")
    assert first.references[0].end <= second.start


@given(
    st.integers(1, 1300),
    st.integers(0, 9),
    st.integers(0, 9),
    st.booleans(),
    st.text("甲乙丙，。的依据", max_size=12),
)
def test_offsets_point_at_the_words(
    number: int, paragraph: int, item: int, arabic: bool, before: str
) -> None:
    write = str if arabic else format_numeral
    reference = f"第{write(number)}条"
    if paragraph:
        reference += f"第{write(paragraph)}款"
    if item:
        reference += f"第（{format_numeral(item)}）项"
    text = f"{before}《甲法》{reference}的规定"
    (citation,) = find_citations(text)
    assert text[citation.start : citation.end] == f"《甲法》{reference}"
    (found,) = citation.references
    assert text[found.start : found.end] == reference
    assert found.article is not None
    assert (found.article.number, found.paragraph, found.item) == (number, paragraph, item)


@given(st.text("《》第一二三条款项目至、和（）(前本法该0123", max_size=60))
def test_any_text_scans_without_error_and_in_order(text: str) -> None:
    citations = find_citations(text)
    for citation in citations:
        assert 0 <= citation.start <= citation.end <= len(text)
        assert citation.references
    assert [c.end for c in citations] == sorted(c.end for c in citations)

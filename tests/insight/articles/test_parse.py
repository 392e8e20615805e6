"""The article splitter on invented rules: structure, clauses, and that no line is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.articles import (
    ArticleNumber,
    LineKind,
    ParsedText,
    RuleKind,
    Source,
    Tier,
    UnitKind,
    format_numeral,
    parse_text,
)

MARKDOWN = """# 临江省联合巡察工作条例

2021年3月5日 临江省第十三届人民代表大会常务委员会第九次会议通过

2023年6月1日 临江省第十四届人民代表大会常务委员会第三次会议《关于修改〈临江省联合巡察工作条例〉的决定》修正

<!-- INFO END -->

目 录

第一章 总则
第二章 职责

## 第一章 总 则

第一条 为了规范联合巡察工作，制定本条例。

第二条 本条例所称联合巡察，是指多个部门共同开展的检查。

有下列情形之一的，适用本条例：

（一）跨部门的；

（二）跨地区的，包括：

1.省内跨市；

2.跨省。

前款所列情形由联络办认定。

## 第二章 职责

第三条之一 违反本条例第二条规定的，责令改正。

第四条 本条例自2021年5月1日起施行。《临江省巡察暂行办法》同时废止。

附件：

巡察文书目录
"""


@pytest.fixture(scope="module")
def parsed() -> ParsedText:
    return parse_text(MARKDOWN, title="临江省联合巡察工作条例(2023-06-01)")


def test_articles_numbers_and_headings(parsed: ParsedText) -> None:
    assert [str(a.number) for a in parsed.body_articles] == [
        "第一条",
        "第二条",
        "第三条之一",
        "第四条",
    ]
    assert parsed.body_articles[0].headings == ("第一章 总则",)
    assert parsed.body_articles[2].headings == ("第二章 职责",)
    assert [a.key for a in parsed.articles] == ["a1", "a2", "a3-1", "a4", "x1"]


def test_clauses_are_addressable_and_point_into_the_text(parsed: ParsedText) -> None:
    article = parsed.body_articles[1]
    texts = {c.path: article.text[c.start : c.end] for c in article.clauses}
    assert texts[1, 0, 0].startswith("本条例所称")
    assert texts[2, 0, 0].startswith("有下列情形")
    assert texts[2, 1, 0] == "（一）跨部门的；"
    assert texts[2, 2, 1] == "1.省内跨市；"
    assert texts[3, 0, 0] == "前款所列情形由联络办认定。"
    found = article.clause(item=2)
    assert found is not None
    assert found.path == (2, 2, 0)
    assert article.clause(5) is None


def test_the_table_of_contents_makes_no_headings(parsed: ParsedText) -> None:
    assert [h.title for h in parsed.headings] == ["总则", "职责"]
    assert parsed.line_kinds.count(LineKind.TOC) == 3


def test_a_gap_in_the_numbers_is_reported_with_its_line(parsed: ParsedText) -> None:
    (problem,) = [p for p in parsed.problems if "条号不连续" in p.reason]
    assert problem.reason == "条号不连续：第二条之后是第三条之一"
    assert MARKDOWN.splitlines()[problem.line - 1].startswith("第三条之一")


def test_metadata_of_a_local_rule() -> None:
    text = MARKDOWN.replace("临江省", "浙江省")
    meta = parse_text(text, title="x(2023-06-01)").metadata
    assert meta.kind is RuleKind.LOCAL
    assert (meta.tier, meta.region) == (Tier.PROVINCE, "浙江省")
    assert meta.adopted_on == date(2021, 3, 5)
    assert meta.amended_on == date(2023, 6, 1)
    assert meta.effective_on == date(2021, 5, 1)
    assert meta.repealed_titles == ("浙江省巡察暂行办法",)


def test_a_reference_at_the_beginning_of_a_line_is_no_article() -> None:
    text = (
        "# 甲办法\n\n第一条 依照下列规定：\n\n第二条第一款规定的事项，由甲局办理。\n\n第二条 乙。"
    )
    parsed = parse_text(text)
    assert [str(a.number) for a in parsed.articles] == ["第一条", "第二条"]
    assert "第二条第一款" in parsed.articles[0].text


def test_articles_run_together_in_one_line_are_cut_only_where_numbers_follow() -> None:
    text = "# 甲办法\n第一条 总述。 第二条 依照乙法的规定。 第八条 不是新条。 第三条 末条。"
    numbers = [a.number.number for a in parse_text(text).articles]
    assert numbers == [1, 2, 3]


def test_amending_decision_without_articles_is_split_by_its_numbers() -> None:
    text = (
        "# 甲法修正案\n\n2020年1月1日 某会议通过\n\n<!-- INFO END -->\n\n"
        "一、将第三条修改为：“第三条 有下列行为的：\n\n“（一）甲；\n\n“（二）乙。”\n\n二、本修正案自公布之日起施行。\n"
    )
    parsed = parse_text(text)
    assert [(a.kind, a.number.number) for a in parsed.articles] == [
        (UnitKind.ITEM, 1),
        (UnitKind.ITEM, 2),
    ]
    assert "“（二）乙。”" in parsed.articles[0].text
    assert [c.path for c in parsed.articles[0].clauses] == [(1, 0, 0)]
    assert parsed.metadata.effective_on == date(2020, 1, 1)


def test_plain_paragraphs_become_one_unit() -> None:
    parsed = parse_text("# 甲批复\n\n你院请示收悉。\n\n经研究，答复如下。\n")
    (only,) = parsed.articles
    assert (only.kind, only.key, len(only.clauses)) == (UnitKind.PARAGRAPH, "p1", 2)


def test_appendix_with_its_own_articles_keeps_numbers_apart() -> None:
    text = "# 甲规定\n\n第一条 甲。\n\n第二条 乙。\n\n附件：丙细则\n\n第一条 丁。\n\n第二条 戊。\n"
    keys = [a.key for a in parse_text(text).articles]
    assert keys == ["a1", "a2", "x1", "x1.a1", "x1.a2"]


def test_numbers_that_restart_without_an_appendix_are_reported() -> None:
    text = "# 甲规定\n\n第一条 甲。\n\n第二条 乙。\n\n第一条 丁。\n"
    parsed = parse_text(text)
    assert [a.key for a in parsed.articles] == ["a1", "a2", "x1.a1"]
    assert "重新开始" in parsed.problems[0].reason


def test_double_numbers_get_distinct_keys() -> None:
    parsed = parse_text("# 甲规定\n\n第一条 甲。\n\n第二条 乙。\n\n第二条 丙。\n")
    assert [a.key for a in parsed.articles] == ["a1", "a2", "a2~2"]
    assert parsed.problems[0].reason == "第二条重复出现"


def test_wrapped_lines_of_a_pdf_are_joined_and_page_numbers_set_aside() -> None:
    text = (
        "临江市联络员管理办法\n"
        "第一条 为了加强联络员队伍建设，规范联络员的选派、培训和\n"
        "管理，制定本办法。\n"
        "- 1 -\n"
        "第二条 联络员由成员单位选派，经联络办审核后列入名册，并\n"
        "第三十条不适用于联络员，任期两年。\n"
    )
    parsed = parse_text(text, source=Source.PDF)
    assert [a.text for a in parsed.articles] == [
        "为了加强联络员队伍建设，规范联络员的选派、培训和管理，制定本办法。",
        "联络员由成员单位选派，经联络办审核后列入名册，并第三十条不适用于联络员，任期两年。",
    ]
    assert parsed.line_kinds == (
        LineKind.TITLE,
        LineKind.ARTICLE,
        LineKind.CONTINUED,
        LineKind.MARK,
        LineKind.ARTICLE,
        LineKind.CONTINUED,
    )


@pytest.mark.parametrize("heading", ["", "第一章总则\n"])
@pytest.mark.parametrize("source", [Source.PDF, Source.PASTED, Source.DOCX])
def test_articles_whose_blanks_were_lost_are_articles_all_the_same(
    source: Source, heading: str
) -> None:
    text = (
        f"云岭省水井保护办法\n2010年1月1日云岭省人民政府通过自2010年3月1日起施行\n{heading}"
        "第一条为了保护水井和饮水安全，制定本办法。\n第二条国家建立水井巡查制度。\n"
        "第三条污染水井的，依照本办法第四条处罚。\n第五条规定的情形除外。\n"
        "第四条污染水井的，处二万元以下罚款。\n"
    )
    parsed = parse_text(text, source=source)
    assert [a.label for a in parsed.articles] == ["第一条", "第二条", "第三条", "第四条"]
    assert parsed.articles[0].text == "为了保护水井和饮水安全，制定本办法。"
    assert parsed.articles[0].headings == (("第一章 总则",) if heading else ())
    assert "第五条规定的情形除外" in parsed.articles[2].text
    assert parsed.problems == ()


def test_a_gap_is_named_where_the_blanks_were_lost() -> None:
    text = "甲办法\n第一条为了保护水井。\n第二条国家巡查。\n第四条处二万元以下罚款。\n第五条自公布之日起施行。\n"
    parsed = parse_text(text, source=Source.PDF)
    assert [a.label for a in parsed.articles] == ["第一条", "第二条", "第四条", "第五条"]
    assert [p.reason for p in parsed.problems] == ["条号不连续：第二条之后是第四条"]


def test_notes_in_brackets_under_the_title_as_in_official_word_files() -> None:
    text = (
        "某某办法\n（2019年4月1日国务院第40次常务会议通过\n2019年5月1日国务院令第999号公布）\n"
        "第一条　甲。\n第二条　本办法自2019年7月1日起施行。\n"
    )
    meta = parse_text(text, source=Source.DOCX).metadata
    assert meta.kind is RuleKind.ADMINISTRATIVE
    assert (meta.adopted_on, meta.published_on) == (date(2019, 4, 1), date(2019, 5, 1))
    assert meta.effective_on == date(2019, 7, 1)
    assert meta.document_number == "国务院令第999号"


def test_party_rules_are_recognised() -> None:
    meta = parse_text(
        "中国共产党某某工作条例\n（2020年1月1日中共中央发布）\n第一条 甲。", source=Source.DOCX
    ).metadata
    assert (meta.kind, meta.issuer, meta.tier) == (RuleKind.PARTY, "中共中央", Tier.CENTRE)


def test_an_empty_text_is_reported_not_raised() -> None:
    parsed = parse_text("")
    assert parsed.articles == ()
    assert parsed.problems[0].reason == "没有找到任何条文或正文"


_LINES = st.lists(
    st.one_of(
        st.text(alphabet="甲乙丙第一二条款（）。；：“”附件目录章 \t#|1.、", max_size=30),
        st.builds(lambda n: f"第{format_numeral(n)}条 某事。", st.integers(1, 40)),
        st.builds(lambda n: f"（{format_numeral(n)}）某项；", st.integers(1, 9)),
        st.sampled_from(["", "附件：", "## 第一章 总则", "目录", "<!-- x -->", "| a | b |"]),
    ),
    max_size=25,
)


@given(_LINES, st.sampled_from(list(Source)))
def test_every_line_is_accounted_for_and_no_wording_is_lost(
    lines: list[str], source: Source
) -> None:
    text = "\n".join(lines)
    parsed = parse_text(text, source=source)
    physical = text.splitlines()
    assert len(parsed.line_kinds) == len(physical)
    assert len({a.key for a in parsed.articles}) == len(parsed.articles)
    for line, kind in zip(physical, parsed.line_kinds, strict=True):
        visible = line.replace("**", "").replace("__", "").strip().lstrip("#").strip()
        if visible and not set(visible) <= set("#- \t|*_"):
            assert kind is not LineKind.BLANK, line
    for article in parsed.articles:
        for clause in article.clauses:
            assert 0 <= clause.start <= clause.end <= len(article.text)


@given(st.integers(1, 200), st.integers(0, 20))
def test_labels_parse_back(number: int, branch: int) -> None:
    label = str(ArticleNumber(number, branch))
    parsed = parse_text(f"# 甲\n\n{label} 某事。")
    assert parsed.articles[0].number == ArticleNumber(number, branch)

"""Resolving citations as of a day, against an invented library and the public one."""

import os
import random
import time
from datetime import date
from pathlib import Path

import pytest

from lianxun_insight.articles import ArticleNumber, UnitKind, parse_text
from lianxun_insight.articles.library import Library, load_folder
from lianxun_insight.citations import Context, Resolver, Status, check_text

DATA = Path(os.environ.get("LIANXUN_DATA", Path(__file__).parents[4] / "shared" / "data")) / "laws"
TODAY = date(2025, 5, 1)

OLD = """# 中华人民共和国公职人员甲处分法

2010年1月1日 中华人民共和国国务院令第1号公布

<!-- INFO END -->

第一条 旧第一款。

旧第二款。

第二条 本法自2010年3月1日起施行。
"""
NEW = """# 中华人民共和国公职人员甲处分法

2010年1月1日 中华人民共和国国务院令第1号公布

2020年1月1日 《关于修改的决定》修订

<!-- INFO END -->

第一条 新第一款：

（一）甲项；

（二）乙项。

第二条 新第二条。

第二条之一 插入条。

第三条 依照前款规定。
"""
REPEALED = """# 乙暂行规定

2000年1月1日 国务院发布

<!-- INFO END -->

第一条 某事。
"""
REPEALING = """# 丙条例

2015年1月1日 国务院令第2号公布

<!-- INFO END -->

第一条 甲。

第二条 本条例自2015年6月1日起施行。《乙暂行规定》《丁旧办法》同时废止。
"""
INTERPRETATION = """# 最高人民法院关于适用《中华人民共和国公职人员甲处分法》的解释

2021年1月1日 最高人民法院审判委员会第1次会议通过

<!-- INFO END -->

第一条 解释。
"""


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    texts = (OLD, NEW, REPEALED, REPEALING, INTERPRETATION)
    library = Library([(str(i), parse_text(t)) for i, t in enumerate(texts)])
    return Resolver(library, {"甲法": "公职人员甲处分法"})


@pytest.mark.parametrize(
    ("text", "day", "wording"),
    [
        ("《公职人员甲处分法》第一条第二款", date(2015, 1, 1), "旧第二款。"),
        ("中华人民共和国公职人员甲处分法第1条第2款", date(2015, 1, 1), "旧第二款。"),
        ("《甲法》第一条第（二）项", TODAY, "（二）乙项。"),
        ("甲处分法第二条之一", TODAY, "插入条。"),
        ("依据公职人员甲处分法第二条", TODAY, "新第二条。"),
        ("最高人民法院关于适用《公职人员甲处分法》的解释第一条", TODAY, "解释。"),
    ],
)
def test_finds_the_wording_valid_on_the_day(
    resolver: Resolver, text: str, day: date, wording: str
) -> None:
    (found,) = resolver.resolve(text, as_of=day)
    assert found.status is Status.FOUND
    assert found.text == wording


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("《甲法》第九条", Status.NO_ARTICLE, "共到第三条，没有第九条"),
        ("《甲法》第一条之二", Status.NO_ARTICLE, "没有第一条之二，只有第一条"),
        ("《甲法》第一条第三款", Status.NO_CLAUSE, "第一条只有1款，没有第三款"),
        ("《甲法》第一条第（五）项", Status.NO_CLAUSE, "只有2项，没有第（五）项"),
        ("《乙暂行规定》第一条", Status.REPEALED, "已经废止"),
        ("《丁旧办法》第一条", Status.REPEALED, "已被《丙条例》自2015年6月1日起废止"),
        ("《公职人员甲处罚法》第一条", Status.NO_WORK, "是否为《公职人员甲处分法》"),
        ("该条例第一条", Status.NO_CONTEXT, "没有可以对应的法规名称"),
        ("《甲法》第三条至第一条", Status.NO_ARTICLE, "前后颠倒"),
    ],
)
def test_says_in_chinese_what_is_wrong(
    resolver: Resolver, text: str, status: Status, words: str
) -> None:
    found = resolver.resolve(text, as_of=TODAY)
    assert found[0].status is status
    assert words in found[0].reason


def test_without_the_first_character_only_a_known_rule_is_cited(resolver: Resolver) -> None:
    (found,) = resolver.resolve("公职人员甲处分法1条", as_of=TODAY)
    assert (found.status, found.text[:5]) == (Status.FOUND, "新第一款：")
    assert resolver.resolve("有人违法三条，另有办法2条", as_of=TODAY) == []


def test_not_yet_in_force(resolver: Resolver) -> None:
    (found,) = resolver.resolve("《丙条例》第一条", as_of=date(2015, 5, 31))
    assert found.status is Status.NOT_YET
    assert "自2015年6月1日起施行" in found.reason


def test_repealed_before_and_valid_then(resolver: Resolver) -> None:
    (found,) = resolver.resolve("《乙暂行规定》第一条", as_of=date(2015, 5, 31))
    assert found.status is Status.FOUND


def test_a_range_gives_every_article_in_it(resolver: Resolver) -> None:
    found = resolver.resolve("《甲法》第一条至第三条", as_of=TODAY)
    assert [str(r.article.number) for r in found if r.article] == [
        "第一条",
        "第二条",
        "第二条之一",
        "第三条",
    ]


def test_words_that_refer_back(resolver: Resolver) -> None:
    text = "依照《公职人员甲处分法》第一条办理；该法第二条另有规定。"
    assert [r.article.label for r in resolver.resolve(text, as_of=TODAY) if r.article] == [
        "第一条",
        "第二条",
    ]


def test_this_law_and_the_paragraph_before_inside_a_rule(resolver: Resolver) -> None:
    context = Context("公职人员甲处分法", ArticleNumber(1), 2)
    (found,) = resolver.resolve("前款", as_of=date(2015, 1, 1), context=context)
    assert found.text == "旧第一款。"
    (found,) = resolver.resolve("本法第二条", as_of=TODAY, context=context)
    assert found.text == "新第二条。"
    (found,) = resolver.resolve("第二款", as_of=date(2015, 1, 1), context=context)
    assert found.text == "旧第二款。"


def test_a_short_name_of_the_text_itself(resolver: Resolver) -> None:
    text = "《公职人员甲处分法》（以下简称“老法”）实施以来，老法第二条……《老法》第二条之一"
    found = [r for r in resolver.resolve(text, as_of=TODAY) if r.article]
    assert [r.article.label for r in found if r.article] == ["第二条", "第二条之一"]


def test_check_of_a_report_counts_and_marks(resolver: Resolver) -> None:
    text = (
        "检查发现，依据《甲法》第一条、《乙暂行规定》第一条和《甲法》第八十条，作出《立案决定书》。"
    )
    report = check_text(resolver, text, as_of=TODAY)
    assert report.counts() == {"有效": 1, "已废止": 1, "条号不存在": 1}
    assert [text[r.reference.start : r.reference.end] for r in report.findings] == [
        "第一条",
        "第八十条",
    ]


@pytest.mark.public_data
@pytest.mark.skipif(not DATA.exists(), reason="公开法规数据不在 ../shared/data/laws")
def test_every_article_of_the_public_collection_is_found_in_both_spellings() -> None:
    library, _ = load_folder(DATA)
    resolver = Resolver(library)
    rng = random.Random(20250101)
    places = [
        (version, article)
        for work in library.works.values()
        if (version := work.as_of(TODAY))
        for article in version.articles
        if article.kind is UnitKind.ARTICLE and article.part == 0 and article.occurrence == 1
    ]
    sample = rng.sample(places, 1000)
    begin = time.process_time()
    for version, article in sample:
        for text in (
            f"《{version.title}》{article.number}",
            f"依照{version.work}第{article.number.number}条",
        ):
            if "依照" in text and article.number.branch:
                continue
            (found,) = resolver.resolve(text, as_of=TODAY)
            assert found.article is article, text
    assert (time.process_time() - begin) / 2000 < 0.002  # target 0.2 ms; ten times that under load

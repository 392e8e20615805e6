"""The legal grounds of the rules stand in the statutes as cited: no wrong, repealed or missing article."""

import datetime as dt
import os
from pathlib import Path

import pytest

from lianxun_insight.articles.library import load_folder
from lianxun_insight.citations import Resolver, Status
from lianxun_insight.rules.limits import load_limits
from lianxun_insight.rules.model import load_rules

DATA = Path(os.environ.get("LIANXUN_DATA", Path(__file__).parents[4] / "shared" / "data")) / "laws"
TODAY = dt.date(2026, 11, 1)
ELSEWHERE = (Status.NO_CONTEXT, Status.NO_WORK)
"""A document by its number, and departments' rules that the public collection does not hold."""


@pytest.fixture(scope="module")
def resolver():
    if not DATA.exists():
        pytest.skip("公开法规数据不在 ../shared/data/laws")
    library, _ = load_folder(DATA)
    return Resolver(library)


def test_every_ground_of_a_rule_is_an_article_in_force(resolver):
    found, wrong = 0, []
    for record in load_rules().values():
        for ground in record.ground:
            for each in resolver.resolve(ground, as_of=TODAY):
                found += each.ok
                if not each.ok and each.status not in ELSEWHERE:
                    wrong.append((record.id, ground, each.reason))
    assert wrong == []
    assert found >= 70


def test_every_source_of_a_limit_is_an_article_in_force_or_a_document_number(resolver):
    wrong = []
    for name, rows in load_limits().tables.items():
        for row in rows:
            day = row.end - dt.timedelta(days=1) if row.end else TODAY
            for each in resolver.resolve(row.source, as_of=day):
                if not each.ok and each.status not in ELSEWHERE:
                    wrong.append((name, row.source, each.reason))
    assert wrong == []


@pytest.mark.parametrize(
    ("rule_id", "words"),
    [
        ("P01", "二十日"),
        ("P15", "百分之十"),
        ("K06", "投标保证金"),
        ("K14", "3年内"),
        ("X03", "离职三年内"),
        ("K24", "资产评估"),
        ("C01", "分析研判信访形势"),
    ],
)
def test_a_ground_says_what_the_rule_rests_on(resolver, rule_id, words):
    texts = [
        each.article.text
        for ground in load_rules()[rule_id].ground
        for each in resolver.resolve(ground, as_of=TODAY)
        if each.article
    ]
    assert any(words in text for text in texts)

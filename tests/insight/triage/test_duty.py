"""The duty question: the one rule, its cues, the stack, and yes/no thresholds."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lianxun_insight.triage.duty import (
    CUES,
    ONE_RULE,
    RULE_ID,
    cue_columns,
    fit_duty,
    follows_rule,
    rule_f1,
)
from lianxun_insight.triage.ensemble.metrics import f1_binary
from lianxun_insight.triage.ensemble.model import VIEWS
from lianxun_insight.triage.ensemble.views import count

WITH_CUES = (*VIEWS, "cues")


@pytest.mark.parametrize(
    "text",
    [
        "利用其担任某局局长的职务便利，为他人承揽工程提供帮助",
        "身为国家工作人员，非法收受他人财物",
        "国家机关工作人员玩忽职守，致使国家利益遭受损失",
        "采取虚报冒领的手段贪污专项补助款",
        "挪用公款归个人使用",
        "为谋取不正当利益向有关负责人行贿",
        "徇私枉法，对明知有罪的人不立案",
        "将国有资产私分国有给职工",
    ],
)
def test_the_rule_says_yes_to_the_use_of_an_office(text: str) -> None:
    assert follows_rule([text]).tolist() == [True]


@pytest.mark.parametrize(
    "text",
    [
        "醉酒驾驶机动车与他人相撞",
        "入户盗窃手机一部",
        "因琐事持刀将他人砍伤",
        "利用休息时间去湖边钓鱼",
        "伪造驾驶证，冒充司机",
        "",
    ],
)
def test_the_rule_says_no_to_everything_else(text: str) -> None:
    assert follows_rule([text]).tolist() == [False]


def test_the_rule_has_an_id_for_publishing_beside_figures() -> None:
    assert re.fullmatch(r"duty-one-rule/\d+", RULE_ID)
    assert ONE_RULE.groups == 0


def test_every_cue_is_a_column_after_the_rule() -> None:
    columns = cue_columns(["被告人任某镇民政所所长，审核低保不认真", "入户盗窃"])
    assert columns.shape == (2, 1 + len(CUES))
    assert set(np.unique(columns.toarray())) <= {0.0, 1.0}
    assert columns[0].sum() > columns[1].sum() >= 1


def test_cues_for_ordinary_crimes_stand_apart_from_those_of_office() -> None:
    theft, bribe = cue_columns(["入户盗窃", "局长利用职务便利受贿"]).toarray()
    assert not np.array_equal(theft, bribe)
    assert theft[0] == 0.0
    assert bribe[0] == 1.0


def _facts() -> tuple[list[str], np.ndarray]:
    """Where the rule errs both ways: a private firm's clerk, and a village cadre without its words."""
    rng = np.random.default_rng(3)
    bags = [
        (True, "时任某村会计的甲将退耕还林补助款{n}万元据为己有"),
        (True, "某局局长乙利用职务便利收受现金{n}万元"),
        (True, "镇民政所所长丙审核低保严重不负责任，致{n}户冒领"),
        (False, "某有限公司业务员丁利用职务便利侵占货款{n}万元"),
        (False, "戊醉酒驾驶轿车，血液酒精含量{n}毫克"),
        (False, "己入户盗窃现金{n}元"),
    ]
    texts, yes = [], []
    for i in range(180):
        label, template = bags[i % len(bags)]
        texts.append(template.format(n=int(rng.integers(2, 99))))
        yes.append(label)
    return texts, np.array(yes)


def test_the_stack_beats_the_rule_where_the_rule_errs_both_ways() -> None:
    texts, yes = _facts()
    rule = follows_rule(texts)
    counts = count(texts).beside("cues", cue_columns(texts))
    test = np.arange(0, len(texts), 5)
    train = np.setdiff1d(np.arange(len(texts)), test)
    model = fit_duty(counts, train, yes, rule, views=WITH_CUES)
    stated = model.probabilities(counts, rule)[test]
    assert ((stated >= 0) & (stated <= 1)).all()
    baseline = rule_f1(yes[test], rule[test])
    assert 0.3 < baseline < 0.8
    assert f1_binary(yes[test], stated >= model.threshold) > baseline + 0.1


def test_a_text_that_follows_the_rule_is_never_less_likely_for_it() -> None:
    """Rule and truth agree here, so the last step must give the rule a weight above nought."""
    texts, _ = _facts()
    rule = follows_rule(texts)
    counts = count(texts).beside("cues", cue_columns(texts))
    model = fit_duty(counts, np.arange(len(texts)), rule, rule, views=WITH_CUES)
    assert model.weights[1] > 0
    assert f1_binary(rule, model.probabilities(counts, rule) >= model.threshold) == 1.0

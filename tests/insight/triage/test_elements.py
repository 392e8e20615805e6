"""What a lead says and lacks, and what makes it urgent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lianxun_insight.triage.elements import extract, rules
from lianxun_insight.triage.urgency import LEVELS, Clock, assess

TODAY = date(2024, 6, 12)
FULL = (
    "举报临川县水利局副局长卞国强，2023年5月在青山镇河道治理工程招标中收受胡三喜现金三万五千元，"
    "违反《中华人民共和国监察法》第十五条，我有转账记录可以提供。"
)


def missing(text: str) -> list[str]:
    return [element.code for element in extract(text, TODAY).missing]


def test_a_full_lead_lacks_nothing_and_its_parts_are_normalised() -> None:
    found = extract(FULL, TODAY)
    assert found.missing == ()
    by_type = {span.type: span for span in found.spans}
    assert by_type["amount"].norm == "3500000"
    assert by_type["date"].norm == "2023-05-01/2023-05-31"
    assert "监察法" in by_type["citation"].norm
    for span in found.spans:
        assert 0 <= span.start < span.end <= len(FULL)


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("卞国强局长在水利局收了三万元，有录音", "when"),
        ("2023年5月，水利局有人收了三万元，有录音", "who"),
        ("2023年5月卞国强局长收了钱，在水利局办公室，有录音", "how_much"),
        ("2023年5月卞国强局长在水利局收了三万元", "how_known"),
        ("2023年5月卞国强局长收了三万元，有录音", "where"),
    ],
)
def test_what_is_missing_is_asked_for(text: str, gap: str) -> None:
    assert missing(text) == [gap]
    assert all(element.ask.endswith("。") for element in extract(text, TODAY).missing)


def test_an_amount_is_asked_only_where_money_is_the_matter() -> None:
    assert "how_much" not in missing("窗口人员态度粗暴，骂人")


def test_the_reporters_own_data_answer_no_question() -> None:
    text = "举报人：高天明，电话13800138000，家住青山镇下河村三组12号\n有人收钱。"
    found = extract(text, TODAY)
    assert found.spans == ()
    assert "who" in [element.code for element in found.missing]


@pytest.mark.parametrize(
    ("text", "rule", "level"),
    [
        ("他扬言要弄死我全家", "safety", 2),
        ("我举报后他把我调离岗位，停发工资", "retaliation", 2),
        ("听说会计正在连夜烧毁账本", "evidence", 2),
        ("他准备下个月移民，正在变卖房产", "flight", 2),
        ("他们现在还在偷偷排污水", "ongoing", 1),
        ("公示期到本周五截止", "deadline", 1),
    ],
)
def test_each_rule_fires_with_its_words(text: str, rule: str, level: int) -> None:
    found = assess(text, today=TODAY)
    reason = next(r for r in found.reasons if r.rule == rule)
    assert found.level >= level
    assert reason.words
    for (start, end), word in zip(reason.places, reason.words, strict=True):
        assert text[start:end] == word


@pytest.mark.parametrize(
    "text",
    [
        "气死我了！！！简直无法无天！！！天理何在！！！",
        "尊敬的领导您好，非常感谢您在百忙之中阅读",
        "这些贪官太可恨了，老百姓活不下去了",
    ],
)
def test_tone_makes_nothing_urgent(text: str) -> None:
    assert assess(text, today=TODAY).level == 0


def test_a_polite_sentence_about_danger_is_urgent_all_the_same() -> None:
    found = assess("麻烦您有空看一下，他扬言要打死我，谢谢。", today=TODAY)
    assert found.label == "紧急"


def test_clocks_count_from_the_day_given() -> None:
    def level(days: int) -> int:
        return assess("", today=TODAY, clocks=[Clock("答复", TODAY + timedelta(days=days))]).level

    assert [level(days) for days in (10, 4, 3, 0, -1)] == [0, 0, 1, 1, 2]
    late = assess("", today=TODAY, clocks=[Clock("告知受理", TODAY - timedelta(days=5))])
    assert late.reasons[0].name == "告知受理已超期 5 天"


def test_repeats_speak_of_the_matter_not_of_the_person() -> None:
    assert assess("", today=TODAY, earlier=0).reasons == ()
    [reason] = assess("", today=TODAY, earlier=2).reasons
    assert reason.name == "同一事项第 3 次反映"
    assert "缠" not in reason.advice
    assert "不评价反映人" in reason.advice


def test_the_rules_are_dated_sourced_and_say_what_a_person_may_do() -> None:
    raw = rules()
    assert raw["valid_from"]
    assert raw["source"]
    for entry in raw["urgency"]:
        assert entry["advice"]
        assert entry["level"] in range(len(LEVELS))

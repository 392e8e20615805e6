"""The table of names: what a name may mean, and a table brought forward against one made anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.citations.aliases import AliasTable

TITLES = ("公职人员政务处分法", "政务处分法", "监察法", "监察法实施条例", "实施条例", "工作办法（试行）",
          "工作办法", "甲省工作办法（试行）", "乙省工作办法", "行政复议法", "行政复议法实施条例")  # fmt: skip
ASKED = (
    *TITLES,
    "处分法",
    "省处分法",
    "省工作办法",
    "复议法",
    "甲法",
    "实施条例（试行）",
    "没有的规定",
)
OWN = {"甲法": "监察法", "省处分法": "公职人员政务处分法"}


def answers(table: AliasTable) -> list[object]:
    return [
        (table.match(name), table.match_bare("依据" + name), table.suggest(name)) for name in ASKED
    ]


@given(st.sets(st.sampled_from(TITLES)), st.sets(st.sampled_from(TITLES)))
def test_a_table_brought_forward_answers_like_one_made_anew(
    before: set[str], after: set[str]
) -> None:
    old = AliasTable(before, OWN)
    said = answers(old)
    new = old.changed(before - after, after - before)
    assert answers(new) == answers(AliasTable(after, OWN))
    assert answers(old) == said, "the table that others still use has changed"


def test_an_ending_that_several_rules_share_means_all_of_them() -> None:
    table = AliasTable(["甲省工作办法", "乙省工作办法"])
    assert table.match("省工作办法") == ["乙省工作办法", "甲省工作办法"]
    assert table.changed(["甲省工作办法"], []).match("省工作办法") == ["乙省工作办法"]


def test_an_alias_of_a_rule_that_is_not_here_hides_none_that_is() -> None:
    table = AliasTable(["甲省处分法"], OWN)
    assert table.match("省处分法") == ["甲省处分法"]
    assert table.changed([], ["公职人员政务处分法"]).match("省处分法") == ["公职人员政务处分法"]

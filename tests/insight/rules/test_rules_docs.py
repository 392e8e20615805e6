"""The reference of rules is generated and current."""

from pathlib import Path

from lianxun_insight.rules.docs import render
from lianxun_insight.rules.model import load_rules

PAGE = Path(__file__).parents[3] / "docs" / "insight" / "rules.md"


def test_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "run: python -m lianxun_insight.rules.docs docs/insight/rules.md"
    )


def test_page_names_every_rule_with_ground_and_guard():
    page = render()
    for record in load_rules().values():
        assert f"### {record.id} {record.title_zh}" in page
    assert page.count("- 依据：") == page.count("- 防误报：") == len(load_rules())

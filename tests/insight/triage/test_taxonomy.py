"""The taxonomy as data: complete, checked, versioned."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from lianxun_insight.triage import taxonomy

BASE = """
version: "9"
valid_from: 2025-01-01
facets: [{code: TP-1, name: 性质, suggest: true}, {code: TP-3, name: 处置, suggest: false}]
groups: [{code: TP-A, name: 甲, facet: TP-1}, {code: TP-H, name: 人工, facet: TP-3}]
leaves:
"""
LEAF = "  - {code: TP-A1, name: 一, parent: TP-A, definition: 说明。, cues: [收钱]}\n"
LAWS = Path(os.environ.get("LIANXUN_DATA", Path(__file__).parents[4] / "shared/data")) / "laws"


def test_sixty_five_leaves_may_be_suggested() -> None:
    table = taxonomy.load()
    assert len(table.suggestible("TP-1")) == 43
    assert len(table.suggestible("TP-2")) == 22
    assert table.suggestible("TP-3") == ()


def test_private_life_and_disposal_are_for_people_alone() -> None:
    table = taxonomy.load()
    human = {leaf.code for leaf in table.leaves if not leaf.suggest}
    assert human == {"TP-S1", "TP-H1", "TP-H2", "TP-H3", "TP-H4", "TP-H5"}
    assert table.leaf("TP-S1").cues == ()
    assert table.leaf("TP-H1").values == ("谈话函询", "初步核实", "暂存待查", "予以了结")


def test_the_groups_have_the_sizes_of_the_design() -> None:
    sizes = Counter(leaf.parent for leaf in taxonomy.load().leaves)
    wanted = {
        "P": 3,
        "O": 4,
        "L": 8,
        "M": 4,
        "W": 5,
        "S": 1,
        "V": 3,
        "C": 12,
        "N": 4,
        "F": 22,
        "H": 5,
    }
    assert sizes == {f"TP-{group}": size for group, size in wanted.items()}


def test_every_suggestible_leaf_says_what_it_is_and_has_cues() -> None:
    for leaf in taxonomy.load().leaves:
        assert len(leaf.definition) >= 20, leaf.code
        if leaf.suggest:
            assert leaf.cues, leaf.code
        assert "".join(leaf.sentences()) == leaf.definition


def test_definitions_and_names_do_not_repeat() -> None:
    leaves = taxonomy.load().leaves
    assert len({leaf.name for leaf in leaves}) == len(leaves)
    assert len({leaf.definition for leaf in leaves}) == len(leaves)


@pytest.mark.public_data
def test_every_checked_provision_exists_in_the_public_texts() -> None:
    if not LAWS.is_dir():
        pytest.skip("没有公开法规数据（../shared/data/laws），无法核对依据条文")
    texts: dict[str, str] = {}
    for path in sorted(LAWS.rglob("*.md")):
        texts[re.sub(r"[（(].*", "", path.stem)] = path.read_text(encoding="utf-8")
    for leaf in taxonomy.load().leaves:
        for provision in leaf.basis:
            found = re.fullmatch(
                r"(.+?)(第[零一二三四五六七八九十百]+条(?:之[一二三])?)", provision
            )
            assert found is not None, provision
            article = re.compile(rf"(?m)^\**{found[2]}\**[ \u3000]")
            assert article.search(texts[found[1]]), (leaf.code, provision)


@pytest.mark.parametrize(
    ("leaves", "words"),
    [
        (LEAF + LEAF, "编号重复：TP-A1"),
        (LEAF.replace("TP-A1", "A1"), "应以 TP- 开头"),
        (LEAF.replace("parent: TP-A", "parent: TP-X"), "上级 TP-X 不存在"),
        (LEAF.replace("definition: 说明。", "definition: ''"), "缺少字段 definition"),
        (LEAF.replace("[收钱]", "['(']"), "TP-A1 的 cues 不是合法"),
        (LEAF.replace("[收钱]", "[]"), "没有任何提示词"),
        (LEAF.replace("cues:", "successor: TP-A9, cues:"), "后继 TP-A9 不存在"),
        (LEAF.replace("cues:", "valid_to: 2024-01-01, cues:"), "失效日期早于"),
    ],
)
def test_what_is_wrong_is_named(leaves: str, words: str) -> None:
    with pytest.raises(taxonomy.BadTaxonomyError, match=re.escape(words)):
        taxonomy.parse(BASE + leaves)


@pytest.mark.parametrize("text", ["leaves: 3", "- a\n- b", "a: [", ""])
def test_what_is_no_taxonomy_is_refused(text: str) -> None:
    with pytest.raises(taxonomy.BadTaxonomyError):
        taxonomy.parse(text)


def test_a_leaf_of_a_human_facet_is_never_suggested_even_if_it_asks() -> None:
    table = taxonomy.parse(BASE + LEAF.replace("parent: TP-A", "parent: TP-H, suggest: true"))
    assert table.suggestible("TP-3") == ()


def test_an_old_code_leads_to_its_successor() -> None:
    old = LEAF.replace("cues:", "valid_to: 2025-12-31, successor: TP-A2, cues:")
    new = LEAF.replace("TP-A1", "TP-A2").replace("cues:", "valid_from: 2026-01-01, cues:")
    table = taxonomy.parse(BASE + old + new)
    then, now = date(2025, 6, 1), date(2026, 6, 1)
    assert table.current("TP-A1", then) is table.leaf("TP-A1")
    assert table.current("TP-A1", now) is table.leaf("TP-A2")
    assert table.current("TP-A2", then) is None
    assert [leaf.code for leaf in table.suggestible("TP-1", now)] == ["TP-A2"]


def test_an_unknown_version_is_refused_and_the_hash_follows_the_text() -> None:
    with pytest.raises(taxonomy.BadTaxonomyError, match="v999"):
        taxonomy.load("v999")
    assert taxonomy.parse(BASE + LEAF).sha256 != taxonomy.parse(BASE + LEAF + "\n").sha256

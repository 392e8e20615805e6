"""The names and wordings kept for citations: brought forward by a change, never out of date."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest

from lianxun.kernel.actor import Actor
from lianxun.regulations import queries, shelf
from tests.regulations import support
from tests.regulations.support import TODAY, reading, shelve


def look(actor: Actor, now: datetime, text: str) -> Any:
    with reading(actor):
        return queries.lookup(actor=actor, now=now, text=text, as_of=TODAY)[0]


@pytest.fixture
def made_anew() -> Any:
    """How often the tables of names were made from the whole library."""
    with patch.object(shelf, "_built", side_effect=shelf._built) as built:
        yield built


@pytest.mark.usefixtures("shelf")
class TestBroughtForward:
    def test_a_new_rule_is_cited_without_reading_the_library_again(
        self, cast: Any, keeper: Actor, now: datetime, made_anew: Any
    ) -> None:
        assert look(cast["audit"], now, "水碓保护法第一条").status == "库中没有该法规"
        shelve(keeper, now, support.LAW.replace("水井", "水碓"))
        found = look(cast["audit"], now, "水碓保护法第一条")
        assert found.ok
        assert "水碓" in found.text
        assert made_anew.call_count == 1

    def test_a_corrected_rule_is_read_again_and_only_that(
        self, cast: Any, keeper: Actor, now: datetime, made_anew: Any
    ) -> None:
        assert look(cast["audit"], now, "水井保护法第二条").ok
        assert look(cast["audit"], now, "云岭省水井管理条例第一条").ok
        changed = support.LAW.replace("巡查", "轮值看护")
        intake = support.received(keeper, now, support.upload("法.md", changed))
        support.accepted(keeper, now, intake, replace=True)
        with patch.object(shelf, "read_work", side_effect=shelf.read_work) as read:
            assert "轮值看护" in look(cast["audit"], now, "水井保护法第二条").text
            assert look(cast["audit"], now, "云岭省水井管理条例第一条").ok
        assert [call.args[0] for call in read.call_args_list] == ["水井保护法"]
        assert made_anew.call_count == 1

    def test_a_repeal_that_comes_later_is_known(
        self, cast: Any, keeper: Actor, now: datetime
    ) -> None:
        assert look(cast["audit"], now, "《旧井办法》第一条").status == "库中没有该法规"
        text = support.LAW.replace("水井", "水车") + "\n第五条 《旧井办法》同时废止。\n"
        shelve(keeper, now, text.replace("制定本法。", "制定本法。本法自2010年3月1日起施行。"))
        found = look(cast["audit"], now, "《旧井办法》第一条")
        assert found.status in {"已废止", "库中没有该法规"}

    def test_many_changes_make_the_tables_anew(
        self, cast: Any, keeper: Actor, now: datetime, made_anew: Any
    ) -> None:
        look(cast["audit"], now, "水井保护法第一条")
        with patch.object(shelf, "_AT_ONCE", 1):
            shelve(keeper, now, *(support.LAW.replace("水井", f"水{c}") for c in "渠坝塘"))
            assert look(cast["audit"], now, "水坝保护法第一条").ok
        assert made_anew.call_count == 2

    def test_another_database_is_noticed(self, cast: Any, now: datetime, made_anew: Any) -> None:
        look(cast["audit"], now, "水井保护法第一条")
        (sees,) = shelf._kept
        kept = shelf._kept[sees]
        shelf._kept[sees] = shelf._Kept((kept.mark[0] - 1, None), kept.works, kept.resolver)
        assert look(cast["audit"], now, "水井保护法第一条").ok
        assert made_anew.call_count == 2

    def test_readers_who_see_different_rules_share_nothing(
        self, cast: Any, keeper: Actor, now: datetime
    ) -> None:
        look(cast["audit"], now, "水井保护法第一条")
        shelve(keeper, now, support.LAW.replace("水井", "水塔"), everyone=False, level=2)
        assert look(keeper, now, "水塔保护法第一条").ok
        hidden = look(cast["audit"], now, "水塔保护法第一条")
        assert (hidden.status, hidden.text) == ("库中没有该法规", "")

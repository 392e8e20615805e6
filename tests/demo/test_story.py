"""The sample province's story: told through the operations, it leaves work for every role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from django.db import transaction

from lianxun.approvals import queries as approvals
from lianxun.demo.story.told import tell
from lianxun.duties import queries as duties
from lianxun.exchange import queries as exchange
from lianxun.fabric.identity import acting_as
from lianxun.fabric.paging import whole_list
from lianxun.inspection import queries as inspection
from lianxun.kernel.clock import Light
from lianxun.leads import queries as leads
from lianxun.rectification import queries as rectification

R = TypeVar("R")
pytestmark = pytest.mark.django_db(transaction=True)


def seen(story: Any, who: str, query: Callable[..., R], **more: Any) -> R:
    actor = story[who]
    with acting_as(actor.account_id), transaction.atomic(), whole_list():
        return query(actor=actor, now=story.now, **more)


def test_there_is_something_of_everything_for_the_office(story: Any) -> None:
    tasks = seen(story, "coordinator", inspection.engagements).rows
    assert Counter(t.state for t in tasks) == {
        "rectifying": 1,
        "on_site": 1,
        "consulting": 1,
        "draft": 1,
    }
    states = Counter(r.state for r in seen(story, "coordinator", exchange.requests).rows)
    assert {"accepted", "objected", "in_use", "sent"} <= set(states)
    found = Counter(x.state for x in seen(story, "coordinator", leads.leads).rows)
    assert {"registered", "under_group_study", "approved", "transferred", "objected"} <= set(found)
    assert {"received", "done"} <= set(found)
    items = Counter(i.state for i in seen(story, "coordinator", rectification.items).rows)
    assert {"closed", "returned", "submitted", "in_progress", "issued"} == set(items)


def test_lights_of_every_colour_burn_and_say_why(story: Any) -> None:
    board = seen(story, "leader", duties.province_board)
    assert board.total.counts.get(Light.RED, 0) >= 3
    assert board.total.counts.get(Light.YELLOW, 0) >= 1
    assert board.total.counts.get(Light.GREEN, 0) >= 3
    late = seen(story, "leader", duties.duties, filters={"light": "red", "board": "1"})
    assert all("已超期" in d.why for d in late.duties)


def test_decisions_wait_for_the_leader_and_the_chair(story: Any) -> None:
    for who, words in (("leader", ("延期", "第一轮")), ("chair", ("协作方案",))):
        waiting = [m.title for m in seen(story, who, approvals.inbox) if m.may_vote]
        for word in words:
            assert any(word in title for title in waiting), (who, word, waiting)


@pytest.mark.parametrize("who", ["development", "discipline", "audit", "coordinator", "finance"])
def test_each_role_has_something_to_do(story: Any, who: str) -> None:
    mine = seen(story, who, duties.my_duties)
    assert mine.overdue or mine.due_soon or mine.waiting


def test_strangers_see_nothing_of_it(story: Any) -> None:
    for who in ("other_city", "neighbour", "expired"):
        tasks = {t.unit_name for t in seen(story, who, inspection.engagements).rows}
        assert "云岭示范投资集团" not in tasks
        assert "云岭青松大学" not in tasks
        assert not seen(story, who, leads.leads).rows
    items = seen(story, "other_contact", rectification.items).rows
    assert len(items) == 5
    assert not seen(story, "other_contact", leads.leads).rows


def test_it_is_told_once(story: Any) -> None:
    said: list[str] = []
    assert tell(said.append) is False
    assert said == []

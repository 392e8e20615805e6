"""“回头看” end to end: a matter struck off by two bodies, found to be sham a round later, comes back."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.kernel.problems import NotFound
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as ledger
from tests.inspection.support import Play
from tests.inspection.test_depth import closed_item as issued_item
from tests.rectification.support import PLAN
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded, listen

SHAM = "现场抽查十二份合同，九份仍未招标，佐证材料系事后补造。"


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


@pytest.fixture
def struck_off(play: Play) -> UUID:
    """An item of the first engagement, carried to its close-out by the unit, the office and two bodies."""
    item = issued_item(play)

    def act(who: str, call: Any, **values: Any) -> Any:
        revision = play.see("coordinator", ledger.item, item_id=item).revision
        return play.act(who, call, item_id=item, revision=revision, **values)

    act(
        "coordinator",
        rectify.invite,
        units=(unit_id("YL-JW"), unit_id("YL-ZZ")),
        until=play.today + timedelta(days=300),
    )
    act("contact", rectify.draft_plan, **PLAN)
    act("contact", rectify.submit_plan, signed_by="董事长 周行远")
    act("discipline", rectify.review_plan, opinion="agree")
    act("coordinator", rectify.decide_plan, approves=True)
    act("contact", rectify.start)
    play.act(
        "contact",
        rectify.add_evidence,
        item_id=item,
        stream=BytesIO("修订后的采购管理办法全文".encode()),
        name="办法.txt",
        title="采购管理办法",
    )
    act("contact", rectify.submit, progress="已修订采购办法并开展自查。")
    act("coordinator", rectify.check, verdict="confirmed", finding="查阅台账，情况属实。")
    act("coordinator", rectify.sign_close_out)
    act("discipline", rectify.sign_close_out)
    assert play.see("coordinator", ledger.item, item_id=item).state == "closed"
    return item


@pytest.fixture
def looking_back(play: Play, struck_off: UUID) -> tuple[UUID, UUID]:
    """(first engagement, item), with the look-back team on site."""
    first = play.id
    play.through("coordinator", "rectifying")
    play.on_site(kind="look_back", look_back_of=first)
    return first, struck_off


def finding(play: Play, item: UUID, **more: Any) -> UUID:
    values = {
        "engagement_id": play.id,
        "item_kind": "rectification.item",
        "item_id": item,
        "item_title": "下属公司未经招标集中采购",
        "verdict": "sham",
        "text": SHAM,
        "due_on": play.today + timedelta(days=30),
        **more,
    }
    return play.act("inspector", do.record_look_back, **values)  # type: ignore[no-any-return]


def test_a_struck_off_item_comes_back_with_its_cause_its_day_and_its_clock(
    play: Play, looking_back: tuple[UUID, UUID], trace: Recorded
) -> None:
    _, item = looking_back
    before = play.see("coordinator", ledger.item, item_id=item)
    finding(play, item)
    back = play.see("coordinator", ledger.item, item_id=item)
    assert (before.state, back.state) == ("closed", "reopened")
    assert (back.reopened_times, back.closed_on) == (1, None)
    assert back.due_on == play.today + timedelta(days=30)
    (body,) = trace.of("inspection.record_look_back")
    assert body["detail"]["verdict"] == "sham"
    assert SHAM not in str(trace)
    with acting_as(account_id("coordinator")), transaction.atomic():
        clocks = Duty.objects.filter(object_id=item, state="open")
        assert {c.due_on for c in clocks} >= {play.today + timedelta(days=30)}


def test_the_inspected_unit_learns_that_it_is_back_and_goes_through_it_again(
    play: Play, looking_back: tuple[UUID, UUID]
) -> None:
    _, item = looking_back
    finding(play, item)
    seen = play.see("contact", ledger.item, item_id=item)
    assert seen.state == "reopened"
    assert {"start", "submit", "evidence"} & seen.permitted
    with pytest.raises(NotFound):
        play.see("contact", queries.engagement, engagement_id=play.id)


def test_what_is_sound_stays_struck_off(play: Play, looking_back: tuple[UUID, UUID]) -> None:
    _, item = looking_back
    finding(play, item, verdict="sound", due_on=None, text="抽查十二份合同，均已公开招标。")
    assert play.see("coordinator", ledger.item, item_id=item).state == "closed"
    assert [f.verdict for f in play.task().findings] == ["sound"]


def test_the_first_engagement_says_that_it_is_looked_back_at(
    play: Play, looking_back: tuple[UUID, UUID]
) -> None:
    first, _ = looking_back
    found = play.see("coordinator", queries.engagement, engagement_id=first)
    assert found.state in {"rectifying", "look_back"}
    assert play.task().is_look_back


def test_nobody_outside_the_team_brings_an_item_back(
    play: Play, looking_back: tuple[UUID, UUID]
) -> None:
    _, item = looking_back
    for stranger in ("neighbour", "contact", "finance", "system_admin"):
        with pytest.raises(NotFound):
            play.act(
                stranger,
                do.record_look_back,
                engagement_id=play.id,
                item_kind="rectification.item",
                item_id=item,
                item_title="x",
                verdict="sham",
                text=SHAM,
                due_on=play.today + timedelta(days=30),
            )
    assert play.see("coordinator", ledger.item, item_id=item).state == "closed"

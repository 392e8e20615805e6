"""Data whose use has ended come onto a list of their own accord; two people destroy them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q

from lianxun.documents import operations as documents
from lianxun.documents.models import StoredFile
from lianxun.exchange import keys
from lianxun.exchange import operations as do
from lianxun.exchange.operations import retention
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import WrongState
from tests.documents.support import Store, service
from tests.exchange.support import OWNER, act, delivered, hand_in, in_use, judge, look, sent
from tests.exchange.test_delivering import archive
from tests.support.cast import account_id

LATER = timedelta(days=120)  # `judge` agrees on 90 days


class Later:
    """The cast, after the agreed days of use."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast

    def __getitem__(self, key: str) -> Any:
        return self.cast[key]

    @property
    def now(self) -> Any:
        return self.cast.now + LATER


def listed(cast: Any, days: int) -> list[Any]:
    by = cast.now.date() + timedelta(days=days)
    who = service()
    with acting_as(who.account_id, service=who.service), transaction.atomic():
        return [(e.number, e.expired_on) for e in retention.expired(by, Q())]


def test_only_what_may_not_be_used_any_more_is_listed(cast: Any) -> None:
    waiting = delivered(cast)
    found = in_use(cast)
    number, ends = look(cast, found).number, cast.now.date() + timedelta(days=91)
    assert listed(cast, 90) == []
    assert listed(cast, 91) == [(number, ends)]
    assert look(cast, waiting).number not in dict(listed(cast, 3650))


def test_two_people_destroy_keys_and_bytes_and_the_request_stays(cast: Any) -> None:
    task = new_id()
    found = sent(cast, engagement_id=task)
    hand_in(cast, found)
    judge(cast, found)
    delivery, store = look(cast, found).deliveries[-1], Store(cast)
    assert store.draw() == ()
    archive(actor=cast[OWNER], now=cast.now, engagement=task)
    (disposal,) = store.draw()
    (disposed,) = store.see(disposal).lines
    assert disposed.number == look(cast, found).number
    store.review(disposal)
    assert keys.exists(delivery.id)
    assert store.destroy(disposal) == 1
    seen = look(cast, found)
    assert (seen.state, seen.deliveries[-1].state) == ("destroyed", "destroyed")
    assert seen.statements[-1].kind_label == "销毁记录" or "销毁" in seen.statements[-1].text
    assert seen.deliveries[-1].sha256 == delivery.sha256, "what was provided stays on record"
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert not StoredFile.objects.filter(object_id=found).exists()
    assert store.draw() == ()


def test_a_legal_hold_keeps_the_data(cast: Any) -> None:
    found = in_use(cast)
    store = Store(Later(cast))  # type: ignore[arg-type]
    store.hold("exchange.request", found)
    assert store.draw() == ()
    with pytest.raises(WrongState, match="法律保全"):
        act(cast, do.end_use, OWNER, found, record="格式化介质，见证人甲、乙。")
    documents.lift_hold(
        actor=cast["leader"],
        now=cast.now,
        hold_id=store.holds(found)[0],
        revision=1,
        reason="案件已办结。",
    )
    act(cast, do.end_use, OWNER, found, record="格式化介质，见证人甲、乙。")
    assert look(cast, found).state == "destroyed"

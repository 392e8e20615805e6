"""An item from feedback to close-out, with one sham evidence on the way."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from tests.support.cast import unit_id


@pytest.fixture
def item(cast: Any) -> UUID:
    found = do.issue_item(
        actor=cast["coordinator"],
        now=cast.now,
        engagement_id=new_id(),
        engagement_number="巡〔2026〕1号",
        unit_id=unit_id("YL-JT"),
        title="下属公司未经招标集中采购",
        type="phased",
        due_on=cast.now.date() + timedelta(days=60),
    )
    do.invite(
        actor=cast["coordinator"],
        now=cast.now,
        item_id=found,
        revision=1,
        units=(unit_id("YL-JW"), unit_id("YL-ZZ")),
        until=cast.now.date() + timedelta(days=200),
    )
    return found


def state(cast: Any, item: UUID, who: str = "coordinator") -> Any:
    return queries.item(actor=cast[who], now=cast.now, item_id=item)


def step(cast: Any, act: Any, who: str, item: UUID, **values: Any) -> Any:
    revision = state(cast, item).revision
    return act(actor=cast[who], now=cast.now, item_id=item, revision=revision, **values)


def to_submitted(cast: Any, item: UUID) -> None:
    step(
        cast,
        do.draft_plan,
        "contact",
        item,
        lead_person="董事长",
        lead_unit="采购部",
        measures="修订采购办法",
        standard="连续三个月无拆分采购",
    )
    step(cast, do.submit_plan, "contact", item, signed_by="董事长 周行远")
    step(cast, do.review_plan, "discipline", item, opinion="agree")
    step(cast, do.decide_plan, "coordinator", item, approves=True)
    step(cast, do.start, "contact", item)
    evidence(cast, item)
    step(cast, do.submit, "contact", item, progress="已修订采购办法并开展自查。")


def evidence(cast: Any, item: UUID) -> None:
    do.add_evidence(
        actor=cast["contact"],
        now=cast.now,
        item_id=item,
        stream=BytesIO("修订后的采购管理办法全文".encode()),
        name="办法.txt",
        title="采购管理办法",
    )


def test_an_item_is_closed_by_two_bodies(cast: Any, item: UUID) -> None:
    to_submitted(cast, item)
    step(cast, do.check, "coordinator", item, verdict="confirmed", finding="查阅台账，情况属实。")
    assert step(cast, do.sign_close_out, "coordinator", item) is False
    with pytest.raises(Refused, match="另一单位"):
        step(cast, do.sign_close_out, "coordinator", item)
    assert step(cast, do.sign_close_out, "discipline", item) is True
    assert state(cast, item).state == "closed"


def test_sham_evidence_comes_back_with_a_new_day(cast: Any, item: UUID) -> None:
    to_submitted(cast, item)
    day = cast.now.date() + timedelta(days=20)
    step(
        cast, do.check, "coordinator", item, verdict="sham", finding="台账系补造。", new_due_on=day
    )
    back = state(cast, item)
    assert (back.state, back.due_on) == ("returned", day)


def test_nothing_is_handed_in_without_evidence(cast: Any, item: UUID) -> None:
    step(
        cast,
        do.draft_plan,
        "contact",
        item,
        lead_person="董事长",
        lead_unit="采购部",
        measures="修订",
        standard="无拆分",
    )
    step(cast, do.submit_plan, "contact", item, signed_by="董事长 周行远")
    step(cast, do.decide_plan, "coordinator", item, approves=True)
    step(cast, do.start, "contact", item)
    with pytest.raises(Invalid, match="佐证"):
        step(cast, do.submit, "contact", item, progress="已完成。")


def test_the_unit_sees_its_item_and_nobody_elses_does(cast: Any, item: UUID) -> None:
    assert state(cast, item, "contact").number
    for stranger in ("other_contact", "neighbour", "system_admin", "other_city", "expired"):
        with pytest.raises(NotFound):
            state(cast, item, stranger)


def test_the_unit_does_not_read_what_reviewers_and_checkers_wrote(cast: Any, item: UUID) -> None:
    to_submitted(cast, item)
    step(cast, do.check, "coordinator", item, verdict="confirmed", finding="内部核验情况。")
    seen = state(cast, item, "contact")
    assert seen.reviews == ()
    assert seen.checks == ()


def test_the_unit_cannot_check_or_close_its_own_item(cast: Any, item: UUID) -> None:
    to_submitted(cast, item)
    with pytest.raises(Refused):
        step(cast, do.check, "contact", item, verdict="confirmed", finding="自查通过。")


def test_a_closed_item_comes_back_when_the_problem_does(cast: Any, item: UUID) -> None:
    to_submitted(cast, item)
    step(cast, do.check, "coordinator", item, verdict="confirmed", finding="属实。")
    step(cast, do.sign_close_out, "coordinator", item)
    step(cast, do.sign_close_out, "discipline", item)
    step(
        cast,
        do.reopen,
        "coordinator",
        item,
        cause="rebound",
        text="再次发现拆分采购。",
        due_on=cast.now.date() + timedelta(days=30),
    )
    assert state(cast, item).state == "reopened"
    with pytest.raises(WrongState):
        step(cast, do.sign_close_out, "discipline", item)

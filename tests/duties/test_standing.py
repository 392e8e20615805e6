"""Weekly, quarterly and yearly duties: opened once for a year, reported by whom they oblige."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connections

from lianxun.access.queries import accounts_at
from lianxun.duties import operations, queries, steps
from lianxun.duties.enums import NoticeCode
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, Refused, Stale, WrongState
from tests.duties.support import MONDAY, at, inside, opened
from tests.support.cast import unit_id


def test_a_year_is_opened_once_and_only_what_is_still_to_come(cast: Any) -> None:
    keeper = cast["coordinator"]
    first = operations.open_standing(actor=keeper, now=at(MONDAY), year=2026)
    assert first > 0
    assert operations.open_standing(actor=keeper, now=at(MONDAY), year=2026) == 0
    page = queries.duties(
        actor=keeper, now=at(MONDAY), filters={"object_kind": "duties.standing"}, limit=200
    )
    assert page.total == first
    assert min(d.due_on for d in page.duties) >= MONDAY
    mine = queries.duties(
        actor=cast["audit"],
        now=at(MONDAY),
        filters={"unit": str(unit_id("YL-SJ")), "code": "DT-ST-QUARTER"},
    )
    assert [d.due_on for d in mine.duties] == [
        date(2026, 3, 31),
        date(2026, 6, 30),
        date(2026, 9, 30),
        date(2026, 12, 31),
    ]
    assert {d.node for d in mine.duties} == {""}
    assert "city" not in {d.responsible_unit_name for d in page.duties}


def test_only_the_window_of_a_recurring_duty_is_on_the_table(cast: Any) -> None:
    operations.open_standing(actor=cast["coordinator"], now=at(MONDAY), year=2026)
    audit = cast["audit"]
    mine = queries.my_duties(actor=audit, now=at(date(2026, 3, 10)))
    assert [d.due_on for d in mine.waiting + mine.due_soon] == [date(2026, 3, 31)]


def test_who_owes_it_reports_it_done_with_a_sentence(cast: Any) -> None:
    operations.open_standing(actor=cast["coordinator"], now=at(MONDAY), year=2026)
    office = cast["coordinator"]
    page = queries.duties(actor=office, now=at(MONDAY), filters={"code": "DT-ST-TUNE"})
    duty = page.duties[0]
    arguments = {"now": at(date(2026, 3, 10)), "duty_id": duty.id, "revision": 1}
    with pytest.raises(Invalid, match="一句话"):
        operations.report_done(actor=office, note=" ", **arguments)
    with pytest.raises(Refused, match="责任单位"):
        operations.report_done(actor=cast["leader"], note="已报", **arguments)
    with pytest.raises(Stale):
        operations.report_done(actor=office, note="已报", **{**arguments, "revision": 7})
    operations.report_done(actor=office, note="一季度微调已完成", **arguments)
    with pytest.raises(WrongState, match="已完成"):
        operations.report_done(actor=office, note="已报", **{**arguments, "revision": 2})


def test_a_clock_of_a_matter_is_closed_by_the_matter_not_by_hand(cast: Any) -> None:
    audit = cast["audit"]
    ident = opened(audit)
    with pytest.raises(WrongState, match="自动办结"):
        operations.report_done(actor=audit, now=at(MONDAY), duty_id=ident, note="已办", revision=1)


def test_the_year_must_be_near_and_the_keeper_the_keeper(cast: Any) -> None:
    for year in (2025, 2028):
        with pytest.raises(Invalid, match="2026 或 2027"):
            operations.open_standing(actor=cast["coordinator"], now=at(MONDAY), year=year)
    with pytest.raises(Refused):
        operations.open_standing(actor=cast["audit"], now=at(MONDAY), year=2026)


def test_rooms_above_put_notices_once_and_without_content(cast: Any) -> None:
    audit, matter = cast["audit"], new_id()

    def tell(*, actor: Any) -> None:
        accounts = accounts_at(unit_id=audit.unit_id, roles=["liaison_officer"])
        steps.notify(
            now=at(MONDAY),
            accounts=accounts,
            code=NoticeCode.DECIDE,
            object_kind="approvals.matter",
            object_id=matter,
        )

    for _ in range(2):
        inside(cast["coordinator"], tell)
    inbox = queries.notices(actor=audit, now=at(MONDAY)).rows
    assert [(n.object_id, n.text) for n in inbox] == [(matter, "有一件事项等待您审批或会签。")]


def test_the_office_and_the_platform_open_a_year_in_the_same_second(
    transactional_db: None, cast: Any
) -> None:
    """Each sees what the other opened: neither fails, nothing stands twice."""
    start, said, errors = threading.Barrier(2), [], []

    def one(actor: Actor) -> None:
        try:
            start.wait()
            said.append(operations.open_standing(actor=actor, now=at(MONDAY), year=2026))
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(cast["coordinator"],)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert min(said) == 0 < max(said)

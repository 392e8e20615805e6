"""What every act does with its row: lock, check, move, save, note."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from lianxun.duties.enums import MACHINES, DutyState
from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Allowed, Denied
from lianxun.kernel.problems import NotFound, Refused, Stale, WrongState
from lianxun.trace.door import noting, operation
from lianxun.trace.places import conninfo
from lianxun.trace.rows import Rows, require
from tests.duties.support import opened
from tests.house.test_transitions import declared

ROWS = Rows(Duty, kind="duties.duty", noun="时限", machine=MACHINES["duties_duty"])


@operation("duties.test_rows")
def act(*, actor: Any, do: Any) -> Any:
    """An act whose body is the test's."""
    return do(), noting()


@pytest.fixture
def duty(cast: Any) -> Any:
    office = cast["coordinator"]
    duty_id = opened(office, on=cast.now.date())
    with acting_as(office.account_id):
        return Duty.objects.get(id=duty_id)


def as_office(cast: Any, do: Any) -> Any:
    return act(actor=cast["coordinator"], do=do)


def test_a_lock_reads_the_row_and_compares_its_revision(cast: Any, duty: Any) -> None:
    found, _ = as_office(cast, lambda: ROWS.lock(duty.id, duty.revision))
    assert found == duty
    with pytest.raises(Stale, match="他人修改"):
        as_office(cast, lambda: ROWS.lock(duty.id, duty.revision + 1))


def test_what_one_may_not_see_and_what_is_not_there_look_alike(cast: Any, duty: Any) -> None:
    said = set()
    for who, row_id in (("coordinator", uuid4()), ("system_admin", duty.id)):
        with pytest.raises(NotFound) as refused:
            act(actor=cast[who], do=lambda row_id=row_id: ROWS.lock(row_id))
        said.add(refused.value.message)
    assert len(said) == 1


def test_a_save_is_the_next_revision_and_the_record_says_so(cast: Any, duty: Any) -> None:
    def rename() -> None:
        row = ROWS.lock(duty.id)
        row.object_title = "另一名称"
        ROWS.save(row, "object_title", changed=1)

    _, note = as_office(cast, rename)
    with acting_as(cast["coordinator"].account_id):
        again = Duty.objects.get(id=duty.id)
    assert (again.object_title, again.revision) == ("另一名称", duty.revision + 1)
    assert (note.obj, note.obj_id, note.obj_revision) == ("duties.duty", duty.id, again.revision)
    assert note.detail["changed"] == 1


def test_a_move_outside_of_the_machine_names_both_states(cast: Any, duty: Any) -> None:
    def cancel_then_reopen() -> None:
        row = ROWS.lock(duty.id)
        ROWS.move(row, DutyState.CANCELLED)
        ROWS.move(row, DutyState.OPEN)

    with pytest.raises(WrongState, match="时限现为“已取消”，不能改为“办理中”"):
        as_office(cast, cancel_then_reopen)
    with acting_as(cast["coordinator"].account_id):
        assert Duty.objects.get(id=duty.id).state == DutyState.OPEN, "the act was rolled back"


def test_a_move_is_stored_and_noted(cast: Any, duty: Any) -> None:
    _, note = as_office(cast, lambda: ROWS.move(ROWS.lock(duty.id), DutyState.CANCELLED))
    assert note.detail["to"] == "cancelled"
    with acting_as(cast["coordinator"].account_id):
        assert Duty.objects.get(id=duty.id).state == DutyState.CANCELLED


def test_rows_without_a_machine_have_no_states() -> None:
    with pytest.raises(TypeError, match="no state machine"):
        Rows(Duty, kind="duties.duty", noun="时限").move(Duty(), "open")


def test_a_refusal_stops_the_act_and_a_permission_is_kept(cast: Any) -> None:
    _, note = as_office(cast, lambda: require(Allowed("ACC-X")))
    assert note.rule == "ACC-X"
    with pytest.raises(Refused, match="不行") as refused:
        as_office(cast, lambda: require(Denied("不行。", "ACC-Y")))
    assert refused.value.rule == "ACC-Y"


def test_the_database_knows_the_same_moves_as_the_rooms(db: None) -> None:
    with psycopg.connect(conninfo("owner")) as owner:
        rows = set(
            owner.execute("select table_name, from_state, to_state from lx.transition").fetchall()
        )
    wanted = {(t, "", s) for t, m in declared().items() for s in m.initial}
    wanted |= {(t, a, b) for t, m in declared().items() for a, b in m.moves}
    assert rows == wanted

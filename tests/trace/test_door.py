"""Exactly one record per act, whatever its end; nothing done without one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction

from lianxun.fabric import levels
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Unavailable
from lianxun.trace import clocks, door
from lianxun.trace.clocks import Alarm
from tests.support import cluster
from tests.trace.support import chains, committed_inbox, make_account, unit_values

pytestmark = pytest.mark.usefixtures("committing")

OBJECT = UUID(int=5)


@pytest.fixture
def actor() -> Actor:
    return make_account("clerk", duties=("organisation",))


def records() -> list[dict[str, Any]]:
    rows = committed_inbox()
    chains(rows)
    return [row.record for row in rows]


def put_unit() -> None:
    unit = new_id()
    apps.get_model("organisation.Unit").objects.create(**unit_values(unit, unit.hex, "新单位"))


def new_units() -> int:
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        row = server.execute(
            "select count(*) from organisation_unit where name = '新单位'"
        ).fetchone()
    assert row
    return int(str(row[0]))


@door.operation("organisation.add")
def add_unit(*, actor: Actor, now: datetime, refuse: Exception | None = None) -> str:
    door.noting().about("organisation.unit", OBJECT, revision=3, level=1, rule="ACC-P1", count=2)
    put_unit()
    if refuse:
        raise refuse
    return "done"


@door.query("organisation.look")
def look(*, actor: Actor, refuse: Exception | None = None, level: int = 0) -> int:
    door.noting().about("organisation.unit", OBJECT, level=level)
    if refuse:
        raise refuse
    return 7


@door.query("test.find")
def find(*, actor: Actor, text: str) -> int:
    return len(text)


@door.query("organisation.export_units")
def export_units(*, actor: Actor) -> int:
    return 1


@door.operation("access.grant")
def grant(*, actor: Actor) -> None:
    return


@door.operation("access.revoke")
def revoke(*, actor: Actor) -> None:
    return


@door.operation("organisation.outer")
def outer(*, actor: Actor, inner: Any) -> Any:
    return inner(actor=actor)


NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_an_act_is_one_record_with_who_what_and_under_which_rule(actor: Actor) -> None:
    assert add_unit(actor=actor, now=NOW) == "done"
    (said,) = records()
    assert new_units() == 1
    expected = {
        "act": "organisation.add",
        "actor": str(actor.account_id),
        "unit": str(actor.unit_id),
        "roles": ["clerk"],
        "obj": "organisation.unit",
        "obj_id": str(OBJECT),
        "obj_rev": 3,
        "rule": "ACC-P1",
        "result": "allow",
        "detail": {"count": 2},
    }
    assert {key: said[key] for key in expected} == expected
    assert actor.session not in str(said)


@pytest.mark.parametrize(
    ("refusal", "rule"),
    [
        (Refused(Denied("不可以", rule="ACC-R3")), "ACC-R3"),
        (NotFound(), "ACC-404"),
    ],
)
def test_a_refusal_undoes_the_act_and_is_recorded(
    actor: Actor, refusal: Exception, rule: str
) -> None:
    with pytest.raises(type(refusal)):
        add_unit(actor=actor, now=NOW, refuse=refusal)
    (said,) = records()
    assert (said["result"], said["rule"], said["obj_id"]) == ("deny", rule, str(OBJECT))
    assert new_units() == 0
    with pytest.raises(type(refusal)):
        look(actor=actor, refuse=refusal)
    assert [r["act"] for r in records()] == ["organisation.add", "organisation.look"]


@pytest.mark.parametrize(
    "problem", [Invalid(FieldError("name", "太长")), ZeroDivisionError(), KeyboardInterrupt()]
)
def test_what_did_not_happen_leaves_neither_row_nor_record(
    actor: Actor, problem: BaseException
) -> None:
    with pytest.raises(type(problem)):
        add_unit(actor=actor, now=NOW, refuse=problem)  # type: ignore[arg-type]
    assert records() == []
    assert new_units() == 0


def test_reading_is_recorded(actor: Actor) -> None:
    assert look(actor=actor) == 7
    assert [r["act"] for r in records()] == ["organisation.look"]


def test_a_page_is_one_record_of_all_it_read(actor: Actor) -> None:
    with (
        acting_as(actor.account_id),
        transaction.atomic(),
        door.page("web.page", actor=actor) as note,
    ):
        look(actor=actor)
        look(actor=actor, level=2)
        note.act = "web.units"
    (said,) = records()
    assert (said["act"], said["level"], said["obj_id"]) == ("web.units", 2, str(OBJECT))
    assert [r["act"] for r in said["detail"]["reads"]] == ["organisation.look"] * 2


def test_a_query_inside_an_act_is_part_of_its_record(actor: Actor) -> None:
    assert outer(actor=actor, inner=look) == 7
    (said,) = records()
    assert said["act"] == "organisation.outer"
    assert said["detail"]["reads"][0]["act"] == "organisation.look"


def test_a_refused_query_inside_an_act_is_one_denial(actor: Actor) -> None:
    def refused(*, actor: Actor) -> int:
        return look(actor=actor, refuse=NotFound())

    with pytest.raises(NotFound):
        outer(actor=actor, inner=refused)
    assert [(r["act"], r["result"]) for r in records()] == [("organisation.outer", "deny")]


def test_an_operation_inside_an_act_is_refused_with_a_way_out(actor: Actor) -> None:
    with pytest.raises(RuntimeError, match=r"access\.grant was called inside .* steps\.py"):
        outer(actor=actor, inner=grant)
    assert records() == []


def test_an_operation_owns_the_outermost_transaction(actor: Actor) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        add_unit(actor=actor, now=NOW)


@pytest.mark.parametrize("arguments", [{}, {"actor": None}, {"actor": "x"}])
def test_an_act_without_an_actor_is_a_programming_error(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="keywords only"):
        look(**arguments)


def test_nothing_is_noted_outside_of_an_act() -> None:
    with pytest.raises(LookupError, match="no act"):
        door.noting()


def test_an_event_without_anybody_signed_in() -> None:
    door.record_event("access.sign_in", result="deny", rule="ACC-PASSWORD", tries=3)
    (said,) = records()
    assert (said["actor"], said["result"], said["detail"]) == ("", "deny", {"tries": 3})


def test_a_lost_connection_is_said_in_a_sentence(actor: Actor) -> None:
    @door.operation("organisation.lose")
    def lose(*, actor: Actor) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with cluster.superuser() as server:
            server.execute("select pg_terminate_backend(%s, 5000)", [pid])
        put_unit()

    with pytest.raises(Unavailable, match="刷新核对"):
        lose(actor=actor)
    connection.close()
    look(actor=actor)
    assert [r["act"] for r in records()] == ["organisation.look"]


@pytest.fixture
def alarm(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put the platform into a state of alarm."""

    def put(state: Alarm) -> None:
        monkeypatch.setattr(clocks._look, "alarm", state)

    return put


@pytest.mark.parametrize(
    ("state", "open_acts"),
    [
        (Alarm.NONE, "read secret export grant write revoke"),
        (Alarm.WARNING, "read secret export grant write revoke"),
        (Alarm.RESTRICTED, "read secret write revoke"),
        (Alarm.STOPPED, "read revoke"),
    ],
)
def test_what_each_alarm_closes(actor: Actor, alarm: Any, state: Alarm, open_acts: str) -> None:
    tries: dict[str, Any] = {
        "read": lambda: look(actor=actor, level=1),
        "secret": lambda: look(actor=actor, level=2),
        "export": lambda: export_units(actor=actor),
        "grant": lambda: grant(actor=actor),
        "write": lambda: add_unit(actor=actor, now=NOW),
        "revoke": lambda: revoke(actor=actor),
    }
    alarm(state)
    said: dict[str, str] = {}
    for name, call in tries.items():
        try:
            call()
        except Unavailable as closed:
            said[name] = closed.message
    opened = [name for name in tries if name not in said]
    assert opened == open_acts.split()
    assert all("审计管理员" in sentence for sentence in said.values())
    told = records()
    assert len(told) == len(tries)  # what was refused is in the record too
    assert sum(r["rule"] == "TRACE-CLOCK" for r in told) == len(tries) - len(opened)


def test_a_record_of_a_query_holds_a_digest_of_what_was_asked(actor: Actor) -> None:
    """Words are not in it, the same question has the same digest, and the order of what was given is nothing."""
    one, two = [
        door.asked("leads.find", {"actor": actor, "now": NOW, "text": text})
        for text in ("王五", "赵六")
    ]
    assert re.fullmatch(r"[0-9a-f]{32}", one)
    assert one != two
    assert door.asked("leads.find", {"text": "王五"}) == one
    assert door.asked("leads.list", {"text": "王五"}) != one
    assert door.asked("x", {"a": {"2", "1"}, "b": 1}) == door.asked("x", {"b": 1, "a": {"1", "2"}})
    dated = door.asked("x", {"a": {UUID(int=1): (NOW, {2, 1})}})
    assert dated == door.asked("x", {"a": {UUID(int=1): [NOW, {1, 2}]}})
    assert dated != door.asked("x", {"a": {UUID(int=2): (NOW, {2, 1})}})
    assert door.asked("leads.lead", {"actor": actor, "lead_id": uuid4()}) == ""
    assert door.asked("leads.list", {"state": "", "page": None}) == ""
    look(actor=actor, level=1)
    find(actor=actor, text="王五")
    *_, told = records()
    assert told["detail"]["asked"] == door.asked("test.find", {"text": "王五"})
    assert "王五" not in str(told)


def test_a_record_says_how_secret_the_rows_were_that_a_query_loaded(actor: Actor) -> None:
    row, other = uuid4(), uuid4()
    with levels.watched() as seen:
        levels.loaded(1, "leads.lead", uuid4())
        with levels.watched() as inner:
            levels.loaded(2, "leads.lead", row)
        levels.loaded(0, "leads.lead", uuid4())
        levels.loaded(3, "leads.lead", None)
    assert (inner.highest, seen.highest) == (2, 3)
    assert seen.sensitive == inner.sensitive == {("leads.lead", row)}
    levels.loaded(3, "leads.lead", other)  # nobody watches
    assert len(seen.sensitive) == 1


@door.query("test.browse")
def browse(*, actor: Actor, rows: list[UUID], refuse: bool = False) -> None:
    for row in rows:
        levels.loaded(2, "leads.lead", row)
    if refuse:
        raise NotFound


@door.operation("test.export")
def export(*, actor: Actor, rows: list[UUID]) -> None:
    browse_rows(rows)


@door.operation("test.change")
def change(*, actor: Actor, rows: list[UUID]) -> None:
    browse_rows(rows)


def browse_rows(rows: list[UUID]) -> None:
    for row in rows:
        levels.loaded(2, "leads.lead", row)


def test_a_record_names_the_sensitive_rows_of_a_list_or_an_export(actor: Actor) -> None:
    rows = sorted(uuid4() for _ in range(3))
    wanted = {"leads.lead": [str(row) for row in rows]}
    browse(actor=actor, rows=rows)
    export(actor=actor, rows=rows)
    change(actor=actor, rows=rows)  # what an act reads for itself nobody is shown
    with pytest.raises(NotFound):
        browse(actor=actor, rows=rows, refuse=True)
    with acting_as(actor.account_id), transaction.atomic(), door.page("test.page", actor=actor):
        browse(actor=actor, rows=rows[:1])
        browse(actor=actor, rows=rows[1:])
    named = [record["detail"].get("beside") for record in records()][-5:]
    assert named == [wanted, wanted, None, None, wanted]

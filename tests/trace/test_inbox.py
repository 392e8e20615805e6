# ruff: noqa: PT012 - what is rolled back are several statements
"""The statement of every transaction, prepared once a connection."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, connections, transaction

from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Unavailable
from lianxun.trace import inbox, writer
from tests.support import cluster
from tests.trace.support import committed_inbox

pytestmark = pytest.mark.usefixtures("committing")


def committed(act: str) -> None:
    with transaction.atomic():
        writer.append({"act": act, "detail": {}})


def acts() -> list[str]:
    return [row.record["act"] for row in committed_inbox()]


def prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where name = 'lianxun_inbox'")
        count: int = cursor.fetchone()[0]
    return count


def test_it_is_prepared_once_and_outlives_a_rollback() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        writer.append({"act": "lost", "detail": {}})
        raise ZeroDivisionError
    assert prepared() == 1
    committed("a")
    committed("b")
    assert (acts(), prepared()) == (["a", "b"], 1)


def test_a_new_connection_prepares_it_anew() -> None:
    committed("a")
    connection.close()
    committed("b")
    assert (acts(), prepared()) == (["a", "b"], 1)


def test_what_is_sent_is_what_is_kept() -> None:
    writer_id, about = new_id(), new_id()
    rows = [
        inbox.Row(
            writer_id, 1, b"\0" * 32, '{"说明":"线索"}'.encode(), b"\xff" * 32, "leads.lead", about
        ),
        inbox.Row(writer_id, 2**62, b"", b"", b"", "", None),
    ]
    with transaction.atomic():
        connection.ensure_connection()
        for row in rows:
            inbox.insert(connection.connection, row)
    with connections["seq"].cursor() as cursor:
        cursor.execute("select obj, obj_id from trace.inbox order by id")
        places = cursor.fetchall()
    kept = [(row.writer, row.wseq, row.prev, row.body, row.leaf) for row in committed_inbox()]
    assert kept == [tuple(row[:5]) for row in rows]
    assert places == [tuple(row[5:]) for row in rows]


def test_the_first_statement_of_a_transaction_opens_it() -> None:
    """Else the row would be committed at once, whatever becomes of the act."""
    server = psycopg.connect(**connection.get_connection_params())
    try:
        inbox.insert(server, inbox.Row(new_id(), 1, b"", b"x", b"", "", None))
        assert committed_inbox() == []
        server.rollback()
    finally:
        server.close()
    assert committed_inbox() == []


def test_a_changed_table_is_planned_anew() -> None:
    for _ in range(6):  # from the sixth on the server keeps one plan
        committed("before")
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        server.execute("alter table trace.inbox add column tried integer not null default 7")
        server.execute("alter table trace.inbox drop column tried")
    committed("after")
    assert acts()[-1] == "after"


def test_a_lost_connection_is_unavailable_and_the_next_one_works() -> None:
    committed("a")
    with pytest.raises(Unavailable, match="留痕"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with cluster.superuser() as server:
            server.execute("select pg_terminate_backend(%s, 5000)", [pid])
        writer.append({"act": "lost", "detail": {}})
    connection.close()
    committed("b")
    assert acts() == ["a", "b"]


def test_a_refusal_of_the_server_keeps_its_state() -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction read only")
        inbox.insert(connection.connection, inbox.Row(new_id(), 1, b"", b"x", b"", "", None))

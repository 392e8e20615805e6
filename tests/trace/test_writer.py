# ruff: noqa: PT012 - what is rolled back are several statements
"""The chain of each writer is right whatever happens to its transaction."""

from __future__ import annotations

import threading
import unittest
from typing import Any, ClassVar

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import TestCase

from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Unavailable
from lianxun.trace import writer
from tests.support import cluster
from tests.trace.support import InboxRow, chains, committed_inbox

pytestmark = pytest.mark.usefixtures("committing")


def add(*acts: str) -> None:
    for act in acts:
        writer.append({"act": act, "detail": {}})


def committed(*acts: str) -> None:
    with transaction.atomic():
        add(*acts)


def acts(rows: list[InboxRow]) -> list[str]:
    return [row.record["act"] for row in rows]


def only_chain() -> list[InboxRow]:
    (chain,) = chains(committed_inbox()).values()
    return chain


def test_transactions_and_records_follow_each_other() -> None:
    committed("a")
    committed("b", "c")
    committed("d")
    assert acts(only_chain()) == ["a", "b", "c", "d"]


def test_a_record_needs_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        add("a")


def test_a_rollback_before_any_record_costs_nothing() -> None:
    committed("a")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    committed("b")
    assert acts(only_chain()) == ["a", "b"]


def test_a_rolled_back_record_makes_a_new_writer_that_says_what_it_followed() -> None:
    committed("a")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add("lost")
        raise ZeroDivisionError
    committed("b")
    committed("c")
    first, second = chains(committed_inbox()).values()
    assert (acts(first), acts(second)) == (["a"], ["b", "c"])
    link = second[0].record["link"]
    assert (link["writer"], link["wseq"], link["leaf"]) == (
        str(first[0].writer),
        1,
        first[0].leaf.hex(),
    )
    assert link["doubt"][0] == 2
    assert "link" not in second[1].record


def test_the_link_survives_a_successor_that_never_committed() -> None:
    committed("a")
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            add("lost")
            raise ZeroDivisionError
    committed("b")
    first, second = chains(committed_inbox()).values()
    assert second[0].record["link"]["writer"] == str(first[0].writer)


def test_a_rolled_back_savepoint_leaves_no_gap() -> None:
    with transaction.atomic():
        add("a")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            add("lost", "lost too")
            raise ZeroDivisionError
        add("b")
        with transaction.atomic():
            add("c")
        add("d")
    committed("e")
    assert acts(only_chain()) == ["a", "b", "c", "d", "e"]


def test_only_the_savepoint_had_a_record() -> None:
    committed("a")
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            add("lost")
            raise ZeroDivisionError
        add("b")
    committed("c")
    rows = committed_inbox()
    assert acts(rows) == ["a", "b", "c"]
    chains(rows)


def test_an_ambiguous_commit_that_took_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """COMMIT reached the server, its answer did not reach us."""
    committed("a")
    real = connection._commit  # type: ignore[attr-defined]

    def commit_then_lose() -> None:
        real()
        monkeypatch.undo()
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "_commit", commit_then_lose)
    with pytest.raises(OperationalError), transaction.atomic():
        add("in doubt")
    committed("b")
    first, second = chains(committed_inbox()).values()
    assert acts(first) == ["a", "in doubt"]
    link = second[0].record["link"]
    assert (link["wseq"], link["doubt"]) == (1, [2, first[1].leaf.hex()])


def test_an_ambiguous_commit_that_did_not_take_place() -> None:
    committed("a")
    with pytest.raises(OperationalError), transaction.atomic():
        add("lost")
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with cluster.superuser() as server:
            server.execute("select pg_terminate_backend(%s, 5000)", [pid])
    connection.close()
    committed("b")
    first, second = chains(committed_inbox()).values()
    assert (acts(first), acts(second)) == (["a"], ["b"])
    assert second[0].record["link"]["doubt"][0] == 2


def test_a_reconnect_between_transactions_keeps_the_chain() -> None:
    committed("a")
    connection.close()
    committed("b")
    assert acts(only_chain()) == ["a", "b"]


def test_a_forked_process_is_a_writer_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    committed("parent")
    monkeypatch.setattr("lianxun.trace.writer.os.getpid", lambda: -1)
    committed("child")
    first, second = chains(committed_inbox()).values()
    assert (acts(first), acts(second)) == (["parent"], ["child"])


def test_hooks_of_others_find_the_chain_settled() -> None:
    """News after the commit is itself an act with a record."""
    with transaction.atomic():
        transaction.on_commit(lambda: committed("news"))
        add("a")
    committed("b")
    assert acts(only_chain()) == ["a", "news", "b"]


def test_a_hook_of_others_that_fails_does_not_harm_the_chain() -> None:
    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        transaction.on_commit(fails)
        add("a")
    committed("b")
    assert acts(only_chain()) == ["a", "b"]


def test_threads_are_writers_of_their_own_without_waiting() -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(25):
                if turn % 5 == 4:
                    with pytest.raises(ZeroDivisionError), transaction.atomic():
                        add("lost")
                        raise ZeroDivisionError
                committed(f"{number}-{turn}")
        except BaseException as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = committed_inbox()
    assert not errors
    assert sorted(acts(rows)) == sorted(f"{n}-{t}" for n in range(6) for t in range(25))
    assert len(chains(rows)) == 6 * 6  # five losses each make a sixth writer


def test_inside_a_test_that_never_commits() -> None:
    """Hooks that a test plays without committing do not move the chain."""
    committed("a")

    class Inner(TestCase):
        databases: ClassVar[set[str]] = {"default"}  # type: ignore[misc]

        def runTest(self) -> None:
            with self.captureOnCommitCallbacks(execute=True):
                committed("x", "y")
            committed("z")

    result = unittest.TestResult()
    unittest.TestSuite([Inner()]).run(result)
    assert result.wasSuccessful(), result.errors
    committed("b")
    first, second = chains(committed_inbox()).values()
    assert (acts(first), acts(second)) == (["a"], ["b"])
    assert second[0].record["link"]["wseq"] == 1


def test_no_record_no_act_when_the_inbox_cannot_be_written() -> None:
    with pytest.raises(Unavailable, match="留痕"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction read only")
        add("a")
    assert committed_inbox() == []


def test_disk_full_is_unavailable_but_a_wrong_statement_is_a_fault() -> None:
    full, wrong, lost = OperationalError(), OperationalError(), OperationalError()
    full.__cause__ = psycopg.errors.DiskFull()
    wrong.__cause__ = psycopg.errors.DeadlockDetected()
    assert [writer.unreachable(e) for e in (full, wrong, lost)] == [True, False, True]


def test_details_have_one_canonical_form() -> None:
    with pytest.raises(TypeError, match="float"), transaction.atomic():
        writer.append({"act": "a", "detail": {"ratio": 0.5}})


def test_a_record_that_names_many_rows_goes_on_in_further_parts() -> None:
    ids = [str(new_id()) for _ in range(2_500)]
    with transaction.atomic():
        writer.append({"act": "web.export_list", "detail": {"beside": {"leads.lead": ids}}})
    committed("next")
    rows = committed_inbox()
    chains(rows)
    assert [r.record["act"] for r in rows] == ["web.export_list"] * 3 + ["next"]
    assert [i for r in rows[:3] for i in r.record["detail"]["beside"]["leads.lead"]] == ids
    assert max(len(r.body) for r in rows) < writer.MAX_BODY


def test_a_detail_too_long_for_an_entry_is_replaced_by_its_digest() -> None:
    with transaction.atomic():
        writer.append({"act": "import", "detail": {"rows": ["f" * 64] * 10_000}})
    (row,) = committed_inbox()
    assert len(row.body) < 1000
    assert row.record["detail"]["too_long"] > 600_000
    with pytest.raises(ValueError, match="bytes"), transaction.atomic():
        writer.append({"act": "x" * 70_000, "detail": {}})


@pytest.fixture
def tails(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Heads are collected as in service, but no thread beats by itself."""
    fresh = writer._Tails()
    monkeypatch.setattr(writer, "_tails", fresh)
    monkeypatch.setattr(threading.Thread, "start", lambda self: None)
    return fresh


def test_the_heartbeat_confirms_the_last_record_of_every_writer(tails: Any, settings: Any) -> None:
    settings.LIANXUN_TRACE_HEARTBEAT_SECONDS = 30
    committed("a", "b")
    heads = tails.take()
    (chain,) = chains(committed_inbox()).values()
    assert heads == {chain[0].writer: (2, chain[1].leaf)}
    assert writer.beat(heads)
    beat = committed_inbox()[-1].record
    assert beat["act"] == "trace.heartbeat"
    assert beat["detail"] == {str(chain[0].writer): [2, chain[1].leaf.hex()]}
    assert not writer.beat({})


def test_a_heartbeat_that_cannot_be_written_is_tried_again(
    tails: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIANXUN_TRACE_HEARTBEAT_SECONDS = 30
    committed("a")
    heads = tails.take()

    def fails(*_: object, **__: object) -> None:
        raise Unavailable("x")

    monkeypatch.setattr(writer, "append", fails)
    assert not writer.beat(heads)
    assert tails.take() == heads

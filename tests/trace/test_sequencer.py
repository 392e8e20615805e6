"""The sequencer takes every committed record once, in order, under a signed checkpoint."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction

from lianxun.trace import places, sequencer
from lianxun.trace.ahead import Ahead, look
from lianxun.trace.audit import audit_database
from lianxun.trace.intake import Row, examine, searchable
from lianxun.trace.merkle import leaf_hash, tile_path
from lianxun.trace.notes import Signer, open_checkpoint
from lianxun.trace.publish import Publisher
from lianxun.trace.sequencer import LogDamaged, Sequencer
from tests.trace.logs import Site, superuser, write
from tests.trace.support import committed_inbox

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def site() -> Site:
    return Site()


def acts() -> list[str]:
    with connections["audit"].cursor() as cursor:
        cursor.execute("select body from trace.entry order by seq")
        return [json.loads(bytes(row[0]))["act"] for row in cursor]


def test_records_become_entries_under_signed_checkpoints_of_both_trees(site: Site) -> None:
    write("a", "b", "c")
    assert site.sequence() == 4
    assert acts() == ["a", "b", "c", "trace.sequencer_started"]
    assert committed_inbox() == []
    with connections["audit"].cursor() as cursor:
        cursor.execute("select tree, max(size) from trace.checkpoint group by tree order by tree")
        assert cursor.fetchall() == [("sha256", 4), ("sm3", 4)]
        cursor.execute("select tree, note from trace.checkpoint where size = 4")
        for tree, note in cursor.fetchall():
            signer = site.sequencer.signers[tree]
            assert open_checkpoint(note.encode(), signer.verifier)[0].size == 4
    report = site.audit()
    assert report.problems == []
    assert (report.entries, report.writers, report.checkpoints) == (4, 2, 1)


def test_batches_chunks_and_tiles_of_many_records(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "CHUNK", 7)
    site.sequencer.batch = 100
    for turn in range(3):
        with transaction.atomic():
            for number in range(300):
                sequencer_writes(f"r{turn}-{number}")
        site.sequence()
    report = site.audit()
    assert report.problems == []
    assert report.entries == 901
    assert report.checkpoints >= 9


def sequencer_writes(act: str) -> None:
    from lianxun.trace import writer

    writer.append({"act": act, "result": "allow", "rule": "", "detail": {}})


def test_a_record_that_commits_late_is_in_a_later_batch(site: Site) -> None:
    started, go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            sequencer_writes("late")
            started.set()
            go.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    started.wait(10)
    write("quick")
    site.sequence()
    assert acts() == ["quick", "trace.sequencer_started"]
    go.set()
    thread.join()
    site.sequence()
    assert acts()[-1] == "late"
    assert site.audit().problems == []


def test_reading_ahead_leaves_no_late_record_behind(site: Site) -> None:
    """It has a smaller number than the rows in hand, and its writer may have written on."""
    started, go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            sequencer_writes("late")
            started.set()
            go.wait(10)
        write("its next")
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    started.wait(10)
    write("quick")
    with psycopg.connect(site.sequencer.conninfo, autocommit=True) as other:
        in_hand = look(other, 100)
        go.set()
        thread.join()
        assert [json.loads(row[4])["act"] for row in look(other, 100, in_hand)] == [
            "late",
            "its next",
        ]
        assert look(other, 1, in_hand)[0][0] < in_hand[-1][0]
    ahead = Ahead(site.sequencer.conninfo)
    ahead.start(in_hand, 100)
    assert [json.loads(row[4])["act"] for row in ahead.take()] == ["late", "its next"]
    assert ahead.take() == []
    ahead.close()
    site.sequence()
    assert site.audit().problems == []


def test_a_reader_ahead_that_fails_brings_nothing(site: Site) -> None:
    write("a")
    ahead = Ahead("host=/nowhere dbname=none")
    ahead.start([], 10)
    assert ahead.take() == []
    ahead.close()


def test_a_batch_that_failed_is_looked_at_again_before_what_follows(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        write(f"r{number}")
    site.start()
    site.sequencer.batch = 5
    start = Ahead.start

    def power_cut(self: Ahead, in_hand: list[Row], most: int) -> None:
        start(self, in_hand, most)
        raise RuntimeError("power cut")

    monkeypatch.setattr(Ahead, "start", power_cut)
    with pytest.raises(RuntimeError, match="power cut"):
        site.sequencer.step()
    monkeypatch.undo()
    site.sequence()
    assert [a for a in acts() if a.startswith("r")] == [f"r{n}" for n in range(12)]
    assert site.audit().problems == []


def test_a_restarted_sequencer_goes_on_where_the_log_ends(site: Site) -> None:
    write("a")
    site.sequence()
    site.sequencer.close()
    write("b")
    site.sequence()
    write("c")
    site.sequence()
    assert acts() == ["a", "trace.sequencer_started", "b", "trace.sequencer_started", "c"]
    assert site.audit().problems == []


def test_only_one_sequencer_works(site: Site) -> None:
    site.start()
    second = Sequencer(places.conninfo("seq"), site.signer)
    assert not second.open()
    site.sequencer.close()
    deadline = time.monotonic() + 10
    while not second.open():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    second.close()


def test_a_row_changed_in_the_inbox_is_set_aside_and_the_log_says_so(site: Site) -> None:
    write("a", "b", "c")
    with superuser() as server:
        server.execute("update trace.inbox set body = convert_to('{}', 'UTF8') where wseq = 2")
    site.sequence()
    said = acts()
    assert said.count("trace.quarantined") == 1
    assert said.count("trace.chain_broken") == 1  # "c" no longer follows "a"
    assert "b" not in said
    report = site.audit()
    assert (report.quarantined, report.alarms) == (1, 2)
    assert any("链断裂" in p for p in report.problems)


@pytest.mark.parametrize(
    "change",
    [
        "update trace.inbox set wseq = 7 where wseq = 2",
        "update trace.inbox set writer = '00000000-0000-7000-8000-000000000000' where wseq = 2",
        "update trace.inbox set prev = decode(repeat('00', 32), 'hex') where wseq = 2",
        "update trace.inbox set leaf = decode(repeat('00', 32), 'hex') where wseq = 2",
    ],
)
def test_changed_columns_are_set_aside(site: Site, change: str) -> None:
    write("a", "b")
    with superuser() as server:
        server.execute(change)
    site.sequence()
    assert site.audit().quarantined == 1
    assert "b" not in acts()


def test_a_row_deleted_from_the_inbox_leaves_a_gap_that_is_said(site: Site) -> None:
    write("a", "b", "c")
    with superuser() as server:
        server.execute("delete from trace.inbox where wseq = 2")
    site.sequence()
    assert "trace.chain_broken" in acts()
    assert any("链断裂" in p for p in site.audit().problems)


def test_the_last_row_of_a_writer_is_missed_by_the_heartbeat(site: Site) -> None:
    from lianxun.trace import writer

    write("a", "b")
    last = committed_inbox()[-1]
    with superuser() as server:
        server.execute("delete from trace.inbox where wseq = 2")
    connections["default"].__dict__.pop("lianxun_chain")
    assert writer.beat({last.writer: (2, last.leaf)})
    site.sequence()
    assert any("写过第 2 条" in p for p in site.audit().problems)


def test_a_log_that_does_not_give_its_signed_root_is_not_signed_on(site: Site) -> None:
    write("a", "b")
    site.sequence()
    site.sequencer.close()
    with superuser() as server:
        server.execute("update trace.tile set data = set_byte(data, 0, 1 # get_byte(data, 0))")
    write("c")
    with pytest.raises(LogDamaged, match="root"):
        site.sequencer.open()


def test_entries_without_a_checkpoint_are_not_signed_on(site: Site) -> None:
    write("a")
    site.sequence()
    site.sequencer.close()
    with superuser() as server:
        server.execute(
            "insert into trace.entry select seq + 2, inbox_id, writer, wseq, prev, body, leaf, at "
            "from trace.entry where seq = 0"
        )
    with pytest.raises(LogDamaged, match="beyond"):
        site.sequencer.open()


def test_a_row_that_vanishes_between_look_and_move_stops_the_batch(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a", "b")
    site.start()
    real = sequencer.examine

    def robbed(*arguments: object) -> object:
        with superuser() as server:
            server.execute("delete from trace.inbox where wseq = 2")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sequencer, "examine", robbed)
    with pytest.raises(LogDamaged, match="vanished"):
        site.sequencer.step()
    with connections["audit"].cursor() as cursor:
        cursor.execute("select count(*) from trace.entry")
        assert cursor.fetchone() == (0,)


def test_strange_bodies_do_not_stop_the_log(site: Site) -> None:
    """NUL, control characters, wrong types and very long texts in the searched columns."""
    with transaction.atomic():
        for strange in (
            {"act": "x\0y\x1f", "obj": "q" * 5000, "obj_id": "not-a-uuid", "level": "high"},
            {"act": "", "result": "", "rule": "", "obj": ""},
            {"act": ["list"], "actor": {"a": 1}, "level": -5, "eng": "\0"},
        ):
            from lianxun.trace import writer

            writer.append({"detail": {}, **strange})
    site.sequencer.batch = 1
    assert site.sequence() == 4
    assert site.audit().problems == []


def test_examine_takes_a_body_that_is_no_record_as_bad() -> None:
    body = b"[]"
    row = (1, "w", 1, b"\0" * 32, body, leaf_hash(body))
    assert examine([row], {}).bad == [(row, "body")]
    assert len(searchable({})) == 9


def test_partitions_are_made_before_they_are_needed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(sequencer, "PARTITION", 2)
    site.start()
    connection_ = site.sequencer.connection
    assert connection_ is not None
    real = connection_.execute

    def watch(query: object, params: object = None, **more: object) -> object:
        if "ensure_partition" in str(query):
            asked.append(params)
            return real("select 1")
        return real(query, params, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(connection_, "execute", watch)
    write("a", "b", "c")
    site.sequence()
    assert asked == [[0], [2]]


def test_the_loop_waits_for_a_lost_database_and_goes_on(site: Site) -> None:
    stop = threading.Event()
    thread = threading.Thread(
        target=sequencer.run,
        args=(site.sequencer,),
        kwargs={"stopped": stop.is_set, "poll": 0.02},
    )
    thread.start()
    try:
        write("a")
        wait_for("a")
        with superuser() as server:
            server.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                "where usename = 'lx_seq' and datname = current_database()"
            )
        connections.close_all()
        write("b")
        wait_for("b")
    finally:
        stop.set()
        thread.join()
        site.sequencer.close()
    assert site.audit().problems == []


def wait_for(act: str) -> None:
    deadline = time.monotonic() + 15
    while act not in acts():
        assert time.monotonic() < deadline, act
        time.sleep(0.02)


def test_the_sequencer_may_neither_change_nor_remove_entries(site: Site) -> None:
    write("a")
    site.sequence()
    for statement in (
        "update trace.entry set body = ''",
        "delete from trace.entry",
        "truncate trace.entry",
        "update trace.checkpoint set note = ''",
        "delete from trace.quarantine",
        "update trace.entry_idx set act = ''",
        "update trace.shown set act = ''",
        "update trace.setting set stop = 604800",
    ):
        with (
            psycopg.connect(places.conninfo("seq")) as own,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            own.execute(statement)


def test_the_application_may_only_add_to_the_inbox() -> None:
    for statement in (
        "select * from trace.inbox",
        "update trace.inbox set body = ''",
        "delete from trace.inbox",
        "insert into trace.entry select",
        "delete from trace.entry_idx",
        "delete from trace.shown",
        "insert into trace.checkpoint select",
        "update trace.progress set quorum_at = now()",
        "select * from trace.setting",
        "select trace.ensure_partition(0)",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_static_files_are_the_log_in_the_layout_of_the_specification(
    site: Site, tmp_path: Path
) -> None:
    publisher = Publisher(places.conninfo("seq"), tmp_path)
    assert publisher.publish() == 0
    for size in (200, 400):
        with transaction.atomic():
            for number in range(200):
                sequencer_writes(f"{size}-{number}")
        site.sequence()
        assert publisher.publish() == size + 1
    assert publisher.publish() == 401
    checkpoint, _ = open_checkpoint((tmp_path / "checkpoint").read_bytes(), site.signer.verifier)
    assert checkpoint.size == 401
    leaves = []
    for n, width in ((0, 256), (1, 145)):
        data = (tmp_path / tile_path("entries", n, width)).read_bytes()
        while data:
            length = int.from_bytes(data[:2], "big")
            leaves.append(leaf_hash(data[2 : 2 + length]))
            data = data[2 + length :]
        tile = (tmp_path / tile_path(0, n, width)).read_bytes()
        assert tile == b"".join(leaves[n * 256 :])
    assert (tmp_path / tile_path(1, 0, 1)).stat().st_size == 32
    assert len(leaves) == 401
    twin, _ = open_checkpoint(
        (tmp_path / "sm3" / "checkpoint").read_bytes(), site.sequencer.signers["sm3"].verifier
    )
    assert twin.size == 401


def test_a_new_key_of_the_log_is_shown_as_such(site: Site) -> None:
    """Whoever holds the database but not the key can only sign with another one."""
    write("a")
    site.sequence()
    site.sequencer.close()
    other = Site(Signer.generate("lianxun/log/test"))
    write("b")
    other.sequence()
    report = site.audit()
    assert any("not signed by the log" in p for p in report.problems)


def test_a_log_that_got_a_new_name_is_audited_with_both_keys(site: Site) -> None:
    write("a")
    site.sequence()
    site.sequencer.close()
    other = Site(Signer.generate("lianxun/log/second"))
    write("b")
    other.sequence()
    keys = [s.verifier for one in (site, other) for s in one.sequencer.signers.values()]
    assert audit_database(places.conninfo("audit"), keys).problems == []
    assert site.audit().problems


def test_old_checkpoints_are_thinned_but_never_the_cosigned_nor_the_last_of_an_hour(
    site: Site,
) -> None:
    for act in "abcdef":
        write(act)
        site.sequence()
    with superuser() as server:
        server.execute(
            "update trace.checkpoint set at = timestamptz '2026-01-05 08:00+08' + size * interval '1 minute'"
        )
        server.execute(
            "insert into trace.cosignature(tree, size, witness, line) values ('sha256', 3, 'w', '')"
        )
    site.sequencer.thin_at = 0.0
    site.sequencer.step()
    with connections["audit"].cursor() as cursor:
        cursor.execute("select tree, size from trace.checkpoint order by tree, size")
        assert cursor.fetchall() == [("sha256", 3), ("sha256", 7), ("sm3", 7)]
    write("g")
    site.sequence()
    assert site.audit().problems == []

"""T17: what witnesses find — fork, rollback, rewrite — and what stops when they are away."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from lianxun.trace import clocks, places
from lianxun.trace.clocks import Alarm
from lianxun.trace.notes import BadNote, Checkpoint, Signer, Verifier, b64, open_checkpoint
from lianxun.trace.policy import Policy
from lianxun.trace.pusher import BEHIND, FORK, Pusher
from lianxun.trace.witness import Witness
from tests.trace.logs import (
    NAMES,
    Agency,
    Site,
    agency,
    policy_text,
    push,
    superuser,
    use_policy,
    write,
)

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.sequencer.close()


@pytest.fixture
def agencies(site: Site, tmp_path: Path) -> Iterator[list[Agency]]:
    """Three witnesses of three agencies; two of them are a quorum."""
    with ExitStack() as stack:
        three = [stack.enter_context(agency(name, site, tmp_path)) for name in NAMES]
        use_policy(policy_text(site, three, "2"))
        yield three


@pytest.fixture
def pusher() -> Iterator[Pusher]:
    own = Pusher(places.conninfo("seq"))
    yield own
    own.close()


def state_of(name: str, tree: str = "sha256") -> tuple[int, str]:
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            "select size, error from trace.witness_state where witness = %s and tree = %s",
            [name, tree],
        )
        row = cursor.fetchone()
    assert row
    return row[0], row[1]


def quorum_size() -> int:
    return clocks.read_state(using="audit").quorum_size


# ---------------------------------------------------------------------- honest growth


def test_growth_is_cosigned_by_all_in_both_trees(
    site: Site, agencies: list[Agency], pusher: Pusher
) -> None:
    for turn in range(5):
        write(*[f"{turn}-{n}" for n in range(turn * 3 + 1)])
        size = site.sequence()
        assert push(pusher)
        assert quorum_size() == size
    held = agencies[0].held()
    assert {open_checkpoint(n, s.verifier)[0].size for n in held for s in signers(site, n)} == {
        size
    }
    report = site.audit(policy=current_policy(), held=[n for a in agencies for n in a.held()])
    assert report.problems == []
    assert report.cosigned == 5


def signers(site: Site, note: bytes) -> list[Signer]:
    twin = note.split(b"\n", 1)[0].endswith(b"/sm3")
    return [site.sequencer.signers["sm3" if twin else "sha256"]]


def current_policy() -> Policy:
    return Policy.parse(clocks.read_state(using="audit").policy)


def test_nothing_new_is_cosigned_again_so_that_the_clock_runs_from_now(
    site: Site, agencies: list[Agency], pusher: Pusher
) -> None:
    write("a")
    site.sequence()
    assert push(pusher)
    before = clocks.read_state(using="audit").quorum_at
    assert not pusher.round() or clocks.read_state(using="audit").quorum_at == before
    time.sleep(0.01)
    assert push(pusher)
    assert clocks.read_state(using="audit").quorum_at > before


def test_a_pusher_that_knows_nothing_learns_the_size_from_the_witness(
    site: Site, agencies: list[Agency], pusher: Pusher
) -> None:
    write("a", "b")
    site.sequence()
    assert push(pusher)
    write("c")
    site.sequence()
    pusher.close()
    pusher.peers.clear()
    with superuser() as server:
        server.execute("truncate trace.witness_state")
    assert push(pusher)


def test_one_of_three_down_is_still_a_quorum_two_are_not(
    site: Site, agencies: list[Agency], pusher: Pusher
) -> None:
    write("a")
    size = site.sequence()
    agencies[0].server.server_close()
    assert push(pusher)
    assert quorum_size() == size
    assert state_of("jiwei")[1] != ""
    agencies[1].server.server_close()
    write("b")
    site.sequence()
    assert not push(pusher)
    assert quorum_size() == size


# ---------------------------------------------------------------------- attacks


def take_backup() -> list[tuple[str, list[Any]]]:
    tables = ["entry", "entry_idx", "tile", "checkpoint", "cosignature", "writer_head", "progress"]
    with superuser() as server:
        return [(t, server.execute(f"select * from trace.{t}").fetchall()) for t in tables]


def restore(backup: list[tuple[str, list[Any]]]) -> None:
    with superuser() as server, server.transaction():
        server.execute("truncate trace.inbox")
        for table, rows in backup:
            server.execute(f"truncate trace.{table}")
            for row in rows:
                marks = ", ".join(["%s"] * len(row))
                server.execute(f"insert into trace.{table} values ({marks})", row)


def test_an_old_backup_is_found_at_once_and_after_it_grew_again(
    site: Site, agencies: list[Agency], pusher: Pusher
) -> None:
    write("a", "b")
    site.sequence()
    push(pusher)
    backup = take_backup()
    write("c", "d", "e")
    witnessed = site.sequence()
    push(pusher)
    site.sequencer.close()
    connections["default"].__dict__.pop("lianxun_chain")
    restore(backup)
    pusher.peers.clear()
    pusher.close()
    assert not push(pusher)
    assert {state_of(name)[1] for name in NAMES} == {BEHIND}
    write(*[f"other-{n}" for n in range(9)])
    assert site.sequence() > witnessed
    assert not push(pusher)
    assert {state_of(name)[1] for name in NAMES} == {FORK}
    held = [note for a in agencies for note in a.held()]
    assert any("改动" in p for p in site.audit(held=held).problems)


def rewrite(site: Site, seq: int) -> None:
    """A DBA who also holds the log's key makes another history that is whole in itself."""
    site.sequencer.close()
    with superuser() as server:
        bodies = [
            bytes(row[0]).replace(b'"secret"', b'"public"')
            for row in server.execute("select body from trace.entry order by seq").fetchall()
        ]
        chains: dict[str, tuple[int, bytes]] = {}
        server.execute(
            "truncate trace.entry, trace.entry_idx, trace.tile, trace.checkpoint, "
            "trace.cosignature, trace.writer_head"
        )
        server.execute("update trace.progress set size = 0")
        for body in bodies:
            rechain(server, body, chains)
    connections["default"].__dict__.pop("lianxun_chain", None)
    site.sequence()
    assert seq < site.sequencer.size


def rechain(server: object, body: bytes, chains: dict[str, tuple[int, bytes]]) -> None:
    import json

    from lianxun.kernel.digest import canonical
    from lianxun.trace.merkle import leaf_hash

    said = json.loads(body)
    seq, prev = chains.get(said["writer"], (0, b"\0" * 32))
    said["wseq"], said["prev"] = seq + 1, prev.hex()
    data = canonical(said)
    chains[said["writer"]] = (seq + 1, leaf_hash(data))
    server.execute(  # type: ignore[attr-defined]
        "insert into trace.inbox(writer, wseq, prev, body, leaf) values (%s, %s, %s, %s, %s)",
        [said["writer"], seq + 1, prev, data, leaf_hash(data)],
    )


def test_a_rewritten_history_is_whole_in_itself_but_no_witness_cosigns_it(
    site: Site, agencies: list[Agency], pusher: Pusher
) -> None:
    write("a", "secret", "c")
    site.sequence()
    push(pusher)
    rewrite(site, 2)
    assert site.audit().problems == []  # the platform alone cannot tell
    write("d")
    site.sequence()
    assert not push(pusher)
    assert {state_of(name)[1] for name in NAMES} == {FORK}
    held = [note for a in agencies for note in a.held()]
    assert site.audit(held=held).problems


def test_a_stolen_key_signs_but_gets_no_quorum_for_a_fork(
    site: Site, agencies: list[Agency]
) -> None:
    """Two checkpoints of one size: the witness cosigns the first and refuses the second."""
    signer = site.signer
    witness = agencies[0].witness
    for root, status in ((b"1" * 32, 200), (b"2" * 32, 409), (b"1" * 32, 200)):
        text = Checkpoint(signer.name, 5, root).text()
        old = 0 if witness.latest(signer.name) is None else 5
        answer = witness.add_checkpoint(f"old {old}\n\n{text}\n{signer.sign(text)}".encode())
        assert answer.status == status


def test_a_checkpoint_without_quorum_proves_nothing(site: Site, agencies: list[Agency]) -> None:
    text = Checkpoint(site.signer.name, 5, b"1" * 32).text()
    with pytest.raises(BadNote, match="quorum"):
        current_policy().open(f"{text}\n{site.signer.sign(text)}".encode())


# ---------------------------------------------------------------------- clocks


def age(quorum: int, checkpoint: int = 0) -> None:
    with superuser() as server:
        server.execute(
            "update trace.progress set quorum_at = clock_timestamp() - make_interval(secs => %s), "
            "checkpoint_at = clock_timestamp() - make_interval(secs => %s)",
            [quorum, checkpoint],
        )


@pytest.mark.parametrize(
    ("quorum", "checkpoint", "alarm"),
    [
        (5, 5, Alarm.NONE),
        (5, 65, Alarm.WARNING),
        (65, 5, Alarm.WARNING),
        (910, 5, Alarm.RESTRICTED),
        (14_410, 5, Alarm.STOPPED),
    ],
)
def test_the_clocks_with_witnesses(
    site: Site, agencies: list[Agency], quorum: int, checkpoint: int, alarm: Alarm
) -> None:
    age(quorum, checkpoint)
    assert clocks.look() is alarm


@pytest.mark.parametrize(
    ("checkpoint", "alarm"),
    [(5, Alarm.NONE), (70, Alarm.WARNING), (1000, Alarm.RESTRICTED), (15_000, Alarm.STOPPED)],
)
def test_the_clocks_without_witnesses_run_on_checkpoints(checkpoint: int, alarm: Alarm) -> None:
    age(10**6, checkpoint)
    assert clocks.look() is alarm


def test_all_down_then_back(site: Site, agencies: list[Agency], pusher: Pusher) -> None:
    """The platform closes by the clock and opens by itself when a quorum is back."""
    write("a")
    site.sequence()
    agencies[0].server.server_close()
    agencies[1].server.server_close()
    age(14_500)
    assert not push(pusher)
    assert clocks.look() is Alarm.STOPPED
    use_policy(policy_text(site, agencies, "1"))
    assert push(pusher)
    assert clocks.look() is Alarm.NONE


# ---------------------------------------------------------------------- protocol


@pytest.fixture
def alone(site: Site, tmp_path: Path) -> Witness:
    signer = Signer.generate("witness/alone", 4)
    return Witness(signer, [site.signer.verifier], tmp_path / "alone")


def request(site: Site, old: str, size: int, proof: str = "", name: str = "") -> bytes:
    text = Checkpoint(name or site.signer.name, size, b"r" * 32).text()
    return f"{old}\n{proof}\n{text}\n{site.signer.sign(text)}".encode()


@pytest.mark.parametrize(
    ("old", "proof", "status"),
    [
        ("old 0", "", 200),
        ("old 9", "", 400),
        ("old 00", "", 400),
        ("old -1", "", 400),
        ("new 0", "", 400),
        ("old 0", "AAAA\n", 400),
        ("old 0", f"{b64(b'x' * 32)}\n", 422),
        ("old 0", f"{b64(b'x' * 32)}\n" * 64, 400),
        ("old 3", "", 409),
    ],
)
def test_answers_of_the_protocol(
    site: Site, alone: Witness, old: str, proof: str, status: int
) -> None:
    assert alone.add_checkpoint(request(site, old, 5, proof)).status == status
    assert (alone.latest(site.signer.name) is not None) is (status == 200)


def test_unknown_logs_and_foreign_signatures(site: Site, alone: Witness) -> None:
    assert alone.add_checkpoint(request(site, "old 0", 5, name="lianxun/other")).status == 404
    text = Checkpoint(site.signer.name, 5, b"r" * 32).text()
    foreign = Signer.generate(site.signer.name)
    body = f"old 0\n\n{text}\n{foreign.sign(text)}".encode()
    assert alone.add_checkpoint(body).status == 403
    assert alone.add_checkpoint(b"").status == 400
    assert alone.add_checkpoint(b"old 0\n\n\xff").status == 400


def test_the_conflict_tells_the_size_as_the_specification_says(site: Site, alone: Witness) -> None:
    assert alone.add_checkpoint(request(site, "old 0", 5)).status == 200
    answer = alone.add_checkpoint(request(site, "old 0", 5))
    assert (answer.status, answer.body, answer.kind) == (409, "5\n", "text/x.tlog.size")


def test_what_was_cosigned_is_on_disk_and_damage_stops_the_witness(
    site: Site, alone: Witness
) -> None:
    alone.add_checkpoint(request(site, "old 0", 5))
    again = Witness(alone.signer, list(alone.logs.values()), alone.state)
    latest = again.latest(site.signer.name)
    assert latest is not None
    assert latest.size == 5
    (file,) = alone.state.glob("*.checkpoint")
    data = bytearray(file.read_bytes())
    data[20] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(BadNote):
        Witness(alone.signer, list(alone.logs.values()), alone.state)


def test_the_program_over_http_kill_and_restart(site: Site, tmp_path: Path) -> None:
    """The real program, killed with SIGKILL: it comes back knowing what it cosigned."""
    key, state = tmp_path / "w.key", tmp_path / "state"
    command = [sys.executable, "-P", "-m", "lianxun.trace.witness"]
    command += ["--key", str(key), "--name", "witness/x", "--state", str(state)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert Verifier.parse(shown).name == "witness/x"
    assert key.stat().st_mode & 0o777 == 0o600
    port = free_port()
    command += ["--log", site.signer.verifier.vkey, "--listen", f"127.0.0.1:{port}"]
    for turn, (old, status) in enumerate([("old 0", 200), ("old 0", 409), ("old 5", 200)]):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            assert process.stdout
            process.stdout.readline()
            assert post(port, request(site, old, 5)) == status, turn
        finally:
            process.kill()
            process.wait()
            assert process.stdout
            process.stdout.close()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def post(port: int, body: bytes) -> int:
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("POST", "/add-checkpoint", body)
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise AssertionError("the witness does not answer")


def test_wrong_usage_of_the_program_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from lianxun.trace.witness import main

    key = tmp_path / "k"
    assert main(["--key", str(key), "--state", str(tmp_path), "--log", "nonsense"]) == 2
    assert "见证程序不能启动" in capsys.readouterr().err

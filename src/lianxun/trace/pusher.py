"""Take each new checkpoint to the witnesses of the policy and keep their cosignatures.

A witness that holds more than we do, or another root at the same size, has seen a history this
database no longer has: that is the alarm the whole design exists for. It is kept in
``witness_state.error`` and shown; the quorum clock does the rest.
"""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg

from lianxun.kernel.digest import Suite
from lianxun.trace.merkle import Tiles
from lianxun.trace.notes import BadNote, Note, SignatureLine, b64, number
from lianxun.trace.policy import Policy, Witness
from lianxun.trace.proofs import suite_of

log = logging.getLogger(__name__)

NEWS_SECONDS = 2.0
IDLE_SECONDS = 60.0
TIMEOUT = 5.0
LONGEST_PAUSE = 60.0

FORK = "fork: 同一大小而根不同，或见证方不认可连续性"
BEHIND = "rollback: 见证方所见多于本库，本库可能被退回到旧备份"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a witness said: a cosignature line, or the size it holds, or what is wrong."""

    line: str = ""
    holds: int | None = None
    error: str = ""


def submit(url: str, old: int, proof: list[bytes], note: str, witness: Witness) -> Pushed:
    """One ``add-checkpoint``; never raises for what the other side does."""
    body = "".join([f"old {old}\n", *(b64(step) + "\n" for step in proof), "\n", note]).encode()
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    try:
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT)
        try:
            connection.request("POST", parts.path.rstrip("/") + "/add-checkpoint", body)
            response = connection.getresponse()
            status, answer = response.status, response.read(100_000).decode()
        finally:
            connection.close()
        if status == 200:
            return _cosignature(answer, note, witness)
        if status == 409:
            return Pushed(holds=number(answer.removesuffix("\n")))
    except (OSError, http.client.HTTPException, UnicodeDecodeError, BadNote, ValueError) as error:
        return Pushed(error=f"{type(error).__name__}: {error}"[:200])
    return Pushed(error=FORK if status == 422 else f"HTTP {status}: {answer[:100].strip()}")


def _cosignature(answer: str, note: str, witness: Witness) -> Pushed:
    text = Note.parse(note.encode()).text
    for line in answer.removesuffix("\n").split("\n"):
        parsed = SignatureLine.parse(line)
        if parsed.by(witness.verifier) and witness.verifier.accepts(text, parsed.signature):
            return Pushed(line=line + "\n")
    return Pushed(error="answer without a valid cosignature")


@dataclass(slots=True)
class _Peer:
    """What we know of one witness for one tree."""

    size: int = 0
    cosigned: int = -1
    pause: float = 0.0
    due: float = 0.0


class Pusher:
    """One round at a time; ``run`` repeats until stopped."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.connection: psycopg.Connection[Any] | None = None
        self.peers: dict[tuple[str, str], _Peer] = {}
        self.idle_due = 0.0

    def _database(self) -> psycopg.Connection[Any]:
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(self.conninfo, autocommit=True)
            for tree, witness, size in self.connection.execute(
                "select tree, witness, size from trace.witness_state"
            ):
                self.peers[tree, witness] = _Peer(size=size)
        return self.connection

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def round(self, *, force: bool = False) -> bool:
        """Push what is new to every witness that is due. True if the quorum holds the newest size."""
        database = self._database()
        policy = self._policy(database)
        if policy is None or not policy.witnesses:
            return False
        idle = force or time.monotonic() >= self.idle_due
        complete = False
        for verifier in policy.logs:
            tree = suite_of(verifier.name)
            row = database.execute(
                "select c.size, c.note from trace.checkpoint c join trace.log l using (tree) "
                "where tree = %s and l.vkey = %s order by size desc limit 1",
                [tree, verifier.vkey],
            ).fetchone()
            if row:
                self._push(database, policy, tree, size=row[0], note=row[1], idle=idle)
                if tree == "sha256":
                    complete = self._quorum(database, policy, row[0], row[1])
        if idle:
            self.idle_due = time.monotonic() + IDLE_SECONDS
        return complete

    def _policy(self, database: psycopg.Connection[Any]) -> Policy | None:
        row = database.execute("select policy from trace.setting").fetchone()
        if not row or not row[0]:
            return None
        try:
            return Policy.parse(row[0])
        except BadNote:
            log.exception("trace: the witness policy does not parse")
            return None

    def _push(
        self,
        database: psycopg.Connection[Any],
        policy: Policy,
        tree: Suite,
        *,
        size: int,
        note: str,
        idle: bool,
    ) -> None:
        now = time.monotonic()
        due = []
        for witness in policy.witnesses:
            peer = self.peers.setdefault((tree, witness.name), _Peer())
            if witness.url and now >= peer.due and (idle or peer.cosigned < size):
                due.append((witness, peer))
        if not due:
            return
        tiles = self._tiles(database, tree)
        with ThreadPoolExecutor(max_workers=len(due)) as pool:
            jobs = [(w, p, pool.submit(self._one, w, p.size, size, note, tiles)) for w, p in due]
        for witness, peer, job in jobs:
            self._record(database, tree, witness, peer, size=size, pushed=job.result())

    def _one(self, witness: Witness, holds: int, size: int, note: str, tiles: _Locked) -> Pushed:
        """Push once, and once more from the size the witness says it holds."""
        pushed = Pushed(error=BEHIND)
        for _ in range(2):
            if holds > size:
                return Pushed(error=BEHIND, holds=holds)
            pushed = submit(witness.url, holds, tiles.consistency(holds, size), note, witness)
            if pushed.holds is None:
                return pushed
            if pushed.holds == holds == size:
                return Pushed(error=FORK, holds=holds)
            holds = pushed.holds
        return Pushed(error=pushed.error or BEHIND, holds=holds)

    def _record(
        self,
        database: psycopg.Connection[Any],
        tree: Suite,
        witness: Witness,
        peer: _Peer,
        *,
        size: int,
        pushed: Pushed,
    ) -> None:
        if pushed.line:
            peer.size = peer.cosigned = size
            peer.pause = peer.due = 0.0
            database.execute(
                "insert into trace.cosignature(tree, size, witness, line) values (%s, %s, %s, %s) "
                "on conflict (tree, size, witness) do update "
                "set line = excluded.line, at = clock_timestamp()",
                [tree, size, witness.name, pushed.line],
            )
        else:
            peer.pause = min(max(peer.pause * 2, NEWS_SECONDS), LONGEST_PAUSE)
            peer.due = time.monotonic() + peer.pause
            log.warning("trace: witness %s, %s: %s", witness.name, tree, pushed.error)
        database.execute(
            "insert into trace.witness_state as s (tree, witness, size, cosigned_at, error, error_at) "
            "values (%(tree)s, %(name)s, %(size)s, case when %(ok)s then clock_timestamp() end, "
            "%(error)s, case when not %(ok)s then clock_timestamp() end) "
            "on conflict (tree, witness) do update set "
            "size = case when %(ok)s then excluded.size else s.size end, "
            "cosigned_at = coalesce(excluded.cosigned_at, s.cosigned_at), "
            "error = excluded.error, error_at = coalesce(excluded.error_at, s.error_at)",
            {
                "tree": tree,
                "name": witness.name,
                "size": peer.size,
                "ok": bool(pushed.line),
                "error": pushed.error,
            },
        )

    def _quorum(
        self, database: psycopg.Connection[Any], policy: Policy, size: int, note: str
    ) -> bool:
        # Old lines of a witness that now says "fork" or "rollback" (or nothing) vouch for nothing.
        lines = database.execute(
            "select string_agg(c.line, '' order by c.witness) from trace.cosignature c "
            "join trace.witness_state s on s.tree = c.tree and s.witness = c.witness and s.error = '' "
            "where c.tree = 'sha256' and c.size = %s "
            "and c.at > clock_timestamp() - interval '150 seconds'",
            [size],
        ).fetchone()
        whole = note + ((lines and lines[0]) or "")
        try:
            policy.open(whole.encode())
        except BadNote:
            return False
        database.execute(
            "update trace.progress set quorum_size = greatest(quorum_size, %s), "
            "quorum_at = (select max(at) from trace.cosignature where tree = 'sha256' and size = %s)",
            [size, size],
        )
        return True

    def _tiles(self, database: psycopg.Connection[Any], tree: Suite) -> _Locked:
        def read(level: int, n: int) -> bytes:
            row = database.execute(
                "select data from trace.tile where tree = %s and level = %s and n = %s",
                [tree, level, n],
            ).fetchone()
            return bytes(row[0]) if row else b""

        return _Locked(Tiles(read, tree))


class _Locked:
    """Tiles for several threads."""

    def __init__(self, tiles: Tiles) -> None:
        self._tiles = tiles
        self._lock = threading.Lock()

    def consistency(self, old: int, new: int) -> list[bytes]:
        with self._lock:
            return self._tiles.consistency(old, new)


def run(pusher: Pusher, *, stopped: Callable[[], bool], every: float = NEWS_SECONDS) -> None:
    """Push every ``every`` seconds what is new, and each minute what is not."""
    while not stopped():
        try:
            pusher.round()
        except psycopg.Error as error:
            log.warning("trace: pusher lost the database (%s); trying again", error)
            pusher.close()
        until = time.monotonic() + every
        while time.monotonic() < until and not stopped():
            time.sleep(0.1)
    pusher.close()

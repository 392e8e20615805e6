"""One sequencer turns the inbox into the log: order, check, tree, signed checkpoint — one transaction.

Rows are taken by deletion, so a record whose transaction commits late is simply in a later batch; the
gap bug of pollers that remember "the last id seen" cannot occur. A session advisory lock keeps a second
sequencer waiting. Both trees (SHA-256 and SM3) grow over the same bodies and each gets a checkpoint per
batch. A row whose bytes do not fit its leaf goes to quarantine; a break in a writer's chain does not
hold the log up. Either is written into the log as a record of the sequencer's own.
"""

from __future__ import annotations

import logging
import time
from collections import ChainMap
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg

from lianxun.kernel.digest import Suite, canonical
from lianxun.kernel.ids import new_id
from lianxun.trace.ahead import Ahead, look
from lianxun.trace.intake import Batch, Row, examine
from lianxun.trace.merkle import TREES, Edge, leaf_hash
from lianxun.trace.notes import Checkpoint, Signer
from lianxun.trace.proofs import SM3_SUFFIX
from lianxun.trace.records import ZERO, Head

log = logging.getLogger(__name__)

LOCK = 0x4C58_7472  # "LXtr"
BATCH = 8000
CHUNK = 1000
POLL_SECONDS = 0.4
ALIVE_SECONDS = 10.0
STANDBY_SECONDS = 1.0
THIN_SECONDS = 3600.0
PARTITION = 1 << 22


class LogDamaged(Exception):  # noqa: N818 - a finding, not a programming error
    """What the database holds is not what was signed; the sequencer must not go on signing."""


# Bodies never travel back to the server; the columns of the index travel as one text each, which both
# sides cut and join in C (three times as fast as arrays or JSON, and COPY is refused under row security).
_MOVE: LiteralString = """
with wanted as (select id, n from unnest(%(ids)s::bigint[]) with ordinality as w(id, n)),
     moved as (delete from trace.inbox i using wanted w where i.id = w.id
               returning w.n, i.id, i.writer, i.wseq, i.prev, i.body, i.leaf, i.at)
insert into trace.entry(seq, inbox_id, writer, wseq, prev, body, leaf, at)
select %(first)s + n - 1, id, writer, wseq, prev, body, leaf, at from moved
"""
_INDEX: LiteralString = """
insert into trace.entry_idx(seq, act, result, rule, obj, level, actor, unit, obj_id, eng)
select %s + n - 1, coalesce(act, ''), coalesce(result, ''), coalesce(rule, ''), coalesce(obj, ''), level, actor, unit, obj_id, eng
from unnest(string_to_array(%s, E'\\x1f'), string_to_array(%s, E'\\x1f'),
            string_to_array(%s, E'\\x1f'), string_to_array(%s, E'\\x1f'),
            string_to_array(%s, E'\\x1f')::smallint[],
            string_to_array(%s, E'\\x1f', '')::uuid[], string_to_array(%s, E'\\x1f', '')::uuid[],
            string_to_array(%s, E'\\x1f', '')::uuid[], string_to_array(%s, E'\\x1f', '')::uuid[])
     with ordinality as u(act, result, rule, obj, level, actor, unit, obj_id, eng, n)
"""
_SHOWN: LiteralString = """
insert into trace.shown(obj_id, seq, obj, at, act, result, actor, unit)
select u.id, e.seq, u.kind, e.at, i.act, i.result, i.actor, i.unit
from unnest(%(seqs)s::bigint[], %(kinds)s::text[], %(ids)s::uuid[]) as u(seq, kind, id)
join trace.entry e on e.seq = u.seq and e.seq between %(first)s and %(last)s
join trace.entry_idx i on i.seq = u.seq
"""


class Sequencer:
    """Holds the right edges of both trees in memory; everything else is in the database."""

    def __init__(self, conninfo: str, signer: Signer, *, batch: int = BATCH) -> None:
        self.conninfo = conninfo
        self.signers: dict[Suite, Signer] = {
            "sha256": signer,
            "sm3": Signer(signer.name + SM3_SUFFIX, signer.kind, signer.seed, signer.public),
        }
        self.batch = batch
        self.connection: psycopg.Connection[Any] | None = None
        self.ahead = Ahead(conninfo)
        self.edges: dict[Suite, Edge] = {}
        self.heads: dict[str, Head] = {}
        self.partitions: set[int] = set()
        self.own = new_id()
        self.own_head: Head = (0, ZERO)
        self.alive_until = 0.0
        self.thin_at = time.monotonic() + 60.0

    # ------------------------------------------------------------------ life

    def open(self) -> bool:
        """Connect, become the one sequencer, load the trees. False if another one is at work."""
        self.close()
        connection = psycopg.connect(self.conninfo, autocommit=True)
        self.connection = connection
        row = connection.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if not (row and row[0]):
            self.close()
            return False
        self._load(connection)
        self.own, self.own_head = new_id(), (0, ZERO)
        with connection.transaction():
            self._say("trace.sequencer_started", {"size": self.size})
        return True

    def close(self) -> None:
        self.ahead.close()
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    @property
    def size(self) -> int:
        return self.edges["sha256"].size

    def _load(self, connection: psycopg.Connection[Any]) -> None:
        self.heads, self.partitions = {}, set()
        for tree in TREES:
            signer = self.signers[tree]
            row = connection.execute(
                "select size, root, note from trace.checkpoint where tree = %s "
                "order by size desc limit 1",
                [tree],
            ).fetchone()
            size = int(row[0]) if row else 0
            edge = Edge.load(size, self._reader(connection, tree), tree)
            if row and edge.root() != bytes(row[1]):
                raise LogDamaged(f"tiles of {tree} do not give the root signed for size {size}")
            stored = connection.execute("select count(*) from trace.entry where seq >= %s", [size])
            extra = stored.fetchone()
            if extra and extra[0]:
                raise LogDamaged(f"{extra[0]} entries beyond the last checkpoint of {tree}")
            self.edges[tree] = edge
            connection.execute(
                "insert into trace.log(tree, origin, vkey) values (%s, %s, %s) "
                "on conflict (tree) do update set origin = excluded.origin, vkey = excluded.vkey "
                "where trace.log.vkey <> excluded.vkey",
                [tree, signer.name, signer.verifier.vkey],
            )
        if self.edges["sha256"].size != self.edges["sm3"].size:
            raise LogDamaged("the two trees differ in size")

    @staticmethod
    def _reader(connection: psycopg.Connection[Any], tree: Suite) -> Callable[[int, int], bytes]:
        def read(level: int, n: int) -> bytes:
            row = connection.execute(
                "select data from trace.tile where tree = %s and level = %s and n = %s",
                [tree, level, n],
            ).fetchone()
            return bytes(row[0]) if row else b""

        return read

    # ------------------------------------------------------------------ work

    def step(self) -> int:
        """Sequence one batch; the number of rows taken (0 = the inbox was empty)."""
        connection = self.connection
        if connection is None:
            raise RuntimeError("open() first")
        try:
            return self._batch(connection)
        except BaseException:
            self.ahead.take()  # it left out rows that are in nobody's hand now
            raise

    def _batch(self, connection: psycopg.Connection[Any]) -> int:
        with connection.transaction():
            rows = self.ahead.take() or look(connection, self.batch)
            if not rows:
                self._alive(connection)
                return 0
            self._recall(connection, rows)
            edges = {tree: edge.copy() for tree, edge in self.edges.items()}
            with connection.pipeline():
                heads, moved = self._sequence(connection, rows, edges)
                if len(rows) == self.batch:
                    self.ahead.start(rows, self.batch)
            for cursor, expected in moved:
                if cursor.rowcount != expected:
                    raise LogDamaged(f"{expected - cursor.rowcount} rows vanished from the inbox")
        self.edges = edges
        self.heads.update(heads)
        if len(self.heads) > 20_000:
            self.heads.clear()
        return len(rows)

    def _sequence(
        self, connection: psycopg.Connection[Any], rows: list[Row], edges: dict[Suite, Edge]
    ) -> tuple[dict[str, Head], list[tuple[psycopg.Cursor[Any], int]]]:
        """Hand over chunk by chunk: the server moves one while the next is examined here."""
        heads: dict[str, Head] = {}
        moved: list[tuple[psycopg.Cursor[Any], int]] = []
        before = edges["sha256"].size
        for start in range(0, len(rows), CHUNK):
            chunk = examine(rows[start : start + CHUNK], ChainMap(heads, self.heads))
            heads.update(chunk.heads)
            self._set_aside(connection, chunk)
            if chunk.good:
                moved.append((self._move(connection, chunk, edges), len(chunk.good)))
        if edges["sha256"].size > before:
            self._seal(connection, edges, heads)
        return heads, moved

    def _recall(self, connection: psycopg.Connection[Any], rows: list[Row]) -> None:
        """Load the heads of writers this process has not met."""
        missing = list({row[1] for row in rows} - self.heads.keys())
        if missing:
            found = connection.execute(
                "select writer::text, wseq, leaf from trace.writer_head "
                "where writer = any(%s::uuid[])",
                [missing],
            )
            for writer, wseq, leaf in found:
                self.heads[writer] = (wseq, bytes(leaf))

    def _move(
        self, connection: psycopg.Connection[Any], chunk: Batch, edges: dict[Suite, Edge]
    ) -> psycopg.Cursor[Any]:
        first = edges["sha256"].size
        last = first + len(chunk.good) - 1
        for number in {first // PARTITION, last // PARTITION} - self.partitions:
            connection.execute("select trace.ensure_partition(%s)", [number * PARTITION])
            self.partitions.add(number)
        ids = "{" + ",".join([str(row[0]) for row in chunk.good]) + "}"
        cursor = connection.execute(_MOVE, {"ids": ids, "first": first})
        connection.execute(_INDEX, [first, *chunk.columns])
        if chunk.shown:
            connection.execute(
                _SHOWN,
                {
                    "seqs": [first + place for place, _, _ in chunk.shown],
                    "kinds": [kind for _, kind, _ in chunk.shown],
                    "ids": [each for _, _, each in chunk.shown],
                    "first": first,
                    "last": last,
                },
            )
        edges["sha256"].extend([row[5] for row in chunk.good])
        edges["sm3"].extend([leaf_hash(row[4], "sm3") for row in chunk.good])
        return cursor

    def _seal(
        self,
        connection: psycopg.Connection[Any],
        edges: dict[Suite, Edge],
        heads: dict[str, Head],
    ) -> None:
        """Tiles, checkpoints, heads of the writers."""
        size = edges["sha256"].size
        self._write_trees(connection, edges)
        writers = list(heads)
        connection.execute(
            "insert into trace.writer_head(writer, wseq, leaf, seq, at) "
            "select w, s, l, %s, clock_timestamp() "
            "from unnest(%s::uuid[], %s::bigint[], %s::bytea[]) as u(w, s, l) "
            "on conflict (writer) do update "
            "set wseq = excluded.wseq, leaf = excluded.leaf, seq = excluded.seq, at = excluded.at",
            [size - 1, writers, [heads[w][0] for w in writers], [heads[w][1] for w in writers]],
        )
        connection.execute(
            "update trace.progress set size = %s, checkpoint_at = clock_timestamp()", [size]
        )
        self.alive_until = time.monotonic() + ALIVE_SECONDS

    def _write_trees(self, connection: psycopg.Connection[Any], edges: dict[Suite, Edge]) -> None:
        tiles = [
            (tree, level, n, data)
            for tree, edge in edges.items()
            for (level, n), data in edge.take_changed().items()
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into trace.tile(tree, level, n, data) values (%s, %s, %s, %s) "
                "on conflict (tree, level, n) do update set data = excluded.data",
                tiles,
            )
            for tree, edge in edges.items():
                signer, root = self.signers[tree], edge.root()
                text = Checkpoint(signer.name, edge.size, root).text()
                cursor.execute(
                    "insert into trace.checkpoint(tree, size, root, note) values (%s, %s, %s, %s)",
                    [tree, edge.size, root, f"{text}\n{signer.sign(text)}"],
                )

    def _set_aside(self, connection: psycopg.Connection[Any], batch: Batch) -> None:
        """Keep what does not fit, and say so in the log."""
        for row, reason in batch.bad:
            connection.execute(
                "with bad as (delete from trace.inbox where id = %s returning *) "
                "insert into trace.quarantine(inbox_id, writer, wseq, prev, body, leaf, at, reason) "
                "select id, writer, wseq, prev, body, leaf, at, %s from bad",
                [row[0], reason],
            )
            self._say(
                "trace.quarantined",
                {
                    "inbox": row[0],
                    "writer": row[1],
                    "wseq": row[2],
                    "leaf": row[5].hex(),
                    "reason": reason,
                },
            )
        for broken in batch.breaks[:50]:
            self._say("trace.chain_broken", broken)
        if batch.bad or batch.breaks:
            log.error(
                "trace: %d rows quarantined, %d chains broken", len(batch.bad), len(batch.breaks)
            )

    def _alive(self, connection: psycopg.Connection[Any]) -> None:
        """An empty inbox counts as a checkpoint: there is nothing that lacks one."""
        if time.monotonic() >= self.alive_until:
            connection.execute("update trace.progress set checkpoint_at = clock_timestamp()")
            self.alive_until = time.monotonic() + ALIVE_SECONDS
        if time.monotonic() >= self.thin_at:
            # Without witnesses a busy day signs some 70,000 checkpoints; the last of each hour stays.
            connection.execute("select trace.thin_checkpoints()")
            self.thin_at = time.monotonic() + THIN_SECONDS

    def _say(self, act: str, detail: dict[str, Any]) -> None:
        """A record of the sequencer's own, through the inbox like everybody's."""
        if self.connection is None:
            raise RuntimeError("open() first")
        seq = self.own_head[0] + 1
        body = canonical(
            {
                "v": 1,
                "act": act,
                "actor": "",
                "service": "sequencer",
                "result": "allow" if act == "trace.sequencer_started" else "alarm",
                "detail": detail,
                "writer": str(self.own),
                "wseq": seq,
                "prev": self.own_head[1].hex(),
                "ts": time.time_ns() // 1_000_000,
            }
        )
        leaf = leaf_hash(body)
        self.connection.execute(
            "insert into trace.inbox(writer, wseq, prev, body, leaf) values (%s, %s, %s, %s, %s)",
            [self.own, seq, self.own_head[1], body, leaf],
        )
        self.own_head = (seq, leaf)


def run(
    sequencer: Sequencer,
    *,
    stopped: Callable[[], bool],
    after: Callable[[], None] = lambda: None,
    poll: float = POLL_SECONDS,
) -> None:
    """Sequence until ``stopped()``; a lost database is waited for, damage ends the process.

    ``after`` runs after each batch that grew the log (static files, waking the pusher).
    """
    pause = poll
    while not stopped():
        try:
            if sequencer.connection is None and not sequencer.open():
                time.sleep(STANDBY_SECONDS)
                continue
            taken = sequencer.step()
            pause = poll
            if taken:
                after()
            if taken < sequencer.batch:
                time.sleep(poll)
        except psycopg.Error as error:
            log.warning("trace: sequencer lost the database (%s); trying again", error)
            sequencer.close()
            time.sleep(pause)
            pause = min(pause * 2, 5.0)

"""Audit of the whole log: every body, leaf, chain, tile, root and signature, recomputed from the rows.

Trusts nothing in the database: the log's key comes from the policy file or the command line, and the
checkpoints that witnesses hold come from the witnesses. ``DatabaseSource`` reads as ``lx_audit``; any
other source of the same rows (an archive, a mirror) is checked by the same code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg

from lianxun.kernel.digest import Suite
from lianxun.trace.intake import searchable, shown
from lianxun.trace.merkle import TREES, WIDTH, Edge, leaf_hash
from lianxun.trace.notes import BadNote, Checkpoint, Note, Verifier, open_checkpoint
from lianxun.trace.policy import Policy
from lianxun.trace.proofs import suite_of
from lianxun.trace.records import ZERO, Head

MOST = 200
Stored = tuple[int, bytes, bytes]
CLOCK_TOLERANCE_MS = 5_000


@dataclass(slots=True)
class Report:
    """What was found. ``problems`` are Chinese sentences naming the entry; empty = sound."""

    entries: int = 0
    checkpoints: int = 0
    cosigned: int = 0
    waiting: int = 0
    quarantined: int = 0
    writers: int = 0
    alarms: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    most: int = MOST

    @property
    def sound(self) -> bool:
        return not self.problems

    def found(self, sentence: str) -> None:
        """Note a problem; after ``most`` of them the audit ends."""
        self.problems.append(sentence)
        if len(self.problems) >= self.most:
            raise _EnoughError


class _EnoughError(Exception):
    """So much is wrong that more sentences would not help."""


class Source(Protocol):
    """Where the rows come from; each method is asked once per tree, in this order."""

    def checkpoints(self, tree: Suite) -> Iterable[Stored]:
        """(size, root, note with all cosignature lines), by size."""
        ...

    def entries(self) -> Iterable[tuple[Any, ...]]:
        """By ``seq``: seq, body, leaf, writer, wseq, prev, then the nine columns of the index."""
        ...

    def shown(self) -> Iterable[tuple[int, str, str, bool]]:
        """What entries name beside their object: seq, kind, id, and whether the rest of the row is theirs."""
        ...

    def tiles(self, tree: Suite) -> Iterable[tuple[int, int, bytes]]:
        """(level, n, data)."""
        ...

    def counts(self) -> tuple[int, int, int]:
        """Rows waiting in the inbox, in quarantine, in the index."""
        ...


class DatabaseSource:
    """The tables of schema ``trace`` in one snapshot."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        connection.execute("set transaction isolation level repeatable read read only")

    def checkpoints(self, tree: Suite) -> Iterable[Stored]:
        rows = self.connection.execute(
            "select c.size, c.root, c.note, coalesce(string_agg(s.line, '' order by s.witness), '') "
            "from trace.checkpoint c left join trace.cosignature s using (tree, size) "
            "where tree = %s group by c.size, c.root, c.note order by c.size",
            [tree],
        )
        return [(size, bytes(root), (note + lines).encode()) for size, root, note, lines in rows]

    def entries(self) -> Iterator[tuple[Any, ...]]:
        with self.connection.cursor("audit", binary=True) as cursor:
            cursor.itersize = 5000
            cursor.execute(
                "select e.seq, e.body, e.leaf, e.writer::text, e.wseq, e.prev, i.act, i.result, "
                "i.rule, i.obj, i.level::int, i.actor::text, i.unit::text, i.obj_id::text, i.eng::text "
                "from trace.entry e left join trace.entry_idx i using (seq) order by e.seq"
            )
            yield from cursor

    def shown(self) -> Iterator[tuple[int, str, str, bool]]:
        with self.connection.cursor("shown", binary=True) as cursor:
            cursor.itersize = 5000
            cursor.execute(
                "select s.seq, s.obj, s.obj_id::text, (s.at, s.act, s.result, s.actor, s.unit) "
                "is not distinct from (e.at, i.act, i.result, i.actor, i.unit) "
                "from trace.shown s left join trace.entry e using (seq) "
                "left join trace.entry_idx i using (seq)"
            )
            yield from cursor

    def tiles(self, tree: Suite) -> Iterator[tuple[int, int, bytes]]:
        with self.connection.cursor(f"tiles_{tree}", binary=True) as cursor:
            cursor.execute("select level::int, n, data from trace.tile where tree = %s", [tree])
            yield from cursor

    def counts(self) -> tuple[int, int, int]:
        row = self.connection.execute(
            "select (select count(*) from trace.inbox), (select count(*) from trace.quarantine), "
            "(select count(*) from trace.entry_idx)"
        ).fetchone()
        return row if row else (0, 0, 0)


@dataclass(slots=True)
class _Named:
    """Rows in whatever order, told apart by their number and the sum of their digests."""

    rows: int = 0
    total: int = 0

    def add(self, seq: int, kind: str, row_id: str) -> None:
        digest = hashlib.sha256(f"{seq} {kind} {row_id}".encode()).digest()
        self.rows += 1
        self.total += int.from_bytes(digest)


@dataclass(slots=True)
class _Chains:
    """Chains of all writers, with what later records say of them."""

    report: Report
    heads: dict[str, Head] = field(default_factory=dict)
    latest_ms: int = 0

    def take(self, seq: int, said: dict[str, Any], leaf: bytes) -> None:
        writer, wseq, prev = str(said["writer"]), said["wseq"], said["prev"]
        head = self.heads.get(writer, (0, ZERO))
        if (wseq, prev) != (head[0] + 1, head[1].hex()):
            self.report.found(
                f"第 {seq} 条：写入者 {writer} 的链断裂（应为第 {head[0] + 1} 条，实为第 {wseq} 条）"
            )
        self.heads[writer] = (wseq, leaf)
        link = said.get("link")
        if isinstance(link, dict):
            self._confirm(seq, str(link.get("writer")), link.get("wseq"), link.get("leaf"))
        if said.get("act") == "trace.heartbeat" and isinstance(said.get("detail"), dict):
            for other, (number, mark) in said["detail"].items():
                self._confirm(seq, other, number, mark)
        if said.get("result") == "alarm":
            self.report.alarms += 1
        self._time(seq, said)

    def _confirm(self, seq: int, writer: str, wseq: Any, leaf: Any) -> None:
        """A later record says that ``writer`` had come as far as ``wseq``."""
        head = self.heads.get(writer, (0, ZERO))
        if not isinstance(wseq, int) or head[0] < wseq:
            self.report.found(f"第 {seq} 条证明写入者 {writer} 写过第 {wseq} 条，但日志中没有")
        elif head[0] == wseq and head[1].hex() != leaf:
            self.report.found(f"第 {seq} 条所证明的写入者 {writer} 第 {wseq} 条与日志不符")

    def _time(self, seq: int, said: dict[str, Any]) -> None:
        at = said.get("ts")
        if not isinstance(at, int):
            self.report.found(f"第 {seq} 条没有时间")
            return
        if at < self.latest_ms - CLOCK_TOLERANCE_MS and len(self.report.warnings) < MOST:
            late = (self.latest_ms - at) / 1000
            self.report.warnings.append(f"第 {seq} 条的时间比此前的记录早 {late:.1f} 秒")
        self.latest_ms = max(self.latest_ms, at)


class Audit:
    """One pass over the log. ``held``: checkpoints that witnesses hold, as bytes."""

    def __init__(
        self,
        source: Source,
        logs: Iterable[Verifier],
        *,
        policy: Policy | None = None,
        held: Iterable[bytes] = (),
        most: int = MOST,
    ) -> None:
        self.source = source
        self.logs: dict[Suite, list[Verifier]] = {tree: [] for tree in TREES}
        for log in logs:  # several of a kind: a log may have been given a new key and name
            self.logs[suite_of(log.name)].append(log)
        self.policy = policy
        self.report = Report(most=most)
        self.edges: dict[Suite, Edge] = {tree: Edge(tree) for tree in TREES}
        self.tiles: dict[tuple[Suite, int, int], bytes] = {}
        self.held: dict[Suite, dict[int, bytes]] = {tree: {} for tree in TREES}
        self.named = _Named()
        self._notes = list(held)

    def _open(self, tree: Suite, data: bytes) -> Checkpoint:
        """A checkpoint signed by one of the tree's keys."""
        said = Note.parse(data).text.split("\n", 1)[0]
        for log in self.logs[tree]:
            if log.name == said:
                return open_checkpoint(data, log)[0]
        raise BadNote("not signed by the log")

    def _hold(self, data: bytes) -> None:
        for tree in TREES:
            try:
                checkpoint = self._open(tree, data)
            except BadNote:
                continue
            known = self.held[tree].setdefault(checkpoint.size, checkpoint.root)
            if known != checkpoint.root:
                self.report.found(f"日志出现分叉：大小 {checkpoint.size} 有两个不同的已签名根")
            return
        self.report.found("见证方提供的检查点不是本日志签名的")

    def run(self) -> Report:
        """Read everything; the report is complete when this returns."""
        with suppress(_EnoughError):
            for note in self._notes:
                self._hold(note)
            marks = {tree: self._checkpoints(tree) for tree in TREES}
            self._entries(marks)
            for tree in TREES:
                self._unreached(tree, marks[tree])
                self._stored_tiles(tree)
            self._rest()
        return self.report

    # ------------------------------------------------------------------ checkpoints

    def _checkpoints(self, tree: Suite) -> dict[int, list[bytes]]:
        """Roots to be met at each size: stored, and held by witnesses."""
        marks: dict[int, list[bytes]] = {}
        for size, root, note in self.source.checkpoints(tree):
            self.report.checkpoints += tree == "sha256"
            marks.setdefault(size, []).append(root)
            self._check_note(tree, size, root, note)
        for size, root in self.held[tree].items():
            marks.setdefault(size, []).append(root)
        return marks

    def _check_note(self, tree: Suite, size: int, root: bytes, data: bytes) -> None:
        try:
            checkpoint = self._open(tree, data)
            if (checkpoint.size, checkpoint.root) != (size, root):
                raise BadNote("text and columns differ")
            if self.policy and tree == "sha256":
                names = self.policy.cosigners(Note.parse(data))
                self.report.cosigned += bool(names) and self.policy.satisfied(names)
        except BadNote as error:
            self.report.found(f"{tree} 检查点 {size}：{error}")

    def _unreached(self, tree: Suite, marks: dict[int, list[bytes]]) -> None:
        size = self.edges[tree].size
        for mark in marks:
            if mark > size:
                self.report.found(f"检查点 {mark}（{tree}）多于现存的 {size} 条记录：日志被截短")
        if size and size not in marks:
            self.report.found(f"最后 {size} 条记录没有检查点（{tree}）")

    # ------------------------------------------------------------------ entries

    def _entries(self, marks: dict[Suite, dict[int, list[bytes]]]) -> None:
        chains = _Chains(self.report)
        stops = sorted({size for tree in TREES for size in marks[tree]})
        leaves: dict[Suite, list[bytes]] = {tree: [] for tree in TREES}
        self._meet(0, leaves, marks)
        upcoming = iter([size for size in stops if size > 0])
        stop = next(upcoming, None)
        for expected, row in enumerate(self.source.entries()):
            seq, body = row[0], row[1]
            if seq != expected:
                self.report.found(f"第 {expected} 条缺失或次序不对（遇到第 {seq} 条）")
                return
            self._entry(row, chains)
            leaves["sha256"].append(leaf_hash(body))
            leaves["sm3"].append(leaf_hash(body, "sm3"))
            if expected + 1 == stop or len(leaves["sm3"]) >= 16 * WIDTH:
                self._meet(expected + 1, leaves, marks)
                if expected + 1 == stop:
                    stop = next(upcoming, None)
        self._meet(-1, leaves, marks)
        self.report.writers = len(chains.heads)

    def _entry(self, row: Any, chains: _Chains) -> None:
        seq, body, leaf, writer, wseq, prev = row[:6]
        self.report.entries += 1
        if leaf_hash(body) != leaf:
            self.report.found(f"第 {seq} 条的内容与其摘要不符")
        try:
            said = json.loads(body.decode())
            if (said["writer"], said["wseq"], said["prev"]) != (writer, wseq, prev.hex()):
                self.report.found(f"第 {seq} 条的内容与其列不符")
            chains.take(seq, said, leaf)
            if [("" if v is None else str(v)) for v in row[6:]] != searchable(said):
                self.report.found(f"第 {seq} 条的检索列与内容不符")
            for kind, row_id in shown(said):
                self.named.add(seq, kind, row_id)
        except (ValueError, KeyError, TypeError):
            self.report.found(f"第 {seq} 条不是规范的记录")

    def _meet(
        self,
        size: int,
        leaves: dict[Suite, list[bytes]],
        marks: dict[Suite, dict[int, list[bytes]]],
    ) -> None:
        """Grow both trees by what was read and compare the roots signed for this size."""
        for tree in TREES:
            edge = self.edges[tree]
            edge.extend(leaves[tree])
            leaves[tree].clear()
            for (level, n), data in edge.take_changed().items():
                self.tiles[tree, level, n] = hashlib.sha256(data).digest()
            wanted = marks[tree].get(size, [])
            if wanted and any(root != edge.root() for root in wanted):
                self.report.found(
                    f"前 {size} 条记录算出的根与检查点不符（{tree}）：此前有记录被改动"
                )

    # ------------------------------------------------------------------ the rest

    def _stored_tiles(self, tree: Suite) -> None:
        seen = 0
        for level, n, data in self.source.tiles(tree):
            seen += 1
            if self.tiles.get((tree, level, n)) != hashlib.sha256(data).digest():
                self.report.found(f"哈希瓦片 {tree} {level}/{n} 与记录不符")
        if seen != sum(key[0] == tree for key in self.tiles):
            self.report.found(f"哈希瓦片（{tree}）不全")

    def _rest(self) -> None:
        self.report.waiting, self.report.quarantined, indexed = self.source.counts()
        if indexed != self.report.entries:
            self.report.found(f"检索表有 {indexed} 行，日志有 {self.report.entries} 条")
        found = _Named()
        for seq, kind, row_id, fits in self.source.shown():
            found.add(seq, kind, row_id)
            if not fits:
                self.report.found(f"第 {seq} 条的随同查看表与内容不符")
        if found != self.named:
            self.report.found(
                f"随同查看表有 {found.rows} 行，与日志所载 {self.named.rows} 行不一致"
            )
        if self.report.quarantined:
            self.report.found(f"有 {self.report.quarantined} 条收件内容曾被改动，已隔离")


def audit_database(
    conninfo: str,
    logs: Iterable[Verifier],
    *,
    policy: Policy | None = None,
    held: Iterable[bytes] = (),
) -> Report:
    """Audit the log of a database in one snapshot."""
    with psycopg.connect(conninfo) as connection:
        return Audit(DatabaseSource(connection), logs, policy=policy, held=held).run()

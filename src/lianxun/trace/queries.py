"""Who did and saw what, proofs, and the state of the trace."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections

from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import NotFound, Refused, WrongState
from lianxun.trace import clocks, door, rules
from lianxun.trace.merkle import Tiles
from lianxun.trace.notes import BadNote
from lianxun.trace.policy import Policy
from lianxun.trace.proofs import Proof
from lianxun.trace.records import Health, ProofFile, Trail, Waiting, WitnessHealth

PAGE = 50
_ADVICE = {
    clocks.Alarm.NONE: "",
    clocks.Alarm.WARNING: "请系统管理员检查排序进程，请审计管理员联系未响应的见证单位。",
    clocks.Alarm.RESTRICTED: "导出和授权变更已暂停。请立即联系见证单位恢复见证。",
    clocks.Alarm.STOPPED: "办理已停止。恢复见证后自动放开，不需要补录。",
}
_COLUMNS: LiteralString = (
    "select i.seq, e.at, i.act, i.result, i.rule, i.level, i.actor, i.unit, i.obj, i.obj_id, e.body "
    "from trace.entry_idx i join trace.entry e using (seq) "
)
# Which entries a period can hold, by the checkpoints: their index is small, the log's is not.
_SIZE_AT: dict[str, LiteralString] = {
    ">=": "select coalesce(max(size), 0) from trace.checkpoint where tree = 'sha256' and at < %s",
    "<": "select coalesce(min(size), 9e18::bigint) from trace.checkpoint where tree = 'sha256' and at >= %s",
}


@door.query("trace.who_did_what")
def who_did_what(
    *, actor: Actor, obj: str, obj_id: UUID, before: int | None = None, limit: int = PAGE
) -> list[Trail]:
    """The trail of one object, newest first; ``before`` = smallest ``seq`` of the previous page.

    Also who was shown it beside something else (``Trail.beside``): that it was there, not what else was.
    The room loads the object first and passes it; the database asks again (``trace.may_see``), so an
    object that the actor does not see has no trail.
    """
    door.noting().about(obj, obj_id)
    most = min(limit, 500)
    about = _trails(
        _COLUMNS + "where i.obj_id = %s and i.obj = %s and i.seq < %s order by i.seq desc limit %s",
        [obj_id, obj, _below(before), most],
    )
    return sorted([*about, *_beside(obj_id, _below(before), most)], key=lambda r: -r.seq)[:most]


@door.query("trace.waiting")
def waiting(*, actor: Actor, obj: str, obj_id: UUID, limit: int = PAGE) -> list[Waiting]:
    """Records about an object that are committed but not yet in the log, newest first.

    ``NotFound`` where the actor may not know the object; an empty list where everything is in the log.
    """
    with connection.cursor() as cursor:
        cursor.execute("select trace.may_see(%s, %s)", [obj, obj_id])
        if not cursor.fetchone()[0]:
            raise NotFound
        cursor.execute(
            "select at, body from trace.inbox where obj_id = %s and obj = %s order by at desc limit %s",
            [obj_id, obj, min(limit, 500)],
        )
        rows = [(at, json.loads(bytes(body))) for at, body in cursor.fetchall()]
    return [
        Waiting(
            at=at,
            act=str(said.get("act", "")),
            result=str(said.get("result", "")),
            rule=str(said.get("rule", "")),
            actor=_id(said.get("actor")),
            unit=_id(said.get("unit")),
        )
        for at, said in rows
    ]


def _id(value: object) -> UUID | None:
    return UUID(str(value)) if value else None


@door.query("trace.search")
def search(
    *,
    actor: Actor,
    by: UUID | None = None,
    act: str = "",
    result: str = "",
    obj_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Trail]:
    """All records that fit, newest first, for the audit administrator. Empty arguments do not filter.

    ``since`` ≤ time < ``until``, by the clock of the database.
    """
    decision = rules.may_audit(actor)
    if isinstance(decision, Denied):
        raise Refused(decision)
    where = ["i.seq < %s"]
    values: list[Any] = [_below(before)]
    for column, value in (("actor", by), ("act", act), ("result", result), ("obj_id", obj_id)):
        if value:
            where.append(f"i.{column} = %s")
            values.append(value)
    for sign, moment in ((">=", since), ("<", until)):
        if moment:
            where.append(f"e.at {sign} %s and i.seq {sign} ({_SIZE_AT[sign]})")
            values += [moment, moment]
    found = _trails(
        f"{_COLUMNS} where {' and '.join(where)} order by i.seq desc limit %s",
        [*values, min(limit, 500)],
    )
    door.noting().detail.update(by=str(by or ""), act_sought=act, count=len(found))
    return found


@door.query("trace.prove", kind="read")
def proof_for(*, actor: Actor, seq: int) -> ProofFile:
    """Record, inclusion proof with checkpoint and cosignatures, and the policy to verify it by.

    Prefers the newest checkpoint with a quorum. ``NotFound`` where the actor may not know the entry,
    ``WrongState`` while it has no checkpoint.
    """
    file = build_proof(seq)
    door.noting().detail.update(seq=seq, size=file.size)
    return file


def build_proof(seq: int, *, using: str = DEFAULT_DB_ALIAS) -> ProofFile:
    """The proof of an entry with the rights of ``using``; unrecorded, for the two that record it."""
    with connections[using].cursor() as cursor:
        cursor.execute("select body from trace.entry where seq = %s", [seq])
        row = cursor.fetchone()
        if row is None:
            raise NotFound
        policy = clocks.read_state(using=using).policy
        size, note, witnessed = _checkpoint(cursor, seq, policy)
        path = Tiles(_read_tile(cursor)).inclusion(seq, size)
    proof = Proof(seq, tuple(path), note.encode()).encode()
    return ProofFile(seq, bytes(row[0]), proof, policy, witnessed, size)


@door.query("trace.health")
def health(*, actor: Actor) -> Health:
    """Inbox, checkpoints, witnesses and clocks."""
    decision = rules.may_see_health(actor)
    if isinstance(decision, Denied):
        raise Refused(decision)
    state = clocks.read_state()
    with connection.cursor() as cursor:
        cursor.execute(
            "select witness, tree, size, cosigned_at, error from trace.witness_state order by 1, 2"
        )
        witnesses = tuple(WitnessHealth(*row) for row in cursor.fetchall())
    return Health(
        alarm=int(state.alarm),
        word=state.alarm.word,
        advice=_ADVICE[state.alarm],
        size=state.size,
        witnessed=state.quorum_size if state.policy else 0,
        waiting_seconds=int(state.seconds_since(state.inbox_since)) if state.inbox_since else 0,
        checkpoint_seconds=int(state.seconds_since(state.checkpoint_at)),
        quorum_seconds=int(state.seconds_since(state.quorum_at)) if state.policy else None,
        warn=state.warn,
        restrict=state.restrict,
        stop=state.stop,
        witnesses=witnesses,
    )


def _below(before: int | None) -> int:
    return before if before is not None else 1 << 62


def _trails(statement: str, values: list[Any]) -> list[Trail]:
    witnessed = clocks.read_state().quorum_size
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    trails = []
    for seq, at, act, result, rule, level, who, unit, obj, obj_id, body in rows:
        said = json.loads(bytes(body))
        trails.append(
            Trail(
                seq=seq,
                at=at,
                act=act,
                result=result,
                rule=rule,
                level=level,
                actor=who,
                unit=unit,
                obj=obj,
                obj_id=obj_id,
                revision=int(said.get("obj_rev", 0)),
                purpose=str(said.get("purpose", "")),
                detail=dict(said.get("detail", {})),
                witnessed=seq < witnessed,
            )
        )
    return trails


def _beside(obj_id: UUID, below: int, most: int) -> list[Trail]:
    """Records that named the object beside their own; policies let through what its readers may know."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct seq, at, act, result, actor, unit from trace.shown "
            "where obj_id = %s and seq < %s order by seq desc limit %s",
            [obj_id, below, most],
        )
        rows = cursor.fetchall()
    witnessed = clocks.read_state().quorum_size if rows else 0
    return [
        Trail(
            seq=seq,
            at=at,
            act=act,
            result=result,
            rule="",
            level=0,
            actor=who,
            unit=unit,
            obj="",
            obj_id=None,
            revision=0,
            purpose="",
            detail={},
            witnessed=seq < witnessed,
            beside=True,
        )
        for seq, at, act, result, who, unit in rows
    ]


def _checkpoint(cursor: Any, seq: int, policy_text: str) -> tuple[int, str, bool]:
    """The newest checkpoint over ``seq`` that satisfies the policy, else the newest one."""
    cursor.execute(
        "select c.size, c.note || string_agg(s.line, '' order by s.witness) "
        "from trace.checkpoint c join trace.cosignature s using (tree, size) "
        "where c.tree = 'sha256' and c.size > %s group by c.size, c.note order by c.size desc limit 5",
        [seq],
    )
    if policy_text:
        policy = Policy.parse(policy_text)
        for size, note in cursor.fetchall():
            try:
                policy.open(note.encode())
            except BadNote:
                continue
            return size, note, True
    cursor.execute(
        "select size, note from trace.checkpoint where tree = 'sha256' and size > %s "
        "order by size desc limit 1",
        [seq],
    )
    row = cursor.fetchone()
    if row is None:
        raise WrongState("这条留痕还没有检查点，请稍后再下载证明。")
    return row[0], row[1], False


def _read_tile(cursor: Any) -> Any:
    def read(level: int, n: int) -> bytes:
        cursor.execute(
            "select data from trace.tile where tree = 'sha256' and level = %s and n = %s",
            [level, n],
        )
        row = cursor.fetchone()
        return bytes(row[0]) if row else b""

    return read

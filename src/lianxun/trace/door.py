"""The one door of every act (architecture.md §1.2, §3): transaction, identity, record.

``@operation("leads.transfer")`` makes a keyword-only function the act: it opens its own outermost
transaction under the actor's identity, runs, writes exactly one record, commits. A refusal rolls back
and is recorded in a transaction of its own before the caller hears of it. ``@query`` does the same for
reading, inside the transaction the request already has.

A page is one act however many queries it makes: inside ``page(...)`` queries add to the page's record
instead of writing their own. A query that an act calls while it runs is part of that act in the same
way. An operation is never part of another: the part that an upper room needs inside its own operation
lives in ``<room>/steps.py``, is undecorated and may use ``noting()``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils.crypto import salted_hmac

from lianxun.fabric import levels, once
from lianxun.fabric.handlers import announce
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound, Refused, Unavailable
from lianxun.trace import clocks, writer
from lianxun.trace.records import ActKind, Note

P = ParamSpec("P")
R = TypeVar("R")

ACTS: dict[str, list[str]] = {}
"""Every act and the functions that are it (one each; a house test looks)."""

_note: ContextVar[Note | None] = ContextVar("lianxun_note", default=None)
_page: ContextVar[Note | None] = ContextVar("lianxun_page", default=None)


def noting() -> Note:
    """The record of the running act; ``LookupError`` outside of one."""
    note = _note.get()
    if note is None:
        raise LookupError("no act is running: call this inside an @operation or @query")
    return note


@contextmanager
def page(act: str, *, actor: Actor) -> Iterator[Note]:
    """One record for one page or API read, written in the running read transaction at its end.

    Nothing is written when the block raises: the refusal is recorded by ``record_denial``.
    """
    note = Note(act)
    mark = _page.set(note)
    try:
        yield note
    finally:
        _page.reset(mark)
    writer.append(note.body(actor, result="allow"))


@contextmanager
def form(act: str, *, actor: Actor) -> Iterator[Note]:
    """What a person sends in. The operation it leads to writes its own record, and its answer shows nothing
    but where to go on; a form that led to no act leaves one record of what its page showed.
    """
    note = Note(act)
    mark = _page.set(note)
    try:
        yield note
    finally:
        _page.reset(mark)
    if not note.acted:
        with acting_as(actor.account_id, service=actor.service), available(), transaction.atomic():
            writer.append(note.body(actor, result="none"))


def operation(
    act: str, *, kind: ActKind | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a write. ``act`` = ``room.verb``; one record per call.

    ``kind`` decides what stays possible while the trace is not witnessed (``clocks``); without it the
    name decides: ``access.*`` changes permissions, ``*.export…`` is an export, the rest are writes.
    """
    chosen = kind or clocks.kind_of(act, writes=True)
    return lambda function: _act(function, act, chosen, writes=True)


def query(act: str, *, kind: ActKind | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a read that a person asked for (page, search, export); one record per call."""
    chosen = kind or clocks.kind_of(act, writes=False)
    return lambda function: _act(function, act, chosen, writes=False)


def record_event(
    act: str,
    *,
    result: str,
    rule: str = "",
    actor: Actor | None = None,
    account_id: UUID | None = None,
    unit_id: UUID | None = None,
    **detail: Any,
) -> None:
    """One record of what nobody called as an operation: a sign-in, a start, an alarm.

    Written into the running transaction or one of its own. Who it was: ``actor``, or the account (with
    its unit) where nobody acts yet. ``detail``: codes, counts, commitments.
    """
    body = Note(act, rule=rule, detail=detail).body(actor, result=result)
    if account_id is not None:
        body.update(actor=str(account_id), unit=str(unit_id or ""))
    with available(), transaction.atomic():
        writer.append(body)


def record_denial(note: Note, actor: Actor, refusal: Refused | NotFound | Unavailable) -> None:
    """Write a refusal in a transaction of its own, after the act was rolled back (settled.md 2).

    Inside somebody else's transaction it is written there, and stands or falls with it.
    """
    note.rule = getattr(refusal, "rule", "") or (
        clocks.RULE if isinstance(refusal, Unavailable) else "ACC-404"
    )
    with (
        acting_as(actor.account_id, service=actor.service),
        available(),
        transaction.atomic(),
    ):
        writer.append(note.body(actor, result="deny"))


@contextmanager
def available() -> Iterator[None]:
    """Turn "the database cannot work" into a sentence for the person."""
    try:
        yield
    except DatabaseError as error:
        if not writer.unreachable(error):
            raise
        raise Unavailable(
            "数据库暂时不可用，无法确认本次操作是否已经办理。请稍后刷新核对，再决定是否重做。"
        ) from error


def _act(function: Callable[P, R], act: str, kind: ActKind, *, writes: bool) -> Callable[P, R]:
    ACTS.setdefault(act, []).append(f"{function.__module__}.{function.__qualname__}")

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = kwargs.get("actor")
        if args or not isinstance(actor, Actor):
            raise TypeError(f"{act}: call with keywords only, actor=… first of all")
        outer = _note.get()
        if outer is not None and writes:
            raise RuntimeError(
                f"{act} was called inside {outer.act}: an operation is never part of another act. "
                "Move the shared part to steps.py and call that."
            )
        note = Note(act)
        if not writes:
            note.asked = asked(act, kwargs)
        mark = _note.set(note)
        try:
            if outer is not None:
                with levels.watched() as seen:
                    result = function(*args, **kwargs)
                note.level = max(note.level, seen.highest)
                clocks.admit_level(note.level, writes=False)
                note.shown |= seen.sensitive
                _say_why(note, actor, seen)
                outer.read(note)
                return result
            return _recorded(note, kind, actor, lambda: function(*args, **kwargs), writes=writes)
        finally:
            _note.reset(mark)

    return run


def asked(act: str, given: Mapping[str, Any]) -> str:
    """What a query was asked for, as a digest: filters, words, ids (security.md §1.3). Empty for nothing.

    Keyed, for words are few and may name somebody; whoever holds the instance's key can tell whether a
    certain question was asked. 128 bits in hexadecimal.
    """
    rest = {k: v for k, v in given.items() if k not in ("actor", "now") and v not in (None, "", ())}
    if all(isinstance(v, UUID) for v in rest.values()):  # which object it was stands in the record
        return ""
    text = json.dumps([act, _plain(rest)], sort_keys=True, ensure_ascii=False)
    return salted_hmac("lianxun.trace.asked", text, algorithm="sha256").hexdigest()[:32]


def _plain(value: object) -> object:
    """One spelling of the same question, whatever order its sets and keys came in."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return str(value)


def _recorded(note: Note, kind: ActKind, actor: Actor, call: Callable[[], R], *, writes: bool) -> R:
    """Run the act in its transaction and write its one record."""
    joined = not writes and transaction.get_connection().in_atomic_block
    part_of = None if writes else _page.get()
    try:
        with (
            acting_as(actor.account_id, service=actor.service),
            available(),
            nullcontext() if joined else transaction.atomic(durable=writes),
        ):
            clocks.admit(kind)
            if writes:
                once.claim(account_id=actor.account_id, act=note.act)
            with levels.watched() as seen:
                result = call()
            if not writes:
                note.level = max(note.level, seen.highest)
            clocks.admit_level(note.level, writes=writes)
            if not writes or kind == "export":
                note.shown |= seen.sensitive
            if not writes:
                _say_why(note, actor, seen)
            if part_of is None:
                if note.asked:
                    note.detail["asked"] = note.asked
                writer.append(note.body(actor, result="allow"))
            else:
                part_of.read(note)
        if writes:
            _acted()
        return result
    except (Refused, NotFound, clocks.Closed) as refusal:
        if part_of is None:
            record_denial(note, actor, refusal)
            _acted()
        raise


def _say_why(note: Note, actor: Actor, seen: levels.Seen) -> None:
    """Which rule let the object of a read be seen; the room of access knows."""
    row = seen.rows.get(note.obj_id) if note.obj_id and not note.rule else None
    if row is not None:
        announce("trace.read", actor=actor, note=note, row=row)


def _acted() -> None:
    """The form that is being handled has its record."""
    sent = _page.get()
    if sent is not None:
        sent.acted = True

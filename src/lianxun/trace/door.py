"""The one door of every act (architecture.md §1.2, §3): transaction, identity, record.

``@operation("leads.transfer")`` makes a keyword-only function the act: it opens its own outermost
transaction under the actor's identity, runs, writes exactly one record, commits. A refusal rolls back
and is recorded in a transaction of its own before the caller hears of it. ``@query`` does the same for
reading, inside the transaction the request already has.

A part of an act that an upper room calls inside its own operation is no operation: it lives in
``<room>/steps.py``, is undecorated and may use ``noting()``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import transaction

from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound, Refused
from lianxun.trace import writer
from lianxun.trace.records import Note

P = ParamSpec("P")
R = TypeVar("R")

_note: ContextVar[Note | None] = ContextVar("lianxun_note", default=None)


def noting() -> Note:
    """The record of the running act; ``LookupError`` outside of one."""
    note = _note.get()
    if note is None:
        raise LookupError("no act is running: call this inside an @operation or @query")
    return note


def _act(function: Callable[P, R], act: str, *, writes: bool) -> Callable[P, R]:
    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = kwargs.get("actor")
        if args or not isinstance(actor, Actor):
            raise TypeError(f"{act}: call with keywords only, actor=… first of all")
        note = Note(act)
        mark = _note.set(note)
        joined = not writes and transaction.get_connection().in_atomic_block
        try:
            with acting_as(actor.account_id, service=actor.service):
                with nullcontext() if joined else transaction.atomic(durable=writes):
                    result = function(*args, **kwargs)
                    writer.append(note.body(actor, result="allow"))
                return result
        except (Refused, NotFound) as refusal:
            _record_denial(note, actor, refusal)
            raise
        finally:
            _note.reset(mark)

    return run


def _record_denial(note: Note, actor: Actor, refusal: Refused | NotFound) -> None:
    note.rule = getattr(refusal, "rule", "") or "ACC-404"
    with acting_as(actor.account_id, service=actor.service), transaction.atomic():
        writer.append(note.body(actor, result="deny"))


def operation(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a write. ``act`` = ``room.verb``; one record per call."""
    return lambda function: _act(function, act, writes=True)


def query(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a read that a person asked for (page, search, export); one record per call."""
    return lambda function: _act(function, act, writes=False)

"""The one door of every act (architecture.md §1.2, §3): transaction, identity, record.

``@operation("leads.transfer")`` makes a keyword-only function the act: it opens its own outermost
transaction under the actor's identity, runs, writes exactly one record, commits. A refusal rolls back
and is recorded in a transaction of its own before the caller hears of it. ``@query`` does the same for
reading, inside the transaction the request already has.

A page is one act however many queries it makes: inside ``page(...)`` queries add to the page's record
instead of writing their own.

A part of an act that an upper room calls inside its own operation is no operation: it lives in
``<room>/steps.py``, is undecorated and may use ``noting()``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import transaction

from lianxun.fabric import once
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound, Refused
from lianxun.trace import writer
from lianxun.trace.records import Note

P = ParamSpec("P")
R = TypeVar("R")

_note: ContextVar[Note | None] = ContextVar("lianxun_note", default=None)
_page: ContextVar[Note | None] = ContextVar("lianxun_page", default=None)


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
                    if writes:
                        once.claim(account_id=actor.account_id, act=act)
                    result = function(*args, **kwargs)
                    page_note = None if writes else _page.get()
                    if page_note is None:
                        writer.append(note.body(actor, result="allow"))
                    else:
                        page_note.read(note)
                return result
        except (Refused, NotFound) as refusal:
            if writes or _page.get() is None:
                record_denial(note, actor, refusal)
            raise
        finally:
            _note.reset(mark)

    return run


def record_denial(note: Note, actor: Actor, refusal: Refused | NotFound) -> None:
    """Write a refusal in a transaction of its own, after the act was rolled back (settled.md 2)."""
    note.rule = getattr(refusal, "rule", "") or "ACC-404"
    with acting_as(actor.account_id, service=actor.service), transaction.atomic():
        writer.append(note.body(actor, result="deny"))


def operation(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a write. ``act`` = ``room.verb``; one record per call."""
    return lambda function: _act(function, act, writes=True)


def query(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a read that a person asked for (page, search, export); one record per call."""
    return lambda function: _act(function, act, writes=False)

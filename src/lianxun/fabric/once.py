"""One effect for a double click: the key of a form is stored in the transaction of the act.

The web takes the key from a hidden field, the API from ``Idempotency-Key``. Two equal submissions at
the same moment meet on the primary key: the second waits for the first and then finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from lianxun.fabric.models import Submission
from lianxun.kernel.problems import Problem

_key: ContextVar[UUID | None] = ContextVar("lianxun_submission", default=None)


class Repeated(Problem):
    """The same submission was carried out before; nothing was done again."""

    status = 409
    code = "repeated"

    def __init__(self) -> None:
        super().__init__("这份提交此前已经办理，没有重复办理。")


@contextmanager
def submission(key: UUID | None) -> Iterator[None]:
    """The acts inside belong to the submission ``key``."""
    mark = _key.set(key)
    try:
        yield
    finally:
        _key.reset(mark)


def claim(*, account_id: UUID, act: str) -> None:
    """Called by the door first thing in the act's transaction. Raises ``Repeated``."""
    key = _key.get()
    if key is None:
        return
    try:
        with transaction.atomic():
            Submission.objects.create(key=key, account=account_id, act=act, at=timezone.now())
    except IntegrityError as clash:
        raise Repeated from clash


def was_done(*, key: str, account_id: UUID) -> bool:
    """Whether this account's submission ``key`` had its effect already; nonsense is no key."""
    try:
        wanted = UUID(key)
    except ValueError:
        return False
    return Submission.objects.filter(key=wanted, account=account_id).exists()

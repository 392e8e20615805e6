"""Fail-closed clocks: how long the platform may go on while nobody outside witnesses the trace.

No checkpoint for ``warn`` seconds: a warning. No quorum of witnesses for ``restrict``: exports and
permission changes stop. For ``stop``: writes stop, and reading of 敏感 and 核心; the trace itself goes on,
reading of 内部 and below too (security.md §1.3, settled.md 13). The pattern is X-Road's: there the
exchange stops when time-stamping failed for four hours.

The three periods are rows in the database, changed by ``operations.change_clocks`` and recorded. A
platform without a witness policy runs on the clock of its checkpoints.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from lianxun.fabric.levels import SENSITIVE
from lianxun.kernel.problems import Unavailable
from lianxun.trace.records import ActKind

RULE = "TRACE-CLOCK"


class Closed(Unavailable):
    """Refused by the clocks; unlike other outages it can be, and is, recorded."""


class Alarm(IntEnum):
    """How far the platform is closed."""

    NONE = 0
    WARNING = 1
    RESTRICTED = 2
    STOPPED = 3

    @property
    def word(self) -> str:
        return ("正常", "预警", "限制导出和授权变更", "停止办理")[self]


@dataclass(frozen=True, slots=True)
class TraceState:
    """What ``trace.state()`` tells; times are real time, never the moved clock of a demonstration."""

    now: datetime
    size: int
    checkpoint_at: datetime
    quorum_size: int
    quorum_at: datetime
    inbox_since: datetime | None
    policy: str
    warn: int
    restrict: int
    stop: int

    @property
    def anchored_at(self) -> datetime:
        """When the trace was last out of the platform's own hands, as far as it can be."""
        return self.quorum_at if self.policy else self.checkpoint_at

    def seconds_since(self, then: datetime) -> float:
        return max(0.0, (self.now - then).total_seconds())

    @property
    def alarm(self) -> Alarm:
        age = self.seconds_since(self.anchored_at)
        if age > self.stop:
            return Alarm.STOPPED
        if age > self.restrict:
            return Alarm.RESTRICTED
        late = max(age, self.seconds_since(self.checkpoint_at))
        return Alarm.WARNING if late > self.warn else Alarm.NONE


_STOPS_AT: dict[ActKind, Alarm] = {
    "export": Alarm.RESTRICTED,
    "permission": Alarm.RESTRICTED,
    "write": Alarm.STOPPED,
}
_SENTENCES: dict[ActKind, str] = {
    "export": "留痕已超过规定时间未经见证，导出暂停。请联系审计管理员恢复见证后再试。",
    "permission": "留痕已超过规定时间未经见证，授权变更暂停。请联系审计管理员恢复见证后再试。",
    "write": "留痕已长时间未经见证，办理暂停，可以查看内部及以下事项。请联系审计管理员恢复见证后再试。",
    "read": "留痕已长时间未经见证，敏感及以上事项暂停查看。请联系审计管理员恢复见证后再试。",
}
_CLOSING = ("revoke", "block", "close_account", "sign_out")


def kind_of(act: str, *, writes: bool) -> ActKind:
    """What an act is by its name, where the decorator does not say it."""
    room, _, verb = act.partition(".")
    if verb.startswith(("export", "download", "print")):
        return "export"
    if not writes:
        return "read"
    if room == "access":
        return "safety" if verb.startswith(_CLOSING) else "permission"
    return "write"


def read_state(*, using: str = DEFAULT_DB_ALIAS) -> TraceState:
    """The state as the database knows it now (one small statement)."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select now, size, checkpoint_at, quorum_size, quorum_at, inbox_since, policy, "
            "warn, restrict, stop from trace.state()"
        )
        row = cursor.fetchone()
    return TraceState(*row)


class _Look:
    """The last look of this process; threads share it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.due = 0.0
        self.alarm = Alarm.NONE

    def now(self) -> Alarm:
        every: float = getattr(settings, "LIANXUN_TRACE_LOOK_SECONDS", 2.0)
        if every and time.monotonic() >= self.due and self.lock.acquire(blocking=False):
            try:
                self.alarm = read_state().alarm
                self.due = time.monotonic() + every
            finally:
                self.lock.release()
        return self.alarm


_look = _Look()


def look() -> Alarm:
    """Look at once (after a change of the clocks; in tests, which do not look by themselves)."""
    _look.alarm = read_state().alarm
    return _look.alarm


def admit(kind: ActKind) -> None:
    """``Closed`` if acts of this kind are stopped.

    Costs one small statement each ``LIANXUN_TRACE_LOOK_SECONDS`` and process (0 = never by itself).
    """
    if kind == "safety":
        return
    if _look.now() >= _STOPS_AT.get(kind, Alarm.STOPPED + 1):
        raise Closed(_SENTENCES[kind])


def admit_level(level: int, *, writes: bool) -> None:
    """Reading of 敏感 and above stops with the writes; the level is known after the read."""
    if not writes and level >= SENSITIVE and _look.alarm >= Alarm.STOPPED:
        raise Closed(_SENTENCES["read"])

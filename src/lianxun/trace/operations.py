"""Changes to how the trace is guarded; each is itself in the trace."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.digest import digest
from lianxun.kernel.problems import FieldError, Invalid, Refused
from lianxun.trace import clocks, door, rules
from lianxun.trace.notes import BadNote
from lianxun.trace.policy import Policy

SHORTEST, LONGEST = 10, 7 * 24 * 3600  # seconds; the database checks the same


@door.operation("trace.change_clocks", kind="safety")
def change_clocks(*, actor: Actor, now: datetime, warn: int, restrict: int, stop: int) -> None:
    """Set the three periods in seconds: warning, restriction, stop."""
    _guard(actor)
    errors = [
        FieldError(place, f"应在 {SHORTEST} 秒到 {LONGEST} 秒（7 天）之间。")
        for place, value in (("warn", warn), ("restrict", restrict), ("stop", stop))
        if not SHORTEST <= value <= LONGEST
    ]
    if not errors and not warn <= restrict <= stop:
        errors.append(FieldError("stop", "应满足：预警 ≤ 限制 ≤ 停止。"))
    if errors:
        raise Invalid(*errors)
    before = clocks.read_state()
    with connection.cursor() as cursor:
        cursor.execute("select trace.change_clocks(%s, %s, %s)", [warn, restrict, stop])
    door.noting().detail.update(
        before=[before.warn, before.restrict, before.stop], after=[warn, restrict, stop]
    )


@door.operation("trace.change_policy", kind="safety")
def change_policy(*, actor: Actor, now: datetime, text: str) -> None:
    """Put another witness policy in force (C2SP tlog-policy); an empty text ends witnessing.

    The policy that verifiers use is their own copy: whoever changes this one alone only changes whom
    the platform asks.
    """
    _guard(actor)
    if text:
        try:
            policy = Policy.parse(text)
        except BadNote as error:
            raise Invalid.at("text", f"见证规则有误：{error}") from error
        if any(not witness.url for witness in policy.witnesses):
            raise Invalid.at("text", "见证规则有误：每个见证方都要写明地址。")
    before = clocks.read_state().policy
    with connection.cursor() as cursor:
        cursor.execute("select trace.change_policy(%s)", [text])
    door.noting().detail.update(
        before_h=digest(before.encode()).hex(), after_h=digest(text.encode()).hex()
    )


def _guard(actor: Actor) -> None:
    decision = rules.may_set_clocks(actor)
    if isinstance(decision, Denied):
        raise Refused(decision)

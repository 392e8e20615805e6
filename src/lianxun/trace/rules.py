"""Who may ask what of the trace. The database holds the same lines (``sql/log.sql``)."""

from __future__ import annotations

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied

AUDITOR = "audit_admin"
SECURITY = "security_admin"
SYSTEM = "system_admin"


def may_audit(actor: Actor) -> Decision:
    """Search all records, whatever they are about (they hold codes and ids, never contents)."""
    if actor.has_role(AUDITOR):
        return Allowed("TRACE-AUDIT")
    return Denied("只有审计管理员可以查询全部留痕。", "TRACE-AUDIT")


def may_see_health(actor: Actor) -> Decision:
    """See inbox, checkpoints and witnesses."""
    if actor.has_role(AUDITOR, SECURITY, SYSTEM):
        return Allowed("TRACE-HEALTH")
    return Denied("只有系统、安全、审计管理员可以查看留痕的运行状态。", "TRACE-HEALTH")


def may_set_clocks(actor: Actor) -> Decision:
    """Change the fail-closed periods and the witness policy."""
    if actor.has_role(SECURITY):
        return Allowed("TRACE-CLOCKS")
    return Denied("只有安全管理员可以修改见证规则和停办时限。", "TRACE-CLOCKS")

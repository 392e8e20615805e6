"""Who may hold back, review, destroy, print. Pure."""

from __future__ import annotations

from uuid import UUID

from lianxun.fabric.safefiles import DOCX, PDF
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied

SENSITIVE = 2
MARKED = (PDF.content_type, DOCX.content_type)  # both forms of an official document
_REVIEWERS = ("coordinator", "liaison_officer", "team_leader", "leader")
_CHECKERS = ("coordinator", "leader")


def room_of(object_kind: str) -> str:
    return object_kind.split(".", 1)[0]


def _works_there(actor: Actor, object_kind: str) -> bool:
    return room_of(object_kind) in actor.duties


def may_hold(actor: Actor, *, object_kind: str) -> Decision:
    """Holding back only protects: whoever is responsible for such objects may do it."""
    if _works_there(actor, object_kind) and actor.has_role(*_REVIEWERS):
        return Allowed("DOC-HOLD")
    return Denied("法律保全由联络员、协调专员、组长或分管领导设定。", "DOC-HOLD")


def may_lift(actor: Actor, *, object_kind: str, placed_by: UUID) -> Decision:
    """Lifting opens the way to destruction: a leader, and never who placed it."""
    if actor.account_id == placed_by:
        return Denied("保全须由设定人以外的人解除。", "DOC-MAKER-CHECKER")
    if _works_there(actor, object_kind) and actor.has_role("leader"):
        return Allowed("DOC-LIFT")
    return Denied("法律保全由分管领导解除。", "DOC-LIFT")


def may_issue_rules(actor: Actor) -> Decision:
    """The office that keeps the documents prints the body's rules."""
    if "documents" in actor.duties and actor.has_role("coordinator"):
        return Allowed("DOC-RULES")
    return Denied("制度文本由联络员办公室的协调专员印制。", "DOC-RULES")


def may_draw(actor: Actor) -> Decision:
    """The job draws lists every night; a reviewer may ask for it by hand."""
    if actor.service or actor.has_role(*_REVIEWERS):
        return Allowed("DOC-DRAW")
    return Denied("期满清理由联络员、协调专员、组长或分管领导办理。", "DOC-DRAW")


def may_review(actor: Actor, *, object_kind: str) -> Decision:
    """The first of two: looks at each entry and says what goes and what stays."""
    if _works_there(actor, object_kind) and actor.has_role(*_REVIEWERS):
        return Allowed("DOC-REVIEW")
    return Denied("销毁清册由联络员、协调专员、组长或分管领导审核。", "DOC-REVIEW")


def may_destroy(actor: Actor, *, object_kind: str, reviewed_by: UUID | None) -> Decision:
    """The second of two: never who reviewed."""
    if actor.account_id == reviewed_by:
        return Denied("监销人不能是审核人，请由另一名同志监销。", "DOC-MAKER-CHECKER")
    if _works_there(actor, object_kind) and actor.has_role(*_CHECKERS):
        return Allowed("DOC-DESTROY")
    return Denied("销毁由协调专员或分管领导监销。", "DOC-DESTROY")


def may_print(actor: Actor, *, content_type: str, role: str) -> Decision:
    """Paper is made from the fixed form only; data is not printed."""
    if content_type != "application/pdf":
        return Denied("只能打印 PDF 版，请选择同一文件的 PDF。", "DOC-PRINT-FORM")
    if role in {"delivery", "export"}:
        return Denied("共享数据和导出文件不打印。", "DOC-PRINT-DATA")
    if actor.has_role("contact", "system_admin", "security_admin", "audit_admin"):
        return Denied("本人职责不含文件打印。", "DOC-PRINT")
    return Allowed("DOC-PRINT")


def needs_release(level: int) -> bool:
    """From 敏感 on another person lets a document out on paper."""
    return level >= SENSITIVE


def needs_mark(level: int, role: str, content_type: str) -> bool:
    """An official document from 敏感 on never leaves without the mark of who took it."""
    return level >= SENSITIVE and role == "official" and content_type in MARKED


def may_release(actor: Actor, *, asked_by: UUID) -> Decision:
    if actor.account_id == asked_by:
        return Denied("放行人不能是申请人。", "DOC-MAKER-CHECKER")
    if actor.has_role("leader", "coordinator", "team_leader"):
        return Allowed("DOC-RELEASE")
    return Denied("打印由分管领导、协调专员或组长放行。", "DOC-RELEASE")


def may_take(actor: Actor, *, asked_by: UUID) -> Decision:
    """Whoever asked takes the copies and answers for them."""
    if actor.account_id == asked_by:
        return Allowed("DOC-TAKE")
    return Denied("由申请人本人打印。", "DOC-TAKE")


def may_settle(actor: Actor, *, asked_by: UUID) -> Decision:
    """Copies are taken back by whoever had them made, or by the desk."""
    if actor.account_id == asked_by or actor.has_role("coordinator", "leader", "team_leader"):
        return Allowed("DOC-SETTLE")
    return Denied("纸质件由申请人、协调专员或组长登记清退。", "DOC-SETTLE")

"""Bring a matter before a body, inside the act of an upper room."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.approvals.enums import MatterState, Quorum
from lianxun.approvals.models import Matter
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting


def propose(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    object_kind: str,
    object_id: UUID,
    title: str,
    body_id: UUID,
    labels: Labels,
    summary: str = "",
    facts: dict[str, Any] | None = None,
    quorum: Quorum = Quorum.ANY,
) -> UUID:
    """Ask ``body_id`` to decide ``code`` about an object. The answer comes as ``approvals.decided``."""
    body = Unit.objects.filter(id=body_id).first()
    if body is None:
        raise Invalid.at("body", "没有这个审批机构，请从机构列表中选择。")
    columns = labels.columns() | {"addressee_unit": body.id, "addressee_path": body.path}
    try:
        with transaction.atomic():
            matter = Matter.objects.create(
                created_at=now,
                code=code,
                object_kind=object_kind,
                object_id=object_id,
                title=title[:200],
                summary=summary,
                facts=facts or {},
                body=body,
                proposed_by_id=actor.account_id,
                quorum=quorum,
                state=MatterState.PENDING,
                **columns,
            )
    except IntegrityError as clash:
        raise WrongState("同一事项正在审批，不能重复提请。") from clash
    noting().detail.setdefault("matters", []).append(str(matter.id))
    return matter.id

"""Bring a matter before a body, inside the act of an upper room."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.approvals.enums import MatterState, Quorum
from lianxun.approvals.models import Matter
from lianxun.approvals.people import BARRED, entitled
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting

TITLE = 200  # characters


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
    barred: Collection[UUID] = (),
    remark: str = "",
) -> UUID:
    """Ask ``body_id`` to decide ``code`` about an object. The answer comes as ``approvals.decided``.

    ``barred`` people neither vote nor count: what they asked for is what is decided about. A matter that
    was returned or refused before is linked, with ``remark`` on what was changed since.
    """
    body = Unit.objects.filter(id=body_id).first()
    if body is None:
        raise Invalid.at("body", "没有这个审批机构，请从机构列表中选择。")
    if len(title) > TITLE:
        raise Invalid.at("title", f"事项名称不超过 {TITLE} 字（现为 {len(title)} 字），请精简。")
    given = dict(facts or {})
    if barred:
        given[BARRED] = [str(account) for account in barred]
    columns = labels.columns() | {"addressee_unit": body.id, "addressee_path": body.path}
    try:
        with transaction.atomic():
            matter = Matter.objects.create(
                created_at=now,
                code=code,
                object_kind=object_kind,
                object_id=object_id,
                title=title,
                summary=summary,
                facts=given,
                body=body,
                proposed_by_id=actor.account_id,
                quorum=quorum,
                state=MatterState.PENDING,
                previous=_previous(code, object_id),
                remark=fitting("remark", remark, 500),
                **columns,
            )
    except IntegrityError as clash:
        raise WrongState("同一事项正在审批，不能重复提请。") from clash
    voters = entitled(matter)
    if not voters:
        raise WrongState(
            f"{body.name}没有可以表决的成员（提请人、申请人本人和须回避的成员不能表决），请先由安全管理员补充审批人员。"
        )
    duties.notify(
        now=now,
        accounts=voters,
        code=NoticeCode.DECIDE,
        object_kind="approvals.matter",
        object_id=matter.id,
    )
    noting().detail.setdefault("matters", []).append(str(matter.id))
    return matter.id


def _previous(code: str, object_id: UUID) -> Matter | None:
    """The last matter of the same kind about the same object, if the body did not agree to it."""
    last = (
        Matter.objects.filter(code=code, object_id=object_id).order_by("-created_at", "-id").first()
    )
    if last is None or last.state not in {MatterState.RETURNED, MatterState.REJECTED}:
        return None
    return last

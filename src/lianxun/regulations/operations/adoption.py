"""An institution document before the body that adopts it (settled.md 16), and what its answer does."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from lianxun.approvals import steps as approvals
from lianxun.approvals.enums import MatterState, Quorum
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.regulations import rules
from lianxun.regulations.enums import InstitutionState as S
from lianxun.regulations.models import Institution
from lianxun.regulations.operations.common import require
from lianxun.regulations.operations.institutions import (
    KIND,
    check_particulars,
    come_into_force,
    expect,
    load,
    move,
    not_before_a_body,
)
from lianxun.trace.door import operation

CODE: Final = "regulations.institution"
BODIES: Final = (UnitKind.COMMITTEE, UnitKind.LEADING_GROUP)


@operation("regulations.bring_institution")
def bring(
    *,
    actor: Actor,
    now: datetime,
    institution_id: UUID,
    revision: int,
    body: str,
    effective_on: date,
    document_number: str = "",
    everyone: bool = True,
    all_sign: bool = False,
) -> UUID:
    """The reviewer brings a document before the committee or the leading group of its tier.

    ``all_sign``: every member signs (会签) instead of one decision. Returns the id of the matter.
    """
    row = load(institution_id, revision)
    require(rules.may_review(actor, drafted_by=row.drafted_by_id))
    expect(row, S.REVIEW)
    not_before_a_body(row)
    check_particulars(row, effective_on=effective_on, everyone=everyone)
    row.reviewed_by_id = actor.account_id
    row.matter = approvals.propose(
        actor=actor,
        now=now,
        code=CODE,
        object_kind=KIND,
        object_id=row.id,
        title=f"关于提请审议《{row.title}》（第 {row.edition} 版）的请示",
        summary=row.reason or f"《{row.title}》已经审核，提请审议。",
        body_id=_body(row, body).id,
        labels=Labels.of(row),
        quorum=Quorum.ALL if all_sign else Quorum.ANY,
        facts={
            "effective_on": effective_on.isoformat(),
            "document_number": fitting("document_number", document_number, 100),
            "everyone": everyone,
        },
    )
    move(row, S.REVIEW, "reviewed_by", "matter")
    return row.matter


def _body(row: Institution, kind: str) -> Unit:
    """The body of the owner's tier under the same top unit."""
    if kind not in BODIES:
        raise Invalid.at("body", "请选择审议机构。")
    owner = Unit.objects.get(id=row.owner_unit)
    top = owner.path.split("/", 1)[0] + "/"
    found = Unit.objects.filter(kind=kind, tier=owner.tier, path__startswith=top)
    body = found.order_by("path").first()
    if body is None:
        raise NotFound(f"本级没有登记“{UnitKind(kind).label}”，请先在“组织”中登记。")
    return body


def decided(
    *,
    actor: Actor,
    now: datetime,
    institution_id: UUID,
    state: str,
    comment: str,
    facts: dict[str, Any],
) -> None:
    """Handler of ``approvals.decided``: in force, or back to the drafter with what was said.

    A matter that its proposer withdrew leaves the document with the reviewer.
    """
    row = Institution.objects.select_for_update().get(id=institution_id)
    if state == MatterState.APPROVED:
        row.decided_by = f"{Unit.objects.get(id=actor.unit_id).name}审批同意"
        come_into_force(
            row,
            actor=actor,
            now=now,
            effective_on=date.fromisoformat(facts["effective_on"]),
            document_number=str(facts["document_number"]),
            everyone=bool(facts["everyone"]),
        )
        return
    row.matter = None
    if state == MatterState.WITHDRAWN:
        move(row, S.REVIEW, "matter")
        return
    row.opinion = (comment.strip() or MatterState(state).label)[:500]
    move(row, S.DRAFT, "matter", "opinion")


__all__ = ["CODE", "bring", "decided"]

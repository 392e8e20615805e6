"""What a lower room announces and this one tells people about, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from lianxun.access.queries import accounts_at, security_administrators, service_actor
from lianxun.duties.enums import REVIEW_CODE, REVIEW_KIND, NoticeCode
from lianxun.duties.records import Responsible
from lianxun.duties.steps.closing import fulfil
from lianxun.duties.steps.noticing import notify
from lianxun.duties.steps.opening import open_duty
from lianxun.fabric import outbox
from lianxun.fabric.handlers import handles
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.organisation.models import Unit

GRANT, SHARE = "access.grant", "access.share"
REVIEW_DUE, REVIEWED = "access.review_due", "access.reviewed"
DISPOSAL = "documents.disposal"
TOLD = ["leader", "coordinator", "liaison_officer"]
DISPOSE = "DT-DC-DISPOSE"


@handles("access.break_glass_asked")
def tell_second(*, grant_id: UUID, second: UUID, now: datetime) -> None:
    """The second person finds the request in his inbox."""
    notify(
        now=now, accounts=[second], code=NoticeCode.CONSENT, object_kind=GRANT, object_id=grant_id
    )


@handles("access.break_glass_opened")
def tell_owner(
    *,
    grant_id: UUID,
    object_kind: str,
    object_id: UUID,
    owner_unit: UUID | None,
    second_unit: UUID,
    now: datetime,
    **_: Any,
) -> None:
    """The owner learns at once that something of his was opened; the reviewers learn of their duty."""
    if owner_unit is not None:
        notify(
            now=now,
            accounts=accounts_at(
                unit_id=owner_unit, roles=["leader", "coordinator", "liaison_officer"]
            ),
            code=NoticeCode.OPENED,
            object_kind=object_kind,
            object_id=object_id,
        )
    notify(
        now=now,
        accounts=security_administrators(),
        code=NoticeCode.REVIEW,
        object_kind=GRANT,
        object_id=grant_id,
    )
    # Opened by the platform: the second person need not hold the duties of a clock.
    outbox.put(
        REVIEW_DUE,
        key=f"{REVIEW_DUE}:{grant_id}",
        payload={"grant": str(grant_id), "unit": str(second_unit), "at": now.isoformat()},
        now=now,
    )


@handles(f"outbox.{REVIEW_DUE}")
def open_review(*, payload: dict[str, str], key: str, now: datetime) -> None:
    """The review is a duty of the second person's unit, from the moment of the opening on."""
    opened = datetime.fromisoformat(payload["at"])
    unit = Unit.objects.get(id=payload["unit"])
    open_duty(
        actor=service_actor(service="duties"),
        now=opened,
        template_code=REVIEW_CODE,
        object_kind=REVIEW_KIND,
        object_id=UUID(payload["grant"]),
        title=f"{timezone.localtime(opened):%Y年%-m月%-d日 %H:%M} 开启的应急调阅",
        responsible=Responsible(unit.id, unit.short_name),
        labels=Labels(
            level=Level.INTERNAL, region=unit.region, owner_unit=unit.id, owner_path=unit.path
        ),
    )


@handles("access.break_glass_reviewed")
def review_done(*, grant_id: UUID, actor: Actor, now: datetime) -> None:
    """The platform closes the clock: a security administrator who reviews sees no business data."""
    outbox.put(
        REVIEWED,
        key=f"{REVIEWED}:{grant_id}",
        payload={"grant": str(grant_id), "by": str(actor.account_id)},
        now=now,
    )


@handles(f"outbox.{REVIEWED}")
def close_review(*, payload: dict[str, str], key: str, now: datetime) -> None:
    fulfil(
        actor=service_actor(service="duties"),
        now=now,
        object_kind=REVIEW_KIND,
        object_id=UUID(payload["grant"]),
        template_code=REVIEW_CODE,
        reason="已审查",
    )


@handles("access.share_asked")
def tell_second_of_share(*, grant_id: UUID, second: UUID, now: datetime) -> None:
    """The second person of a share finds it in his inbox."""
    notify(now=now, accounts=[second], code=NoticeCode.SHARE, object_kind=SHARE, object_id=grant_id)


@handles("access.share_ended")
def tell_both_of_end(
    *, share: UUID, giver: UUID, taker: UUID | None, unit: UUID | None, now: datetime
) -> None:
    """The object was raised above what the share was given for: who gave it and who had it are told."""
    had = [taker] if taker else accounts_at(unit_id=unit, roles=TOLD) if unit else []
    notify(
        now=now,
        accounts=[giver, *(a for a in had if a != giver)],
        code=NoticeCode.SHARE_ENDED,
        object_kind=SHARE,
        object_id=share,
    )


@handles("documents.list_drawn")
def open_disposal(*, actor: Actor, now: datetime, disposal: dict[str, Any]) -> None:
    """What ran out is decided within a month: the owner's reviewers are told, a clock runs."""
    labels = disposal["labels"]
    owner = Unit.objects.filter(id=labels.owner_unit).first()
    if owner is None:
        return
    open_duty(
        actor=actor,
        now=now,
        template_code=DISPOSE,
        object_kind=disposal["object_kind"],
        object_id=disposal["id"],
        title="保管期满清单",
        responsible=Responsible(owner.id, owner.short_name),
        labels=labels,
    )
    _tell(now, owner.id, disposal["id"], "coordinator", "liaison_officer")


@handles("documents.list_reviewed")
def tell_checkers(*, actor: Actor, now: datetime, disposal: dict[str, Any]) -> None:
    """The second person finds the list in his inbox."""
    _tell(now, disposal["labels"].owner_unit, disposal["id"], "coordinator", "leader")


@handles("documents.list_settled")
def close_disposal(*, actor: Actor, now: datetime, disposal: dict[str, Any]) -> None:
    fulfil(
        actor=actor,
        now=now,
        object_kind=disposal["object_kind"],
        object_id=disposal["id"],
        template_code=DISPOSE,
    )


def _tell(now: datetime, unit: UUID, disposal: UUID, *roles: str) -> None:
    notify(
        now=now,
        accounts=accounts_at(unit_id=unit, roles=list(roles)),
        code=NoticeCode.DISPOSE,
        object_kind=DISPOSAL,
        object_id=disposal,
    )


@handles("documents.print_asked")
def tell_releasers(*, actor: Actor, now: datetime, order: UUID, owner: UUID) -> None:
    """Somebody else of the asker's unit lets the print out."""
    notify(
        now=now,
        accounts=[
            account
            for account in accounts_at(
                unit_id=actor.unit_id, roles=["leader", "coordinator", "team_leader"]
            )
            if account != actor.account_id
        ],
        code=NoticeCode.PRINT,
        object_kind="documents.print",
        object_id=order,
    )

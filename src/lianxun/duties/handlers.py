"""What a lower room announces and this one tells people about, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.access.queries import accounts_at, security_administrators
from lianxun.duties.enums import NoticeCode
from lianxun.duties.steps.noticing import notify
from lianxun.fabric.handlers import handles

GRANT = "access.grant"


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

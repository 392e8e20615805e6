"""Point people to an object in their inbox; what it is about stays with the object."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from lianxun.duties.enums import NoticeCode
from lianxun.duties.models import Notice


def notify(
    *,
    now: datetime,
    accounts: Iterable[UUID],
    code: NoticeCode,
    object_kind: str,
    object_id: UUID,
) -> None:
    """One unread notice per account, cause and object, however often this is called; what comes again after it
    was read is told again.

    ``access.queries.accounts_at`` finds the accounts of a unit by role.
    """
    Notice.objects.bulk_create(
        [
            Notice(
                created_at=now,
                account=account,
                code=code.value,
                object_kind=object_kind,
                object_id=object_id,
            )
            for account in accounts
        ],
        ignore_conflicts=True,
    )

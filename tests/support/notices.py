"""The inbox of one person about one matter."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F

from lianxun.duties.models import Notice
from lianxun.fabric.identity import acting_as
from tests.support.cast import account_id


def notices(who: str, matter: UUID, *, read: bool = False) -> list[str]:
    """What somebody was told of a matter and has not read; ``read``: he reads it now."""
    with acting_as(account_id(who)), transaction.atomic():
        rows = Notice.objects.filter(
            account=account_id(who), object_id=matter, read_at__isnull=True
        ).order_by("code")
        found = list(rows.values_list("code", flat=True))
        if read:
            rows.update(read_at=F("created_at"))
        return found

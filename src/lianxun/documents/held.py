"""What is held back, for every act that would destroy something (法律保全)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from lianxun.documents.enums import HoldState
from lianxun.documents.models import LegalHold


def lock_object(object_id: UUID) -> None:
    """Until this act ends nobody else places a hold on the object or destroys it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 11))", [str(object_id)])


def held_among(ids: Collection[UUID]) -> set[UUID]:
    """Which of these objects a hold stands on."""
    rows = LegalHold.objects.filter(object_id__in=list(ids), state=HoldState.HELD)
    return set(rows.values_list("object_id", flat=True))

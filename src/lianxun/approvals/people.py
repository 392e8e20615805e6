"""Who of a body may vote on a matter."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from lianxun.access.models import Account
from lianxun.approvals.models import Matter

BARRED = "barred"


def barred_of(matter: Matter) -> frozenset[UUID]:
    """Accounts whose own request the matter is about: they neither vote nor count."""
    return frozenset(UUID(x) for x in matter.facts.get(BARRED, ()))


def entitled(matter: Matter) -> list[UUID]:
    """The people of the body who may vote on it: not the proposer, nobody barred, nobody recused."""
    with connection.cursor() as cursor:
        cursor.execute("select lx.recused_voters(%s)", [matter.id])
        recused = [row[0] for row in cursor.fetchall()]
    rows = Account.objects.filter(
        unit__path__startswith=matter.body.path,
        is_active=True,
        duties__contains=["approvals"],
        roles__overlap=["leader", "coordinator"],
    ).exclude(id__in=[matter.proposed_by_id, *barred_of(matter), *recused])
    return list(rows.order_by("username").values_list("id", flat=True))

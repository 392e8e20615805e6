"""Who of a unit can see an object: before people are asked about it, not after."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from lianxun.access import rules
from lianxun.access.in_office import in_use
from lianxun.access.queries import known
from lianxun.access.records import Subject
from lianxun.kernel.actor import NO_REGION


def readers(
    *, kind: str, object_id: UUID, unit_ids: Iterable[UUID], roles: list[str]
) -> dict[UUID, list[UUID]]:
    """Unit → its active accounts with one of ``roles`` that can see the object today, by the rule table.

    The acting person must see it himself. Raises ``NotFound``. Why somebody does not see it, nobody learns.
    """
    obj = known(kind=kind, object_id=object_id)
    people = list(
        in_use()
        .filter(unit_id__in=list(unit_ids), roles__overlap=roles, service="")
        .select_related("unit")
        .order_by("username")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from lx.stands_to(%s::uuid[], %s, %s, %s, %s)",
            [[str(a.id) for a in people], kind, object_id, obj.subject_org, obj.engagement],
        )
        stands = {row[0]: row[1:] for row in cursor.fetchall()}
    found: dict[UUID, list[UUID]] = {}
    for account in people:
        if account.id not in stands:  # not answered: nobody is taken to see it
            continue
        recused, member, shared = stands[account.id]
        subject = Subject(
            account_id=account.id,
            unit_path=account.unit.path,
            clearance=account.clearance,
            duties=frozenset(account.duties),
            region=(account.region_lo, account.region_hi)
            if account.region_lo is not None and account.region_hi is not None
            else NO_REGION,
            compartments=frozenset(account.compartments),
            recused_orgs=frozenset({obj.subject_org} if recused and obj.subject_org else ()),
            engagements=frozenset({obj.engagement} if member and obj.engagement else ()),
            shared=frozenset({obj.id} if shared else ()),
        )
        if rules.explain(subject, obj).allowed:
            found.setdefault(account.unit_id, []).append(account.id)
    return found

"""回避：是/否. The facts stay hidden from whoever asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import NAMESPACE_DNS, UUID, uuid5

from django.db import transaction

from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation import rules
from lianxun.organisation.enums import RecusalKind, UnitKind
from lianxun.organisation.models import (
    Person,
    RecusalFact,
    Unit,
    UnitPeriod,
)
from lianxun.organisation.queries.rows import (
    day_of,
)
from lianxun.trace.door import noting, query

RECUSAL_ACCOUNT = uuid5(NAMESPACE_DNS, "service.recusal.lianxun")
RECUSAL_SERVICE = "recusal"


@query("organisation.recusal")
def recusal(
    *, actor: Actor, now: datetime, person_ids: Sequence[UUID], unit_id: UUID
) -> dict[UUID, bool]:
    """回避：是/否 for each person towards an inspected organisation; the facts stay hidden.

    The platform's service identity reads the facts and hands back the answer alone (settled.md 29).
    """
    found = recusal_codes(person_ids=person_ids, unit_id=unit_id, on=day_of(now))
    noting().about(
        "organisation.unit", unit_id, asked=len(found), yes=sum(map(bool, found.values()))
    )
    return {person: bool(codes) for person, codes in found.items()}


def recusal_codes(
    *, person_ids: Sequence[UUID], unit_id: UUID, on: date
) -> dict[UUID, tuple[str, ...]]:
    """Rule codes for the room that records recusals (never shown to anybody but the person)."""
    wanted = list(dict.fromkeys(person_ids))
    with transaction.atomic(), acting_as(RECUSAL_ACCOUNT, service=RECUSAL_SERVICE):
        org = Unit.objects.filter(id=unit_id).first()
        if org is None:
            raise NotFound("没有这个单位。")
        inspected = rules.Inspected(
            unit=org.id, path=org.path, region=org.region, names=_names_of(org)
        )
        facts: dict[UUID, list[rules.Fact]] = defaultdict(list)
        for f in RecusalFact.objects.filter(person_id__in=wanted).select_related("organisation"):
            tied = f.organisation
            facts[f.person_id].append(
                rules.Fact(
                    kind=f.kind,
                    related_unit=tied.id if tied else None,
                    related_path=tied.path if tied else None,
                    reaches_down=tied is not None and tied.kind != UnitKind.GOVERNMENT,
                    organisation=f.organisation_name,
                    place=f.place,
                    relation=f.relation,
                    since=f.since,
                    until=f.until,
                )
            )
        # Whoever works there now need not declare it.
        homes = Person.objects.filter(id__in=wanted).values_list("id", "unit_id", "unit_path")
        for ident, home, path in homes:
            facts[ident].append(
                rules.Fact(kind=RecusalKind.WORKS, related_unit=home, related_path=path)
            )
    return {p: tuple(rules.recusal_reasons(facts[p], inspected, on)) for p in wanted}


def _names_of(org: Unit) -> frozenset[str]:
    names = {org.name, org.short_name}
    for name, short in UnitPeriod.objects.filter(unit=org).values_list("name", "short_name"):
        names |= {name, short}
    return frozenset(names)

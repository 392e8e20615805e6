"""责任确认 (R-4.4-1): whoever holds a post says for what he answers in it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.duties.clocks import day_of
from lianxun.duties.models import Answering
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from lianxun.organisation.enums import PUBLIC_APPOINTMENTS
from lianxun.organisation.models import Unit
from lianxun.organisation.queries.rows import appointments_on
from lianxun.trace.door import noting, operation

LEAST, MOST = 10, 300
RULE = "DUT-ANSWER"


@operation("duties.confirm_responsibility")
def confirm_responsibility(
    *, actor: Actor, now: datetime, appointment_id: UUID, words: str
) -> UUID:
    """Confirm one's own responsibility in a post of the chain. Once a day; what was said before stays.

    Raises ``NotFound`` for a post that is none today, ``Refused`` for somebody else's.
    """
    today = day_of(now)
    held = appointments_on(today).filter(id=appointment_id, kind__in=PUBLIC_APPOINTMENTS).first()
    if held is None:
        raise NotFound
    if held.person_id != actor.person_id:
        raise Refused(Denied("责任由任职的本人确认。", RULE))
    said = words.strip()
    if not LEAST <= len(said) <= MOST:
        raise Invalid.at("words", f"请写明对什么负责（{LEAST}—{MOST} 字，现为 {len(said)} 字）。")
    unit = Unit.objects.get(id=held.unit_id)
    try:
        with transaction.atomic():
            row = Answering.objects.create(
                created_at=now,
                unit=unit.id,
                unit_name=unit.name,
                appointment=held.id,
                kind=held.kind,
                person=held.person_id,
                name=actor.name[:40],
                words=said,
                on_date=today,
                level=Level.INTERNAL,
                region=unit.region,
                owner_unit=actor.unit_id,
                owner_path=actor.unit_path,
                addressee_unit=unit.id,
                addressee_path=unit.path,
            )
    except IntegrityError as clash:
        raise WrongState("今天已经确认过，需要修改的请明天再次确认。") from clash
    noting().about("duties.answering", row.id, level=row.level, rule=RULE, unit=str(unit.id))
    return row.id

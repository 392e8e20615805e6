"""How people stand to a matter is a secret of its own: who is recused from whom, who works on what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from lianxun.access import recusal
from lianxun.fabric.identity import acting_as
from tests.support.cast import account_id


def stands(cast: Any, who: str, subject: UUID) -> list[tuple[Any, ...]]:
    """What the database answers to a session that names an organisation and a person."""
    people = [str(account_id("deputy_leader"))]
    with acting_as(account_id(who)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select * from lx.stands_to(%s::uuid[], 'leads.lead', null, %s, null)",
            [people, subject],
        )
        return list(cursor.fetchall())


def test_who_is_recused_from_whom_is_answered_to_who_convenes_only(cast: Any) -> None:
    subject = cast["contact"].unit_id
    asked = account_id("deputy_leader")
    for who in ("deputy_leader", "leader"):
        recusal.declare_recusal(
            actor=cast[who], now=cast.now, organisation=subject, reason_code="interest"
        )
    assert stands(cast, "coordinator", subject) == [(asked, True, False, False)]
    # Who convenes nothing, an administrator, whom it is about, who has the duty and is recused himself.
    for stranger in ("finance", "security_admin", "contact", "leader"):
        assert stands(cast, stranger, subject) == [], stranger

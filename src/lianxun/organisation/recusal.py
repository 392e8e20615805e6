"""Does somebody have to step aside? Codes for the room that proposes teams; nobody sees the facts."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from lianxun.organisation.queries.recusal import recusal_codes


def conflicts(*, person_id: UUID, organisation_id: UUID, on: date) -> tuple[str, ...]:
    """Codes of the ties that make a person step aside from an organisation on a day; empty = 否."""
    return recusal_codes(person_ids=[person_id], unit_id=organisation_id, on=on)[person_id]

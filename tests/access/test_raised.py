"""A share ends with the level it was given for; who asked about whom is on record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from lianxun.access.kinds import KINDS
from lianxun.access.models import Account, Grant
from lianxun.duties.models import Notice
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import NotFound
from lianxun.leads.operations.common import LEADS
from lianxun.trace.door import operation
from tests.leads.support import Desk
from tests.support.cast import account_id
from tests.web.test_known import GIVER, TAKER, consent, desk, give, lead, set_level, trace
from tests.web.test_pages import client_of

__all__ = ["desk", "lead", "trace"]  # fixtures


@operation("leads.test_raise")
def raising(*, actor: Any, now: Any, lead_id: UUID, level: int) -> None:
    """An act that stores a level, as a room would write it."""
    row = LEADS.lock(lead_id)
    row.level = level
    LEADS.save(row, "level")


def raised(desk: Desk, lead: UUID, level: int, who: str = GIVER) -> None:
    raising(actor=desk.cast[who], now=desk.cast.now, lead_id=lead, level=level)


def told(who: str, grant: UUID) -> list[str]:
    with acting_as(account_id(who)), transaction.atomic():
        mine = Notice.objects.filter(object_id=grant, account=account_id(who))
        return sorted(mine.values_list("code", flat=True))


def test_a_share_ends_when_its_object_becomes_sensitive(desk: Desk, lead: UUID, trace: Any) -> None:
    set_level(lead, 1)
    grant = give(desk, lead, second=None)
    assert desk.see(lead, TAKER).id == lead
    raised(desk, lead, 2)
    with pytest.raises(NotFound):
        desk.see(lead, TAKER)
    (body,) = trace.of("leads.test_raise")
    assert body["detail"]["shares_ended"] == [str(grant)]
    assert told(GIVER, grant) == told(TAKER, grant) == ["share_ended"]
    raised(desk, lead, 1)  # what ended stays ended: it is given anew or not at all
    with pytest.raises(NotFound):
        desk.see(lead, TAKER)


def test_a_share_with_consent_goes_on_until_the_object_is_never_shared(
    desk: Desk, lead: UUID
) -> None:
    set_level(lead, 2)
    grant = give(desk, lead)
    consent(desk, grant)
    set_level(lead, 1)
    raised(desk, lead, 2)
    assert desk.see(lead, TAKER).id == lead
    assert "share_ended" not in told(GIVER, grant)
    raised(desk, lead, 3, who="leader")
    with acting_as(account_id(GIVER)), transaction.atomic():
        assert Grant.objects.get(id=grant).revoked_at is not None
    assert "share_ended" in told(GIVER, grant)


def test_a_small_step_and_other_objects_end_nothing(desk: Desk, lead: UUID) -> None:
    other = desk.register()
    for one in (lead, other):
        set_level(one, 0)
        give(desk, one, second=None)
    raised(desk, lead, 1)
    assert desk.see(lead, TAKER).id == lead
    raised(desk, lead, 2)
    assert desk.see(other, TAKER).id == other


def test_the_database_ends_it_whoever_raises_the_level(desk: Desk, lead: UUID) -> None:
    """Without any act of ours: one statement at the table."""
    set_level(lead, 1)
    grant = give(desk, lead, second=None)
    set_level(lead, 2)
    with acting_as(account_id(GIVER)), transaction.atomic():
        row = Grant.objects.get(id=grant)
    assert row.revoked_at is not None
    assert row.revision == 2


def test_every_kind_that_can_be_shared_is_watched(cast: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where t.tgname = 'end_shares'"
        )
        watched = {row[0] for row in cursor.fetchall()}
        places = set()
        for kind in KINDS:
            cursor.execute("select lx.place_of(%s)::text", [kind])
            places.add(cursor.fetchone()[0])
    assert places <= watched


def test_who_asked_about_whom_stands_on_the_record(desk: Desk, lead: UUID, trace: Any) -> None:
    username = Account.objects.get(id=account_id(TAKER)).username
    url = f"/known/of/leads.lead/{lead}/"
    client_of(GIVER).get(url, {"of": username})
    client_of(GIVER).get(url, {"of": "nobody"})
    details = [b["detail"] for b in trace if b["obj_id"] == str(lead)]
    assert str(account_id(TAKER)) in str(details[-2])
    assert str(account_id(TAKER)) not in str(details[-1])

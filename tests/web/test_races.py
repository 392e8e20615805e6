"""T8: fifty equal submissions at once have one effect; two changes of one revision make one; a right that
is taken away in between is gone with the next statement."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction
from django.test import Client

from lianxun.access import operations as access
from lianxun.fabric.identity import acting_as
from lianxun.leads.models import Lead
from tests.leads.support import Desk
from tests.support.cast import Cast, account_id, unit_id
from tests.web.test_pages import client_of

# Fifty threads, each with a connection of its own: too much for the everyday run.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
AT_ONCE = 50


def together(clients: list[Client], url: str, form: dict[str, str]) -> Counter[int]:
    """The same form from every client at the same moment; how often each status came back."""
    told: Counter[int] = Counter()
    start, lock = threading.Barrier(len(clients)), threading.Lock()

    def send(client: Client) -> None:
        try:
            start.wait(60)
            status = client.post(url, form).status_code
        finally:
            connections.close_all()
        with lock:
            told[status] += 1

    threads = [threading.Thread(target=send, args=(c,)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def copies(who: str, count: int) -> list[Client]:
    first = client_of(who)
    found = []
    for _ in range(count):
        one = Client(raise_request_exception=False)
        one.cookies = first.cookies
        found.append(one)
    return found


def rows(**wanted: Any) -> list[Lead]:
    with acting_as(account_id("coordinator")), transaction.atomic():
        return list(Lead.objects.filter(**wanted))


def test_fifty_equal_submissions_have_one_effect() -> None:
    title = f"反映采购问题 {uuid4()}"
    form = {
        "source": "petition",
        "title": title,
        "summary": "2025年以来多次拆分采购。",
        "discipline": "integrity",
        "subject_org": str(unit_id("YL-JT")),
        "seal_rule": "none",
        "submission_key": str(uuid4()),
    }
    told = together(copies("clerk", AT_ONCE), "/leads/new/form/", form)
    assert sum(told.values()) == AT_ONCE
    assert set(told) <= {302, 200}, told
    assert len(rows(title=title)) == 1


def a_lead() -> UUID:
    return Desk(Cast()).register()


def test_two_changes_of_one_revision_make_one() -> None:
    lead = a_lead()
    form = {"discipline": "integrity", "revision": "1"}
    told = together(copies("coordinator", 12), f"/leads/{lead}/screen/", form)
    assert told[302] == 1, told
    assert set(told) <= {302, 409, 422}, told
    (row,) = rows(id=lead)
    assert (row.state, row.revision) == ("screened", 2)


def test_a_right_taken_away_in_between_is_gone_with_the_next_request() -> None:
    lead, cast = a_lead(), Cast()
    client = client_of("coordinator")
    assert client.get(f"/leads/{lead}/screen/").status_code == 200
    access.set_permissions(
        actor=cast["security_admin"],
        now=cast.now,
        account_id=account_id("coordinator"),
        revision=1,
        roles=frozenset({"coordinator"}),
        duties=frozenset(),
        clearance=3,
    )
    sent = {"discipline": "integrity", "revision": "1"}
    assert client.post(f"/leads/{lead}/screen/", sent).status_code == 404

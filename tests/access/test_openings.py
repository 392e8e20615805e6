"""The record of a read names the rule that opened its object, the same that the explanation gives."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import transaction

from lianxun.access import queries
from lianxun.access.kinds import KINDS
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import NotFound
from lianxun.leads import queries as leads
from lianxun.web.objects import object_url
from tests.access.test_break_glass import ask, consent
from tests.access.test_explained import PEOPLE, ids
from tests.leads.support import Desk
from tests.support import recorded
from tests.support.cast import account_id
from tests.trace.support import committed_inbox
from tests.web.test_known import consent as accept
from tests.web.test_known import give
from tests.web.test_pages import client_of


def record() -> dict[str, Any]:
    return committed_inbox()[-1].record


@pytest.mark.django_db(transaction=True, databases=["default", "seq"])
def test_every_page_of_an_object_says_what_opened_it(story: Any) -> None:
    told: Counter[str] = Counter()
    wrong, silent = [], set()
    for kind in KINDS:
        for ident in ids(kind)[:2]:
            url = object_url(kind, ident)
            for who in PEOPLE if url else ():
                with acting_as(account_id(who)), transaction.atomic():
                    try:
                        obj = queries.known(kind=kind, object_id=ident)
                    except NotFound:
                        continue
                    found = queries.explain_access(actor=story[who], obj=obj, now=story.now)
                answer = client_of(who).get(url)
                said = record()
                if answer.status_code != 200 or said["obj_id"] != str(ident):
                    continue
                if not said["rule"]:
                    silent.add(kind)
                elif said["rule"] not in {r.rule for r in found.deciding}:
                    wrong.append((kind, who, said["rule"], [r.rule for r in found.deciding]))
                told[said["rule"]] += 1
    assert wrong == []
    assert silent == set()
    assert {"ACC-P1", "ACC-P2", "ACC-P3", "ACC-P7", "ACC-P9"} <= set(told), told


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> recorded.Recorded:
    return recorded.listen(monkeypatch)


def test_what_was_handed_over_and_what_an_emergency_opened_are_told_apart(
    cast: Any, trace: recorded.Recorded
) -> None:
    desk = Desk(cast)
    lead = desk.register()

    def read(who: str) -> str:
        with acting_as(account_id(who)), transaction.atomic():
            leads.lead(actor=cast[who], now=cast.now, lead_id=lead)
        return str(trace.of("leads.lead")[-1]["rule"])

    assert read("clerk") == "ACC-P1"
    grant = ask(desk, desk.see(lead).number)
    consent(desk, grant)
    assert read("finance") == "ACC-P5"
    accept(desk, give(desk, lead))
    assert read("finance") == "ACC-P4", "what lasts longer comes first"

"""The explanation is true of what people meet: who sees an object is told what opens it, whoever it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from lianxun.access import queries, rules
from lianxun.access.kinds import KINDS
from lianxun.access.records import Explanation, Reason
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import NotFound
from tests.support import cluster
from tests.support.cast import account_id

PEOPLE = (
    "coordinator", "leader", "chair", "clerk", "team_head", "inspector", "guide", "audit", "finance",
    "personnel", "discipline", "auditor_expert", "neighbour", "contact", "other_contact", "expired", "tax",
)  # fmt: skip
EACH = 6


def ids(kind: str) -> list[Any]:
    with cluster.superuser(str(connection.settings_dict["NAME"])) as server:
        (place,) = server.execute("select lx.place_of(%s)::text", [kind]).fetchone()  # type: ignore[misc]
        if place is None:
            return []
        found = server.execute(f"select id from {place} order by id").fetchall()  # type: ignore[call-overload]
    step = max(1, len(found) // EACH)
    return [ident for (ident,) in found[::step]]


@pytest.mark.django_db(transaction=True)
def test_who_sees_an_object_is_told_what_opens_it(story: Any) -> None:
    seen, wrong, extra = 0, [], set()
    for kind in KINDS:
        for ident in ids(kind):
            for who in PEOPLE:
                with acting_as(account_id(who)), transaction.atomic():
                    try:
                        obj = queries.known(kind=kind, object_id=ident)
                    except NotFound:
                        continue
                    found = queries.explain_access(actor=story[who], obj=obj, now=story.now)
                seen += 1
                holds = [r.rule for r in found.reasons if r.holds and r.rule.startswith("ACC-P")]
                broken = [
                    r.rule for r in found.reasons if not r.holds and r.rule.startswith("ACC-R")
                ]
                if not found.allowed or not holds or broken:
                    wrong.append((kind, who, holds, broken))
                if holds == ["ACC-P9"]:
                    extra.add(kind)
    assert wrong == []
    assert seen > 500
    assert extra <= set(rules.OWN_OPENINGS), "an opening of its own has its own words"


def test_what_the_room_adds_or_takes_away_is_said() -> None:
    closed = Explanation(False, (Reason("ACC-P1", False, "本单位事项"),))
    opened = rules.as_it_is(closed, "inspection.round", visible=True)
    assert opened.allowed
    assert opened.reasons[-1] == Reason("ACC-P9", True, rules.OWN_OPENINGS["inspection.round"])
    assert rules.as_it_is(closed, "leads.lead", visible=False) is closed
    allowed = Explanation(True, (Reason("ACC-P1", True, "本单位事项"),))
    assert rules.as_it_is(allowed, "leads.lead", visible=True) is allowed
    shut = rules.as_it_is(allowed, "coordination.meeting", visible=False)
    assert (shut.allowed, shut.reasons[-1].rule) == (False, "ACC-R5")

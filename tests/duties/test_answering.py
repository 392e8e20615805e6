"""责任链: who stands where, who confirmed, what is vacant, what is red; confirmed by nobody but the holder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxun.duties import operations as do
from lianxun.duties import queries
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from lianxun.organisation.enums import ONCE_PER_REGION
from tests.duties.support import labels, opened, owes
from tests.inspection.support import refused_by_database, sql
from tests.support.recorded import listen
from tests.web.test_pages import client_of

_RANK = {"主要负责人": 0, "分管领导": 1, "联络员": 2}
WORDS = "对本单位协调对接工作具体抓、抓到底，按时反馈。"


def see(cast: Any, who: str, call: Callable[..., Any], **fields: Any) -> Any:
    actor = cast[who]
    with acting_as(actor.account_id), transaction.atomic():
        return call(actor=actor, now=cast.now, **fields)


def links(cast: Any, who: str = "coordinator") -> dict[UUID, Any]:
    found = see(cast, who, queries.chain)
    return {x.unit_id: x for x in (*found.bodies, *found.members)}


def post_of(cast: Any, who: str) -> UUID:
    """The post of the chain that somebody of the cast holds."""
    mine = [h.appointment for x in links(cast, who).values() for h in x.holders if h.mine]
    return mine[0]


def confirm(cast: Any, who: str = "audit", post: UUID | None = None, words: str = WORDS) -> UUID:
    held = post_of(cast, who) if post is None else post
    return do.confirm_responsibility(
        actor=cast[who], now=cast.now, appointment_id=held, words=words
    )


def test_the_chain_runs_from_the_group_to_the_officers_and_names_gaps(cast: Any) -> None:
    found = see(cast, "coordinator", queries.chain)
    bodies = [x.kind_label for x in found.bodies]
    assert bodies[:3] == [k.label for k in ONCE_PER_REGION[:3]]
    ranks = [[_RANK[h.kind_label] for h in x.holders] for x in found.members]
    assert any(len(r) > 1 for r in ranks)
    assert all(r == sorted(r) for r in ranks), "head, deputy, officers"
    assert found.unconfirmed == sum(
        h.confirmed_on is None for x in (*found.bodies, *found.members) for h in x.holders
    )
    vacant = [x for x in found.members if not any(h.kind_label == "分管领导" for h in x.holders)]
    assert all(any("分管领导" in g for g in x.gaps) for x in vacant)


def test_the_holder_confirms_and_the_office_sees_it(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = listen(monkeypatch)
    before = see(cast, "coordinator", queries.chain).unconfirmed
    confirm(cast)
    assert len(heard.of("duties.confirm_responsibility")) == 1
    after = see(cast, "coordinator", queries.chain)
    assert after.unconfirmed == before - 1
    holders = [h for h in links(cast)[cast["audit"].unit_id].holders if h.words == WORDS]
    assert [h.confirmed_on for h in holders] == [cast.now.date()]
    name, rows = see(cast, "coordinator", queries.answering, unit_id=cast["audit"].unit_id)
    assert name
    assert [(r.words, r.on_date) for r in rows] == [(WORDS, cast.now.date())]


def test_said_again_on_another_day_both_stand(cast: Any) -> None:
    confirm(cast)
    with pytest.raises(WrongState, match="今天已经确认过"):
        confirm(cast)
    later = "重新确认：对本单位协调对接工作负总的责任。"
    do.confirm_responsibility(
        actor=cast["audit"],
        now=cast.now + timedelta(days=1),
        appointment_id=post_of(cast, "audit"),
        words=later,
    )
    _, rows = see(cast, "audit", queries.answering, unit_id=cast["audit"].unit_id)
    assert [r.words for r in rows] == [later, WORDS]


def test_nobody_confirms_for_another_or_in_a_post_that_is_none(cast: Any) -> None:
    held = post_of(cast, "audit")
    for who in ("coordinator", "finance"):
        with pytest.raises((Refused, NotFound)):
            confirm(cast, who, held)
    with pytest.raises(NotFound):
        confirm(cast, "audit", new_id())
    with pytest.raises(NotFound):
        see(cast, "coordinator", queries.my_post, appointment_id=held)


@pytest.mark.parametrize(
    ("words", "said"), [("", "现为 0 字"), ("负责", "现为 2 字"), ("责" * 301, "现为 301 字")]
)
def test_bad_words_are_named(cast: Any, words: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        confirm(cast, words=words)


@pytest.mark.parametrize("who", ["finance", "contact", "neighbour", "system_admin", "audit_admin"])
def test_another_units_confirmation_is_not_shown(cast: Any, who: str) -> None:
    confirm(cast)
    _, rows = see(cast, who, queries.answering, unit_id=cast["audit"].unit_id)
    assert rows == ()


def test_red_counts_lead_to_exactly_their_rows(cast: Any) -> None:
    audit = cast["audit"]
    before = links(cast)[audit.unit_id].red
    opened(audit, on=date(2026, 3, 2), responsible=owes(audit), labels=labels(cast["coordinator"]))
    link = links(cast)[audit.unit_id]
    assert link.red == before + 1
    filters = {"board": "1", "light": "red", "unit": str(audit.unit_id)}
    assert see(cast, "coordinator", queries.duties, filters=filters).total == link.red


def test_the_database_keeps_what_was_confirmed(cast: Any) -> None:
    made = confirm(cast)
    with refused_by_database("written once"):
        sql(cast, "audit", "update duties_answering set words = '改口' where id = %s", made)


def test_by_form_and_with_a_fixed_number_of_queries(cast: Any) -> None:
    audit, office = client_of("audit"), client_of("coordinator")
    url = reverse("duties:answer", args=[post_of(cast, "audit")])
    assert url in audit.get("/duties/chain/").content.decode()
    assert audit.post(url, {"words": "短"}).status_code == 422
    with CaptureQueriesContext(connection) as first:
        assert office.get("/duties/chain/").status_code == 200
    assert audit.post(url, {"words": WORDS}).status_code == 302
    with CaptureQueriesContext(connection) as second:
        page = office.get("/duties/chain/").content.decode()
    assert WORDS in page
    assert len(first) == len(second) <= 25, (len(first), len(second))
    unit = reverse("duties:chain_unit", args=[cast["audit"].unit_id])
    assert WORDS in office.get(unit).content.decode()
    assert office.get(url).status_code == 404

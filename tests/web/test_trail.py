"""Who did and saw what with an object: known at once, in the log some seconds later, to nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import NotFound
from lianxun.leads import operations as leads
from lianxun.trace import queries
from tests.support.cast import account_id, unit_id
from tests.trace.support import committed_inbox
from tests.web.test_pages import client_of


@pytest.fixture
def lead(cast: Any) -> UUID:
    return leads.register(
        actor=cast["clerk"],
        now=cast.now,
        seal_rule="none",
        source="petition",
        title="反映采购问题",
        summary="2025年以来多次拆分采购。",
        discipline="integrity",
        subject_org=unit_id("YL-JT"),
    )


def trail(who: str, lead: UUID) -> Any:
    return client_of(who).get(f"/trace/of/leads.lead/{lead}/")


def test_before_the_sequencer_ran_the_act_is_shown_as_not_yet_in_the_log(
    cast: Any, lead: UUID
) -> None:
    page = trail("coordinator", lead)
    text = page.content.decode()
    assert page.status_code == 200
    assert "尚未入日志，约几秒后可见" in text
    assert "leads.register" in text
    assert cast["clerk"].name in text
    assert "/trace/proof/" not in text


def test_looking_is_itself_on_the_trail(lead: UUID) -> None:
    trail("coordinator", lead)
    assert "web.trace:about" in trail("coordinator", lead).content.decode()


@pytest.mark.parametrize("who", ["neighbour", "contact", "finance", "expired", "system_admin"])
def test_whoever_may_not_know_the_object_learns_of_no_act(lead: UUID, who: str) -> None:
    assert trail(who, lead).status_code == 404


def test_the_database_shows_waiting_records_of_known_objects_only(cast: Any, lead: UUID) -> None:
    columns = "select obj_id from trace.inbox"
    for who, expected in (("clerk", {lead}), ("neighbour", set())):
        with acting_as(account_id(who)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(columns)
            assert {row[0] for row in cursor.fetchall()} == expected, who
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(columns)
        assert cursor.fetchall() == []


@pytest.mark.parametrize("column", ["writer", "wseq", "prev", "leaf", "id"])
def test_the_chain_of_a_writer_stays_out_of_sight(cast: Any, lead: UUID, column: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        acting_as(account_id("clerk")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"select {column} from trace.inbox")


def test_the_query_says_not_found_where_nothing_may_be_known(cast: Any, lead: UUID) -> None:
    def waiting(who: str) -> list[Any]:
        actor = cast[who]
        with acting_as(actor.account_id), transaction.atomic():
            return queries.waiting(actor=actor, obj="leads.lead", obj_id=lead)

    assert [w.act for w in waiting("clerk")] == ["leads.register"]
    with pytest.raises(NotFound):
        waiting("neighbour")
    with (
        pytest.raises(NotFound),
        acting_as(account_id("clerk")),
        transaction.atomic(),
    ):
        queries.waiting(actor=cast["clerk"], obj="leads.nothing", obj_id=lead)


def test_an_older_page_shows_no_waiting_records(lead: UUID) -> None:
    text = client_of("coordinator").get(f"/trace/of/leads.lead/{lead}/?before=5").content.decode()
    assert "尚未入日志" not in text
    assert "没有记录。" in text


def beside(text: str = "leads.lead") -> list[str]:
    """Ids that the newest record names beside its object."""
    return list(committed_inbox()[-1].record["detail"].get("beside", {}).get(text, []))


@pytest.mark.django_db(transaction=True, databases=["default", "seq"])
@pytest.mark.parametrize("address", ["/leads/", "/leads/?q=采购", "/search/?q=采购"])
def test_a_list_and_a_search_name_the_sensitive_rows_they_showed(lead: UUID, address: str) -> None:
    assert client_of("coordinator").get(address).status_code == 200
    assert beside() == [str(lead)]
    assert client_of("neighbour").get(address).status_code == 200
    assert beside() == []


@pytest.mark.django_db(transaction=True, databases=["default", "seq"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_names_every_row_of_the_file(lead: UUID, format: str) -> None:
    sent = {"purpose": "check", "format": format, "submission": str(uuid4())}
    assert client_of("coordinator").post("/leads/", sent).status_code == 200
    assert committed_inbox()[-1].record["act"] == "web.export_list"
    assert beside() == [str(lead)]


@pytest.mark.django_db(transaction=True, databases=["default", "seq"])
def test_looking_at_the_lead_itself_names_it_once(lead: UUID) -> None:
    assert client_of("coordinator").get(f"/leads/{lead}/").status_code == 200
    assert committed_inbox()[-1].record["obj_id"] == str(lead)
    assert str(lead) not in beside()


def test_the_trail_says_in_words_what_let_it_be_read(lead: UUID) -> None:
    client_of("coordinator").get(f"/leads/{lead}/")
    assert "本单位事项，且属于本人职责" in trail("coordinator", lead).content.decode()

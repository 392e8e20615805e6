"""How many statements a page costs: a fixed number, however many rows it shows.

The numbers are ceilings measured when the page was written; whoever needs more says why in the review.
``BEGIN`` and ``COMMIT`` count; the one insert of the record (``trace.writer``) goes past the counting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lianxun.access.models import Account
from tests.access import catalogue, worlds
from tests.support import cluster
from tests.support.cast import account_id
from tests.web.test_pages import PAGES, client_of

MANY, FEW = 15, 2  # both below a page, so that counting on is not part of it

# page, tables whose rows it shows, most statements
LISTS = {
    "/": (("duties_duty", "approvals_matter"), 21),
    "/leads/": (("leads_lead",), 9),
    "/requests/": (("exchange_inforequest", "exchange_delivery"), 11),
    "/sharings/": (("exchange_sharing", "exchange_delivery"), 12),
    "/items/": (("rectification_item", "rectification_review", "rectification_check"), 9),
    "/engagements/": (("inspection_engagement", "inspection_round"), 8),
    "/rounds/": (("inspection_round", "inspection_engagement"), 10),
    "/approvals/": (("approvals_matter", "approvals_vote"), 11),
    "/documents/": (("documents_storedfile",), 8),
    "/duties/": (("duties_duty",), 10),
    "/duties/letters/": (("duties_letter", "duties_duty"), 8),
    "/boards/province/": (("duties_duty",), 10),
    "/boards/unit/": (("duties_duty",), 12),
    "/boards/task/": (("duties_duty",), 12),
    "/search/?q=W61": (("leads_lead", "exchange_inforequest", "rectification_item"), 16),
}
# page of one row, its table, tables of which any number may belong to it, most statements
DETAILS = {
    "/leads/{}/": ("leads_lead", {"duties_duty": "object_id"}, 20),
    "/requests/{}/": ("exchange_inforequest", {"exchange_delivery": "request_id"}, 17),
    "/items/{}/": (
        "rectification_item",
        {"rectification_review": "item_id", "rectification_check": "item_id"},
        18,
    ),
    "/engagements/{}/": (
        "inspection_engagement",
        {
            "inspection_gate": "task_id",
            "inspection_paper": "task_id",
            "inspection_seat": "task_id",
            "inspection_listline": "task_id",
            "duties_duty": "engagement",
        },
        38,
    ),
    "/duties/{}/": (
        "duties_duty",
        {"duties_dutychange": "duty_id", "duties_letter": "duty_id"},
        14,
    ),
    "/approvals/{}/": ("approvals_matter", {"approvals_vote": "matter_id"}, 16),
}
# Reader, most statements of the sign-in itself (nearly all of them count attempts in the cache table), most of
# the first page after it.
SIGN_IN = [("coordinator", 72, 24), ("leader", 72, 22), ("discipline", 72, 22)]
# Every page of ``test_pages`` in the small sample, with the two statements that a test adds (identity,
# savepoint) and two to spare: reader, address, most statements. A page that is not named has ``OTHERS``.
OTHERS = 18
MAIN = {
    ("coordinator", "/"): 22,
    ("coordinator", "/appraisal/"): 21,
    ("coordinator", "/rounds/"): 10,
    ("coordinator", "/rounds/new/"): 11,
    ("coordinator", "/engagements/"): 10,
    ("coordinator", "/requests/"): 10,
    ("coordinator", "/catalogue/"): 9,
    ("coordinator", "/requests/new/D14/"): 16,
    ("coordinator", "/leads/"): 10,
    ("coordinator", "/leads/new/"): 11,
    ("coordinator", "/leads/new/form/"): 14,
    ("coordinator", "/items/"): 10,
    ("coordinator", "/approvals/"): 10,
    ("coordinator", "/documents/"): 10,
    ("coordinator", "/regulations/"): 11,
    ("coordinator", "/regulations/?q=采购"): 15,
    ("coordinator", "/regulations/works/"): 12,
    ("coordinator", "/regulations/imports/"): 11,
    ("coordinator", "/regulations/imports/new/"): 11,
    ("coordinator", "/regulations/checks/"): 11,
    ("coordinator", "/regulations/checks/new/"): 11,
    ("coordinator", "/regulations/collections/"): 10,
    ("coordinator", "/regulations/institutions/"): 10,
    ("coordinator", "/regulations/institutions/new/"): 11,
    ("coordinator", "/boards/unit/"): 12,
    ("coordinator", "/boards/province/"): 12,
    ("coordinator", "/boards/task/"): 12,
    ("coordinator", "/measures/transfer/"): 27,  # five kinds of clock, three statements each
    ("coordinator", "/duties/"): 12,
    ("coordinator", "/duties/letters/"): 10,
    ("coordinator", "/duties/bulletin/"): 11,
    ("coordinator", "/organisation/"): 10,
    ("coordinator", "/help/"): 9,
    ("coordinator", "/gallery/"): 9,
    ("coordinator", "/search/?q=采购"): 14,
    ("coordinator", "/advice/"): 9,
    ("coordinator", "/advice/desk/"): 10,
    ("coordinator", "/advice/queue/"): 10,
    ("coordinator", "/advice/bias/"): 10,
    ("coordinator", "/advice/models/"): 13,
    ("coordinator", "/advice/models/act/train/"): 17,
    ("leader", "/"): 15,
    ("leader", "/approvals/"): 10,
    ("leader", "/boards/unit/"): 12,
    ("contact", "/"): 12,
    ("contact", "/items/"): 10,
    ("contact", "/requests/"): 10,
    ("audit", "/"): 16,
    ("audit", "/leads/"): 10,
    ("audit", "/requests/"): 10,
    ("inspector", "/"): 15,
    ("system_admin", "/"): 11,
    ("system_admin", "/admin3/"): 11,
    ("system_admin", "/admin3/new/"): 14,
    ("security_admin", "/admin3/"): 11,
    ("security_admin", "/trace/"): 11,
    ("audit_admin", "/trace/"): 11,
    ("audit_admin", "/trace/records/"): 11,
    ("custodian_1", "/leads/openings/"): 12,
    ("custodian_1", "/leads/openings/key/"): 23,
}


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


@pytest.fixture
def client(server: Any) -> Client:
    return client_of("coordinator")


def world(server: Any, tables: set[str]) -> dict[str, list[UUID]]:
    """Fifteen rows of each table, all of which the coordinator may see."""
    shelves = [catalogue.SHELVES[t] for t in sorted(tables)]
    made = worlds.build(server, 61, shelves, people=0, things=MANY)
    server.execute("set session_replication_role = replica")
    for table in tables:
        server.execute(
            f"update {table} set level = 1, region = 970000, compartment = null, engagement = null, "
            "subject_org = null, subject_path = null"
        )
    server.commit()
    return {table: [t.id for t in made.things[table]] for table in tables}


def show(server: Any, rows: dict[str, list[UUID]], count: int) -> None:
    """The first ``count`` rows of each table are to be seen, the others are in a compartment."""
    for table, ids in rows.items():
        server.execute(f"update {table} set compartment = 'elsewhere'")
        server.execute(f"update {table} set compartment = null where id = any(%s)", [ids[:count]])
    server.commit()


def statements(client: Client, path: str) -> list[str]:
    client.get(path)  # content types, calendar: what a process asks once
    with CaptureQueriesContext(connection) as said:
        answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:300]
    return [q["sql"][:110] for q in said]


@pytest.mark.parametrize("path", list(LISTS))
def test_a_list_costs_the_same_however_long_it_is(server: Any, client: Client, path: str) -> None:
    tables, most = LISTS[path]
    rows = world(server, set(tables))
    show(server, rows, FEW)
    few = statements(client, path)
    show(server, rows, MANY)
    many = statements(client, path)
    assert len(few) == len(many), (few, many)
    assert len(many) <= most, many


@pytest.mark.parametrize("path", list(DETAILS))
def test_a_page_costs_the_same_whatever_belongs_to_it(
    server: Any, client: Client, path: str
) -> None:
    table, children, most = DETAILS[path]
    rows = world(server, {table, *children, "inspection_round"})
    chosen = rows[table][0]
    for child, column in children.items():
        server.execute(f"update {child} set {column} = %s", [chosen])
    if "duties_duty" in children:
        kind = catalogue.SHELVES[table].kind
        server.execute("update duties_duty set object_kind = %s, object_id = %s", [kind, chosen])
    server.commit()
    belonging = {child: rows[child] for child in children}
    show(server, belonging, FEW)
    few = statements(client, path.format(chosen))
    show(server, belonging, MANY)
    many = statements(client, path.format(chosen))
    assert len(few) == len(many), (few, many)
    assert len(many) <= most, many


@pytest.mark.parametrize(("who", "url"), [(w, u) for w, urls in PAGES.items() for u in urls])
def test_every_main_page_has_its_number(cast: Any, who: str, url: str) -> None:
    said = statements(client_of(who), url)
    assert len(said) <= MAIN.get((who, url), OTHERS), said


@pytest.mark.parametrize(
    ("who", "most_to_enter", "most_on_the_first_page"), SIGN_IN, ids=[s[0] for s in SIGN_IN]
)
def test_signing_in_costs_a_fixed_number_of_statements(
    cast: Any, who: str, most_to_enter: int, most_on_the_first_page: int
) -> None:
    """From the password to the first page: 200 ms at the province's size (benchmarks/platform)."""
    account = Account.objects.get(id=account_id(who))
    account.set_password("只用于测试-只用于测试")
    account.save()
    client = Client()
    client.get("/accounts/login/")
    sent = {"login": account.username, "password": "只用于测试-只用于测试"}
    with CaptureQueriesContext(connection) as entering:
        answer = client.post("/accounts/login/", sent)
    assert answer.status_code == 302
    with CaptureQueriesContext(connection) as first:
        assert client.get(answer["Location"]).status_code == 200
    assert len(entering) <= most_to_enter, [q["sql"][:90] for q in entering.captured_queries]
    assert len(first) <= most_on_the_first_page, [q["sql"][:90] for q in first.captured_queries]

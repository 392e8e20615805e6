"""Every business table has forced row security and a line in the oracle's catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.access import catalogue
from tests.support import cluster

# Tables that ``fabric.search`` looks through, and what it reads there besides the labels.
SEARCHED = {
    "exchange_inforequest": {"purpose"},
    "leads_lead": {"title", "no_case_on"},
    "rectification_item": {"title"},
}

# Asked for by number in an emergency: id, number and owner, to the same role, for two functions.
NUMBERED = (
    *("leads_transferbatch", "exchange_question", "rectification_press", "inspection_engagement"),
    *("inspection_paper", "inspection_corroboration", "duties_letter", "documents_storedfile"),
)


@pytest.fixture
def server(db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


def is_open(table: str) -> bool:
    return table in catalogue.OPEN or table.startswith(catalogue.OPEN_PREFIXES)


def tables(server: Any) -> dict[str, bool]:
    """Every table of ours → whether row security is on and forced."""
    rows = server.execute(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p')"
    ).fetchall()
    return {name: forced for name, forced in rows if not is_open(name)}


def test_every_business_table_has_forced_row_security(server: Any) -> None:
    assert [name for name, forced in tables(server).items() if not forced] == []


def test_every_protected_table_stands_in_the_oracle(server: Any) -> None:
    """A new table needs a line in tests/access/catalogue.py: what protects it, said a second time."""
    known = [*catalogue.SHELVES, *catalogue.SPECIAL, *catalogue.DERIVED, *catalogue.THROUGH]
    assert sorted(tables(server)) == sorted(known)


def test_labelled_tables_have_every_policy_and_only_known_ones(server: Any) -> None:
    standard = {
        "acc_r1": ("RESTRICTIVE", "ALL"),
        "acc_r2": ("RESTRICTIVE", "ALL"),
        "acc_r3": ("RESTRICTIVE", "ALL"),
        "acc_r4": ("RESTRICTIVE", "ALL"),
        "acc_read": ("PERMISSIVE", "SELECT"),
        "acc_insert": ("PERMISSIVE", "INSERT"),
        "acc_update": ("PERMISSIVE", "UPDATE"),
        "acc_delete": ("PERMISSIVE", "DELETE"),
        "backup": ("PERMISSIVE", "SELECT"),
    }
    known_more = {
        # Parts of a meeting are read by the units that take part in it.
        # Of an inquiry nobody sees more than of what it is about.
        "coordination_meeting": {"acc_about": ("RESTRICTIVE", "ALL")},
        **{
            f"coordination_{part}": {
                "acc_meeting": ("PERMISSIVE", "SELECT"),
                "acc_about": ("RESTRICTIVE", "ALL"),
            }
            for part in ("agendaitem", "decision", "invitation", "opinion")
        },
        # What units are measured by, and the published list, are read by every unit of the same committee.
        "appraisal_scheme": {"acc_audience": ("PERMISSIVE", "SELECT")},
        "appraisal_ranking": {"acc_audience": ("PERMISSIVE", "SELECT")},
        # Parts of a joint supervision are read by its group.
        **{
            f"rectification_{part}": {"acc_group": ("PERMISSIVE", "SELECT")}
            for part in ("escalation", "reply", "supervisor")
        },
        # And for one bit: was everything found sound? (lx.may_lift)
        **{
            f"rectification_{part}": dict.fromkeys(
                ("acc_group", "lifting"), ("PERMISSIVE", "SELECT")
            )
            for part in ("sitefinding", "supervised")
        },
        # And whether some help of a plan still runs. (lx.help_runs)
        "rectification_support": {"running": ("PERMISSIVE", "SELECT")},
        "inspection_round": {"acc_member": ("PERMISSIVE", "SELECT")},
        # What comes under a standing agreement is read by its team. (lx.agreed, tests/access/test_standing_sharing.py)
        "exchange_delivery": {"acc_standing": ("PERMISSIVE", "SELECT")},
        "exchange_sharing": {"owner_reads": ("PERMISSIVE", "SELECT")},
        # One bit for who opens a clock: does the whole engagement stand still? (lx.stands_still)
        "duties_dutypause": {"standstill": ("PERMISSIVE", "SELECT")},
        # Which members of a body are recused from the matter's organisation. (lx.recused_voters)
        "approvals_matter": {"owner_reads": ("PERMISSIVE", "SELECT")},
        # Digests alone, for the function that asks whether any row still points at some bytes.
        "regulations_work": {"acc_open": ("PERMISSIVE", "SELECT")},
        "regulations_version": {"acc_open": ("PERMISSIVE", "SELECT")},
        "regulations_collection": {
            "acc_open": ("PERMISSIVE", "SELECT"),
            "acc_personal": ("RESTRICTIVE", "ALL"),
        },
        **{table: {"search": ("PERMISSIVE", "SELECT")} for table in SEARCHED},
        **{table: {"numbered": ("PERMISSIVE", "SELECT")} for table in NUMBERED},
        # May the bytes of a destroyed file go, or does another file hold the same? (lx.bytes_in_use)
        "documents_storedfile": dict.fromkeys(("numbered", "in_use"), ("PERMISSIVE", "SELECT")),
    }
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for table, name, kind, verb in server.execute(
        "select tablename, policyname, permissive, cmd from pg_policies where schemaname = 'public'"
    ).fetchall():
        found.setdefault(table, {})[name] = (kind, verb)
    for table in catalogue.SHELVES:
        assert found[table] == standard | known_more.get(table, {}), table


def test_what_the_catalogue_says_of_a_table_is_what_its_policies_ask(server: Any) -> None:
    """The oracle judges by the catalogue: a line that is wrong there is seen at once, not only in a large world."""
    asked = {
        (table, name): words
        for table, name, words in server.execute(
            "select tablename, policyname, qual from pg_policies where schemaname = 'public'"
        ).fetchall()
    }
    for table, shelf in catalogue.SHELVES.items():
        assert ("addressee_path" in asked[table, "acc_r3"]) is shelf.served, table
        read = asked[table, "acc_read"]
        duty = f"has_duty('{shelf.library}'::text)" if shelf.library else "split_part("
        assert duty in read, (table, shelf.library)
        assert f"shared('{shelf.kind}'::text)" in read, (table, shelf.kind)


def test_the_search_role_reads_titles_and_labels_and_nothing_else(server: Any) -> None:
    policies = server.execute(
        "select tablename, roles::text from pg_policies where policyname = 'search' order by 1"
    ).fetchall()
    assert policies == [(table, "{lx_search}") for table in SEARCHED]
    labels = {
        *("id", "level", "region", "owner_path", "engagement", "subject_org", "subject_path"),
        *("addressee_path", "compartment", "number", "created_at", "owner_unit"),
    }
    for table, more in SEARCHED.items():
        columns = server.execute(
            "select column_name, privilege_type from information_schema.column_privileges"
            " where grantee = 'lx_search' and table_name = %s",
            [table],
        ).fetchall()
        assert {kind for _, kind in columns} == {"SELECT"}
        assert {name for name, _ in columns} == labels | more, table
    for table in NUMBERED:
        columns = server.execute(
            "select column_name, privilege_type from information_schema.column_privileges"
            " where grantee = 'lx_search' and table_name = %s",
            [table],
        ).fetchall()
        more = {"sha256"} if table == "documents_storedfile" else set()
        assert set(columns) == {(c, "SELECT") for c in {"id", "number", "owner_unit"} | more}, table
    tables = (
        "select table_name from information_schema.table_privileges where grantee = 'lx_search'"
    )
    assert server.execute(tables).fetchall() == []


def test_views_show_with_the_readers_rights(server: Any) -> None:
    """A view runs as its owner unless it says otherwise; a materialised one obeys nobody's policies."""
    rows = server.execute(
        "select c.relname, c.relkind, coalesce(c.reloptions::text, '') from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('v', 'm')"
    ).fetchall()
    assert [r for r in rows if r[1] == "m" or "security_invoker=true" not in r[2]] == []


def test_the_trail_of_every_kind_is_looked_up_in_its_table(server: Any) -> None:
    """Several kinds are called otherwise than their tables (exchange.request, documents.file)."""
    for shelf in catalogue.LABELLED:
        found = server.execute("select lx.place_of(%s)::text", [shelf.kind]).fetchone()
        assert found == (shelf.table,), shelf

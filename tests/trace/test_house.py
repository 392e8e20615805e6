"""Rules of the house that the trace relies on."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from django.db import connections

from lianxun.trace import clocks, door

SOURCE = Path(__file__).resolve().parents[2] / "src" / "lianxun"
# As the superuser, in a new directory only (tests/demo/test_rehearsal.py): a record taken away to be found.
SPOILS = Path("config/launch/planted.py")


def test_nobody_sets_savepoints_by_hand() -> None:
    """Django corrects its commit hooks, and so our chains, for ``atomic`` only."""
    by_hand = re.compile(r"\.savepoint(_rollback|_commit)?\(|\bsavepoint(_rollback|_commit)?\(")
    found = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in SOURCE.rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if by_hand.search(line.split("#")[0]) and "``" not in line
    ]
    assert found == []


def test_nobody_writes_the_trace_but_the_trace() -> None:
    found = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "trace" not in path.relative_to(SOURCE).parts
        and path.relative_to(SOURCE) != SPOILS
        and re.search(r"(insert into|update|delete from)\s+trace\.", path.read_text("utf-8"), re.I)
    ]
    assert found == []


@pytest.mark.usefixtures("committing")
def test_every_table_of_the_trace_has_forced_row_security() -> None:
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname = 'trace' and c.relkind in ('r', 'p') "
            "and not (c.relrowsecurity and c.relforcerowsecurity)"
        )
        assert cursor.fetchall() == []


@pytest.mark.usefixtures("committing")
@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (
            "lx_app",
            {
                "inbox": {"INSERT"},
                **{
                    key: {"SELECT"}
                    for key in [
                        "entry",
                        "entry_idx",
                        "shown",
                        "tile",
                        "checkpoint",
                        "cosignature",
                        "log",
                    ]
                },
                "witness_state": {"SELECT"},
            },
        ),
        (
            "lx_seq",
            {
                "inbox": {"SELECT", "INSERT", "DELETE"},
                **{
                    key: {"SELECT", "INSERT"}
                    for key in ["entry", "entry_idx", "shown", "checkpoint", "quarantine"]
                },
                **{
                    key: {"SELECT", "INSERT", "UPDATE"}
                    for key in ["tile", "cosignature", "log", "writer_head", "witness_state"]
                },
                "progress": {"SELECT", "UPDATE"},
                "setting": {"SELECT"},
            },
        ),
    ],
)
def test_each_role_has_exactly_these_rights(role: str, rights: dict[str, set[str]]) -> None:
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            "select c.relname, p.privilege_type from pg_class c "
            "join pg_namespace n on n.oid = c.relnamespace, "
            "lateral aclexplode(c.relacl) p join pg_roles r on r.oid = p.grantee "
            "where n.nspname = 'trace' and c.relkind in ('r', 'p') and r.rolname = %s",
            [role],
        )
        found: dict[str, set[str]] = {}
        for table, right in cursor.fetchall():
            found.setdefault(table, set()).add(right)
    assert found == rights


def test_what_an_act_is_by_its_name() -> None:
    assert clocks.kind_of("access.grant_membership", writes=True) == "permission"
    assert clocks.kind_of("access.revoke", writes=True) == "safety"
    assert clocks.kind_of("leads.export_list", writes=False) == "export"
    assert clocks.kind_of("documents.download", writes=False) == "export"
    assert clocks.kind_of("leads.register", writes=True) == "write"
    assert clocks.kind_of("leads.list", writes=False) == "read"


def test_every_act_is_one_function_of_the_room_it_names() -> None:
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        if {"operations", "queries"} & set(parts) or path.stem in {"operations", "queries"}:
            importlib.import_module(".".join(p for p in parts if p != "__init__"))
    acts = {
        act: own
        for act, functions in door.ACTS.items()
        if (own := [name for name in functions if name.startswith("lianxun.")])
    }
    assert len(acts) > 20
    assert {act: found for act, found in acts.items() if len(found) > 1} == {}
    strangers = {
        act: function
        for act, (function,) in acts.items()
        if not re.fullmatch(r"[a-z]+\.[a-z_.]+", act) or function.split(".")[1] != act.split(".")[0]
    }
    assert strangers == {}

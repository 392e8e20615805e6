"""Row security of labelled tables as one migration operation (security.md §2.3, settled.md 1–11).

Every branch has a rule id; ``access.rules`` states the same table in Python and ``explain_access``
and the oracle test hold both against each other.

* ``ACC-R1`` level ≤ clearance · ``ACC-R2`` not recused · ``ACC-R3`` the wall around the inspected
  organisation · ``ACC-R4`` compartment held — restrictive, for reading and writing;
* ``ACC-P1`` own unit with the duty for the library · ``ACC-P2`` oversight of the region with the duty
  · ``ACC-P3`` member of the engagement today · ``ACC-P4`` shared (reading) or handled together
  (writing too) with purpose and expiry ·
  ``ACC-P5`` break-glass · ``ACC-P6`` named service · ``ACC-P7`` served on the own unit. Of deliveries
  alone ``ACC-P8`` standing agreement of the engagement, for reading (exchange/sql/sharing.sql).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import migrations

_RESTRICTIVE = {
    "acc_r1": "level <= (select lx.clearance())",
    "acc_r2": "(subject_org is null or subject_org <> all ((select lx.recused())::uuid[]))",
    "acc_r4": "(compartment is null or compartment = any ((select lx.compartments())::text[]))",
}
# The wall, both ways: rows about the own unit or below it, and rows about a body the own unit lies in.
_WALL = """(subject_path is null or not (
    (subject_path >= (select lx.unit_path()) and subject_path < (select lx.unit_path_end()))
    or starts_with((select lx.unit_path()), subject_path)))"""
_OWN = "(owner_path >= (select lx.unit_path()) and owner_path < (select lx.unit_path_end()))"
_SERVED = (
    "(addressee_path >= (select lx.unit_path()) and addressee_path < (select lx.unit_path_end()))"
)


# Rows about an object of any room (files, matters, duties): the duty asked for is the one for the room
# named in ``object_kind``, so that a file of a lead opens to nobody who has no business with leads.
OF_OBJECT = "@object_kind"


@dataclass(frozen=True, slots=True)
class Rule:
    """Need-to-know of one table as SQL: every limit must hold, and one ground of ``read`` or ``write``."""

    limits: dict[str, str]
    read: str
    write: str


def rule_of(table: str, library: str, *, kind: str, served: bool) -> Rule:
    """The rule of ``table``. ``library`` = room name, ``kind`` = what grants name."""
    duty = (
        "split_part(object_kind, '.', 1) = any ((select lx.duties())::text[])"
        if library == OF_OBJECT
        else f"(select lx.has_duty('{library}'))"
    )
    wall = f"({_WALL} or {_SERVED})" if served else _WALL
    region = "(region >= (select lx.region_lo()) and region <= (select lx.region_hi()))"
    grounds = (
        f"({_OWN} and {duty})",
        f"({region} and {duty})",
        "engagement = any ((select lx.engagements())::uuid[])",
        f"(select lx.service_may('{table}'))",
        f"({_SERVED} and {duty})",
    )
    return Rule(
        {**_RESTRICTIVE, "acc_r3": wall},
        " or ".join([*grounds, f"id = any ((select lx.shared('{kind}'))::uuid[])"]),
        " or ".join([*grounds, f"id = any ((select lx.participating('{kind}'))::uuid[])"]),
    )


def statements(table: str, library: str, *, kind: str, served: bool) -> list[str]:
    """The SQL that puts ``table`` under row security."""
    rule = rule_of(table, library, kind=kind, served=served)
    read, write = rule.read, rule.write
    sql = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
    ]
    for name, limit in rule.limits.items():
        sql.append(
            f"create policy {name} on {table} as restrictive for all to lx_app "
            f"using ({limit}) with check ({limit})"
        )
    sql.append(f"create policy acc_read on {table} for select to lx_app using ({read})")
    for verb in ("insert", "update", "delete"):
        using = "" if verb == "insert" else f"using ({write})"
        check = "" if verb == "delete" else f"with check ({write})"
        sql.append(f"create policy acc_{verb} on {table} for {verb} to lx_app {using} {check}")
    sql.append(f"create policy backup on {table} for select to lx_backup using (true)")
    return sql


class SecureRows(migrations.RunSQL):
    """Put a labelled table under row security.

    ``served``: rows may be *served on* their addressee although they are about it (settled.md 4):
    requests, rectification items, documents — never leads, papers, flags or teams.
    """

    def __init__(self, table: str, library: str, *, kind: str = "", served: bool = False) -> None:
        super().__init__([*statements(table, library, kind=kind or table, served=served)])


class SecureBy(migrations.RunSQL):
    """Row security of a table without labels: a condition in SQL for each verb.

    Nobody does what has no condition. ``update`` is a pair where a row must be another afterwards than
    before.
    """

    def __init__(
        self,
        table: str,
        *,
        read: str,
        insert: str = "",
        update: str | tuple[str, str] = "",
        delete: str = "",
    ) -> None:
        using, check = (update, update) if isinstance(update, str) else update
        verbs = {
            "insert": insert and f"with check ({insert})",
            "update": using and f"using ({using}) with check ({check})",
            "delete": delete and f"using ({delete})",
        }
        super().__init__(
            [
                f"alter table {table} enable row level security",
                f"alter table {table} force row level security",
                f"create policy backup on {table} for select to lx_backup using (true)",
                f"create policy acc_read on {table} for select to lx_app using ({read})",
                *(
                    f"create policy acc_{verb} on {table} for {verb} to lx_app {condition}"
                    for verb, condition in verbs.items()
                    if condition
                ),
            ]
        )


class SecureLike(SecureBy):
    """Reference-like tables: everybody signed in may read, only holders of a duty may write."""

    def __init__(self, table: str, *, writer: str) -> None:
        write = f"(select lx.has_duty('{writer}'))"
        read = "(select lx.signed_in())"
        super().__init__(table, read=read, insert=write, update=write, delete=write)

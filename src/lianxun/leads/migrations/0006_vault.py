from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent.parent / "sql" / "vault_items.sql").read_text()
FUNCTIONS = (
    "put(uuid, uuid, text, text, bytea)",
    "open_decided(uuid)",
    "reseal(uuid)",
    "shred(uuid)",
    "items(uuid)",
    "all_items()",
    "is_shredded(uuid)",
    "ask(uuid, uuid, text)",
    "decide(uuid, boolean)",
    "waiting()",
    "set_custodian(bytea, bytea, bytea, boolean)",
    "set_escrow(bytea, bytea, bytea)",
    "public_keys()",
    "my_key()",
    "ask_recovery(uuid, uuid, text)",
    "release(uuid)",
    "recoveries()",
)
TABLES = ("item", "shredded", "opening", "custodian", "escrow", "recovery", "release")
_EMPTY = """
do $$ begin
    if exists (select 1 from vault.identity) then
        raise exception 'vault: identities of the first form lie here; open and register them anew first';
    end if;
end $$
"""


class Migration(migrations.Migration):
    """The vault belongs to lx_vault; several sealed items for each lead, escrow, reseal (adr/0031)."""

    dependencies = [("leads", "0005_no_case_leaves_search")]
    operations = [
        migrations.RunSQL(
            [_EMPTY, "drop schema vault cascade", "create schema vault", _SQL],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            [
                "revoke all on all tables in schema vault from public, lx_app",
                "revoke all on all functions in schema vault from public",
                "grant usage on schema vault to lx_app, lx_backup",
                "grant select on all tables in schema vault to lx_backup",
                *(f"grant execute on function vault.{f} to lx_app" for f in FUNCTIONS),
                # Last of all: lx_owner does not inherit lx_vault, so the rows are closed to it as well.
                "grant usage, create on schema vault to lx_vault",
                *(f"alter table vault.{t} owner to lx_vault" for t in TABLES),
                *(
                    f"alter function vault.{f} owner to lx_vault"
                    for f in (*FUNCTIONS, "must(text)")
                ),
                "alter schema vault owner to lx_vault",
            ],
            migrations.RunSQL.noop,
        ),
    ]

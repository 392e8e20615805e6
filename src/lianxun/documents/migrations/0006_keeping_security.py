from pathlib import Path

from django.db import migrations

from lianxun.documents.enums import MACHINES
from lianxun.documents.removal import SERVICE
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import OF_OBJECT, SecureRows
from lianxun.fabric.transitions import GuardTransitions

_GUARDS = (Path(__file__).parent.parent / "sql" / "guards.sql").read_text("utf-8")
_IN_USE = """
create function lx.bytes_in_use(wanted text) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from public.documents_storedfile f where f.sha256 = wanted) or lx.service() = ''
$$"""
_TABLES = {
    "documents_disposallist": "documents.disposal",
    "documents_disposalline": "documents.line",
    "documents_legalhold": "documents.hold",
    "documents_printorder": "documents.print",
    "documents_printedcopy": "documents.copy",
}


class Migration(migrations.Migration):
    """Nothing is destroyed by one person, under a hold or before its day; paper copies are counted."""

    dependencies = [
        ("documents", "0005_keeping"),
        ("access", "0005_search"),
    ]
    operations = [
        *(SecureRows(table, OF_OBJECT, kind=kind) for table, kind in _TABLES.items()),
        *(
            GuardTransitions(table, initial=machine.initial, transitions=machine.moves)
            for table, machine in MACHINES.items()
        ),
        KeepColumns(
            "documents_legalhold",
            columns=["object_kind", "object_id", "number", "reason", "basis", "placed_by_id"],
        ),
        KeepColumns(
            "documents_printorder",
            columns=[
                "file",
                "title",
                "number",
                "sha256",
                "mark",
                "purpose",
                "copies",
                "asked_by_id",
            ],
        ),
        KeepColumns("documents_printedcopy", columns=["order_id", "serial"]),
        migrations.RunSQL(_GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(
            [
                "grant create on schema lx to lx_search",
                "set local role lx_search",
                _IN_USE,
                "revoke all on function lx.bytes_in_use(text) from public",
                "grant execute on function lx.bytes_in_use(text) to lx_app",
                "reset role",
                "revoke create on schema lx from lx_search",
                "insert into lx.service_table(service, table_name) values "
                f"('{SERVICE}', 'documents_disposallist'), ('{SERVICE}', 'documents_disposalline'), "
                f"('{SERVICE}', 'documents_legalhold'), ('{SERVICE}', 'documents_storedfile') "
                "on conflict do nothing",
            ],
            migrations.RunSQL.noop,
        ),
    ]

from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import OF_OBJECT, SecureRows
from lianxun.fabric.services import ServiceIdentity
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions

_MINE = "unit_id = (select lx.unit())"


class Migration(migrations.Migration):
    """Files may be served on the body they are about (feedback, requests); bytes are never changed. Numbers are
    taken by the unit that gives them, read by nobody else (adr/0030). Nothing is destroyed by one person, under a
    hold or before its day; paper copies are counted."""

    dependencies = [("documents", "0002_disposal"), ("organisation", "0003_guards")]
    operations = [
        SecureRows("documents_storedfile", OF_OBJECT, kind="documents.file", served=True),
        SecureRows("documents_disposallist", OF_OBJECT, kind="documents.disposal"),
        SecureRows("documents_disposalline", OF_OBJECT, kind="documents.line"),
        SecureRows("documents_legalhold", OF_OBJECT, kind="documents.hold"),
        SecureRows("documents_printorder", OF_OBJECT, kind="documents.print"),
        SecureRows("documents_printedcopy", OF_OBJECT, kind="documents.copy"),
        *(
            migrations.RunSQL(
                [
                    f"alter table {table} enable row level security",
                    f"alter table {table} force row level security",
                    f"create policy acc_all on {table} for all to lx_app using ({_MINE}) with check ({_MINE})",
                    f"create policy backup on {table} for select to lx_backup using (true)",
                ]
            )
            for table in ("documents_numberseries", "documents_givennumber")
        ),
        GuardTransitions("documents_legalhold", initial=["held"], moves={"held": ["lifted"]}),
        GuardTransitions(
            "documents_disposallist",
            initial=["drawn"],
            moves={"drawn": ["kept", "reviewed"], "reviewed": ["destroyed", "drawn"]},
        ),
        GuardTransitions(
            "documents_disposalline", initial=["listed"], moves={"listed": ["destroyed", "kept"]}
        ),
        GuardTransitions(
            "documents_printorder",
            initial=["ready", "waiting"],
            moves={"printed": ["settled"], "ready": ["printed"], "waiting": ["ready", "refused"]},
        ),
        GuardTransitions(
            "documents_printedcopy",
            initial=["out"],
            moves={
                "lost": ["returned"],
                "out": ["destroyed", "lost", "returned"],
                "returned": ["destroyed"],
            },
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
        migrations.RunSQL(sql_of(__file__, "guards")),
        # The nightly run: it lists what ran out and removes what lost its row.
        ServiceIdentity(
            "retention",
            name="期满清理服务",
            clearance=3,
            tables=[
                "documents_disposallist",
                "documents_disposalline",
                "documents_legalhold",
                "documents_storedfile",
            ],
        ),
    ]

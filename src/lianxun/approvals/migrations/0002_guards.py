from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import OF_OBJECT, SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """A matter is served on the body that decides it; nobody about whom it is decides or sees it. A decision is
    what its votes say, in the database too."""

    dependencies = [("approvals", "0001_tables"), ("access", "0002_guards")]
    operations = [
        SecureRows("approvals_matter", OF_OBJECT, kind="approvals.matter"),
        SecureRows("approvals_vote", "approvals", kind="approvals.vote"),
        SecureRows("approvals_comment", OF_OBJECT, kind="approvals.comment"),
        GuardTransitions(
            "approvals_matter",
            initial=["pending"],
            moves={"pending": ["approved", "rejected", "returned", "withdrawn"]},
        ),
        migrations.RunSQL(sql_of(__file__, "guards")),
        KeepColumns("approvals_comment", columns=["matter_id", "account_id", "text"]),
        KeepColumns("approvals_matter", columns=["title", "summary", "previous_id", "remark"]),
    ]

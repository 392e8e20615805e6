from django.db import migrations

from lianxun.fabric.rowsecurity import OF_OBJECT, SecureRows


class Migration(migrations.Migration):
    """Files may be served on the body they are about (feedback, requests); bytes are never changed."""

    dependencies = [("documents", "0001_first"), ("access", "0002_context")]
    operations = [
        SecureRows("documents_storedfile", OF_OBJECT, kind="documents.file", served=True),
        migrations.RunSQL(
            [
                "alter table documents_numberseries enable row level security",
                "alter table documents_numberseries force row level security",
                "create policy acc_all on documents_numberseries for all to lx_app "
                "using (unit_id = (select lx.unit())) with check (unit_id = (select lx.unit()))",
                "create policy backup on documents_numberseries for select to lx_backup using (true)",
            ],
            migrations.RunSQL.noop,
        ),
    ]
